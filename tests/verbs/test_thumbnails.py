"""`funny thumbnails`: pictures and previews whole in their folder, or one line that says why."""

import json

import pytest

from funny.cli import main
from funny.moments import stills
from funny.verbs import thumbnails
from tests.verbs.test_short import folder, names, refused

__all__ = ["folder"]


@pytest.fixture
def make(folder, capsys):
    """Makes thumbnails, and gives the exit code and what was said."""

    def run(*arguments):
        try:
            code = main(["thumbnails", str(folder / "found"), *map(str, arguments)])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


def test_the_names_are_those_of_the_package():
    assert stills.PICTURES == thumbnails.PICTURES
    assert stills.ANIMATIONS == thumbnails.ANIMATIONS


def test_each_moment_has_a_picture_and_a_preview(make, folder):
    code, out, _ = make("--out", folder / "out", "--best", 2)
    made = names(folder / "out")
    assert code == 0
    assert made == [
        *("01_00-00-04_score-0.90.jpg", "01_00-00-04_score-0.90.webp"),
        *("02_00-00-01_score-0.70.jpg", "02_00-00-01_score-0.70.webp"),
    ]
    assert out.splitlines() == [str(folder / "out" / name) for name in made]


def test_programs_are_told_in_json(make, folder):
    arguments = ("--clips", 2, "--animated", "none", "--picture", "png", "--json")
    code, out, err = make("--out", folder / "out", *arguments)
    (one,) = json.loads(out)["thumbnails"]
    assert (code, err) == (0, "")
    assert one["picture"] == str(folder / "out" / "02_00-00-01_score-0.70.png")
    assert one["animation"] is None
    assert 1.0 <= one["time_s"] < 2.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--animated", "avi"], ["--animated"], id="animated"),
        pytest.param(["--picture", "bmp"], ["--picture"], id="picture"),
        pytest.param(["--clips", "4"], ["--clips 4", "1 to 3"], id="clips-too-many"),
        pytest.param(["--relink", "b.mp4"], ["b.mp4", "no such file"], id="gone"),
    ],
)
def test_bad_usage_is_one_line(make, folder, arguments, words):
    refused(make("--out", folder / "out", *arguments), *words)
    assert not (folder / "out").exists()
