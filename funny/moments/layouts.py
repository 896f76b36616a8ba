"""How a short is laid out: which windows of the picture go where; pure arithmetic.

A window has exactly the shape of its panel, so that nothing is ever squashed, and never leaves the
picture. Lengths in the picture are fractions of its width or height.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from funny.moments.framing import Path, Stretch, still, stretch
from funny.moments.insets import HEAD, WHOLE, Inset, inset, insets
from funny.moments.people import Shot, centres, pair, seen
from funny.moments.scenes import Scene, chosen, largest_window
from funny.records import Region

SHAPES = {"vertical": 16 / 9, "square": 1.0}
"""Height to width."""
LAYOUTS = ("auto", "follow", "two", "streamer", "fit")
MOST_WIDTH = 1080

# Where in its window a face's middle belongs: the eyes on the upper third, with headroom.
_FACE_AT = (0.5, 0.4)
# How far a face may move in its window before the window moves along.
_REACH = (0.12, 0.09)
_LEAST_REACH = 0.04
_FACE_IN_PANEL = 0.36
"""Height of a face in its half of a layout of two, of the half's."""
_HEAD = 1.1
"""From the middle of a face to where its hair and shoulder end, in widths of it."""
_FACE_AND_CHIN = 1.4
"""Least height of the window about a face, in heights of it."""
_MOST_ENLARGED = 2.5
"""Beyond it a picture is too soft to look at."""
_CAM_HEIGHTS = (0.26, 0.42)
"""Of the panel with the facecam, of the whole."""
_CAM_FACES = (4.2, 2.6)
"""Size of a facecam whose edges are not known, in sizes of its face."""


@dataclass(frozen=True)
class Panel:
    """A part of a short, and the window of the picture that fills it."""

    left: int
    """In pixels of the short, as are the next three; all even."""
    top: int
    width: int
    height: int
    window: tuple[float, float]
    """Width and height of the window."""
    x: Path
    """The way of the window's centre."""
    y: Path


@dataclass(frozen=True)
class Layout:
    """What a short shows."""

    name: str
    """One of LAYOUTS, but not `auto`."""
    width: int
    height: int
    panels: tuple[Panel, ...]
    """Side by side or one above the other; none where the whole picture is fitted in."""
    insets: tuple["InsetPanel", ...] = ()
    """What is shown over a blurred copy of the picture, instead of the panels."""


@dataclass(frozen=True)
class InsetPanel:
    """A panel that does not fill the short, and when it is shown."""

    panel: Panel
    spans_s: tuple[tuple[float, float], ...]


