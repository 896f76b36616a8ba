"""Programs ask for two things, get what the page gets, and get at nothing else."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from funny.fetch.gate import more_sites
from funny.ui.example import EXAMPLE
from funny.ui.page import Page
from funny.ui.settings import Settings
from tests.fetch.site import Site


@pytest.fixture(scope="module")
def site():
    """A site with the example, and with what is no video."""
    with Site() as site:
        site.add("/first_laugh.mp4", EXAMPLE.read_bytes())
        site.add("/page", "<html><title>nothing</title></html>")
        yield site


@pytest.fixture(scope="module")
def app(site) -> Iterator[tuple[Page, str]]:
    sites, folders = more_sites(site.address), (EXAMPLE.parent,)
    page = Page(Settings(sites=sites, allowed_addresses=(site.address,), folders=folders))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield page, address
    page.blocks.close()


@pytest.fixture(scope="module")
def client(app):
    return Client(app[1], verbose=False)


@pytest.fixture(scope="module")
def found(client):
    return client.predict(handle_file(str(EXAMPLE)), None, api_name="/analyze")


def test_there_are_two_endpoints(client):
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert sorted(named) == ["/analyze", "/cut"]


def test_an_analysis_is_what_analysis_json_holds_without_the_folder(found):
    assert (found["schema"], found["complete"]) == ("funny.analysis/1", True)
    assert found["video"]["name"] == EXAMPLE.name
    assert "path" not in found["video"]
    assert len(found["highlights"]) == 4
    assert "/" not in json.dumps(found["highlights"])


def test_a_threshold_can_be_given(client):
    none = client.predict(handle_file(str(EXAMPLE)), 1.0, api_name="/analyze")
    assert none["options"]["threshold"] == 1.0


def test_progress_is_told_on_the_way(client):
    told = list(client.submit(handle_file(str(EXAMPLE)), None, api_name="/analyze"))
    assert told[-1]["complete"]
    assert {"stage", "done", "total"} <= set(told[0])
    assert len({step["job"] for step in told}) == 1


def names(files):
    return [Path(file).name for file in files]


def test_all_or_other_moments_are_cut(client, found):
    assert len(client.predict(found["job"], None, api_name="/cut")) == 5
    files = client.predict(found["job"], [{"start_s": 1, "end_s": 3}], api_name="/cut")
    assert names(files)[0] == "clips.zip"
    assert names(files)[1].startswith("01_00-00-01")


@pytest.mark.parametrize(
    ("moments", "message"),
    [
        pytest.param([{"start_s": "a", "end_s": 3}], "start_s: expected a finite", id="text"),
        pytest.param([{"start_s": 5}], "end_s: expected a finite", id="half"),
        pytest.param([{"start_s": 5, "end_s": 5}], "expected at least", id="empty"),
        pytest.param(["ls"], "moments: expected a list", id="no-moment"),
        pytest.param({"op": "undo"}, "moments: expected a list", id="no-list"),
    ],
)
def test_what_is_no_moment_is_said_and_changes_nothing(client, found, moments, message):
    before = client.predict(found["job"], None, api_name="/cut")
    with pytest.raises(Exception, match=message):
        client.predict(found["job"], moments, api_name="/cut")
    assert names(client.predict(found["job"], None, api_name="/cut")) == names(before)


@pytest.mark.parametrize("job", ["", "nobody's", "../../etc/passwd", "x" * 500])
def test_a_job_that_is_none_is_said(client, job):
    with pytest.raises(Exception, match="job: there is no finished analysis"):
        client.predict(job, None, api_name="/cut")


def test_a_bad_threshold_and_a_missing_video_are_said(client):
    with pytest.raises(Exception, match="threshold"):
        client.predict(handle_file(str(EXAMPLE)), 7, api_name="/analyze")
    with pytest.raises(Exception, match="video: expected a file"):
        client.predict(None, None, api_name="/analyze")


def test_a_video_of_the_web_is_fetched(client, found, site):
    place = site.url("/first_laugh.mp4")
    told = list(client.submit(None, None, place, api_name="/analyze"))
    assert "download" in {step.get("stage") for step in told}
    assert told[-1]["highlights"] == found["highlights"]


def test_a_video_of_an_open_folder_is_opened(client, found):
    opened = client.predict(place=str(EXAMPLE), api_name="/analyze")
    assert opened["highlights"] == found["highlights"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        pytest.param("https://example.com/a.mp4", "fetched from .* only", id="other-site"),
        pytest.param("http://127.0.0.1:9/a.mp4", "fetched from .* only", id="this-machine"),
        pytest.param("ftp://youtube.com/a", "only addresses with http", id="ftp"),
        pytest.param("/etc/passwd", "no such file", id="path"),
    ],
)
def test_a_place_that_may_not_be_opened_is_said(client, place, message):
    with pytest.raises(Exception, match=message):
        client.predict(place=place, api_name="/analyze")


def test_a_page_without_a_video_is_said(client, site):
    with pytest.raises(Exception, match="no video"):
        client.predict(place=site.url("/page"), api_name="/analyze")


@pytest.mark.parametrize("kind", ["file", "json"])
def test_an_address_in_place_of_a_file_is_not_asked(app, client, site, kind):
    asked = len(site.asked)
    payload = {"path": site.url("/first_laugh.mp4"), "meta": {"_type": "gradio.FileData"}}
    how = {"file": ((payload,), "/analyze"), "json": (("x", [payload]), "/cut")}
    data, name = how[kind]
    told = called(f"{app[1]}gradio_api/call{name}", [*data, None])
    assert "not fetched in place of a file" in told
    assert len(site.asked) == asked


def test_a_cancelled_analysis_stops(app, client, tmp_path):
    page, _ = app
    job = client.submit(handle_file(str(EXAMPLE)), None, api_name="/analyze")
    name = next(iter(job))["job"]
    job.cancel()
    work = page._desk.find(name)
    end = time.monotonic() + 30
    while work.is_running and time.monotonic() < end:
        time.sleep(0.1)
    assert not work.is_running


def test_a_full_queue_says_so():
    page = Page(Settings(queue=1, watchers=1))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    client = Client(address, verbose=False)
    jobs = [client.submit(handle_file(str(EXAMPLE)), None, api_name="/analyze") for _ in range(4)]
    with pytest.raises(Exception, match=r"[Qq]ueue is full"):
        [job.result() for job in reversed(jobs)]
    for job in jobs:
        job.cancel()
    page.blocks.close()


def called(url, data):
    """What the server tells of a call, made without the help of Gradio's client."""
    body = json.dumps({"data": data}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            event = json.load(answer)["event_id"]
        with urllib.request.urlopen(f"{url}/{event}", timeout=60) as stream:
            return stream.read().decode()
    except urllib.error.HTTPError as error:
        return f"event: error {error.code}"


@pytest.mark.parametrize("path", ["/etc/passwd", "app.py", "../app.py", "file:///etc/passwd"])
def test_a_path_of_the_server_is_no_upload(app, path):
    payload = {"path": path, "meta": {"_type": "gradio.FileData"}}
    told = called(f"{app[1]}gradio_api/call/analyze", [payload, None, ""])
    assert "event: error" in told
    assert "highlights" not in told


@pytest.mark.parametrize("path", ["/etc/passwd", "app.py", "funny/pipeline.py"])
def test_files_of_the_server_are_not_served(app, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{app[1]}gradio_api/file={path}", timeout=30)
    assert refused.value.code in (403, 404)
