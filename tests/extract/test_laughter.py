"""Laughter is heard where it was planted, whatever the cuts, the gain and the company."""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from funny.errors import WeightsError
from funny.extract.audio import measure_sound
from funny.extract.laughter import (
    BANDS,
    FRAMES_PER_TICK,
    HOP,
    N_FFT,
    RANGE_HZ,
    Hearing,
    LaughterModel,
    LaughterNet,
    log_mel,
)
from funny.extract.signals import ExtractOptions, extract
from funny.extract.video import probe
from funny.files import load_strict
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK, tick_count
from funny.weights.folders import models_folder
from funny.weights.laughter import load_laughter_model
from tests.extract.test_audio import write_in_one_track
from tests.extract.test_signals import Reader, WholePicture
from tests.media import Movie, Sound, sine, steady, write_media
from tests.weights.conftest import flip_a_bit

sys.path.insert(0, str(Path(__file__).parents[2] / "models"))

import synthetic_voice

TICK, OVERHANG = SAMPLES_PER_TICK, N_FFT - HOP
SAME = {"atol": 1e-5, "rtol": 0}
"""Batches of other sizes add up in another order."""
SEEDS = range(6)


@pytest.fixture(scope="module")
def model():
    return load_laughter_model()


@pytest.fixture(scope="module")
def mixed():
    """40 s of laughing, shouting and talking: more than one block of the network."""
    rng = np.random.default_rng(0)
    makers = (synthetic_voice.laugh, synthetic_voice.shout, synthetic_voice.babble) * 3
    parts = [maker(4.3, rng) * 10 ** rng.uniform(-2, -0.5) for maker in makers]
    return np.concatenate(parts)


def heard(hearing, *parts):
    for part in parts:
        hearing.write(part)
    return hearing.finish()


def noise(seconds, level, seed=0):
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)


# Cuts


@pytest.mark.parametrize("causal", [False, True], ids=["around", "causal"])
@pytest.mark.parametrize(
    ("samples", "ticks"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(1, 1, id="one-sample"),
        pytest.param(TICK - 1, 1, id="a-tick-less-one"),
        pytest.param(TICK, 1, id="a-tick"),
        pytest.param(TICK + 1, 2, id="a-tick-and-one"),
        pytest.param(64 * TICK + OVERHANG, 65, id="a-block-with-what-it-reaches-into"),
        pytest.param(64 * TICK + OVERHANG - 1, 65, id="a-block-less-one"),
        pytest.param(150 * TICK, 150, id="blocks"),
    ],
)
def test_one_number_a_tick(samples, ticks, causal):
    net = LaughterNet(causal).eval()
    found = heard(Hearing(net), noise(samples / SAMPLE_RATE, 0.1))
    assert (found.shape, found.dtype) == ((ticks,), np.float32)
    assert ((found > 0) & (found < 1)).all()


def test_nothing_written_is_nothing_heard(model):
    assert heard(model.hearing()).shape == heard(model.hearing(), noise(0, 1)).shape == (0,)


def cut_at(samples, *places):
    return [samples[a:b] for a, b in pairwise([0, *places, len(samples)])]


def random_cuts(samples, seed, count=60):
    """Pieces of any size, some of them empty."""
    rng = np.random.default_rng(seed)
    places = rng.integers(0, len(samples) + 1, count)
    return cut_at(samples, *np.sort([*places, *places[:5]]))


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(lambda x: cut_at(x, 0, 0, len(x)), id="empty-at-both-ends"),
        pytest.param(lambda x: cut_at(x, 1), id="one-sample-first"),
        pytest.param(lambda x: cut_at(x, TICK - 1), id="a-tick-less-one"),
        pytest.param(lambda x: cut_at(x, TICK), id="a-tick"),
        pytest.param(lambda x: cut_at(x, TICK + 1), id="a-tick-and-one"),
        pytest.param(lambda x: cut_at(x, 64 * TICK + OVERHANG - 1), id="before-a-block"),
        pytest.param(lambda x: cut_at(x, 64 * TICK + OVERHANG), id="at-a-block"),
        pytest.param(lambda x: cut_at(x, *range(1024, len(x), 1024)), id="frames-of-a-codec"),
        *(
            pytest.param(lambda x, seed=seed: random_cuts(x, seed), id=f"random-{seed}")
            for seed in SEEDS
        ),
    ],
)
def test_cuts_of_the_stream_change_nothing(cut, model, mixed):
    parts = cut(mixed)
    assert sum(map(len, parts)) == len(mixed)
    at_once = heard(model.hearing(), mixed)
    assert len(at_once) > 64
    np.testing.assert_allclose(heard(model.hearing(), *parts), at_once, **SAME)


