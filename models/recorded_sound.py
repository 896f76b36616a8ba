"""The sound of simulated conversations, from free recordings, heard as a video's would be."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from sounds import Clip
from soundscapes import Cast, Part, render

from funny.extract.laughter import Hearing, LaughterNet
from funny.grid import SAMPLES_PER_TICK
from funny.learn.simulate import Habits, Segment

# What each sound of a conversation is mixed of: methods of Cast with levels in dB.
MIXES: dict[str, tuple[tuple[str, float], ...]] = {
    "speech": (("speech", 0),),
    "laugh": (("laugh", 0),),
    "laugh_over_speech": (("laugh", 0), ("speech", -4)),
    "shout": (("shout", 0),),
    "shout_over_effect": (("shout", 0), ("effect", -4)),
    "crowd": (("crowd", 0),),
    "effect": (("effect", 0),),
    "game": (("effect", 0), ("music", -3)),
    "music": (("music", 0),),
    "speech_over_music": (("speech", 0), ("music", -3)),
    "none": (),
}


class RecordedSound:
    """Mixes the sound of conversations from clips, and listens to it with a network.

    Whoever trains a head on it should give a network that was trained on other clips: in a video
    it will not know the laughs either.
    """

    def __init__(self, clips: Sequence[Clip], net: LaughterNet) -> None:
        self._clips = clips
        self._net = net

    def __call__(
        self, rng: np.random.Generator, segments: Sequence[Segment], habits: Habits
    ) -> tuple[np.ndarray, np.ndarray]:
        """RMS (t,) and probability of laughter (t,)."""
        ticks = sum(segment.ticks for segment in segments)
        if habits.is_mute:
            return np.zeros(ticks), np.zeros(ticks)
        parts = [_part(rng, segment, habits) for segment in segments]
        kinds = ["noise", "music", "effect", "speech"]
        bed = (str(rng.choice(kinds, p=[0.55, 0.25, 0.15, 0.05])), habits.bed_db)
        samples, _ = render(parts, bed, Cast(self._clips, rng), rng)
        samples = np.clip(samples, -1, 1)
        hearing = Hearing(self._net)
        hearing.write(samples)
        power = (samples.reshape(-1, SAMPLES_PER_TICK).astype(np.float64) ** 2).mean(1)
        return np.sqrt(power), hearing.finish()


def _part(rng: np.random.Generator, segment: Segment, habits: Habits) -> Part:
    mix = MIXES[segment.kind.sound]
    varied = tuple((name, db + rng.uniform(-4, 4) * (db != 0)) for name, db in mix)
    return Part(varied, segment.ticks, habits.voice_db + rng.uniform(*segment.kind.level_db))
