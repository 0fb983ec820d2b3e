"""Conformal bands: what earlier forecasts missed by, told in units of how restless each series was at the time.

Residuals of rolling origins are divided by the scale of their series at their own origin and multiplied by the scale
of today (locally weighted conformal prediction, Lei et al. 2018), so that a young, wild product does not widen the band
of the same product grown calm. Series of one side share the shape of the distribution; recent origins count more. A
median miss is taken out: it is the level error of a few overlapping origins and does not repeat.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brambling.wealth.flows.features import Floats, Ints
from brambling.wealth.flows.rules import weighted_quantiles

# The grid on which each distribution is kept; bands read their levels from it, joint paths draw from it.
GRID: tuple[float, ...] = (0.005, 0.025, 0.05, 0.10, 0.20, 0.35, 0.50, 0.65, 0.80, 0.90, 0.95, 0.975, 0.995)
MIDDLE = GRID.index(0.50)

MEMORY_DAYS = 60.0
NEIGHBOUR_DAYS = 7  # a day ahead learns from the days ahead beside it
SCALE_DAYS, SCALE_DAYS_LONG = 28, 112
OWN_SHARE = 0.3  # how far the scale of a series is its own, the rest is its side's (geometric)
SCALE_MIN = 0.01
SERIES_MAX = 400  # series of a side whose residuals are pooled
# Tails beyond the 80 % band are half what was seen, half what a normal tail would be: 16 origins hold few extremes.
TAIL_SHARE = 0.3
_NORMAL = {0.005: 2.5758, 0.025: 1.9600, 0.05: 1.6449, 0.95: 1.6449, 0.975: 1.9600, 0.995: 2.5758}


def restlessness(logs: Floats, origin: int, start: Ints) -> Floats:
    """Scale of each series at ``origin``: robust spread of log changes on the week before, last four weeks.

    Held within a factor of two of the same over sixteen weeks, and never below one percent.
    """
    short, long = (_weekly_change(logs, origin, start, days) for days in (SCALE_DAYS, SCALE_DAYS_LONG))
    long = np.maximum(long, SCALE_MIN)
    return np.clip(short, long / 2, long * 2)


def _weekly_change(logs: Floats, origin: int, start: Ints, days: int) -> Floats:
    low = max(7, origin - days)
    change = np.abs(logs[:, low:origin] - logs[:, low - 7 : origin - 7])
    known = np.arange(low, origin)[None, :] >= (start + 7)[:, None]
    out = np.full(logs.shape[0], SCALE_MIN)
    if known.all():
        out = np.median(change, axis=1)
    elif known.any():
        some = known.any(axis=1)
        out[some] = np.nanmedian(np.where(known, change, np.nan)[some], axis=1)
    scale: Floats = out / 0.6745 / np.sqrt(2)  # a difference of two days has sqrt(2) the spread of one
    return scale


def shrunk(scale: Floats, group: Ints) -> Floats:
    """Scales (..., series) drawn to the geometric mean of their side."""
    logs = np.log(np.maximum(scale, SCALE_MIN))
    out = np.empty_like(logs)
    for number in np.unique(group):
        members = group == number
        shared = logs[..., members].mean(axis=-1, keepdims=True)
        out[..., members] = OWN_SHARE * logs[..., members] + (1 - OWN_SHARE) * shared
    result: Floats = np.exp(out)
    return result


def spread_grid(residuals: Floats, scales: Floats, now: Floats, ages: Floats, group: Ints, seed: int) -> Floats:
    """Log distances from the middle, (grid, series, horizon).

    ``residuals`` (origin, series, horizon), ``scales`` (origin, series) at the origins and ``now`` (series), ``ages`` of
    the origins in days.
    """
    _, count, horizon = residuals.shape
    out = np.zeros((len(GRID), count, horizon))
    weights = 0.5 ** (ages / MEMORY_DAYS)
    random = np.random.default_rng(seed)
    for number in np.unique(group):
        members = np.flatnonzero(group == number)
        known = members[np.isfinite(residuals[:, members]).any(axis=(0, 2))]
        if known.size == 0:
            continue
        if known.size > SERIES_MAX:
            known = np.sort(random.choice(known, SERIES_MAX, replace=False))
        scores = residuals[:, known] / scales[:, known, None]
        for day in range(horizon):
            near = slice(max(0, day - NEIGHBOUR_DAYS), day + NEIGHBOUR_DAYS + 1)
            values = scores[:, :, near]
            there = np.isfinite(values)
            weight = np.broadcast_to(weights[:, None, None], values.shape)[there]
            shape = _tails(weighted_quantiles(values[there], weight, GRID))
            out[:, members, day] = shape[:, None] * now[members]
    return out


def _tails(quantiles: Floats) -> Floats:
    shape = quantiles - quantiles[MIDDLE]
    low, high = GRID.index(0.10), GRID.index(0.90)
    for place, level in enumerate(GRID):
        if level in _NORMAL:
            normal = shape[low if level < 0.5 else high] * _NORMAL[level] / 1.2816
            shape[place] = (1 - TAIL_SHARE) * shape[place] + TAIL_SHARE * normal
    out: Floats = np.sort(shape)
    return out


def naive_grid(logs: Floats, start: Ints, horizon: int) -> Floats:
    """Distances for series too young for rolling origins: last week's miss, growing with the root of the weeks ahead.

    The shape is normal with the scale of :func:`restlessness` times sqrt(2): both days of a weekly change vary.
    """
    scale = restlessness(logs, logs.shape[1], start) * np.sqrt(2)
    z = np.array([-2.5758, -1.96, -1.6449, -1.2816, -0.8416, -0.3853, 0, 0.3853, 0.8416, 1.2816, 1.6449, 1.96, 2.5758])
    weeks = np.sqrt(1 + np.arange(horizon) // 7)
    out: Floats = z[:, None, None] * scale[None, :, None] * weeks[None, None, :]
    return out


def at_levels(grid: Floats, levels: Sequence[float]) -> Floats:
    """The rows of ``grid`` (grid, series, horizon) at ``levels``, all of which are on the grid."""
    return grid[[GRID.index(level) for level in levels]]
