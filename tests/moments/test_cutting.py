"""What an editor chooses of a clip is in the clip: tracks, rate, colour, size, and a quick copy."""

import subprocess
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from funny.errors import MediaError, OptionError
from funny.extract.colour import HLG, PQ, read_colour
from funny.extract.tracks import read_tracks
from funny.extract.video import probe
from funny.moments.clips import cut_clips
from funny.moments.cutting import ALL_TRACKS, COPY, CutOptions
from funny.moments.encoding import HARDWARE, KEEP, Encoding
from funny.moments.ffmpeg import binary, run_ffmpeg
from funny.records import Highlight
from tests.corpus.kinds import before_zero
from tests.media import (
    CHANGES,
    NTSC,
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
from tests.moments.test_clips import frames_of, loud_span_s, sound_of

LEVELS = (0.2, 0.4, 0.8)
WHITE_Y, BLACK_Y = 235, 16


def cut(path, start_s, end_s, **options):
    highlight = Highlight(start_s, end_s, start_s, 0.9)
    (clip,) = cut_clips(probe(path), [highlight], path.parent / "clips", CutOptions(**options))
    return clip


@pytest.fixture
def three_tracks(tmp_path):
    path = tmp_path / "a.mkv"
    names = ("마이크", "game", "")
    sounds = (Sound(sine(level, 4), title=n) for level, n in zip(LEVELS, names, strict=True))
    write_media(path, Movie(steady(25, 4)), *sounds)
    return path


def loudest(clip, track):
    with av.open(clip) as container:
        parts = [f.to_ndarray() for f in container.decode(audio=track)]
    return float(np.abs(np.concatenate(parts, axis=1)[0, 9600:-9600]).max())


@pytest.mark.parametrize("how", ["exact", COPY])
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 0.4), (0.4, 1.4), (0.8, 2.0)])
def test_what_begins_before_zero_is_cut_as_it_is_counted(tmp_path, how, start_s, end_s):
    before_zero(tmp_path / "a.mkv")  # 25 pictures a second, from -1 to 2
    times_s, _ = frames_of(cut(tmp_path / "a.mkv", start_s, end_s, how=how))
    assert times_s == pytest.approx(np.arange(round(25 * (end_s - start_s))) / 25, abs=0.002)


@pytest.mark.parametrize("how", ["exact", COPY])
def test_where_nothing_can_be_read_there_is_no_clip(tmp_path, how):
    write_media(tmp_path / "a.wav", None, Sound(sine(0.5, 2.0)))
    claims = replace(probe(tmp_path / "a.wav"), duration_s=10.0)
    with pytest.raises(MediaError, match="nothing that is there can be read"):
        cut_clips(claims, [Highlight(5.0, 6.0, 5.5, 0.9)], tmp_path / "clips", CutOptions(how=how))
    assert [*(tmp_path / "clips").iterdir()] == []


@pytest.mark.parametrize("how", ["exact", COPY])
def test_every_sound_track_is_kept_in_order_with_its_name(three_tracks, how):
    clip = cut(three_tracks, 1, 3, sound=ALL_TRACKS, how=how)
    assert [loudest(clip, track) for track in range(3)] == pytest.approx(LEVELS, rel=0.1)
    assert [sound.name for sound in read_tracks(clip).sounds] == ["마이크", "game", ""]


@pytest.mark.parametrize(("sound", "level"), [(None, 0.2), (0, 0.2), (2, 0.8)])
def test_one_sound_track_is_kept(three_tracks, sound, level):
    clip = cut(three_tracks, 1, 3, sound=sound)
    assert len(probe(clip).audio_tracks) == 1
    assert loudest(clip, 0) == pytest.approx(level, rel=0.1)


def test_a_sound_track_that_is_not_there_is_refused(three_tracks):
    with pytest.raises(OptionError, match=r"--sound 3: the video has 3 sound tracks"):
        cut(three_tracks, 1, 3, sound=3)
    assert not (three_tracks.parent / "clips").exists()


@pytest.mark.parametrize(
    "options",
    [
        {"sound": "both"},
        {"rate": Fraction(0)},
        {"rate": Fraction(500)},
        {"how": "roughly"},
        {"jobs": 0},
    ],
    ids=str,
)
def test_an_option_that_cannot_work_is_refused(options):
    with pytest.raises(OptionError):
        CutOptions(**options)


@pytest.mark.parametrize(
    ("name", "value"), [("quality", "best"), ("encoder", "x265"), ("colour", "hdr")]
)
def test_an_encoding_that_there_is_not_is_refused(name, value):
    with pytest.raises(OptionError, match=f"--{name} {value}: expected"):
        Encoding(**{name: value})


