"""A Hub that never answers, or only with errors: the page works, and says which model speaks."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults.looking import assert_all_there, logged
from tests.visitor import Visitor


@contextmanager
def deaf():
    """Takes every connection, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class Broken(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)

    do_HEAD = do_POST = do_GET

    def log_message(self, *_):
        """Is silent."""


@contextmanager
def broken():
    """Answers everything with an error of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("hub", [deaf, broken])
def test_a_hub_that_is_down_keeps_nobody_waiting(app_with, film, truth, tmp_path, hub):
    with hub() as address:
        app = app_with(
            FUNNY_HUB_REPO="tester/mine@v1",
            HF_ENDPOINT=address,
            HF_HOME=str(tmp_path / "hf"),
            HF_HUB_OFFLINE="0",
        )
        with Visitor(app.address) as visitor:
            visitor.open()
            assert "embedded" in visitor.value("models")
            visitor.upload(film)
            visitor.do("analyze")
            assert_all_there(visitor, truth)
        assert logged(app) == []
