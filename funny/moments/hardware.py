"""An encoder in hardware, if one runs here: found by trying, as a name in a list promises nothing.

The options are those that ffmpeg's documentation gives for a constant quality.
"""

import subprocess
from functools import cache

from funny.moments.ffmpeg import binary

_QUALITY_WORDS = {
    "h264_nvenc": ("-preset", "p5", "-rc", "vbr", "-b:v", "0", "-cq"),
    "h264_videotoolbox": ("-q:v",),
    "h264_qsv": ("-preset", "medium", "-global_quality"),
    "h264_amf": ("-quality", "balanced", "-rc", "qvbr", "-qvbr_quality_level"),
}
"""Encoders in the order of preference, and what stands before the number for the quality."""
_TRIED_S = 20


def hardware_words(crf: int) -> list[str] | None:
    """Options of ffmpeg for an encoder that runs here; None if there is none.

    Args:
        crf: x264's constant rate factor; the encoders' own scales are near it.
    """
    if (encoder := _first_that_runs()) is None:
        return None
    # VideoToolbox counts up to 100, and more is better.
    number = 100 - 2 * crf if encoder == "h264_videotoolbox" else crf
    return ["-c:v", encoder, *_QUALITY_WORDS[encoder], str(number)]


@cache
def _first_that_runs() -> str | None:
    return next((encoder for encoder in _QUALITY_WORDS if _runs(encoder)), None)


def _runs(encoder: str) -> bool:
    picture = ("-f", "lavfi", "-i", "color=size=320x240:duration=0.2", "-pix_fmt", "yuv420p")
    command = [binary(), "-nostdin", "-v", "quiet", *picture, "-c:v", encoder, "-f", "null", "-"]
    try:
        return subprocess.run(command, timeout=_TRIED_S, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False
