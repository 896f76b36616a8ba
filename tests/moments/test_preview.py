"""Previews play in every browser and show at each time what the original shows."""

import re
import struct
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import Cancelled, MediaError
from funny.extract.video import Pictures, probe
from funny.moments import preview
from funny.moments.clips import FfmpegError, opening_words, run_ffmpeg
from funny.moments.preview import needs_preview, preview_size, write_preview
from tests.media import (
    NTSC,
    Movie,
    Sound,
    burst,
    number_in,
    on_screen,
    sine,
    steady,
    uneven,
    write_media,
)

SHORT = steady(25, 1)


def movie(codec="libx264", pixels="yuv420p", times_s=SHORT, **options):
    return Movie(times_s, codec=codec, pixels=pixels, options=options)


def hevc(times_s=SHORT, **shape):
    quiet = {"preset": "ultrafast", "x265-params": "log-level=none"}
    return Movie(times_s, codec="libx265", options=quiet, **shape)


def vp9():
    return movie("libvpx-vp9", deadline="realtime", **{"cpu-used": "8"})


def sound(codec, rate=48_000, layout="mono"):
    return Sound(sine(0.5, 1, rate), rate, layout, codec=codec)


AAC, AC3, OPUS, PCM = sound("aac"), sound("ac3"), sound("libopus"), sound("pcm_s16le")


@pytest.mark.parametrize(
    ("name", "picture", "sounds", "needed"),
    [
        pytest.param("a.mkv", movie(), [AAC], True, id="mkv-of-what-mp4-could-hold"),
        pytest.param("a.mkv", vp9(), [OPUS], True, id="mkv-of-what-webm-could-hold"),
        pytest.param("a.mp4", movie(pixels="yuv420p10le"), [AAC], True, id="h264-10bit"),
        pytest.param("a.mp4", movie(pixels="yuv422p"), [AAC], True, id="h264-422"),
        pytest.param("a.mp4", movie(pixels="yuv444p"), [AAC], True, id="h264-444"),
        pytest.param("a.mp4", movie(), [AC3], True, id="mp4-ac3"),
        pytest.param("a.mp4", movie(), [], False, id="mp4-silent"),
        pytest.param("a.mp4", movie(), [AAC], False, id="mp4-h264-aac"),
        pytest.param("a.mp4", movie(pixels="yuvj420p"), [AAC], False, id="h264-full-range"),
        pytest.param("a.mp4", movie(), [sound("mp3")], False, id="mp4-h264-mp3"),
        pytest.param("a.mp4", vp9(), [OPUS], False, id="mp4-vp9-opus"),
        pytest.param("a.mp4", hevc(), [AAC], True, id="mp4-hevc"),
        pytest.param("a.mov", movie(), [AAC], False, id="mov-h264-aac"),
        pytest.param("a.mov", movie(), [PCM], True, id="mov-pcm"),
        pytest.param("a.mov", movie("prores_ks", "yuv422p10le"), [AAC], True, id="mov-prores"),
        pytest.param("a.webm", vp9(), [OPUS], False, id="webm-vp9-opus"),
        pytest.param("a.webm", None, [OPUS], False, id="webm-sound"),
        pytest.param("a.avi", movie("mjpeg", "yuvj420p"), [PCM], True, id="avi"),
        pytest.param("a.ts", movie(), [AAC], True, id="ts"),
        pytest.param("a.flv", movie(), [AAC], True, id="flv"),
        pytest.param("a.m4a", None, [AAC], False, id="m4a-aac"),
        pytest.param("a.m4a", None, [sound("alac")], True, id="m4a-alac"),
        pytest.param("a.mp3", None, [sound("mp3")], False, id="mp3"),
        pytest.param("a.wav", None, [PCM], False, id="wav"),
        pytest.param("a.wav", None, [sound("adpcm_ms")], True, id="wav-adpcm"),
        pytest.param("a.ogg", None, [OPUS], False, id="ogg-opus"),
        pytest.param("a.flac", None, [sound("flac")], False, id="flac"),
    ],
)
def test_a_preview_is_needed_where_some_browser_plays_nothing(
    tmp_path, name, picture, sounds, needed
):
    path = tmp_path / name
    write_media(path, picture, *sounds)
    assert needs_preview(path) is needed


