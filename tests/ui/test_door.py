"""Of Gradio's addresses those are open that the page needs, and nonsense is told to be that."""

import errno

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from funny.ui.door import Door


def raising(error):
    def answer(_):
        raise error

    return answer


@pytest.fixture
def client():
    errors = {
        **{"key": KeyError("x"), "value": ValueError("x"), "own": RuntimeError("planted")},
        **{"long": OSError(errno.ENAMETOOLONG, "x"), "full": OSError(errno.ENOSPC, "x")},
    }
    routes = [Route(f"/{name}", raising(error)) for name, error in errors.items()]
    routes.append(Route("/{path:path}", lambda _: PlainTextResponse("done")))
    app = Starlette(routes=routes, middleware=[Middleware(Door)])
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("place", "status"),
    [
        pytest.param("/", 200, id="page"),
        pytest.param("/config", 200, id="config"),
        pytest.param("/gradio_api/queue/join", 200, id="queue"),
        pytest.param("/below/gradio_api/queue/data", 200, id="under-a-sub-path"),
        pytest.param("/gradio_api/file=/a/b.mp4", 200, id="file"),
        pytest.param("/gradio_api/file=https://example.com/a.mp4", 404, id="file-of-the-web"),
        pytest.param("/gradio_api/file=http%3A//example.com/a", 404, id="file-of-the-web-encoded"),
        pytest.param("/gradio_api/file/https://example.com/a.mp4", 404, id="file-as-it-was-named"),
        pytest.param("/gradio_api/proxy=https://a.hf.space/", 404, id="proxy"),
        pytest.param("/gradio_api/process_recording", 404, id="recording"),
        pytest.param("/gradio_api/component_server", 404, id="component"),
        pytest.param("/gradio_api/deep_link", 404, id="link"),
        pytest.param("/gradio_api/vibe-edit", 404, id="editor"),
        pytest.param("/gradio_api/", 404, id="nothing"),
        pytest.param("/gradio_api/queueing", 404, id="longer-name"),
    ],
)
def test_what_is_open(client, place, status):
    assert client.get(place).status_code == status


@pytest.mark.parametrize(
    ("kind", "status"), [("key", 400), ("value", 400), ("long", 400), ("own", 500), ("full", 507)]
)
def test_a_request_without_sense_is_no_error_of_the_server(client, kind, status):
    assert client.get(f"/{kind}").status_code == status


@pytest.mark.parametrize("name", ["process_recording", "component_server", "vibe-edit"])
def test_the_page_is_behind_it(served, name):
    assert TestClient(served[0].blocks.app).post(f"/gradio_api/{name}").status_code == 404
