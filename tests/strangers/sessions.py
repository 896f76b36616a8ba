"""Sessions, events and links of others, and whatever else Gradio could be asked for."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.strangers.asking import Said
from tests.strangers.scene import Attempt, Scene

GUESSES = {
    "nothing": "",
    "null": "null",
    "undefined": "undefined",
    "star": "*",
    "like": "%",
    "prefix": "the-victims",
    "longer": "the-victims-own-session_9",
    "other-case": "THE-VICTIMS-OWN-SESSION",
    "random-js": "k3j9x0q2z1a",
    "separator": "<gradio-sep>",
    "zeros": "0" * 32,
    "long": "a" * 10_000,
}
"""Sessions as a stranger guesses them."""

_PRIVATE = {
    "listen": "/gradio_api/queue/data?session_hash={0}",
    "result-of-a-cut": "/gradio_api/call/cut/{0}",
    "result-of-an-analysis": "/gradio_api/call/v2/analyze/{0}",
    "upload-on-its-way": "/gradio_api/upload_progress?upload_id={0}",
    "make-a-link": "/gradio_api/deep_link?session_hash={0}",
    "playlist": "/gradio_api/stream/{0}/0/1/playlist.m3u8",
    "stream": "/gradio_api/stream/{0}/0/1/playlist-file",
    "open-a-link": "/?deep_link={0}",
    "link-in-config": "/config?deep_link={0}",
}
"""Where a session, an event or a link is named."""

PUBLIC = (
    *("/", "/config", "/config?page=x", "/openapi.json", "/manifest.json", "/robots.txt"),
    *("/theme.css", "/monitoring", "/monitoring/summary", "/monitoring/x", "/pwa_icon/9"),
    *("/health", "/logout", "/nowhere", "/?job=", "/?job=x&job=y", "/docs", "/redoc"),
    *("/gradio_api/info", "/gradio_api/info?all_endpoints=True", "/gradio_api/openapi.json"),
    *("/gradio_api/app_id", "/gradio_api/user", "/gradio_api/token", "/gradio_api/login_check"),
    *("/gradio_api/queue/status", "/gradio_api/startup-events", "/gradio_api/runs"),
    *("/gradio_api/profiling/traces", "/gradio_api/run-history/buckets", "/gradio_api/vibe-code"),
    *("/gradio_api/dev/reload", "/gradio_api/mcp", "/gradio_api/mcp/sse"),
)
"""What everybody may ask for, or could of another app of Gradio's."""

_BODIES: dict[str, Any] = {
    "nothing": {},
    "null": None,
    "list": [1],
    "unknown": {
        **{"data": [], "fn_index": 999, "session_hash": "x", "event_id": "y"},
        **{"component_id": 999, "fn_name": "__init__", "hash": "../..", "prompt": "x", "code": "x"},
    },
}
_POSTED = (
    *("component_server", "process_recording", "vibe-edit", "vibe-code", "undo-vibe-edit"),
    *("vibe-starter-queries", "run/nothing", "api/predict", "call/nothing", "call/v2/nothing"),
    *("queue/join", "cancel", "reset", "stream/x", "stream/x/close", "profiling/clear", "upload"),
)
"""What may be posted to an app of Gradio's."""


def disturbing() -> Iterator[tuple[str, Attempt]]:
    """What could stop somebody else's work."""
    for kind, guess in GUESSES.items():
        for function in ("_analyze", "analyze", "_cancel"):
            yield f"cancel-{function}-{kind}", partial(_cancel, guess, function)
        yield f"heartbeat-{kind}", partial(_overhear, "/gradio_api/heartbeat/{0}", guess)
        yield f"stream-close-{kind}", partial(_close, guess)


def attempts() -> Iterator[tuple[str, Attempt]]:
    """Every guess everywhere, everything public, and every body."""
    for where, place in _PRIVATE.items():
        for kind, guess in GUESSES.items():
            yield f"{where}-{kind}", partial(_overhear, place, guess)
    for kind, guess in GUESSES.items():
        yield f"join-as-{kind}", partial(_join, guess)
    for place in PUBLIC:
        yield f"public-{place}", partial(_overhear, place, "")
    for place in _POSTED:
        for kind, body in _BODIES.items():
            yield f"post-{place}-{kind}", partial(_post, place, body)
    for kind, place in _LINKS.items():
        yield f"link-{kind}", partial(_raw, place)
    for kind, more in _ODD.items():
        yield f"odd-{kind}", partial(_join_oddly, more)


_LINKS = {
    "up": "/?deep_link=..%2f..%2fdesk",
    "up-in-config": "/config?deep_link=..%2fdesk%2fdesk.sqlite3",
    "upload": "/config?deep_link=" + "0" * 64,
    "nul": "/config?deep_link=%00",
}
_ODD: dict[str, dict[str, Any]] = {
    "a-batch": {"batched": True},
    "another-trigger": {"trigger_id": 10**9},
    "simple": {"simple_format": True},
    "an-event-of-others": {"event_id": "0" * 32},
    "a-token": {"oauth_token": "hf_x"},
    "a-request": {"request": {"query_params": {"job": "x"}, "client": {"host": "127.0.0.1"}}},
    "before-the-first": {"fn_index": -1},
    "of-the-browser": {"fn_index": 2},
    "beyond-the-last": {"fn_index": 10**6},
    "event-is-a-list": {"event_data": [1]},
    "event-is-a-file": {"event_data": {"path": "/etc/passwd"}},
    "no-session": {"session_hash": None},
    "session-is-a-list": {"session_hash": ["x"]},
}
"""What a browser would not send with an event."""


def _overhear(place: str, guess: str, scene: Scene) -> Said:
    return scene.attacker.overhear(place.format(guess))


def _join(guess: str, scene: Scene) -> Said:
    event = scene.attacker.named("_watch")
    return scene.attacker.do(event, ["nobodys-name"], session_hash=guess)


def _join_oddly(more: dict[str, Any], scene: Scene) -> Said:
    event = scene.attacker.named("_edit")
    return scene.attacker.do(event, ["nobodys-name"], **{"session_hash": "odd", **more})


def _raw(place: str, scene: Scene) -> Said:
    return scene.attacker.get_raw(place)


def _post(place: str, body: Any, scene: Scene) -> Said:
    return scene.attacker.post(f"/gradio_api/{place}", body)


def _cancel(guess: str, function: str, scene: Scene) -> Said:
    event = scene.attacker.named(function)
    body = {"session_hash": guess, "fn_index": event, "event_id": guess}
    return scene.attacker.post("/gradio_api/cancel", body)


def _close(guess: str, scene: Scene) -> Said:
    return scene.attacker.post(f"/gradio_api/stream/{guess or 'x'}/close", {})
