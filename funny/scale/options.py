"""How a batch is done, besides what decides its results."""

from dataclasses import dataclass, field

from funny.errors import OptionError
from funny.extract.watching import ANEW_S
from funny.fetch.options import FetchOptions

SLEEP_S = 1.0
"""Before a request of a site, in seconds; ten times it between two videos."""


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is done; nothing of it changes a result.

    Raises:
        OptionError: If one of them cannot work.
    """

    workers: int | None = None
    """How many work at once; None: one a core of this machine, or one a device of the cluster."""
    ray: str | None = None
    """Address of a Ray cluster, or `auto`; None: processes on this machine."""
    chunk_s: float = 2 * ANEW_S
    """Length of the stretches that a video is watched in, in seconds."""
    retries: int = 2
    """How often a task is given out again whose worker was lost."""
    limit: int = 1000
    """How many videos of a playlist or a channel are taken, at most."""
    fetch: FetchOptions = field(default_factory=lambda: FetchOptions(sites=None, sleep_s=SLEEP_S))
    """How addresses are fetched."""

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise OptionError(f"--workers {self.workers}: expected at least 1.")
        if not self.chunk_s > 0 or self.chunk_s % ANEW_S:
            raise OptionError(
                f"--chunk {self.chunk_s / 60:g}: expected a multiple of {ANEW_S / 60:g} minutes."
            )
        if self.retries < 0:
            raise OptionError(f"--retries {self.retries}: expected at least 0.")
        if self.limit < 1:
            raise OptionError(f"--limit {self.limit}: expected at least 1.")
