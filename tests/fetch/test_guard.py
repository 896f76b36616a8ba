"""The guard in a process of its own: nothing gets out to an address that is not public."""

import subprocess
import sys

import pytest

# Every name is asked for twice, and answers otherwise the second time: DNS rebinding.
PROGRAM = """
import asyncio, os, socket, sys, urllib.request
answers = {name: list(found) for name, found in %(names)r.items()}
real = socket.getaddrinfo
def planted(host, *rest, **more):
    return real(answers[host].pop(0) if host in answers else host, *rest, **more)
socket.getaddrinfo = planted
from funny.fetch.guard import Guard
Guard(%(guard)s).install()
def ask(url):
    return urllib.request.urlopen(url, timeout=5).read()
try:
    print("passed", %(what)s)
except Exception as error:
    print(repr(error))
"""


def outcome(what, guard="", names=None):
    code = PROGRAM % {"what": what, "guard": guard, "names": names or {}}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("ask('http://127.0.0.1:9/')", id="loopback"),
        pytest.param("ask('http://localhost:9/')", id="localhost"),
        pytest.param("ask('http://169.254.169.254/latest/meta-data/')", id="metadata"),
        pytest.param("ask('http://[::1]:9/')", id="ipv6"),
        pytest.param("ask('http://[::ffff:127.0.0.1]:9/')", id="mapped"),
        pytest.param("ask('http://2130706433:9/')", id="decimal"),
        pytest.param("ask('http://0x7f.1:9/')", id="hex"),
        pytest.param("ask('http://0:9/')", id="zero"),
        pytest.param("ask('http://10.0.0.1:9/')", id="private"),
        pytest.param("socket.create_connection(('127.0.0.1', 9))", id="create_connection"),
        pytest.param("socket.socket().connect(('127.0.0.1', 9))", id="connect"),
        pytest.param("socket.socket().connect_ex(('127.0.0.1', 9))", id="connect_ex"),
        pytest.param("socket.socket().connect(('localhost', 9))", id="name-not-looked-up"),
        pytest.param("socket.socket(type=2).sendto(b'', ('127.0.0.1', 9))", id="udp"),
        pytest.param("asyncio.run(asyncio.open_connection('127.0.0.1', 9))", id="asyncio"),
    ],
)
def test_what_is_not_public_is_not_asked(what):
    assert "is not a public address" in outcome(what)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_other_schemes_are_not_asked(url):
    assert "is not a scheme that is fetched" in outcome(f"ask({url!r})")


def test_a_name_that_changes_its_address_gains_nothing():
    names = {"video.example": ["203.0.113.9", "127.0.0.1"]}
    what = "(socket.getaddrinfo('video.example', 9), ask('http://video.example:9/'))"
    assert "127.0.0.1 is not a public address" in outcome(what, names=names)


def test_an_allowed_address_is_allowed_at_its_port_only():
    guard = "allowed=[('127.0.0.1', 9)]"
    assert "Connection refused" in outcome("ask('http://127.0.0.1:9/')", guard)
    assert "not a public address" in outcome("ask('http://127.0.0.1:10/')", guard)


def test_with_a_proxy_nothing_else_is_asked():
    guard = "proxies=[('127.0.0.1', 9)], only_proxies=True"
    assert "Connection refused" in outcome("socket.create_connection(('127.0.0.1', 9))", guard)
    assert "is not the proxy" in outcome("socket.create_connection(('8.8.8.8', 80))", guard)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8/", "http://[::1]:8/", "http://inside.example"])
def test_a_proxy_is_not_sent_inside(url):
    guard = "proxies=[('127.0.0.1', 9)], only_proxies=True"
    assert "not a public address" in outcome(
        f"ask({url!r})", guard, {"inside.example": ["10.0.0.1"]}
    )


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("os.system('true')", id="system"),
        pytest.param("os.popen('true').read()", id="popen"),
        pytest.param("os.execv('/bin/true', ['true'])", id="exec"),
        pytest.param("os.posix_spawn('/bin/true', ['true'], {})", id="posix-spawn"),
        pytest.param("os.spawnv(os.P_WAIT, '/bin/true', ['true'])", id="spawn"),
        pytest.param("__import__('subprocess').run(['true'])", id="subprocess"),
        pytest.param("__import__('subprocess').run(['/x/ok', 'http://a/'])", id="url-for-ffmpeg"),
    ],
)
def test_programs_are_not_started(what):
    found = outcome(what, "programs=['ok']")
    # What spawn starts has no way to say why it did not begin.
    assert "is not a program that is started here" in found or found == "passed 127\n"
