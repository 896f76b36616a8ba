"""Every tick's loudness is that of its own half second, whatever the rate, layout and clock."""

from itertools import product

import numpy as np
import pytest

from funny.envelope import decibels
from funny.errors import OptionError
from funny.extract.audio import measure_sound
from funny.extract.video import probe
from funny.grid import STEP_HZ, STEPS_PER_TICK
from funny.records import VideoInfo
from tests.media import NTSC, Movie, Sound, burst, sine, steady, steps, write_media

LEVELS = [0.1, 0.7, 0.3, 0.9, 0.2, 0.5, 0.8, 0.4]
LAYOUTS, RATES = ("mono", "stereo", "5.1", "hexadecagonal"), (8_000, 22_050, 44_100, 48_000)


def heard(path, track=None):
    return measure_sound(probe(path), track).rms


def rms_of(levels):
    return np.array(levels) / np.sqrt(2)


def write_levels(path, movie=None, levels=LEVELS, rate=44_100, file_start_s=0.0, **stored):
    write_media(path, movie, Sound(steps(levels, rate), rate, **stored), start_s=file_start_s)


def test_a_video_without_sound_has_no_loudness():
    assert len(measure_sound(VideoInfo("", 1, 25, 64, 64, (), "")).rms) == 0


@pytest.mark.parametrize(("layout", "rate"), product(LAYOUTS, RATES))
def test_a_sine_of_amplitude_a_gives_a_by_root_2(tmp_path, layout, rate):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.6, 4, rate), rate, layout))
    assert heard(path) == pytest.approx(np.full(8, 0.6 / np.sqrt(2)), rel=0.001)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        pytest.param("a.mp4", "aac", 44_100, id="aac"),
        pytest.param("a.webm", "libopus", 48_000, id="opus"),
        pytest.param("a.mkv", "flac", 48_000, id="flac"),
        pytest.param("a.mkv", "libmp3lame", 22_050, id="mp3"),
        pytest.param("a.mkv", "pcm_f32le", 44_100, id="float"),
    ],
)
def test_codecs_keep_the_loudness(tmp_path, name, codec, rate):
    path = tmp_path / name
    write_media(path, None, Sound(sine(0.5, 4, rate), rate, codec=codec))
    assert heard(path)[1:7] == pytest.approx(np.full(6, 0.5 / np.sqrt(2)), rel=0.06)


@pytest.mark.parametrize("rate", RATES)
def test_every_tick_hears_its_own_half_second(tmp_path, rate):
    path = tmp_path / "a.wav"
    write_levels(path, rate=rate)
    assert heard(path) == pytest.approx(rms_of(LEVELS), abs=0.005)


@pytest.mark.parametrize(
    ("name", "file_start_s", "sound_start_s"),
    [
        pytest.param("a.mkv", 0, 0, id="from-0"),
        pytest.param("a.mp4", 0, 0, id="mp4"),
        pytest.param("a.mp4", 0, 2, id="mp4-sound-2s-late"),
        pytest.param("a.mkv", 0, 2, id="mkv-sound-2s-late"),
        pytest.param("a.mkv", 3600, 0, id="mkv-from-1h"),
        pytest.param("a.mkv", 3600, 2, id="mkv-from-1h-sound-2s-late"),
        pytest.param("a.ts", 3600, 2, id="ts-from-1h-sound-2s-late"),
        pytest.param("a.mp4", 3600, 2, id="mp4-from-1h-sound-2s-late"),
    ],
)
def test_sound_lies_where_the_clock_of_the_file_puts_it(
    tmp_path, name, file_start_s, sound_start_s
):
    path = tmp_path / name
    write_levels(
        path, Movie(steady(NTSC, 6)), file_start_s=file_start_s, start_s=float(sound_start_s)
    )
    late = 2 * sound_start_s
    rms = heard(path)[: late + 8]
    assert rms[:late].max(initial=0) < 0.02
    assert rms[late:] == pytest.approx(rms_of(LEVELS), abs=0.05)


def test_a_loud_second_is_heard_in_its_two_ticks(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(NTSC, 20)), Sound(burst(12.5, 1.0, 20)))
    rms = heard(path)
    assert np.flatnonzero(rms > 0.3).tolist() == [25, 26]
    assert np.delete(rms, [24, 25, 26, 27]).max() < 0.01


def fine(path):
    return decibels(measure_sound(probe(path)).envelope)


@pytest.mark.parametrize(
    ("name", "at_s"),
    [
        pytest.param("a.wav", 12.5, id="from-a-tick"),
        pytest.param("a.wav", 12.34, id="between-ticks"),
        pytest.param("a.wav", 31.98, id="across-two-blocks"),
        pytest.param("a.mkv", 12.34, id="mkv"),
    ],
)
def test_a_word_is_heard_in_its_own_steps_of_20_ms(tmp_path, name, at_s):
    write_media(tmp_path / name, None, Sound(burst(at_s, 0.24, 40)))
    first = round(at_s * STEP_HZ)
    assert np.flatnonzero(fine(tmp_path / name) > -30).tolist() == [*range(first, first + 12)]


