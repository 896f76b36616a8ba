"""Downloads that take no longer than a person would wait: an answer soon, then steady progress."""

import os
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any, TypeVar

from funny.errors import WeightsError

ANSWER_S, PATIENT_ANSWER_S = 2.0, 15.0
"""A server that has not answered by then is taken for unreachable: when a program starts, and when
somebody asked for the weights."""
STALL_S, STALL_BYTES = 15.0, 1 << 16
"""A download that brings less than so many bytes in so many seconds is given up."""
CHUNK = 1 << 16
"""Bytes after which a download counts what came."""
MAX_BYTES = 1 << 27
"""Of one file that is fetched; the largest of ours has 17 MB."""

T = TypeVar("T")


def is_offline() -> bool:
    """Whether the person wants no network: HF_HUB_OFFLINE, as all of the Hub's tools know it."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def refuse_offline(why: str = "not fetched before") -> None:
    """Ends a search at the network's edge.

    Args:
        why: What the network would be needed for.

    Raises:
        WeightsError: If HF_HUB_OFFLINE is set.
    """
    if is_offline():
        raise WeightsError(f"{why}, and HF_HUB_OFFLINE is set")


def answered(ask: Callable[[], T], limit_s: float) -> T:
    """What a short request returns.

    Raises:
        WeightsError: If it takes longer than it may; looking up a name has no limit of its own.
    """
    future = _in_background(ask)
    if not wait([future], limit_s).done:
        raise WeightsError(f"no answer within {limit_s:g} s")
    return future.result()


def transferred(work: Callable[[type], T], most: int | None = None) -> T:
    """What a download returns that counts its bytes on the bar class it is given.

    Args:
        work: The download.
        most: Bytes that may come; MAX_BYTES if nothing is said.

    Raises:
        WeightsError: If it stalls or never ends.
    """
    meter = _Meter(most or MAX_BYTES)
    try:
        future = _in_background(lambda: work(meter.bar_class()))
        while not wait([future], STALL_S).done:
            meter.expect_progress()
    except BaseException:
        meter.is_abandoned = True
        raise
    return future.result()


def _in_background(work: Callable[[], T]) -> "Future[T]":
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    # Not an executor's thread: those are waited for when the program ends.
    Thread(target=run, daemon=True).start()
    return future


class _Meter:
    """Counts the bytes of one download."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.is_abandoned = False
        self._bytes = self._bytes_before = 0

    def count(self, size: float) -> None:
        """Takes note of bytes that came; ends a thread that nobody waits for any more."""
        self._bytes += int(size)
        if self.is_abandoned:
            raise WeightsError("given up")
        if self._bytes > self._most:
            raise WeightsError(f"more than {self._most >> 20} MB came")

    def expect_progress(self) -> None:
        if self._bytes - self._bytes_before < STALL_BYTES:
            raise WeightsError(f"stalled after {self._bytes} bytes")
        self._bytes_before = self._bytes

    def bar_class(self) -> type:
        """The Hub's own progress bar, counting."""
        from huggingface_hub.utils import tqdm

        meter = self

        class Bar(tqdm):
            def __bool__(self) -> bool:
                # pooch asks whether there is a bar; tqdm would answer whether there is a total.
                return True

            def update(self, n: float | None = 1) -> Any:
                meter.count(n or 0)
                return super().update(n)

        return Bar
