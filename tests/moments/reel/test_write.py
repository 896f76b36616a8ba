"""A reel shows and sounds as the plan says, to the frame; or there is none, and a sentence."""

import os
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import Cancelled, MediaError, OptionError
from funny.extract.cache import content_sha
from funny.extract.video import probe
from funny.moments.encoding import Encoding
from funny.moments.reel.values import ReelOptions
from funny.moments.reel.write import write_reel
from tests.media import (
    CHANGES,
    NTSC,
    NTSC_FILM,
    Movie,
    Sound,
    burst,
    number_in,
    sine,
    steady,
    uneven,
    write_changing,
    write_media,
)
from tests.moments.reel.reels import (
    analysis,
    frames_of,
    loud_spans_s,
    moment,
    reel_of,
    sound_of,
)

LATE = Sound(burst(3, 1, 8), start_s=2.0)  # loud from 5 s to 6 s of the video


def longest(shown):
    """The longest that a frame stays, in seconds."""
    return float(np.diff(shown).max())


@pytest.mark.parametrize(
    ("name", "times_s", "sounds", "start_s", "fps"),
    [
        pytest.param("a.mp4", steady(Fraction(1, 3), 10), (LATE,), 0, None, id="slides-3s-apart"),
        pytest.param("a.mp4", uneven(10), (LATE,), 0, None, id="variable-rate"),
        pytest.param("a.mp4", steady(NTSC_FILM, 10), (LATE,), 0, NTSC_FILM, id="23.976fps"),
        pytest.param("a.mp4", steady(NTSC, 10), (LATE,), 0, NTSC, id="29.97fps"),
        pytest.param("a.mp4", steady(60, 10), (LATE,), 0, 60, id="60fps"),
        pytest.param("a.mp4", steady(120, 10), (LATE,), 0, 60, id="120fps"),
        pytest.param("a.mp4", steady(NTSC, 10), (), 0, NTSC, id="no-sound"),
        pytest.param("a.mkv", steady(NTSC, 10), (LATE,), 3600, NTSC, id="mkv-from-1h"),
        pytest.param("a.ts", steady(NTSC, 10), (LATE,), 3600, NTSC, id="ts-from-1h"),
    ],
)
def test_a_reel_is_its_pieces_to_the_frame(tmp_path, name, times_s, sounds, start_s, fps):
    path = tmp_path / name
    shown = write_media(path, Movie(times_s), *sounds, start_s=start_s)
    reel = reel_of(path, moment(4.51, 8.0), moment(0.3, 2.52), crossfade_s=0.2)
    times, pictures = frames_of(reel.path)
    assert fps in (None, reel.plan.fps)
    assert len(times) == reel.plan.frames
    assert times == pytest.approx(np.arange(len(times)) / float(reel.plan.fps), abs=0.001)
    got = np.array([number_in(picture) for picture in pictures])
    for piece in reel.plan.pieces:
        alone = np.arange(piece.at + piece.fade_in, piece.end - piece.fade_out)
        at_s = piece.start_s + (alone - piece.at) / float(reel.plan.fps)
        step_s = 1 / float(reel.plan.fps)
        first = np.searchsorted(shown, at_s - step_s - 0.002, side="right") - 1
        last = np.searchsorted(shown, at_s + step_s + 0.002, side="right") - 1
        assert (np.maximum(first, 0) <= got[alone]).all()
        assert (got[alone] <= last).all()
    if sounds:
        later = reel.plan.pieces[1]
        begins_s = reel.plan.seconds(later.at) + 5 - later.start_s
        (loud,) = loud_spans_s(reel.path)
        assert loud == pytest.approx((begins_s, begins_s + 1), abs=0.9 * step_s + 0.012)
    else:
        assert np.abs(sound_of(reel.path)).max() == 0


def flashing(index, width, height):
    """White for two frames of every 25."""
    return np.full((height, width), 255 if index % 25 < 2 else 0, np.uint8)


