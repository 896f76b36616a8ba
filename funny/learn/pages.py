"""Pages that open without a network: their pictures are inside."""

import base64
from collections.abc import Sequence
from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
td, th {{ border-bottom: 1px solid #ccc; padding: .25rem .8rem .25rem 0; text-align: left }}
img {{ max-width: 100% }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def page(title: str, parts: Sequence[str]) -> str:
    """A page of parts that are HTML already."""
    return _PAGE.format(title=escape(title), body="\n".join(parts))


def heading(text: str) -> str:
    """A heading between parts."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """Plain text."""
    return f"<p>{escape(text)}</p>"


def picture(png: bytes, text: str) -> str:
    """A picture inside the page, and what it shows."""
    content = base64.b64encode(png).decode()
    return f'<p><img alt="{escape(text)}" src="data:image/png;base64,{content}"></p>'


def link(address: str, text: str) -> str:
    """A link that opens beside the page."""
    return f'<a href="{escape(address)}" target="_blank">{escape(text)}</a>'
