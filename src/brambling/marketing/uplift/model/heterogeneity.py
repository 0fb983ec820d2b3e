"""Do customers differ? A score test of interactions, robust and without a model of the outcome that must be right.

If contact moved everybody by the same amount, then (T - e)(Y - m(X) - (T - e) d) would be uncorrelated with every
feature, whatever m is (T random with probability e, d the average effect, m any function of X that did not see the row).
The statistic is Hotelling's on the features; its degrees of freedom come from the effective number of rows, because with
few outcomes a handful of rows carries the whole sum and a chi-square would find differences in noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.marketing.uplift.rules import Floats

ROWS_PER_DIRECTION = 5  # effective rows that a direction needs to be tested at all


@dataclass(frozen=True)
class ScoreTest:
    """The statistic (F), its degrees of freedom and p-value, and the effective number of rows."""

    statistic: float
    directions: int
    rows_effective: float
    p_value: float


def average_effect(residual: Floats, moved: Floats) -> float:
    """The effect that all would share: regression of the residual outcome on the residual treatment."""
    return float((moved @ residual) / (moved @ moved))


def score_test(x: Floats, residual: Floats, moved: Floats) -> ScoreTest:
    """Test that the effect is the same for all: ``x`` (rows, columns), ``residual`` Y - m(X), ``moved`` T - e."""
    left = residual - moved * average_effect(residual, moved)
    weight = moved**2 / (moved @ moved)
    directions = _directions(x - weight @ x)
    sums = (moved * left)[:, None] * directions
    size = (sums**2).sum(axis=1)
    effective = float(size.sum() ** 2 / (size @ size)) if size.any() else 0.0
    count = min(sums.shape[1], int(effective // ROWS_PER_DIRECTION))
    if count < 1:
        return ScoreTest(0.0, 0, effective, 1.0)
    return _hotelling(sums[:, :count], effective)


def _directions(centred: Floats) -> Floats:
    """Orthogonal directions of the features, the widest first; those without width are left out."""
    _left, widths, right = np.linalg.svd(centred.T @ centred / len(centred))
    kept = widths > 1e-8 * max(widths[0], 1e-300)
    out: Floats = centred @ right[kept].T
    return out


def _hotelling(sums: Floats, effective: float) -> ScoreTest:
    from scipy.stats import f

    total = sums.sum(axis=0)
    spread = sums.T @ sums - np.outer(total, total) / len(sums)
    squared = float(total @ np.linalg.pinv(spread, hermitian=True) @ total)
    count = sums.shape[1]
    below = effective - count
    statistic = squared * below / (count * max(effective - 1, 1))
    return ScoreTest(statistic, count, effective, float(f.sf(statistic, count, below)))


def balance(x: Floats, treated: Floats) -> ScoreTest:
    """Does treatment follow the features? In a random experiment it does not."""
    share = float(treated.mean())
    return _hotelling((treated - share)[:, None] * _directions(x - x.mean(axis=0)), float(len(x)))
