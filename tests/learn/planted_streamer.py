"""A streamer who does not exist: short videos, with all that yt-dlp leaves beside them.

What is funny is known. A laugh is heard and seen (or, now and then, the streamer keeps a straight
face), the chat laughs some seconds later, subtitles mark it, comments name it and people replay it;
none of these always, and all of them also where nothing is funny. Sound and faces are those of the
example: see examples/SOURCES.md.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from tests.faces import astronaut, canvas, hopper, paste
from tests.learn.planted_beside import write_beside
from tests.media import Movie, Sound, steady, write_media

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_laugh.mp4"
RATE = 22_050
FPS = 2
WIDTH, HEIGHT, FACE_PX = 160, 120, 60
SLOT_S, START_S, END_S = 16.0, 14.0, 10.0
LEVEL_DBFS = {"talk": -30, "laugh": -18, "noface_music": -14, "loud_nonlaugh": -15}


@dataclass(frozen=True)
class Event:
    """Something that happens in a stream."""

    kind: str
    """`funny`, or a trap: `music`, `slam`, `smile`."""
    start_s: float
    end_s: float
    is_aloud: bool = True
    """Whether it is heard and seen; a straight face laughs unheard."""


@dataclass(frozen=True)
class Stream:
    """One planted video."""

    folder: Path
    duration_s: float
    events: tuple[Event, ...]
    delay_s: float
    """How late its chat is."""
    gag: str = "laugh"
    """What is heard of a funny moment; anything but a laugh is done with a straight face."""

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def funny(self) -> list[tuple[float, float]]:
        """Where it is funny."""
        return [(e.start_s, e.end_s) for e in self.events if e.kind == "funny"]


def plant_streamer(
    folder: Path,
    streams: int = 20,
    seed: int = 0,
    aloud: float = 0.85,
    gag: str = "laugh",
    first: int = 0,
) -> list[Stream]:
    """Makes a dataset's folder: `videos/ID/` for every stream.

    Args:
        folder: Of the dataset.
        streams: How many.
        seed: Decides everything; so does the number of a stream.
        aloud: Share of funny moments that are heard and seen.
        gag: What is heard of them: `laugh`, or `loud_nonlaugh` for somebody whose humour a head
            that knows laughs does not know.
        first: Number of the first stream; others are other streams of the same streamer.
    """
    return [plant(folder, number, seed, aloud, gag) for number in range(first, first + streams)]


def plant(folder: Path, number: int, seed: int, aloud: float = 0.85, gag: str = "laugh") -> Stream:
    rng = np.random.default_rng([seed, number])
    duration_s = float(rng.integers(150, 241) / 2)
    place = folder / "videos" / f"stream{seed:04d}x{number:02d}"
    place.mkdir(parents=True)
    planned = tuple(events(rng, duration_s, aloud, gag))
    stream = Stream(place, duration_s, planned, rng.uniform(3, 8), gag)
    write_video(stream, rng)
    write_beside(stream, number, rng)
    return stream


def events(rng, duration_s, aloud, gag):
    """One event a slot: up to two are traps, one is talk, the others are funny."""
    slots = int((duration_s - START_S - END_S) // SLOT_S)
    kinds = ["talk", "music", *["funny"] * (slots - 2)]
    if slots > 4:
        kinds[-1] = "slam" if gag == "laugh" else "smile"
    if slots > 5:
        kinds[-2] = "smile"
    for slot, kind in enumerate(rng.permutation(kinds)):
        start_s = START_S + slot * SLOT_S + rng.uniform(3, 6)
        if kind != "talk":
            is_aloud = bool(rng.random() < aloud) or kind != "funny"
            yield Event(str(kind), start_s, start_s + rng.uniform(3, 6), is_aloud)


def write_video(stream, rng):
    movie = Movie(
        steady(FPS, stream.duration_s),
        WIDTH,
        HEIGHT,
        options={"preset": "ultrafast", "threads": "1"},
        picture=lambda index, *_: pictures()[face_at(stream, index / FPS)],
    )
    write_media(stream.folder / f"{stream.id}.mp4", movie, Sound(soundtrack(stream, rng), RATE))


def face_at(stream, time_s):
    """Which of `pictures` is on screen."""
    for event in stream.events:
        if event.start_s <= time_s < event.end_s:
            if event.kind == "music":
                return "nobody"
            laughs = event.kind == "funny" and event.is_aloud and stream.gag == "laugh"
            return "smile" if laughs or event.kind == "smile" else "straight"
    return "straight"


@cache
def pictures():
    """What the camera shows: nobody, a straight face, a smile."""
    shown = {name: canvas(WIDTH, HEIGHT) for name in ("nobody", "straight", "smile")}
    paste(shown["straight"], hopper(), FACE_PX, 30, 5)
    paste(shown["smile"], astronaut(), FACE_PX, 30, 5)
    return shown


def soundtrack(stream, rng):
    """Talk throughout, and what is heard of the events; quieter or louder as a whole."""
    talk = [sounding("talk", 5, rng) for _ in range(int(stream.duration_s // 5 + 1))]
    track = np.concatenate(talk)[: round(stream.duration_s * RATE)]
    kinds = {"funny": stream.gag, "music": "noface_music", "slam": "loud_nonlaugh"}
    for event in stream.events:
        if event.kind in kinds and event.is_aloud:
            sound = sounding(kinds[event.kind], event.end_s - event.start_s, rng)
            first = round(event.start_s * RATE)
            track[first : first + len(sound)] += sound * 10 ** (rng.uniform(-4, 2) / 20)
    return np.clip(track * 10 ** (rng.uniform(-12, 6) / 20), -1, 1)


def sounding(kind, length_s, rng):
    """Some seconds of a kind at its level."""
    parts = sounds()[kind]
    sound = np.resize(parts[rng.integers(len(parts))], round(length_s * RATE))
    return sound * 10 ** (LEVEL_DBFS[kind] / 20) / np.sqrt(np.mean(sound**2))


@cache
def sounds():
    """The sounds of the example by kind, (n,) each, at RATE."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(EXAMPLE)) as container:
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    found = {}
    for part in json.loads(EXAMPLE.with_suffix(".truth.json").read_text())["segments"]:
        cut = samples[round(part["start_s"] * RATE) : round(part["end_s"] * RATE)]
        found.setdefault(part["kind"], []).append(cut)
    return found
