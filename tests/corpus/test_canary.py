"""A file that names other files or addresses makes nobody look at them."""

import subprocess
import sys
from contextlib import suppress

import pytest

from funny.errors import FunnyError
from funny.moments.clips import cut_clips
from funny.moments.ffmpeg import binary, input_words, opening_words, run_ffmpeg
from funny.moments.preview import needs_preview
from funny.moments.running import FfmpegError
from funny.records import Highlight, VideoInfo
from tests.corpus.canaries import LURES, alias, canaries, hls
from tests.corpus.looking import REFUSED, look

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform == "win32", reason="named pipes of POSIX"),
]


@pytest.fixture
def canary(tmp_path):
    with canaries(tmp_path) as alive:
        yield alive


def ways(path):
    """Whatever looks at a video of a stranger's: PyAV, the preview, clips, ffmpeg itself."""
    yield lambda: look(path)
    yield lambda: needs_preview(path)
    video = VideoInfo(path, 1.0, 25.0, 64, 64, ("aac",), "")
    yield lambda: cut_clips(video, [Highlight(0.0, 0.5, 0.0, 1.0)], path.parent / "clips")
    whole = [*opening_words(), *input_words(path), "-f", "null", "-"]
    yield lambda: run_ffmpeg(whole, lambda done_s: None)


@pytest.mark.parametrize("name", ["a.mp4", "a.m3u8", "a.mkv", "a%d.png"])
@pytest.mark.parametrize("lure", LURES)
def test_nobody_comes(canary, tmp_path, lure, name):
    path = tmp_path / name
    path.write_bytes(LURES[lure](canary))
    for look_at in ways(path):
        with suppress(FunnyError, FfmpegError):
            look_at()
    assert canary.asked == []
    assert not canary.opened.is_set()


@pytest.mark.parametrize("lure", [lure for lure in LURES if lure != "alias"])
def test_what_only_names_others_is_refused(canary, tmp_path, lure):
    path = tmp_path / "a.mp4"
    path.write_bytes(LURES[lure](canary))
    assert look(path).startswith(f"{REFUSED} {path}")


def test_the_canaries_sing(canary, tmp_path):
    """Told to follow, FFmpeg does: these tests could fail."""
    (tmp_path / "a.m3u8").write_bytes(hls(canary))
    (tmp_path / "a.mov").write_bytes(alias(canary))
    follow = {
        "a.m3u8": ["-protocol_whitelist", "file,http,tcp", "-extension_picky", "0"],
        "a.mov": ["-enable_drefs", "1", "-use_absolute_path", "1"],
    }
    subprocess.run(_command(tmp_path / "a.mov", follow["a.mov"]), timeout=30, check=False)
    assert canary.opened.wait(5)
    lines = (tmp_path / "a.m3u8").read_text().splitlines()
    kept = [line for line in lines if "canary" not in line or "http" in line]
    (tmp_path / "a.m3u8").write_text("\n".join(kept))
    subprocess.run(_command(tmp_path / "a.m3u8", follow["a.m3u8"]), timeout=30, check=False)
    assert canary.asked


def _command(path, options):
    return [binary(), "-nostdin", "-v", "quiet", *options, "-i", str(path), "-f", "null", "-"]
