"""Workers on a Ray cluster: one actor a device, given a few tasks at a time.

Every node must find the videos under the same paths, and have `funny` installed.
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from funny.errors import FunnyError, OptionError
from funny.extras import extra
from funny.options import AnalyzeOptions
from funny.scale.tasks import Answer, Loaded, Task
from funny.scale.team import Done, Event, Lost, Ready, Starts

IN_FLIGHT = 2
"""Tasks that an actor has at once: one that it is at, and one that waits for it."""


class Cluster:
    """Actors that do one task after the other; one that is lost is made anew, where there is room.

    Args:
        options: Of every video.
        chunk_s: Length of a stretch in seconds.
        address: Of the cluster; `auto`: the one on this machine.
        workers: How many actors; None: one a GPU, or one a CPU where there is none.

    Raises:
        OptionError: If Ray is not installed, or there is no such cluster.
    """

    def __init__(
        self, options: AnalyzeOptions, chunk_s: float, address: str, workers: int | None = None
    ) -> None:
        self._ray = _ray()
        self._is_ours = not self._ray.is_initialized()
        if self._is_ours:
            _connect(self._ray, address)
        try:
            self._order, self._starts = (options, chunk_s, 1), Starts()
            there = self._ray.cluster_resources()
            gpus, cpus = int(there.get("GPU", 0)), int(there.get("CPU", 0))
            self._made = self._ray.remote(Actor).options(
                num_cpus=1, num_gpus=min(1, gpus), max_restarts=0, scheduling_strategy="SPREAD"
            )
            count = workers or gpus or cpus or 1
            self._actors = [_Hired(self._made.remote(*self._order)) for _ in range(count)]
        except BaseException:
            self.close()
            raise

    @property
    def room(self) -> int:
        """How many tasks it takes now."""
        return sum(actor.room for actor in self._actors)

    def give(self, task: Task) -> None:
        """Takes a task; only if there is room."""
        max(self._actors, key=lambda actor: actor.room).give(task)

    def events(self, timeout_s: float) -> list[Event]:
        """As `Team.events`."""
        refs = [ref for actor in self._actors for ref in actor.waited_for]
        if not refs:
            time.sleep(timeout_s)
            return []
        self._ray.wait(refs, num_returns=1, timeout=timeout_s, fetch_local=False)
        found, _ = self._ray.wait(refs, num_returns=len(refs), timeout=0, fetch_local=False)
        there = set(found)
        return [e for a in [*self._actors] for e in self._heard(a, there)]

    def _heard(self, actor: "_Hired", there: set[Any]) -> Iterator[Event]:
        """What came from an actor, in the order of its tasks."""
        while actor.waited_for and (ref := actor.waited_for[0]) in there:
            try:
                said = self._ray.get(ref)
            except self._ray.exceptions.RayError as error:
                yield from self._replaced(actor, _reason(error))
                return
            yield self._told(actor, said)

    def _told(self, actor: "_Hired", said: Loaded | Answer) -> Event:
        if isinstance(said, Loaded):
            actor.is_ready = True
            self._starts.reset()
            return Ready(said)
        if not actor.is_ready:
            raise FunnyError(said.problem)
        return Done(actor.pop(), said)

    def _replaced(self, actor: "_Hired", why: str) -> list[Event]:
        why = f"the Ray actor is gone: {why}"
        if not actor.is_ready and self._starts.count(why):
            raise FunnyError(
                f"The actors do not start ({why}). Is funny installed on every node of the cluster?"
            )
        with suppress(Exception):  # it is gone, or is not reached
            self._ray.kill(actor.actor)
        self._actors[self._actors.index(actor)] = _Hired(self._made.remote(*self._order))
        return [Lost(task, why, was_begun=not n) for n, task in enumerate(actor.tasks)]

    def close(self) -> None:
        """Ends all actors at once, and leaves the cluster if it was joined here."""
        for hired in getattr(self, "_actors", ()):
            with suppress(Exception):
                self._ray.kill(hired.actor)
        if self._is_ours:
            self._ray.shutdown()


class Actor:
    """What runs on a device of the cluster."""

    def __init__(self, options: AnalyzeOptions, chunk_s: float, threads: int) -> None:
        self._order = (options, chunk_s, threads)
        self._doer: Any = None

    def load(self) -> Loaded | Answer:
        """Loads the models; returns which, or why not."""
        from funny.runtime import prepare
        from funny.scale.doing import begun

        prepare()
        try:
            self._doer = begun(*self._order)
        except FunnyError as error:
            return Answer(problem=str(error))
        return self._doer.loaded

    def do(self, task: Task) -> Answer:
        """Does a task."""
        return self._doer.answer(task)


class _Hired:
    """An actor, and what it has to do."""

    def __init__(self, actor: Any) -> None:
        self.actor, self.is_ready = actor, False
        self._loading = actor.load.remote()
        self._tasks: list[tuple[Any, Task]] = []

    @property
    def room(self) -> int:
        return IN_FLIGHT - len(self._tasks) if self.is_ready else 0

    @property
    def tasks(self) -> list[Task]:
        return [task for _, task in self._tasks]

    @property
    def waited_for(self) -> list[Any]:
        return [ref for ref, _ in self._tasks] if self.is_ready else [self._loading]

    def give(self, task: Task) -> None:
        self._tasks.append((self.actor.do.remote(task), task))

    def pop(self) -> Task:
        return self._tasks.pop(0)[1]


def _ray() -> Any:
    with extra("ray"):
        import ray
        import ray.exceptions
    return ray


def _connect(ray: Any, address: str) -> None:
    try:
        with _same_sigterm():
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        why = " ".join(str(error).split())[:200]
        raise OptionError(
            f"--ray {address}: no cluster can be reached there ({why}). `ray start --head` begins "
            "one on this machine."
        ) from error


@contextmanager
def _same_sigterm() -> Iterator[None]:
    """Ray would take a service manager's stop for itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _reason(error: Exception) -> str:
    """The first sentences of what Ray says, on one line."""
    return " ".join(str(error).split())[:200]
