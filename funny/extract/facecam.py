"""The edges of a facecam: the rectangle around a face that stays where it is over another picture.

Its sides are straight lines that never move, whatever the game behind it and the person in it do.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from funny.records import Region

_EDGE = 8.0
"""Difference of brightness, of 255, that neighbours across an edge mostly have."""
_WHOLE = 0.7
"""Part of a side of the rectangle that must be edge."""
_AS_GOOD = 0.06
_PICTURE_SIDE = 0.85
_SIDEWAYS, _ABOVE, _BELOW = (0.3, 3.5), (0.0, 2.0), (-0.2, 3.0)
"""How far from a face the sides may be, in sizes of it; a chin may be cut off."""
_MOST_SIDES = 6
_INSET_PX = 2
"""Borders are blurred and may be drawn; what is inside of them begins here."""


def facecam(pictures: Sequence[np.ndarray], face: np.ndarray) -> Region | None:
    """The facecam around a face, as x, y, w, h in fractions; None if no edges are to be seen.

    Args:
        pictures: RGB uint8 (h, w, 3), some of one moment in which the facecam stays in its place.
        face: (4,) x, y, w, h of the face in fractions.
    """
    grey = np.stack([picture.mean(axis=2) for picture in pictures])  # (n, h, w)
    height, width = grey.shape[1:]
    left, top, w, h = face * [width, height, width, height]
    upright, level = _lines(grey, axis=2), _lines(grey, axis=1).T
    body, rows = (int(left), int(left + w)), (int(top), int(top + h))
    sides = (
        _sides(upright, rows, left - _SIDEWAYS[1] * w, left - _SIDEWAYS[0] * w),
        _sides(level, body, top - _ABOVE[1] * h, top - _ABOVE[0] * h),
        _sides(upright, rows, left + w * (1 + _SIDEWAYS[0]), left + w * (1 + _SIDEWAYS[1])),
        _sides(level, body, top + h * (1 + _BELOW[0]), top + h * (1 + _BELOW[1])),
    )
    best = _best([_judged(upright, level, sides) for sides in product(*sides)])
    return None if best is None else _region(best, width, height)


def _lines(grey: np.ndarray, axis: int) -> np.ndarray:
    """Where pixels mostly differ from their neighbours before them: (h, w), 0..1.

    The sides of the picture are edges too, though any drawn edge is a better one.
    """
    edges = np.median(np.abs(np.diff(grey, axis=axis)), axis=0) >= _EDGE
    beside = [(1, 1) if along == axis - 1 else (0, 0) for along in (0, 1)]
    return np.pad(edges.astype(np.float32), beside, constant_values=_PICTURE_SIDE)


def _sides(lines: np.ndarray, beside: tuple[int, int], first: float, last: float) -> list[int]:
    """The columns of `lines` in a range that are edge beside the face, the clearest of them."""
    begin, end = max(0, round(first)), min(lines.shape[1] - 1, round(last))
    columns = np.arange(begin, end + 1)
    clear = lines[beside[0] : beside[1], columns].mean(axis=0) if beside[1] > beside[0] else columns
    order = np.argsort(-clear, kind="stable")[:_MOST_SIDES]
    return [int(columns[k]) for k in order if clear[k] >= _WHOLE]


_Judged = tuple[float, int, tuple[int, int, int, int]]


def _judged(upright: np.ndarray, level: np.ndarray, sides: tuple[int, ...]) -> _Judged:
    """How much of the worst side is edge, the area, and left, top, right, bottom."""
    left, top, right, bottom = sides
    shares = (
        *(float(upright[top:bottom, x].mean()) for x in (left, right)),
        *(float(level[left:right, y].mean()) for y in (top, bottom)),
    )
    return min(shares), (right - left) * (bottom - top), (left, top, right, bottom)


def _best(found: list[_Judged]) -> tuple[int, int, int, int] | None:
    """The smallest of those whose sides are edge nearly as much as any's.

    If it is not the facecam but something in it, at least there is no game in it.
    """
    most = max((share for share, _, _ in found), default=0.0)
    if most < _WHOLE:
        return None
    return min((area, sides) for share, area, sides in found if share >= most - _AS_GOOD)[1]


def _region(sides: tuple[int, int, int, int], width: int, height: int) -> Region:
    left, top, right, bottom = sides
    left, right = left + _INSET_PX * (left > 0), right - _INSET_PX * (right < width)
    top, bottom = top + _INSET_PX * (top > 0), bottom - _INSET_PX * (bottom < height)
    return left / width, top / height, (right - left) / width, (bottom - top) / height
