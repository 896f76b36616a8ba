"""Chapters in OBS, asked for from a server that speaks its protocol (obs-websocket 5)."""

import base64
import hashlib
import threading

import msgpack
import pytest
from websockets.sync.server import serve

from funny.errors import OptionError
from funny.records import Highlight
from funny.scale.live.events import Gap, Moment
from funny.scale.live.obs import PASSWORD, ObsChapters
from funny.scale.live.outputs import Report

SALT, CHALLENGE = "salt", "challenge"
MOMENT = Report(Moment(Highlight(751.2, 760.0, 755.0, 0.987)), {})


def hashed(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Obs:
    """As much of OBS as chapters need; its password is `secret`."""

    def __init__(self, records=True):
        self.asked, self._records = [], records

    def __enter__(self):
        self._server = serve(self._talk, "127.0.0.1", 0, subprotocols=["obswebsocket.msgpack"])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()

    def _talk(self, client):
        auth = {"salt": SALT, "challenge": CHALLENGE}
        client.send(msgpack.packb({"op": 0, "d": {"rpcVersion": 1, "authentication": auth}}))
        said = msgpack.unpackb(client.recv())["d"]
        if said["authentication"] != hashed(hashed(f"secret{SALT}") + CHALLENGE):
            return client.close(4009, "Authentication failed.")
        client.send(msgpack.packb({"op": 2, "d": {"negotiatedRpcVersion": 1}}))
        asked = msgpack.unpackb(client.recv())["d"]
        self.asked.append((asked["requestType"], asked["requestData"]))
        status = {"result": self._records, "code": 100 if self._records else 501}
        if not self._records:
            status["comment"] = "Recording is not active."
        answer = {k: asked[k] for k in ("requestType", "requestId")}
        client.send(msgpack.packb({"op": 7, "d": {**answer, "requestStatus": status}}))
        for _ in client:
            pass


def test_each_moment_is_a_chapter_and_nothing_else_is(monkeypatch):
    monkeypatch.setenv(PASSWORD, "secret")
    with Obs() as obs:
        chapters = ObsChapters(obs.address)
        for report in (MOMENT, Report(Gap(1.0, 5.0), {}), Report(None, {}), MOMENT):
            chapters.tell(report)
        assert chapters.close() == []
    name = "funny 00:12:31 – 00:12:40 (0.99)"
    assert obs.asked == [("CreateRecordChapter", {"chapterName": name})] * 2


@pytest.mark.parametrize(
    ("password", "records", "why"),
    [
        pytest.param("wrong", True, f"is {PASSWORD} right", id="password"),
        pytest.param("secret", False, "Recording is not active", id="not-recording"),
    ],
)
def test_what_obs_refuses_is_one_sentence_at_the_end(monkeypatch, password, records, why):
    monkeypatch.setenv(PASSWORD, password)
    monkeypatch.setattr("funny.scale.live.obs._TIMEOUT_S", 1)
    with Obs(records) as obs:
        chapters = ObsChapters(obs.address)
        chapters.tell(MOMENT)
        (sentence,) = chapters.close()
    assert why in sentence and "\n" not in sentence


def test_an_obs_that_is_not_there_holds_nothing_up():
    chapters = ObsChapters("ws://127.0.0.1:9")
    for _ in range(3):
        chapters.tell(MOMENT)
    (sentence,) = chapters.close()
    assert "no chapter was set" in sentence


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:4455", "http://127.0.0.1", "ws://", "ws://a\nb"]
)
def test_another_address_is_refused(address):
    with pytest.raises(OptionError, match="--obs"):
        ObsChapters(address)
