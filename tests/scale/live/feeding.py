"""Recordings that somebody writes, as real processes."""

import subprocess
import sys
from fractions import Fraction

from tests.media import Movie, Sound, sine, steady, write_media

_WRITER = """
import sys, time
source, target, pieces, pause_s = sys.argv[1:]
data = open(source, "rb").read()
size = -(-len(data) // int(pieces))
with (sys.stdout.buffer if target == "-" else open(target, "wb")) as out:
    for at in range(0, len(data), size):
        out.write(data[at : at + size])
        out.flush()
        time.sleep(float(pause_s))
"""
KEY_FRAMES = {"preset": "veryfast", "g": "25", "bf": "2", "sc_threshold": "0"}


def numbered_film(path, seconds=8, times_s=None, **how):
    """25 numbered pictures a second, a key frame a second, and a tone, unless times are given."""
    movie = Movie(times_s or steady(25, seconds), options=KEY_FRAMES)
    sounds = [] if times_s else [Sound(sine(0.2, seconds))]
    write_media(path, movie, *sounds, **how)
    return path


def with_outage(start_s=5, end_s=15, until_s=20):
    """Times of pictures of which those of some seconds are missing."""
    every = steady(25, until_s)
    return [t for t in every if not Fraction(start_s) <= t < end_s]


def writer(source, target, pieces=40, pause_s=0.05, **how):
    """A process that writes a recording piece by piece; `-` is its standard output."""
    words = [sys.executable, "-c", _WRITER, str(source), str(target), str(pieces), str(pause_s)]
    return subprocess.Popen(words, **how)
