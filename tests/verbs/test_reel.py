"""`funny reel`: one mp4 whole where it was asked for, or one line that says why not."""

import json
import shutil
from dataclasses import replace

import pytest

from funny import store
from funny.cli import _parser, main
from funny.extract.cache import content_sha
from funny.extract.video import probe
from funny.moments.encoding import QUALITIES as KNOWN
from funny.moments.reel.values import ReelOptions
from funny.records import Highlight
from funny.verbs.reel import QUALITIES, reel_options
from tests.media import Movie, Sound, sine, steady, write_media
from tests.values import analysis_of

FOUND = (Highlight(7.0, 10.0, 8.0, 0.9), Highlight(1.0, 4.0, 2.0, 0.7))


@pytest.fixture
def folder(tmp_path):
    """A folder with a video of 12 s and its analysis."""
    video = tmp_path / "방송 #1.mp4"
    write_media(video, Movie(steady(25, 12)), Sound(sine(0.5, 12)))
    found = replace(probe(video), sha=content_sha(video))
    (tmp_path / "found").mkdir()
    store.save(replace(analysis_of(24, FOUND), video=found), tmp_path / "found")
    return tmp_path


@pytest.fixture
def reel(folder, capsys):
    """Makes a reel, and gives the exit code and what was said."""

    def run(*arguments):
        try:
            code = main(["reel", str(folder / "found"), *map(str, arguments)])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


def test_a_folder_gets_a_reel_named_after_the_video(reel, folder):
    code, out, err = reel("--out", folder)
    path = folder / "방송 #1_reel.mp4"
    assert (code, out) == (0, f"2 moments, 5.6 s: {path}\n")
    assert "Rendering" in err
    assert probe(path).duration_s == pytest.approx(5.6, abs=0.03)


def test_programs_are_told_in_json(reel, folder):
    code, out, err = reel("--out", folder / "a.mp4", "--best", 1, "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told.pop("loudness_lufs") == pytest.approx(-14, abs=0.5)
    assert told.pop("true_peak_db") <= -1
    assert told == {
        "path": str(folder / "a.mp4"),
        "length_s": 3.0,
        "fps": 25.0,
        "pieces": [{"rank": 1, "start_s": 7.0, "end_s": 10.0, "at_s": 0.0}],
    }


def test_silence_is_valid_json(reel, folder):
    video = folder / "silent.mp4"
    write_media(video, Movie(steady(25, 12)))
    found = replace(probe(video), sha="")
    store.save(replace(analysis_of(24, FOUND), video=found), folder / "found")
    code, out, _ = reel("--out", folder / "a.mp4", "--json")
    assert code == 0
    assert json.loads(out)["true_peak_db"] is None


def test_quiet_says_nothing(reel, folder):
    assert reel("--out", folder / "a.mp4", "--quiet") == (0, "", "")


def test_every_option_reaches_the_reel():
    words = ["reel", "found", "--out", "a.mp4", "--best", "5", "--length", "90", "--order", "rank"]
    words += ["--crossfade", "0.2", "--titles", "--language", "ko", "--loudness", "-16"]
    options = reel_options(_parser().parse_args([*words, "--quality", "small"]))
    plain = (5, 90.0, "rank", 0.2, True, "ko", -16.0)
    assert options == ReelOptions(*plain, encoding=options.encoding)
    assert options.encoding.quality == "small"


def test_what_is_not_said_is_as_in_python():
    parsed = _parser().parse_args(["reel", "found", "--out", "a.mp4"])
    assert reel_options(parsed) == ReelOptions()


def test_the_qualities_are_those_of_the_encoding():
    assert tuple(KNOWN) == QUALITIES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--best", "0"], ["--best 0", "at least 1"], id="best"),
        pytest.param(["--best", "x"], ["--best", "x"], id="best-no-number"),
        pytest.param(["--length", "0"], ["--length 0.0", "at least 1 second"], id="length"),
        pytest.param(["--crossfade", "-1"], ["--crossfade"], id="crossfade"),
        pytest.param(["--loudness", "3"], ["--loudness 3.0", "LUFS"], id="loudness"),
        pytest.param(["--quality", "best"], ["--quality", "standard"], id="quality"),
        pytest.param(["--order", "size"], ["--order", "rank"], id="order"),
        pytest.param(["--relink", "b.mp4"], ["b.mp4", "no such file"], id="gone"),
    ],
)
def test_bad_usage_is_one_line(reel, folder, arguments, words):
    before = sorted(folder.iterdir())
    code, out, err = reel("--out", folder / "a.mp4", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(word in err for word in words), err
    assert sorted(folder.iterdir()) == before


def test_the_video_itself_is_never_written_over(reel, folder):
    before = (folder / "방송 #1.mp4").read_bytes()
    code, _, err = reel("--out", folder / "방송 #1.mp4")
    assert (code, err.count("\n")) == (2, 1)
    assert (folder / "방송 #1.mp4").read_bytes() == before


def test_a_video_that_moved_is_asked_for(reel, folder):
    shutil.move(folder / "방송 #1.mp4", folder / "moved.mp4")
    code, _, err = reel("--out", folder / "a.mp4")
    assert (code, "--relink PATH" in err) == (2, True)
    relinked = ("--relink", folder / "moved.mp4")
    assert reel("--out", folder / "a.mp4", *relinked, "--quiet")[0] == 0


def test_nothing_kept_is_one_line(reel, folder):
    found = store.load(folder / "found")
    none = tuple(replace(h, kept=False) for h in found.highlights)
    store.save(replace(found, highlights=none), folder / "found")
    code, _, err = reel("--out", folder / "a.mp4")
    assert (code, err.count("\n")) == (2, 1)
    assert "no moment to show" in err
