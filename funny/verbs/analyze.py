"""`funny analyze`: video, or its URL → timeline, highlights and clips."""

import argparse
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.fetch.gate import checked_url, looks_like_url
from funny.verbs.fetching import add_fetching, fetch_options, fetched

if TYPE_CHECKING:
    from funny.fetch.folders import Fetched
    from funny.pipeline import AnalyzeOptions, Analyzer
    from funny.records import Analysis

Verbs = Any
"""What argparse's add_subparsers gives; it has no public name."""

SOURCE = "source"
"""Folder among the results for what was fetched."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("analyze", help="video → timeline, highlights and clips")
    verb.set_defaults(run=_analyze)
    verb.add_argument("video", type=_video, metavar="VIDEO", help="a video file, or its URL")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for results")
    moments = verb.add_argument_group("moments")
    moments.add_argument("--clips", type=count, metavar="N", help="cut the N funniest (all)")
    add_moments(moments)
    add_reading_and_head(verb.add_argument_group("what is read, and by which models"))
    urls = verb.add_argument_group("a URL, which yt-dlp fetches into DIR/source first")
    urls.add_argument("--item", type=count, metavar="N", help="video of a list, from 1")
    add_fetching(urls)
    verb.add_argument("--no-cache", action="store_true", help="read the video again")
    verb.add_argument("--json", action="store_true", help="print the result as JSON")
    verb.add_argument("--quiet", action="store_true", help="print errors only")


def add_moments(group: argparse._ActionsContainer) -> None:
    """Adds what is a moment, how long it is, and how many are kept."""
    group.add_argument("--top", type=count, metavar="K", help="keep the K funniest")
    add_lengths(group)


def add_lengths(group: argparse._ActionsContainer) -> None:
    """Adds what is a moment, and how long it is."""
    seconds: dict[str, Any] = {"type": float, "metavar": "S"}
    group.add_argument("--threshold", type=float, metavar="X", help="score of a moment, 0 to 1")
    group.add_argument("--min-length", **seconds, help="drop shorter moments (1.5)")
    group.add_argument("--max-length", **seconds, help="cut longer highlights down (60)")
    group.add_argument("--pad-before", **seconds, help="set-up before a moment (3)")
    group.add_argument("--pad-after", **seconds, help="time after a moment (1)")
    group.add_argument("--setup-reach", **seconds, help="set-up back to a pause, at most (8)")
    group.add_argument("--edges", choices=("editor", "plain"), help="at cuts and pauses (editor)")


def add_reading_and_head(group: argparse._ActionsContainer) -> None:
    """Adds what decides signals and scores to a verb."""
    add_reading(group)
    add_head(group)


def add_reading(group: argparse._ActionsContainer) -> None:
    """Adds what decides the signals to a verb."""
    add_track_and_face(group)
    group.add_argument("--quick", action="store_true", help="first look: the face once a second")
    add_emotion(group)


def add_track_and_face(group: argparse._ActionsContainer) -> None:
    """Adds what of a source is listened to and looked at to a verb."""
    group.add_argument("--audio-track", type=count, metavar="N", help="sound track, from 0")
    group.add_argument(
        "--face-region", type=_region, metavar="x,y,w,h", help="facecam, as fractions"
    )


def add_models(group: argparse._ActionsContainer) -> None:
    """Adds the choice of models to a verb."""
    add_emotion(group)
    add_head(group)


def add_head(group: argparse._ActionsContainer) -> None:
    """Adds the choice of the head to a verb."""
    group.add_argument("--head", metavar="NAME", help="scoring head (lstm)")
    group.add_argument(
        "--features", type=int, choices=(12, 13), default=13, help="12: without laughter"
    )


def add_emotion(group: argparse._ActionsContainer) -> None:
    """Adds the choice of the emotion model to a verb."""
    group.add_argument("--emotion", choices=("auto", "va-mtl", "embedded"), default="auto")
    group.add_argument("--emotion-weights", type=Path, metavar="PATH", help="VA-MTL safetensors")


def _video(text: str) -> Path | str:
    return text if looks_like_url(text) else Path(text)


def count(text: str) -> int:
    """A whole number of at least 0, from an argument."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got {text}")
    return int(text)


def _region(text: str) -> tuple[float, ...]:
    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected four numbers x,y,w,h, got {text}") from None
    return x, y, w, h


def analyze_options(options: argparse.Namespace) -> "AnalyzeOptions":
    """The options of an analysis from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.moments.highlights import HighlightOptions
    from funny.pipeline import AnalyzeOptions

    given = {
        f"{k}_s" if k.startswith(("min", "max", "pad", "setup")) else k: v
        for k, v in vars(options).items()
    }
    highlights = {
        f.name: given[f.name] for f in fields(HighlightOptions) if given.get(f.name) is not None
    }
    names = {f.name for f in fields(AnalyzeOptions)} & set(given)
    given["head"] = head_name(options)
    return AnalyzeOptions(
        **{name: given[name] for name in names},
        highlights=HighlightOptions(**highlights),
        cache=not options.no_cache,
    )


def reading_options(options: argparse.Namespace) -> "AnalyzeOptions":
    """The options of an analysis that reads signals and scores nothing.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.pipeline import AnalyzeOptions

    names = ("audio_track", "face_region", "emotion", "emotion_weights")
    return AnalyzeOptions(**{name: getattr(options, name) for name in names})


def head_name(options: argparse.Namespace) -> str:
    """The head that is meant; a name with 12 features is a network of its own, a folder is not."""
    if options.features == 13:
        return options.head or "lstm"
    name = options.head or "conv1d"
    return name if Path(name).is_dir() else f"{name}-12"


def _analyze(options: argparse.Namespace) -> None:
    from funny.extract.video import refuse_non_files
    from funny.files import staged
    from funny.pipeline import Analyzer
    from funny.progress import Bar
    from funny.ui.results import CLIPS, ZIP, write_results

    analyzer = Analyzer(analyze_options(options))
    hidden = options.quiet or options.json
    source = _source(options, analyzer) if isinstance(options.video, str) else None
    video = source.video if source else options.video
    refuse_non_files(video)
    with staged(options.out, replaces=(CLIPS, ZIP)) as folder, Bar(hidden) as bar:
        analysis = analyzer.analyze(video, bar)
        clips = write_results(analysis, analysis.highlights[: options.clips], folder, bar)
    _report(analysis, options, [clip.name for clip in clips], source)


def _source(options: argparse.Namespace, analyzer: "Analyzer") -> "Fetched":
    """Fetches the video, once nothing else can fail any more."""
    url, ways = checked_url(options.video, None), fetch_options(options, item=options.item)
    analyzer.load()
    return fetched(url, options.out / SOURCE, ways, options.quiet or options.json)


def _report(
    analysis: "Analysis",
    options: argparse.Namespace,
    clips: list[str],
    source: "Fetched | None",
) -> None:
    from funny import store
    from funny.progress import summary

    if options.json:
        more = {"source": source.to_json()} if source else {}
        print(json.dumps({**store.to_json(analysis), "clips": clips, **more}))
    elif not options.quiet:
        if source:
            print(source.sentence)
        print(summary(analysis, options.out, len(clips)))
