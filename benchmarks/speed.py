"""How fast is it? Beside a plain decode, and beside the plan as it is literally written.

    python benchmarks/speed.py --media MEDIA            # most of an hour, by estimate
    python benchmarks/speed.py --media MEDIA --write    # the same; benchmarks/RESULTS.md, speed.png
    python benchmarks/speed.py --media MEDIA --go-on    # takes over what an earlier call measured

Every measurement is a process of its own, one after the other, all kinds in turn: what disturbs
the machine disturbs all of them. Models are loaded before the clock starts, as on a server.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.runtime import prepare

prepare()

from films import FFMPEG, KINDS, film
from results import keep_section

HERE = Path(__file__).parent
FILMS = HERE / "media"
MEASURED = FILMS / "speed.jsonl"
FLOOR, NAIVE, VA_MTL, EMBEDDED = "ffmpeg", "naive", "funny, VA-MTL", "funny, embedded"


@dataclass(frozen=True)
class Measured:
    """One process."""

    round: int
    kind: str
    minutes: int
    who: str
    wall_s: float
    cpu_s: float
    peak_mb: float
    ready_s: float = 0.0
    """Loading before the clock started."""

    @property
    def key(self) -> tuple[int, str, int, str]:
        """What it is a measurement of."""
        return self.round, self.kind, self.minutes, self.who


def plan(rounds: int) -> Iterator[tuple[int, str, int, str]]:
    """All measurements in their order."""
    yield from ((0, KINDS[0], 2, who) for who in (FLOOR, VA_MTL, EMBEDDED, NAIVE))
    for round in range(rounds):
        yield from ((round, kind, 10, who) for kind in KINDS for who in (FLOOR, VA_MTL, EMBEDDED))
    yield from ((0, KINDS[0], 60, who) for who in (FLOOR, VA_MTL))


def measured(media: Path, rounds: int, kept: dict[tuple, Measured]) -> Iterator[Measured]:
    """Measures what is not kept yet, and writes it down at once."""
    for round, kind, minutes, who in plan(rounds):
        found = kept.get((round, kind, minutes, who))
        if found is None:
            found = measure(round, kind, minutes, who, film(media, kind, minutes, FILMS))
            with MEASURED.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(found)) + "\n")
        print(f"{who:16} {kind} {minutes} min: {found.wall_s:.1f} s", flush=True)
        yield found


def kept_measurements() -> dict[tuple, Measured]:
    """What an earlier call wrote down."""
    lines = MEASURED.read_text("utf-8").splitlines() if MEASURED.exists() else []
    found = [Measured(**json.loads(line)) for line in lines]
    return {one.key: one for one in found}


def measure(round: int, kind: str, minutes: int, who: str, path: Path) -> Measured:
    """Runs one process and asks the system what it took."""
    if who == FLOOR:
        command = [FFMPEG, "-v", "error", "-threads", "2", "-i", str(path), "-an", "-f", "null"]
        command.append("-")
    else:
        command = [sys.executable, __file__, "--one", who, str(path)]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed.")
    whole = {"wall_s": perf_counter() - start, "cpu_s": usage.ru_utime + usage.ru_stime}
    times = json.loads(said.splitlines()[-1]) if said.strip() else whole
    return Measured(round, kind, minutes, who, peak_mb=usage.ru_maxrss / 1024, **times)


def one(who: str, path: Path) -> None:
    """Does one analysis in this process, and prints what it took."""
    start = perf_counter()
    work = _work(who)
    ready_s, wall, cpu = perf_counter() - start, perf_counter(), process_time()
    work(path)
    times = {"wall_s": perf_counter() - wall, "cpu_s": process_time() - cpu, "ready_s": ready_s}
    print(json.dumps(times))


def _work(who: str) -> Callable[[Path], object]:
    if who == NAIVE:
        import naive

        return naive.extract
    return new_analyzer(who).analyze


def new_analyzer(who: str) -> "Analyzer":  # noqa: F821  the others of these processes need no torch
    """An analyzer that keeps nothing, with its models loaded."""
    from funny.pipeline import AnalyzeOptions, Analyzer

    chosen = {"emotion": "embedded"}
    with TemporaryDirectory() as folder:
        if who == VA_MTL:
            chosen = {"emotion": "va-mtl", "emotion_weights": _random_weights(Path(folder))}
        analyzer = Analyzer(AnalyzeOptions(cache=False, **chosen))
        analyzer.load()
    analyzer.warm_up()
    return analyzer


def _random_weights(folder: Path) -> Path:
    """Weights of the shape of VA-MTL; what they say is noise, and takes as long."""
    import torch
    from safetensors.torch import save_file

    from funny.extract.emotion import VaMtl

    torch.manual_seed(0)
    save_file(VaMtl.build().state_dict(), folder / "model.safetensors")
    return folder / "model.safetensors"


def table(found: Sequence[Measured]) -> str:
    """Everything that was measured, and its ratio to the plain decode of the same round."""
    lines = [
        "| film | minutes | | wall s (all) | of the decode | CPU s | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, minutes, who in dict.fromkeys((m.kind, m.minutes, m.who) for m in found):
        mine = _of(found, kind, minutes, who)
        ratios = ratios_to(found, kind, minutes, who, FLOOR)
        walls = ", ".join(f"{m.wall_s:.1f}" for m in mine)
        lines.append(
            f"| {kind} | {minutes} | {who} | {median(m.wall_s for m in mine):.1f} ({walls}) "
            f"| {spread(ratios)} | {median(m.cpu_s for m in mine):.0f} "
            f"| {max(m.peak_mb for m in mine):.0f} |"
        )
    return "\n".join(lines)


def _of(found: Sequence[Measured], kind: str, minutes: int, who: str) -> list[Measured]:
    return [m for m in found if (m.kind, m.minutes, m.who) == (kind, minutes, who)]


def ratios_to(
    found: Sequence[Measured], kind: str, minutes: int, who: str, other: str
) -> list[float]:
    """Wall time of one beside that of another, round by round."""
    pairs = zip(_of(found, kind, minutes, who), _of(found, kind, minutes, other), strict=True)
    return [mine.wall_s / theirs.wall_s for mine, theirs in pairs]


def spread(ratios: Sequence[float]) -> str:
    """Median, and from least to most."""
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def verdicts(found: Sequence[Measured]) -> str:
    """What was asked for, and what came."""
    lines = ["| asked for | at most | came |", "|---|---|---|"]
    for kind in KINDS:
        for who, most in ((VA_MTL, 1.5), (EMBEDDED, 1.25)):
            came = spread(ratios_to(found, kind, 10, who, FLOOR))
            lines.append(f"| {who} / decode, {kind}, 10 minutes | {most} | {came} |")
    naive = ratios_to(found, KINDS[0], 2, NAIVE, VA_MTL)
    lines.append(f"| naive / VA-MTL, 2 minutes | at least 8 | {naive[0]:.1f} |")
    [hour], tens = _of(found, KINDS[0], 60, VA_MTL), _of(found, KINDS[0], 10, VA_MTL)
    grown = hour.wall_s / median(m.wall_s for m in tens)
    more = hour.peak_mb - median(m.peak_mb for m in tens)
    lines.append(f"| VA-MTL: time of 60 minutes / of 10 | 6.2 | {grown:.2f} |")
    lines.append(f"| VA-MTL: peak memory of 60 less that of 10 | 100 MB | {more:+.0f} MB |")
    lines.append(f"| VA-MTL: peak memory of 60 | 1600 MB | {hour.peak_mb:.0f} MB |")
    return "\n".join(lines)


def stages(path: Path) -> str:
    """What each stage takes by itself, with all cores, a film of two minutes."""
    from funny.extract.audio import measure_sound
    from funny.extract.columns import Faces
    from funny.extract.follow import FaceFollower
    from funny.extract.pictures import Pictures
    from funny.extract.video import probe

    video, analyzer = probe(path), new_analyzer(VA_MTL)
    few = [(t, p) for t, p in Pictures(video) if t % 4 == 0 and p is not None]
    follower = FaceFollower(analyzer.detector)
    boxes = [(t, p, follower.find(p)) for t, p in few]

    def embed(model: str) -> None:
        faces = Faces(new_analyzer(model).emotion_model)
        start = perf_counter(), process_time()
        for tick, picture, box in boxes:
            if box is not None:
                faces.add(tick, picture, box)
        faces.columns(1)
        rows[f"embed ({model})"] = _took(start, 4)

    rows: dict[str, tuple[float, float]] = {}
    for name, work, share in (
        ("decode, convert", lambda: [None for _ in Pictures(video)], 1),
        ("sound, laughter", lambda: measure_sound(video, None, analyzer.laughter.hearing()), 1),
        ("find and follow the face", lambda: [FaceFollower.find(follower, p) for _, p in few], 4),
    ):
        start = perf_counter(), process_time()
        work()
        rows[name] = _took(start, share)
    for model in (VA_MTL, EMBEDDED):
        embed(model)
    lines = [f"| {name} | {wall:.2f} | {cpu:.2f} |" for name, (wall, cpu) in rows.items()]
    return "\n".join(["| stage, alone | wall s | CPU s |", "|---|---|---|", *lines])


def _took(start: tuple[float, float], share: int) -> tuple[float, float]:
    """Wall and CPU seconds since a start; of all pictures, if one in `share` was looked at."""
    return (perf_counter() - start[0]) * share, (process_time() - start[1]) * share


def tricks_table(media: Path) -> str:
    """What each trick saves and changes."""
    from tricks import changes

    folder = media / "video"
    videos = [HERE.parent / "examples" / "first_laugh.mp4", *sorted(FILMS.glob("*-14[12].mp4"))]
    videos += sorted(path for path in folder.rglob("*") if path.suffix in (".mp4", ".mov"))
    lines = [
        "| taken away | wall × | mean change of a score | the worst video | highlights moved |",
        "|---|---|---|---|---|",
    ]
    short = film(media, KINDS[0], 2, FILMS)
    for change in changes(partial(new_analyzer, EMBEDDED), short, videos, rounds=1):
        worst, name = change.worst
        lines.append(
            f"| {change.name} | {change.slower:.2f} | {change.difference:.4f} "
            f"| {worst:.4f} ({name}) | {change.moved} of {change.videos} |"
        )
        print(lines[-1], flush=True)
    return "\n".join(lines)


def drawn(found: Sequence[Measured]) -> "Figure":  # noqa: F821  plotly is loaded at the end
    """Cost against length."""
    from plotly.graph_objects import Figure

    figure = Figure()
    for who in (NAIVE, FLOOR, VA_MTL, EMBEDDED):
        mine = [m for m in found if m.who == who and m.kind == KINDS[0]]
        lengths = sorted({m.minutes for m in mine})
        cost = [median(m.wall_s for m in mine if m.minutes == n) / n for n in lengths]
        figure.add_scatter(x=lengths, y=cost, name=who, mode="lines+markers")
    figure.update_xaxes(title="minutes of 1080p30", type="log", tickvals=[2, 10, 60])
    figure.update_yaxes(
        title="seconds a minute of video", type="log", tickvals=[5, 6, 8, 10, 20, 50]
    )
    figure.update_layout(template="plotly_white", width=900, height=420, margin={"t": 20})
    return figure


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--media", type=Path, help="sample media to build films from")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write RESULTS.md and speed.png")
    parser.add_argument("--go-on", action="store_true", help="take over what was measured")
    parser.add_argument("--one", nargs=2, metavar=("WHO", "FILM"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(options.one[0], Path(options.one[1]))
    FILMS.mkdir(exist_ok=True)
    if not options.go_on:
        MEASURED.unlink(missing_ok=True)
    found = list(measured(options.media, options.rounds, kept_measurements()))
    machine = f"{os.cpu_count()} cores ({platform.machine()}), ffmpeg's `-threads 2` for the decode"
    text = "\n\n".join(
        [
            f"`make bench-speed MEDIA=...` prints this. Machine: {machine}.",
            verdicts(found),
            table(found),
            stages(film(options.media, KINDS[0], 2, FILMS)),
            tricks_table(options.media),
            (HERE / "tried.md").read_text("utf-8").strip(),
        ]
    )
    print(text)
    if options.write:
        keep_section(HERE / "RESULTS.md", "Speed", f"{text}\n\n![Cost against length](speed.png)")
        drawn(found).write_image(HERE / "speed.png")


if __name__ == "__main__":
    main()
