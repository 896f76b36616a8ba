"""What people record, edit and upload is read; what nobody does is passed over."""

import subprocess
from fractions import Fraction
from itertools import product

import av
import numpy as np
import pytest

from funny.extract.audio import measure_sound
from funny.extract.codecs import CODECS, DECODERS
from funny.extract.pictures import Pictures
from funny.extract.video import CONTAINERS, probe
from funny.moments.clips import cut_clips
from funny.moments.cutting import COPY, CutOptions
from funny.moments.ffmpeg import binary
from funny.moments.preview import write_preview
from funny.records import Highlight
from tests.corpus import kinds
from tests.media import Movie, Sound, number_in, sine, steady, write_media

CLOCK = Fraction(1, 25)
YUV, YUV422, RGB = "yuv420p", "yuv422p", "rgb24"

PICTURES = [
    *(("libx264", YUV, box) for box in ("mp4", "mov", "mkv", "flv", "ts", "avi", "3gp")),
    ("libx265", YUV, "mp4"),
    ("libvpx", YUV, "webm"),
    ("libvpx-vp9", YUV, "webm"),
    ("libsvtav1", YUV, "mp4"),
    ("mpeg4", YUV, "avi"),
    ("mpeg2video", YUV, "mpg"),
    ("mpeg2video", YUV, "ts"),
    ("mpeg2video", YUV422, "mxf"),
    ("mpeg1video", YUV, "mpg"),
    ("mjpeg", "yuvj420p", "mov"),
    ("prores_ks", "yuv422p10le", "mov"),
    ("cfhd", "yuv422p10le", "mov"),
    ("png", RGB, "mov"),
    ("qtrle", RGB, "mov"),
    ("gif", "rgb8", "gif"),
    ("wmv2", YUV, "wmv"),
    ("msmpeg4", YUV, "avi"),
    ("flv", YUV, "flv"),
    ("rawvideo", YUV, "avi"),
    ("ffv1", YUV, "mkv"),
    ("huffyuv", YUV422, "avi"),
    ("ffvhuff", YUV, "avi"),
    ("utvideo", YUV, "avi"),
    ("magicyuv", YUV, "avi"),
    ("cinepak", RGB, "mov"),
    ("zmbv", "bgr0", "avi"),
    ("jpeg2000", YUV, "mov"),
]
SOUNDS = [
    *product(("aac",), ("mp4", "m4a", "mov", "mkv", "flv", "ts", "aac")),
    *product(("libmp3lame",), ("mp3", "mp4", "avi", "flv", "mkv")),
    *product(("libopus",), ("ogg", "webm", "mp4", "mkv")),
    *product(("flac",), ("flac", "ogg", "mp4", "mkv")),
    *product(("pcm_s16le",), ("wav", "mov", "avi", "mkv", "w64", "mxf", "caf")),
    *product(("ac3", "eac3"), ("mp4", "mkv", "ts")),
    ("ac3", "ac3"),
    ("eac3", "eac3"),
    ("pcm_s24le", "wav"),
    ("pcm_f32le", "wav"),
    ("pcm_mulaw", "wav"),
    ("adpcm_ms", "wav"),
    ("pcm_s16be", "aiff"),
    ("alac", "m4a"),
    ("mp2", "mpg"),
    ("wavpack", "mkv"),
    ("tta", "mkv"),
]


def asked_for(codec):
    quick = {"libx264": {"preset": "ultrafast"}, "libsvtav1": {"preset": "12"}}
    quiet = {"libx265": {"preset": "ultrafast", "x265-params": "log-level=none"}}
    return {**quick, **quiet}.get(codec, {})


@pytest.mark.parametrize(("codec", "pixels", "box"), PICTURES)
def test_a_picture_is_read(tmp_path, codec, pixels, box):
    path = tmp_path / f"a.{box}"
    movie = Movie(
        steady(25, 2),
        128,
        128,
        codec=codec,
        pixels=pixels,
        options=asked_for(codec),
        time_base=CLOCK,
    )
    write_media(path, movie)
    shown = [number_in(p) for _, p in Pictures(probe(path)) if p is not None]
    assert len(shown) >= 4
    assert shown == sorted(shown)
    assert shown[0] <= 2
    assert 25 <= max(shown) < 50


@pytest.mark.parametrize(("codec", "box"), SOUNDS)
def test_a_sound_is_read(tmp_path, codec, box):
    path = tmp_path / f"a.{box}"
    movie = Movie(codec="mpeg2video", pixels=YUV422, options={}, time_base=CLOCK)
    sound = Sound(sine(0.5, 2, 48_000), 48_000, codec=codec)
    write_media(path, movie if box == "mxf" else None, sound)
    heard = measure_sound(probe(path))
    assert heard.end_s == pytest.approx(2, abs=0.2)
    assert heard.rms[1] == pytest.approx(0.5 / np.sqrt(2), abs=0.03)


@pytest.mark.parametrize(
    ("codec", "box"), [("libvorbis", "ogg"), ("libvorbis", "webm"), ("wmav2", "wma")]
)
def test_a_sound_of_other_encoders_is_read(tmp_path, codec, box):
    """PyAV has no encoder for these, or writes none into that container."""
    plain, path = tmp_path / "a.wav", tmp_path / f"a.{box}"
    write_media(plain, None, Sound(sine(0.5, 2, 48_000), 48_000))
    subprocess.run([binary(), "-v", "error", "-i", plain, "-c:a", codec, path], check=True)
    heard = measure_sound(probe(path))
    assert heard.end_s == pytest.approx(2, abs=0.2)
    assert heard.rms[1] == pytest.approx(0.5 / np.sqrt(2), abs=0.03)


@pytest.mark.parametrize("name", sorted(CODECS))
def test_every_name_is_one_of_ffmpegs(name):
    """By its own name or its decoder's: a slip of the pen would refuse a codec in silence."""
    decoder = av.Codec(name, "r")
    assert decoder.canonical_name == name
    assert decoder.name in DECODERS.split(",")


def test_containers_that_name_other_files_are_none_of_ours():
    forbidden = {"hls", "concat", "concatf", "dash", "imf", "image2", "sdp", "rtsp", "avisynth"}
    assert not forbidden & set(CONTAINERS.split())


def test_a_stream_of_another_codec_is_passed_over(tmp_path):
    path = tmp_path / "a.avi"
    kinds.two_pictures(path)
    assert is_white(probe(path))
    cut_clips(probe(path), [Highlight(0.0, 0.5, 0.0, 1.0)] * 2, tmp_path)
    cut_clips(probe(path), [Highlight(0.0, 0.5, 0.0, 1.0)], tmp_path, CutOptions(how=COPY))
    write_preview(path, tmp_path / "preview.mp4")
    made = sorted(tmp_path.glob("*.mp4"))
    assert len(made) == 3
    assert all(is_white(probe(clip)) for clip in made)


def is_white(video):
    pictures = [p for _, p in Pictures(video) if p is not None]
    return bool(pictures) and min(picture.mean() for picture in pictures) > 200
