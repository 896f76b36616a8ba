"""`funny clips`: the kept moments as files where they were asked for, or one line that says why."""

import json
import shutil

import av
import pytest

from funny.cli import main
from funny.extract.tracks import read_tracks
from funny.extract.video import probe
from funny.moments import encoding
from funny.verbs import clips, making
from tests.verbs.test_export import folder, refused

NAMES = ["01_00-00-04_score-0.90.mp4", "02_00-00-20_score-0.70.mp4", "03_00-00-32_score-0.60.mp4"]

__all__ = ["folder"]


@pytest.fixture
def cut(folder, capsys):
    """Cuts into `out`, and gives the exit code and what was said."""

    def run(*arguments):
        words = ["clips", folder / "found", "--out", folder / "out", *arguments]
        return main([str(word) for word in words]), *capsys.readouterr()

    return run


def test_the_names_in_help_are_those_there_are():
    assert tuple(encoding.QUALITIES) == making.QUALITIES
    assert making.ENCODERS == encoding.ENCODERS
    assert clips.COLOURS == encoding.COLOURS


def test_every_kept_moment_is_a_file(cut, folder):
    code, out, _ = cut("--quiet")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in (folder / "out").iterdir()) == NAMES
    lengths = [probe(folder / "out" / name).duration_s for name in NAMES]
    assert lengths == pytest.approx([5, 6, 8], abs=0.1)


def test_programs_are_told_in_json(cut, folder):
    code, out, err = cut("--best", 2, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"files": [str(folder / "out" / name) for name in NAMES[:2]]}


def test_what_lay_there_stays(cut, folder):
    (folder / "out").mkdir()
    (folder / "out" / "mine.txt").write_text("mine")
    assert cut("--best", 1, "--quiet")[0] == 0
    assert (folder / "out" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "codec", "fps"),
    [
        pytest.param(("--constant-rate",), "h264", 25, id="its-own-rate"),
        pytest.param(("--constant-rate", "29.97"), "h264", 30000 / 1001, id="29.97"),
        pytest.param(("--quality", "small", "--sound", "all"), "h264", 25, id="small"),
        pytest.param(("--copy",), "h264", 25, id="copy"),
        pytest.param(("--encoder", "hardware", "--jobs", "1"), "h264", 25, id="hardware"),
        pytest.param(("--colour", "keep"), "h264", 25, id="keep"),
    ],
)
def test_choices_reach_the_clip(cut, folder, words, codec, fps):
    code, out, err = cut("--best", 1, *words, "--quiet")
    assert (code, out, err) == (0, "", "")
    with av.open(folder / "out" / NAMES[0]) as container:
        assert container.streams.video[0].codec_context.name == codec
    assert float(read_tracks(folder / "out" / NAMES[0]).pace_hz) == pytest.approx(fps, rel=0.01)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--best", "0"), "no moment", id="none"),
        pytest.param(("--sound", "4"), "--sound 4: the video has 1", id="no-such-track"),
        pytest.param(("--sound", "loud"), "expected a whole number", id="no-track"),
        pytest.param(("--constant-rate", "fast"), "fast", id="no-rate"),
        pytest.param(("--jobs", "0"), "--jobs 0", id="no-jobs"),
        pytest.param(("--relink", "/nowhere.mp4"), "/nowhere.mp4", id="not-there"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(cut, folder, words, said):
    try:
        result = cut(*words)
    except SystemExit as end:
        result = end.code, "", said + "\n"
    refused(result, said)
    assert not (folder / "out").exists()


def test_another_video_in_its_place_is_refused(cut, folder):
    shutil.copy(folder / "found" / "analysis.json", folder / "방송 #1.mp4")
    refused(cut(), "is not the video that was analysed")


def test_a_moved_video_is_found_again(cut, folder):
    (folder / "방송 #1.mp4").rename(folder / "moved.mp4")
    refused(cut(), "--relink")
    assert cut("--relink", folder / "moved.mp4", "--best", 1, "--quiet")[0] == 0
    assert (folder / "out" / NAMES[0]).exists()
