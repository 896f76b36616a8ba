"""Workers behind one small interface, whether they are processes here or actors of a cluster."""

from dataclasses import dataclass
from typing import Protocol

from funny.scale.tasks import Answer, Loaded, Task


@dataclass(frozen=True)
class Ready:
    """A worker has loaded its models."""

    loaded: Loaded


@dataclass(frozen=True, eq=False)
class Done:
    """A task was done, or failed for a reason that lies in its video."""

    task: Task
    answer: Answer


@dataclass(frozen=True, eq=False)
class Lost:
    """A task was not done, because its worker is gone."""

    task: Task
    why: str
    was_begun: bool = True
    """Whether the worker was at it: others that waited for it had no part in its end."""


Event = Ready | Done | Lost


class Team(Protocol):
    """Workers that take tasks."""

    @property
    def room(self) -> int:
        """How many tasks it takes now."""

    def give(self, task: Task) -> None:
        """Takes a task; only if there is room."""

    def events(self, timeout_s: float) -> list[Event]:
        """What has happened since it was asked last; waits if there is nothing yet.

        Raises:
            FunnyError: If no worker can do anything: its models do not load, it does not start.
        """

    def close(self) -> None:
        """Ends all workers at once; what they were at is lost."""


class Starts:
    """Counts workers that end before they are ready: one may be bad luck, four are none."""

    MOST = 3

    def __init__(self) -> None:
        self._vain = 0

    def count(self, why: str) -> str | None:
        """Takes note of one; returns why if it was one too many."""
        self._vain += 1
        return why if self._vain > self.MOST else None

    def reset(self) -> None:
        """One has become ready."""
        self._vain = 0
