"""How clips, reels and shorts are stored: H.264 and AAC that play anywhere, unless asked else."""

from dataclasses import dataclass

from funny.errors import check_choice
from funny.extract.colour import Colour, read_colour
from funny.moments.hardware import hardware_words
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

X264, HARDWARE = "x264", "hardware"
ENCODERS = (X264, HARDWARE)
SDR, KEEP = "sdr", "keep"
COLOURS = (SDR, KEEP)

_X265_HIGHER = 4
"""x265 looks as good as x264 at a constant rate factor that is this much higher."""


@dataclass(frozen=True)
class Encoding:
    """Everything that decides how a clip is stored.

    Raises:
        OptionError: If there is no such quality, encoder or colour.
    """

    quality: str = "standard"
    """A name in QUALITIES."""
    encoder: str = X264
    """`hardware` takes an encoder of the graphics card if one runs here, else x264."""
    colour: str = SDR
    """`sdr`: 8 bits that every player shows, HDR tone-mapped; `keep`: HDR and 10 bits stay as they
    are, as H.265."""

    def __post_init__(self) -> None:
        check_choice("quality", self.quality, QUALITIES)
        check_choice("encoder", self.encoder, ENCODERS)
        check_choice("colour", self.colour, COLOURS)

    @property
    def _numbers(self) -> _Quality:
        return QUALITIES[self.quality]

    def for_sdr(self) -> "Encoding":
        """The same in 8 bits: what is made of pictures that were mixed."""
        return Encoding(self.quality, self.encoder, SDR)

    def picture_words(self, colour: Colour | None = None) -> list[str]:
        """Options of ffmpeg for the picture stream.

        Args:
            colour: How the source is stored; what is not deep is stored in 8 bits.
        """
        if colour is not None and self._keeps(colour):
            return self._deep_words()
        in_hardware = hardware_words(self._numbers.crf) if self.encoder == HARDWARE else None
        return [*(in_hardware or self._x264_words()), "-pix_fmt", "yuv420p"]

    def _keeps(self, colour: Colour) -> bool:
        return self.colour == KEEP and colour.is_deep

    def _x264_words(self) -> list[str]:
        numbers = self._numbers
        return ["-c:v", "libx264", "-preset", numbers.preset, "-crf", str(numbers.crf)]

    def _deep_words(self) -> list[str]:
        crf = str(self._numbers.crf + _X265_HIGHER)
        return [
            *("-c:v", "libx265", "-preset", "fast", "-crf", crf, "-pix_fmt", "yuv420p10le"),
            # Apple's players know H.265 by this tag only.
            *("-x265-params", "log-level=error", "-tag:v", "hvc1"),
        ]

    def sound_words(self) -> list[str]:
        """Options of ffmpeg for the sound streams: AAC."""
        return ["-c:a", "aac", "-b:a", f"{self._numbers.sound_kbps}k"]

    def shape_filter(self, video: VideoInfo, colour: Colour | None = None) -> str:
        """A filter of ffmpeg's: upright frames of a video as decoded → as they are stored.

        Square pixels and even sizes are what every player shows right and yuv420p needs.

        Args:
            video: What is decoded.
            colour: How it is stored; None reads that.

        Raises:
            MediaError: If the file cannot be read.
        """
        colour = colour or read_colour(video.path)
        is_mapped = colour.hdr and not self._keeps(colour)
        return ",".join([self._size_filter(video), *([_to_sdr(colour.hdr)] if is_mapped else [])])

    def _size_filter(self, video: VideoInfo) -> str:
        height = self._numbers.max_height
        if height is None or video.height <= height:
            return f"scale={_even('iw*sar')}:{_even('ih')},setsar=1"
        return f"scale={_even(f'iw*sar*{height}/ih')}:{height},setsar=1"


def _even(side: str) -> str:
    """A whole, even number of pixels, for an expression of ffmpeg's; 2 at least."""
    return rf"max(2\,trunc({side}/2)*2)"


def _to_sdr(transfer: str) -> str:
    """HDR → BT.709: what is below white stays, what is above is bent into what is left (Mobius).

    White is 203 cd/m² (ITU-R BT.2408).
    """
    said = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    return (
        f"{said},zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
        "tonemap=mobius:param=0.3:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
    )
