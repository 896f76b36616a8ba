"""Videos and what lies beside them → a manifest of clips for people to label, with the reasons."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from funny.errors import DatasetError, OptionError
from funny.learn.candidates import NEAR_EDGE, candidates, is_near_edge
from funny.learn.cues.chat import USUAL_DELAY_S
from funny.learn.evidence import Evidence, Watch, gather
from funny.learn.manifest import FUNNY, ORDINARY, Clip, Manifest
from funny.learn.ordinary import MARGINS_S, Room, ordinary_clips

COUNT = 100
"""Clips of each class, if nobody says otherwise."""
_FAIR_SHARES = 2
_FEWEST_A_VIDEO = 4
# So many videos are named by a note.
_NAMED = 4


@dataclass(frozen=True)
class ProposeOptions:
    """How many clips, and which."""

    count: int = COUNT
    """Of each class, at most."""
    per_video: int | None = None
    """Of each class from one video; None lets none give more than twice its share."""
    seed: int = 0
    """Draws the ordinary clips."""
    is_balanced: bool = True
    """Whether funny clips that no ordinary one matches are left out."""

    def __post_init__(self) -> None:
        for name, value in (("--count", self.count), ("--per-video", self.per_video)):
            if value is not None and value < 1:
                raise OptionError(f"{name} {value}: expected a number of at least 1.")


def propose(
    folder: Path,
    watch: Watch | None = None,
    options: ProposeOptions | None = None,
    kept: Manifest | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Proposes clips of the videos of a dataset; writes nothing.

    Args:
        folder: Holds `videos/ID/`.
        watch: Gives signals, for example `Analyzer.analyze`; without it nothing is heard or seen.
        options: How many clips, and which.
        kept: Clips that were proposed before and stay, for people may have labelled them.
        told: Told the id of every video before it is read.

    Raises:
        DatasetError: If no video can be read, or nothing is found in them.
    """
    return choose(folder, *gather(folder, watch, told), options, kept)


def choose(
    folder: Path,
    found: Sequence[Evidence],
    notes: Sequence[str] = (),
    options: ProposeOptions | None = None,
    kept: Manifest | None = None,
) -> Manifest:
    """The clips that signs speak for, and as many ordinary ones; arguments as for `propose`.

    Args:
        folder: Where the manifest is to lie.
        found: The signs in each video.
        notes: On videos that cannot be read.
        options: How many clips, and which.
        kept: Clips that stay.

    Raises:
        DatasetError: If no sign speaks for any clip, or none of the time is ordinary.
    """
    options, kept = options or ProposeOptions(), kept or Manifest(folder)
    funny = _funny(found, options, kept.clips)
    ordinary = _ordinary(found, funny, kept.clips, options.seed)
    matched = _balanced(funny, ordinary, kept.clips) if options.is_balanced else funny
    clips = [*kept.clips, *matched, *ordinary]
    _refuse_one_class(folder, [*kept.clips, *funny, *ordinary], found)
    told = (*notes, *_notes(found, clips), *_left_out(len(funny) - len(matched)))
    ids = {evidence.video.id for evidence in found}
    videos = [*(v for v in kept.videos if v.id not in ids), *(e.video for e in found)]
    order = sorted(clips, key=lambda clip: (clip.video, clip.start_s))
    return Manifest(folder, tuple(videos), tuple(order), told)


def _funny(found: Sequence[Evidence], options: ProposeOptions, kept: Sequence[Clip]) -> list[Clip]:
    """The surest clips of all videos, so many of each at most, the surest first."""
    at_most = options.per_video or max(
        _FEWEST_A_VIDEO, ceil(_FAIR_SHARES * options.count / len(found))
    )
    counts = Counter(clip.video for clip in kept if clip.proposed == FUNNY)
    room = options.count - counts.total()
    every = [clip for evidence in found for clip in candidates(evidence.video, evidence.cues)]
    chosen: list[Clip] = []
    for clip in sorted(every, key=lambda clip: (-clip.strength, clip.id)):
        if len(chosen) < room and counts[clip.video] < at_most and _is_free(clip, kept):
            chosen.append(clip)
            counts[clip.video] += 1
    return chosen


