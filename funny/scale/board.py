"""Progress of a batch for a person at a terminal: how many videos, how fast, how long still."""

from types import TracebackType

from funny.grid import clock
from funny.scale.ended import FAILED, Ended
from funny.scale.tally import Tally

_HOUR_S = 3600.0


class Board:
    """One line that moves, and above it one for every video that has ended.

    It is there once there is anything to tell.
    """

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f}%"),
            console=console,
            transient=True,
            # Nobody watches a file grow.
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "Board":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def ended(self, one: Ended) -> None:
        """Tells of a video that has ended."""
        self._bar.start()
        self._bar.console.print(line(one), markup=False, soft_wrap=True)

    def progress(self, tally: Tally) -> None:
        """Tells how far the batch has come."""
        self._bar.start()
        total_s = tally.whole_s or None
        self._bar.update(
            self._task, description=sentence(tally), completed=tally.watched_s, total=total_s
        )


def line(one: Ended) -> str:
    """What became of a video, on one line."""
    name = _one_line(one.source.name)
    if one.result is None:
        return f"{one.state:<6} {name}: {_one_line(one.problem)}"
    found = len(one.result.moments)
    return f"{one.state:<6} {name}  {clock(one.result.duration_s)}  {found} moments"


def sentence(tally: Tally) -> str:
    """How far a batch has come: `12 done, 1 failed, 87 left, 8.4 × real time, 03:10:00 left`."""
    counts = f"{tally.done} done, {tally.failed} failed, {tally.left} left"
    left = "" if tally.left_s is None else f", {clock(tally.left_s)} to go"
    return f"{counts}, {tally.speed:.1f} hours of video an hour{left}"


def totals(ended: list[Ended], out: str) -> str:
    """What a batch has come to, in a line."""
    failed = sum(one.state == FAILED for one in ended)
    moments = sum(len(one.result.moments) for one in ended if one.result)
    hours = sum(one.result.duration_s for one in ended if one.result) / _HOUR_S
    done = len(ended) - failed
    return f"{done} of {len(ended)} videos, {hours:.1f} hours, {moments} moments: {out}"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
