"""Real servers for live sources, and a link to them that can be cut."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from funny.moments.ffmpeg import binary

_CONFIG = """
load_module {module};
daemon off; worker_processes 1; error_log {folder}/error.log; pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
rtmp {{ server {{ listen 127.0.0.1:{port}; application live {{ live on; }} }} }}
"""
_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def rtmp_server(folder):
    """Port of nginx with its RTMP module; skips where Debian's libnginx-mod-rtmp is missing."""
    if not (nginx := shutil.which("nginx", path="/usr/sbin:/usr/bin")) or not _MODULE.exists():
        pytest.skip("nginx with its RTMP module is not installed: apt install libnginx-mod-rtmp")
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(module=_MODULE, folder=folder, port=port))
    with process(nginx, "-p", folder, "-c", config):
        wait_for(port)
        yield port


@contextlib.contextmanager
def process(*words, **how):
    """A program that is ended with the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **how}
    running = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, **quiet)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(10)


def pushed(source, target, kind):
    """ffmpeg that sends a file in real time."""
    words = ("-v", "error", "-re", "-i", source, "-c", "copy", "-flush_packets", "1")
    return process(binary(), *words, "-f", kind, target)


def wait_for(port, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(port)


class Link:
    """A port that leads to another one, until it is cut."""

    def __init__(self, target):
        self._target, self._pairs, self.is_cut = target, [], False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        self.is_cut = True
        for one in self._pairs:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def mend(self):
        self.is_cut = False

    def _accept(self):
        while True:
            near, _ = self._listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._pairs += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one, other):
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
