"""How clips, reels and shorts are stored: H.264 and AAC that play anywhere."""

from dataclasses import dataclass

from funny.errors import OptionError
from funny.records import VideoInfo


@dataclass(frozen=True)
class _Quality:
    crf: int
    """x264's constant rate factor: 18 cannot be told from the original, each 6 halve the size."""
    preset: str
    max_height: int | None
    sound_kbps: int


QUALITIES = {
    "small": _Quality(26, "veryfast", 720, 96),
    "standard": _Quality(20, "veryfast", None, 160),
    "high": _Quality(17, "medium", None, 256),
}
"""What `--quality` names: to send to a phone, to work with, to keep."""


@dataclass(frozen=True)
class Encoding:
    """Everything that decides how a clip is stored.

    Raises:
        OptionError: If there is no such quality.
    """

    quality: str = "standard"
    """A name in QUALITIES."""

    def __post_init__(self) -> None:
        if self.quality not in QUALITIES:
            raise OptionError(f"--quality {self.quality}: expected {', '.join(QUALITIES)}.")

    @property
    def _numbers(self) -> _Quality:
        return QUALITIES[self.quality]

    def picture_words(self) -> list[str]:
        """Options of ffmpeg for the picture stream, 8 bits and colour at half size."""
        numbers = self._numbers
        return [
            *("-c:v", "libx264", "-preset", numbers.preset, "-crf", str(numbers.crf)),
            *("-pix_fmt", "yuv420p"),
        ]

    def sound_words(self) -> list[str]:
        """Options of ffmpeg for the sound streams: stereo AAC."""
        return ["-c:a", "aac", "-b:a", f"{self._numbers.sound_kbps}k", "-ac", "2"]

    def shape_filter(self, video: VideoInfo) -> str:
        """A filter of ffmpeg's: upright frames of a video as decoded → as they are stored.

        Square pixels and even sizes are what every player shows right and yuv420p needs.
        """
        height = self._numbers.max_height
        if height is None or video.height <= height:
            return "scale=trunc(iw*sar/2)*2:trunc(ih/2)*2,setsar=1"
        return f"scale=trunc(iw*sar*{height}/ih/2)*2:{height},setsar=1"
