"""Joint paths: which days and products miss together is taken from what missed together before.

Each path picks one earlier origin and follows the ranks of its residuals through all series and days (Schaake shuffle,
Clark et al. 2004); the value at a rank is read from the conformal grid. So each day of each series keeps its band, while
a bad month stays bad for all who share it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.features import Floats
from brambling.wealth.flows.model.bands import GRID

SHARED = 0.5  # without earlier origins: half of the variance is common to the days of a series


def templates(residuals: Floats) -> Floats:
    """Ranks in (0, 1) of each residual among the origins: (origin, series, horizon); the middle where unknown."""
    count = residuals.shape[0]
    known = np.isfinite(residuals)
    filled = np.where(known, residuals, np.inf)
    ranks = filled.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    total = np.maximum(known.sum(axis=0), 1)
    out: Floats = np.where(known, (ranks + 0.5) / total, 0.5)
    assert out.shape[0] == count
    return out


def draw_origins(ages: Floats, count: int, memory_days: float, random: np.random.Generator) -> NDArray[np.int64]:
    """The origin each path follows; recent ones more often, each in proportion to its weight as nearly as may be."""
    weights = 0.5 ** (ages / memory_days)
    edges = np.cumsum(weights) / weights.sum()
    even = (np.arange(count) + 0.5) / count
    return random.permutation(np.minimum(np.searchsorted(edges, even), ages.size - 1))


def draw(middle: Floats, grid: Floats, ranks: Floats, chosen: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """Log paths (path, series, horizon) around ``middle`` (series, horizon).

    ``grid`` (grid, series, horizon) distances; ``ranks`` of the templates (origin, series, horizon), empty where there
    are none: then a normal with half its variance shared by the days of a series stands in.
    """
    paths, (count, horizon) = chosen.size, middle.shape
    if ranks.shape[0]:
        jitter = (random.random((paths, count, horizon)) - 0.5) / ranks.shape[0]
        uniform = np.clip(ranks[chosen] + jitter, GRID[0], GRID[-1])
    else:
        common = random.standard_normal((paths, count, 1))
        own = random.standard_normal((paths, count, horizon))
        uniform = np.clip(_normal_cdf(np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own), GRID[0], GRID[-1])
    levels = np.array(GRID)
    right = np.clip(np.searchsorted(levels, uniform), 1, levels.size - 1)
    share = (uniform - levels[right - 1]) / (levels[right] - levels[right - 1])
    series, day = np.ogrid[:count, :horizon]
    low, high = grid[right - 1, series, day], grid[right, series, day]
    out: Floats = middle + low + share * (high - low)
    return out


def _normal_cdf(values: Floats) -> Floats:
    from scipy.special import ndtr

    out: Floats = ndtr(values)
    return out
