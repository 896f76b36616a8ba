"""`funny analyze URL` and `funny dataset collect` as whole programs, on a site on loopback."""

import json
import os
import signal
import subprocess
import sys

import pytest

from funny.cli import main
from tests.fetch.site import Site, waits_for
from tests.media import Movie, Sound, burst, steady, write_media


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def mp4(tmp_path):
    path = tmp_path / "made.mp4"
    write_media(path, Movie(steady(5, 4)), Sound(burst(2, 1, 4)))
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture
def run(site, tmp_path, capsys):
    """Exit code and output of a command line that may ask the site."""

    def run(*words):
        arguments = [*words, "--out", tmp_path / "out", "--allow-address", site.address]
        try:
            code = main([str(word) for word in arguments])
        except SystemExit as stopped:
            code = stopped.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_url_is_fetched_then_analysed_and_kept(run, site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4)
    code, out, err = run("analyze", url)
    assert code == 0
    assert "Fetching" in err
    (video,) = (tmp_path / "out" / "source").glob("*/video.mp4")
    assert out.startswith(f"Source: a, fetched: {video}.")
    analysis = json.loads((tmp_path / "out" / "analysis.json").read_text("utf-8"))
    assert analysis["video"]["path"] == str(video)
    asked = len(site.asked)
    code, out, _ = run("analyze", url, "--json")
    assert (code, len(site.asked)) == (0, asked)
    assert json.loads(out)["source"] | {"url": url, "is_new": False} == json.loads(out)["source"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["/gone.mp4"], "is not there, or no longer", id="gone"),
        pytest.param(["file:///etc/passwd"], "only addresses with http", id="file"),
        pytest.param(["http://user@youtu.be/x"], "user names and passwords", id="user"),
        pytest.param(["http://youtu.be/x\n"], "holds a line break", id="newline"),
        pytest.param(["http://127.0.0.1:1/a.mp4"], "is not public", id="loopback"),
        pytest.param(["http://[::ffff:127.0.0.1]:1/"], "is not public", id="mapped"),
        pytest.param(["/gone.mp4", "--proxy", "nonsense"], "--proxy: expected", id="proxy"),
        pytest.param(["/gone.mp4", "--item", "0"], "--item 0: expected", id="item"),
        pytest.param(["/gone.mp4", "--head", "no"], "Known: conv1d", id="head-before-the-fetch"),
        pytest.param(["/gone.mp4", "--cookies", "no.txt"], "no.txt: cannot be read", id="cookies"),
    ],
)
def test_a_url_that_cannot_be_had_is_one_line(run, site, tmp_path, words, message):
    url = site.url(words[0]) if words[0].startswith("/") else words[0]
    code, out, err = run("analyze", url, *words[1:])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("funny: ")
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_who_stops_it_keeps_what_came(site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4 * 500, drip=(20_000, 0.05))
    command = [sys.executable, "-m", "funny", "analyze", url, "--out", tmp_path / "out"]
    with subprocess.Popen(
        [*command, "--allow-address", site.address], stderr=subprocess.PIPE, text=True
    ) as program:
        assert waits_for(lambda: [p for p in tmp_path.rglob("*.part") if p.stat().st_size], 120)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate()
    assert program.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].endswith("and the next run goes on there.")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".part"]


def collect(run, *sources, more=()):
    return run("dataset", "collect", *sources, "--sleep", "0", *more)


def test_collecting_ends_with_a_table(run, site, mp4, tmp_path):
    url = site.add("/a.mp4", mp4)
    code, out, err = collect(run, url, site.url("/gone.mp4"), tmp_path / "no.mp4")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["fetched", "failed", "failed", "1"]
    assert "1 of 3 videos are in" in out
    complaints = [line for line in err.splitlines() if line.startswith("funny: ")]
    assert len(complaints) == 2
    code, out, _ = collect(run, url, more=["--json"])
    (found,) = json.loads(out)["videos"]
    assert (code, found["state"]) == (0, "there")
    assert os.path.isfile(found["video"]["video"])


def test_collecting_nothing_is_a_failure(run, site, tmp_path):
    code, out, err = collect(run, site.url("/gone.mp4"), more=["--quiet"])
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == ("funny: not one video could be had; the lines above say why.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--limit", "0"], "--limit 0: expected at least 1", id="limit"),
        pytest.param(["--limit", "x"], "--limit: invalid", id="limit-word"),
        pytest.param(["--rate-limit", "fast"], "expected bytes a second", id="rate"),
        pytest.param(["--rate-limit", "10"], "--rate-limit 10: expected", id="slow"),
        pytest.param(["--max-height", "0"], "max_height: expected more", id="height"),
        pytest.param(["--sleep", "-1"], "--sleep -1", id="sleep"),
    ],
)
def test_bad_usage_is_one_line(run, tmp_path, words, message):
    code, out, err = collect(run, "https://youtu.be/x", more=words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["collect"], ["collect", "--out", "x"], ["dance"]])
def test_without_a_source_nothing_is_done(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["dataset", *words])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
