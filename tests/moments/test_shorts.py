"""Shorts show the face, cut with the shots, are exact to the frame, and nothing is squashed."""

import os
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import Cancelled, MediaError, OptionError
from funny.extract.colour import PQ
from funny.extract.faces import sure_faces
from funny.extract.video import probe
from funny.moments import shorts
from funny.moments.choice import Moment
from funny.moments.encoding import KEEP, Encoding
from funny.moments.framing import Path as Way
from funny.moments.framing import still, stretch
from funny.moments.layouts import InsetPanel, Layout, Panel
from funny.moments.shorts import ShortOptions, make_shorts, short_name
from funny.records import Highlight
from tests.faces import astronaut, canvas, hopper, paste
from tests.media import (
    NTSC,
    Movie,
    Sound,
    burst,
    number_in,
    numbered,
    sine,
    steady,
    uneven,
    write_media,
)
from tests.moments.test_clips import assert_shows, frames_of, longest, loud_span_s, sound_of
from tests.moments.test_cutting import middle, write_hdr
from tests.values import analysis_of, signals_of


def analysed(path, **options):
    """An analysis that followed nobody."""
    video = probe(path)
    ticks = max(2, round(video.duration_s * 2))
    found = replace(analysis_of(ticks, ()), video=video, signals=signals_of(ticks, found=False))
    return replace(found, options={"audio_track": None, **options})


def moment(start_s, end_s):
    return Moment(1, Highlight(start_s, end_s, start_s, 0.9))


def short_of(path, detector, start_s, end_s, **options):
    found = analysed(path)
    (made,) = make_shorts(
        found, [moment(start_s, end_s)], path.parent / "out", detector, ShortOptions(**options)
    )
    return made


LATE = Sound(burst(3, 1, 8), start_s=2.0)  # loud from 5 s to 6 s of the video


@pytest.mark.parametrize(
    ("name", "times_s", "start_s"),
    [
        pytest.param("a.mp4", steady(Fraction(1, 3), 10), 0, id="slides-3s-apart"),
        pytest.param("a.mp4", uneven(10), 0, id="variable-rate"),
        pytest.param("a.mp4", steady(NTSC, 10), 0, id="29.97fps"),
        pytest.param("a.mp4", steady(60, 10), 0, id="60fps"),
        pytest.param("a.ts", steady(NTSC, 10), 3600, id="ts-from-1h"),
    ],
)
@pytest.mark.parametrize("layout", ["follow", "fit"])
def test_a_short_is_the_moment_to_the_frame(tmp_path, detector, name, times_s, start_s, layout):
    path = tmp_path / name
    shown = write_media(path, Movie(times_s, 72, 128), LATE, start_s=start_s)
    made = short_of(path, detector, 4.5, 8.0, layout=layout)
    times, pictures = frames_of(made.path)
    assert pictures[0].shape == (128, 72, 3)
    assert_shows(times, pictures, shown, 4.5)
    assert probe(made.path).duration_s == pytest.approx(3.5, abs=longest(shown) + 0.03)
    assert loud_span_s(made.path) == pytest.approx((0.5, 1.5), abs=0.04)


def test_the_rate_of_the_source_is_kept(tmp_path, detector):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(NTSC, 3), 72, 128))
    times, _ = frames_of(short_of(path, detector, 1.0, 2.5).path)
    assert np.diff(times)[1:] == pytest.approx(float(1 / NTSC), abs=0.001)


def slope(index, width, height):
    """A picture that is the brighter the further to the right, and the redder further down."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[...] = np.linspace(20, 220, width)[None, :, None]
    return picture


def middles(path):
    """Where the window's middle is in a picture of `slope`, by its brightness: (n,)."""
    times, pictures = frames_of(path)
    return times, np.array([(p[..., 1].mean() - 20) / 200 for p in pictures])


