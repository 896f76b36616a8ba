"""The app as a Space starts it, in a real Chromium: the page says which emotion model speaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from funny.extract.emotion import VaMtl
from funny.weights.convert import convert
from funny.weights.folders import EMBEDDED, VA_MTL, models_folder
from funny.weights.publish import plan
from tests.hub import Hub
from tests.serving import ROOT, App
from tests.ui.browser import PATIENCE_MS

REPO, TAG = "tester/mine", "v3"
# The port of `discard`, where nobody listens: what asks for an address outside gets none.
NOWHERE = "http://127.0.0.1:9"

pytestmark = pytest.mark.browser


def start(hub, folder):
    """The app, far from the network, beside a Hub."""
    environment = {
        "FUNNY_CACHE": str(folder / "funny"),
        "FUNNY_HUB_REPO": f"{REPO}@{TAG}",
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(folder / "hf"),
        "HF_HUB_OFFLINE": "0",
        "HTTPS_PROXY": NOWHERE,
    }
    return App(folder, **environment)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """What `funny publish` sends where there is VA-MTL, here with random weights."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("va-mtl")
    torch.save(VaMtl.build(), folder / "enet_b0_8_va_mtl.pt")
    convert(folder / "enet_b0_8_va_mtl.pt", folder / "model.safetensors")
    planned = plan(REPO, folder / "model.safetensors")
    return {file.path: file.content for file in planned.files}


def running(files, folder) -> Iterator[App]:
    """The app beside a Hub that holds some files."""
    with Hub() as hub:
        if files:
            hub.add(REPO, files, tags=[TAG])
        with start(hub, folder) as app:
            yield app


@pytest.fixture(scope="module")
def with_empty_hub(tmp_path_factory):
    yield from running({}, tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def with_va_mtl(published, tmp_path_factory):
    yield from running(published, tmp_path_factory.mktemp("full"))


@pytest.fixture
def badge_of(browser):
    def badge_of(app, locale):
        with browser.new_context(locale=locale) as context:
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(app.address)
            page.wait_for_selector("#models strong")
            if page.locator("#models summary").count():
                page.click("#models summary")
            return page.inner_text("#models")

    return badge_of


def assert_names_no_folder(text, app):
    own = (ROOT, Path.home(), app.folder, models_folder())
    assert [str(folder) for folder in own if str(folder) in text] == []
    assert [word for word in text.split() if word.startswith("/")] == []


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        pytest.param(
            "en-US",
            (
                *("Emotion model: face-api-expression", "not VA-MTL", "Asked in vain:"),
                f"models: models/{VA_MTL} is not there",
                "upstream: the server cannot be reached",
            ),
            id="english",
        ),
        pytest.param(
            "ko-KR",
            (
                *("감정 모델: face-api-expression", "작은 내장 감정 모델", "받지 못한 이유:"),
                f"models: models/{VA_MTL} 폴더가 없습니다",
                "upstream: 서버에 연결할 수 없습니다",
            ),
            id="korean",
        ),
    ],
)
def test_the_embedded_model_is_named_with_the_reason_why(with_empty_hub, badge_of, locale, words):
    badge = badge_of(with_empty_hub, locale)
    assert [word for word in words if word not in badge] == []
    assert f"hub: {REPO}@{TAG}: no such repository, or it is private" in badge
    assert_names_no_folder(badge, with_empty_hub)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        pytest.param("en-US", "Emotion model: enet_b0_8_va_mtl · head: head-lstm", id="english"),
        pytest.param("ko-KR", "감정 모델: enet_b0_8_va_mtl · 판정 모델: head-lstm", id="korean"),
    ],
)
def test_va_mtl_of_the_hub_is_named_with_its_repository(with_va_mtl, badge_of, locale, words):
    badge = badge_of(with_va_mtl, locale)
    assert words in badge
    assert f"{REPO}@" in badge
    assert "face-api" not in badge
    assert_names_no_folder(badge, with_va_mtl)


@pytest.mark.parametrize(
    ("app", "model"),
    [
        pytest.param("with_empty_hub", "face-api-expression", id=EMBEDDED),
        pytest.param("with_va_mtl", "enet_b0_8_va_mtl", id=VA_MTL),
    ],
)
def test_the_log_names_the_model_before_the_first_visitor(app, model, request):
    log = request.getfixturevalue(app).output.read_text("utf-8")
    before = log.split("Running on local URL")[0]
    assert f"Emotion model: {model}" in before
    assert "**" not in before and "<" not in before
    assert "Traceback" not in log
