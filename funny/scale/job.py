"""One video on its way through the tasks."""

from funny.scale.parts import Parts
from funny.scale.sources import Source
from funny.scale.tasks import Join, Listen, Looked, Part, Recall, Task, Watch


class Job:
    """What is to be done of a video, and what is done.

    Args:
        number: Of the video in the batch.
        source: Where it is from.
        looked: What it is.
        parts: Where its finished parts are kept.
    """

    def __init__(self, number: int, source: Source, looked: Looked, parts: Parts) -> None:
        self.number, self.source, self.looked = number, source, looked
        self._parts = parts
        self._listen = Listen(number, looked.video)
        self._watch = tuple(Watch(number, looked.video, ticks) for ticks in looked.stretches)

    @property
    def _all(self) -> tuple[Part, ...]:
        return (*self._watch, self._listen)

    def tasks(self) -> list[Task]:
        """What is to be done now."""
        if self.looked.is_known:
            return [Recall(self.number, self.looked.video)]
        missing: list[Task] = [task for task in self._all if not self._parts.has(task.name)]
        return missing or [self._join()]

    def take(self, task: Part, content: bytes) -> list[Task]:
        """Keeps a finished part; returns what is to be done now that it is there.

        Raises:
            FunnyError: If it cannot be kept.
        """
        self._parts.keep(task.name, content)
        is_whole = all(self._parts.has(part.name) for part in self._all)
        return [self._join()] if is_whole else []

    def _join(self) -> Join:
        read = self._parts.read
        stretches = tuple(read(task.name) for task in self._watch)
        return Join(self.number, self.looked.video, read(self._listen.name), stretches)

    def forget(self) -> None:
        """Takes its parts away."""
        self._parts.forget()
