"""The page learns: another head is chosen, and corrections are kept when somebody asks for it."""

import shutil

import pytest

from funny.learn.labels import read_answers
from funny.learn.manifest import load_manifest
from funny.ui.page import Page
from funny.ui.settings import Settings
from funny.weights.folders import models_folder
from tests.ui.browser import BANDS, cell, choose_head, grave, press, run_example, says
from tests.ui.test_labeller import make_dataset

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("learning")


@pytest.fixture(scope="module")
def served(folder):
    """A page that keeps corrections, beside a folder of runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNNY_RUNS", str(folder / "runs"))
        page = Page(Settings(dataset=folder / "dataset"))
        _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
        yield page, address
        page.blocks.close()


def test_another_head_scores_again_without_reading(open_page) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    before = page.inner_text("#highlights")
    choose_head(page, "logistic")
    page.wait_for_function("t => document.querySelector('#highlights').innerText !== t", arg=before)
    page.wait_for_function("document.querySelector('#threshold input').value !== '0.55'")
    says(page, "highlights")


def test_a_head_of_ones_own_is_there_when_the_page_is_loaded(open_page, folder) -> None:
    shutil.copytree(models_folder() / "head-conv1d", folder / "runs" / "anna")
    page = open_page()
    page.wait_for_selector(BANDS)
    choose_head(page, "anna")
    says(page, "highlights")
    run_example(page)


def test_corrections_are_kept_when_somebody_asks(open_page, folder) -> None:
    page = open_page()
    page.wait_for_selector(BANDS)
    page.click("#teach")
    says(page, "Nothing was corrected yet")
    assert not (folder / "dataset").exists()
    cell(page, 3, 0).locator("input").click()
    says(page, "3 kept")
    page.click("#teach")
    says(page, "clips of this video are kept for training")
    manifest = load_manifest(folder / "dataset")
    assert all(manifest.file_of(video).is_file() for video in manifest.videos)
    assert manifest.counts()["funny"] == 3 and manifest.counts()["ordinary"] >= 1


def test_clips_are_labelled_beside_the_desk(browser, tmp_path) -> None:
    dataset = make_dataset(tmp_path / "d")
    page = Page(Settings(dataset=dataset))
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    context = browser.new_context(locale="ko-KR")
    seen = context.new_page()
    seen.goto(f"{address}?annotator=anna")
    seen.wait_for_selector(BANDS)
    assert seen.locator("#labeller").is_hidden()
    seen.click("button[role=tab]:has-text('판정')")
    press(seen, "1")
    assert grave(seen) == []
    assert [a.label for a in read_answers(dataset)] == ["funny"]
    seen.click("button[role=tab]:has-text('찾기')")
    run_example(seen, "하이라이트 4개")
    context.close()
    page.blocks.close()
