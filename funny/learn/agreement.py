"""What several people said of clips together: final labels, conflicts, kappa, pace, progress."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from funny.errors import DatasetError
from funny.extras import extra
from funny.learn.labels import SKIP, Answer
from funny.learn.manifest import CLASSES, Clip, Manifest

MANIFEST = "manifest"
"""Under this name the label of the manifest itself, an importer's, is one answer among others."""
LEAST_MAJORITY = 3
"""So many people must have said something before the most of them decide."""
_PAUSE_S = 120.0


@dataclass(frozen=True)
class Verdict:
    """What a clip is, as far as people agree."""

    clip: str
    said: dict[str, str]
    """Label by annotator, those who skipped it included."""
    label: str | None
    """`funny` or `ordinary`; None if they disagree, or if nobody knew."""
    span: tuple[float, float] | None = None
    """Edges in seconds as the last of those who said so left them; None as in the manifest."""

    @property
    def is_conflict(self) -> bool:
        """Whether people said both, and nothing decides."""
        return self.label is None and len(set(self.said.values()) & set(CLASSES)) == 2


@dataclass(frozen=True)
class Progress:
    """How far one person has come."""

    done: int
    total: int
    funny: int
    ordinary: int
    skipped: int
    pace: float
    """Clips a minute, pauses left out."""


def verdicts(
    manifest: Manifest, answers: Sequence[Answer], annotator: str | None = None
) -> list[Verdict]:
    """What became of every clip, in the manifest's order.

    People who agree decide; where they disagree, the majority of three or more does, or the
    annotator that is named.

    Args:
        manifest: Whose clips; its own labels count as answers of `MANIFEST`.
        answers: Those that hold.
        annotator: Whose answers decide whatever the others said.

    Raises:
        DatasetError: If the annotator said nothing.
    """
    of_clip = _by_clip(answers)
    names = {a.annotator for a in answers} | {MANIFEST for c in manifest.clips if c.label}
    if annotator is not None and annotator not in names:
        raise DatasetError(
            f"--annotator {annotator}: said nothing of these clips. "
            f"Answers are there of: {', '.join(sorted(names)) or 'nobody'}."
        )
    return [_verdict(clip, of_clip[clip.id], annotator) for clip in manifest.clips]


def _by_clip(answers: Sequence[Answer]) -> dict[str, dict[str, Answer]]:
    """The last answer of everybody to every clip."""
    found: dict[str, dict[str, Answer]] = defaultdict(dict)
    for answer in answers:
        found[answer.clip].pop(answer.annotator, None)
        found[answer.clip][answer.annotator] = answer
    return found


def _verdict(clip: Clip, answers: dict[str, Answer], annotator: str | None) -> Verdict:
    said = {MANIFEST: clip.label} if clip.label else {}
    said |= {name: answer.label for name, answer in answers.items()}
    label = _decided(said, annotator)
    agreeing = [answer for answer in answers.values() if answer.label == label]
    chosen = [answer for answer in agreeing if answer.annotator == annotator] or agreeing
    span = (chosen[-1].start_s, chosen[-1].end_s) if label and chosen else None
    return Verdict(clip.id, said, label, span)


def _decided(said: dict[str, str], annotator: str | None) -> str | None:
    if annotator in said:
        return None if said[annotator] == SKIP else said[annotator]
    counts = Counter(label for label in said.values() if label != SKIP).most_common()
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    is_enough = len(counts) == 1 or sum(n for _, n in counts) >= LEAST_MAJORITY
    return counts[0][0] if is_enough else None


def decided(manifest: Manifest, found: Sequence[Verdict]) -> Manifest:
    """The manifest with the labels and the edges that people agreed on, and no others.

    Raises:
        DatasetError: If somebody moved the edges of a clip to where no clip can be.
    """
    clips = [_moved(clip, verdict) for clip, verdict in zip(manifest.clips, found, strict=True)]
    return replace(manifest, clips=tuple(clips))


def _moved(clip: Clip, verdict: Verdict) -> Clip:
    start_s, end_s = verdict.span or (clip.start_s, clip.end_s)
    return replace(clip, label=verdict.label, start_s=start_s, end_s=end_s)


def conflict_text(found: Sequence[Verdict]) -> str:
    """Which clips people disagree on and what to do, in a sentence or two; empty if none."""
    conflicts = [verdict for verdict in found if verdict.is_conflict]
    if not conflicts:
        return ""
    named = "; ".join(_said(verdict) for verdict in conflicts[:5])
    rest = f" and {len(conflicts) - 5} more" if len(conflicts) > 5 else ""
    return (
        f"{len(conflicts)} clips are left out, people disagree on them: {named}{rest}. "
        "Let a third person label them, or name whose answer decides by --annotator."
    )


def _said(verdict: Verdict) -> str:
    return f"{verdict.clip} ({', '.join(f'{who}: {what}' for who, what in verdict.said.items())})"


def kappas(answers: Sequence[Answer]) -> dict[tuple[str, str], tuple[float, int]]:
    """Cohen's kappa between each two people, and on how many clips; NaN where it says nothing.

    Cohen 1960, "A coefficient of agreement for nominal scales". Clips that one of them skipped
    do not count. It says nothing where both gave one and the same label to all.
    """
    of_clip = _by_clip(answers)
    people = sorted({answer.annotator for answer in answers})
    return {pair: _kappa(of_clip, *pair) for pair in combinations(people, 2)}


def _kappa(of_clip: dict[str, dict[str, Answer]], one: str, two: str) -> tuple[float, int]:
    with extra("train"):
        from sklearn.metrics import cohen_kappa_score

    both = [said for said in of_clip.values() if one in said and two in said]
    pairs = [(said[one].label, said[two].label) for said in both]
    pairs = [pair for pair in pairs if SKIP not in pair]
    if len({label for pair in pairs for label in pair}) < 2:
        return float("nan"), len(pairs)
    return float(cohen_kappa_score(*zip(*pairs, strict=True))), len(pairs)


def progress_of(annotator: str, answers: Sequence[Answer], total: int) -> Progress:
    """How far a person has come, and how fast.

    Args:
        annotator: Who.
        answers: Those that hold, of anybody.
        total: How many clips there are.
    """
    mine = {a.clip: a for a in answers if a.annotator == annotator}
    counts = Counter(answer.label for answer in mine.values())
    done = len(mine)
    return Progress(
        done, total, counts["funny"], counts["ordinary"], counts[SKIP], _pace(list(mine.values()))
    )


def _pace(answers: Sequence[Answer]) -> float:
    """Clips a minute by the time that was taken for each; who left for tea takes no time."""
    took = [answer.took_s for answer in answers if 0 < answer.took_s <= _PAUSE_S]
    return 60 * len(took) / sum(took) if took else 0.0
