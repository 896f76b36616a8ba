"""Watching: one picture a tick, the face in it, and how much it changed.

Every five minutes the whole picture is looked at anew, so that what is seen from there on follows
from the pictures there and from whom was followed, not from each picture before.
"""

from dataclasses import dataclass

import numpy as np

from funny.extract.checkpoint import Checkpoint
from funny.extract.columns import Faces
from funny.extract.cuts import Changes
from funny.extract.emotion import EmotionModel
from funny.extract.faces import FaceBatch, FaceDetector
from funny.extract.follow import FaceFollower
from funny.extract.seek import is_same
from funny.grid import s_to_ticks
from funny.records import Region

ANEW_S = 300.0
"""How often the whole picture is looked at anew."""

ANEW_TICKS = s_to_ticks(ANEW_S)

Seen = tuple[int, np.ndarray | None]
"""A tick and its picture, RGB uint8 (h, w, 3); None where nothing is on screen."""


@dataclass(frozen=True, eq=False)
class Watched:
    """What was seen, tick by tick."""

    emotions: np.ndarray
    """(t, 10) as in Signals."""
    face_found: np.ndarray
    """(t,)"""
    face_box: np.ndarray
    """(t, 4)"""
    changes: np.ndarray
    """(t,)"""
    damage: tuple[float, ...] = ()
    """Times in seconds at which the picture did not decode."""
    end_s: float = 0.0
    """End of the last frame."""


@dataclass(frozen=True, eq=False)
class Glance:
    """What was seen at one tick."""

    emotions: np.ndarray
    """(10,) as in Signals."""
    face_found: bool
    face_box: np.ndarray
    """(4,)"""
    change: int


class Watcher:
    """Reads the faces and the changes of one picture after the other.

    Args:
        model: Emotion model for the face crops.
        detector: Face detector.
        region: Where the face to watch is; None: anywhere.
        every: The face is read at every so many ticks.
        followed: Box of the face that was followed before, in pixels; None if there is none.
    """

    def __init__(
        self,
        model: EmotionModel,
        detector: FaceDetector,
        region: Region | None = None,
        every: int = 1,
        followed: np.ndarray | None = None,
    ) -> None:
        self._faces, self._changes, self._every = Faces(model), Changes(), every
        self._follower = FaceFollower(detector, region, followed)
        self._seen: np.ndarray | None = None
        self._seen_with_face: int | None = None
        self._is_anew_due = False
        self.can_resume = False
        """Whether the last picture is one that the next ones can be compared with."""
        self.met: FaceBatch | None = None
        """The faces there were when it first looked anew; None if it never has."""

    @property
    def followed(self) -> np.ndarray | None:
        """Box of the face that is followed, in pixels."""
        return self._follower.state.box

    def add(self, tick: int, picture: np.ndarray | None) -> None:
        """Takes the picture of the next tick."""
        self._changes.add(tick, picture)
        if tick % self._every == 0:
            self._look(tick, picture)

    def compare_with(self, tick: int, picture: np.ndarray | None) -> None:
        """Takes a picture only to say how much the next one has changed."""
        self._changes.add(tick, picture)

    def _look(self, tick: int, picture: np.ndarray | None) -> None:
        """Reads the face of a picture; where nothing has moved, it is that of the last one."""
        self._is_anew_due = self._is_anew_due or tick % ANEW_TICKS == 0
        self.can_resume = picture is not None
        if picture is None:
            return
        if self._is_anew_due:
            self._look_anew(tick, picture)
        elif self._seen is None or not is_same(self._seen, picture):
            self._take(tick, picture, self._follower.find(picture))
        elif self._seen_with_face is not None:
            self._faces.repeat(tick, self._seen_with_face)

    def _look_anew(self, tick: int, picture: np.ndarray) -> None:
        met = self._follower.find_anew(picture)
        self.met = met if self.met is None else self.met
        self._is_anew_due = False
        self._take(tick, picture, self.followed)

    def _take(self, tick: int, picture: np.ndarray, box: np.ndarray | None) -> None:
        if box is not None:
            self._faces.add(tick, picture, box)
        self._seen, self._seen_with_face = picture, None if box is None else tick

    def resume(self, known: Checkpoint, last: Seen | None) -> None:
        """Goes on after the ticks that are known.

        Args:
            known: What is known of them.
            last: The last of them and its picture once more; None if the file has ended there.
        """
        self._faces.resume(known.emotions, known.face_found, known.face_box)
        self._changes.resume(known.changes)
        if last is not None and (picture := last[1]) is not None:
            self._changes.add(last[0], picture)
            self._follower.resume(known.follow, picture)
            self._seen, self._seen_with_face = picture, known.face_of

    def at(self, tick: int) -> "Glance":
        """What was seen at one tick that was added; at once, where `watched` is quickest."""
        return Glance(*self._faces.at(tick), self._changes.at(tick))

    def watched(self, ticks: int, damage: tuple[float, ...] = (), end_s: float = 0.0) -> Watched:
        """What was seen in the first ticks."""
        columns = (*self._faces.columns(ticks), self._changes.column(ticks))
        return Watched(*columns, damage, end_s)

    def checkpoint(self, ticks: int, heard: np.ndarray, damage: tuple[float, ...]) -> Checkpoint:
        """What going on after the first ticks needs.

        Args:
            ticks: How many ticks were watched.
            heard: (n,) laughter as far as it was heard.
            damage: Times in seconds at which their pictures did not decode.
        """
        seen = (*self._faces.columns(ticks), self._changes.column(ticks))
        state = (self._follower.state, self._seen_with_face)
        return Checkpoint(*seen, heard, np.array(damage), *state)
