"""Folds, and what is expected of a period."""

from __future__ import annotations

from typing import Any

import numpy as np

from brambling.credit.scorecard.shapes import Floats, Ints

PRIOR_ROWS = 50.0  # rows of the whole file's rate that each period's rate is shrunk by
PARTS_MAX = 10


def folds(bad: Floats, count: int, seed: int) -> Ints:
    """A fold for each row, each class spread evenly."""
    rng = np.random.default_rng(seed)
    out = np.zeros(bad.size, np.int64)
    for outcome in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(bad == outcome))
        out[rows] = np.arange(rows.size) % count
    return out


def expected_rate(bad: Floats, weight: Floats, period: Ints) -> Floats:
    """The bad rate of each row's period, shrunk towards that of all rows."""
    overall = float(np.average(bad, weights=weight))
    observed, rows = np.bincount(period, weight * bad), np.bincount(period, weight)
    rate = (observed + PRIOR_ROWS * overall) / (rows + PRIOR_ROWS)
    return np.clip(rate, 1e-6, 1 - 1e-6)[period]


def parts(period: Ints, weight: Floats) -> Ints:
    """Periods put together into at most ten parts of about equal weight, in time order."""
    if period.max() < PARTS_MAX:
        return np.unique(period, return_inverse=True)[1].astype(np.int64)
    share = np.cumsum(np.bincount(period, weight)) / weight.sum()
    part = np.minimum((share - 1e-9) * PARTS_MAX, PARTS_MAX - 1).astype(np.int64)
    return np.unique(part[period], return_inverse=True)[1].astype(np.int64)


def split(bad: Floats, period: Ints, periods: int, share: float, seed: int) -> tuple[np.ndarray[Any, Any], bool]:
    """The rows held out (a mask), and whether they are the newest: whole periods of about ``share`` of the rows.

    Without time, or where the newest periods would leave a side without enough of a class, rows are drawn at random.
    """
    if periods > 1:
        counts = np.bincount(period, minlength=periods)
        newest = np.cumsum(counts[::-1])[::-1] / bad.size
        candidates = [p for p in range(1, periods) if 0.05 <= newest[p] <= 0.5]
        if candidates:
            start = min(candidates, key=lambda p: abs(newest[p] - share))
            held = period >= start
            if min(bad[held].sum(), (1 - bad[held]).sum()) >= 15 and bad[~held].sum() >= 15:
                return held, True
    return folds(bad, round(1 / share), seed + 1) == 0, False
