"""What a crop would spoil is shown whole, over a blurred copy of itself; pure arithmetic.

A shot without a face has no place to look at: cropped to its middle, a title loses its ends. A face
that is too near for the crop loses its hair and ears. What is chosen holds for a whole shot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from funny.moments.people import Shot, seen
from funny.moments.scenes import Scene

WHOLE = (1.0, 1.0)
HEAD = 1.6
"""Hair to chin and ear to ear, in sizes of a face's box."""
_ROOM = 2.2
"""What a near face is given, in sizes of its box; with less, bands would look like a mistake."""

Place = tuple[int, int, int, int]
"""Left, top, width and height in pixels of a short, all even."""


@dataclass(frozen=True)
class Inset:
    """When a wider window is shown instead of a crop, and which."""

    shots: tuple[int, ...]
    """Numbers of the shots in which it is."""
    spans_s: tuple[tuple[float, float], ...]
    """The same in seconds, joined where shots follow each other."""
    place: Place
    window: tuple[float, float]
    """Width and height of the window, as fractions of the picture's."""


def insets(scene: Scene, window: tuple[float, float], size: tuple[int, int]) -> tuple[Inset, ...]:
    """What is to be seen instead of a crop that fills a short.

    Args:
        scene: What is to be seen.
        window: Width and height of the crop.
        size: Width and height of the short.
    """
    wanted = [
        (_those(scene, lambda k: not scene.shots[k].tracks), WHOLE),
        (_those(scene, lambda k: _is_near(scene.speakers[k], window)), _wider(scene, window)),
    ]
    return tuple(
        inset(scene, shots, what, size) for shots, what in wanted if shots and what != window
    )


def inset(
    scene: Scene, shots: Sequence[int], window: tuple[float, float], size: tuple[int, int]
) -> Inset:
    """A window of the picture in the middle of a short, as large as it can be there."""
    return Inset(tuple(shots), _spans(scene.shots, shots), _place(scene, window, size), window)


def _those(scene: Scene, are_meant: Callable[[int], bool]) -> list[int]:
    return [k for k in range(len(scene.shots)) if are_meant(k)]


def _is_near(track: np.ndarray, window: tuple[float, float]) -> bool:
    if not seen(track).any():
        return False
    # Where nothing is cropped, a wider window would gain nothing.
    crop = np.array(window)
    return bool(((HEAD * _box(track) > crop) & (crop < 1)).any())


def _box(track: np.ndarray) -> np.ndarray:
    """Width and height that a face mostly has, (2,)."""
    return np.median(track[seen(track)][:, 2:], axis=0)


def _wider(scene: Scene, window: tuple[float, float]) -> tuple[float, float]:
    """One window for all near faces: whole where the crop is, as wide as the largest needs."""
    boxes = [_box(track) for track in scene.speakers if _is_near(track, window)]
    needed = _ROOM * np.max(boxes, axis=0, initial=0.0)
    width, height = np.minimum(1.0, np.maximum(needed, window)).tolist()
    return width, height


def _spans(shots: Sequence[Shot], numbers: Sequence[int]) -> tuple[tuple[float, float], ...]:
    """Numbers that follow each other differ from their places by the same."""
    runs = [list(run) for _, run in groupby(enumerate(numbers), lambda at: at[1] - at[0])]
    return tuple((shots[run[0][1]].start_s, shots[run[-1][1]].end_s) for run in runs)


def _place(scene: Scene, window: tuple[float, float], size: tuple[int, int]) -> Place:
    shown = window[0] * scene.width, window[1] * scene.height
    scale = min(size[0] / shown[0], size[1] / shown[1])
    width, height = (max(2, round(side * scale / 2) * 2) for side in shown)
    return (size[0] - width) // 4 * 2, (size[1] - height) // 4 * 2, width, height
