"""Runs the worker over many files; a crash or a hang of it is a finding, with its seed."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import funny
from tests.corpus.looking import REFUSED

HANG_S = 60.0
_SETTLED = 100
"""Files after which a process has loaded and cached what it will."""


@dataclass
class Hunt:
    """What was found in files, each named by `KIND SEED`."""

    read: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    """Anything but these two: tracebacks, crashes, hangs, leaks."""
    results: dict[str, str] = field(default_factory=dict)


def hunt(folder: Path, wholes: dict[str, bytes], names: Sequence[str], do: str = "look") -> Hunt:
    """Does something to files one after the other, in as few processes as it takes."""
    for kind, content in wholes.items():
        (folder / f"{kind}.whole").write_bytes(content)
    found, left = Hunt(), list(names)
    while left:
        left = _run(folder, left, found, do)
    return found


def _run(folder: Path, names: list[str], found: Hunt, do: str) -> list[str]:
    """Goes on until the end or a crash; returns the names that are left."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.corpus.worker", str(folder), do],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(funny.__file__).parent.parent,
    )
    held: list[dict[str, int]] = []
    with worker:
        for number, name in enumerate(names):
            answer = _asked(worker, name)
            if not answer:
                worker.kill()
                found.findings.append(f"{name}: the process ended with {worker.wait()}")
                return names[number + 1 :]
            told = json.loads(answer)
            _sort(found, name, told.pop("result"))
            held.append(told)
    _weigh(found, held)
    return []


def _asked(worker: "subprocess.Popen[str]", name: str) -> str:
    assert worker.stdin is not None
    assert worker.stdout is not None
    alarm = threading.Timer(HANG_S, worker.kill)
    alarm.start()
    try:
        worker.stdin.write(f"{name}\n")
        worker.stdin.flush()
        return worker.stdout.readline()
    except OSError:
        return ""
    finally:
        alarm.cancel()


def _sort(found: Hunt, name: str, result: str) -> None:
    found.results[name] = result
    kind = result.split(" ", 1)[0]
    place = {"read": found.read, "made": found.read, REFUSED: found.refused}.get(kind)
    if place is None:
        found.findings.append(f"{name}: {result}")
    else:
        place.append(name)


def _weigh(found: Hunt, held: list[dict[str, int]]) -> None:
    """Files that stay open and memory that grows are findings too."""
    if len(held) <= _SETTLED:
        return
    files = held[-1]["files"] - held[_SETTLED]["files"]
    grown_mb = (held[-1]["memory"] - held[_SETTLED]["memory"]) / 1e6
    if files > 0:
        found.findings.append(f"{files} files stay open")
    if grown_mb > 150:
        found.findings.append(f"memory grew by {grown_mb:.0f} MB")
