"""How well a score orders (AUC, KS) and how true its probabilities are (Brier, ECE), weighted, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from brambling.credit.scorecard.shapes import Figures, Floats, Interval, Ints

RESAMPLES = 200
ECE_BINS = 10


def auc(bad: Floats, risk: Floats, weight: Floats) -> float:
    """The chance that a bad row has the higher risk than a good one (ties count half)."""
    below, at = _ranks(bad, risk, weight)
    bads, goods = float((weight * bad).sum()), float((weight * (1 - bad)).sum())
    if bads <= 0 or goods <= 0:
        return float("nan")
    return float((weight * bad * (below + at / 2)).sum() / (bads * goods))


def auc_within(bad: Floats, risk: Floats, weight: Floats, period: Ints) -> float:
    """AUC among the rows of each period, averaged by the periods' weight: what orders loans, not what orders years."""
    values, share = [], []
    for number in np.unique(period):
        rows = period == number
        if 0 < bad[rows].sum() < rows.sum():
            values.append(auc(bad[rows], risk[rows], weight[rows]))
            share.append(float(weight[rows].sum()))
    return float(np.average(values, weights=share)) if values else float("nan")


def _ranks(bad: Floats, risk: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """For each row the weight of good rows with a lower risk, and with the same."""
    _, place = np.unique(risk, return_inverse=True)
    at = np.bincount(place, weight * (1 - bad))
    below = np.concatenate([[0.0], np.cumsum(at)[:-1]])
    return below[place].astype(np.float64), at[place].astype(np.float64)


def ks(bad: Floats, risk: Floats, weight: Floats) -> float:
    """The largest gap between the distributions of risk of bad and good rows."""
    _, place = np.unique(risk, return_inverse=True)
    bads, goods = np.bincount(place, weight * bad), np.bincount(place, weight * (1 - bad))
    gap = np.cumsum(bads) / bads.sum() - np.cumsum(goods) / goods.sum()
    return float(np.abs(gap).max())


def brier(bad: Floats, probability: Floats, weight: Floats) -> float:
    """Mean squared error of the probabilities."""
    return float(np.average((probability - bad) ** 2, weights=weight))


def ece(bad: Floats, probability: Floats, weight: Floats) -> float:
    """Expected calibration error: ten bins of equal count by probability, weighted mean of |mean p - bad rate|."""
    order = np.argsort(probability, kind="stable")
    total = 0.0
    for rows in np.array_split(order, min(ECE_BINS, order.size)):
        share = weight[rows].sum()
        total += abs(float((weight[rows] * (probability[rows] - bad[rows])).sum())) if share > 0 else 0.0
    return total / float(weight.sum())


def figures(bad: Floats, probability: Floats, weight: Floats, risk: Floats, *, seed: int) -> Figures:
    """All four with 95 % intervals from 200 resamples of rows; ``risk`` orders (a probability may have ties)."""
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, bad.size, bad.size) for _ in range(RESAMPLES)]
    draws = [rows for rows in draws if 0 < bad[rows].sum() < rows.size]

    def with_interval(measure: Callable[[Floats, Floats, Floats], float], values: Floats) -> Interval:
        again = [measure(bad[rows], values[rows], weight[rows]) for rows in draws]
        low, high = np.quantile(again, [0.025, 0.975]) if again else (np.nan, np.nan)
        return Interval(measure(bad, values, weight), float(low), float(high))

    return Figures(
        auc=with_interval(auc, risk),
        ks=with_interval(ks, risk),
        brier=with_interval(brier, probability),
        ece=with_interval(ece, probability),
        rows=int(bad.size),
        bads=int(bad.sum()),
    )
