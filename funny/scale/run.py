"""The run of a batch: gives tasks out as there is room for them, and takes what comes back."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator

from funny.errors import FunnyError
from funny.grid import tick_to_s
from funny.scale.ended import DONE, FAILED, SAME, THERE, Ended
from funny.scale.feed import Feed, Unfetched
from funny.scale.job import Job
from funny.scale.parts import Parts
from funny.scale.results import Results
from funny.scale.sources import Source
from funny.scale.tally import Tally
from funny.scale.tasks import Loaded, Look, Looked, Made, Task, Watch
from funny.scale.team import Done, Event, Lost, Ready, Team

_WAIT_S = 0.5


class Run:
    """One run of a batch.

    Args:
        feed: Hands the videos out.
        team: Does the tasks.
        results: Where they go, and those that are there.
        retries: How often a task is given out again whose worker was lost.
        progress: Told how far it has come.
    """

    def __init__(
        self,
        feed: Feed,
        team: Team,
        results: Results,
        retries: int,
        progress: Callable[[Tally], None],
    ) -> None:
        self._feed, self._team, self._results = feed, team, results
        self._retries, self._progress = retries, progress
        self._tasks: deque[Task] = deque()
        self._sources: dict[int, Source] = {}
        """Videos that are not done, by number; of those that were looked at there is a job."""
        self._jobs: dict[int, Job] = {}
        self._first: dict[str, Source] = {}
        """The first video of every content."""
        self._lost: Counter[Task] = Counter()
        self._ended: deque[Ended] = deque()
        self._loaded: Loaded | None = None
        self._began_s, self._opened = time.monotonic(), 0
        self._counts: Counter[str] = Counter()
        self._known_s, self._known, self._watched_s = 0.0, 0, 0.0

    def ended(self) -> Iterator[Ended]:
        """What became of every video, as soon as it is known.

        Raises:
            FunnyError: If nothing can go on: no worker starts, or the disk is full.
        """
        while self._sources or len(self._feed):
            self._give()
            for event in self._team.events(_WAIT_S):
                self._hear(event)
            while self._ended:
                yield self._ended.popleft()
            self._progress(self.tally)
        yield from self._ended

    @property
    def tally(self) -> Tally:
        """How far it has come."""
        unseen = len(self._sources) - len(self._jobs) + len(self._feed)
        return Tally(
            done=self._counts[DONE] + self._counts[THERE] + self._counts[SAME],
            failed=self._counts[FAILED],
            left=len(self._sources) + len(self._feed),
            watched_s=self._watched_s,
            known=self._known,
            known_s=self._known_s,
            unknown=unseen,
            elapsed_s=time.monotonic() - self._began_s,
        )

    def _give(self) -> None:
        """Gives tasks out, and opens a new video only where there are too few."""
        while self._team.room and (self._tasks or self._open()):
            self._team.give(self._tasks.popleft())

    def _open(self) -> bool:
        """Opens the next video, if there is one now."""
        try:
            source = self._feed.next()
        except Unfetched as error:
            self._end(Ended(error.source, FAILED, problem=" ".join(str(error).split())))
            return False
        if source is None or source.path is None:
            return False
        number, self._opened = self._opened, self._opened + 1
        self._sources[number] = source
        self._tasks.append(Look(number, source.path))
        return True

    def _hear(self, event: Event) -> None:
        if isinstance(event, Ready):
            self._expect_same(event.loaded)
        elif event.task.of not in self._sources:
            return  # its video has failed meanwhile
        elif isinstance(event, Lost):
            self._again(event)
        elif event.answer.problem:
            self._fail(event.task.of, event.answer.problem)
        else:
            self._take(event)

    def _expect_same(self, loaded: Loaded) -> None:
        """Parts of workers with other models must never be joined."""
        self._loaded = self._loaded or loaded
        if loaded.stamp != self._loaded.stamp:
            raise FunnyError(
                f"A worker has other models or another version ({', '.join(loaded.models)}) than "
                f"the first ({', '.join(self._loaded.models)}). Install the same everywhere, or "
                "say which with --emotion and --head."
            )

    def _again(self, event: Lost) -> None:
        self._lost[event.task] += event.was_begun
        times = self._lost[event.task]
        if times > self._retries:
            source = self._sources[event.task.of]
            self._fail(
                event.task.of,
                f"{source.path}: its worker was lost {times} times ({event.why}). It may take too "
                "much memory, or be damaged: convert it to mp4, and try that.",
                forgets=False,
            )
        else:
            self._tasks.appendleft(event.task)

    def _take(self, event: Done) -> None:
        task, value = event.task, event.answer.value
        if isinstance(value, Looked):
            self._start(task.of, value)
        elif isinstance(value, Made):
            self._finish(task, value)
        else:
            self._watched_s += _task_s(task) if isinstance(task, Watch) else 0.0
            self._tasks.extendleft(self._jobs[task.of].take(task, value))  # type: ignore[arg-type]

    def _start(self, number: int, looked: Looked) -> None:
        source, sha = self._sources[number], looked.video.sha
        assert self._loaded and source.path
        if (twin := self._first.setdefault(sha, source)) is not source:
            why = f"{source.path}: has the same content as {twin.path}, and is not done twice."
            self._close(number, Ended(source, SAME, problem=why))
        elif there := self._results.known(sha, self._loaded.stamp):
            there = self._results.moved(there, source.name, source.path, source.url)
            self._close(number, Ended(source, THERE, there))
        else:
            self._begin(number, Job(number, source, looked, Parts(self._results.out, looked.key)))

    def _begin(self, number: int, job: Job) -> None:
        self._jobs[number], tasks = job, job.tasks()
        self._known += 1
        self._known_s += sum(_task_s(task) for task in tasks if isinstance(task, Watch))
        # Before the next video is opened.
        self._tasks.extendleft(reversed(tasks))

    def _finish(self, task: Task, made: Made) -> None:
        job, source = self._jobs[task.of], self._sources[task.of]
        assert self._loaded and source.path
        rest = (source.name, source.path, source.url, job.looked.recorded)
        result = self._results.save(*rest, self._loaded.stamp, made)
        job.forget()
        self._close(task.of, Ended(source, DONE, result))

    def _fail(self, number: int, why: str, forgets: bool = True) -> None:
        self._tasks = deque(task for task in self._tasks if task.of != number)
        job = self._jobs.get(number)
        if job and forgets:
            job.forget()
        self._close(number, Ended(self._sources[number], FAILED, problem=why))

    def _close(self, number: int, ended: Ended) -> None:
        del self._sources[number]
        self._jobs.pop(number, None)
        self._end(ended)

    def _end(self, ended: Ended) -> None:
        self._counts[ended.state] += 1
        self._ended.append(ended)


def _task_s(task: Watch) -> float:
    """Seconds of video that a task watches."""
    first_s = tick_to_s(task.ticks[0])
    last = task.ticks[1]
    return (task.video.duration_s if last is None else tick_to_s(last)) - first_s