def test_a_stream_of_single_samples(model):
    samples = synthetic_voice.laugh(0.6, np.random.default_rng(0))
    at_once = heard(model.hearing(), samples)
    np.testing.assert_allclose(heard(model.hearing(), *samples[:, None]), at_once, **SAME)


def test_two_visitors_do_not_mix(model, mixed):
    other = synthetic_voice.babble(30.0, np.random.default_rng(7))
    alone = [heard(model.hearing(), x) for x in (mixed, other)]
    one, two = model.hearing(), model.hearing()
    for a, b in zip(random_cuts(mixed, 1), random_cuts(other, 2), strict=True):
        one.write(a)
        two.write(b)
    np.testing.assert_allclose(one.finish(), alone[0], **SAME)
    np.testing.assert_allclose(two.finish(), alone[1], **SAME)


# Levels


@pytest.mark.parametrize("gain_db", [-40, -20, -6, 6, 20])
def test_gain_changes_nothing(gain_db, model, mixed):
    louder = (mixed * 10 ** (gain_db / 20)).astype(np.float32)
    found, wanted = heard(model.hearing(), louder), heard(model.hearing(), mixed)
    np.testing.assert_allclose(found, wanted, atol=1e-3)
    assert wanted.max() - wanted.min() > 0.8  # there was something to change


@pytest.mark.parametrize("seconds", [0.5, 4.0, 40.0])
def test_digital_silence_is_no_laughter(seconds, model):
    silence = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    assert heard(model.hearing(), silence).max() < 0.1


@pytest.mark.parametrize("level_db", [-120, -90, -60, -30])
def test_the_noise_of_a_quiet_room_is_no_laughter(level_db, model):
    found = heard(model.hearing(), noise(40, 10 ** (level_db / 20)))
    assert found.mean() < 0.1
    assert found.max() < 0.2


def test_silence_of_other_lengths_around_a_laugh_changes_nothing_in_it(model):
    laugh = synthetic_voice.laugh(4.0, np.random.default_rng(1)) * 0.1
    rows = []
    for before, after in ((6, 6), (70, 9)):
        sound = np.pad(laugh, (before * TICK, after * TICK))
        rows.append(heard(model.hearing(), sound)[before : before + 8])
    np.testing.assert_allclose(*rows, **SAME)


# What lies in the future, and far away


@pytest.fixture(params=[False, True], ids=["around", "causal"])
def net(request):
    return released(causal=request.param)


def released(causal):
    """The released weights, which fit a network that looks back as well."""
    net = LaughterNet(causal)
    load_strict(net, models_folder() / "laughter" / "model.safetensors")
    return net.eval()


def undecided(found):
    """A tick in the middle whose number lies nearest to a half: there, all that is seen counts."""
    return 20 + int(np.abs(found[20:60] - 0.5).argmin())


def test_only_so_much_context_is_seen(net, mixed):
    """Everything beyond the window is other sound; frames reach 26 ms into the next tick."""
    wanted = heard(Hearing(net), mixed)
    tick = undecided(wanted)
    first, last = (tick - net.before) * TICK, (tick + net.after + 1) * TICK + OVERHANG
    other = noise(len(mixed) / SAMPLE_RATE, 0.02)
    other[first:last] = mixed[first:last]
    found = heard(Hearing(net), other)
    assert found[tick] == pytest.approx(wanted[tick], abs=1e-5)
    assert np.abs(np.delete(found - wanted, tick)).max() > 0.1


def test_context_is_two_seconds_or_four_before():
    around, causal = LaughterNet(), LaughterNet(causal=True)
    assert (around.before, around.after) == (4, 4)
    assert (causal.before, causal.after) == (8, 0)
    assert around.window == causal.window == 9
    assert OVERHANG / SAMPLE_RATE < 0.03


def test_the_rim_of_the_context_is_seen(net, mixed):
    """What the test above leaves as it is does matter."""
    wanted = heard(Hearing(net), mixed)
    tick = undecided(wanted)
    for rim in (tick - net.before, tick + net.after):
        other = mixed.copy()
        other[rim * TICK : (rim + 1) * TICK] = noise(0.5, 0.5)
        assert heard(Hearing(net), other)[tick] != pytest.approx(wanted[tick], abs=1e-4)


