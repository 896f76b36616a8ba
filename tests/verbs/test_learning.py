"""The walk from a dataset to a published head by the command line; errors of one line."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from funny.cli import main
from funny.learn.labels import Answer, Labels
from funny.learn.manifest import Manifest, SourceVideo
from funny.learn.parquet import NAME
from funny.pipeline import AnalyzeOptions, Analyzer
from funny.weights.heads import known_heads, load_head
from tests.hub import Hub
from tests.media import Movie, Sound, burst, steady, write_media
from tests.study import relabelled, study
from tests.weights.conftest import connect

REPO = "tester/mine"


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """A place of its own, with runs/ in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FUNNY_RUNS", raising=False)
    return tmp_path / "runs"


@pytest.fixture
def data(tmp_path):
    return study(tmp_path / "data", 6, 6).folder


def run(*arguments):
    return main([str(argument) for argument in arguments])


def told(capsys, *arguments):
    """What a command that works prints."""
    assert run(*arguments) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments):
    """The one line of a command that does not."""
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err


QUICK = ("--head", "logistic", "--folds", 3, "--quiet")


def test_from_clips_to_a_head_that_analyses(data, runs, capsys, tmp_path):
    out = told(capsys, "train", data, "--head", "logistic", "--folds", 3)
    assert "logistic " in out and "laughter " in out and "--head data-logistic" in out
    head = load_head("data-logistic")
    assert Analyzer(AnalyzeOptions(head="data-logistic")).head.info == head.info
    assert {(h.name, h.source) for h in known_heads()} >= {
        ("data-logistic", "runs"),
        ("lstm", "models"),
    }
    other = study(tmp_path / "other", 3, 6, seed=4).folder
    out = told(capsys, "evaluate", "data-logistic", other)
    assert out.splitlines()[1].startswith("data-logistic") and "head-lstm" in out
    found = json.loads(told(capsys, "evaluate", "data-logistic", other, "--json"))
    assert found["heads"]["data-logistic"]["clips"] == 18


def test_a_second_run_gets_a_name_of_its_own(data, runs):
    for _ in range(2):
        run("train", data, *QUICK)
    assert sorted(p.name for p in runs.iterdir()) == ["data-logistic", "data-logistic-2"]


def test_all_heads_in_one_table(data, runs, capsys, monkeypatch):
    from funny.learn import training

    monkeypatch.setattr(training, "Recipe", lambda *a, **k: of_one_step(*a, **k))
    found = json.loads(told(capsys, "train", data, "--head", "all", "--folds", 2, "--json"))
    assert list(found["heads"]) == ["conv1d", "lstm", "conv1d-lstm", "logistic"]
    assert found["chosen"] in found["heads"]
    assert Path(found["run"]) == Path("runs/data-all")


def of_one_step(*arguments, **changes):
    from funny.learn.fitting import Recipe

    return Recipe(*arguments, **{**changes, "epochs": 1})


def test_a_head_is_tuned_further_by_its_path_or_its_name(data, runs, capsys):
    from funny.weights.folders import models_folder

    path = models_folder() / "head-logistic"
    out = told(capsys, "train", data, "--from", path, "--folds", 3, "--name", "mine")
    assert "logistic, tuned" in out and "head-logistic, untouched" in out
    told(capsys, "train", data, "--from", "mine", "--head", "logistic", "--folds", 3)
    err = refused(capsys, "train", data, "--from", "mine", "--head", "lstm")
    assert "is a logistic head and stays one" in err


def test_a_search_and_what_it_leaves(data, runs, capsys):
    arguments = ("tune", data, "--head", "logistic", "--folds", 2, "--trials", 1)
    assert "--head data-logistic-tuned" in told(capsys, *arguments)
    folder = runs / "data-logistic-tuned"
    found = json.loads((folder / "metrics.json").read_text())
    assert list(found["options"]["search"]["best"]) == [
        "without fold 1",
        "without fold 2",
        "all clips",
    ]
    assert "were searched for" in (folder / "README.md").read_text()
    assert load_head("data-logistic-tuned").config.kind == "logistic"
    before = (folder / "model.safetensors").read_bytes()
    told(capsys, *arguments)  # nothing is missing: the same again
    assert (folder / "model.safetensors").read_bytes() == before


def test_statistics(data, capsys, tmp_path):
    out = told(capsys, "dataset", "stats", data / "manifest.json")
    assert "no duplicates" in out and (data / "stats.html").is_file()
    found = json.loads(told(capsys, "dataset", "stats", data, "--json", "--out", tmp_path / "o"))
    assert found["counts"]["clips"] == 36 and (tmp_path / "o/stats.png").is_file()


# Building, and what is bad


def test_a_build_by_the_command_line(tmp_path, capsys):
    sound = Sound(burst(2, 2, 8))
    write_media(tmp_path / "data-v.mp4", Movie(steady(4, 8)), sound)
    from funny.learn.manifest import Clip

    clip = Clip("c", "v", 0.0, 6.0, "funny", "funny")
    manifest = Manifest(tmp_path, (SourceVideo("v", "data-v.mp4", 8.0),), (clip,))
    manifest.save()
    out = told(capsys, "dataset", "build", tmp_path, "--emotion", "embedded")
    assert out == f"1 clips: {tmp_path / NAME}\n"
    (tmp_path / "data-v.mp4").unlink()
    assert "videos[0] (v)" in refused(capsys, "dataset", "build", tmp_path, "--quiet")


