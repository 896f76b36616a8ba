"""Your own streamer, end to end: propose, label in the browser, train, tune, publish, use.

The streamer never laughs: what is funny goes with a slam on the table, which the released head does
not take for funny. Chat, comments, replays and subtitles know better.
"""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from funny.learn.labels import read_answers
from funny.learn.manifest import FUNNY, load_manifest
from funny.learn.metrics import average_precision, overlap_s, tick_truth
from tests.hub import Hub
from tests.learn.planted_streamer import plant_streamer
from tests.serving import free_port
from tests.ui.browser import (
    BANDS,
    PATIENCE_MS,
    choose_head,
    labeller_says,
    says,
    shown,
    upload,
)
from tests.weights.conftest import outside

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
REPO = "tester/slapstick"
STREAMS, UNSEEN, SEED = 20, 4, 2611


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder, the streams to learn from, others of the same person, and a Hub."""
    folder = tmp_path_factory.mktemp("streamer")
    seen = plant_streamer(folder / "dataset", STREAMS, SEED, gag="loud_nonlaugh")
    others = plant_streamer(folder / "others", UNSEEN, SEED, gag="loud_nonlaugh", first=STREAMS)
    with Hub() as hub:
        environment = outside(hub.url, folder, HF_TOKEN=hub.token, HF_HUB_DISABLE_XET="1")
        environment["FUNNY_RUNS"] = str(folder / "runs")
        yield SimpleNamespace(
            folder=folder,
            dataset=folder / "dataset",
            streams={stream.id: stream for stream in (*seen, *others)},
            others=others,
            environment=environment,
        )


def funny(place, *arguments):
    """Runs a command line that has to succeed; gives what it printed."""
    command = [sys.executable, "-m", "funny", *map(str, arguments)]
    done = subprocess.run(command, env=place.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def is_funny(place, clip):
    """What somebody says who knows the streamer."""
    moments = place.streams[clip.video].funny
    shared = [(overlap_s((clip.start_s, clip.end_s), m), m[1] - m[0]) for m in moments]
    return any(both >= min(clip.length_s, length) / 2 for both, length in shared)


@pytest.fixture(scope="module")
def proposed(place):
    funny(place, "dataset", "propose", place.dataset, "--count", 100, "--quiet")
    return load_manifest(place.dataset)


def test_what_is_funny_is_proposed(place, proposed):
    clips = [clip for clip in proposed.clips if clip.proposed == FUNNY]
    right = [is_funny(place, clip) for clip in clips]
    moments = [(s.id, m) for s in place.streams.values() if s not in place.others for m in s.funny]
    found = [
        any(c.video == id and overlap_s((c.start_s, c.end_s), m) >= 2 for c in clips)
        for id, m in moments
    ]
    assert len(moments) >= 30
    assert np.mean(found) >= 0.85
    assert np.mean(right) >= 0.8


@pytest.fixture(scope="module")
def labelled(place, proposed, browser):
    """The dataset after somebody pressed a key for every clip, in the real page."""
    answers = {clip.id: is_funny(place, clip) for clip in proposed.clips}
    arguments = ("-m", "funny", "label", place.dataset, "--annotator", "anna")
    with served(place, *arguments) as address:
        page, clip = browser.new_page(), None
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        for _ in answers:
            clip = shown(page, clip)
            page.keyboard.press("1" if answers[clip] else "0")
        labeller_says(page, f"All {len(answers)} clips are labelled")
        page.close()
    assert {a.clip: a.label == FUNNY for a in read_answers(place.dataset)} == answers
    return place.dataset


@contextmanager
def served(place, *arguments):
    """Address of a page, as the process that serves it prints it."""
    command = [sys.executable, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, env=place.environment, stdout=subprocess.PIPE, text=True
    ) as server:
        lines = (re.search(r"http://127\.0\.0\.1:\S+", line) for line in server.stdout)
        try:
            yield next(found[0] for found in lines if found)
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def runs(place, labelled):
    """Names of the heads that learned from the labels."""
    funny(place, "dataset", "build", labelled, "--quiet")
    funny(place, "dataset", "stats", labelled)
    funny(place, "train", labelled, "--from", "lstm", "--name", "slapstick", "--quiet")
    how = ("--from", "lstm", "--trials", 2, "--name", "slapstick-tuned", "--quiet")
    funny(place, "tune", labelled, *how)
    return ("slapstick", "slapstick-tuned")


def test_they_are_evaluated_on_clips_of_other_videos(place, runs):
    others = place.folder / "others"
    funny(place, "dataset", "propose", others, "--count", 20, "--quiet")
    funny(place, "dataset", "build", others, "--quiet")
    for name in runs:
        told = json.loads(funny(place, "evaluate", name, others, "--proposed", "--json"))
        own, released = (found["f1"]["value"] for found in told["heads"].values())
        assert own > released


@pytest.fixture(scope="module")
def published(place, runs):
    """A head that is on the Hub, and here no more."""
    funny(place, "publish", runs[0], "--repo", REPO)
    place.environment.update(FUNNY_HUB_REPO=REPO, FUNNY_RUNS=str(place.folder / "empty"))
    return runs[0]


def ap_of(place, stream, head, out):
    """Average precision over the ticks of a stream."""
    video = next(stream.folder.glob("*.mp4"))
    funny(place, "analyze", video, "--out", out, "--head", head, "--top", 1, "--quiet")
    return precision_of(stream, json.loads((out / "analysis.json").read_text("utf-8")))


def precision_of(stream, analysis):
    segments = [{"start_s": a, "end_s": b, "funny": True} for a, b in stream.funny]
    truth = tick_truth(segments, len(analysis["scores"]))
    return average_precision(truth, np.array(analysis["scores"]))


def test_unseen_videos_are_scored_better_with_the_published_head(place, published, tmp_path):
    released, own = (
        [ap_of(place, stream, head, tmp_path / f"{stream.id}-{head}") for stream in place.others]
        for head in ("lstm", published)
    )
    print("released", released, "own", own)
    assert np.mean(own) > np.mean(released) + 0.15


def test_the_page_offers_the_published_head_and_uses_it(place, published, browser, tmp_path):
    stream = place.others[0]
    with served(place, "app.py", "--server-port", free_port()) as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        page.wait_for_selector(BANDS)
        choose_head(page, published)
        upload(page, next(stream.folder.glob("*.mp4")))
        page.click("#analyze")
        says(page, "clips cut")
        with page.expect_download() as given:
            page.click("#export tr:has-text('analysis') a")
        analysis = json.loads(Path(given.value.path()).read_text("utf-8"))
        page.close()
    assert analysis["models"]["head"]["name"] == f"head-{published}"
    told = ap_of(place, stream, published, tmp_path / "out")
    assert precision_of(stream, analysis) == pytest.approx(told, abs=0.01)
