"""`funny short`: shorts whole in their folder, or one line that says why not."""

import json
import os
import shutil
import sys
from dataclasses import replace

import pytest

from funny import store
from funny.cli import main
from funny.extract.cache import content_sha
from funny.extract.video import probe
from funny.moments import layouts
from funny.records import Highlight
from funny.verbs import short
from tests.media import Movie, Sound, sine, steady, write_media
from tests.values import analysis_of

FOUND = (Highlight(4.0, 5.0, 4.5, 0.9), Highlight(1.0, 2.0, 1.5, 0.7), Highlight(6, 7, 6.5, 0.6))


@pytest.fixture
def folder(tmp_path):
    """A folder with a video of 8 s and its analysis."""
    video = tmp_path / "방송 #1.mp4"
    write_media(video, Movie(steady(10, 8), 128, 72), Sound(sine(0.5, 8)))
    found = replace(probe(video), sha=content_sha(video), duration_s=8.0)
    (tmp_path / "found").mkdir()
    analysis = analysis_of(16, FOUND, {"audio_track": None})
    store.save(replace(analysis, video=found), tmp_path / "found")
    return tmp_path


@pytest.fixture
def make(folder, capsys):
    """Makes shorts, and gives the exit code and what was said."""

    def run(*arguments):
        try:
            code = main(["short", str(folder / "found"), *map(str, arguments)])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


def refused(result, *words):
    code, out, err = result
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(word in err for word in words), err


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_names_are_those_of_the_package():
    assert tuple(layouts.SHAPES) == short.SHAPES
    assert layouts.LAYOUTS == short.LAYOUTS


def test_all_kept_moments_are_made(make, folder):
    code, out, _ = make("--out", folder / "new" / "shorts")
    assert code == 0
    assert names(folder / "new" / "shorts") == [
        "01_00-00-04_score-0.90_vertical.mp4",
        "02_00-00-01_score-0.70_vertical.mp4",
        "03_00-00-06_score-0.60_vertical.mp4",
    ]
    assert out.splitlines()[0].endswith("01_00-00-04_score-0.90_vertical.mp4  (follow)")


@pytest.mark.parametrize(
    ("which", "ranks"), [(("--best", 2), [1, 2]), (("--clips", "3,1"), [3, 1])]
)
def test_some_moments_are_made_as_json_says(make, folder, which, ranks):
    code, out, err = make("--out", folder / "out", "--shape", "square", *which, "--json")
    made = json.loads(out)["shorts"]
    assert (code, err) == (0, "")
    assert [int(os.path.basename(s["path"])[:2]) for s in made] == ranks
    assert {s["layout"] for s in made} == {"follow"}
    assert all((probe(p).width, probe(p).height) == (72, 72) for p in (folder / "out").iterdir())


def test_quiet_says_nothing(make, folder):
    assert make("--out", folder / "out", "--best", 1, "--quiet") == (0, "", "")
    assert len(names(folder / "out")) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--shape", "round"], ["--shape"], id="shape"),
        pytest.param(["--layout", "three"], ["--layout"], id="layout"),
        pytest.param(["--quality", "best"], ["--quality"], id="quality"),
        pytest.param(["--best", "0"], ["no moment to make anything of"], id="best-0"),
        pytest.param(["--clips", "1,x"], ["whole number", "x"], id="clips-x"),
        pytest.param(["--clips", "1,4"], ["--clips 4", "1 to 3"], id="clips-too-many"),
        pytest.param(["--clips", "0"], ["--clips 0", "1 to 3"], id="clips-0"),
        pytest.param(["--best", "1", "--clips", "1"], ["not allowed with"], id="both"),
        pytest.param(["--relink", "b.mp4"], ["b.mp4", "no such file"], id="gone"),
    ],
)
def test_bad_usage_is_one_line(make, folder, arguments, words):
    refused(make("--out", folder / "out", *arguments), *words)
    assert not (folder / "out").exists()


def test_a_video_that_moved_is_asked_for(make, folder):
    shutil.move(folder / "방송 #1.mp4", folder / "moved.mp4")
    refused(make("--out", folder / "out"), "--relink PATH")
    relinked = ("--relink", folder / "moved.mp4", "--best", 1, "--quiet")
    assert make("--out", folder / "out", *relinked)[0] == 0


def test_another_video_in_its_place_is_refused(make, folder):
    write_media(folder / "방송 #1.mp4", Movie(steady(5, 8), 128, 72))
    refused(make("--out", folder / "out"), "not the video that was analysed")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written_is_refused(make, folder):
    (folder / "locked").mkdir(mode=0o500)
    refused(make("--out", folder / "locked" / "out"), "cannot be written")
