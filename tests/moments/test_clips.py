"""Clips begin, end and sound as the highlight says, and every browser plays them."""

import zipfile
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import Cancelled, MediaError
from funny.extract.video import probe
from funny.moments.clips import clip_name, cut_clips, zip_clips
from funny.moments.cutting import CutOptions
from funny.records import Highlight
from tests.media import (
    NTSC,
    NTSC_FILM,
    Movie,
    Sound,
    burst,
    number_in,
    sine,
    steady,
    uneven,
    write_media,
)


def moment(start_s, end_s, score=0.9):
    return Highlight(start_s, end_s, start_s, score)


def cut(path, *highlights, **options):
    return cut_clips(probe(path), highlights, path.parent / "clips", **options)


def frames_of(clip):
    """Times and pictures of a clip, by its own clock."""
    with av.open(clip) as container:
        frames = [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]
    return np.array([time for time, _ in frames]), [picture for _, picture in frames]


def sound_of(clip):
    """Mono samples at 48 kHz from the clip's start."""
    resampler = av.AudioResampler("fltp", "mono", 48_000)
    with av.open(clip) as container:
        parts = [p for f in container.decode(audio=0) for p in resampler.resample(f)]
    return np.concatenate([p.to_ndarray()[0] for p in parts])


def loud_span_s(clip):
    loud = np.flatnonzero(np.abs(sound_of(clip)) > 0.2)
    return loud[0] / 48_000, loud[-1] / 48_000


LATE = Sound(burst(3, 1, 8), start_s=2.0)  # loud from 5 s to 6 s of the video


@pytest.mark.parametrize(
    ("name", "times_s", "sounds", "start_s"),
    [
        pytest.param("a.mp4", steady(Fraction(1, 3), 10), (LATE,), 0, id="slides-3s-apart"),
        pytest.param("a.mp4", uneven(10), (LATE,), 0, id="variable-rate"),
        pytest.param("a.mp4", steady(NTSC_FILM, 10), (LATE,), 0, id="23.976fps"),
        pytest.param("a.mp4", steady(NTSC, 10), (LATE,), 0, id="29.97fps"),
        pytest.param("a.mp4", steady(60, 10), (LATE,), 0, id="60fps"),
        pytest.param("a.mp4", steady(NTSC, 10), (), 0, id="no-sound"),
        pytest.param("a.mkv", steady(NTSC, 10), (LATE,), 3600, id="mkv-from-1h"),
        pytest.param("a.ts", steady(NTSC, 10), (LATE,), 3600, id="ts-from-1h"),
        pytest.param("a.mp4", steady(NTSC, 10), (LATE,), 3600, id="mp4-from-1h"),
    ],
)
@pytest.mark.parametrize(("from_s", "to_s"), [(0.0, 6.5), (4.5, 8.0)])
def test_a_clip_is_the_highlight_to_the_frame(
    tmp_path, name, times_s, sounds, start_s, from_s, to_s
):
    path = tmp_path / name
    shown = write_media(path, Movie(times_s), *sounds, start_s=start_s)
    (clip,) = cut(path, moment(from_s, to_s))
    times, pictures = frames_of(clip)
    assert_shows(times, pictures, shown, from_s)
    assert probe(clip).duration_s == pytest.approx(to_s - from_s, abs=longest(shown) + 0.03)
    if sounds:
        assert loud_span_s(clip) == pytest.approx((5 - from_s, 6 - from_s), abs=0.04)


def longest(shown):
    """The longest that a frame stays, in seconds."""
    return float(np.diff(shown).max())


def assert_shows(times, pictures, shown, from_s):
    """A clip begins with the frame on screen then; each later one is within one frame."""
    wanted = np.searchsorted(shown, from_s + times + 0.002, side="right") - 1
    got = np.array([number_in(picture) for picture in pictures])
    assert times[0] == pytest.approx(0, abs=0.04)
    assert got[0] == max(wanted[0], 0)
    assert np.abs(got - np.maximum(wanted, 0)).max() <= 1


@pytest.mark.parametrize("track", [0, 1, 2])
def test_the_chosen_sound_track_is_in_the_clip(tmp_path, track):
    path = tmp_path / "a.mkv"
    levels = (0.2, 0.4, 0.8)
    write_media(path, Movie(steady(25, 4)), *(Sound(sine(level, 4)) for level in levels))
    (clip,) = cut(path, moment(1, 3), options=CutOptions(sound=track))
    assert np.abs(sound_of(clip)[9600:-9600]).max() == pytest.approx(levels[track], rel=0.1)
    assert len(probe(clip).audio_tracks) == 1


