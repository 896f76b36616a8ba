"""A visitor without a browser: raw requests, and whatever comes back."""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import httpx

PATIENCE_S, LISTENS_S = 60.0, 0.2
"""For how long an answer is awaited; and one that would go on for ever."""
LOST, SILENT = 0, 408
"""In place of a status: the server hung up, or said nothing for long."""
_MOST = 4 << 20


@dataclass(frozen=True)
class Said:
    """An answer: its status, and its headers and body as they came."""

    status: int
    content: bytes
    asked: bytes = b""
    """All that the question said: whoever reads their own words again has learnt nothing."""

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")

    def __add__(self, other: "Said") -> "Said":
        worst = max(self.status, other.status)
        return Said(worst, self.content + other.content, self.asked + other.asked)


class Visitor:
    """Somebody who asks a server over HTTP; knows what every visitor is told, and no more.

    Args:
        address: Where the server is.
    """

    def __init__(self, address: str) -> None:
        self.session = secrets.token_hex(6)
        headers = {"accept-encoding": "identity", "accept-language": "en"}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_S)

    def close(self) -> None:
        """Leaves."""
        self._http.close()

    def ask(self, method: str, place: str, **how: Any) -> Said:
        """One request as it is, and the answer as far as it comes."""
        request = self._http.build_request(method, place, **how)
        asked = unquote(unquote(str(request.url) + _sent(how))).encode("utf-8", "replace")
        got = bytearray()
        try:
            answer = self._http.send(request, stream=True)
        except httpx.ReadTimeout:
            return Said(SILENT, b"", asked)
        except httpx.HTTPError as error:
            return Said(LOST, str(error).encode(), asked)
        with suppress(httpx.HTTPError):
            got += repr(answer.headers.multi_items()).encode()
            for part in answer.iter_raw():
                got += part
                if len(got) > _MOST:
                    break
        answer.close()
        return Said(answer.status_code, bytes(got), asked)

    def get(self, place: str, **how: Any) -> Said:
        """What lies at a place."""
        return self.ask("GET", place, **how)

    def get_raw(self, place: str) -> Said:
        """What lies at a place whose spelling is sent as it is: httpx would tidy it."""
        return self.ask("GET", "/", extensions={"target": place.encode()})

    def overhear(self, place: str) -> Said:
        """What is told at once at a place that may never end."""
        return self.get(place, timeout=httpx.Timeout(PATIENCE_S, read=LISTENS_S))

    def post(self, place: str, body: Any, **how: Any) -> Said:
        """What becomes of a body of JSON; half letters are sent too, which httpx would refuse."""
        kind = {"content-type": "application/json"}
        return self.ask("POST", place, content=json.dumps(body).encode(), headers=kind, **how)

    def listen(self, session: str) -> Said:
        """All that the queue tells a session."""
        return self.get("/gradio_api/queue/data", params={"session_hash": session})

    def do(self, event: int, data: Sequence[Any], **more: Any) -> Said:
        """Does what a browser does when something is pressed, and waits for what comes of it."""
        query = more.pop("query", {})
        body = {"data": list(data), "fn_index": event, "session_hash": self.session} | more
        joined = self.post("/gradio_api/queue/join", body, params=query)
        return joined + self.listen(body["session_hash"]) if joined.status == 200 else joined

    def call(self, name: str, data: Sequence[Any]) -> Said:
        """Calls an endpoint for programs."""
        begun = self.post(f"/gradio_api/call/{name}", {"data": list(data)})
        if begun.status != 200:
            return begun
        event = json.loads(begun.text[begun.text.rindex("{") :])["event_id"]
        return begun + self.get(f"/gradio_api/call/{name}/{event}")

    def upload(self, name: str, content: bytes) -> Said:
        """Uploads a file under a name, which is sent as it is."""
        mark = secrets.token_hex(16)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        body = head.encode("utf-8", "surrogateescape") + b"\r\n" + content
        kind = {"content-type": f"multipart/form-data; boundary={mark}"}
        whole = body + f"\r\n--{mark}--\r\n".encode()
        return self.ask("POST", "/gradio_api/upload", content=whole, headers=kind)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What every visitor is told of the page."""
        return self._http.get("/config").json()

    def event(self, element: str, what: str) -> int:
        """Number of what is done when something happens to an element."""
        known = self._elements
        for function in self.config["dependencies"]:
            if [known.get(element), what] in map(list, function["targets"]):
                return int(function["id"])
        raise AssertionError(f"nothing is done at {what} of {element}")

    def named(self, name: str) -> int:
        """Number of a function by its name."""
        every = self.config["dependencies"]
        return next(int(one["id"]) for one in every if one["api_name"] == name)

    @cached_property
    def _elements(self) -> Mapping[str, int]:
        return {
            part["props"]["elem_id"]: part["id"]
            for part in self.config["components"]
            if part["props"].get("elem_id")
        }


def _sent(how: Mapping[str, Any]) -> str:
    """The words of a question."""
    return how.get("content", b"").decode("utf-8", "replace") + repr(how.get("extensions", ""))


def file_data(path: Any, **more: Any) -> dict[str, Any]:
    """A file as Gradio takes it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}
