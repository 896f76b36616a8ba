"""What only the authors' own weights can show: that the ten outputs mean what their card says.

Skipped where they were never fetched; `python -m funny weights fetch` gets them.
"""

import json
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from funny.extract.emotion import VaMtl
from funny.extract.faces import FaceDetector
from funny.extract.signals import ExtractOptions, extract
from funny.extract.video import probe
from funny.weights.folders import VA_MTL, WEIGHTS, models_folder, registry

EXAMPLES = Path(__file__).parents[2] / "examples"
# The person's own cache: that of the tests is empty.
CACHE = Path(platformdirs.user_cache_dir("funny", appauthor=False))
FOLDERS = (
    models_folder() / VA_MTL,
    CACHE / "weights" / registry()["upstream"][VA_MTL]["blob"],
)


@pytest.fixture(scope="module")
def signals():
    folder = next((f for f in FOLDERS if (f / WEIGHTS).is_file()), None)
    if folder is None:
        pytest.skip("the weights of VA-MTL were never fetched on this machine")
    video = probe(EXAMPLES / "first_laugh.mp4")
    model = VaMtl.load(folder / WEIGHTS)
    return extract(video, model, FaceDetector(), ExtractOptions(), lambda *_: None).signals


@pytest.fixture(scope="module")
def laughing(signals):
    truth = json.loads((EXAMPLES / "first_laugh.truth.json").read_text("utf-8"))
    laughs = [(s["start_s"], s["end_s"]) for s in truth["segments"] if s["funny"]]
    times_s = signals.times_s
    return np.any([(start <= times_s) & (times_s < end) for start, end in laughs], axis=0)


def test_laughing_faces_are_happy_and_their_valence_is_high(signals, laughing):
    seen = laughing & signals.face_found
    assert signals.emotions[seen, :8].mean(0).argmax() == 4  # happiness
    calm = ~laughing & signals.face_found
    assert signals.emotion("valence")[seen].mean() > signals.emotion("valence")[calm].mean() + 0.2
    assert signals.emotion("arousal")[seen].mean() > signals.emotion("arousal")[calm].mean()