@pytest.mark.parametrize(
    "times_s", [steady(25, 5), uneven(5, (16, 40, 33, 150))], ids=["25", "vfr"]
)
def test_ffmpeg_moves_the_window_as_it_is_told(tmp_path, detector, monkeypatch, times_s):
    """Two shots: a glide from left to right, and after the cut at 2 s a rest on the left."""
    path = tmp_path / "a.mp4"
    write_media(path, Movie(times_s, 640, 360, picture=slope))
    looks = np.arange(0, 2, 0.2)
    glide = stretch(0.0, 2.0, looks, np.where(looks < 1, 0.3, 0.7), 0.02, (0.16, 0.84))
    rest = stretch(2.0, 4.0, looks + 2, np.full(10, 0.25), 0.02, (0.16, 0.84))
    x, y = Way((glide, rest)), Way((replace(rest, start_s=0.0, values=np.full(2, 0.5)),))
    panel = Panel(0, 0, 360, 640, (360 * 9 / 16 / 640, 1.0), x, y)
    monkeypatch.setattr(shorts, "lay_out", lambda *_: Layout("follow", 360, 640, (panel,)))
    times, found = middles(short_of(path, detector, 0.5, 4.5).path)
    # The codec changes brightness a little, everywhere alike.
    assert found == pytest.approx(x.at(times), abs=0.01)
    assert found - found[0] == pytest.approx(x.at(times) - x.at(times)[0], abs=0.004)
    assert np.ptp(found) > 0.35


def test_a_slow_glide_moves_by_single_pixels(tmp_path, detector, monkeypatch):
    """A pan of 25 pixels of the short a second: with colour at half size it would go by twos."""
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 3), 640, 360, picture=slope))
    pan = stretch(0.0, 2.0, np.arange(0, 2, 0.2), 0.3 + np.arange(10) / 225, 0.001, (0.16, 0.84))
    y = still(0.5, 2.0)
    panel = Panel(0, 0, 360, 640, (360 * 9 / 16 / 640, 1.0), Way((pan,)), y)
    monkeypatch.setattr(shorts, "lay_out", lambda *_: Layout("follow", 360, 640, (panel,)))
    made = short_of(path, detector, 0.5, 2.5, encoding=Encoding("high"))
    times, found = middles(made.path)
    assert 1138 * np.abs(found - found[0] - pan.at(times) + pan.at(times)[0]).max() < 1.2


def test_ffmpeg_takes_the_way_of_three_busy_minutes(tmp_path, detector, monkeypatch):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 3), 640, 360, picture=slope))
    looks = np.arange(0, 180, 0.2)
    wanted = 0.5 + 0.2 * np.sin(looks * 2) + np.random.default_rng(0).normal(0, 0.02, 900)
    way = Way((stretch(0.0, 180.0, looks, wanted, 0.03, (0.16, 0.84)),))
    panel = Panel(0, 0, 360, 640, (360 * 9 / 16 / 640, 1.0), way, still(0.5, 180.0))
    monkeypatch.setattr(shorts, "lay_out", lambda *_: Layout("follow", 360, 640, (panel,)))
    times, found = middles(short_of(path, detector, 0.5, 2.5).path)
    assert found == pytest.approx(way.at(times), abs=0.012)


@pytest.mark.parametrize("track", [None, 0, 1])
def test_the_sound_track_of_the_analysis_is_in_the_short(tmp_path, detector, track):
    path = tmp_path / "a.mkv"
    sounds = (Sound(sine(level, 3)) for level in (0.2, 0.8))
    write_media(path, Movie(steady(25, 3), 72, 128), *sounds)
    found = analysed(path, audio_track=track)
    (made,) = make_shorts(found, [moment(0.5, 2.5)], tmp_path / "out", detector)
    loudest = np.abs(sound_of(made.path)[9600:-9600]).max()
    assert loudest == pytest.approx(0.8 if track else 0.2, rel=0.1)


def placed(index):
    """Two shots: one on the left who walks to the right, then another one far to the right."""
    return (hopper(), 30 + 3 * index) if index < 60 else (astronaut(), 250)


