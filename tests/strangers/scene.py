"""A server, a victim whose work lies there, and an attacker: what an attempt is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpus.canaries import Canaries
from tests.strangers.asking import LOST, Said, Visitor
from tests.strangers.victim import NAME, Victim, inputs

_WRONG = (
    *(b"Traceback (most recent", b'.py", line', b"site-packages"),
    *(b"root:x:0:", b"SQLite format 3", b"PYTHONUNBUFFERED", b"prepare()"),
)
"""What went wrong, and what stands in files of the server."""


@dataclass(frozen=True)
class Scene:
    """Who is there; the attacker knows the places and the code, and no name of a work."""

    state: Path
    """Where the server keeps work."""
    victim: Victim
    attacker: Visitor
    player: dict[str, Any]
    """The attacker's own video, uploaded."""
    canaries: Canaries
    marks: dict[str, bytes]
    """What only the victim may read."""
    before: tuple[Any, ...]
    """The victim's work before the first attempt."""

    @property
    def places(self) -> dict[str, str]:
        """What a path may be filled in with."""
        return {
            "state": str(self.state),
            "folder": str(self.victim.own_folder),
            "root": str(Path(__file__).parents[2]),
            "name": NAME,
            "canary": self.canaries.url,
        }

    def inputs(self, event: int, name: Any) -> list[Any]:
        """The inputs of a function: a name, and the attacker's own video."""
        return inputs(self.attacker, event, name, self.player)

    def leaks(self, said: Said) -> list[str]:
        """What came out by an answer that the question had not said itself."""
        body, asked = said.content, said.asked
        return [name for name, mark in self.marks.items() if mark in body and mark not in asked]

    def faults(self, said: Said) -> list[str]:
        """What no answer holds, whoever asks: insides of the server, or none at all."""
        wrong = (*_WRONG, f"{self.state}/desk".encode())
        found = [part.decode() for part in wrong if part in said.content and part not in said.asked]
        is_lost = said.status == LOST or (said.status >= 500 and b'{"error":' not in said.content)
        return [*found, *([f"status {said.status}"] if is_lost else [])]


Attempt = Callable[[Scene], Said]
"""Something that an attacker tries."""
