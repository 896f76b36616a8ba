"""One person labels the clips of a dataset, one after the other."""

import hashlib
import time
from dataclasses import replace

from funny.errors import DatasetError
from funny.grid import TICK_S
from funny.learn.agreement import MANIFEST, Progress, progress_of
from funny.learn.labels import Answer, Labels
from funny.learn.manifest import LONGEST_S, SHORTEST_S, Clip, Manifest

EDGES = ("start", "end")


class Sitting:
    """What a label page needs: the next clip, an answer, undo, edges, progress.

    Holds nothing but who labels what, so that a page that is loaded again goes on where it was,
    and two pages of one person never show a clip twice.

        sitting = Sitting(load_manifest(path), Labels(path), "anna")
        while clip := sitting.next():
            clip = sitting.nudged(clip, "end", +1)
            sitting.answer(clip, "funny", took_s=3.2)
    """

    def __init__(self, manifest: Manifest, labels: Labels, annotator: str) -> None:
        if not annotator or annotator != annotator.strip() or annotator == MANIFEST:
            raise DatasetError(f"annotator {annotator!r}: expected the name of a person.")
        self.manifest, self.labels, self.annotator = manifest, labels, annotator
        # The same order for all, so that two who label a hundred clips label the same hundred;
        # mixed, so that the one before says nothing of the next.
        self._order = sorted(manifest.clips, key=lambda clip: _mixed(clip.id))
        self._videos = {video.id: video for video in manifest.videos}

    def next(self) -> Clip | None:
        """The next clip that this person said nothing of, or None."""
        return next(iter(self.upcoming(1)), None)

    def upcoming(self, count: int) -> list[Clip]:
        """The next clips, for a page that loads them ahead."""
        done = self.labels.answered(self.annotator)
        return [clip for clip in self._order if clip.id not in done][:count]

    def answer(self, clip: Clip, label: str, took_s: float) -> Answer:
        """Keeps what the person says; on the disk when this returns.

        Args:
            clip: With its edges as the person left them.
            label: `funny`, `ordinary` or `skip`.
            took_s: How long the person looked, in seconds.

        Raises:
            DatasetError: If it cannot be kept, or the clip is none of these.
        """
        self._known(clip.id)
        given = (self.annotator, clip.id, label, clip.start_s, clip.end_s, took_s, time.time())
        return self.labels.add(Answer(*given))

    def undo(self) -> Clip | None:
        """Takes back this person's last answer; gives its clip as it was answered, or None."""
        undone = self.labels.undo(self.annotator)
        if undone is None:
            return None
        clip = self._known(undone.clip)
        return replace(clip, start_s=undone.start_s, end_s=undone.end_s)

    def nudged(self, clip: Clip, edge: str, ticks: int) -> Clip:
        """The clip with one edge moved by half seconds, as far as a clip may.

        Args:
            clip: As it is.
            edge: `start` or `end`.
            ticks: How many half seconds later; negative is earlier.
        """
        if edge not in EDGES:
            raise DatasetError(f"edge: expected start or end, got {edge}.")
        step_s = ticks * TICK_S
        if edge == "start":
            earliest_s = max(0.0, clip.end_s - LONGEST_S)
            start_s = min(max(clip.start_s + step_s, earliest_s), clip.end_s - SHORTEST_S)
            return replace(clip, start_s=start_s)
        latest_s = min(self._videos[clip.video].duration_s, clip.start_s + LONGEST_S)
        end_s = max(min(clip.end_s + step_s, latest_s), clip.start_s + SHORTEST_S)
        return replace(clip, end_s=end_s)

    @property
    def progress(self) -> Progress:
        """How far this person has come, and how fast."""
        known = {clip.id for clip in self._order}
        answers = [answer for answer in self.labels.answers() if answer.clip in known]
        return progress_of(self.annotator, answers, len(known))

    def _known(self, id: str) -> Clip:
        found = next((clip for clip in self._order if clip.id == id), None)
        if found is None:
            raise DatasetError(f"clip {id!r}: is not in this manifest any more. Load it again.")
        return found


def _mixed(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()
