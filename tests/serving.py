"""The app as it is deployed: a process of its own, on this machine, that can be killed."""

import os
import socket
import sys
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
START_S, ENDS_S = 180.0, 60.0


class App:
    """`python app.py`, running; its work lies in a folder that outlives it.

    Args:
        folder: For its output, its cache, its temporary files and its work.
        environment: What it is told beside what this process was.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.output = folder, folder / "output.txt"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "FUNNY_CACHE": str(folder / "cache"),
            "FUNNY_STATE": str(folder / "state"),
            "GRADIO_SERVER_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._environment.pop("GRADIO_TEMP_DIR", None)
        self.process: psutil.Popen | None = None

    def __enter__(self) -> "App":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> "App":
        """Starts it, and waits until it answers."""
        with self.output.open("ab") as out:
            self.process = psutil.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self._environment, stdout=out, stderr=out
            )
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            if self.is_well():
                return self
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the app did not start:\n{self.said}")

    def is_well(self) -> bool:
        """Whether it answers."""
        try:
            urllib.request.urlopen(f"{self.address}/health", timeout=5).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """`kill -9`: it has no time to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ends it as whoever runs it would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(START_S)

    def has_no_children(self) -> bool:
        """Whether all that it started ends soon."""
        assert self.process is not None
        end = time.monotonic() + ENDS_S
        while (left := self.process.children(recursive=True)) and time.monotonic() < end:
            time.sleep(0.1)
        return not left

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.output.read_text("utf-8", "replace")

    @property
    def state(self) -> Path:
        """Where its work lies."""
        return Path(self._environment["FUNNY_STATE"])


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
