"""The command line: errors of one line, and options that reach the analysis."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from funny.cli import _parser, main
from funny.errors import OptionError
from funny.moments.highlights import HighlightOptions
from funny.pipeline import AnalyzeOptions
from funny.verbs.analyze import analyze_options
from tests.media import Movie, Sound, burst, steady, write_media


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "a.mp4"
    write_media(path, Movie(steady(5, 4)), Sound(burst(2, 1, 4)))
    return path


def exit_of(*arguments):
    """Exit code of a command line, whichever way it leaves."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as stopped:
        return stopped.code


def options_of(*arguments):
    return analyze_options(_parser().parse_args(["analyze", "a.mp4", "--out", "out", *arguments]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "the following arguments are required: VERB", id="nothing"),
        pytest.param(["dance"], "invalid choice: 'dance'", id="unknown-verb"),
        pytest.param(["analyze"], "required: VIDEO, --out", id="no-video"),
        pytest.param(["analyze", "a.mp4"], "required: --out", id="no-folder"),
        pytest.param(["--colour"], "required: VERB", id="unknown-option"),
    ],
)
def test_bad_usage_is_one_line(arguments, message, capsys):
    assert exit_of(*arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert "--help" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--top", "-1"], "expected a whole number of at least 0, got -1", id="top"),
        pytest.param(["--clips", "1.5"], "expected a whole number", id="clips"),
        pytest.param(["--audio-track", "²"], "expected a whole number", id="track"),
        pytest.param(["--threshold", "high"], "--threshold: invalid float", id="threshold"),
        pytest.param(["--threshold", "1.5"], "--threshold 1.5: expected", id="threshold-above-1"),
        pytest.param(["--threshold", "nan"], "--threshold nan: expected", id="threshold-nan"),
        pytest.param(["--face-region", "0.1,0.2,0.3"], "expected four numbers", id="three"),
        pytest.param(["--face-region", "a,b,c,d"], "expected four numbers", id="words"),
        pytest.param(["--face-region", "0.5,0,0.6,1"], "--face-region 0.5,0,0.6,1", id="outside"),
        pytest.param(["--face-region", "0,0,0,0"], "expected x,y,w,h as fractions", id="empty"),
        pytest.param(["--pad-before", "-1"], "--pad-before: expected at least 0", id="pad"),
        pytest.param(["--max-length", "1.2"], "--max-length 1.2: expected", id="max-below-min"),
        pytest.param(["--emotion", "best"], "invalid choice: 'best'", id="emotion"),
        pytest.param(["--emotion", "va-mtl"], "add --emotion-weights PATH", id="no-weights"),
        pytest.param(["--emotion-weights", "no.safetensors"], "no.safetensors", id="weights"),
        pytest.param(["--head", "transformer"], "Known: conv1d", id="head"),
        pytest.param(["--features", "11"], "--features: invalid choice: 11", id="features"),
        pytest.param(
            ["--head", "transformer", "--features", "12"], "transformer-12", id="no-such-twin"
        ),
        pytest.param(["--audio-track", "7"], "--audio-track 7", id="no-such-track"),
    ],
)
def test_a_bad_option_is_one_line_and_leaves_nothing(arguments, message, video, capsys):
    folder = video.with_name("out")
    assert exit_of("analyze", video, "--out", folder, "--quiet", *arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("funny")
    assert message in err
    assert [path.name for path in video.parent.iterdir()] == ["a.mp4"]


def test_no_options_are_the_defaults():
    assert options_of() == AnalyzeOptions()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        pytest.param(["--audio-track", "0"], {"audio_track": 0}, id="first-track"),
        pytest.param(["--threshold", "0"], {"threshold": 0.0}, id="threshold-0"),
        pytest.param(["--threshold", "0.4"], {"threshold": 0.4}, id="threshold"),
        pytest.param(["--head", "lstm"], {"head": "lstm"}, id="head"),
        pytest.param(["--features", "13"], {"head": "lstm"}, id="features-13"),
        pytest.param(["--features", "12"], {"head": "conv1d-12"}, id="features-12"),
        pytest.param(
            ["--head", "lstm", "--features", "12"], {"head": "lstm-12"}, id="features-12-of-a-head"
        ),
        pytest.param(["--no-cache"], {"cache": False}, id="no-cache"),
        pytest.param(
            ["--face-region", "0.75,0.7,0.25,0.3"],
            {"face_region": (0.75, 0.7, 0.25, 0.3)},
            id="face-region",
        ),
        pytest.param(
            ["--emotion", "va-mtl", "--emotion-weights", "w.safetensors"],
            {"emotion": "va-mtl", "emotion_weights": Path("w.safetensors")},
            id="emotion",
        ),
    ],
)
def test_options_reach_the_analysis(arguments, wanted):
    assert options_of(*arguments) == AnalyzeOptions(**wanted)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        pytest.param(["--top", "0"], {"top": 0}, id="top-0"),
        pytest.param(["--pad-before", "0"], {"pad_before_s": 0.0}, id="no-set-up"),
        pytest.param(["--pad-after", "2.5"], {"pad_after_s": 2.5}, id="pad-after"),
        pytest.param(["--setup-reach", "12"], {"setup_reach_s": 12.0}, id="set-up-reach"),
        pytest.param(["--edges", "plain"], {"edges": "plain"}, id="plain-edges"),
        pytest.param(
            ["--min-length", "1", "--max-length", "9", "--top", "3"],
            {"min_length_s": 1.0, "max_length_s": 9.0, "top": 3},
            id="lengths",
        ),
    ],
)
def test_options_reach_the_highlights(arguments, wanted):
    assert options_of(*arguments) == AnalyzeOptions(highlights=HighlightOptions(**wanted))