@pytest.mark.parametrize(
    ("name", "movie", "size"),
    [
        pytest.param("a.mp4", Movie(width=96), (96, 64), id="plain"),
        pytest.param("a.mp4", Movie(width=96, rotation=90), (96, 64), id="rotated-90"),
        pytest.param("a.mp4", Movie(width=96, rotation=180), (96, 64), id="rotated-180"),
        pytest.param("a.mp4", Movie(width=96, rotation=270), (96, 64), id="rotated-270"),
        pytest.param("a.mp4", Movie(width=72, pixel_aspect=Fraction(4, 3)), (96, 64), id="wide"),
        pytest.param(
            "a.mp4",
            Movie(width=64, height=66, rotation=90, pixel_aspect=Fraction(4, 3)),
            (48, 66),
            id="wide-rotated",
        ),
        pytest.param("a.mkv", Movie(width=321, height=241, pixels="yuv444p"), (320, 240), id="odd"),
        pytest.param("a.mp4", Movie(pixels="yuv420p10le"), (64, 64), id="10bit"),
    ],
)
def test_a_clip_is_upright_square_and_even_h264_and_aac(tmp_path, name, movie, size):
    path = tmp_path / name
    write_media(path, movie, Sound(sine(0.5, 2)))
    (clip,) = cut(path, moment(0.5, 1.5))
    with av.open(clip) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert (picture.width, picture.height) == size
        assert picture.sample_aspect_ratio in (None, 0, 1)
        assert (sound.codec_context.name, sound.layout.name) == ("aac", "mono")
    assert number_in(frames_of(clip)[1][0]) in (12, 13)


def test_sound_alone_gives_a_clip_of_sound(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(burst(2, 1, 5)))
    (clip,) = cut(path, moment(1.5, 4))
    assert not probe(clip).has_picture
    assert loud_span_s(clip) == pytest.approx((0.5, 1.5), abs=0.04)


def test_clips_begin_playing_before_they_are_loaded(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie())
    content = cut(path, moment(0, 1))[0].read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("rank", "highlight", "name"),
    [
        (3, moment(761.5, 770, 0.93), "03_00-12-41_score-0.93.mp4"),
        (1, moment(0, 5, 1.0), "01_00-00-00_score-1.00.mp4"),
        (100, moment(10_000, 10_005, 0.5), "100_02-46-40_score-0.50.mp4"),
    ],
)
def test_a_clip_is_named_by_rank_time_and_score(rank, highlight, name):
    assert clip_name(rank, highlight) == name


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "a.mp4"
    write_media(path, Movie(steady(25, 20), 128, 128), Sound(sine(0.5, 20)))
    return probe(path)


def test_clips_come_in_the_order_of_their_highlights(video, tmp_path):
    folder = tmp_path / "new" / "clips"
    clips = cut_clips(video, [moment(8, 9, 0.9), moment(2, 3, 0.8)], folder)
    assert [c.name for c in clips] == ["01_00-00-08_score-0.90.mp4", "02_00-00-02_score-0.80.mp4"]
    assert sorted(folder.iterdir()) == clips


def test_no_highlight_gives_no_clip(video, tmp_path):
    assert cut_clips(video, [], tmp_path) == []


def test_cutting_tells_how_much_is_done(video, tmp_path):
    told = []
    cut_clips(video, [moment(0, 4), moment(6, 8)], tmp_path, progress=lambda *s: told.append(s))
    done = [d for d, _ in told]
    assert {total for _, total in told} == {6.0}
    assert done == sorted(done)
    assert done[-1] == 6.0


@pytest.mark.parametrize("at_call", [1, 2])
def test_stopping_leaves_no_half_clip(video, tmp_path, at_call):
    calls = []

    def stop(done_s, total_s):
        calls.append(done_s)
        if len(calls) == at_call:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        cut_clips(video, [moment(0, 19)], tmp_path, progress=stop)
    # A quick machine may have ended it before the stop was heard: then it is whole.
    assert [len(frames_of(clip)[0]) for clip in tmp_path.iterdir()] in ([], [19 * 25])


def test_a_video_that_is_gone_is_one_sentence_and_no_clip(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie())
    video = probe(path)
    path.unlink()
    with pytest.raises(MediaError, match="no such file") as refusal:
        cut_clips(video, [moment(0, 1)], tmp_path)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["-i.mp4", "a b'c\".mp4", "웃음 %03d.mp4", "file:a.mp4", "a:b.mp4"]
)
def test_any_file_name_can_be_cut(tmp_path, monkeypatch, name):
    write_media(tmp_path / "plain.mp4", Movie())
    (tmp_path / "plain.mp4").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    (clip,) = cut(type(tmp_path)(name), moment(0, 1))
    assert probe(clip).duration_s == pytest.approx(1, abs=0.05)


def test_the_zip_holds_the_clips_as_they_are(video, tmp_path):
    clips = cut_clips(video, [moment(0, 1), moment(2, 3)], tmp_path)
    with zipfile.ZipFile(zip_clips(clips, tmp_path / "clips.zip")) as archive:
        assert archive.namelist() == [c.name for c in clips]
        assert all(archive.read(c.name) == c.read_bytes() for c in clips)
    assert not list(tmp_path.glob("*.partial"))
