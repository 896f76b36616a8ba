"""RESULTS.md: the last output of every benchmark, a section each."""

import re
from pathlib import Path


def keep_section(path: Path, title: str, text: str) -> None:
    """Puts a section under `# title` in the place of the one that was there; others stay."""
    there = path.read_text("utf-8") if path.exists() else ""
    sections = [part.strip() for part in re.split(r"(?m)^(?=# )", there) if part.strip()]
    others = [part for part in sections if part.split("\n", 1)[0] != f"# {title}"]
    path.write_text("\n\n".join([*others, f"# {title}\n\n{text}"]) + "\n", "utf-8")
