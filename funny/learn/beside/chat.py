"""Live chat: yt-dlp's replay of YouTube, Twitch, Chzzk, and plain tables of time and text.

YouTube: a line of JSON an action (yt_dlp/downloader/youtube_live_chat.py). Twitch: `rechat` or what
TwitchDownloader writes. Others: CSV or JSON with a time and a text in every row.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

from funny.learn.beside.rows import Rows, read_rows
from funny.learn.beside.times import seconds_of

TIME_KEYS = {
    "content_offset_seconds": 1.0,
    "contentOffsetSeconds": 1.0,
    "time_in_seconds": 1.0,
    "time_s": 1.0,
    "time": 1.0,
    "playerMessageTime": 0.001,
    "time_ms": 0.001,
}
"""What a time is called, and its unit in seconds."""
TEXT_KEYS = ("message", "text", "content", "body")
AUTHOR_KEYS = ("author", "commenter", "user", "userIdHash", "name")
# Where the rows are in what a server answered: Twitch, a page of Chzzk.
_LISTS = (("comments",), ("content", "videoChats"), ("messages",))
_PAGE = ("continuationContents", "liveChatContinuation", "actions")
_SAID = ("liveChatTextMessageRenderer", "liveChatPaidMessageRenderer")


@dataclass(frozen=True)
class Message:
    """One message."""

    time_s: float
    """In the video; it was written some seconds after what it is about."""
    text: str
    author: str = ""
    """Whatever tells people apart; empty if nothing does."""


def read_chat(path: Path) -> Rows[Message]:
    """Reads a file of live chat, in order of time; damaged rows are counted and passed over.

    Raises:
        OSError: If the file cannot be read.
    """
    read = _read_table(path) if path.suffix == ".csv" else _read_json(path)
    return in_order(read)


def in_order(chat: Rows[Message]) -> Rows[Message]:
    """The same messages in order of time."""
    return Rows(tuple(sorted(chat.rows, key=lambda message: message.time_s)), chat.damaged)


def _read_json(path: Path) -> Rows[Message]:
    """One JSON value a line, as hours of YouTube are, or one in all."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = next((line for line in file if line.strip()), "")
        if _is_value(first):
            return read_rows(chain([first], file), _line)
    try:
        whole = json.loads(path.read_text("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return read_rows(file, _line)
    return read_rows(_rows(whole), _messages)


def _is_value(line: str) -> bool:
    """Whether a line is one row; a whole list or a whole answer may be on one line too."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and _rows(found) == [found]


def _rows(whole: Any) -> list[Any]:
    if isinstance(whole, list):
        return whole
    for keys in (*_LISTS, _PAGE):
        if isinstance(rows := _within(whole, *keys), list):
            return rows
    return [whole]


def _line(line: str) -> Iterable[Message]:
    return _messages(json.loads(line)) if line.strip() else ()


def _messages(row: Any) -> Iterable[Message]:
    """What one row says; what is no message (a ticker, a banner, a poll) says nothing."""
    if "replayChatItemAction" in row:
        return list(_replayed(row))
    time_s = _time_s(row)
    return [Message(time_s, _text(row), _author(row))] if time_s >= 0 else ()


def _replayed(row: Any) -> Iterator[Message]:
    replay = row["replayChatItemAction"]
    # Chat that was recorded live has the time outside.
    time_s = seconds_of(replay.get("videoOffsetTimeMsec", row.get("videoOffsetTimeMsec"))) / 1000
    for action in replay["actions"]:
        item = _within(action, "addChatItemAction", "item") or {}
        for renderer in (item[name] for name in _SAID if name in item):
            # What was written before the stream began is all put at 0.
            is_early = str(_within(renderer, "timestampText", "simpleText")).startswith("-")
            if "message" in renderer and time_s >= 0 and not is_early:
                author = str(renderer.get("authorExternalChannelId", ""))
                yield Message(time_s, "".join(map(_run, renderer["message"]["runs"])), author)


def _run(run: Any) -> str:
    """A piece of text, an emoji as itself, or a channel's own emoji by its name."""
    if "text" in run:
        return str(run["text"])
    emoji = run["emoji"]
    is_own = emoji.get("isCustomEmoji") or len(emoji.get("emojiId", "")) > 8
    return f" {emoji['shortcuts'][0]} " if is_own and emoji.get("shortcuts") else emoji["emojiId"]


def _time_s(row: Any) -> float:
    for key, unit_s in TIME_KEYS.items():
        if key in row:
            return seconds_of(row[key]) * unit_s
    raise ValueError(f"expected one of {', '.join(TIME_KEYS)}")


def _text(row: Any) -> str:
    said = row[min(set(TEXT_KEYS) & set(row), key=TEXT_KEYS.index)]
    if isinstance(said, dict):
        return said["body"] if "body" in said else "".join(f["text"] for f in said["fragments"])
    if not isinstance(said, str):
        raise ValueError(f"expected text, got {said!r}")
    return said


def _author(row: Any) -> str:
    who = next((row[key] for key in AUTHOR_KEYS if row.get(key)), "")
    if isinstance(who, dict):
        who = who.get("_id") or who.get("id") or who.get("name") or ""
    return str(who)


def _read_table(path: Path) -> Rows[Message]:
    """A CSV with named columns, or with time, text and perhaps author in this order."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel in Korea
        text = raw.decode("cp949", errors="replace")
    try:
        table = [row for row in csv.reader(StringIO(text)) if any(row)]
    except csv.Error:
        return Rows(damaged=1)
    known = {name.lower(): name for name in (*TIME_KEYS, *TEXT_KEYS, *AUTHOR_KEYS)}
    names = [known.get(name.strip().lower(), name) for name in table[0]] if table else []
    is_named = bool(set(names) & set(TIME_KEYS))
    columns = names if is_named else ["time", "text", "author"]
    rows = [dict(zip(columns, row, strict=False)) for row in table[is_named:]]
    return read_rows(rows, _messages)


def _within(found: Any, *keys: str) -> Any:
    """What lies under keys of nested objects, or None."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
