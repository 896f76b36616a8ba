"""What is typed into the Export menu, as options; what cannot work is refused in one sentence."""

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from funny.errors import OptionError
from funny.moments.handoff.formats import FORMATS
from funny.ui.export_options import project_options, reel_options, usual_media
from funny.ui.strings import STRINGS, say

LANGUAGES = pytest.mark.parametrize("language", STRINGS)


def project(chosen="fcpxml", mode="cut", handles_s: float | None = 0, media="", language="en"):
    return project_options(language, "방송 #2.mp4", chosen, mode, handles_s, media)


def test_every_format_has_a_name_and_a_purpose_in_both_languages():
    for words in STRINGS.values():
        assert {f"format_{f.id}" for f in FORMATS} <= set(words)
    assert all(set(f.purpose) == set(STRINGS) for f in FORMATS)


def test_a_project_is_as_it_was_chosen():
    options = project("fcpxml", "mark", 1.5, r"C:\영상\vod.mp4", "ko")
    assert (options.mode, options.handles_s, options.language) == ("mark", 1.5, "ko")
    assert options.media == PureWindowsPath(r"C:\영상\vod.mp4")
    assert options.only_kept


def test_without_a_path_the_project_names_the_video():
    assert project().media == PurePosixPath("방송 #2.mp4")
    assert project(handles_s=None).handles_s == 0


def test_a_format_that_only_names_times_is_not_asked_to_cut():
    assert project("csv", "cut").mode == "mark"
    assert project("edl", "mark").mode == "mark"


@LANGUAGES
@pytest.mark.parametrize("handles_s", [-1, float("nan"), float("inf"), -0.001])
def test_handles_that_are_none_are_refused(language, handles_s):
    with pytest.raises(OptionError) as refused:
        project(handles_s=handles_s, language=language)
    assert str(refused.value) == say(language, "bad_handles")


def test_a_reel_is_as_it_was_chosen():
    options = reel_options("ko", 90, "rank", True)
    assert (options.length_s, options.order, options.titles) == (90, "rank", True)
    assert options.language == "ko"


@pytest.mark.parametrize("length_s", [0, None])
def test_no_length_shows_all_moments_whole(length_s):
    assert reel_options("en", length_s, "time", False).length_s is None


@LANGUAGES
@pytest.mark.parametrize("length_s", [0.5, -3, float("nan"), float("inf")])
def test_a_length_that_is_none_is_refused(language, length_s):
    with pytest.raises(OptionError) as refused:
        reel_options(language, length_s, "time", False)
    assert str(refused.value) == say(language, "bad_length")


def test_only_a_video_of_an_open_folder_is_named_with_its_folder(tmp_path):
    opened, upload = tmp_path / "open" / "a.mp4", tmp_path / "uploads" / "b.mp4"
    assert usual_media(opened, [tmp_path / "open"]) == str(opened)
    assert usual_media(upload, [tmp_path / "open"]) == "b.mp4"
    assert usual_media(upload, []) == "b.mp4"
