"""Everything that is ever read of a file, short of the models: what came of it, in a line."""

from pathlib import Path

from funny.errors import FunnyError
from funny.extract.audio import measure_sound
from funny.extract.facts import read_facts
from funny.extract.pictures import Pictures, key_pictures, on_screen_since_s
from funny.extract.spans import pictures_at, pictures_between
from funny.extract.tracks import read_tracks
from funny.extract.video import probe

REFUSED = "refused"


def look(path: Path) -> str:
    """`read TICKS SOUND_S`, or `refused REASON`; anything else is raised."""
    try:
        return _read(path)
    except FunnyError as error:
        return f"{REFUSED} {error}"


def _read(path: Path) -> str:
    video = probe(path)
    read_facts(path)
    read_tracks(path)
    ticks = sum(1 for _ in Pictures(video))
    sound = measure_sound(video)
    middle_s = video.duration_s / 2
    for some in (
        key_pictures(video, [0.0, middle_s]),
        pictures_at(video, [middle_s], 36),
        pictures_between(video, middle_s, middle_s + 0.5, 36),
    ):
        sum(1 for _ in some)
    on_screen_since_s(path, middle_s)
    return f"read {ticks} {sound.end_s:.2f}"
