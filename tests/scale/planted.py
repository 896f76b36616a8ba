"""Planted results, and a team that gives planted answers."""

from collections import deque
from pathlib import Path

from funny.records import VideoInfo
from funny.scale.results import Result
from funny.scale.summary import SCHEMA
from funny.scale.tasks import Answer, Join, Loaded, Look, Looked, Made
from funny.scale.team import Done, Ready


def moment(rank, start_s, score, text="happiness 0.10 → 0.90", text_ko="기쁨 0.10 → 0.90"):
    span = {"start_s": start_s, "end_s": start_s + 6.5, "peak_s": start_s + 4.0}
    why = {"reasons": ["happiness"], "text": text, "text_ko": text_ko}
    return {"rank": rank, **span, "score": score, **why}


def summary(sha, duration_s=700.0, moments=None):
    moments = [moment(1, 30.25, 0.9)] if moments is None else moments
    curve = {"curve": [0, 50, 90, 20], "duration_s": duration_s}
    return {"schema": SCHEMA, "sha": sha, **curve, "moments": moments, "notes": []}


def made(sha, content=b"x"):
    return Made({"analysis.json": content}, summary(sha))


def result(name="a", path="/videos/a.mp4", sha="1" * 64, recorded="2026-01-02", **more):
    return Result(name, path, "", f"{name}-{sha[:8]}", recorded, "stamp", summary(sha, **more))


class Planted:
    """A team whose answers follow from the name of the video; `trouble` may say otherwise.

    Args:
        trouble: Asked with every task; returns an event, or None for the ordinary answer.
        stamps: Of its workers.
    """

    def __init__(self, trouble=lambda task: None, stamps=("stamp",), room=4):
        self.given, self._waiting = [], deque()
        self._trouble, self._room = trouble, room
        self._ready = [Ready(Loaded(stamp, ("model",))) for stamp in stamps]
        self.most = 0

    @property
    def room(self):
        return 0 if self._ready else self._room - len(self._waiting)

    def give(self, task):
        self.given.append(task)
        self._waiting.append(task)
        self.most = max(self.most, len(self._waiting))

    def events(self, timeout_s):
        ready, self._ready = self._ready, []
        done = [self._event(self._waiting.popleft())] if self._waiting else []
        return [*ready, *done]

    def _event(self, task):
        return self._trouble(task) or Done(task, Answer(answer_of(task)))

    def close(self):
        pass


def looked(path):
    """The content is the first letter of the name."""
    sha = path.stem[0] * 64
    video = VideoInfo(Path(path), 700.0, 25.0, 640, 360, ("sound",), sha)
    return Looked(video, ((0, 600), (600, 1200), (1200, None)), f"key-{sha}", False, "2026-01-02")


def answer_of(task):
    if isinstance(task, Look):
        return looked(task.path)
    return made(task.video.sha) if isinstance(task, Join) else task.name.encode()
