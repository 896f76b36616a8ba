"""What became of one video of a batch."""

from dataclasses import dataclass
from typing import Any

from funny.scale.results import Result
from funny.scale.sources import Source

DONE, THERE, SAME, FAILED = "done", "there", "same", "failed"
"""Done now; done before; the same content as another one of the batch; failed."""


@dataclass(frozen=True)
class Ended:
    """What became of one video."""

    source: Source
    state: str
    """DONE, THERE, SAME or FAILED."""
    result: Result | None = None
    problem: str = ""
    """Why there is none, and what to do."""

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON values, for programs."""
        result = self.result
        return {
            "name": self.source.name,
            "state": self.state,
            "problem": self.problem,
            "path": str(self.source.path or self.source.url),
            "sha": result.sha if result else "",
            "duration_s": result.duration_s if result else None,
            "best": result.best if result else None,
            "folder": result.folder if result else "",
            "moments": result.moments if result else [],
        }
