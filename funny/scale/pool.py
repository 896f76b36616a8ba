"""A pool of processes on this machine: one that dies is replaced, and its task is told of."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from funny.errors import FunnyError
from funny.options import AnalyzeOptions
from funny.scale.tasks import Answer, Loaded, Task
from funny.scale.team import Done, Event, Lost, Ready, Starts

WORKER_BYTES = 3 << 29
"""Memory that a worker and the process that reads for it take, of 1080p, and some more."""

_DIES_S = 5.0


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fitting_workers() -> int:
    """One worker a core, if there is memory for so many."""
    names = ("SC_PHYS_PAGES", "SC_PAGE_SIZE")
    if not set(names) <= set(getattr(os, "sysconf_names", ())):
        return cores()
    pages, page_bytes = map(os.sysconf, names)
    return max(1, min(cores(), pages * page_bytes // WORKER_BYTES))


class Pool:
    """Processes that do one task at a time.

    They are spawned, not forked: threads of PyTorch do not survive a fork.

    Args:
        options: Of every video.
        chunk_s: Length of a stretch in seconds.
        workers: How many processes; None: as many as the machine has room for.
    """

    def __init__(self, options: AnalyzeOptions, chunk_s: float, workers: int | None = None) -> None:
        count = workers or fitting_workers()
        self._order = (options, chunk_s, max(1, cores() // count))
        self._starts = Starts()
        self._workers: list[_Worker] = []
        try:
            for _ in range(count):
                self._workers.append(_Worker(self._order))
        except BaseException:
            self.close()
            raise

    @property
    def room(self) -> int:
        """How many tasks it takes now."""
        return sum(worker.is_free for worker in self._workers)

    def give(self, task: Task) -> None:
        """Takes a task; only if there is room."""
        next(worker for worker in self._workers if worker.is_free).give(task)

    def events(self, timeout_s: float) -> list[Event]:
        """As `Team.events`."""
        ready = wait([worker.pipe for worker in self._workers], timeout_s)
        return [e for w in [*self._workers] if w.pipe in ready for e in self._heard(w)]

    def _heard(self, worker: "_Worker") -> list[Event]:
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            return self._replaced(worker)
        if isinstance(said, Loaded):
            worker.is_ready = True
            self._starts.reset()
            return [Ready(said)]
        if worker.task is None:
            raise FunnyError(said.problem)
        task, worker.task = worker.task, None
        return [Done(task, said)]

    def _replaced(self, worker: "_Worker") -> list[Event]:
        why = f"the worker process ended: {worker.ended()}"
        if not worker.is_ready and self._starts.count(why):
            raise FunnyError(
                f"The worker processes do not start ({why}). In a script of your own, call batch "
                'under `if __name__ == "__main__":`.'
            )
        self._workers[self._workers.index(worker)] = _Worker(self._order)
        return [Lost(worker.task, why)] if worker.task else []

    def close(self) -> None:
        """Ends all workers at once."""
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.ended()
        self._workers = []


class _Worker:
    """One process, and what it is at."""

    def __init__(self, order: tuple[Any, ...]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.task: Task | None = None
        self.is_ready = False
        self._process = context.Process(target=_serve, args=(theirs, *order), daemon=True)
        with _without_ctrl_c():
            self._process.start()
        theirs.close()

    @property
    def is_free(self) -> bool:
        return self.is_ready and self.task is None

    def give(self, task: Task) -> None:
        self.task = task
        with suppress(OSError):  # it is dead, and will be found so
            self.pipe.send(task)

    def kill(self) -> None:
        self._process.kill()

    def ended(self) -> str:
        """Waits for its end; returns how it came."""
        self._process.join(_DIES_S)
        code = self._process.exitcode
        self.pipe.close()
        with suppress(ValueError, TypeError):
            return signal.Signals(-code).name  # type: ignore[operator]
        return f"exit code {code}"


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """What is begun inside is not reached by Ctrl-C in a terminal: that is for its parent."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, options: AnalyzeOptions, chunk_s: float, threads: int) -> None:
    """What the process does until its parent is gone."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    from funny.runtime import prepare
    from funny.scale.doing import begun

    prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        try:
            doer = begun(options, chunk_s, threads)
        except FunnyError as error:
            pipe.send(Answer(problem=str(error)))
            return
        pipe.send(doer.loaded)
        while True:
            pipe.send(doer.answer(pipe.recv()))
