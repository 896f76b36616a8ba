"""index.html: one page of a whole channel that needs nothing but itself.

Every video has its curve and its top moments, which link into it. Whatever comes from a file's
name or from a site is text here, never markup.
"""

import os
import unicodedata
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from funny.grid import clock
from funny.scale.ended import FAILED, Ended
from funny.scale.results import Result

NAME = "index.html"
TOP = 10
"""Moments of a video that are shown."""

_ASSETS = Path(__file__).parent / "assets"
_HEIGHT = 40
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>funny</title>
<style>
{css}</style>
</head>
<body>
<main>
<h1>{heading}</h1>
<p class="facts">{facts}</p>
<form role="search">
<input id="words" type="search" autocomplete="off">
<select id="order">
<option value="score" data-en="funniest first" data-ko="웃긴 순서">funniest first</option>
<option value="date" data-en="newest first" data-ko="최신 순서">newest first</option>
<option value="name" data-en="by name" data-ko="이름 순서">by name</option>
</select>
</form>
<p id="none" hidden>{none}</p>
<div id="videos">
{videos}
</div>
{failed}
</main>
<script>
{js}</script>
</body>
</html>
"""


def page(results: Sequence[Result], ended: Sequence[Ended], beside: str | None) -> str:
    """The page.

    Args:
        results: Videos that are done.
        ended: What became of those of this run; only the failed ones are told of.
        beside: Folder of the page, from which links to videos lead; None: they are absolute.
    """
    hours = sum(result.duration_s for result in results) / 3600
    moments = sum(len(result.moments) for result in results)
    return _PAGE.format(
        css=_asset("index.css"),
        js=_asset("index.js"),
        heading=both("Funny moments", "웃긴 순간"),
        facts=both(
            f"{len(results)} videos, {hours:.1f} hours, {moments} moments",
            f"영상 {len(results)}개, {hours:.1f}시간, 순간 {moments}개",
        ),
        none=both("Nothing has all these words.", "모두 들어 있는 영상이 없습니다."),
        videos="\n".join(_video(result, beside) for result in results),
        failed=_failed([one for one in ended if one.state == FAILED]),
    )


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")


def both(english: str, korean: str) -> str:
    """A text in both languages, of which the page shows one."""
    return f'<span lang="en">{escape(english)}</span><span lang="ko">{escape(korean)}</span>'


def _video(result: Result, beside: str | None) -> str:
    address, shown = address_of(result.path, beside), result.moments[:TOP]
    count = len(result.moments)
    facts = both(f"{count} moments", f"순간 {count}개")
    lines = [
        f'<section class="video" {_data(result, shown)}>',
        f'<h2><a href="{escape(address)}" target="_blank">{escape(result.name)}</a></h2>',
        f'<p class="facts">{escape(result.recorded)} · {clock(result.duration_s)} · {facts}</p>',
        curve(result.summary["curve"], shown, result.duration_s),
        *_list([_moment(moment, address) for moment in shown]),
        "</section>",
    ]
    return "\n".join(lines)


def _list(items: list[str]) -> list[str]:
    return ["<ol>", *items, "</ol>"] if items else []


def _data(result: Result, shown: Sequence[dict[str, Any]]) -> str:
    """What the page sorts and searches by."""
    said = [result.name, *(moment[key] for moment in shown for key in ("text", "text_ko"))]
    found = unicodedata.normalize("NFC", " ".join(said)).lower()
    named = {"score": result.best, "date": result.recorded, "name": result.name, "find": found}
    return " ".join(f'data-{key}="{escape(str(value))}"' for key, value in named.items())


def _moment(moment: dict[str, Any], address: str) -> str:
    at = f"{moment['start_s']:.3f}".rstrip("0").rstrip(".")
    link = f'<a href="{escape(address)}#t={at}" target="_blank">{clock(moment["start_s"])}</a>'
    return f"<li>{link}<b>{moment['score']:.2f}</b>{both(moment['text'], moment['text_ko'])}</li>"


def curve(points: Sequence[int], moments: Sequence[dict[str, Any]], duration_s: float) -> str:
    """A curve as a small picture, with its moments behind it.

    Args:
        points: 0..100 in equal steps over the video.
        moments: Those to mark.
        duration_s: Length of the video.
    """
    width = max(1, len(points))
    marks = "".join(_mark(moment, width / duration_s) for moment in moments if duration_s)
    line = "".join(f"L{x} {_HEIGHT - y * _HEIGHT / 100:g}" for x, y in _steps(points))
    size = f'viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg {size}>{marks}<path d="M0 {_HEIGHT}{line}L{width} {_HEIGHT}Z"/></svg>'


def _steps(points: Sequence[int]) -> list[tuple[float, int]]:
    return [(n + 0.5, value) for n, value in enumerate(points)]


def _mark(moment: dict[str, Any], per_s: float) -> str:
    x, width = moment["start_s"] * per_s, (moment["end_s"] - moment["start_s"]) * per_s
    return f'<rect x="{x:.2f}" width="{max(0.5, width):.2f}" height="{_HEIGHT}"/>'


def address_of(path: str, beside: str | None) -> str:
    """The address of a video for a link: from a folder, or absolute."""
    if beside is None:
        return f"file://{_quoted(os.path.abspath(path))}"
    try:
        return _quoted(os.path.relpath(path, beside))
    except ValueError:  # it lies on another drive
        return f"file:///{_quoted(path)}"


def _quoted(path: str) -> str:
    """A path for an address; a name may hold `#`, `?`, `:` and bytes that are no text."""
    return quote(os.fsencode(path.replace(os.sep, "/")))


def _failed(failed: Sequence[Ended]) -> str:
    if not failed:
        return ""
    rows = [f"<li><b>{escape(one.source.name)}</b>: {escape(one.problem)}</li>" for one in failed]
    heading = both("Not analysed", "분석하지 못한 영상")
    return "\n".join(["<section>", f"<h2>{heading}</h2>", "<ul>", *rows, "</ul>", "</section>"])
