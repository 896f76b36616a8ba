"""`funny weights`: which weights there are, where they are from, and whether they are whole."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.errors import WeightsError
from funny.verbs.analyze import Verbs, add_models, head_name

if TYPE_CHECKING:
    from funny.weights.sources import Attempt

Report = dict[str, "tuple[Attempt, ...]"]
"""What the sources of each model said."""


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("weights", help="which models speak; fetch, convert, verify them")
    actions = verb.add_subparsers(required=True, metavar="ACTION")
    _add_status(actions.add_parser("status", help="every source of weights, and what it says"))
    fetch = actions.add_parser("fetch", help="fetch VA-MTL now, from the Hub or its authors")
    fetch.set_defaults(run=_fetch)
    convert = actions.add_parser("convert", help="pickled PyTorch file → safetensors")
    convert.add_argument("file", type=Path, metavar="FILE")
    convert.add_argument("--out", type=Path, required=True, metavar="X.safetensors")
    convert.set_defaults(run=_convert)
    verify = actions.add_parser("verify", help="check all weights on this machine")
    verify.set_defaults(run=_verify)


def _add_status(action: argparse.ArgumentParser) -> None:
    add_models(action)
    action.add_argument("--json", action="store_true", help="print the report as JSON")
    action.set_defaults(run=_status)


def _status(options: argparse.Namespace) -> None:
    report, errors = _report(options)
    if options.json:
        print(json.dumps({what: [asdict(a) for a in said] for what, said in report.items()}))
    else:
        print("\n".join(_lines(report)))
    if errors:
        raise errors[0]


def _report(options: argparse.Namespace) -> tuple[Report, list[WeightsError]]:
    """What the sources of both models said, and the errors of models that could not be had."""
    from funny.weights.emotion import resolve_emotion_model
    from funny.weights.heads import resolve_head

    asked: dict[str, Any] = {
        "emotion model": lambda: resolve_emotion_model(options.emotion, options.emotion_weights),
        f"head {head_name(options)}": lambda: resolve_head(head_name(options)),
    }
    report: Report = {}
    errors: list[WeightsError] = []
    for what, resolve in asked.items():
        try:
            report[what] = resolve().attempts
        except WeightsError as error:
            report[what] = getattr(error, "attempts", ())
            errors.append(error)
    return report, errors


def _lines(report: Report) -> list[str]:
    lines = []
    for what, attempts in report.items():
        lines.append(f"{what}:")
        lines.extend(_line(attempt) for attempt in attempts)
    return lines


def _line(attempt: "Attempt") -> str:
    mark = {"used": "in use", "failed": "no", "not asked": "-"}[attempt.state]
    took = f" ({attempt.took_s:.1f} s)" if attempt.took_s >= 0.1 else ""
    return f"  {attempt.source:<9} {mark:<7} {attempt.reason}{took}"


def _fetch(options: argparse.Namespace) -> None:
    from funny.weights.download import PATIENT_ANSWER_S
    from funny.weights.emotion import resolve_emotion_model

    resolved = resolve_emotion_model("va-mtl", answer_s=PATIENT_ANSWER_S)
    print("\n".join(_lines({"emotion model": resolved.attempts})))


def _convert(options: argparse.Namespace) -> None:
    from funny.weights.convert import convert

    origin = convert(options.file, options.out)
    print(f"{options.out}: written; nothing of {options.file} was run.")
    print(f"source: {origin['source']}\ngit blob id: {origin['git_blob']}")
    print(f"licence: {origin['licence']}")


def _verify(options: argparse.Namespace) -> None:
    from funny.weights.verify import verify

    checks = list(verify())
    for check in checks:
        print(f"{'whole' if check.is_whole else 'damaged':<8} {check.name}: {check.text}")
    if damaged := [check.name for check in checks if not check.is_whole]:
        raise WeightsError(f"{', '.join(damaged)}: not as it should be; see above.")
