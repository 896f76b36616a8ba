"""`funny live`: something that is still going on → scores, moments, clips, as they happen."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funny.verbs.analyze import (
    Verbs,
    add_lengths,
    add_models,
    add_track_and_face,
    analyze_options,
)
from funny.verbs.fetching import add_allowed

if TYPE_CHECKING:
    from funny.scale.live.watch import LiveOptions, Watched

_ABOUT = (
    "SOURCE is a file that is still being recorded (mkv, MPEG-TS, fragmented mp4), - for a pipe, "
    "device:v4l2:/dev/video0, or, with --allow-network, an address: rtmp(s)://, rtsp://, srt://, "
    "http(s)://….m3u8. Ctrl-C ends watching in good order: what was found is kept and told of, "
    "and the exit code is 0; a second one stops at once, with 130 and nothing kept."
)


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser(
        "live", help="a recording or a stream → moments while it happens", description=_ABOUT
    )
    verb.set_defaults(run=_live, no_cache=True)
    verb.add_argument("source", metavar="SOURCE", help="file, -, device or address")
    verb.add_argument("--out", type=Path, metavar="DIR", help="folder for the analysis at the end")
    _add_source(verb.add_argument_group("the source"))
    _add_outputs(verb.add_argument_group("what is told, and where"))
    add_lengths(verb.add_argument_group("moments"))
    reading = verb.add_argument_group("what is read, and by which models")
    add_track_and_face(reading)
    add_models(reading)


def _add_source(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--ends-after", type=float, default=10.0, metavar="S", help="nothing for so long: over (10)"
    )
    group.add_argument("--allow-network", action="store_true", help="SOURCE may be an address")
    add_allowed(group)


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--json", action="store_true", help="every event as a line of JSON")
    group.add_argument("--quiet", action="store_true", help="print errors only")
    group.add_argument("--clips", action="store_true", help="a clip of each moment, in DIR/clips")
    group.add_argument("--ring-minutes", type=float, default=10.0, metavar="M", help="for clips")
    group.add_argument("--ring-gb", type=float, default=4.0, metavar="G", help="their room (4)")
    group.add_argument("--markers", type=Path, metavar="FILE", help="CSV that grows by moments")
    group.add_argument("--webhook", metavar="URL", help="gets moments, gaps, clips as JSON")
    group.add_argument("--obs", metavar="URL", help="chapters in OBS: ws://127.0.0.1:4455")


def _live(options: argparse.Namespace) -> None:
    from funny.scale.live.outputs import Lines, People
    from funny.scale.live.watch import watch

    chosen, analyze = live_options(options), analyze_options(options)
    shown = [Lines()] if options.json else [] if options.quiet else [People()]
    watched = watch(options.source, analyze, chosen, shown)
    if options.out:
        _save(watched, options.out)
    for failure in watched.failures:
        print(f"funny: {failure}", file=sys.stderr)
    if not (options.json or options.quiet):
        found = len(watched.analysis.highlights)
        print(f"{found} moments{f': {options.out}' if options.out else ''}")


def live_options(options: argparse.Namespace) -> "LiveOptions":
    """The options of watching from parsed arguments.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.errors import OptionError
    from funny.scale.live.places import Permit
    from funny.scale.live.watch import LiveOptions

    if options.clips and not options.out:
        raise OptionError("--clips: needs --out DIR, where they go.")
    return LiveOptions(
        ends_after_s=options.ends_after,
        permit=Permit(options.allow_network, tuple(options.allow_address)),
        clips=options.out / "clips" if options.clips else None,
        ring_minutes=options.ring_minutes,
        ring_gb=options.ring_gb,
        markers=options.markers,
        webhook=options.webhook,
        obs=options.obs,
    )


def _save(watched: "Watched", folder: Path) -> None:
    """Writes what an analysis leaves, beside the clips that are there."""
    from funny.files import staged
    from funny.ui.results import write_results

    with staged(folder) as staging:
        write_results(watched.analysis, (), staging, lambda *_: None)
