"""Face and voice of a tick belong together, and what a person should know is noted."""

import numpy as np
import pytest

from funny.envelope import decibels
from funny.errors import Cancelled, MediaError
from funny.extract.assembling import true_duration_s
from funny.extract.cuts import CUT, CutFinder
from funny.extract.emotion import Preprocessing
from funny.extract.faces import FaceBatch
from funny.extract.signals import ExtractOptions, extract
from funny.extract.video import probe
from funny.grid import tick_count, tick_times
from funny.records import ModelInfo
from tests.media import (
    NTSC,
    NTSC_FILM,
    Movie,
    Sound,
    number_in,
    numbered,
    on_screen,
    sine,
    steady,
    steps,
    uneven,
    write_media,
)

LEVELS = [0.1, 0.7, 0.3, 0.9, 0.2, 0.5, 0.8, 0.4]


class WholePicture:
    """A detector that takes the whole picture for a face, but for some frames."""

    def __init__(self, faceless=()):
        self.faceless = faceless

    def detect(self, picture, min_face_px, scale=1.0):
        if number_in(picture) in self.faceless:
            return FaceBatch.empty()
        height, width = picture.shape[:2]
        return FaceBatch(np.array([[0.0, 0.0, width, height]]), np.ones(1))

    def refined(self, picture, box):
        return box, float(number_in(picture) not in self.faceless)


class Reader:
    """An emotion model that reads the number of a frame into the first column."""

    info = ModelInfo("reader", "test", "0")
    preprocessing = Preprocessing(32, "box", (0, 0, 0), (1, 1, 1))

    def __call__(self, crops):
        emotions = np.zeros((len(crops), 10), np.float32)
        emotions[:, 0] = [number_in(crop.transpose(1, 2, 0)) for crop in crops]
        return emotions


def extracted(path, faceless=(), progress=lambda *_: None, part=lambda _: None, **options):
    detector = WholePicture(faceless)
    how = (ExtractOptions(**options), progress, None, part)
    return extract(probe(path), Reader(), detector, *how)


def kinds(extraction):
    return [note.kind for note in extraction.notes]


@pytest.mark.parametrize(
    ("name", "times_s", "start_s", "late_s"),
    [
        pytest.param("a.mp4", uneven(12), 0, 0, id="variable-rate"),
        pytest.param("a.mp4", steady(NTSC_FILM, 12), 0, 2, id="23.976fps-sound-2s-late"),
        pytest.param("a.mkv", steady(NTSC, 12), 3600, 2, id="29.97fps-from-1h-sound-2s-late"),
        pytest.param("a.ts", steady(60, 12), 3600, 0, id="60fps-ts-from-1h"),
    ],
)
def test_face_and_sound_of_a_tick_are_of_the_same_half_second(
    tmp_path, name, times_s, start_s, late_s
):
    path = tmp_path / name
    sound = Sound(steps(LEVELS * 2), start_s=float(late_s))
    shown = write_media(path, Movie(times_s), sound, start_s=start_s)
    found = extracted(path)
    signals, seen = found.signals, found.signals.emotions[:, 0]
    assert len(signals) == tick_count(found.video.duration_s) in (24, 25, 26)
    assert (signals.times_s == tick_times(len(signals))).all()
    assert all(seen[k] in on_screen(shown, k / 2) for k in np.flatnonzero(signals.face_found))
    assert signals.face_found[:24].all()
    heard = signals.rms[2 * late_s : 2 * late_s + 16]
    assert heard == pytest.approx(np.array(LEVELS * 2) / np.sqrt(2), abs=0.05)
    assert found.notes == ()


def test_a_late_clock_is_not_taken_for_a_file_cut_short(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(NTSC, 4)), Sound(sine(0.5, 4)), start_s=3600)
    assert probe(path).duration_s == pytest.approx(4, abs=0.05)
    assert kinds(extracted(path)) == []


def test_a_file_that_states_no_duration_is_read_to_its_end(tmp_path):
    path = tmp_path / "a.mkv"
    movie = Movie(steady(25, 4))
    write_media(path, movie, Sound(sine(0.5, 4)), container_options={"live": "1"})
    found = extracted(path)
    assert len(found.signals) == 8
    assert kinds(found) == []


