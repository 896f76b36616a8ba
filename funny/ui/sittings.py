"""What people who label are shown and what they say, as the labeller sends and takes it."""

import shlex
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from funny.errors import DatasetError, FunnyError
from funny.learn.agreement import Verdict, kappas, progress_of, verdicts
from funny.learn.labelling import Sitting
from funny.learn.labels import Answer, Labels
from funny.learn.manifest import NAME, Clip, Manifest, load_manifest
from funny.ui.shelf import Reel, Shelf

AHEAD = 3
"""So many clips are sent at once: the one to label, and those to load behind it."""
_LONGEST_NAME = 60

Sent = dict[str, Any]
"""Plain values for a component of the page."""


class Sittings:
    """The sittings of all who label one dataset.

    Whatever a browser sends may be wrong or forged: it is checked here. What cannot be done is
    told as `problem`, and nothing is changed.

    Args:
        path: manifest.json, or the folder that holds it. It is read again when it has changed.
        folders: Where videos may lie, beside that folder.

    Raises:
        DatasetError: If the manifest cannot be read or the labels cannot be kept.
    """

    def __init__(self, path: Path, folders: Sequence[Path] = ()) -> None:
        self._file = path / NAME if path.is_dir() else path
        self._lock = threading.Lock()
        self._stamp = -1
        self._manifest = self._read()
        self._labels = Labels(self._manifest.folder)
        self._shelf = Shelf([self._manifest.folder, *folders])
        # What each person said, so that not all that everybody said is read at every answer.
        self._said: dict[str, list[Answer]] = {}

    @property
    def dataset(self) -> str:
        """The folder, as it is written on a command line."""
        return shlex.quote(str(self._file.parent))

    def close(self) -> None:
        """Lets go of the labels and of all copies of videos."""
        self._labels.close()
        self._shelf.close()

    def begin(self, asked: Any) -> Sent:
        """The next clips of somebody; of nobody, if no name is given."""
        return _told(lambda: self._begin(asked))

    def answer(self, given: Any) -> Sent:
        """Keeps an answer, then gives what comes next."""
        return _told(lambda: self._answer(given))

    def undo(self, asked: Any) -> Sent:
        """Takes the last answer back, and gives its clip."""
        return _told(lambda: self._undo(asked))

    def compare(self) -> Sent:
        """Who agrees with whom, and on which clips people disagree."""
        return _told(self._compare)

    def _begin(self, asked: Any) -> Sent:
        name, wanted = _name(asked), _field(asked, "clip")
        if not name:
            return {"annotator": "", "clips": [], "progress": None, "copied": None}
        sitting = self._sitting(name)
        self._recall(name)
        if not isinstance(wanted, str):
            return self._sent(sitting)
        before = [answer for answer in self._said[name] if answer.clip == wanted]
        clip = _edged(self._clip(wanted), before[-1]) if before else self._clip(wanted)
        again = {"again": True, "said": before[-1].label if before else None}
        return {**self._sent(sitting, clip), **again}

    def _answer(self, given: Any) -> Sent:
        sitting = self._sitting(_name(given))
        start_s, end_s = _number(given, "start_s"), _number(given, "end_s")
        clip = replace(self._clip(_field(given, "id")), start_s=start_s, end_s=end_s)
        video = sitting.manifest.video_of(clip)
        Manifest(sitting.manifest.folder, (video,), (clip,))  # refuses what no clip can be
        label, took_s = str(_field(given, "label")), max(0.0, _number(given, "took_s"))
        kept = sitting.answer(clip, label, took_s)
        self._said.setdefault(sitting.annotator, []).append(kept)
        return self._sent(sitting)

    def _undo(self, asked: Any) -> Sent:
        sitting = self._sitting(_name(asked))
        clip = sitting.undo()
        name = sitting.annotator
        self._recall(name)
        return self._sent(sitting, clip)

    def _recall(self, name: str) -> None:
        self._said[name] = [a for a in self._labels.answers() if a.annotator == name]

    def _compare(self) -> Sent:
        manifest = self._read()
        known = {clip.id for clip in manifest.clips}
        answers = [answer for answer in self._labels.answers() if answer.clip in known]
        found = [verdict for verdict in verdicts(manifest, answers) if verdict.is_conflict]
        sent = {
            "people": sorted({answer.annotator for answer in answers}),
            "conflicts": [self._conflict(manifest, verdict) for verdict in found],
        }
        try:
            pairs = kappas(answers)
        except FunnyError as error:  # scikit-learn is not everywhere
            return {**sent, "pairs": [], "problem": str(error)}
        return {**sent, "pairs": [_pair(*names, *found) for names, found in pairs.items()]}

    def _conflict(self, manifest: Manifest, verdict: Verdict) -> Sent:
        clip = next(clip for clip in manifest.clips if clip.id == verdict.clip)
        title = _title(manifest, clip)
        return {"id": clip.id, "title": title, "start_s": clip.start_s, "said": verdict.said}

    def _sent(self, sitting: Sitting, first: Clip | None = None) -> Sent:
        """What the labeller shows: a clip that is asked for first, then those to come."""
        manifest, upcoming = sitting.manifest, sitting.upcoming(len(sitting.manifest.clips))
        after = [clip for clip in upcoming if first is None or clip.id != first.id]
        clips, waiting, problems = self._ready([first, *after] if first else after, manifest)
        said = self._said.get(sitting.annotator, [])
        known = {clip.id for clip in manifest.clips}
        progress = progress_of(
            sitting.annotator, [answer for answer in said if answer.clip in known], len(known)
        )
        return {
            "annotator": sitting.annotator,
            "clips": clips,
            "progress": asdict(progress),
            "copied": max((reel.copied for reel in waiting), default=None),
            "passed_over": problems,
            "notes": list(self._labels.notes),
            "again": False,
        }

    def _ready(
        self, upcoming: Sequence[Clip], manifest: Manifest
    ) -> tuple[list[Sent], list[Reel], list[str]]:
        """The first clips that can be shown, videos that are being copied, and what is wrong."""
        clips: list[Sent] = []
        waiting: list[Reel] = []
        passed: Counter[str] = Counter()
        for clip in upcoming:
            reel = self._shelf.reel(manifest.file_of(manifest.video_of(clip)))
            if reel.problem:
                passed[clip.video] += 1
            elif not reel.address:
                waiting.append(reel)
            else:
                clips.append(_shown(clip, manifest, reel))
            if len(clips) == AHEAD:
                break
        return clips, waiting, [self._passed_over(id, manifest) for id in passed]

    def _passed_over(self, id: str, manifest: Manifest) -> str:
        row, video = next((i, v) for i, v in enumerate(manifest.videos) if v.id == id)
        count = sum(clip.video == id for clip in manifest.clips)
        problem = self._shelf.reel(manifest.file_of(video)).problem
        return f"videos[{row}] ({id}): its {count} clips are passed over: {problem}"

    def _sitting(self, name: str) -> Sitting:
        return Sitting(self._read(), self._labels, name)

    def _clip(self, id: Any) -> Clip:
        for clip in self._manifest.clips:
            if clip.id == id:
                return clip
        raise DatasetError(f"clip {id!r}: is not in this manifest any more. Reload the page.")

    def _read(self) -> Manifest:
        """The manifest as it is now; clips may have been proposed since it was read."""
        with self._lock:
            try:
                stamp = self._file.stat().st_mtime_ns
            except OSError:
                stamp = -2
            if stamp != self._stamp:
                self._manifest, self._stamp = load_manifest(self._file), stamp
            return self._manifest


