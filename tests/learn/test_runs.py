"""A run is whole, the same with the same seed, honest about its folds, and loads as a head."""

import json
import re
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

from funny.errors import DatasetError, FunnyError, OptionError, WeightsError
from funny.files import file_sha256
from funny.learn.card import card
from funny.learn.crossval import as_it_is
from funny.learn.folds import leaks
from funny.learn.loading import load
from funny.learn.report_page import wrongest
from funny.learn.runs import free_name, past_run, run_folder, write_run
from funny.learn.table import Line, as_html, as_markdown, as_text, cells
from funny.learn.training import Plan, expect_tunable, train_heads
from funny.score.features import FEATURES_12
from funny.weights.heads import load_head, read_head
from tests.study import study

NAMES = {
    "README.md",
    "config.json",
    "confusion.png",
    "curves.png",
    "folds.json",
    "highlights.json",
    "metrics.json",
    "model.safetensors",
    "report.html",
    "times.json",
}


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """An empty folder of runs."""
    monkeypatch.setenv("FUNNY_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    return study(tmp_path_factory.mktemp("침착맨 1"), videos=8, moments=8)


def trained(manifest, name="mine", **plan):
    plan = {"kinds": ("logistic",), "folds": 3, **plan}
    return train_heads(name, manifest, load(manifest), Plan(**plan))


@pytest.fixture(scope="module")
def report(manifest):
    return trained(manifest, kinds=("logistic", "lstm"))


def test_the_folder_is_whole_and_loads_as_a_head(report, runs):
    folder = write_run(report)
    assert {path.name for path in folder.iterdir()} == NAMES
    head = load_head("mine")
    assert head.info.name == "mine"
    assert head.info.source == "64 labelled clips of 8 videos"
    assert head.thresholds == report.chosen.thresholds
    assert head.config.calibration[0] > 0
    assert head.config.metrics["out_of_fold_clips"] == 64
    assert run_folder("mine") == run_folder(str(folder)) == folder
    assert (folder / "curves.png").read_bytes()[:4] == b"\x89PNG"


def test_the_same_seed_gives_the_same_bytes(manifest, runs):
    hashes = []
    for seed in (0, 0, 1):
        folder = write_run(trained(manifest, seed=seed))
        hashes.append({name: file_sha256(folder / name) for name in NAMES - {"times.json"}})
    assert hashes[0] == hashes[1]
    assert hashes[0]["model.safetensors"] != hashes[2]["model.safetensors"]


def test_no_video_is_on_both_sides_of_a_fold(report):
    examples = report.examples
    assert leaks({"video": examples.videos, "sha": examples.shas}, report.folds) == []
    past = past_run(write_run(report))
    assert past.fold_of == dict(zip(examples.ids.tolist(), report.folds.tolist(), strict=True))
    assert past.shas == set(examples.shas)


def test_the_figures_are_those_of_what_was_planted(report):
    found = {head.name: head.figures["average_precision"]["value"] for head in report.heads}
    assert min(found.values()) > 0.75
    best = max(figures["average_precision"]["value"] for figures in report.baselines.values())
    assert report.chosen.figures["average_precision"]["value"] > best
    assert report.chosen.name == max(found, key=found.get)


def test_metrics_hold_all_that_led_to_the_head(report):
    found = json.loads((write_run(report) / "metrics.json").read_text("utf-8"))
    assert found["options"] == {"folds": 3, "group": "video", "seed": 0}
    assert found["heads"]["lstm"]["parameters"] == 6_049
    assert found["heads"]["lstm"]["recipe"]["kind"] == "lstm"
    assert len(found["heads"]["lstm"]["epochs"]) == 3
    assert found["dataset"]["funny"] == int(report.examples.funny.sum())
    assert set(found["baselines"]) == {
        "random", "loudness", "smile", "product", "tension", "laughter",
    }  # fmt: skip


def test_twelve_features(manifest):
    report = trained(manifest, features=FEATURES_12)
    assert read_head(write_run(report)).config.features == FEATURES_12


def test_a_head_is_tuned_further_and_compared_with_itself_untouched(manifest):
    start = load_head("logistic")
    report = trained(manifest, start=start)
    [(name, (judged, figures))] = report.beside.items()
    assert name == "head-logistic, untouched"
    wanted = as_it_is(start.net, start.thresholds, report.examples).scores
    np.testing.assert_array_equal(judged.scores, wanted)
    assert figures["auroc"]["mean"] is not None
    head = read_head(write_run(report))
    np.testing.assert_array_equal(head.net.mean, start.net.mean)
    assert head.info.source.endswith("tuned further from head-logistic")
    found = json.loads((run_folder("mine") / "metrics.json").read_text("utf-8"))
    assert found["options"]["from_sha256"] == start.info.sha256
    assert "Tuned further from `head-logistic`" in card(report)


def test_a_head_of_other_numbers_cannot_be_tuned():
    head = load_head("logistic")
    head.net.config = type(head.config)(kind="logistic", features=("pitch",))
    with pytest.raises(DatasetError, match="looks at pitch, which datasets do not hold"):
        expect_tunable(head)


# Its card and its page


def test_the_card_says_what_others_must_know(report):
    text = card(report)
    for said in (
        "64 clips of 8 videos of 2 streamers",
        "Prevalence",
        "| logistic |",
        "| laughter |",
        "do not judge persons",
        "was chosen by these figures, of 2 heads",
        "few: mind the intervals",
    ):
        assert said in text


def test_what_is_published_names_nothing_of_this_machine(report, manifest):
    folder = write_run(report)
    for name in ("README.md", "config.json", "highlights.json", "metrics.json"):
        text = (folder / name).read_text("utf-8")
        assert not re.search(r"/(tmp|home|root|work)\b|file:", text), name


def test_the_page_opens_without_a_network_and_leads_to_the_clips(report, manifest):
    text = (write_run(report) / "report.html").read_text("utf-8")
    assert not re.search(r'(src|href)="https?:', text)
    links = re.findall(r'href="([^"]+)"', text)
    assert len(links) == 20
    for address in links:
        parts = urlsplit(address)
        assert parts.scheme == "file" and "침착맨 1" in unquote(parts.path)
        start_s, end_s = map(float, parts.fragment.removeprefix("t=").split(","))
        assert 5 <= end_s - start_s <= 7


def test_the_wrongest_clip_comes_first(report, manifest):
    text = wrongest(manifest, report.examples, report.chosen.judged)
    off = np.abs(report.chosen.judged.scores - report.examples.funny)
    assert f"({report.examples.ids[off.argmax()]})" in text.split("</li>")[0]


# Names


def test_a_free_name_gets_a_number(runs):
    assert free_name(None, "a-conv1d") == "a-conv1d"
    for taken in ("a-conv1d", "a-conv1d-2"):
        (runs / taken).mkdir(parents=True)
    assert free_name(None, "a-conv1d") == "a-conv1d-3"
    assert free_name("a-conv1d", "x") == "a-conv1d"


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "a b", "a:b", "a\\b"])
def test_what_cannot_name_a_folder_is_refused(name):
    with pytest.raises(OptionError, match="expected a plain name"):
        free_name(name, "x")


