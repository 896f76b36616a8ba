"""A whole channel on real processes: killed, stopped, damaged, and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from funny import store
from funny.scale.batch import batch
from funny.scale.ended import DONE, FAILED, THERE
from funny.scale.options import BatchOptions
from funny.scale.parts import WORK
from tests.scale.channel import (
    CHUNK_S,
    ODD_NAME,
    OPTIONS,
    assert_same,
    below,
    by_name,
    kill,
    psutil,
)

ONE = BatchOptions(workers=1, chunk_s=CHUNK_S)
TWO = BatchOptions(workers=2, chunk_s=CHUNK_S)
WORKERS = ("spawn_main",)
ARGUMENTS = ("--workers", "1", "--chunk", "5", "--emotion", "embedded", "--threshold", "0.1")


def assert_as_whole(ended, out, whole):
    """The results are those of analysing every video as one."""
    for one in ended:
        if one.result:
            assert_same(store.load(out / one.result.folder), whole[one.result.path])


@pytest.fixture(scope="module")
def killed(channel, tmp_path_factory):
    """A batch in which a worker was killed while it was at something."""
    out, pids = tmp_path_factory.mktemp("killed"), []

    def kill_one(tally):
        # Models are loaded, and something is known of a video: now they are at work.
        if tally.known and not pids:
            pids.extend(below(WORKERS)[:1])
            kill(pids)

    ended = batch([channel], out, OPTIONS, TWO, progress=kill_one)
    assert pids
    return out, ended


def test_a_killed_worker_costs_nothing_but_time(killed, whole):
    out, ended = killed
    states = {name: one.state for name, one in by_name(ended).items()}
    assert states == {"a": DONE, ODD_NAME: DONE, "c": FAILED}
    assert_as_whole(ended, out, whole)


def test_a_damaged_video_says_why_in_one_sentence(killed, channel):
    problem = by_name(killed[1])["c"].problem
    assert problem.startswith(f"{channel / 'c.mp4'}: ") and "\n" not in problem
    row = next(
        r for r in (killed[0] / "videos.csv").read_text("utf-8").splitlines() if "c.mp4" in r
    )
    assert row.startswith("c,failed,")


def test_nothing_of_the_work_is_left(killed):
    out, ended = killed
    folders = {one.result.folder for one in ended if one.result}
    tables = {"highlights.parquet", "index.html", "videos.csv"}
    assert {path.name for path in out.iterdir()} == folders | tables
    assert below(WORKERS) == []


def test_the_table_has_one_row_a_highlight(killed, whole):
    table = pyarrow.parquet.read_table(killed[0] / "highlights.parquet").to_pylist()
    assert len(table) == sum(len(analysis.highlights) for analysis in whole.values()) > 1
    for row in table:
        expected = whole[row["path"]].highlights[row["rank"] - 1]
        assert row["peak_s"] == pytest.approx(expected.peak_s, abs=1e-3)
        assert row["score"] == pytest.approx(expected.score, abs=1e-4)
        assert row["reasons"] == [reason.signal for reason in expected.reasons]
        assert row["video"] == Path(row["path"]).stem


def test_a_second_run_does_nothing_again(killed, channel):
    out, _ = killed
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/*")}
    again = batch([channel], out, OPTIONS, ONE)
    assert {one.state for one in again if one.source.name != "c"} == {THERE}
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == before


def command(channel, out, *more):
    words = ("-m", "funny", "batch", str(channel), "--out", str(out), *ARGUMENTS, *more)
    return [sys.executable, *words]


def started(channel, out, *more):
    """The command line in a session of its own, as in a terminal of its own."""
    return subprocess.Popen(
        command(channel, out, *more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(holds, process, patience_s=240.0):
    end_s = time.monotonic() + patience_s
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.02)


def parts_in(out):
    return sorted(p.name for p in (out / WORK).glob("*/[!.]*"))


def test_ctrl_c_keeps_what_is_finished_and_the_next_run_goes_on(channel, whole, tmp_path):
    out = tmp_path / "out"
    first = started(channel, out, "--no-cache")
    until(lambda: any(name.startswith("ticks") for name in parts_in(out)), first)
    os.killpg(first.pid, signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode == 130
    assert said.splitlines()[-1].startswith("funny: stopped; what is done lies in")
    assert "Traceback" not in said
    assert psutil.pid_exists(first.pid) is False
    kept = {path: path.stat().st_mtime_ns for path in (out / WORK).glob("*/*")}
    assert kept and not [path for path in out.rglob("*.partial")]

    done = subprocess.run(
        command(channel, out, "--no-cache", "--json"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["name"]: line["state"] for line in lines}["a"] == DONE
    folder = out / next(line["folder"] for line in lines if line["name"] == "a")
    assert_same(store.load(folder), whole[str(channel / "a.mp4")])
    assert not (out / WORK).exists()


def test_a_batch_where_nothing_can_be_read_is_bad_input(channel, tmp_path):
    done = subprocess.run(
        command(channel / "c.mp4", tmp_path / "out", "--quiet"), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "not one video could be analysed" in done.stderr
    assert done.stderr.count("\n") == 2