def size_of(shape: str, lines: int) -> tuple[int, int]:
    """Width and height of a short from a picture whose shorter side is `lines`: both even."""
    width = min(MOST_WIDTH, max(2, lines // 2 * 2))
    return width, round(width * SHAPES[shape] / 2) * 2


def lay_out(name: str, scene: Scene, size: tuple[int, int]) -> Layout:
    """Lays out a short.

    Args:
        name: One of LAYOUTS; where there are no two faces, or none for a facecam, it is `follow`.
        scene: What is to be seen.
        size: Width and height of the short, even.
    """
    name = _possible(chosen(scene, size) if name == "auto" else name, scene)
    shown_whole = tuple(_inset_panel(scene, one) for one in _insets(name, scene, size))
    return Layout(name, *size, _PANELS[name](scene, *size), shown_whole)


def _insets(name: str, scene: Scene, size: tuple[int, int]) -> tuple[Inset, ...]:
    if name == "fit":
        return (inset(scene, range(len(scene.shots)), WHOLE, size),)
    # A facecam stays where it is, whether it is looked at or not.
    crop = largest_window(size[0] / size[1], scene.aspect)
    found = () if name == "streamer" else insets(scene, crop, size)
    return found if name == "follow" else tuple(one for one in found if one.window == WHOLE)


def _inset_panel(scene: Scene, one: Inset) -> InsetPanel:
    return InsetPanel(_panel(one.place, one.window, scene.speakers, scene), one.spans_s)


def _possible(name: str, scene: Scene) -> str:
    """A layout, but where the faces that it needs are not there, the one that needs none."""
    lacks_cam = name == "streamer" and np.isnan(scene.face).any()
    lacks_pair = name == "two" and all(pair(shot) is None for shot in scene.shots)
    return "follow" if lacks_cam or lacks_pair else name


def _panel(
    place: tuple[int, int, int, int],
    window: tuple[float, float],
    tracks: Sequence[np.ndarray],
    scene: Scene,
    usual: np.ndarray | None = None,
) -> Panel:
    """A panel whose window follows a track in each shot, and rests at `usual` without one."""
    resting = (0.5, 0.5) if usual is None else usual
    ways = (
        Path(
            tuple(
                _stretch(shot, track, axis, window[axis], float(resting[axis]))
                for shot, track in zip(scene.shots, tracks, strict=True)
            )
        )
        for axis in (0, 1)
    )
    return Panel(*place, window, *ways)


def _stretch(shot: Shot, track: np.ndarray, axis: int, side: float, resting: float) -> Stretch:
    wanted = centres(track)[:, axis] + (0.5 - _FACE_AT[axis]) * side
    # A head that hardly fits is kept in the middle, or it would lose an ear.
    spare = (1 - HEAD * _usual_side(track, axis) / side) / 2
    reach = min(_REACH[axis], max(_LEAST_REACH, spare)) * side
    bounds = side / 2, 1 - side / 2
    return stretch(shot.start_s, shot.end_s, shot.times_s, wanted, reach, bounds, resting)


def _usual_side(track: np.ndarray, axis: int) -> float:
    """Width or height that a face mostly has; 0 without one."""
    sides = track[seen(track), 2 + axis]
    return float(np.median(sides)) if len(sides) else 0.0


def _follow(scene: Scene, width: int, height: int) -> tuple[Panel, ...]:
    window = largest_window(width / height, scene.aspect)
    return (_panel((0, 0, width, height), window, scene.speakers, scene),)


def _two(scene: Scene, width: int, height: int) -> tuple[Panel, ...]:
    """Left and right half of a square, upper and lower half of what is higher than wide."""
    if height > width:
        half = height // 4 * 2
        places = [(0, 0, width, half), (0, half, width, height - half)]
    else:
        half = width // 4 * 2
        places = [(0, 0, half, height), (half, 0, width - half, height)]
    sides = [_side(scene, 0), _side(scene, 1)]
    return tuple(
        _panel(place, _close_up(place, tracks, sides, scene), tracks, scene, _usual(tracks, k))
        for k, (place, tracks) in enumerate(zip(places, sides, strict=True))
    )


def _side(scene: Scene, k: int) -> list[np.ndarray]:
    """The track of the left (0) or the right one (1) of two in each shot."""
    pairs = [pair(shot) for shot in scene.shots]
    return [
        shot.without_faces() if both is None else both[k]
        for shot, both in zip(scene.shots, pairs, strict=True)
    ]


def _usual(tracks: Sequence[np.ndarray], k: int) -> np.ndarray:
    """Where a face mostly is; left or right of the middle if there never is one."""
    boxes = np.concatenate(tracks)
    boxes = boxes[seen(boxes)]
    return np.median(centres(boxes), axis=0) if len(boxes) else np.array([0.25 + 0.5 * k, 0.5])


def _close_up(
    place: tuple[int, int, int, int],
    tracks: Sequence[np.ndarray],
    sides: Sequence[Sequence[np.ndarray]],
    scene: Scene,
) -> tuple[float, float]:
    """The window about one of two faces: near enough to leave the other one out."""
    largest = largest_window(place[2] / place[3], scene.aspect)
    boxes = np.concatenate(tracks)
    if not seen(boxes).any():
        return largest
    near = float(np.nanmedian(boxes[:, 3])) / _FACE_IN_PANEL / largest[1]
    left, right = (np.concatenate(side) for side in sides)
    gap = float(np.nanmedian(centres(right)[:, 0] - centres(left)[:, 0]))
    alone = 2 * (gap - _HEAD * float(np.nanmedian(boxes[:, 2]))) / largest[0]
    soft = place[3] / _MOST_ENLARGED / scene.height / largest[1]
    whole = _FACE_AND_CHIN * float(np.nanmedian(boxes[:, 3])) / largest[1]
    zoom = min(1.0, max(min(near, alone), soft, whole))
    return largest[0] * zoom, largest[1] * zoom


def _streamer(scene: Scene, width: int, height: int) -> tuple[Panel, ...]:
    """The facecam above, the game below."""
    cam = scene.cam or cam_around(scene.face, scene.aspect)
    low, high = (part * height for part in _CAM_HEIGHTS)
    cam_height = width / (cam[2] / cam[3] * scene.aspect)
    upper = round(min(max(cam_height, low), high) / 2) * 2
    places = (0, 0, width, upper), (0, upper, width, height - upper)
    windows = (
        _inside(cam, width / upper, scene.aspect),
        largest_window(width / (height - upper), scene.aspect),
    )
    middles = _on_face(cam, windows[0], scene.face), _beside(cam, windows[1])
    return tuple(
        Panel(*place, window, *(still(at, scene.length_s) for at in middle))
        for place, window, middle in zip(places, windows, middles, strict=True)
    )


def cam_around(face: np.ndarray, aspect: float) -> Region:
    """About where a facecam is, by the face (4,) in it alone."""
    sides = np.minimum(face[2:] * _CAM_FACES, 1.0)
    corner = centres(face[None])[0] - sides * _FACE_AT
    x, y = np.clip(corner, 0, 1 - sides)
    return float(x), float(y), float(sides[0]), float(sides[1])


def _inside(region: Region, panel_aspect: float, aspect: float) -> tuple[float, float]:
    """The largest window of a shape inside a region."""
    width, height = largest_window(panel_aspect, aspect * region[2] / region[3])
    return width * region[2], height * region[3]


def _on_face(region: Region, window: tuple[float, float], face: np.ndarray) -> np.ndarray:
    """The middle of a window in a region that shows the face where it belongs."""
    half = np.array(window) / 2
    wanted = centres(face[None])[0] + (0.5 - np.array(_FACE_AT)) * window
    low = np.array(region[:2]) + half
    return np.clip(wanted, low, np.maximum(low, low + np.array(region[2:]) - 2 * half))


def _beside(cam: Region, window: tuple[float, float]) -> np.ndarray:
    """The middle of a window near the picture's, without the facecam if there is room for that."""
    half = window[0] / 2
    is_right = cam[0] + cam[2] / 2 > 0.5
    x = min(0.5, cam[0] - half) if is_right else max(0.5, cam[0] + cam[2] + half)
    return np.array([min(max(x, half), 1 - half), 0.5])


def _fit(scene: Scene, width: int, height: int) -> tuple[Panel, ...]:
    return ()


_PANELS: dict[str, Callable[[Scene, int, int], tuple[Panel, ...]]] = {
    "follow": _follow,
    "two": _two,
    "streamer": _streamer,
    "fit": _fit,
}
