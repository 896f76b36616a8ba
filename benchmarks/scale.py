"""How much faster are two single-core workers than one, and what does a stage cost?

    python benchmarks/scale.py                   # some minutes
    python benchmarks/scale.py --write           # the same; benchmarks/RESULTS.md
    python benchmarks/scale.py --media MEDIA     # on the face's film of 1080p, an hour and more

The same film is watched in stretches of five minutes by one worker that is held to one core, and by
two that are held to two; what reads for a worker is held with it. All in turn, several rounds;
worth nothing if the cores are busy.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from films import film
from results import keep_section

from funny.options import AnalyzeOptions
from funny.scale.pool import Pool
from funny.scale.tasks import Listen, Look, Looked, Task, Watch
from funny.scale.team import Done, Lost

FILMS = HERE / "media"
CHUNK_S, STRETCHES = 300.0, 4
BAR = 1.7
COUNTS = (1, 2)
_WAIT_S = 1.0


def planted(folder: Path) -> Path:
    """A film of faces that move in every picture, so that every tick is looked at."""
    from tests.faces import astronaut, canvas, paste
    from tests.media import Movie, Sound, sine, steady, write_media

    def scene(index: int, width: int, height: int) -> np.ndarray:
        picture = canvas(width, height)
        paste(picture, astronaut(), 180, 200 + index % 40, 60)
        return picture

    path, seconds = folder / "faces.mp4", int(CHUNK_S * STRETCHES)
    options = {"preset": "ultrafast", "g": "20"}
    movie = Movie(steady(4, seconds), 1280, 720, options=options, picture=scene)
    write_media(path, movie, Sound(sine(0.1, seconds)))
    return path


def seconds(pool: Pool, tasks: list[Task]) -> tuple[float, list[object]]:
    """How long a pool takes for tasks, once its models are loaded; and what it gives."""
    left, found, began_s = list(tasks), [], perf_counter()
    while len(found) < len(tasks):
        while left and pool.room:
            pool.give(left.pop(0))
        for event in pool.events(_WAIT_S):
            assert not isinstance(event, Lost), event.why
            if isinstance(event, Done):
                assert not event.answer.problem, event.answer.problem
                found.append(event.answer.value)
    return perf_counter() - began_s, found


def loaded(workers: int) -> Pool:
    """A pool of so many workers on as many cores, which has loaded its models."""
    os.sched_setaffinity(0, set(CORES[:workers]))
    pool = Pool(AnalyzeOptions(emotion="embedded", cache=False), CHUNK_S, workers)
    while pool.room < workers:
        pool.events(_WAIT_S)
    return pool


CORES = sorted(os.sched_getaffinity(0))


def measured(path: Path, rounds: int) -> Iterator[tuple[int, str, float]]:
    """Round, what, and seconds; round 0 warms the disk up and is not counted."""
    for round in range(rounds + 1):
        for workers in COUNTS:
            pool = loaded(workers)
            _, (looked,) = seconds(pool, [Look(0, path)])
            assert isinstance(looked, Looked)
            watch: list[Task] = [Watch(0, looked.video, ticks) for ticks in looked.stretches]
            for name, tasks in (("watch", watch), ("listen", [Listen(0, looked.video)])):
                took_s, _ = seconds(pool, tasks)
                print(f"{round} {name} with {workers}: {took_s:.1f} s", flush=True)
                if round:
                    yield round, f"{name}, {workers}", took_s
            pool.close()
    os.sched_setaffinity(0, set(CORES))


def table(found: list[tuple[int, str, float]], hours: float) -> str:
    """Medians, and the speed-up of the same round with its spread."""
    took = {(round, name): took_s for round, name, took_s in found}
    rounds = sorted({round for round, _ in took})
    lines = ["| stage, workers | seconds | seconds an hour of video |", "|---|---|---|"]
    for name in dict.fromkeys(name for _, name, _ in found):
        middle_s = median(took[round, name] for round in rounds)
        lines.append(f"| {name} | {middle_s:.1f} | {middle_s / hours:.0f} |")
    ups = [took[round, "watch, 1"] / took[round, "watch, 2"] for round in rounds]
    said = f"{median(ups):.2f} ({min(ups):.2f}-{max(ups):.2f})"
    return "\n".join([*lines, "", f"Speed-up from 1 to 2 workers: {said}; asked for: {BAR}."])


def main() -> None:
    """Measures and prints; writes if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--media", type=Path, help="a folder of sample media; else faces alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if len(CORES) < max(COUNTS):
        parser.error(f"needs {max(COUNTS)} cores, and may use {len(CORES)}")
    minutes = int(CHUNK_S * STRETCHES / 60)
    with TemporaryDirectory() as folder:
        media = options.media
        path = film(media, "face", minutes, FILMS) if media else planted(Path(folder))
        text = table(list(measured(path, options.rounds)), minutes / 60)
    what = "`--media`, 1080p30" if options.media else "planted faces, 720p at 4 pictures a second"
    said = (
        f"`python benchmarks/scale.py`: {minutes} minutes ({what}) in {STRETCHES} stretches, the "
        f"embedded model; a worker and what reads for it held to one core each; medians of "
        f"{options.rounds} rounds in turn.\n\n"
    )
    print(said + text)
    if options.write:
        keep_section(HERE / "RESULTS.md", "Many workers", said + text)


if __name__ == "__main__":
    main()
