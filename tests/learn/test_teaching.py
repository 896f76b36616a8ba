"""Corrections of the page reach the dataset with their video, and outlive the upload."""

import threading
from dataclasses import replace

import pytest

from funny.errors import DatasetError
from funny.learn.manifest import NAME, load_manifest
from funny.learn.teaching import teach
from funny.moments.edit import Edits
from funny.records import Highlight
from tests.values import analysis_of

FUNNY, DROPPED = Highlight(10, 16, 13.0, 0.9), Highlight(30, 36, 33.0, 0.8)


def analysed(upload, sha="a" * 64):
    """An analysis of an upload with two moments."""
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_bytes(sha.encode())
    analysis = analysis_of(120, (FUNNY, DROPPED))
    return replace(analysis, video=replace(analysis.video, path=upload, sha=sha, duration_s=60.0))


def corrected(analysis):
    return Edits.started(analysis.highlights).keeping(2, False)


def test_who_corrected_nothing_leaves_nothing(tmp_path):
    analysis = analysed(tmp_path / "upload.mp4")
    assert teach(tmp_path / "dataset", analysis, Edits.started(analysis.highlights)) == 0
    assert not (tmp_path / "dataset").exists()


def test_labels_and_video_outlive_the_upload(tmp_path):
    analysis = analysed(tmp_path / "방송 #1.mp4")
    assert teach(tmp_path / "dataset", analysis, corrected(analysis)) == 2
    analysis.video.path.unlink()
    manifest = load_manifest(tmp_path / "dataset")
    assert all(manifest.file_of(video).is_file() for video in manifest.videos)
    assert sorted(clip.label for clip in manifest.clips) == ["funny", "ordinary"]
    assert manifest.file_of(manifest.videos[0]).read_bytes() == b"a" * 64
    assert manifest.videos[0].title == "방송 #1"


def test_taught_again_it_is_there_once(tmp_path):
    analysis = analysed(tmp_path / "upload.mp4")
    teach(tmp_path / "dataset", analysis, corrected(analysis))
    teach(tmp_path / "dataset", analysis, corrected(analysis).removed(1))
    manifest = load_manifest(tmp_path / "dataset")
    assert len(manifest.videos) == 1
    assert {clip.label for clip in manifest.clips} == {"ordinary"}


def test_many_at_once_lose_nothing(tmp_path):
    shas = [f"{n:064d}"[::-1] for n in range(1, 9)]
    analyses = [analysed(tmp_path / sha / "upload.mp4", sha) for sha in shas]
    threads = [
        threading.Thread(target=teach, args=(tmp_path / "dataset", a, corrected(a)))
        for a in analyses
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {v.sha for v in load_manifest(tmp_path / "dataset").videos} == set(shas)


@pytest.mark.parametrize("content", ["{", '{"schema": "another"}'])
def test_a_dataset_that_cannot_be_read_is_left_alone(tmp_path, content):
    (tmp_path / NAME).write_text(content)
    analysis = analysed(tmp_path / "upload.mp4")
    with pytest.raises(DatasetError):
        teach(tmp_path, analysis, corrected(analysis))
    assert (tmp_path / NAME).read_text() == content