def test_options_are_checked_before_a_model_loads():
    with pytest.raises(OptionError):
        options_of("--face-region", "0,0,2,2")


FILES = {"analysis.json", "signals.npz", "highlights.csv", "timeline.html"}


def test_results_lie_in_the_folder(video, capsys):
    folder = video.with_name("out")
    assert exit_of("analyze", video, "--out", folder, "--threshold", "0.99") == 0
    assert {path.name for path in folder.iterdir()} == FILES
    out = capsys.readouterr().out
    assert "face-api-expression" in out
    assert out.endswith(f"0 highlights, 0 clips: {folder}\n")


def test_json_is_for_machines(video, capsys):
    folder = video.with_name("out")
    assert exit_of("analyze", video, "--out", folder, "--json", "--threshold", "0.99") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert {**json.loads((folder / "analysis.json").read_text("utf-8")), "clips": []} == found
    assert (found["options"]["threshold"], err) == (0.99, "")


@pytest.mark.parametrize(
    ("arguments", "head"),
    [
        pytest.param((), "lstm", id="13-as-it-is"),
        pytest.param(("--features", "12"), "conv1d-12", id="12"),
    ],
)
def test_the_head_of_so_many_numbers_is_named_in_the_analysis(arguments, head, video, capsys):
    folder = video.with_name("out")
    assert exit_of("analyze", video, "--out", folder, "--quiet", *arguments) == 0
    found = json.loads((folder / "analysis.json").read_text("utf-8"))
    assert found["models"]["head"]["name"] == f"head-{head}"
    assert found["options"]["head"] == head
    assert found["models"]["laughter"]["name"] == "laughter"


def test_quiet_says_nothing(video, capsys):
    arguments = ("--out", video.with_name("out"), "--quiet", "--threshold", "0.99")
    assert exit_of("analyze", video, *arguments) == 0
    assert capsys.readouterr() == ("", "")


def test_stopped_is_130_and_leaves_nothing(video, capsys, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("funny.store.save", stop)
    assert exit_of("analyze", video, "--out", video.with_name("out"), "--quiet") == 130
    assert capsys.readouterr().err.startswith("funny: stopped")
    assert [path.name for path in video.parent.iterdir()] == ["a.mp4"]


def test_a_missing_video_has_no_traceback(tmp_path):
    command = (sys.executable, "-m", "funny", "analyze", "no.mp4", "--out", tmp_path / "out")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("funny: no.mp4")
