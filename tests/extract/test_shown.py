"""Frames that nobody looks at are passed over, and every picture stays the very same."""

from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest

from funny.extract import pictures
from funny.extract.pictures import Pictures
from funny.extract.shown import references_only, shown_at_ticks
from funny.extract.video import open_media, probe
from tests.media import NTSC, NTSC_FILM, Movie, steady, uneven, write_media

SECOND = Fraction(1)


def packet(time_s):
    """What is looked at of a packet: when its frame is shown."""
    pts = None if time_s is None else Fraction(time_s).limit_denominator(1000)
    return SimpleNamespace(pts=pts, time_base=SECOND)


def wanted(times_s, origin=Fraction(0)):
    """Which of some packets are wanted, by their index."""
    marked = shown_at_ticks((packet(t) for t in times_s), origin)
    return [index for index, (_, is_wanted) in enumerate(marked) if is_wanted]


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([0], [0], id="one"),
        pytest.param([None, None], [0, 1], id="no-stamps"),
        pytest.param([0, 0.25, 0.5, 0.75, 1, 1.25], [0, 1, 2, 4, 5], id="beginning-ticks-and-end"),
        pytest.param([0.6, 0.7, 0.9, 1.1, 1.2, 1.3], [2, 5], id="on-screen-when-the-tick-comes"),
        pytest.param([1.1, 0.9, 0.7, 1.3, 1.2], [1, 3], id="sent-in-another-order"),
        pytest.param([0.6, 2.2, 2.3, 2.4], [0, 3], id="a-long-frame"),
        pytest.param([0.6, 1.00005, 1.1], [1, 2], id="rounded-stamps"),
        pytest.param([5, 5.2, 0.6, 0.7, 0.8], [0, 1, 4], id="a-clock-that-jumps-back"),
    ],
)
def test_frames_are_wanted_that_are_on_screen_at_a_tick(times_s, expected):
    assert wanted(times_s) == expected


def test_the_first_packet_may_be_at_any_time():
    assert wanted([3600.6, 3600.7, 3600.9, 3601.1, 3601.2], Fraction(3600)) == [2, 4]


def test_a_long_video_is_looked_at_with_little_memory():
    times_s = [n / 30 for n in range(3000)]
    ticks = {n * 15 for n in range(200)}
    assert set(wanted(times_s)) == ticks | set(range(15)) | {2999}


def test_references_are_all_that_is_wanted_for_a_quick_look():
    assert [w for _, w in references_only(iter([packet(0), packet(1)]), Fraction(0))] == [False] * 2


B_FRAMES = {"preset": "veryfast", "bf": "3", "g": "24"}
MOVIES = [
    pytest.param("a.mp4", Movie(steady(30, 6), options=B_FRAMES), id="h264"),
    pytest.param("a.mkv", Movie(steady(NTSC, 6), options={"preset": "slow"}), id="h264-slow"),
    pytest.param("a.ts", Movie(steady(NTSC_FILM, 6), options=B_FRAMES), id="h264-ts"),
    pytest.param("a.mp4", Movie(uneven(8), options=B_FRAMES), id="h264-variable-rate"),
    pytest.param("a.mp4", Movie(steady(60, 4), options={"bf": "16"}), id="h264-16-b-frames"),
    pytest.param(
        "a.mp4",
        Movie(steady(30, 4), codec="libx265", options={"x265-params": "log-level=none"}),
        id="h265",
    ),
    pytest.param(
        "a.webm",
        Movie(steady(30, 4), codec="libvpx-vp9", options={"lag-in-frames": "25", "cpu-used": "8"}),
        id="vp9-hidden-frames",
    ),
    pytest.param(
        "a.webm", Movie(steady(30, 4), codec="libsvtav1", options={"preset": "12"}), id="av1"
    ),
]


def all_of(path, monkeypatch):
    """Pictures where every frame is decoded."""
    with monkeypatch.context() as patch:
        patch.setattr(pictures, "shown_at_ticks", lambda packets, _: ((p, True) for p in packets))
        return dict(Pictures(probe(path)))


@pytest.mark.parametrize(("name", "movie"), MOVIES)
def test_every_picture_is_the_very_same(tmp_path, monkeypatch, name, movie):
    path = tmp_path / name
    write_media(path, movie)
    few, every = dict(Pictures(probe(path))), all_of(path, monkeypatch)
    assert few.keys() == every.keys()
    assert len(few) >= 8
    assert all(np.array_equal(few[tick], every[tick]) for tick in every)


def test_half_of_the_frames_are_not_decoded(tmp_path, monkeypatch):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(30, 20), options={**B_FRAMES, "b_strategy": "0"}))
    decoded, real = [], pictures.decoded

    def counted(*given):
        for time_s, frame in real(*given):
            decoded.append(time_s)
            yield time_s, frame

    monkeypatch.setattr(pictures, "decoded", counted)
    assert len(dict(Pictures(probe(path)))) == 40
    with open_media(path) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames == 600
    assert len(decoded) < 0.6 * frames


def test_a_decoder_takes_its_orders_packet_by_packet(tmp_path):
    """What all this stands on: FFmpeg's threads are told for each packet what they may skip."""
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(30, 4), options={**B_FRAMES, "b_strategy": "0"}))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type, stream.codec_context.thread_count = "FRAME", 2
        stamps, kept = [], set()
        for index, sent in enumerate(container.demux(stream)):
            is_wanted = index % 5 == 0 or sent.dts is None
            stream.codec_context.skip_frame = "DEFAULT" if is_wanted else "NONREF"
            if is_wanted:
                stamps.append(sent.pts)
            kept |= {frame.pts for frame in stream.codec_context.decode(sent)}
    assert {pts for pts in stamps if pts is not None} <= kept
    assert len(kept) < 0.75 * 120
