"""Clips as numbers: each with what lies around it, so that it can be scored as it is served."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from funny.errors import DatasetError
from funny.grid import TICK_S, s_to_tick, s_to_ticks
from funny.learn.manifest import Clip
from funny.score.features import FEATURES
from funny.score.heads import MAX_CLIP_TICKS, MIN_CLIP_TICKS

REACH = MAX_CLIP_TICKS - 1
"""Ticks on either side that a clip may reach which holds a tick of this one."""
AROUND = MAX_CLIP_TICKS + 2 * REACH
"""Ticks that are kept of a clip and its surroundings."""
_TOLERANCE_S = 0.002


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled clips as columns.

    Raises:
        DatasetError: If a number is not finite, with the clip that it is of.
    """

    ids: np.ndarray
    """(n,) ids of the clips."""
    videos: np.ndarray
    """(n,) ids of their videos."""
    streamers: np.ndarray
    """(n,) who streamed; empty if nobody knows."""
    shas: np.ndarray
    """(n,) identity of the content of their videos."""
    start_s: np.ndarray
    """(n,) where they begin in their videos, in seconds."""
    end_s: np.ndarray
    """(n,) where they end."""
    ticks: np.ndarray
    """(n,) their length in ticks, 10 to 14."""
    around: np.ndarray
    """(n, 40, f) features of the 13 ticks before, the 14 of the clip, and the 13 after."""
    funny: np.ndarray
    """(n,) labels."""
    features: tuple[str, ...] = FEATURES
    """Names of the f columns."""

    def __post_init__(self) -> None:
        is_finite = np.isfinite(self.around).all((1, 2)) if len(self) else np.ones(0, bool)
        if not is_finite.all():
            raise DatasetError(
                f"{self.ids[np.argmin(is_finite)]}: holds numbers that are not finite. Build the "
                "dataset again with `funny dataset build --again`."
            )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def mask(self) -> np.ndarray:
        """(n, 14) which ticks of the clip exist."""
        return np.arange(MAX_CLIP_TICKS) < self.ticks[:, None]

    @cached_property
    def x(self) -> np.ndarray:
        """(n, 14, f) features of the clips, zeros where they have ended."""
        inside = self.around[:, REACH : REACH + MAX_CLIP_TICKS]
        return np.where(self.mask[..., None], inside, np.float32(0))

    @cached_property
    def identity(self) -> str:
        """SHA-256 of the clips, their numbers and their labels."""
        digest = hashlib.sha256()
        for column in (self.ids, self.shas, self.around, self.funny):
            content = column.tobytes() if column.dtype.kind != "U" else "\n".join(column).encode()
            digest.update(hashlib.sha256(content).digest())
        return digest.hexdigest()

    def take(self, index: np.ndarray) -> "Examples":
        """Some of the clips, by index or by mask."""
        names = (f.name for f in fields(self) if f.name != "features")
        return replace(self, **{name: getattr(self, name)[index] for name in names})

    def only(self, names: Sequence[str]) -> "Examples":
        """The same clips with some of the features, in the order that is wanted."""
        wanted = [self.features.index(name) for name in names]
        return replace(self, around=self.around[:, :, wanted], features=tuple(names))


def clip_ticks(clip: Clip, ticks: int) -> tuple[int, int]:
    """First tick and number of ticks of a clip in a video of so many ticks.

    Raises:
        DatasetError: If it is not inside.
    """
    if clip.end_s > ticks * TICK_S + _TOLERANCE_S:
        raise DatasetError(
            f"clip {clip.id}: ends at {clip.end_s:g} s, but its video {clip.video} can be read "
            f"to {ticks * TICK_S:g} s only. Move the clip, drop it, or get the video again."
        )
    length = int(np.clip(s_to_ticks(clip.length_s), MIN_CLIP_TICKS, MAX_CLIP_TICKS))
    return min(s_to_tick(clip.start_s), ticks - length), length


def around(x: np.ndarray, first: int) -> np.ndarray:
    """A clip's ticks and its surroundings: (t, f) → (40, f); a video stands still beyond its ends.

    Args:
        x: Features of a whole video.
        first: First tick of the clip.
    """
    rows = np.arange(first - REACH, first + MAX_CLIP_TICKS + REACH)
    return x[np.clip(rows, 0, len(x) - 1)]