def test_flash_and_beep_stay_together_through_every_crossfade(tmp_path):
    path, seconds = tmp_path / "a.mp4", 60
    beeps = sine(0.5, seconds, hz=1000.0) * (np.arange(seconds * 44_100) % 44_100 < 3528)
    write_media(path, Movie(steady(25, seconds), picture=flashing), Sound(beeps))
    moments = [moment(3 * n + 0.37, 3 * n + 2.71) for n in range(18)]
    reel = reel_of(path, *moments, crossfade_s=0.16)
    times, pictures = frames_of(reel.path)
    bright = np.array([picture.mean() for picture in pictures]) > 200
    flashes_s = times[1:][bright[1:] & ~bright[:-1]]
    beeps_s = np.array([begin for begin, _ in loud_spans_s(reel.path)])
    assert len(flashes_s) >= 30
    off_s = [np.abs(beeps_s - flash).min() for flash in flashes_s]
    assert max(off_s) <= 0.02


def test_a_crossfade_is_halfway_in_its_middle(tmp_path):
    path = tmp_path / "a.mp4"
    grey = Movie(
        steady(25, 8), picture=lambda n, w, h: np.full((h, w), 60 + 120 * (n >= 100), np.uint8)
    )
    write_media(path, grey, Sound(sine(0.5, 8)))
    reel = reel_of(path, moment(1, 3), moment(5, 7), crossfade_s=0.8)
    levels = np.array([picture.mean() for picture in frames_of(reel.path)[1]])
    assert reel.plan.frames == 80
    assert levels[[0, 29]] == pytest.approx([60, 60], abs=3)
    assert levels[[39, 40]].mean() == pytest.approx(120, abs=3)
    assert levels[[50, 79]] == pytest.approx([180, 180], abs=3)
    assert (np.diff(levels[29:51]) > 0).all()


@pytest.mark.parametrize(
    ("name", "movie", "size"),
    [
        pytest.param("a.mp4", Movie(width=96), (96, 64), id="plain"),
        pytest.param("a.mp4", Movie(width=96, rotation=90), (96, 64), id="rotated-90"),
        pytest.param("a.mp4", Movie(width=72, pixel_aspect=Fraction(4, 3)), (96, 64), id="wide"),
        pytest.param("a.mkv", Movie(width=321, height=241, pixels="yuv444p"), (320, 240), id="odd"),
        pytest.param("a.mp4", Movie(pixels="yuv420p10le"), (64, 64), id="10bit"),
    ],
)
def test_a_reel_is_upright_square_and_even_h264_and_stereo_aac(tmp_path, name, movie, size):
    path = tmp_path / name
    write_media(path, movie, Sound(sine(0.5, 2)))
    reel = reel_of(path, moment(0.5, 1.5))
    with av.open(reel.path) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert (picture.width, picture.height) == size
        assert picture.average_rate == 25
        assert (sound.codec_context.name, sound.layout.name, sound.rate) == (
            *("aac", "stereo"),
            48_000,
        )
    assert number_in(frames_of(reel.path)[1][0]) in (12, 13)
    assert number_in(frames_of(reel.path)[1][-1]) in (36, 37)


@pytest.mark.parametrize("spread", ["tv", "pc"])
@pytest.mark.parametrize(("matrix", "number"), [("bt709", 1), ("smpte170m", 6)])
def test_colours_look_as_they_did(tmp_path, spread, matrix, number):
    path = tmp_path / "a.mp4"
    bands = np.repeat(np.array([[200, 40, 60], [60, 170, 40], [90, 90, 200]], np.uint8), 16, 0)
    tags = f"range={spread}:colorprim={matrix}:transfer={matrix}:colormatrix={matrix}"
    movie = Movie(
        *(steady(25, 2), 64, 48),
        options={"preset": "veryfast", "x264-params": tags},
        picture=lambda n, w, h: np.repeat(bands[:, None], w, 1),
    )
    write_media(path, movie)
    reel = reel_of(path, moment(0.5, 1.5), encoding=Encoding(quality="high"))
    with av.open(reel.path) as container:
        seen = container.streams.video[0].codec_context
        assert (seen.color_primaries, seen.color_trc, seen.colorspace) == (number,) * 3
    before, after = frames_of(path)[1][20], frames_of(reel.path)[1][5]
    assert after[8::16].mean(1) == pytest.approx(before[8::16].mean(1), abs=3)


