"""Where events go, and what becomes of them where nobody takes them."""

import csv
import http.server
import io
import json
import threading
import time

import pytest

from funny.errors import OptionError
from funny.records import Highlight, Reason
from funny.scale.live import webhook
from funny.scale.live.events import Moment, Score, to_json
from funny.scale.live.outputs import Everywhere, Lines, Markers, People, Report
from funny.scale.live.webhook import Webhook

MOMENT = Moment(Highlight(4.0, 12.5, 9.5, 0.875, (Reason("laughter", 0.1, 0.9),)))
REPORT = Report(MOMENT, {**to_json(MOMENT), "clock": "2026-12-01T06:00:00.000+00:00"})
SCORE = Report(Score(1.0, 0.5), to_json(Score(1.0, 0.5)))


class Taker(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, json.loads(body)))
        code = self.server.codes.pop(0) if self.server.codes else 204
        self.send_response(code)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def taker(monkeypatch):
    monkeypatch.setattr(webhook, "_TRIES_AFTER_S", (0.0, 0.05, 0.05))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker) as server:
        server.taken, server.codes = [], []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def hook(taker):
    return Webhook(f"http://127.0.0.1:{taker.server_port}/hook")


def test_a_webhook_gets_moments_and_no_scores(taker):
    sender = hook(taker)
    sender.tell(SCORE)
    sender.tell(REPORT)
    assert sender.close() == []
    assert taker.taken == [("/hook", REPORT.values)]


def test_a_webhook_is_tried_again(taker):
    taker.codes = [500, 503]
    sender = hook(taker)
    sender.tell(REPORT)
    assert sender.close() == []
    assert len(taker.taken) == 3


def test_a_redirect_is_not_followed(taker):
    taker.codes = [302, 302, 302]
    sender = hook(taker)
    sender.tell(REPORT)
    assert sender.close() == ["--webhook: 1 events could not be sent."]
    assert {path for path, _ in taker.taken} == {"/hook"}


def test_nobody_there_holds_nothing_up(monkeypatch):
    monkeypatch.setattr(webhook, "_TRIES_AFTER_S", (0.0, 0.05))
    sender, began = Webhook("http://127.0.0.1:9/"), time.monotonic()
    for _ in range(3):
        sender.tell(REPORT)
    assert time.monotonic() - began < 1
    assert sender.close() == ["--webhook: 3 events could not be sent."]


@pytest.mark.parametrize("url", ["file:///tmp/x", "ftp://a.example/", "http://", "x"])
def test_other_addresses_are_no_webhook(url):
    with pytest.raises(OptionError, match="--webhook"):
        Webhook(url)


def test_markers_are_there_at_once_and_stay(tmp_path):
    path = tmp_path / "markers.csv"
    for _ in range(2):
        markers = Markers(path)
        markers.tell(SCORE)
        markers.tell(REPORT)
        assert path.read_text("utf-8").count("\n") > 1
        markers.close()
    header, one, two = csv.reader(path.read_text("utf-8").splitlines())
    assert one == two
    assert dict(zip(header, one, strict=True))["reasons"] == "laughter 0.10 → 0.90"


def test_markers_that_cannot_be_written_are_one_sentence(tmp_path):
    with pytest.raises(OptionError, match="cannot be written"):
        Markers(tmp_path)


def test_lines_are_json_and_people_read_moments():
    lines, people = io.StringIO(), io.StringIO()
    everywhere = Everywhere([Lines(lines), People(people)])
    everywhere.tell(SCORE)
    everywhere.tell(REPORT)
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == [
        "score",
        "moment",
    ]
    assert people.getvalue() == "00:00:04 to 00:00:12  0.88  laughter 0.10 → 0.90\n"
    assert everywhere.close() == []
