"""The page as it is served to strangers: files are read in processes of their own, and these go."""

import sys
import time
from pathlib import Path

import psutil
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.media import Movie, Sound, sine, steady, write_media
from tests.serving import App

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="how processes end is POSIX")

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with App(tmp_path_factory.mktemp("app"), FUNNY_ISOLATE="1") as app:
        yield app


@pytest.fixture(scope="module")
def client(app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    return Client(app.address, verbose=False, download_files=str(folder))


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "방송 #1.mp4"
    write_media(path, Movie(steady(10, 12), 64, 36), Sound(sine(0.5, 12)))
    return path


def readers(app):
    """Processes that read files for the server now."""
    found = []
    for child in app.process.children(recursive=True):
        try:
            found += [child] if "funny.extract.reader" in child.cmdline() else []
        except psutil.Error:
            continue
    return found


def seen_while(job, app):
    """How many readers were seen while a job went on."""
    seen = set()
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        seen |= {reader.pid for reader in readers(app)}
        if job.done():
            break
        time.sleep(0.02)
    return len(seen)


def test_a_video_is_read_and_cut_by_other_processes(app, client, video):
    job = client.submit(handle_file(video), None, "", api_name="/analyze")
    assert seen_while(job, app) > 0
    found = job.result()
    assert found["complete"] and found["video"]["name"] == video.name
    moments = [{"start_s": 2, "end_s": 5}]
    files = client.predict(found["job"], moments, api_name="/cut")
    assert len(files) == 2 and all(Path(file).stat().st_size > 0 for file in files)
    assert app.has_no_children()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no video " * 1000, id="text"),
        pytest.param(b"\0\0\0\x18ftypisom" + bytes(range(256)) * 40, id="a-torn-mp4"),
    ],
)
def test_garbage_is_refused_in_one_sentence(app, client, content, tmp_path):
    garbage = tmp_path / "garbage.mp4"
    garbage.write_bytes(content)
    with pytest.raises(AppError) as refused:
        client.predict(handle_file(garbage), None, "", api_name="/analyze")
    said = str(refused.value)
    assert "garbage.mp4" in said and "\n" not in said and str(app.folder) not in said
    assert "Traceback" not in app.said
    assert app.is_well() and app.has_no_children()
