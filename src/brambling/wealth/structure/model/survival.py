"""How long money stays: Kaplan and Meier's estimate (1958) weighted by money, whole or by cohort.

The unit at risk is a unit of money, and money of one customer leaves together: so the interval is a bootstrap over
customers (Poisson weights, 200 draws) and not Greenwood's, which would take each yuan for an independent subject.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.wealth.structure.shapes import Floats, Ints, Lots

DRAWS = 200
SPAN_DAYS = 730


def kaplan_meier(stay: Ints, gone: np.ndarray, weight: Floats, span: int = SPAN_DAYS) -> Floats:
    """Share of money still there after each day 0..``span`` since it came; flat after the last day that is seen.

    ``stay`` days until it left (``gone``) or until it was last seen.
    """
    days = np.minimum(stay, span)
    left = np.bincount(days[gone], weights=weight[gone], minlength=span + 1).astype(np.float64)
    ended = np.bincount(days, weights=weight, minlength=span + 1).astype(np.float64)
    at_risk = ended[::-1].cumsum()[::-1]
    hazard = np.divide(left, at_risk, out=np.zeros_like(left), where=at_risk > 0)
    out: Floats = np.cumprod(1 - np.minimum(hazard, 1.0))
    return out


@dataclass(frozen=True, eq=False)
class Runoff:
    """Share of today's money that is still there ``days`` ahead, with a 90 % interval over customers."""

    days: Ints
    mean: Floats
    low: Floats
    high: Floats


def runoff(lots: Lots, day: int, ahead: Ints, rng: np.random.Generator) -> Runoff:
    """The run-off of the money of ``lots`` that is there on ``day``; money comes of age as Kaplan and Meier say."""
    known = lots.seen
    stay, gone = _stays(lots, day)
    there = lots.left < 0
    age = np.minimum(day - lots.since[there], SPAN_DAYS)
    amount = lots.amount[there].astype(np.float64)
    numbers, customer = np.unique(lots.customer, return_inverse=True)

    def ahead_of(weights: Floats) -> Floats:
        weight = lots.amount * weights[customer]
        curve = kaplan_meier(stay[known], gone[known], weight[known])
        own = amount * weights[customer[there]]
        now = np.maximum(curve[age], 1e-12)
        later = curve[np.minimum(age[None, :] + ahead[:, None], SPAN_DAYS)]
        shares: Floats = (later / now * own).sum(axis=1) / max(float(own.sum()), 1e-12)
        return shares

    mean = ahead_of(np.ones(numbers.size))
    draws = np.array([ahead_of(rng.poisson(1.0, numbers.size).astype(np.float64)) for _ in range(DRAWS)])
    low, high = np.quantile(draws, (0.05, 0.95), axis=0)
    return Runoff(ahead, mean, np.minimum(low, mean), np.maximum(high, mean))


def _stays(lots: Lots, day: int) -> tuple[Ints, np.ndarray]:
    gone = lots.left >= 0
    return np.where(gone, lots.left, day) - lots.since, gone


def cohorts(lots: Lots, day: int, cohort: Ints, ahead: Ints) -> list[tuple[int, float, list[float | None]]]:
    """For each cohort (a number for each lot): its number, money that came, share still there after each of ``ahead``
    days; None where it is not that old yet."""
    stay, gone = _stays(lots, day)
    rows: list[tuple[int, float, list[float | None]]] = []
    for number in np.unique(cohort[lots.seen]).tolist():
        of = lots.seen & (cohort == number)
        curve = kaplan_meier(stay[of], gone[of], lots.amount[of].astype(np.float64))
        oldest = day - int(lots.since[of].min())
        shares = [float(curve[min(days, SPAN_DAYS)]) if days <= oldest else None for days in ahead.tolist()]
        rows.append((number, float(lots.amount[of].sum()), shares))
    return rows
