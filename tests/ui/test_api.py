"""Programs ask for two things, get what the page gets, and get at nothing else."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from funny.ui.page import EXAMPLE, Page
from funny.ui.settings import Settings


@pytest.fixture(scope="module")
def app() -> Iterator[tuple[Page, str]]:
    page = Page(Settings())
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


@pytest.mark.parametrize("path", ["/etc/passwd", "app.py", "../app.py", "file:///etc/passwd"])
def test_a_path_of_the_server_is_no_upload(app, path):
    body = json.dumps({"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}, None]})
    url = f"{app[1]}gradio_api/call/analyze"
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            event = json.load(answer)["event_id"]
        with urllib.request.urlopen(f"{url}/{event}", timeout=60) as stream:
            told = stream.read().decode()
    except urllib.error.HTTPError as error:
        told = f"event: error {error.code}"
    assert "event: error" in told
    assert "highlights" not in told


@pytest.mark.parametrize("path", ["/etc/passwd", "app.py", "funny/pipeline.py"])
def test_files_of_the_server_are_not_served(app, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{app[1]}gradio_api/file={path}", timeout=30)
    assert refused.value.code in (403, 404)