@pytest.mark.parametrize("track", [None, 0, 1, 2])
def test_the_sound_track_of_the_analysis_is_heard(tmp_path, track):
    path = tmp_path / "a.mkv"
    pitches = (500.0, 1500.0, 4000.0)
    write_media(path, Movie(steady(25, 4)), *(Sound(sine(0.3, 4, hz=hz)) for hz in pitches))
    reel = reel_of(path, moment(1, 3), audio_track=track)
    spectrum = np.abs(np.fft.rfft(sound_of(reel.path)[:48_000]))
    assert spectrum.argmax() == pytest.approx(pitches[track or 0], abs=3)


def test_sound_alone_gives_a_reel_of_sound(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(burst(2, 1, 9)))
    reel = reel_of(path, moment(1.5, 4), moment(6, 8), titles=True, crossfade_s=0)
    assert not probe(reel.path).has_picture
    assert loud_spans_s(reel.path) == [pytest.approx((0.5, 1.5), abs=0.01)]
    assert probe(reel.path).duration_s == pytest.approx(4.5, abs=0.03)


def test_a_picture_that_ends_early_stays_while_the_sound_goes_on(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 3)), Sound(burst(4, 1, 6)))
    reel = reel_of(path, moment(2, 6))
    pictures = frames_of(reel.path)[1]
    assert len(pictures) == 100
    assert {number_in(picture) for picture in pictures[30:]} == {74}
    assert loud_spans_s(reel.path) == [pytest.approx((2, 3), abs=0.03)]


def test_titles_are_seen_in_the_first_seconds_only(tmp_path):
    path = tmp_path / "a.mp4"
    grey = Movie(steady(25, 12), 320, 240, picture=lambda n, w, h: np.full((h, w), 60, np.uint8))
    write_media(path, grey, Sound(sine(0.5, 12)))
    reel = reel_of(path, moment(0, 5), moment(6, 11), titles=True, language="ko")
    pictures = frames_of(reel.path)[1]
    seen = np.array([(picture[:120].max(-1) > 180).sum() for picture in pictures]) > 100
    # 3 s each, and 5 frames of the second piece go by in the crossfade before its title.
    second = reel.plan.pieces[1]
    assert np.flatnonzero(seen)[0] <= 5
    assert seen[5:70].all()
    assert not seen[76 : second.at].any()
    assert seen[second.at + 12 : second.at + 75].all()
    assert not seen[second.at + 82 :].any()
    assert not (pictures[40][120:].max(-1) > 100).any()


@pytest.mark.parametrize("titles", [False, True])
@pytest.mark.parametrize("parts", CHANGES.values(), ids=CHANGES)
def test_a_recording_that_changes_in_its_midst_goes_on(tmp_path, parts, titles):
    path = tmp_path / "a.mp4"
    write_changing(path, parts, Sound(burst(5, 1, 8)))
    reel = reel_of(path, moment(0, 8), titles=titles)
    times, pictures = frames_of(reel.path)
    assert len(pictures) == 200
    # By then, the title is gone.
    late = times > 3.5
    numbers = np.array([number_in(picture) for picture in pictures])
    np.testing.assert_allclose(numbers[late], times[late] * 25, atol=0.1)
    assert loud_spans_s(reel.path) == [pytest.approx((5, 6), abs=0.03)]


def test_a_title_is_left_out_where_there_is_no_time_to_read_it(tmp_path):
    path = tmp_path / "a.mp4"
    grey = Movie(steady(25, 4), 320, 240, picture=lambda n, w, h: np.full((h, w), 60, np.uint8))
    write_media(path, grey)
    reel = reel_of(path, moment(1, 1.6), titles=True)
    assert max(picture.max() for picture in frames_of(reel.path)[1]) < 100


