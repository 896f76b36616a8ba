"""What is read while somebody writes it: every tick, in its place, whatever happens on the way."""

import os
import subprocess
import threading
import time

import pytest

from funny.errors import MediaError
from funny.extract.ring import Ring, copy_span
from funny.extract.video import probe
from funny.scale.live import reading
from funny.scale.live.bytes import Pipe
from funny.scale.live.opening import Opening
from funny.scale.live.places import Permit, source_of
from funny.scale.live.reading import Heard, Missed, Opened, Reader, Seen
from tests.media import number_in
from tests.scale.live.feeding import numbered_film, with_outage, writer


def reader_of(typed, ends_after_s=1.0, permit=None, **how):
    permit = permit or Permit()
    opening = Opening(source_of(str(typed), permit), permit, None, ends_after_s)
    return Reader(opening, ends_after_s, **how)


def numbers(items):
    """Ticks and the numbers of their pictures."""
    seen = [i for i in items if isinstance(i, Seen) and i.picture is not None]
    return {round(i.time_s * 2): number_in(i.picture) for i in seen}


def heard_s(items):
    return sum(len(i.samples) for i in items if isinstance(i, Heard)) / 22_050


def at_25_a_second(ticks):
    return {tick: int(tick * 12.5) for tick in ticks}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("a.mkv", {}, id="mkv"),
        pytest.param("a.ts", {}, id="mpegts"),
        pytest.param("a.mp4", {"movflags": "frag_keyframe+empty_moov"}, id="fragmented-mp4"),
    ],
)
def test_a_growing_file_is_read_to_its_end(name, options, tmp_path):
    source = numbered_film(tmp_path / name, container_options=options)
    growing = tmp_path / f"growing-{name}"
    reader = reader_of(growing)
    with writer(source, growing):
        items = list(reader)
    found = numbers(items)
    # Without an index or an edit list, the picture begins up to two frames after the sound.
    assert found.keys() in (set(range(16)), set(range(17)))
    assert all(abs(found[k] - n) <= 2 for k, n in at_25_a_second(range(16)).items())
    assert heard_s(items) == pytest.approx(8, abs=0.1)
    assert not any(isinstance(i, Missed) or (isinstance(i, Seen) and i.is_dropped) for i in items)


def test_a_file_that_is_made_later_is_waited_for(tmp_path):
    source, growing = numbered_film(tmp_path / "a.ts", 3), tmp_path / "late.ts"
    threading.Timer(0.5, lambda: os.link(source, growing)).start()
    assert len(numbers(reader_of(growing))) == 6


def test_a_file_that_never_comes_is_one_sentence(tmp_path):
    with pytest.raises(MediaError, match="nothing that can be read came"):
        list(reader_of(tmp_path / "no.mkv", 0.2))