@pytest.mark.parametrize("ticks", [1, 15, 16, 17, 32])
def test_batches_of_faces_mix_up_no_tick(tmp_path, ticks):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(2, ticks / 2)))
    assert extracted(path).signals.emotions[:, 0].tolist() == list(range(ticks))


def frozen(index, width, height):
    """A picture for two seconds at a time."""
    return numbered(index // 4, width, height)


def test_a_face_that_stands_still_is_read_once(tmp_path, monkeypatch):
    faces = []
    read = Reader.__call__
    monkeypatch.setattr(
        Reader, "__call__", lambda self, crops: read(self, faces.append(crops) or crops)
    )
    lossless = {"preset": "ultrafast", "qp": "0"}
    write_media(tmp_path / "a.mkv", Movie(steady(2, 12), options=lossless, picture=frozen))
    signals = extracted(tmp_path / "a.mkv", faceless=(3,)).signals
    assert signals.emotions[:, 0].tolist() == [k // 4 if k // 4 != 3 else 0 for k in range(24)]
    assert signals.face_found.tolist() == [k // 4 != 3 for k in range(24)]
    assert sum(map(len, faces)) == 5


def test_ticks_without_a_face_are_marked_and_zero(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(2, 5)))
    signals = extracted(path, faceless={0, 3, 4}).signals
    missing = [0, 3, 4]
    assert np.flatnonzero(~signals.face_found).tolist() == missing
    assert not signals.emotions[missing].any()
    assert not signals.face_box[missing].any()
    assert signals.face_box[1].tolist() == [0, 0, 1, 1]


def sound_only(path):
    write_media(path, None, Sound(sine(0.5, 3)))


def silent(path):
    write_media(path, Movie(), Sound(np.zeros(88_200)))


def faceless(path):
    write_media(path, Movie(), Sound(sine(0.5, 2)))


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        pytest.param(lambda path: write_media(path, Movie()), ["no_sound"], id="no-sound"),
        pytest.param(silent, ["silent"], id="silent"),
        pytest.param(sound_only, ["no_picture"], id="no-picture"),
    ],
)
def test_what_is_missing_is_noted(tmp_path, write, expected):
    path = tmp_path / "a.mkv"
    write(path)
    found = extracted(path)
    assert kinds(found) == expected
    assert len(found.signals) == tick_count(found.video.duration_s) > 0


def test_a_video_without_any_face_is_noted(tmp_path):
    path = tmp_path / "a.mkv"
    faceless(path)
    assert kinds(extracted(path, faceless=range(50))) == ["no_face"]


def test_sound_longer_than_the_picture_goes_on_without_a_face(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(25, 2)), Sound(sine(0.5, 5)))
    found = extracted(path)
    assert found.signals.face_found.tolist() == [True] * 4 + [False] * 6
    assert found.signals.rms[-1] > 0.3


@pytest.mark.parametrize(
    ("stated_s", "reached_s", "expected_s"),
    [
        pytest.param(0.0, 7.3, 7.3, id="nothing-stated"),
        pytest.param(10.0, 9.5, 10.0, id="borne-out"),
        pytest.param(10.0, 4.0, 4.0, id="cut-short"),
        pytest.param(10.0, 14.0, 14.0, id="longer-than-stated"),
    ],
)
def test_the_duration_is_what_decodes(stated_s, reached_s, expected_s):
    assert true_duration_s(stated_s, reached_s) == expected_s


def test_nothing_that_decodes_is_refused(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, None, Sound(sine(0.5, 1), codec="flac"))
    content = bytearray(path.read_bytes())
    first_block = content.index(b"\xa3", content.index(b"\x1f\x43\xb6\x75"))
    content[first_block + 8 :] = bytes(len(content) - first_block - 8)
    path.write_bytes(content)
    with pytest.raises(MediaError, match="decode"):
        extracted(path)


@pytest.mark.parametrize(
    ("movie", "stage"), [(Movie(steady(25, 4)), "faces"), (None, "sound")], ids=["both", "sound"]
)
def test_progress_is_one_stage_that_never_goes_back(tmp_path, movie, stage):
    path = tmp_path / "a.mp4"
    write_media(path, movie, Sound(sine(0.5, 4)))
    told = []
    extracted(path, progress=lambda *step: told.append(step))
    done = [done for _, done, _ in told]
    assert {stage for stage, _, _ in told} == {stage}
    assert done == sorted(done)
    assert all(0 <= done <= total == pytest.approx(4, abs=0.1) for _, done, total in told)


