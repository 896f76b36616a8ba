"""Imports run one way, heavy libraries live behind one module each, and the package is light."""

import ast
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import funny

ROOT = Path(funny.__file__).parent

# A module may import what lies on a lower floor, and its own room; never a sibling.
FLOORS = (
    ("grid", "errors"),
    ("device", "envelope", "claims"),
    ("records", "files", "runtime", "extras"),
    ("extract", "score", "fetch"),
    ("moments",),
    ("weights",),
    ("options", "meanwhile"),
    ("pipeline", "store", "progress"),
    ("learn", "scale"),
    ("ui",),
    ("verbs",),
    ("cli", "", "__main__"),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Doors between rooms that do not stand open: only these modules may be imported through them.
DOORS = {
    # Shorts and thumbnails look at their moments again, more closely than the analysis did.
    ("moments", "extract"): {
        *(
            f"extract.{n}"
            for n in (
                "cache",
                "colour",
                "facts",
                "holding",
                "limits",
                "pictures",
                "tracks",
                "video",
            )
        ),
        *(f"extract.{n}" for n in ("facecam", "faces", "glimpses", "sharpness")),
        *(f"extract.{n}" for n in ("shots", "spans")),
    },
    ("moments", "score"): {"score.features"},
    ("store", "extract"): {"extract.cache"},
    ("ui", "score"): {"score.features"},
    ("ui", "extract"): {
        f"extract.{n}" for n in ("cast", "faces", "limits", "stopping", "thumbnails", "video")
    },
    ("weights", "extract"): {"extract.cache", "extract.emotion", "extract.laughter"},
    ("ui", "weights"): set(),
    ("ui", "learn"): {
        f"learn.{n}" for n in ("agreement", "labelling", "labels", "manifest", "teaching")
    },
    ("learn", "extract"): set(),
    ("verbs", "extract"): {"extract.video"},
    ("verbs", "score"): set(),
    ("verbs", "fetch"): {f"fetch.{n}" for n in ("download", "folders", "gate", "options")},
    ("learn", "fetch"): {
        f"fetch.{n}" for n in ("download", "failures", "folders", "gate", "options")
    },
    ("cli", "verbs"): {
        f"verbs.{name}"
        for name in ("analyze", "batch", "clips", "dataset", "evaluate", "export", "label", "live")
    }
    | {
        f"verbs.{name}"
        for name in ("publish", "reel", "short", "thumbnails", "train", "tune", "weights")
    },
    ("__main__", "cli"): {"cli"},
}
# `funny` itself holds the version; its functions import their rooms when they are called.
INSIDE_ROOT = {("cli", ""), ("__main__", "cli")}

BEHIND = {
    "av": {
        f"extract.{name}"
        for name in (
            *("facts", "pictures", "ring", "samples", "shown", "spans", "streams", "tracks"),
            "video",
        )
    },
    "cv2": {f"extract.{name}" for name in ("boxes", "faces", "sharpness", "thumbnails")},
    "facenet_pytorch": {"extract.faces"},
    "timm": {"extract.emotion"},
    "librosa": {"extract.audio", "extract.laughter"},
    "moviepy": {"moments.ffmpeg"},
    "PIL": {"moments.animation", "moments.reel.cards", "moments.stills", "ui.live_feed"},
    "pylopdf_fonts_ko": {"moments.reel.cards"},
    "opentimelineio": {"moments.handoff.otio"},
    "otio_fcp_adapter": {"moments.handoff.otio"},
    "sklearn": {
        f"learn.{name}" for name in ("agreement", "calibrate", "folds", "metrics", "plots")
    },
    "matplotlib": {"learn.plots"},
    "pyarrow": {"learn.parquet", "scale.table"},
    "ray": {"scale.cluster"},
    "rich": {"scale.board"},
    "fsspec": {"scale.place"},
    "optuna": {"learn.search"},
    "sqlite3": {"learn.labels", "ui.kept"},
    "simpleobsws": {"scale.live.obs"},
    "tqdm": {"progress"},
    "platformdirs": {"extract.cache", "ui.settings"},
    "pydantic": {"ui.kept"},
    "filelock": {"scale.place", "ui.desk"},
    "plotly": {"ui.figure"},
    "yt_dlp": {f"fetch.{n}" for n in ("child", "extras", "ytdlp")},
    "imageio_ffmpeg": {"fetch.download"},
    "gradio": {
        f"ui.{name}"
        for name in ("api", "choosing", "component", "language", "layout", "page", "view")
    }
    | {f"ui.{name}" for name in ("blocks", "door", "export_layout", "export_menu", "export_view")}
    | {
        f"ui.{name}"
        for name in ("deciding", "label_tab", "live_tab", "opening", "running", "shelf")
    },
    "safetensors": {"claims", "files", "weights.convert"},
    "huggingface_hub": {
        "score.heads",
        *(f"weights.{name}" for name in ("cards", "download", "hub", "publish")),
    },
    "pooch": {"weights.upstream"},
    "requests": {"weights.upstream"},
    "tomlkit": {"weights.folders"},
    "spaces": {"device", "runtime"},
}
TORCH = {
    "claims",
    "learn.ticks",
    "learn.fitting",
    "learn.served",
    "device",
    "files",
    "extract",
    "score.explain",
    "score.heads",
    "score.timeline",
    "learn.train",
    "weights.inert",
    "weights.legacy",
}

PURE = {
    "grid": {"numpy"},
    "envelope": {"numpy"},
    "records": {"numpy"},
    "fetch.failures": set(),
    "fetch.gate": set(),
    "score.features": {"numpy"},
    "moments.edges": {"numpy"},
    "moments.edit": {"numpy"},
    "moments.quiet": {"numpy"},
    **{
        f"moments.handoff.{name}": set()
        for name in ("edl", "fcpxml", "formats", "listing", "media", "plan", "rates", "values")
    },
    "moments.handoff.words": set(),
    "moments.choice": set(),
    "moments.framing": {"numpy"},
    "moments.insets": {"numpy"},
    "moments.layouts": {"numpy"},
    "moments.mosaic": set(),
    "moments.people": {"numpy"},
    "moments.scenes": {"numpy"},
    "moments.highlights": {"numpy"},
    "moments.reel.join": {"numpy"},
    "moments.reel.plan": set(),
    "moments.reel.values": set(),
    "moments.reasons": {"numpy"},
    "learn.beside.times": set(),
    "learn.calibrate": {"numpy", "sklearn"},
    "learn.candidates": set(),
    "learn.cues.baseline": {"numpy"},
    "learn.cues.chat": {"numpy"},
    "learn.cues.comments": set(),
    "learn.cues.cue": set(),
    "learn.cues.laughing": set(),
    "learn.cues.replayed": {"numpy"},
    "learn.cues.sound": {"numpy"},
    "learn.cues.subtitles": set(),
    "learn.ordinary": {"numpy"},
    "learn.tally": set(),
    "learn.agreement": {"sklearn"},
    "learn.augment": {"numpy"},
    "learn.baselines": {"numpy"},
    "learn.corrections": {"numpy"},
    "learn.examples": {"numpy"},
    "learn.figures": {"numpy"},
    "learn.folds": {"numpy", "sklearn"},
    "learn.metrics": {"numpy", "sklearn"},
    "learn.table": set(),
}
FILE_MODULES = {"os", "io", "shutil", "tempfile", "subprocess", "csv", "json", "socket"}
FILE_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir"}


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}