@pytest.mark.parametrize(("name", "needed"), [("a.webm", False), ("a.mkv", True)])
def test_what_a_file_is_counts_not_its_name(tmp_path, name, needed):
    path = tmp_path / name
    write_media(path, vp9(), OPUS)
    path = path.rename(tmp_path / "a.mp4")
    assert needs_preview(path) is needed


def test_a_cover_is_not_a_picture_to_play(tmp_path):
    plain, path = tmp_path / "a.mp3", tmp_path / "cover.mp3"
    write_media(plain, None, sound("mp3"))
    cover = b"\0image/png\0\3\0" + picture_file(tmp_path / "a.png")
    frame = b"APIC" + struct.pack(">IH", len(cover), 0) + cover
    sizes = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\3\0\0" + sizes + frame + plain.read_bytes())
    with av.open(path) as container:
        assert container.streams.video
    assert not needs_preview(path)


def picture_file(path):
    write_media(path, Movie([0, 1], codec="png", pixels="rgb24", options={}))
    return path.read_bytes()


@pytest.mark.parametrize("ask", [needs_preview, lambda path: write_preview(path, path / "p.mp4")])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"no video at all\n" * 99, id="text"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, ask, content):
    path = tmp_path / "a.mkv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError) as refusal:
        ask(path)
    assert "\n" not in str(refusal.value)
    assert [p for p in tmp_path.iterdir() if p != path] == []


def previewed(path):
    target = path.parent / "previews" / "p.mp4"
    write_preview(path, target)
    assert list(target.parent.iterdir()) == [target]
    assert not needs_preview(target)
    return target


def frames_of(path):
    """Times in seconds as players show them, (n,), and the numbers of the frames."""
    with av.open(path) as container:
        origin_s = container.start_time / av.time_base
        decoded = container.decode(video=0)
        frames = [(f.time - origin_s, f.to_ndarray(format="rgb24")) for f in decoded]
    return np.array([time for time, _ in frames]), [number_in(picture) for _, picture in frames]


def seen_by_analysis(path):
    return [p if p is None else number_in(p) for _, p in Pictures(probe(path))]


def loud_span_s(path):
    """When sound is loud, on the clock of players, to about a millisecond."""
    resampler, spans = av.AudioResampler("fltp", "mono", 48_000), []
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                loud = np.flatnonzero(np.abs(part.to_ndarray()[0]) > 0.2) / 48_000
                spans += list(frame.time - container.start_time / av.time_base + loud)
    return min(spans), max(spans)


def late(codec):
    return Sound(burst(3, 1, 8), start_s=2.0, codec=codec)  # loud from 5 s to 6 s of the video


def begun_at_0(codec):
    return Sound(burst(5, 1, 8), codec=codec)


MJPEG = {"codec": "mjpeg", "pixels": "yuvj420p", "options": {}}
ONE_S_LATE = [1 + time_s for time_s in steady(25, 8)]


