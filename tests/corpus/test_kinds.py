"""Every kind of file gives the stated result: read, with so many ticks and notes, or refused."""

import threading

import av
import pytest

from funny.errors import MediaError
from funny.extract.limits import PUBLIC, Limits, enforce
from funny.extract.video import probe
from funny.moments.clips import cut_clips
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.records import Highlight
from tests.corpus import kinds
from tests.corpus.looking import look

MUTE, BLIND, FACELESS = "no_sound", "no_picture", "no_face"

READ = [
    pytest.param(kinds.one_pixel, "a.mkv", 4, {MUTE, FACELESS}, id="1x1"),
    pytest.param(kinds.tall, "a.mp4", 2, {MUTE, FACELESS}, id="2x3000"),
    pytest.param(
        *(kinds.eight_hours, "a.mkv", 57_600, {MUTE, FACELESS}),
        id="8-hours-at-1-fps",
        marks=pytest.mark.torture,  # half a minute; it is looked at below
    ),
    pytest.param(kinds.variable_rate, "a.mp4", 8, {FACELESS}, id="variable-rate"),
    pytest.param(kinds.surround, "a.mkv", 4, {FACELESS}, id="5.1-at-96-kHz"),
    pytest.param(kinds.telephone, "a.wav", 4, {BLIND}, id="8-kHz-mono"),
    pytest.param(kinds.deep, "a.mp4", 4, {MUTE, FACELESS}, id="hevc-10-bit"),
    pytest.param(kinds.motion_jpeg, "a.avi", 4, {MUTE, FACELESS}, id="mjpeg"),
    pytest.param(kinds.moving_gif, "a.gif", 4, {MUTE, FACELESS}, id="gif"),
    pytest.param(kinds.upright_phone, "a.mp4", 4, {FACELESS}, id="rotated"),
    pytest.param(kinds.before_zero, "a.mkv", 6, {MUTE, FACELESS}, id="negative-stamps"),
    pytest.param(kinds.jump_ahead, "a.mkv", 1208, {MUTE, FACELESS}, id="jump-ahead"),
    pytest.param(kinds.jump_far, "a.mkv", 124, {MUTE, FACELESS, "damaged"}, id="jump-far-ahead"),
    pytest.param(kinds.jumping_sound, "a.mkv", 4, {BLIND, "damaged"}, id="sound-jumps-far-ahead"),
    pytest.param(kinds.jump_back, "a.ts", 4, {MUTE, FACELESS, "damaged"}, id="jump-back"),
    pytest.param(kinds.more_sound, "a.mp4", 8, {FACELESS}, id="more-sound-than-picture"),
    pytest.param(kinds.more_picture, "a.mp4", 8, {FACELESS}, id="more-picture-than-sound"),
    pytest.param(kinds.many_streams, "a.mkv", 2, {BLIND}, id="64-streams"),
    pytest.param(kinds.claims_a_huge_picture, "a.mp4", 2, {MUTE, FACELESS}, id="huge-claim"),
    pytest.param(kinds.of_another_codec_with_sound, "a.avi", 4, {BLIND}, id="picture-not-read"),
]
REFUSED = [
    pytest.param(kinds.too_many_streams, "a.mkv", "257 streams", "at most 256", id="257-streams"),
    pytest.param(kinds.is_huge, "a.mkv", "20000 × 20000", "Make it smaller", id="huge"),
    pytest.param(
        kinds.claims_a_thousand_years, "a.mkv", "8.766e+06 hours", "at most 100", id="1000-years"
    ),
    pytest.param(kinds.of_another_codec, "a.avi", "asv1", "Convert it to mp4", id="codec"),
    pytest.param(kinds.of_no_codec, "a.wav", "unknown", "Convert it to mp4", id="no-codec"),
    pytest.param(kinds.without_moov, "a.mp4", "header", "convert", id="no-moov"),
]


@pytest.fixture(scope="module")
def analyzer():
    loaded = Analyzer(AnalyzeOptions(emotion="embedded", cache=False))
    loaded.load()
    return loaded


@pytest.fixture
def limits():
    """Puts limits in force, for one test."""
    yield enforce
    enforce(Limits())


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path, monkeypatch):
    """No temporary file, no thread."""
    room = tmp_path / "temporary"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    threads = set(threading.enumerate())
    yield
    assert list(room.iterdir()) == []
    left = {t.name for t in set(threading.enumerate()) - threads if not t.daemon}
    assert left == set()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("make", "name", "ticks", "notes"), READ)
def test_what_is_odd_is_read(analyzer, tmp_path, make, name, ticks, notes):
    path = tmp_path / name
    make(path)
    found = analyzer.analyze(path)
    assert abs(len(found.timeline.scores) - ticks) <= 1
    assert {note.kind for note in found.notes} == notes
    clips = cut_clips(found.video, [Highlight(0.0, 0.5, 0.0, 1.0)], tmp_path / "clips")
    for clip in clips:
        with av.open(clip) as made:
            assert any(packet.size for packet in made.demux())


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("make", "name", "has", "word"), REFUSED)
def test_what_is_too_much_is_refused(analyzer, tmp_path, make, name, has, word):
    path = tmp_path / name
    make(path)
    with pytest.raises(MediaError) as refusal:
        analyzer.analyze(path)
    text = str(refusal.value)
    assert text.startswith(str(path))
    assert has in text
    assert word in text
    assert "\n" not in text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("make", "name"),
    [pytest.param(*p.values[:2], id=p.id, marks=p.marks) for p in (*READ, *REFUSED)],
)
def test_in_a_process_apart_the_same_is_seen(tmp_path, limits, make, name):
    path = tmp_path / name
    make(path)
    here = look(path)
    limits(Limits(), apart=True)
    assert look(path) == here


def test_strangers_may_bring_64_streams_and_no_more(tmp_path, limits):
    limits(PUBLIC)
    kinds.many_streams(tmp_path / "a.mkv", 64)
    assert len(probe(tmp_path / "a.mkv").audio_tracks) == 64
    kinds.many_streams(tmp_path / "b.mkv", 65)
    with pytest.raises(MediaError, match="65 streams, and at most 64"):
        probe(tmp_path / "b.mkv")
