"""Flows known ahead: a sales plan, maturing products, dividends. How much of them comes is learnt from past days.

On days with a known amount x, what came over an ordinary day of the same type is regressed on x through the origin,
robustly and for each side as a whole. The last third of those days is held back: the effect is used only where it
lowers the error there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.wealth.flows.features import Calendar, Floats

DAYS_MIN = 6  # product-days with a known amount, below which nothing is learnt
SHARE_MAX = 1.5
WINDOW_DAYS = 28


@dataclass(frozen=True)
class Effect:
    """``share`` of a known amount that comes; ``days`` from which it was learnt; ``helps`` on the days held back."""

    share: float
    days: int
    helps: bool


def learn(amounts: Floats, known: Floats, calendar: Calendar) -> Effect:
    """The effect of ``known`` (series, days) on ``amounts`` (series, days), both of the past; NaN where unknown."""
    rows, days = np.nonzero((known > 0) & np.isfinite(amounts))
    if rows.size < DAYS_MIN:
        return Effect(0.0, int(rows.size), False)
    order = np.argsort(days, kind="stable")
    rows, days = rows[order], days[order]
    plain = np.where(known > 0, np.nan, amounts)
    usual = np.array([_usual(plain[row], int(day), calendar) for row, day in zip(rows, days, strict=True)])
    over, planned = amounts[rows, days] - usual, known[rows, days]
    there = np.isfinite(over)
    over, planned, usual = over[there], planned[there], usual[there]
    if over.size < DAYS_MIN:
        return Effect(0.0, int(over.size), False)
    cut = over.size * 2 // 3
    share = _slope(over[:cut], planned[:cut])
    with_it = np.abs(over[cut:] - share * planned[cut:]).sum()
    return Effect(_slope(over, planned), int(over.size), bool(with_it < np.abs(over[cut:]).sum()))


def _usual(plain: Floats, day: int, calendar: Calendar) -> float:
    low, high = max(0, day - WINDOW_DAYS), min(plain.size, day + WINDOW_DAYS + 1)
    near = plain[low:high]
    alike = near[(calendar.workday[low:high] == calendar.workday[day]) & np.isfinite(near)]
    return float(np.median(alike)) if alike.size else float("nan")


def _slope(over: Floats, planned: Floats) -> float:
    """Weighted median of the ratios, which is the slope of least absolute error through the origin."""
    ratio, weight = over / planned, planned
    order = np.argsort(ratio)
    share = np.cumsum(weight[order])
    return float(np.clip(ratio[order][np.searchsorted(share, share[-1] / 2)], 0.0, SHARE_MAX))