@pytest.mark.parametrize("rate", [Fraction(25), NTSC, Fraction(60)], ids=str)
@pytest.mark.parametrize("from_s", [0.0, 3.3])
def test_a_variable_rate_becomes_constant_on_request(tmp_path, rate, from_s):
    path = tmp_path / "a.mp4"
    shown = write_media(path, Movie(uneven(10)), Sound(burst(5, 1, 10)))
    clip = cut(path, from_s, from_s + 4, rate=rate)
    times, pictures = frames_of(clip)
    assert len(times) == pytest.approx(4 * rate, abs=1)
    np.testing.assert_allclose(np.diff(times), float(1 / rate), atol=1e-4)
    wanted = np.searchsorted(shown, from_s + times + 0.5 / float(rate), side="right") - 1
    got = np.array([number_in(picture) for picture in pictures])
    # Half a frame either way is the nearest that a constant rate can be.
    late = np.searchsorted(shown, from_s + times - 0.5 / float(rate) - 0.001, side="right") - 1
    assert ((late.clip(0) <= got) & (got <= wanted)).all()
    assert read_tracks(clip).is_variable is False


def test_a_stream_nobody_uses_does_not_shift_the_clip(tmp_path):
    """In MPEG-TS, ffmpeg counts from the first stream in use, and players from the first of all."""
    path = tmp_path / "a.ts"
    times_s = [time_s + 1 for time_s in steady(25, 8)]
    unused, loud = Sound(sine(0.01, 9)), Sound(burst(3, 1, 7), start_s=2.0)
    shown = write_media(path, Movie(times_s), unused, loud, start_s=100)
    clip = cut(path, 4, 7.5, sound=1)
    times, pictures = frames_of(clip)
    wanted = np.searchsorted(shown, 4 + times + 0.002, side="right") - 1
    assert np.abs([number_in(p) for p in pictures] - wanted).max() <= 1
    assert loud_span_s(clip) == pytest.approx((1, 2), abs=0.04)


@pytest.mark.parametrize(("layout", "kept"), [("mono", 1), ("stereo", 2), ("5.1", 2)])
def test_channels_are_as_loud_as_they_were(tmp_path, layout, kept):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(), Sound(sine(0.5, 2), layout=layout))
    clip = cut(path, 0.2, 1.8)
    assert read_tracks(clip).sounds[0].channels == kept
    if layout != "5.1":
        assert loudest(clip, 0) == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize("rate", [None, Fraction(25)], ids=str)
@pytest.mark.parametrize("parts", CHANGES.values(), ids=CHANGES)
def test_a_recording_that_changes_in_its_midst_goes_on(tmp_path, parts, rate):
    path = tmp_path / "a.mp4"
    write_changing(path, parts, Sound(burst(5, 1, 8)))
    clip = cut(path, 1, 7, rate=rate)
    times, pictures = frames_of(clip)
    numbers = np.array([number_in(picture) for picture in pictures])
    assert len(numbers) == 150
    np.testing.assert_allclose(numbers, (1 + times) * 25, atol=0.1)
    assert loud_span_s(clip) == pytest.approx((4, 5), abs=0.04)
    assert probe(clip).width == 64


def write_hdr(path, transfer, code):
    """A film of one grey, given as its 10-bit code."""
    said = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    picture = (
        f"color=black:s=128x72:r=25:d=2,format=yuv420p10le,geq=lum={code}:cb=512:cr=512,{said}"
    )
    words = [binary(), "-v", "error", "-y", "-f", "lavfi", "-i", picture]
    deep = f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    run_ffmpeg([*words, "-c:v", "libx265", "-x265-params", deep, str(path)], lambda _: None)
    return path


def middle(clip):
    """Brightness at the centre of a clip's picture, 0 black to 1 white."""
    with av.open(clip) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "NONE"
        frame = next(container.decode(stream))
    full = 1 << (frame.format.components[0].bits - 8)
    y = frame.to_ndarray()[frame.height // 2, frame.width // 2] / full
    return (float(y) - BLACK_Y) / (WHITE_Y - BLACK_Y)


@pytest.mark.parametrize(
    ("transfer", "code", "least", "most"),
    [
        # Codes of ITU-R BT.2100: 0.1, 26 (a mid-grey), 203 (white) and 1,000 cd/m².
        pytest.param(PQ, 64 + 877 * 0.063, 0.0, 0.06, id="pq-black"),
        pytest.param(PQ, 64 + 877 * 0.38, 0.38, 0.50, id="pq-grey"),
        pytest.param(PQ, 64 + 877 * 0.58, 0.80, 0.92, id="pq-white"),
        pytest.param(PQ, 64 + 877 * 0.75, 0.94, 1.0, id="pq-bright"),
        pytest.param(HLG, 64 + 877 * 0.75, 0.75, 0.95, id="hlg-white"),
    ],
)
def test_hdr_becomes_a_picture_that_every_screen_shows(tmp_path, transfer, code, least, most):
    path = write_hdr(tmp_path / "a.mp4", transfer, round(code))
    assert read_colour(path).hdr == transfer
    clip = cut(path, 0.5, 1.5)
    with av.open(clip) as container:
        known = container.streams.video[0].codec_context
        assert (known.name, known.pix_fmt) == ("h264", "yuv420p")
        assert (known.color_trc, known.color_primaries, known.colorspace) == (1, 1, 1)
    assert least <= middle(clip) <= most


def test_hdr_is_kept_on_request(tmp_path):
    path = write_hdr(tmp_path / "a.mp4", PQ, 500)
    clip = cut(path, 0.5, 1.5, encoding=Encoding(colour=KEEP))
    with av.open(clip) as container:
        known = container.streams.video[0].codec_context
        assert (known.name, known.pix_fmt, known.codec_tag) == ("hevc", "yuv420p10le", "hvc1")
        assert (known.color_trc, known.color_primaries, known.colorspace) == (16, 9, 9)
    assert middle(clip) == pytest.approx((500 - 64) / 876, abs=0.01)


@pytest.mark.parametrize(
    ("pixels", "colour", "kept"),
    [
        ("yuv420p10le", KEEP, ("hevc", "yuv420p10le")),
        ("yuv420p10le", "sdr", ("h264", "yuv420p")),
        ("yuv420p", KEEP, ("h264", "yuv420p")),
    ],
)
def test_ten_bits_are_kept_on_request(tmp_path, pixels, colour, kept):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(pixels=pixels, width=128, height=128))
    clip = cut(path, 0.5, 1.5, encoding=Encoding(colour=colour))
    with av.open(clip) as container:
        known = container.streams.video[0].codec_context
        assert (known.name, known.pix_fmt) == kept
    assert number_in(frames_of(clip)[1][0]) in (12, 13)


