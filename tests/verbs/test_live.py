"""`funny live` on a recording that somebody is writing."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from funny import store
from funny.cli import main
from funny.moments.ffmpeg import binary
from tests.scale.live.feeding import writer

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """The example as a recorder writes it."""
    path = tmp_path_factory.mktemp("recording") / "stream.ts"
    words = [binary(), "-v", "error", "-i", EXAMPLE, "-c", "copy", path]
    subprocess.run([str(word) for word in words], check=True)
    return path


def events_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_recording_is_watched_while_it_grows(recording, tmp_path, capsys):
    growing, out = tmp_path / "growing.ts", tmp_path / "out"
    more = ["--markers", tmp_path / "m.csv", "--ends-after", "2", "--json", "--clips"]
    with writer(recording, growing, pieces=60, pause_s=0.05):
        assert main([str(w) for w in ("live", growing, "--out", out, *more)]) == 0
    events = events_of(capsys.readouterr().out)
    moments = [e for e in events if e["event"] == "moment"]
    clips = [e for e in events if e["event"] == "clip"]
    assert events[0]["event"] == "started" and events[-1]["event"] == "ended"
    assert len(moments) == events[-1]["moments"] > 0
    assert len(clips) == len(moments)
    for clip in clips:
        with av.open(clip["path"]) as file:
            assert file.duration / av.time_base >= clip["end_s"] - clip["start_s"] - 0.2
    assert len((tmp_path / "m.csv").read_text("utf-8").splitlines()) == len(moments) + 1
    assert sorted(path.suffix for path in (out / "clips").iterdir()) == [".mp4"] * len(clips)
    found = store.load(out)
    spans = {(h.start_s, h.end_s) for h in found.highlights}
    assert spans == {(m["start_s"], m["end_s"]) for m in moments}
    edl = tmp_path / "x.edl"
    assert main(["export", str(out), "--format", "edl", "--out", str(edl)]) == 0
    assert edl.exists()


def test_ctrl_c_ends_in_good_order(recording, tmp_path):
    out = tmp_path / "out"
    words = [sys.executable, "-m", "funny", "live", "-", "--out", str(out), "--json"]
    with writer(recording, "-", pieces=400, pause_s=0.2, stdout=subprocess.PIPE) as feeding:
        watcher = subprocess.Popen(words, stdin=feeding.stdout, stdout=subprocess.PIPE, text=True)
        read = []
        for line in watcher.stdout:
            read.append(json.loads(line))
            if sum(e["event"] == "score" for e in read) == 3:
                watcher.send_signal(signal.SIGINT)
        feeding.kill()
    assert watcher.wait(30) == 0
    assert read[-1]["event"] == "ended"
    assert len(store.load(out).timeline) >= 3


def test_what_is_stopped_before_anything_came_is_130(tmp_path):
    words = [sys.executable, "-m", "funny", "live", str(tmp_path / "no.ts"), "--ends-after", "60"]
    watcher = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Whether its models are loaded by then makes no difference.
    time.sleep(5)
    watcher.send_signal(signal.SIGINT)
    _, said = watcher.communicate(timeout=30)
    assert watcher.returncode == 130
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["rtmp://a.example/x"], "--allow-network", id="network"),
        pytest.param(["rtmp://127.0.0.1/x", "--allow-network"], "--allow-address", id="private"),
        pytest.param(["https://a.example/x.mp4", "--allow-network"], "only playlists", id="mp4"),
        pytest.param(["device:x"], "device:v4l2", id="device"),
        pytest.param(["no.mkv", "--ends-after", "0"], "--ends-after", id="ends-after"),
        pytest.param(["no.mkv", "--clips"], "needs --out", id="clips"),
        pytest.param(["no.mkv", "--webhook", "file:///x"], "--webhook", id="webhook"),
        pytest.param(["no.mkv", "--ends-after", "0.2"], "nothing that can be read", id="missing"),
    ],
)
def test_a_bad_source_is_one_line(arguments, message, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["live", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert list(tmp_path.iterdir()) == []