def test_a_causal_hearing_does_not_wait(mixed):
    """The numbers of a stream that stopped are those of the stream that went on."""
    net = released(causal=True)
    whole = heard(Hearing(net), mixed)
    begun = heard(Hearing(net), mixed[: 30 * TICK + OVERHANG])
    np.testing.assert_allclose(begun[:30], whole[:30], **SAME)


# Planted laughs


BACKGROUNDS = {
    "silence": lambda rng: np.zeros(30 * SAMPLE_RATE),
    "noise": lambda rng: 0.01 * rng.standard_normal(30 * SAMPLE_RATE),
    "babble": lambda rng: 0.05 * synthetic_voice.babble(30.0, rng),
}


def planted(background, seed):
    """30 s with three seconds of laughter from 12 to 15 s."""
    rng = np.random.default_rng(seed)
    sound = BACKGROUNDS[background](rng)
    laugh = synthetic_voice.laugh(3.0, rng)
    sound[24 * TICK : 24 * TICK + len(laugh)] = 0.1 * laugh
    return sound.astype(np.float32)


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_planted_laugh_is_heard_there_and_not_elsewhere(background, seed, model):
    found = heard(model.hearing(), planted(background, seed))
    inside, outside = found[24:30], np.delete(found, np.s_[22:32])
    assert inside.mean() > outside.mean() + 0.4
    assert 24 <= found.argmax() < 30


@pytest.mark.parametrize("seed", range(12))
def test_babble_is_no_laughter(seed, model):
    babble = 0.05 * synthetic_voice.babble(30.0, np.random.default_rng(seed))
    assert heard(model.hearing(), babble).mean() < 0.15


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shout_as_loud_as_a_laugh_is_none(seed, model):
    rng = np.random.default_rng(seed)
    sound = noise(30, 0.01, seed)
    shout = synthetic_voice.shout(3.0, rng)
    sound[24 * TICK : 24 * TICK + len(shout)] = 0.1 * shout
    laughing = heard(model.hearing(), planted("noise", seed))[24:30].mean()
    assert heard(model.hearing(), sound)[24:30].mean() < laughing - 0.4


# Frames


def mel_middles_hz():
    """Middle frequencies of the bands, from low to high."""
    import librosa

    low, high = RANGE_HZ
    return librosa.mel_frequencies(BANDS + 2, fmin=low, fmax=high)[1:-1]


@pytest.mark.parametrize("band", [3, 10, 20, 30, BANDS - 1])
def test_a_sine_peaks_in_its_band(band):
    tone = sine(0.5, 1.1, SAMPLE_RATE, mel_middles_hz()[band]).astype(np.float32)
    frames = log_mel(tone)
    assert frames.shape == (2, FRAMES_PER_TICK, BANDS)
    assert (frames.argmax(2) == band).all()


def test_ten_times_the_amplitude_is_20_db():
    tone = sine(0.05, 1.1, SAMPLE_RATE).astype(np.float32)
    louder, quiet = log_mel(10 * tone), log_mel(tone)
    peak = quiet.argmax(2, keepdim=True)
    difference = (louder - quiet).gather(2, peak)
    torch.testing.assert_close(difference, torch.full_like(difference, 20.0), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("samples", "ticks"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(OVERHANG, 0, id="what-frames-reach-into"),
        pytest.param(TICK + OVERHANG - 1, 0, id="a-tick-less-one"),
        pytest.param(TICK + OVERHANG, 1, id="a-tick"),
        pytest.param(3 * TICK, 2, id="three-without-what-they-reach-into"),
    ],
)
def test_frames_of_whole_ticks(samples, ticks):
    assert log_mel(np.zeros(samples, np.float32)).shape == (ticks, FRAMES_PER_TICK, BANDS)


# The network and its files


@pytest.mark.parametrize("causal", [False, True])
def test_the_network_is_small(causal):
    assert sum(p.numel() for p in LaughterNet(causal).parameters()) <= 300_000


def test_the_released_network_says_what_it_is(model):
    assert model.info.name == "laughter"
    assert "synthetic voices" in model.info.source
    assert sum(p.numel() for p in LaughterNet().parameters()) < 120_000


def saved(folder):
    torch.manual_seed(0)
    save_file(LaughterNet().state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"causal": False, "source": "a test"}))
    return folder


def one_missing(folder):
    tensors = load_file(folder / "model.safetensors")
    del tensors["out.bias"]
    save_file(tensors, folder / "model.safetensors")