def test_progress_tells_of_every_tick(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(25, 4)))
    told = []
    extracted(path, progress=lambda *step: told.append(step))
    assert told == [("faces", k / 2, 4.0) for k in range(8)]


def test_a_long_sound_after_the_last_picture_goes_on_telling(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(25, 2)), Sound(sine(0.5, 120), codec="flac"))
    told = []
    extracted(path, progress=lambda _, done, total: told.append((done, total)))
    assert told[-1] == pytest.approx((120, 120), abs=0.5)
    assert len([done for done, _ in told if 80 < done < 120]) > 10


def parts_of(path):
    """Every part that is offered, and the whole."""
    parts = []
    whole = extracted(path, part=lambda so_far: parts.append(so_far()))
    return parts, whole.signals


def test_parts_grow_and_are_the_beginning_of_the_whole(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 40)), Sound(steps(LEVELS * 10)))
    parts, whole = parts_of(path)
    assert [part and len(part) for part in parts] == [
        None,
        16,
        32,
        48,
        64,
        64,
    ]  # 32 s are heard at once
    for part in parts[1:]:
        ticks = len(part)
        np.testing.assert_array_equal(part.emotions, whole.emotions[:ticks])
        np.testing.assert_array_equal(part.rms, whole.rms[:ticks])
        np.testing.assert_array_equal(part.face_found, whole.face_found[:ticks])


@pytest.mark.parametrize("movie", [Movie(), None], ids=["faces", "sound"])
def test_progress_can_stop_the_work(tmp_path, movie):
    def stop(*_):
        raise Cancelled("stopped")

    path = tmp_path / "a.mp4"
    write_media(path, movie, Sound(sine(0.5, 2)))
    with pytest.raises(Cancelled):
        extracted(path, progress=stop)


def two_scenes(index, width, height):
    """A face that does not move, before a wall that changes with frame 53, at 2.12 s."""
    wall = np.full((height, width), 30 if index < 53 else 200, np.uint8)
    wall[: height // 2] = numbered(0, width, height // 2)
    return wall


@pytest.mark.parametrize("quick", [pytest.param(False, id="whole"), pytest.param(True, id="quick")])
def test_a_cut_is_seen_at_the_tick_after_it_and_found_to_the_frame(tmp_path, quick):
    path = tmp_path / "a.mp4"
    shown_s = write_media(path, Movie(steady(25, 4), picture=two_scenes))
    changes = extracted(path, quick=quick).signals.changes
    assert np.flatnonzero(changes >= CUT).tolist() == [5]
    assert changes[5] == pytest.approx(85, abs=3)
    assert CutFinder(probe(path), changes)(1.0, 3.0) == pytest.approx([shown_s[53]])


@pytest.mark.parametrize(
    ("movie", "sounds", "steps_heard"),
    [
        pytest.param(Movie(steady(5, 4)), (), 0, id="no-sound"),
        pytest.param(Movie(steady(5, 4)), (sine(0.5, 2),), 200, id="sound-that-ends-early"),
        pytest.param(None, (sine(0.5, 4),), 200, id="no-picture"),
    ],
)
def test_every_tick_has_its_steps_where_there_is_sound(tmp_path, movie, sounds, steps_heard):
    path = tmp_path / "a.mkv"
    write_media(path, movie, *(Sound(s, codec="flac") for s in sounds))
    signals = extracted(path).signals
    assert len(signals.envelope) == steps_heard
    assert len(signals.changes) == len(signals) == 8
    heard = decibels(signals.envelope) > -12
    assert heard[:99].all() and (not len(heard) or heard[101:].all() == (movie is None))


def test_parts_have_the_steps_of_their_ticks(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(2, 120)), Sound(sine(0.5, 120), codec="flac"))
    parts = []
    whole = extracted(path, part=lambda so_far: parts.append(so_far())).signals
    grown = [part for part in parts if part is not None]
    assert len(grown) > 1
    for part in grown:
        assert part.envelope.tolist() == whole.envelope[: len(part.envelope)].tolist()
        assert len(part.envelope) == 25 * len(part)
        assert part.changes.tolist() == whole.changes[: len(part)].tolist()
