"""How far an extraction came, so that one that broke off goes on from there."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_COLUMNS = ("emotions", "face_found", "face_box", "changes", "laughter", "damage")


@dataclass(frozen=True, eq=False)
class FollowState:
    """What a follower knows of the pictures until now."""

    box: np.ndarray | None
    """Where the face is: left, top, right, bottom in pixels; None if it has none."""
    in_vain: bool
    """Whether the last picture was sought for a face in vain."""
    glances: int
    """How often it was glanced at a scene since the last close look."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The columns of the first ticks, and what going on needs to come to the same numbers."""

    emotions: np.ndarray
    """(t, 10) as in Signals."""
    face_found: np.ndarray
    """(t,)"""
    face_box: np.ndarray
    """(t, 4)"""
    changes: np.ndarray
    """(t,)"""
    laughter: np.ndarray
    """(n,) what was heard so far; usually further than what was watched."""
    damage: np.ndarray
    """(d,) times in seconds at which the picture did not decode."""
    follow: FollowState
    """What the follower of the face knows."""
    face_of: int | None
    """The tick of which the last picture's face was read; None if it has no face."""

    def __post_init__(self) -> None:
        t = self.ticks
        if not t or {len(self.emotions), len(self.face_box), len(self.changes)} != {t}:
            raise ValueError("checkpoint: expected columns of one length, and at least one tick")
        if self.face_of is not None and not (self.face_of < t and self.face_found[self.face_of]):
            raise ValueError(f"checkpoint: there is no face at tick {self.face_of}")

    @property
    def ticks(self) -> int:
        """How many ticks were watched."""
        return len(self.face_found)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Arrays by name, to be kept."""
        columns = {name: getattr(self, name) for name in _COLUMNS}
        box = np.zeros(0) if self.follow.box is None else self.follow.box
        face_of = -1 if self.face_of is None else self.face_of
        state = np.array([self.follow.in_vain, self.follow.glances, face_of])
        return {**columns, "box": box, "state": state}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Any]) -> "Checkpoint":
        """The checkpoint of kept arrays.

        Raises:
            ValueError: If they do not fit together.
            KeyError: If one is missing.
        """
        columns = {name: arrays[name] for name in _COLUMNS}
        in_vain, glances, face_of = (int(n) for n in arrays["state"])
        box = arrays["box"] if len(arrays["box"]) else None
        follow = FollowState(box, bool(in_vain), glances)
        return cls(**columns, follow=follow, face_of=None if face_of < 0 else face_of)
