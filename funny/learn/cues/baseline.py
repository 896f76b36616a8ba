"""What is usual around every tick, so that what is unusual stands out."""

import numpy as np

from funny.grid import s_to_ticks

# The MAD of a normal distribution is 0.6745 standard deviations.
_MAD_TO_STD = 1 / 0.6745
# The usual changes slowly: it is measured this often and interpolated.
_STEP_S = 5.0


def local_z(values: np.ndarray, window_s: float, least_spread: float) -> np.ndarray:
    """Distance of each tick from the median around it, in units of the spread around it.

    Args:
        values: (t,) one number a tick.
        window_s: How much around a tick says what is usual.
        least_spread: Spread below which differences mean nothing.

    Returns:
        (t,) z-scores; median and MAD make them blind to the very moments that stand out.
    """
    if not len(values):
        return np.zeros(0)
    ticks, half = np.arange(len(values)), s_to_ticks(window_s) // 2
    at = np.unique(np.append(ticks[:: s_to_ticks(_STEP_S)], ticks[-1]))
    around = [values[max(0, tick - half) : tick + half + 1] for tick in at]
    medians = np.array([np.median(x) for x in around])
    mads = np.array([np.median(np.abs(x - m)) for x, m in zip(around, medians, strict=True)])
    spread = np.maximum(np.interp(ticks, at, mads) * _MAD_TO_STD, least_spread)
    return (values - np.interp(ticks, at, medians)) / spread