@pytest.mark.parametrize("colour", ["sdr", KEEP])
def test_ordinary_colour_is_named_as_it_was(tmp_path, colour):
    path = tmp_path / "a.mp4"
    said = "setparams=color_primaries=smpte170m:color_trc=smpte170m:colorspace=smpte170m"
    words = [binary(), "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=128x72:d=1:r=25"]
    run_ffmpeg([*words, "-vf", f"format=yuv420p,{said}", str(path)], lambda _: None)
    clip = cut(path, 0.2, 0.8, encoding=Encoding(colour=colour))
    with av.open(clip) as container:
        known = container.streams.video[0].codec_context
        assert (known.color_trc, known.color_primaries, known.colorspace) == (6, 6, 6)


def test_qualities_differ_in_size(tmp_path):
    path = tmp_path / "a.mp4"
    noise = np.random.default_rng(0).integers(0, 255, (50, 1080, 192), np.uint8)
    write_media(path, Movie(width=192, height=1080, picture=lambda n, w, h: noise[n]))
    clips = {}
    for quality in ("small", "standard", "high"):
        clip = cut(path, 0, 1, encoding=Encoding(quality))
        clips[quality] = (clip.stat().st_size, probe(clip).height)
    sizes = [clips[quality][0] for quality in ("small", "standard", "high")]
    assert sizes == sorted(sizes)
    assert [height for _, height in clips.values()] == [720, 1080, 1080]


def test_without_an_encoder_in_hardware_x264_does_it(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(width=320, height=240), Sound(sine(0.5, 2)))
    clip = cut(path, 0.5, 1.5, encoding=Encoding(encoder=HARDWARE))
    with av.open(clip) as container:
        assert container.streams.video[0].codec_context.name == "h264"
    assert number_in(frames_of(clip)[1][0]) in (12, 13)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_copy_is_not_encoded_and_plays_the_span(tmp_path, name):
    path = tmp_path / name
    movie = Movie(steady(25, 8), options={"preset": "veryfast", "g": "50"})
    shown = write_media(path, movie, Sound(burst(4, 1, 8)))
    clip = cut(path, 3.0, 6.0, how=COPY)
    assert picture_packets(clip) <= picture_packets(path)
    numbers = [number_in(picture) for picture in frames_of(clip)[1]]
    # Never later than asked; at most the two seconds to the key frame earlier.
    first, last = np.searchsorted(shown, [3.0, 6.0])
    assert first - 51 <= numbers[0] <= first + 1
    assert last - 5 <= numbers[-1] <= last + 5


def picture_packets(path):
    """The picture's packets, by their last bytes: containers begin them in ways of their own."""
    with av.open(path) as container:
        return {bytes(p)[-40:] for p in container.demux(video=0) if p.size > 60}


@pytest.mark.parametrize(
    ("name", "movie"),
    [
        pytest.param("a.avi", Movie(codec="ffv1", options={}), id="not-for-mp4"),
        pytest.param("a.ts", Movie(), id="no-seeking-to-key-frames"),
    ],
)
def test_what_cannot_be_copied_is_encoded_even_if_a_copy_was_asked_for(tmp_path, name, movie):
    path = tmp_path / name
    write_media(path, movie, Sound(sine(0.5, 2)))
    clip = cut(path, 0.5, 1.5, how=COPY)
    assert probe(clip).duration_s == pytest.approx(1.0, abs=0.1)
    assert number_in(frames_of(clip)[1][0]) in (11, 12, 13)
    assert np.abs(sound_of(clip)).max() > 0.4


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_no_room_is_one_sentence_and_no_half_clip(three_tracks, small_disk):
    (small_disk / "other").write_bytes(bytes(90_000))
    with pytest.raises(MediaError, match="the disk is full") as refusal:
        cut_clips(probe(three_tracks), [Highlight(1, 3, 1, 0.9)], small_disk)
    assert "\n" not in str(refusal.value)
    assert [path.name for path in small_disk.iterdir()] == ["other"]