def another_shape(folder):
    tensors = load_file(folder / "model.safetensors")
    save_file({**tensors, "out.weight": torch.zeros(1, 31)}, folder / "model.safetensors")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda d: (d / "model.safetensors").unlink(), id="no-weights"),
        pytest.param(lambda d: (d / "config.json").unlink(), id="no-config"),
        pytest.param(lambda d: (d / "model.safetensors").write_bytes(b""), id="empty-weights"),
        pytest.param(lambda d: (d / "model.safetensors").write_bytes(b"\x80\x04."), id="a-pickle"),
        pytest.param(lambda d: (d / "config.json").write_text("{"), id="half-a-config"),
        pytest.param(lambda d: (d / "config.json").write_text("[]"), id="config-is-a-list"),
        pytest.param(one_missing, id="a-tensor-is-missing"),
        pytest.param(another_shape, id="another-shape"),
    ],
)
def test_damaged_weights_are_refused_by_their_folder(damage, tmp_path):
    folder = saved(tmp_path)
    damage(folder)
    with pytest.raises(WeightsError) as refused:
        LaughterModel.load(folder)
    assert str(refused.value).startswith(str(folder))
    assert "\n" not in str(refused.value)


def test_a_flipped_bit_is_another_sha(tmp_path):
    whole = LaughterModel.load(saved(tmp_path)).info
    flip_a_bit(tmp_path / "model.safetensors")
    assert LaughterModel.load(tmp_path).info.sha256 != whole.sha256


# Files of sound


LAUGH_44K = np.repeat(planted("silence", 1), 2)


def late(path):
    write_media(path, Movie(steady(25, 34)), Sound(LAUGH_44K, start_s=2.0))


def with_a_gap(path):
    write_in_one_track(path, [Sound(LAUGH_44K), Sound(LAUGH_44K, start_s=40.0)])


@pytest.mark.parametrize(
    ("write", "laughs_s"),
    [
        pytest.param(lambda path: write_media(path, None, Sound(LAUGH_44K)), [12], id="plain"),
        pytest.param(late, [14], id="sound-2s-late"),
        pytest.param(with_a_gap, [12, 52], id="gap-of-ten-seconds"),
    ],
)
def test_laughter_lies_on_the_clock_of_the_file(write, laughs_s, tmp_path, model):
    path = tmp_path / "a.mkv"
    write(path)
    sound = measure_sound(probe(path), hearing=model.hearing())
    assert len(sound.laughter) == len(sound.rms)
    inside = np.zeros(len(sound.rms), bool)
    near = inside.copy()
    for start_s in laughs_s:
        inside[2 * start_s : 2 * start_s + 6] = True
        near[2 * start_s - 2 : 2 * start_s + 8] = True
    assert sound.laughter[inside].mean() > 0.8
    assert sound.laughter[~near].max() < 0.3


def test_nobody_who_listens_hears_nothing(tmp_path):
    path = tmp_path / "a.wav"
    write_media(path, None, Sound(LAUGH_44K))
    assert len(measure_sound(probe(path)).laughter) == 0


def extracted(path, laughter):
    return extract(
        probe(path), Reader(), WholePicture(), ExtractOptions(), lambda *_: None, laughter
    )


@pytest.mark.parametrize(
    "sounds",
    [
        pytest.param((), id="no-sound"),
        pytest.param((Sound(np.zeros(88_200)),), id="digital-silence"),
    ],
)
def test_a_video_without_sound_has_no_laughter(sounds, tmp_path, model):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(5, 6)), *sounds)
    signals = extracted(path, model).signals
    assert signals.laughter.shape == (len(signals),) == (12,)
    assert signals.laughter.max() < 0.1
    assert signals.laughter_model == model.info
    if not sounds:
        assert not signals.laughter.any()


def test_signals_say_that_nobody_listened(tmp_path):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(5, 2)), Sound(sine(0.5, 2)))
    signals = extracted(path, None).signals
    assert signals.laughter.tolist() == [0] * 4
    assert signals.laughter_model is None


def test_laughter_is_as_long_as_the_video(tmp_path, model):
    path = tmp_path / "a.mkv"
    write_media(path, Movie(steady(5, 40)), Sound(LAUGH_44K))
    found = extracted(path, model)
    assert len(found.signals.laughter) == tick_count(found.video.duration_s) == 80
    assert found.signals.laughter[24:30].mean() > 0.8
    assert not found.signals.laughter[61:].any()