def test_a_small_reel_is_smaller(tmp_path):
    path = tmp_path / "a.mp4"
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (25, 800, 64), np.uint8)
    write_media(path, Movie(steady(25, 1), 64, 800, picture=lambda n, w, h: noise[n % 25]))
    standard = reel_of(path, moment(0, 1)).path.stat().st_size
    small = reel_of(path, moment(0, 1), encoding=Encoding(quality="small")).path
    assert small.stat().st_size < 0.8 * standard
    assert probe(small).height == 720


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "a b'c : 웃음 %03d.mp4"
    write_media(path, Movie(steady(25, 10)), Sound(sine(0.5, 10)))
    return path


MOMENTS = (moment(1, 4), moment(6, 9))


def test_a_folder_gets_a_reel_named_after_the_video(video, tmp_path):
    reel = write_reel(analysis(video, *MOMENTS), ReelOptions(), tmp_path)
    assert reel.path == tmp_path / "a b'c : 웃음 %03d_reel.mp4"
    assert list(tmp_path.iterdir()) == [reel.path]
    assert reel.path.read_bytes().index(b"moov") < reel.path.read_bytes().index(b"mdat")


def test_a_reel_tells_how_much_is_done(video, tmp_path):
    told = []
    reel = write_reel(
        analysis(video, *MOMENTS),
        ReelOptions(),
        tmp_path / "a.mp4",
        progress=lambda done, total: told.append((done, total)),
    )
    done = [d for d, _ in told]
    assert {total for _, total in told} == {reel.plan.length_s}
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, reel.plan.length_s)


def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.5, 0.52, 1.0], ids=str)
def test_stopping_leaves_nothing(video, tmp_path, share):
    before = children()

    def stop(done_s, total_s):
        if done_s >= share * total_s:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_reel(analysis(video, *MOMENTS), ReelOptions(), tmp_path / "a.mp4", progress=stop)
    assert list(tmp_path.iterdir()) == []
    assert children() == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("a.avi", "a reel is an mp4. Name it a.mp4", id="another-kind"),
        pytest.param("no\0.mp4", "nul", id="nul"),
        pytest.param("a" * 300, "too long", id="long"),
    ],
)
def test_a_bad_place_is_refused(video, tmp_path, name, message):
    with pytest.raises(OptionError, match=message):
        write_reel(analysis(video, *MOMENTS), ReelOptions(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_video_is_never_written_over(video, tmp_path):
    shutil.copy(video, tmp_path / "a.mp4")
    content = (tmp_path / "a.mp4").read_bytes()
    here = analysis(tmp_path / "a.mp4", *MOMENTS)
    elsewhere = analysis(video, *MOMENTS)
    with pytest.raises(OptionError, match="Choose another name"):
        write_reel(here, ReelOptions(), tmp_path / "a.mp4")
    with pytest.raises(OptionError, match="Choose another name"):
        write_reel(elsewhere, ReelOptions(), tmp_path / "a.mp4", relink=tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == content


def test_a_video_that_is_gone_or_another_is_refused(video, tmp_path):
    found = analysis(video, *MOMENTS)
    gone = replace(found, video=replace(found.video, path=tmp_path / "gone.mp4"))
    other = replace(found, video=replace(found.video, sha="0" * 64))
    with pytest.raises(MediaError, match="--relink PATH"):
        write_reel(gone, ReelOptions(), tmp_path / "a.mp4")
    with pytest.raises(MediaError, match="not the video that was analysed"):
        write_reel(other, ReelOptions(), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []
    same = replace(gone, video=replace(gone.video, sha=content_sha(video)))
    assert write_reel(same, ReelOptions(), tmp_path / "a.mp4", relink=video).plan.pieces


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 256 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder])
    if mounted.returncode:
        pytest.skip("may not mount a disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("length_s", [0.3, 6], ids=["picture", "sound"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(small_disk, tmp_path, length_s):
    path = tmp_path / "a.mp4"
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (8, 720, 1280), np.uint8)
    write_media(
        path,
        Movie(steady(25, 0.32), 1280, 720, picture=lambda n, w, h: noise[n]),
        Sound(sine(0.5, 8)),
    )
    with pytest.raises(MediaError, match=r"disk is full|No space left on device") as refusal:
        write_reel(analysis(path, moment(0, length_s)), ReelOptions(), small_disk / "a.mp4")
    assert "\n" not in str(refusal.value)
    assert list(small_disk.iterdir()) == []