@pytest.mark.parametrize("seconds", [0.5, 1.25, 40.0])
def test_there_are_25_steps_a_tick(tmp_path, seconds):
    write_media(tmp_path / "a.wav", None, Sound(sine(0.5, seconds)))
    sound = measure_sound(probe(tmp_path / "a.wav"))
    assert len(sound.envelope) == STEPS_PER_TICK * len(sound.rms)
    whole = sound.envelope[: round(seconds * STEP_HZ)]
    assert decibels(whole[:-1]) == pytest.approx(np.full(len(whole) - 1, -9.03), abs=0.3)


def test_a_video_without_sound_has_no_steps():
    assert len(measure_sound(VideoInfo("", 1, 25, 64, 64, (), "")).envelope) == 0


def test_the_last_half_second_is_filled_up_with_silence(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.5, 1.25)))
    full = 0.5 / np.sqrt(2)
    assert heard(path) == pytest.approx([full, full, full / np.sqrt(2)], rel=0.005)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_ten_minutes_of_sound_do_not_drift(tmp_path, rate):
    path = tmp_path / "a.mkv"
    levels = np.tile(LEVELS, 150)
    write_levels(path, None, levels, rate)
    assert heard(path) == pytest.approx(rms_of(levels), abs=0.01)


def test_a_gap_is_silence_and_moves_nothing(tmp_path):
    path = tmp_path / "a.mkv"
    two = [Sound(steps(LEVELS[:2]), start_s=0.0), Sound(steps(LEVELS[2:4]), start_s=3.0)]
    write_in_one_track(path, two)
    expected = [*rms_of(LEVELS[:2]), 0, 0, 0, 0, *rms_of(LEVELS[2:4])]
    assert heard(path) == pytest.approx(expected, abs=0.005)


def test_an_overlap_is_heard_once(tmp_path):
    path = tmp_path / "a.mkv"
    two = [Sound(steps(LEVELS[:4]), start_s=0.0), Sound(steps(LEVELS[2:6]), start_s=1.0)]
    write_in_one_track(path, two)
    assert heard(path) == pytest.approx(rms_of(LEVELS[:6]), abs=0.005)


def write_in_one_track(path, sounds):
    import av

    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=44_100, layout="mono")
        for sound in sounds:
            samples = (sound.samples * 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples[None], "s16", "mono")
            frame.sample_rate, frame.pts = 44_100, round(sound.start_s * 44_100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def overwritten(path, generator, size):
    """Random bytes in the middle of a file."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + size] = generator.bytes(size)
    path.write_bytes(content)


@pytest.mark.parametrize("seed", [0, 1, 2, 15, 22, 203, 397, 465, 622])
def test_after_damage_the_sound_goes_on(tmp_path, seed):
    # From 15 on, a damaged packet claims 2 to 55 channels: the decoder stays mute after it, and
    # reading planes of so many channels crashed the process.
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(10, 20)), Sound(sine(0.5, 20, 48_000), 48_000))
    overwritten(path, np.random.default_rng(seed), 20_000)
    sound = measure_sound(probe(path))
    assert sound.rms[:18] == pytest.approx(np.full(18, 0.5 / np.sqrt(2)), rel=0.03)
    assert sound.rms[26:39] == pytest.approx(np.full(13, 0.5 / np.sqrt(2)), rel=0.03)
    assert all(9 < time_s < 13 for time_s in sound.damage)
    assert sound.damage


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("mono", "stereo", id="more"),
        pytest.param("3.0", "stereo", id="fewer"),
    ],
)
def test_the_number_of_channels_may_change_on_the_way(tmp_path, before, after):
    parts = [tmp_path / "1.ts", tmp_path / "2.ts"]
    for part, layout, start_s in zip(parts, (before, after), (10, 14), strict=True):
        stored = Sound(steps(LEVELS, 48_000), 48_000, layout, codec="aac")
        write_media(part, None, stored, start_s=start_s)
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert heard(path)[1:15] == pytest.approx(rms_of(LEVELS * 2)[1:15], abs=0.1)


TRACKS = [Sound(sine(level, 2), title=f"level {level}") for level in (0.2, 0.5, 0.8)]


@pytest.mark.parametrize("track", range(3))
def test_the_chosen_track_is_heard(tmp_path, track):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(), *TRACKS)
    level = (0.2, 0.5, 0.8)[track]
    assert heard(path, track) == pytest.approx(np.full(4, level / np.sqrt(2)), rel=0.01)


@pytest.mark.parametrize("track", [3, -1])
def test_a_track_that_does_not_exist_is_refused_with_their_number(tmp_path, track):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(), *TRACKS)
    with pytest.raises(OptionError, match=r"has 3, numbered from 0 to 2"):
        heard(path, track)


def test_any_track_of_a_video_without_sound_is_refused(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie())
    with pytest.raises(OptionError, match="no sound"):
        heard(path, 0)


def test_progress_tells_how_far_it_heard(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(sine(0.5, 4)))
    told = []
    measure_sound(probe(path), heard=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(4, abs=0.2)