def test_an_unknown_run_is_told_which_there_are(report):
    with pytest.raises(OptionError, match=r"no such run .* Known: none; train one first"):
        run_folder("lstm")
    write_run(report)
    with pytest.raises(OptionError, match=r"Known: mine\."):
        run_folder("lstm")


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"clips": [{}]}', b'{"clips": 1}'])
def test_damaged_folds_are_named(report, content):
    folder = write_run(report)
    (folder / "folds.json").write_bytes(content)
    with pytest.raises(DatasetError, match=r"folds.json: cannot be read .* Train again"):
        past_run(folder)


def test_a_run_that_cannot_be_written_leaves_the_one_before(report, runs, monkeypatch):
    folder = write_run(report)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("funny.learn.runs.save_head", full)
    with pytest.raises(FunnyError, match="No space left"):
        write_run(report)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in runs.iterdir()] == ["mine"]


def test_a_run_without_a_head_is_no_head(runs):
    (runs / "half").mkdir(parents=True)
    (runs / "half" / "study.db").write_text("")
    with pytest.raises(WeightsError, match="no such head"):
        load_head("half")


# Tables


def test_tables():
    folds = {"value": 0.9, "mean": 0.91, "deviation": 0.02, "low": 0.8, "high": 0.95}
    lines = [
        Line("a", {"auroc": folds, "average_precision": {"value": 0.5}}, 1234, 2.0),
        Line("b<", {"f1": {"value": None}}),
    ]
    rows = cells(lines)
    assert rows[1] == ["a", "0.910 ± 0.020 (0.80–0.95)", "0.500", "–", "–", "1,234", "2.0 s"]
    assert rows[2] == ["b<", "–", "–", "–", "–", "–", "–"]
    assert [row[-1] for row in cells([Line("a", {})])] == ["parameters", "–"]
    assert as_text(rows).splitlines()[2].startswith("b<  –")
    assert as_markdown(rows).splitlines()[1] == "|---" * 7 + "|"
    assert "<td>b&lt;</td>" in as_html(rows)