def people(index, width, height):
    picture = canvas(width, height)
    photo, x = placed(index)
    paste(picture, photo, 110, x, 60)
    return picture


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Two shots of 60 frames at 20 a second."""
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    write_media(path, Movie(steady(20, 6), 640, 360, picture=people), Sound(sine(0.5, 6)))
    return path


def faces_in(picture, detector):
    found = sure_faces(detector, picture, len(picture)).boxes
    return (found[:, :2] + found[:, 2:]) / 2 / picture.shape[1::-1]


@pytest.mark.parametrize(("shape", "size"), [("vertical", (360, 640)), ("square", (360, 360))])
def test_the_face_is_in_the_middle_from_the_first_frame_of_a_shot_on(
    film, tmp_path, detector, shape, size
):
    made = make_shorts(
        analysed(film), [moment(0.5, 5.5)], tmp_path, detector, ShortOptions(shape=shape)
    )
    _, pictures = frames_of(made[0].path)
    assert pictures[0].shape == (*size[::-1], 3)
    assert len(pictures) == 100
    for k in (0, 20, 40, 49, 50, 51, 75, 99):  # frame 50 is the first of the second shot
        ((x, _),) = faces_in(pictures[k], detector)
        assert x == pytest.approx(0.5, abs=0.2), k


def test_a_face_is_as_high_and_wide_as_it_was(film, tmp_path, detector):
    (made,) = make_shorts(analysed(film), [moment(4.0, 5.0)], tmp_path, detector)
    _, pictures = frames_of(made.path)
    (left, top, right, bottom) = sure_faces(detector, pictures[10], 640).boxes[0]
    planted = paste(canvas(), astronaut(), 110, 250, 60)
    aspect = (planted[2] - planted[0]) / (planted[3] - planted[1])
    assert (right - left) / (bottom - top) == pytest.approx(aspect, rel=0.08)
    assert (bottom - top) / 640 == pytest.approx(110 / 360, rel=0.12)


TITLE_AT, TITLE_END = 20, 40


def interrupted(index, width, height):
    """A face at the right, a title of a second that fills the picture, and the face again."""
    if TITLE_AT <= index < TITLE_END:
        return np.repeat(numbered(index, width, height)[..., None], 3, axis=2)
    picture = canvas(width, height)
    paste(picture, hopper(), 110, 400, 60)
    return picture


@pytest.mark.parametrize("shape", ["vertical", "square"])
def test_a_title_between_is_whole_and_the_face_around_it_followed(tmp_path, detector, shape):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(20, 3), 640, 360, picture=interrupted))
    made = short_of(path, detector, 0.0, 3.0, shape=shape)
    _, pictures = frames_of(made.path)
    assert made.layout == "follow"
    height = 360 * 360 // 640 // 2 * 2
    top = (len(pictures[0]) - height) // 2
    for k in range(TITLE_AT, TITLE_END):
        assert number_in(pictures[k][top : top + height]) == k
    for k in (0, TITLE_AT - 1, TITLE_END, 59):
        ((x, _),) = faces_in(pictures[k], detector)
        assert x == pytest.approx(0.5, abs=0.2), k


def test_behind_it_is_a_dim_soft_picture(tmp_path, detector):
    path = tmp_path / "a.mp4"
    white = Movie(steady(10, 1), 640, 360, picture=lambda n, w, h: np.full((h, w), 255, np.uint8))
    write_media(path, white)
    picture = frames_of(short_of(path, detector, 0.0, 1.0).path)[1][5]
    assert picture[320, 180].mean() > 245
    assert picture[40, 180] == pytest.approx(0.55 * 255, abs=12)
    assert np.ptp(picture[10:200].astype(int), axis=(0, 1)).max() < 12


def test_a_view_may_change_as_often_as_pictures_do(tmp_path, detector, monkeypatch):
    """Two hundred times to and fro: ffmpeg takes it, and each frame is of its side."""
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 3), 640, 360, picture=slope))
    panel = Panel(0, 0, 360, 640, (360 * 9 / 16 / 640, 1.0), still(0.5, 2.0), still(0.5, 2.0))
    whole = Panel(0, 218, 360, 202, (1.0, 1.0), still(0.5, 2.0), still(0.5, 2.0))
    spans_s = tuple((0.08 * k, 0.08 * k + 0.04) for k in range(200))
    made = Layout("follow", 360, 640, (panel,), (InsetPanel(whole, spans_s),))
    monkeypatch.setattr(shorts, "lay_out", lambda *_: made)
    _, pictures = frames_of(short_of(path, detector, 0.0, 2.0).path)
    is_whole = [np.ptp(picture[320, :, 1].astype(int)) > 150 for picture in pictures]
    assert is_whole == [k % 2 == 0 for k in range(50)]


def both(index, width, height):
    picture = canvas(width, height)
    paste(picture, hopper(), 100, 20, 70)
    paste(picture, astronaut(), 100, 260, 60)
    return picture


def gaming(index, width, height):
    """A small face in the lower right corner over a game that moves."""
    rng = np.random.default_rng(index)
    game = np.kron(rng.integers(0, 255, (9, 16)), np.ones((40, 40)))
    game = np.roll(game, rng.integers(0, 40, 2), axis=(0, 1))
    picture = np.repeat(game[..., None], 3, axis=2).astype(np.uint8)
    picture[240:, 500:] = 90
    paste(picture[240:, 500:], hopper(), 64, 24, 4)
    return picture


@pytest.mark.parametrize(
    ("picture", "layout", "shape", "where"),
    [
        pytest.param(both, "two", "vertical", [(0.5, 0.21), (0.5, 0.71)], id="two-vertical"),
        pytest.param(both, "two", "square", [(0.25, 0.42), (0.75, 0.42)], id="two-square"),
        pytest.param(gaming, "streamer", "vertical", [(0.5, 0.18)], id="streamer"),
    ],
)
def test_each_face_has_its_panel(tmp_path, detector, picture, layout, shape, where):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 2), 640, 360, picture=picture))
    made = short_of(path, detector, 0.0, 2.0, shape=shape)
    assert made.layout == layout
    found = faces_in(frames_of(made.path)[1][5], detector)
    assert len(found) == len(where)
    ordered = sorted(found.tolist(), key=lambda at: (round(at[1] * 3), at[0]))
    assert np.array(ordered) == pytest.approx(np.array(where), abs=0.16)


def frameless(index, width, height):
    """A small face without edges around it, at the left of a game that moves."""
    picture = gaming(index, width, height)
    picture[:] = 120 + 10 * (index % 2)
    patch = picture.copy()
    box = paste(patch, hopper(), 60, 20, 220)
    middle, size = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
    rows, columns = np.mgrid[:height, :width]
    far = np.hypot((columns - middle[0]) / size[0], (rows - middle[1]) / size[1])
    share = np.clip(4 - 4 * far, 0, 1)[..., None]  # the photo fades out around the face
    return (share * patch + (1 - share) * picture).astype(np.uint8)


@pytest.mark.parametrize(
    ("region", "enlarged"),
    [
        pytest.param(None, 360 / (4.2 * 48), id="about-the-face"),
        pytest.param([0.04, 0.6, 0.2, 0.4], 360 / (0.2 * 640), id="told"),
    ],
)
def test_without_edges_the_facecam_is_where_the_analysis_was_told(
    tmp_path, detector, region, enlarged
):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 2), 640, 360, picture=frameless))
    found = analysed(path, face_region=region)
    (made,) = make_shorts(found, [moment(0, 2)], tmp_path / "out", detector)
    picture = frames_of(made.path)[1][5]
    assert made.layout == "streamer"
    ((x, y),) = faces_in(picture, detector)
    assert (x, y) == pytest.approx((0.5, 0.18), abs=0.16)
    face_px = np.ptp(sure_faces(detector, picture, 640).boxes[0][1::2])
    assert face_px == pytest.approx(60 * enlarged, rel=0.15)


def test_what_is_fitted_in_is_whole_and_in_the_middle(tmp_path, detector):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 1), 128, 72))
    made = short_of(path, detector, 0.0, 1.0, layout="fit")
    _, pictures = frames_of(made.path)
    height = 72 * 72 // 128 // 2 * 2
    inner = pictures[4][(128 - height) // 2 : (128 + height) // 2]
    assert number_in(inner) == 4


@pytest.mark.parametrize(
    "movie",
    [
        pytest.param(Movie(width=128, height=72, rotation=90), id="rotated"),
        pytest.param(Movie(width=96, height=72, pixel_aspect=Fraction(4, 3)), id="wide-pixels"),
        pytest.param(Movie(width=129, height=73, pixels="yuv444p"), id="odd"),
        pytest.param(Movie(width=128, height=72, pixels="yuv420p10le"), id="10bit"),
    ],
)
def test_a_short_is_upright_square_even_h264_and_aac(tmp_path, detector, movie):
    path = tmp_path / "a.mkv" if movie.pixels == "yuv444p" else tmp_path / "a.mp4"
    write_media(path, movie, Sound(sine(0.5, 2)))
    made = short_of(path, detector, 0.5, 1.5, layout="fit")
    with av.open(made.path) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert (picture.width, picture.height) == (72, 128)
        assert picture.sample_aspect_ratio in (None, 0, 1)
        assert (sound.codec_context.name, sound.layout.name) == ("aac", "mono")
    height = 72 * 72 // 128 // 2 * 2
    inner = frames_of(made.path)[1][0][(128 - height) // 2 : (128 + height) // 2]
    assert number_in(inner) in (12, 13)


@pytest.mark.parametrize("layout", ["follow", "fit"])
def test_hdr_is_mapped_and_named_so(tmp_path, detector, layout):
    path = write_hdr(tmp_path / "a.mp4", PQ, round(64 + 877 * 0.58))  # white
    wanted = Encoding(colour=KEEP)
    made = short_of(path, detector, 0.5, 1.5, layout=layout, encoding=wanted)
    with av.open(made.path) as container:
        known = container.streams.video[0].codec_context
        assert (known.name, known.pix_fmt) == ("h264", "yuv420p")
        assert (known.color_trc, known.color_primaries, known.colorspace) == (1, 1, 1)
    assert 0.80 <= middle(made.path) <= 0.92


def test_small_shorts_have_720_lines_across_at_most(tmp_path, detector):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(5, 1), 1920, 1080))
    sizes = [
        frames_of(short_of(path, detector, 0, 1, encoding=Encoding(quality)).path)[1][0].shape[:2]
        for quality in ("small", "standard")
    ]
    assert sizes == [(1280, 720), (1920, 1080)]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"shape": "round"}, "--shape round"), ({"layout": "three"}, "--layout three")],
)
def test_options_that_cannot_work_are_refused(options, words):
    with pytest.raises(OptionError, match=f"{words}: expected"):
        ShortOptions(**options)


def test_a_short_is_named_by_rank_time_score_and_shape():
    found = Highlight(761.5, 770, 762, 0.93)
    assert short_name(3, found, "square") == "03_00-12-41_score-0.93_square.mp4"


def test_no_moment_gives_no_short(film, tmp_path, detector):
    assert make_shorts(analysed(film), [], tmp_path, detector) == []


def test_it_tells_how_far_it_is(film, tmp_path, detector):
    told = []
    two = [moment(0.0, 1.0), replace(moment(3.5, 4.5), rank=2)]
    made = make_shorts(analysed(film), two, tmp_path, detector, None, lambda *s: told.append(s))
    done = [d for d, _ in told]
    assert sorted(tmp_path.iterdir()) == [short.path for short in made]
    assert {total for _, total in told} == {2.0}
    assert done == sorted(done)
    assert done[-1] == 2.0


@pytest.mark.parametrize("at_s", [0.2, 0.9, 1.1])
def test_stopping_leaves_no_half_short(film, tmp_path, detector, at_s):
    def stop(done_s, total_s):
        if done_s >= at_s:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        make_shorts(analysed(film), [moment(0.0, 3.0)], tmp_path, detector, None, stop)
    assert list(tmp_path.iterdir()) == []


def test_sound_alone_is_refused_in_one_sentence(tmp_path, detector):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.5, 2)))
    with pytest.raises(MediaError, match="has no picture to make shorts of"):
        make_shorts(analysed(path), [moment(0, 1)], tmp_path / "out", detector)


def test_a_full_disk_is_one_sentence(film, tmp_path, detector):
    stem = short_name(1, moment(0, 1).highlight, "vertical").removesuffix(".mp4")
    (tmp_path / f".{stem}.{os.getpid()}.partial").symlink_to("/dev/full")
    with pytest.raises(MediaError, match=r"disk is full|cannot be") as refusal:
        make_shorts(analysed(film), [moment(0.0, 1.0)], tmp_path, detector)
    assert "\n" not in str(refusal.value)