def _told(act: Callable[[], Sent]) -> Sent:
    """What was done or why not, so that a browser takes it as news even if it is as before."""
    try:
        sent = act()
    except FunnyError as error:
        sent = {"problem": str(error)}
    return {**sent, "nonce": time.time_ns()}


def _field(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, Mapping) else None


def _number(given: Any, name: str) -> float:
    value = _field(given, name)
    if not isinstance(value, int | float):
        raise DatasetError(f"{name}: expected seconds, got {value!r}. Reload the page.")
    return float(value)


def _name(given: Any) -> str:
    """A name on one line, and not endless."""
    return " ".join(str(_field(given, "annotator") or "").split())[:_LONGEST_NAME].strip()


def _edged(clip: Clip, answer: Answer) -> Clip:
    return replace(clip, start_s=answer.start_s, end_s=answer.end_s)


def _title(manifest: Manifest, clip: Clip) -> str:
    video = manifest.video_of(clip)
    return video.title or video.id


def _shown(clip: Clip, manifest: Manifest, reel: Reel) -> Sent:
    """A clip without what is proposed, which would sway."""
    return {
        **{"id": clip.id, "start_s": clip.start_s, "end_s": clip.end_s},
        "duration_s": manifest.video_of(clip).duration_s,
        "title": _title(manifest, clip),
        "url": reel.address,
        "is_copy": reel.is_copy,
        "votes": [asdict(vote) for vote in clip.votes],
    }


def _pair(one: str, two: str, kappa: float, clips: int) -> Sent:
    return {"one": one, "two": two, "kappa": None if kappa != kappa else kappa, "clips": clips}