@pytest.mark.parametrize(
    ("name", "picture", "tracks", "start_s"),
    [
        pytest.param("a.mkv", Movie(uneven(8)), [late("aac")], 3600, id="copied-from-1h-uneven"),
        pytest.param("a.mkv", Movie(steady(NTSC, 8)), [late("mp3")], 0, id="copied-mp3"),
        pytest.param("a.ts", Movie(steady(NTSC, 8)), [late("aac")], 3600, id="copied-ts-from-1h"),
        pytest.param("a.flv", Movie(steady(25, 8)), [late("aac")], 0, id="copied-flv"),
        pytest.param("a.mkv", Movie(ONE_S_LATE), [begun_at_0("aac")], 0, id="copied-late-picture"),
        pytest.param("a.mkv", Movie(uneven(8)), [late("pcm_s16le")], 3600, id="sound-encoded"),
        pytest.param("a.mov", Movie(uneven(8)), [late("pcm_s16le")], 0, id="sound-encoded-mov"),
        pytest.param("a.ts", Movie(steady(NTSC, 8)), [late("mp2")], 0, id="sound-encoded-ts"),
        pytest.param("a.mp4", hevc(uneven(8)), [late("aac")], 0, id="picture-encoded"),
        pytest.param("a.mp4", hevc(uneven(8)), [late("aac")], 3600, id="picture-encoded-from-1h"),
        pytest.param("a.mkv", hevc(steady(NTSC, 8)), [late("aac")], 0, id="picture-encoded-ntsc"),
        pytest.param(
            "a.mkv", Movie(uneven(8), **MJPEG), [late("pcm_s16le")], 3600, id="both-encoded-from-1h"
        ),
        pytest.param(
            "a.avi", Movie(steady(25, 8), **MJPEG), [begun_at_0("pcm_s16le")], 0, id="encoded-avi"
        ),
        pytest.param(
            "a.mkv", Movie(ONE_S_LATE, **MJPEG), [begun_at_0("aac")], 0, id="encoded-late-picture"
        ),
        pytest.param("a.mkv", Movie(uneven(8)), [], 3600, id="copied-silent"),
        pytest.param("a.mkv", hevc(uneven(8)), [], 3600, id="encoded-silent"),
    ],
)
def test_a_preview_shows_and_sounds_at_each_time_what_the_original_does(
    tmp_path, name, picture, tracks, start_s
):
    path = tmp_path / name
    shown = write_media(path, picture, *tracks, start_s=start_s)
    target = previewed(path)
    times, numbers = frames_of(target)
    assert numbers == list(range(len(shown)))
    assert times[1:] == pytest.approx(shown[1:], abs=0.002)
    assert times[0] in (0, pytest.approx(shown[0], abs=0.002))
    assert_analysis_agrees(path, target)
    if tracks:
        assert loud_span_s(target) == pytest.approx((5, 6), abs=0.03)


def assert_analysis_agrees(path, target):
    """Tick by tick; before its first frame a preview may show that frame already."""
    ticks = zip(seen_by_analysis(path), seen_by_analysis(target), strict=False)
    assert [(a, b) for a, b in ticks if a is not None and a != b] == []


@pytest.mark.parametrize(
    "tracks",
    [
        pytest.param([], id="silent"),
        pytest.param([late("pcm_s16le")], id="sound"),
        pytest.param([late("aac")], id="sound-that-could-be-copied"),
    ],
)
def test_the_clock_begins_with_the_file_not_with_what_is_taken_of_it(tmp_path, tracks):
    first, then, path = (tmp_path / name for name in ("first.srt", "then.mkv", "a.mkv"))
    first.write_text("1\n00:00:00,100 --> 00:00:02,000\nha\n")
    shown = write_media(then, Movie(ONE_S_LATE), *tracks)
    words = ["-copyts", "-i", str(then), "-i", str(first), "-map", "0", "-map", "1", "-c", "copy"]
    run_ffmpeg([*opening_words(), *words, str(path)], progress=lambda done_s: None)
    target = previewed(path)
    times, numbers = frames_of(target)
    assert numbers == list(range(len(shown)))
    assert times[1:] == pytest.approx(0.9 + shown[1:], abs=0.002)
    if tracks:
        assert loud_span_s(target) == pytest.approx((4.9, 5.9), abs=0.03)


def test_stream_copies_are_the_same_bytes(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(25, 2), 640, 480), AAC)
    target = previewed(path)
    assert packets_of(target, "video") == packets_of(path, "video")
    assert packets_of(target, "audio") == packets_of(path, "audio")


@pytest.mark.parametrize(
    ("picture", "track", "kept"),
    [
        pytest.param(Movie(SHORT, 640, 480), PCM, "video", id="only-sound-is-encoded"),
        pytest.param(hevc(), AAC, "audio", id="only-the-picture-is-encoded"),
    ],
)
def test_each_stream_is_copied_on_its_own(tmp_path, picture, track, kept):
    path = tmp_path / "a.mkv"
    write_media(path, picture, track)
    target = previewed(path)
    same = {
        kind for kind in ("video", "audio") if packets_of(target, kind) == packets_of(path, kind)
    }
    assert same == {kept}


def packets_of(path, kind):
    with av.open(path) as container:
        return [bytes(p) for p in container.demux(**{kind: 0}) if p.size]