def test_an_ordinary_mp4_that_is_not_finished_is_one_sentence(tmp_path):
    whole = numbered_film(tmp_path / "a.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match="fragmented mp4"):
        list(reader_of(tmp_path / "half.mp4", 0.2))


def test_a_playlist_in_a_file_is_not_followed(tmp_path):
    numbered_film(tmp_path / "a.ts", 2)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(MediaError, match="nothing that can be read came"):
        list(reader_of(tmp_path / "list.m3u8", 0.2))


def test_a_pipe_is_read_to_its_end(tmp_path, monkeypatch):
    source = numbered_film(tmp_path / "a.ts", 4)
    with writer(source, "-", stdout=subprocess.PIPE) as process:
        descriptor = process.stdout.fileno()
        monkeypatch.setattr("sys.stdin", process.stdout)
        assert Pipe(descriptor, 1.0, threading.Event()).read(0) == b""
        items = list(reader_of("-", 5.0))
    assert numbers(items).keys() == set(range(8))


def test_what_is_left_out_is_a_gap_and_moves_nothing(tmp_path):
    source = numbered_film(tmp_path / "a.ts", times_s=with_outage(5, 15, 20))
    items = list(reader_of(source, 0.3))
    [gap] = [i for i in items if isinstance(i, Missed)]
    assert (gap.start_s, gap.end_s) == pytest.approx((5, 15), abs=0.1)
    found = numbers(items)
    assert found.keys() == {*range(10), *range(30, 40)}
    after = {tick: 125 + int((tick - 30) * 12.5) for tick in range(30, 40)}
    assert found == at_25_a_second(range(10)) | after


def test_stamps_that_begin_anew_go_on_where_they_were(tmp_path):
    one, two = numbered_film(tmp_path / "a.ts", 4), numbered_film(tmp_path / "b.ts", 4)
    both = tmp_path / "both.ts"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    items = list(reader_of(both, 0.3))
    last = max(i.time_s for i in items if isinstance(i, Seen))
    assert last == pytest.approx(8, abs=1.0)


def test_where_looking_is_too_slow_pictures_are_dropped_and_sound_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LATE_S", 0.2)
    source, growing = numbered_film(tmp_path / "a.ts", 8), tmp_path / "growing.ts"
    reader, items = reader_of(growing), []
    with writer(source, growing, pieces=80, pause_s=0.05):
        for item in reader:
            items.append(item)
            time.sleep(0.9 * isinstance(item, Seen) * (not getattr(item, "is_dropped", True)))
    dropped = [i for i in items if isinstance(i, Seen) and i.is_dropped]
    seen = [i for i in items if isinstance(i, Seen)]
    assert dropped
    assert [round(i.time_s * 2) for i in seen] == list(range(16))
    assert heard_s(items) == pytest.approx(8, abs=0.1)


def test_opened_says_what_there_is(tmp_path):
    [opened] = [
        i for i in reader_of(numbered_film(tmp_path / "a.mkv", 2), 0.2) if isinstance(i, Opened)
    ]
    assert (opened.has_picture, opened.has_sound, opened.size) == (True, True, (64, 64))


def test_it_stops_when_it_is_told_to(tmp_path):
    source, growing = numbered_film(tmp_path / "a.ts", 8), tmp_path / "growing.ts"
    reader = reader_of(growing, 60.0)
    with writer(source, growing, pause_s=0.01):
        for item in reader:
            if isinstance(item, Seen):
                reader.stopping.set()
    assert reader.why


@pytest.fixture
def kept(tmp_path):
    """A ring that has kept a film of 20 s."""
    ring = Ring(tmp_path / "ring", 600, 1e9)
    list(reader_of(numbered_film(tmp_path / "a.mkv", 20), 0.2, keep=ring.keep))
    ring.end()
    yield ring
    ring.close()
    assert not (tmp_path / "ring").exists()


@pytest.mark.parametrize("span", [(3.5, 6.5), (0.0, 2.0), (11.2, 19.0)])
def test_a_clip_from_the_ring_begins_at_the_key_frame_before(kept, span, tmp_path):
    clip = tmp_path / "clip.mp4"
    earlier_s = copy_span(kept.segments(*span), span, clip)
    assert earlier_s == pytest.approx(span[0] % 1, abs=0.05)
    assert probe(clip).duration_s == pytest.approx(span[1] - int(span[0]), abs=0.15)
    found = numbers(list(reader_of(clip, 0.2)))
    inside = range(int((span[1] - int(span[0])) * 2) - 1)
    assert {tick: found[tick] - int(span[0]) * 25 for tick in inside} == at_25_a_second(inside)


def test_a_ring_keeps_no_more_than_it_may(tmp_path):
    ring = Ring(tmp_path / "ring", 6.0, 1e9)
    list(reader_of(numbered_film(tmp_path / "a.mkv", 25), 0.2, keep=ring.keep))
    ring.end()
    kept_s = [(s.start_s, s.end_s) for s in ring.segments(0, 100)]
    assert 0 < len(kept_s) <= 3 and kept_s[-1][1] == pytest.approx(25, abs=0.1)
    with pytest.raises(MediaError, match="nothing is kept of that time"):
        copy_span(ring.segments(0, 1), (0, 1), tmp_path / "clip.mp4")
    ring.close()


def test_a_full_quota_lets_the_oldest_go(tmp_path):
    ring = Ring(tmp_path / "ring", 600.0, 1.0)
    list(reader_of(numbered_film(tmp_path / "a.mkv", 20), 0.2, keep=ring.keep))
    ring.end()
    assert len(list((tmp_path / "ring").iterdir())) == 1
    ring.close()
