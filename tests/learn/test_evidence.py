"""Evidence of a whole video: from its folder, and from planted values of a long stream."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from funny.errors import DatasetError, MediaError
from funny.learn.beside.chat import Message
from funny.learn.beside.folder import Beside
from funny.learn.beside.info import Bin, Comment, Info
from funny.learn.beside.rows import Rows
from funny.learn.candidates import candidates
from funny.learn.evidence import evidence, gather
from funny.records import Analysis
from tests.values import analysis_of, block, signals_of, timeline_of

HOURS_S = 2 * 3600.0
FOLDER = Path("set")


def watched(signals, sha="a1"):
    """What an analyzer would say of a video with these signals."""
    whole = analysis_of()
    video = replace(whole.video, duration_s=len(signals) / 2, sha=sha)
    return Analysis(video, signals, timeline_of(np.zeros(len(signals))), ())


def place(tmp_path, name, *files):
    folder = tmp_path / "videos" / name
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).touch()
    return folder


def test_a_video_that_was_watched_has_its_true_length(tmp_path):
    place(tmp_path, "abc", "abc.mp4")
    (found,), notes = gather(tmp_path, lambda path: watched(signals_of(100)))
    assert (found.video.id, found.video.path) == ("abc", "videos/abc/abc.mp4")
    assert (found.video.duration_s, found.video.sha, notes) == (50.0, "a1", [])
    assert "no live chat" in found.notes and found.delay is None


def test_a_video_that_nobody_watched_is_as_long_as_its_info_says(tmp_path):
    folder = place(tmp_path, "abc", "abc.mp4")
    (folder / "abc.info.json").write_text('{"duration": 61, "channel": "침착맨", "title": "t"}')
    (found,), _ = gather(tmp_path)
    assert (found.video.duration_s, found.video.streamer, found.signals) == (61.0, "침착맨", None)


def test_without_either_nobody_knows_how_long_it_is(tmp_path):
    place(tmp_path, "abc", "abc.mp4")
    with pytest.raises(DatasetError, match=r"no video can be read; .* Leave --quick out"):
        gather(tmp_path)


def test_what_cannot_be_read_is_passed_over_and_the_rest_goes_on(tmp_path):
    for name in ("broken", "empty", "twin", "whole"):
        place(tmp_path, name, *(() if name == "empty" else (f"{name}.mp4",)))

    def watch(path):
        if path.stem == "broken":
            raise MediaError(f"{path}: is empty (0 bytes). Copy or download it again.")
        return watched(signals_of(100))

    told = []
    found, notes = gather(tmp_path, watch, told.append)
    assert [e.video.id for e in found] == ["twin"]
    assert told == ["broken", "empty", "twin", "whole"]
    assert ["is empty (0 bytes)" in notes[0], "expected one video" in notes[1]] == [True, True]
    assert notes[2] == "passed over: whole is the same video as twin"


MOMENTS_S = tuple(float(t) for t in range(420, 6900, 270))


def long_stream(seed, delay_s=5.5):
    """Two hours whose chat grows livelier, with a loud game, greetings, and a heat map of 72 s."""
    rng = np.random.default_rng(seed)
    times = np.concatenate([rng.uniform(0, HOURS_S, 6000), rng.uniform(3600, HOURS_S, 9000)])
    usual = [
        Message(t, rng.choice(["와", "ㅋㅋ", "ㄷㄷ"]), f"u{n % 900}") for n, t in enumerate(times)
    ]
    said = [(rng.uniform(0, 60), "안녕하세요 ㅋㅋㅋ") for _ in range(200)]
    for moment_s in MOMENTS_S:
        people = rng.integers(12, 20) * (1 if moment_s < 3600 else 3)
        said += [(moment_s + delay_s + rng.exponential(2), "ㅋㅋㅋㅋㅋㅋㅋ") for _ in range(people)]
    said += [(t, "GG") for t in rng.normal(3000, 3, 300)]
    crowd = [Message(t, text, f"v{n}") for n, (t, text) in enumerate(said)]
    messages = sorted([*usual, *crowd], key=lambda message: message.time_s)
    early = [int(t) - 2 for t in MOMENTS_S[::3]]
    named = [Comment(f"{t // 60}:{t % 60:02d} ㅋㅋㅋ", 9) for t in early]
    bins = [Bin(72.0 * n, 72.0 * n + 72, rng.uniform(0.2, 0.6)) for n in range(100)]
    info = Info(duration_s=HOURS_S, comments=Rows(tuple(named)), heatmap=Rows(tuple(bins)))
    return Beside("long", FOLDER / "long.mp4", info, (), Rows(tuple(messages)))


def heard(seed, moments):
    """Talk and a game that is louder for a minute now and then; laughter in some moments."""
    rng = np.random.default_rng(seed)
    ticks = round(HOURS_S * 2)
    game = block(ticks, *((t, t + 60) for t in range(800, 7000, 900)), high=12.0)
    loud = block(ticks, *((t, t + 4) for t in moments), high=8.0)
    db = -35 + rng.normal(0, 3, ticks) + game + loud
    laughter = block(ticks, *((t, t + 4) for t in moments), high=0.9)
    return signals_of(ticks, rms=10 ** (db / 20), laughter=laughter)


@pytest.mark.parametrize("seed", range(3))
def test_two_hours_of_a_lively_stream(seed):
    signals = heard(seed, MOMENTS_S[::2])
    found = evidence(long_stream(seed), FOLDER, lambda path: watched(signals))
    assert found.delay.is_measured and found.delay.delay_s == pytest.approx(6, abs=2)
    clips = candidates(found.video, found.cues)
    first = clips[: len(MOMENTS_S)]
    hit = [any(c.start_s <= t < c.end_s for c in first) for t in MOMENTS_S]
    assert np.mean(hit) >= 0.9
    assert not [c for c in first if c.start_s < 60]


@pytest.mark.parametrize("delay_s", [3.0, 9.0])
def test_comments_too_say_how_late_chat_is(delay_s):
    found = evidence(long_stream(0, delay_s), FOLDER)
    assert found.delay.is_measured
    assert found.delay.delay_s == pytest.approx(delay_s, abs=2)


@pytest.mark.parametrize("seed", range(3))
def test_two_hours_with_nothing_but_chat(seed):
    beside = long_stream(seed, delay_s=6.0)
    silent = replace(beside, info=replace(beside.info, comments=None))
    found = evidence(silent, FOLDER)
    assert not found.delay.is_measured
    clips = candidates(found.video, found.cues)[: len(MOMENTS_S)]
    hit = [any(c.start_s <= t < c.end_s for c in clips) for t in MOMENTS_S]
    assert np.mean(hit) >= 0.9
