"""Joint future paths of a daily flow, resampled from its own history."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def simulate(net: Floats, horizon_days: int, paths: int, rng: np.random.Generator) -> Floats:
    """Paths [paths, horizon_days] of whole-week blocks of ``net``, so weekdays stay in place."""
    weeks = 2 if net.size >= 120 else 1
    block = 7 * weeks
    blocks = -(-horizon_days // block)
    starts = np.arange(net.size % 7, net.size - block + 1, 7)
    chosen = rng.choice(starts, size=(paths, blocks))
    joined = net[(chosen[:, :, None] + np.arange(block)).reshape(paths, -1)]
    return np.ascontiguousarray(joined[:, :horizon_days])