def _is_free(clip: Clip, kept: Sequence[Clip]) -> bool:
    return not any(clip.overlaps(other) for other in kept)


def _ordinary(
    found: Sequence[Evidence], funny: Sequence[Clip], kept: Sequence[Clip], seed: int
) -> list[Clip]:
    """An ordinary clip for each funny one that has none yet."""
    taken = [*kept, *funny]
    rooms = {
        evidence.video.id: Room(evidence, [c for c in taken if c.video == evidence.video.id])
        for evidence in found
    }
    counts = Counter(clip.proposed for clip in taken)
    alone = [*funny, *(c for c in kept if c.proposed == FUNNY and c.video in rooms)]
    return ordinary_clips(rooms, alone[: max(0, counts[FUNNY] - counts[ORDINARY])], seed)


def _balanced(
    funny: Sequence[Clip], ordinary: Sequence[Clip], kept: Sequence[Clip]
) -> Sequence[Clip]:
    """The funny clips, without the least sure if there are more of them than of ordinary ones."""
    counts = Counter(clip.proposed for clip in (*kept, *funny, *ordinary))
    too_many = max(0, counts[FUNNY] - counts[ORDINARY])
    return funny[: max(0, len(funny) - too_many)]


def _refuse_one_class(folder: Path, clips: Sequence[Clip], found: Sequence[Evidence]) -> None:
    """Refuses what nothing can be learned from.

    Raises:
        DatasetError: With the class that is missing, and what would help.
    """
    present = {clip.proposed for clip in clips}
    if FUNNY not in present:
        missing = "; ".join(_grouped(found)[:_NAMED])
        raise DatasetError(
            f"{folder}: no sign says that anything is funny ({missing or 'nothing was missing'}). "
            "Collect videos with live chat, subtitles or comments, or longer ones."
        )
    if ORDINARY not in present:
        raise DatasetError(
            f"{folder}: no stretch is free of signs for {MARGINS_S[-1]:g} s around a clip, so "
            "there is nothing ordinary to compare with. Collect longer videos."
        )


def _notes(found: Sequence[Evidence], clips: Sequence[Clip]) -> list[str]:
    lengths_s = {evidence.video.id: evidence.video.duration_s for evidence in found}
    near = [c for c in clips if c.votes and _is_doubtful(c, lengths_s.get(c.video))]
    notes = [*_grouped(found), *_delays(found)]
    if near:
        notes.append(
            f"{len(near)} clips lie near the start or end of their video, where greetings are: "
            f"their strength is {NEAR_EDGE:g} of what the signs say"
        )
    return notes


def _is_doubtful(clip: Clip, duration_s: float | None) -> bool:
    first = clip.votes[0]
    return (
        duration_s is not None and first.cue != "label" and is_near_edge(first.time_s, duration_s)
    )


def _grouped(found: Sequence[Evidence]) -> list[str]:
    """What was missing or damaged, each with the videos that it is true of."""
    ids: dict[str, list[str]] = {}
    for evidence in found:
        for note in evidence.notes:
            ids.setdefault(note, []).append(evidence.video.id)
    return [f"{note}: {_named(names)}" for note, names in ids.items()]


def _delays(found: Sequence[Evidence]) -> list[str]:
    """How late chats were, and of how many videos that is only guessed."""
    delays = [evidence.delay for evidence in found if evidence.delay]
    measured = [delay.delay_s for delay in delays if delay.is_measured]
    notes = []
    if measured:
        span = " to ".join(f"{s:g}" for s in sorted({min(measured), max(measured)}))
        notes.append(f"chat comes {span} s late, as {len(measured)} videos themselves say")
    if guessed := len(delays) - len(measured):
        notes.append(f"chat of {guessed} videos is taken to come {USUAL_DELAY_S:g} s late")
    return notes


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _left_out(count: int) -> list[str]:
    if not count:
        return []
    return [f"{count} funny moments were left out: there is no more ordinary time to match them"]
