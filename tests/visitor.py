"""A browser without a screen: asks a page for what its buttons ask, and keeps what it answers."""

import json
import mimetypes
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from gradio_client.utils import apply_diff

_API = "/gradio_api"
PATIENCE_S = 300.0


class Refused(Exception):
    """What the page said in place of doing it."""


class Visitor:
    """One visitor of a served page.

    Args:
        address: The page's.
        seen_from: The address that a proxy says they come from; empty: none says so.
    """

    def __init__(self, address: str, seen_from: str = "") -> None:
        headers = {"X-Forwarded-For": seen_from} if seen_from else {}
        # One connection each would make a stranger of every request; browsers keep theirs too.
        self.http = httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_S)
        self._values: dict[int, Any] = {}

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self, job: str = "") -> None:
        """Loads the page, of a work or as everybody finds it."""
        query = {"job": job} if job else {}
        for path in ("/", "/config"):
            answer = self.http.get(path, params=query)
            answer.raise_for_status()
        config = answer.json()
        self._components = {part["id"]: part["props"] for part in config["components"]}
        self._events = config["dependencies"]
        self._values = {id: props.get("value") for id, props in self._components.items()}
        self._query = query
        for _ in self._brought(self._event("", "load"), None):
            pass

    def upload(self, path: Path) -> None:
        """Chooses a video in the player."""
        kind = mimetypes.guess_type(path.name)[0]
        with path.open("rb") as file:
            files = {"files": (path.name, file, kind)}
            (where,) = self._checked(self.http.post(f"{_API}/upload", files=files)).json()
        self._values[self.id_of("player")] = {
            "path": where,
            "orig_name": path.name,
            "mime_type": kind,
            "meta": {"_type": "gradio.FileData"},
        }
        self.do("player", "upload")

    def do(self, name: str, event: str = "click", told: Any = None) -> None:
        """Presses a button, say, and waits until all that it brings about has ended.

        Args:
            name: The component's `elem_id`.
            event: What is done to it.
            told: What comes with it.

        Raises:
            Refused: If the page says that it cannot be done.
        """
        for _ in self.doing(name, event, told):
            pass

    def doing(self, name: str, event: str = "click", told: Any = None) -> Iterator[None]:
        """The same, once for each answer."""
        yield from self._brought(self._event(name, event), told)

    def set(self, name: str, value: Any) -> None:
        """Gives a control a value; what it brings about is not asked for."""
        self._values[self.id_of(name)] = value

    def value(self, name: str) -> Any:
        """What a component holds."""
        return self._values[self.id_of(name)]

    def fetch(self, file: dict[str, Any]) -> bytes:
        """What the page offers for a download."""
        return self._checked(self.http.get(f"{_API}/file={file['path']}")).content

    def id_of(self, name: str) -> int:
        """The number of a component."""
        return next(id for id, props in self._components.items() if props.get("elem_id") == name)

    def _event(self, name: str, event: str) -> dict[str, Any]:
        of_page = not name
        for found in self._events:
            for target, kind in found["targets"]:
                elem_id = self._components.get(target, {}).get("elem_id")
                if kind == event and found["backend_fn"] and (of_page or elem_id == name):
                    return dict(found)
        raise KeyError(f"{name} {event}")

    def _brought(self, asked: dict[str, Any], told: Any) -> Iterator[None]:
        """Asks for an event, then for those that it brings about."""
        yield from self._sent(asked, told)
        for then in self._events:
            if then["trigger_after"] == asked["id"]:
                yield from self._sent(then, None)

    def _sent(self, event: dict[str, Any], told: Any) -> Iterator[None]:
        """Asks for one event, takes its answers in."""
        # A session each: of one, two streams would take each other's answers.
        session = secrets.token_hex(6)
        asked = {
            "data": [self._values.get(id) for id in event["inputs"]],
            "event_data": told,
            "fn_index": event["id"],
            "trigger_id": event["targets"][0][0] if event["targets"] else None,
            "session_hash": session,
        }
        joined = self.http.post(f"{_API}/queue/join", json=asked, params=self._query)
        ours = self._checked(joined).json()["event_id"]
        yield from self._answers(session, ours, event["outputs"])

    def _answers(self, session: str, ours: str, outputs: list[int]) -> Iterator[None]:
        whole: list[Any] = []
        heard = {"session_hash": session}
        with self.http.stream("GET", f"{_API}/queue/data", params=heard) as lines:
            for line in lines.iter_lines():
                if not line.startswith("data:"):
                    continue
                said = json.loads(line[len("data:") :])
                if said.get("event_id") != ours:
                    continue
                if said["msg"] == "process_generating" and said["success"]:
                    whole = _grown(whole, said["output"]["data"])
                    self._take(outputs, whole)
                    yield
                elif said["msg"] == "process_completed":
                    return self._ended(said, outputs)
        raise Refused("the server hung up")

    def _ended(self, said: dict[str, Any], outputs: list[int]) -> None:
        if not said["success"]:
            raise Refused(said["output"].get("error"))
        self._take(outputs, said["output"].get("data") or [])

    def _take(self, outputs: list[int], data: list[Any]) -> None:
        for id, update in zip(outputs, data, strict=False):
            if not isinstance(update, dict) or update.get("__type__") != "update":
                self._values[id] = update
            elif "value" in update:
                self._values[id] = update["value"]

    @staticmethod
    def _checked(answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise Refused(f"{answer.status_code} {answer.text[:200]}")
        return answer


def _grown(whole: list[Any], news: list[Any]) -> list[Any]:
    """Later answers tell what differs from the ones before."""
    if not whole:
        return list(news)
    return [apply_diff(before, edits) for before, edits in zip(whole, news, strict=True)]
