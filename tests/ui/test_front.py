"""Browsers get their headers, who asks too often is refused, and the server says how it is."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from funny.ui.front import HEADERS, Front, PerMinute
from funny.ui.visitor import address_of, visitor_of


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        pytest.param("", 0, "peer", id="direct"),
        pytest.param("1.1.1.1", 0, "peer", id="no-proxy-is-believed"),
        pytest.param("", 1, "peer", id="the-proxy-says-nothing"),
        pytest.param("1.1.1.1", 1, "1.1.1.1", id="one-proxy"),
        pytest.param("9.9.9.9, 1.1.1.1", 1, "1.1.1.1", id="made-up-before-it"),
        pytest.param("9.9.9.9, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1", id="two-proxies"),
        pytest.param("1.1.1.1", 2, "peer", id="one-is-missing"),
        pytest.param(" , ", 1, "peer", id="nothing-in-it"),
    ],
)
def test_where_a_request_comes_from(forwarded, proxies, address):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert address_of("peer", headers, proxies) == address


def test_a_visitor_is_a_word_that_tells_no_address():
    class At:
        def __init__(self, host):
            self.client, self.headers = type("Client", (), {"host": host}), {}

    one, again, other = (visitor_of(At(host)) for host in ("10.0.0.1", "10.0.0.1", "10.0.0.2"))
    assert one == again != other
    assert "10.0" not in one and visitor_of(None) == ""


def test_each_address_may_ask_so_often_a_minute():
    now = [0.0]
    limit = PerMinute(2, clock=lambda: now[0])
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [
        *(True, True, False),
        True,
    ]
    now[0] = 61.0
    assert limit.allows("a")


@pytest.fixture
def client():
    def answer(_):
        return PlainTextResponse("done")

    routes = [Route("/do", answer, methods=["GET", "POST"])]
    front = Middleware(Front, proxies=1, per_minute=3, waiting=lambda: 5)
    return TestClient(Starlette(routes=routes, middleware=[front]))


def test_who_asks_too_often_is_told_to_wait(client):
    answers = [client.post("/do").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    refused = client.post("/do")
    assert refused.headers["retry-after"] == "60" and "Wait a minute" in refused.text
    assert client.post("/do", headers={"x-forwarded-for": "2.2.2.2"}).status_code == 200
    assert client.get("/do").status_code == 200


def test_every_answer_has_the_headers(client):
    for answer in (client.get("/do"), client.get("/nowhere"), client.get("/health")):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_health_says_how_many_wait(client):
    found = client.get("/health").json()
    assert found == {"status": "ok", "waiting": 5}


def test_the_page_is_behind_it(served):
    with urlopen(f"{served[1]}health") as answer:
        assert json.load(answer)["status"] == "ok"
    with urlopen(served[1]) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{served[1]}gradio_api/file=/etc/passwd"))
    assert refused.value.code == 403 and refused.value.headers["X-Content-Type-Options"]
