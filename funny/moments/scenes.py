"""What a moment shows, and the layout that suits it; pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from funny.moments.people import Shot, centres, pair, seen, together
from funny.records import Region

_SMALL_FACE, _CORNER, _STILL_FACE = 0.24, 0.35, 0.8
_CAM_SHARE, _TWO_SHARE = 0.4, 0.6
_ALIKE = 0.98
_APART = 1.9
"""From face to face, in widths of one: half a head of room for each, and the other's head."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What is to be laid out."""

    width: int
    """Of the picture in pixels, upright."""
    height: int
    length_s: float
    shots: Sequence[Shot]
    speakers: Sequence[np.ndarray]
    """For each shot, the track (n, 4) to follow."""
    cam: Region | None = None
    """Where the facecam is, if its edges are known."""

    @property
    def aspect(self) -> float:
        """Width to height of the picture."""
        return self.width / self.height

    @property
    def face(self) -> np.ndarray:
        """The box that the followed face mostly has, (4,); NaN without a face."""
        boxes = np.concatenate([*self.speakers, np.full((1, 4), np.nan)])
        boxes = boxes[seen(boxes)]
        return np.median(boxes, axis=0) if len(boxes) else np.full(4, np.nan)


def chosen(scene: Scene, size: tuple[int, int]) -> str:
    """The layout that suits a scene."""
    if scene.aspect < _ALIKE * size[0] / size[1]:
        return "fit"
    if is_streamer(scene):
        return "streamer"
    is_long = sum(map(together, scene.shots)) >= _TWO_SHARE * scene.length_s
    # Two who both fit into the window need no panels.
    if not is_long or _fit_together(scene, size):
        return "follow"
    return "two" if all(map(_are_apart, scene.shots)) else "fit"


def is_streamer(scene: Scene) -> bool:
    """Whether the face is a facecam's: small, and in one place in a corner all the time."""
    boxes = np.concatenate(scene.speakers)
    found = boxes[seen(boxes)]
    if len(found) < max(1, _CAM_SHARE * len(boxes)):
        return False
    face, middle = scene.face, centres(scene.face[None])[0]
    moved = np.abs(centres(found) - middle) / face[2:]
    is_cornered = bool((np.minimum(middle, 1 - middle) <= _CORNER).all())
    is_still = bool((np.percentile(moved, 90, axis=0) <= _STILL_FACE).all())
    return bool(face[3] <= _SMALL_FACE) and is_cornered and is_still


def _fit_together(scene: Scene, size: tuple[int, int]) -> bool:
    width = largest_window(size[0] / size[1], scene.aspect)[0]
    return all(_span(shot) <= width for shot in scene.shots)


def _are_apart(shot: Shot) -> bool:
    """Whether each of two can be shown with hair and ears and without the other one."""
    both = pair(shot)
    if both is None:
        return True
    left, right = both
    gap = np.nanmedian(centres(right)[:, 0]) - np.nanmedian(centres(left)[:, 0])
    return bool(gap >= _APART * max(np.nanmedian(left[:, 2]), np.nanmedian(right[:, 2])))


def _span(shot: Shot) -> float:
    """From the left side of the left face to the right side of the right one; 0 without them."""
    both = pair(shot)
    if both is None:
        return 0.0
    left, right = both
    return float(np.nanmedian(right[:, 0] + right[:, 2]) - np.nanmedian(left[:, 0]))


def largest_window(panel_aspect: float, aspect: float) -> tuple[float, float]:
    """The largest window of a shape: width and height."""
    if panel_aspect <= aspect:
        return panel_aspect / aspect, 1.0
    return 1.0, aspect / panel_aspect
