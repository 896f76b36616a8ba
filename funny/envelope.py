"""The fine loudness of a sound: one byte every 20 ms, half a decibel a unit; 3 h take 540 kB."""

import numpy as np

from funny.grid import SAMPLE_RATE, STEP_HZ

FLOOR_DB = -120.0
"""What silence is; no recording is quieter than that."""
UNITS_PER_DB = 2

SAMPLES_PER_STEP, _remainder = divmod(SAMPLE_RATE, STEP_HZ)
assert _remainder == 0, "a step must hold a whole number of samples"


def measured(samples: np.ndarray) -> np.ndarray:
    """Loudness of whole steps of samples, (n * SAMPLES_PER_STEP,) → uint8 (n,)."""
    steps = samples.reshape(-1, SAMPLES_PER_STEP)  # (n, samples)
    power = np.einsum("ns,ns->n", steps, steps) / SAMPLES_PER_STEP
    db = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))
    return np.clip(np.rint((db - FLOOR_DB) * UNITS_PER_DB), 0, 255).astype(np.uint8)


def decibels(envelope: np.ndarray) -> np.ndarray:
    """An envelope in dB of full scale, uint8 (n,) → float32 (n,), from -120 to 7.5."""
    return envelope.astype(np.float32) / UNITS_PER_DB + FLOOR_DB
