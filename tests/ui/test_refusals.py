"""What goes wrong where files are made, as it is said on the page: by the errors as they are."""

from dataclasses import replace
from fractions import Fraction

import pytest

import funny.moments.shorts
from funny.errors import FunnyError, MediaError
from funny.extras import extra
from funny.files import disk_message
from funny.moments.handoff.formats import export
from funny.moments.handoff.media import place_of
from funny.moments.handoff.rates import Rate
from funny.moments.handoff.values import ExportOptions
from funny.moments.reel import cards
from funny.moments.reel import write as reels
from funny.moments.reel.plan import plan_reel
from funny.moments.reel.values import ReelOptions
from funny.moments.running import FfmpegError
from funny.moments.shorts import make_shorts
from funny.moments.source import same_video
from funny.moments.stills import make_thumbnails
from funny.records import Highlight
from funny.ui.refusals import reason, without_folder
from funny.ui.strings import STRINGS, say
from tests.moments.handoff.planted import analysis, source

FIRST, SECOND = Highlight(10, 20, 15, 0.9), Highlight(18, 25, 20, 0.7)
CUT, MARK = ExportOptions(mode="cut"), ExportOptions(mode="mark")
MANY = tuple(Highlight(s, s + 0.5, s, 0.5) for s in range(1000))
SOUND = replace(analysis(), video=replace(analysis().video, width=0, height=0))


def missing(tmp_path):
    with extra("export"):
        raise ModuleNotFoundError(name="opentimelineio")


def without_font(tmp_path):
    """As if the font were not installed."""
    import sys

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pylopdf_fonts_ko", None)
        cards._font(20)


def another_video(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"another")
    same_video(replace(analysis().video, path=tmp_path / "a.mp4", sha="0" * 64))


def full_disk(tmp_path):
    raise MediaError(disk_message(tmp_path / "a.mp4", OSError(28, "No space left on device")))


def raised(why):
    def fail(tmp_path):
        raise MediaError(why(tmp_path / "a.mp4", FfmpegError(f"{tmp_path}/x: Invalid data")))

    return fail


def of(make, *arguments):
    return lambda tmp_path: make(*arguments)


CASES = [
    (of(place_of, "videos/a.mp4", "a.mp4"), "bad_media", {}),
    (of(export, analysis(()), "srt", MARK), "nothing_kept", {}),
    (of(plan_reel, analysis().video, (), Fraction(25), ReelOptions()), "nothing_kept", {}),
    (
        of(export, analysis((FIRST, SECOND)), "edl", CUT, source()),
        "overlap",
        {"first": 1, "second": 2, "at": "00:00:18"},
    ),
    (of(export, analysis((FIRST,)), "chapters", MARK), "few_chapters", {"count": 2}),
    (of(export, analysis(MANY), "edl", CUT, source()), "many_cuts", {}),
    (of(Rate(Fraction(25)).timecode, 25 * 86_400), "long_timecode", {}),
    (
        of(export, analysis((FIRST,), length_s=12), "srt", MARK),
        "beyond",
        {"rank": 1, "at": "00:00:20"},
    ),
    (
        of(export, analysis((FIRST,)), "edl", CUT, source(length_s=5.0)),
        "beyond",
        {"rank": 1, "at": "00:00:10"},
    ),
    (of(same_video, analysis().video), "video_gone", {}),
    (another_video, "video_gone", {}),
    (lambda folder: make_shorts(SOUND, [], folder, None), "no_picture_in_it", {}),
    (lambda folder: make_thumbnails(SOUND, [], folder, None), "no_picture_in_it", {}),
    (full_disk, "no_room", {}),
    (missing, "not_installed", {"name": "opentimelineio", "extra": '".[export]"'}),
    (without_font, "no_font", {}),
    (raised(reels._why_not_written), "not_encoded", {}),
    (raised(funny.moments.shorts._why_not_made), "not_encoded", {}),
]


@pytest.mark.parametrize("language", STRINGS)
@pytest.mark.parametrize(
    ("action", "key", "values"),
    [pytest.param(*case, id=f"{case[1]}-{n}") for n, case in enumerate(CASES)],
)
def test_an_error_is_said_in_the_visitors_language(tmp_path, language, action, key, values):
    with pytest.raises(FunnyError) as error:
        action(tmp_path)
    said = reason(language, error.value)
    names = {"marked": say(language, "mode_mark"), "comment": say(language, "format_comment")}
    assert said == say(language, key, **{**names, **values})
    assert str(tmp_path) not in said and "--" not in said


def test_what_is_not_known_stays_without_folders():
    assert reason("ko", MediaError("/srv/a/b.mp4: is odd.")) == "b.mp4: is odd."
    assert without_folder("see /a/b c") == "see b c"