def imported(tree):
    """Everything a module imports, anywhere in it, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own(tree):
    """The modules of this package that a module imports, without `funny.`."""
    found = {n.removeprefix("funny").removeprefix(".") for n in imported(tree) if is_own(n)}
    modules = {name for name in found if name in MODULES}
    # `from funny import store` names the package only to reach into it.
    version = any(n == "funny.__version__" for n in imported(tree))
    return modules if version else modules - {""}


def is_own(name):
    return name.split(".")[0] == "funny"


def others(tree):
    return {name.split(".")[0] for name in imported(tree) if not is_own(name)}


def room_of(module):
    return module.split(".")[0]


EDGES = [(a, b) for a, tree in MODULES.items() for b in sorted(own(tree))]


def test_every_room_has_a_floor():
    assert {room_of(module) for module in MODULES} <= set(FLOOR_OF)


def test_imports_run_down():
    assert [edge for edge in EDGES if not runs_down(*edge)] == []


def runs_down(module, other):
    here, there = room_of(module), room_of(other)
    is_below = FLOOR_OF[there] < FLOOR_OF[here]
    return here == there or is_below or (here, there) in INSIDE_ROOT


def test_rooms_are_entered_by_their_doors():
    assert [edge for edge in EDGES if not through_a_door(*edge)] == []


def through_a_door(module, other):
    here, there = room_of(module), room_of(other)
    return here == there or other in DOORS.get((here, there), {other}) | {there}


def test_no_module_imports_itself_in_a_ring():
    after = {module: own(tree) - {module} for module, tree in MODULES.items()}
    while free := {module for module, needs in after.items() if not needs}:
        after = {m: needs - free for m, needs in after.items() if m not in free}
    assert not after


@pytest.mark.parametrize("library", BEHIND)
def test_a_heavy_library_lives_behind_its_modules(library):
    assert {m for m, tree in MODULES.items() if library in others(tree)} <= BEHIND[library]


def test_torch_stays_with_the_networks():
    users = {module for module, tree in MODULES.items() if "torch" in others(tree)}
    assert {m for m in users if m not in TORCH and room_of(m) not in TORCH} == set()


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_touches_no_file(module):
    tree = MODULES[module]
    assert others(tree) & FILE_MODULES == set()
    assert others(tree) - set(sys.stdlib_module_names) <= PURE[module]
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert {getattr(c, "attr", getattr(c, "id", "")) for c in calls} & FILE_CALLS == set()


def test_strings_of_the_page_need_no_gradio():
    light = chain(others(MODULES["ui.strings"]), others(MODULES["ui.jobs"]))
    assert {"gradio", "plotly"} & set(light) == set()


def run(*command):
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=ROOT.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


HEAVY = ("torch", "av", "librosa", "gradio", "plotly", "timm", "moviepy", "cv2", "scipy", "yt_dlp")
LOADED = f"; import sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
HELP = """
import contextlib, io
from funny.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["analyze", "--help"])
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import funny", id="import"),
        pytest.param("import funny.cli, funny.store, funny.records", id="cli"),
        pytest.param(HELP + "0", id="help"),
    ],
)
def test_loads_nothing_heavy(code):
    assert run("-c", code + LOADED).strip() == ""


def test_version():
    assert run("-m", "funny", "--version") == f"funny {funny.__version__}\n"


def test_help_names_the_verbs():
    assert "analyze" in run("-m", "funny", "--help")
