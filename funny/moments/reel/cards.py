"""Titles of moments, drawn: rank, time and reasons on a strip that leaves the picture to be seen.

A strip over the first seconds, and not a card before them: it stops no laugh and takes no time.
In wide videos it is at the top left, since subtitles are at the bottom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from funny.errors import OptionError
from funny.grid import clock
from funny.moments.handoff.words import SIGNALS, one_line, title
from funny.records import Highlight

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_WHITE, _YELLOW, _SHADE = (255, 255, 255, 255), (255, 214, 10, 255), (14, 14, 18, 205)
_WIDEST = 0.9
"""Of the picture's width; the rest is margin, on which screens may lie."""
_HEIGHT = 0.055
"""Size of the first line as a part of the picture's shorter side."""
_SMALLER = 0.72
_SMALLEST_PX = 8
_MOST_LINES = 3


@dataclass(frozen=True)
class _Line:
    text: str
    size: int
    colour: tuple[int, int, int, int]


def lines_of(rank: int, start_s: float, highlight: Highlight, language: str) -> tuple[str, str]:
    """What a strip says: which moment it is and when, and why it is funny.

    Args:
        rank: Its place in the analysis.
        start_s: When it is in the video.
        highlight: The moment.
        language: `en` or `ko`.
    """
    names = SIGNALS[language]
    why = [names.get(reason.signal, reason.signal) for reason in highlight.reasons]
    return f"{title(rank, language)} · {clock(start_s)}", one_line(" · ".join(why))


def margin(width: int, height: int) -> tuple[int, int]:
    """Where a strip's corner is: in upright videos below the face, which fills the upper half."""
    return round(0.05 * width), round((0.62 if height > width else 0.06) * height)


def draw_strip(lines: Sequence[str], width: int, height: int, target: Path) -> None:
    """Draws a strip for pictures of a size, as a PNG with transparency.

    Long lines become smaller, then wrap, and end in an ellipsis if that is not enough: the strip
    is never wider than the picture.

    Raises:
        OptionError: If the font is not installed.
    """
    from PIL import Image, ImageDraw

    size = max(_SMALLEST_PX, round(_HEIGHT * min(width, height)))
    room = round(_WIDEST * width) - 3 * _padding(size)
    first, *others = (line for line in lines if line)
    laid = _laid(first, size, _YELLOW, room)
    for line in others:
        laid += _laid(line, round(size * _SMALLER), _WHITE, room)
    image = Image.new("RGBA", _size_of(laid, size), (0, 0, 0, 0))
    _paint(image, ImageDraw.Draw(image), laid, size)
    image.save(target)


def _padding(size: int) -> int:
    return max(2, size // 2)


def _laid(text: str, size: int, colour: tuple[int, int, int, int], room: int) -> list[_Line]:
    """A text as lines that fit: smaller by a third at most, then wrapped, then cut off."""
    least = max(_SMALLEST_PX, round(size * 2 / 3))
    fitting = (s for s in range(max(size, least), least - 1, -1) if _length(text, s) <= room)
    chosen = next(fitting, least)
    return [_Line(part, chosen, colour) for part in _wrapped(text, chosen, room)]


def _wrapped(text: str, size: int, room: int) -> list[str]:
    lines, rest = list[str](), text
    while rest and len(lines) < _MOST_LINES:
        end = _fitting_end(rest, size, room)
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest:
        lines[-1] = _with_ellipsis(lines[-1], size, room)
    return [line for line in lines if line]


def _fitting_end(text: str, size: int, room: int) -> int:
    """How many characters fit into a line, to the end of a word if there is one."""
    end = len(text)
    while end > 1 and _length(text[:end], size) > room:
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    return space if end < len(text) and space > 0 else end


def _with_ellipsis(text: str, size: int, room: int) -> str:
    while text and _length(text + "…", size) > room:
        text = text[:-1].rstrip()
    return text + "…"


def _length(text: str, size: int) -> float:
    return _font(size).getlength(text)


def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    try:
        from pylopdf_fonts_ko import sans_path
    except ModuleNotFoundError as error:
        raise OptionError(
            "titles need a font with Korean letters, which is not installed: "
            "`pip install pylopdf-fonts-ko`, or make the reel without --titles."
        ) from error
    return ImageFont.truetype(str(sans_path()), size)


def _size_of(lines: Sequence[_Line], size: int) -> tuple[int, int]:
    widest = max(_length(line.text, line.size) for line in lines)
    # The bar at the left is a part of it.
    width = round(widest) + 3 * _padding(size)
    return width, sum(_step(line) for line in lines) + 2 * _padding(size)


def _step(line: _Line) -> int:
    return round(1.4 * line.size)


def _paint(image: "Image", draw: "ImageDraw", lines: Sequence[_Line], size: int) -> None:
    pad = _padding(size)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), pad // 2, fill=_SHADE)
    draw.rectangle((0, 0, max(2, pad // 3), image.height), fill=_YELLOW)
    top = pad
    for line in lines:
        middle = top + _step(line) / 2
        # There is no bold among the weights of the package: a stroke of the same colour is.
        bold = line.size / 40 if line.colour == _YELLOW else 0
        draw.text(
            (2 * pad, middle),
            line.text,
            line.colour,
            _font(line.size),
            anchor="lm",
            stroke_width=bold,
            stroke_fill=line.colour,
        )
        top += _step(line)
