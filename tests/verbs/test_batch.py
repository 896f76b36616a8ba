"""`funny batch`: its options, and what it says for people and for programs."""

import json
from pathlib import Path

import pytest

from funny.cli import _parser, main
from funny.errors import OptionError
from funny.options import AnalyzeOptions
from funny.scale.board import Board, line, sentence, totals
from funny.scale.ended import DONE, FAILED, Ended
from funny.scale.options import BatchOptions
from funny.scale.sources import Source
from funny.scale.table import write_videos
from funny.scale.tally import Tally
from funny.verbs.analyze import analyze_options
from funny.verbs.batch import _Telling, batch_options
from tests.scale.planted import result

GOOD = Ended(Source("a", Path("/videos/a.mp4")), DONE, result())
BAD = Ended(Source("b\n[red]b", Path("b.mp4")), FAILED, problem="b.mp4: is damaged.")


def parsed(*arguments):
    return _parser().parse_args(["batch", "videos", "--out", "out", *arguments])


def batch_of(*arguments):
    found = batch_options(parsed(*arguments))
    return {k: v for k, v in vars(found).items() if v != getattr(BatchOptions(), k)}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([], {}, id="defaults"),
        pytest.param(["--workers", "3"], {"workers": 3}, id="workers"),
        pytest.param(["--ray", "auto"], {"ray": "auto"}, id="ray"),
        pytest.param(["--chunk", "5"], {"chunk_s": 300.0}, id="chunk"),
        pytest.param(["--retries", "0"], {"retries": 0}, id="retries"),
        pytest.param(["--limit", "7"], {"limit": 7}, id="limit"),
    ],
)
def test_options_reach_the_batch(arguments, expected):
    assert batch_of(*arguments) == expected


def test_options_reach_the_analysis():
    found = analyze_options(parsed("--threshold", "0.4", "--quick", "--no-cache", "--top", "3"))
    assert (found.threshold, found.quick, found.cache, found.highlights.top) == (
        0.4,
        True,
        False,
        3,
    )
    assert analyze_options(parsed()) == AnalyzeOptions()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--workers", "0"], "--workers 0: expected at least 1", id="nobody"),
        pytest.param(["--chunk", "7"], "--chunk 7: expected a multiple of 5", id="chunk"),
        pytest.param(["--chunk", "0"], "--chunk 0: expected a multiple", id="no-chunk"),
        pytest.param(["--limit", "0"], "--limit 0: expected at least 1", id="limit"),
    ],
)
def test_an_option_that_cannot_work_is_refused(arguments, message):
    with pytest.raises(OptionError, match=message):
        batch_options(parsed(*arguments))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("nowhere", "nowhere: is not there", id="missing"),
        pytest.param("ftp://a.b/c", "only addresses with http", id="protocol"),
    ],
)
def test_a_bad_source_is_one_line_before_any_work(tmp_path, capsys, source, message):
    assert main(["batch", source, "--out", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert not (tmp_path / "out").exists()


def test_programs_get_a_line_of_json_a_video(capsys):
    telling = _Telling(parsed("--json"), None, [])
    telling(GOOD)
    telling(BAD)
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert (good["state"], good["sha"], good["moments"][0]["score"]) == ("done", "1" * 64, 0.9)
    assert (bad["state"], bad["problem"], bad["moments"]) == (FAILED, "b.mp4: is damaged.", [])
    assert good.keys() == bad.keys()


def test_quiet_tells_of_problems_only(capsys):
    telling = _Telling(parsed("--quiet"), None, [])
    telling(GOOD)
    telling(BAD)
    assert capsys.readouterr() == ("", "funny: b.mp4: is damaged.\n")


def test_people_get_a_line_a_video_and_how_long_still(capsys):
    tally = Tally(done=3, failed=1, left=2, watched_s=7200, known=3, known_s=9000, elapsed_s=900)
    assert sentence(tally) == "3 done, 1 failed, 2 left, 8.0 hours of video an hour, 00:03:45 to go"
    assert line(GOOD) == "done   a  00:11:40  1 moments"
    assert line(BAD) == "failed b [red]b: b.mp4: is damaged."
    assert totals([GOOD, BAD], "out") == "1 of 2 videos, 0.2 hours, 1 moments: out"
    with Board() as board:
        board.progress(Tally())
        board.progress(tally)
        board.ended(BAD)
    assert "failed b [red]b: b.mp4: is damaged." in capsys.readouterr().err


def test_a_table_of_videos_opens_in_a_spreadsheet(tmp_path):
    write_videos(tmp_path / "v.csv", [GOOD, Ended(Source("\udcff", Path("\udcff")), FAILED)])
    text = (tmp_path / "v.csv").read_text("utf-8-sig")
    assert (tmp_path / "v.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row.split(",")[:2] for row in text.splitlines()[1:]] == [
        ["a", "done"],
        ["\\udcff", "failed"],
    ]