def one_class(data):
    manifest = study(data, 6, 6)
    relabelled(manifest, **{c.id: "funny" for c in manifest.clips}).save()


def no_labels(data):
    manifest = study(data, 6, 6)
    relabelled(manifest, **{c.id: None for c in manifest.clips}).save()


def too_few_videos(data):
    study(data, 2, 6)


def not_built(data):
    (data / NAME).unlink()


def moved(data):
    manifest = study(data, 6, 6)
    clip = replace(manifest.clips[0], end_s=manifest.clips[0].start_s + 5.125)
    replace(manifest, clips=(clip, *manifest.clips[1:])).save()


def not_a_manifest(data):
    (data / "manifest.json").write_text("[]")


def all_in_conflict(data):
    manifest = study(data, 6, 6)
    with Labels(data) as labels:
        for clip in manifest.clips:
            other = "ordinary" if clip.label == "funny" else "funny"
            labels.add(Answer("anna", clip.id, other, clip.start_s, clip.end_s, 1.0, 1.0))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(one_class, "Label some that are ordinary", id="one-class"),
        pytest.param(no_labels, "--proposed", id="no-labels"),
        pytest.param(too_few_videos, "take --folds 2", id="fewer-videos-than-folds"),
        pytest.param(not_built, "`funny dataset build`", id="not-built"),
        pytest.param(moved, "`funny dataset build` again", id="moved"),
        pytest.param(not_a_manifest, "expected a JSON object", id="no-manifest"),
        pytest.param(all_in_conflict, "people disagree", id="conflicts"),
        pytest.param(lambda d: shutil.rmtree(d), "cannot be read", id="no-folder"),
    ],
)
@pytest.mark.parametrize("verb", ["train", "tune"])
def test_bad_input_is_one_line_and_leaves_no_run(data, runs, capsys, damage, message, verb):
    damage(data)
    assert message in refused(capsys, verb, data, "--quiet")
    assert not runs.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--folds", 1], "--folds 1: expected at least 2", id="folds"),
        pytest.param(["--name", "a/b"], "--name a/b: expected a plain name", id="name"),
        pytest.param(["--annotator", "zoe"], "--annotator zoe: said nothing", id="annotator"),
        pytest.param(["--from", "nothing"], "there is no such head", id="from"),
        pytest.param(["--group", "streamer"], "of 2 different streamers", id="streamers"),
    ],
)
def test_bad_options_are_one_line(data, runs, capsys, arguments, message):
    assert message in refused(capsys, "train", data, *arguments, "--quiet")
    assert not runs.exists()


def test_a_run_that_is_not_there(data, capsys):
    assert "no such run" in refused(capsys, "evaluate", "lstm", data)
    assert "no such run" in refused(capsys, "publish", "lstm", "--repo", REPO, "--dry-run")
    assert "expected at least 1" in refused(capsys, "tune", data, "--trials", 0)


def test_an_interrupted_training_leaves_no_run(data, runs):
    code = (
        "import funny.learn.training as t, funny.cli as c, os, signal, sys\n"
        "real = t.cross_validated\n"
        "def stop(*a): os.kill(os.getpid(), signal.SIGINT); return real(*a)\n"
        "t.cross_validated = stop\n"
        f"sys.exit(c.main(['train', {str(data)!r}, '--head', 'logistic', '--folds', '3']))"
    )
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 130, done.stderr
    assert not runs.exists()


# Published


@pytest.fixture
def hub(tmp_path, monkeypatch):
    with Hub() as hub:
        connect(hub.url, tmp_path / "hub", monkeypatch)
        template = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setenv("HF_TOKEN", hub.token)
        yield hub


def test_a_run_is_published_listed_and_used_from_the_hub(data, runs, hub, capsys, monkeypatch):
    run("train", data, *QUICK, "--name", "mine")
    before = load_head("mine")
    out = told(capsys, "publish", "mine", "--repo", REPO, "--tag", "v1")
    assert f"FUNNY_HUB_REPO={REPO}@v1 and --head mine" in out
    there = set(hub.files(REPO, "v1")) - {".gitattributes"}
    head = {"README.md", "config.json", "highlights.json", "model.safetensors"}
    assert there == head | {f"head-mine/{name}" for name in (*head, "metrics.json")}
    text = b"".join(v for n, v in hub.files(REPO, "v1").items() if not n.endswith(".safetensors"))
    assert str(data).encode() not in text and str(Path.home()).encode() not in text
    shutil.rmtree(runs)
    monkeypatch.setenv("FUNNY_HUB_REPO", f"{REPO}@v1")
    assert ("mine", "hub") in {(h.name, h.source) for h in known_heads()}
    after = load_head("mine")
    assert (after.config, after.thresholds) == (before.config, before.thresholds)
    assert after.info.sha256 == before.info.sha256
