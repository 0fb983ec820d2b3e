"""Joint future paths of a daily flow: resampled by the calendar, then brought onto calibrated quantiles.

Two steps, each doing what the other cannot. Resampled blocks know how flows hang together within a path (payday after
sales, a lump and the quiet after it), but they repeat one past and so spread too little. The calibration knows how far
cumulated flows really stray, but a quantile is no path. So each path keeps its rank among the paths at a few knots
(7, 14, 30, 60 and 91 days) and is moved to the calibrated quantile of that rank; the move is booked on the days on
which that path moves money anyway, so a quiet Sunday stays quiet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brambling.perception.cashflow.analogues import RECENCY_DAYS, Almanac, recency, start_weights
from brambling.perception.cashflow.calibration import Calibration

Floats = NDArray[np.float64]

_GROUPS = 4  # paths are drawn in groups with different block lengths, so that no seam lies on one day for all
_RANK_EDGE = 0.005  # the two outermost in a thousand share one score: tails beyond are not known


def resample(net: Floats, book: Almanac, horizon_days: int, paths: int, rng: np.random.Generator) -> Floats:
    """Paths [paths, horizon_days] of blocks of 5 to 10 days of ``net``, chosen by the likeness of their first day."""
    sizes = [len(part) for part in np.array_split(np.arange(paths), _GROUPS)]
    return np.concatenate([_resample_group(net, book, horizon_days, size, rng) for size in sizes if size])


def _resample_group(net: Floats, book: Almanac, horizon_days: int, paths: int, rng: np.random.Generator) -> Floats:
    out = np.empty((paths, horizon_days))
    done = 0
    while done < horizon_days:
        span = min(int(rng.integers(5, 11)), horizon_days - done)
        ladder = np.cumsum(start_weights(book, book.origin + done, book.origin - span + 1, span))
        chosen = np.searchsorted(ladder, rng.random(paths) * ladder[-1])
        out[:, done : done + span] = net[chosen[:, None] + np.arange(span)]
        done += span
    return out


def window_spread(net: Floats, span: int) -> float:
    """Mean distance of past sums of ``span`` days from their median, newer ones weighing more.

    A history shorter than two spans is read in shorter windows and stretched.
    """
    usable = min(span, net.size // 2)
    total = np.concatenate([[0.0], np.cumsum(net)])
    windows = total[usable:] - total[:-usable]
    weights = recency(np.arange(windows.size - 1, -1.0, -1.0), RECENCY_DAYS)
    order = np.argsort(windows, kind="stable")
    reach = np.cumsum(weights[order])
    middle = windows[order[np.searchsorted(reach, reach[-1] / 2)]]
    return float(np.average(np.abs(windows - middle), weights=weights) * span / usable)


def shortness(history_days: int, knot: int) -> float:
    """How much wider the band of a short history must be than that of a long one.

    The level itself is an estimate: the variance of a sum over h days around the mean of n days is larger by the factor
    1 + h/n, and flows of neighbouring days are alike, so that n days tell as much as a third of them if independent.
    With a memory that fades, n counts at most twice its mean age; calibrations speak for histories as long as that.
    """
    longest = 2 * RECENCY_DAYS / np.log(2)
    return float(np.sqrt((1 + 3 * knot / min(history_days, longest)) / (1 + 3 * knot / longest)))


def scores(values: Floats, rng: np.random.Generator) -> Floats:
    """Normal score of each value's rank, divided by the score of 0.9; equal values are ranked by lot."""
    from scipy.special import ndtri

    order = np.lexsort((rng.random(values.size), values))
    ranks = np.empty(values.size)
    ranks[order] = (np.arange(values.size) + 0.5) / values.size
    return np.asarray(ndtri(np.clip(ranks, _RANK_EDGE, 1 - _RANK_EDGE)) / ndtri(0.9), dtype=np.float64)


def moves(
    cumulated: Floats, spread: float, keep: float, add_below: float, add_above: float, rng: np.random.Generator
) -> Floats:
    """How far each path must move at a knot so that the paths take the calibrated quantiles, ranks unchanged."""
    score = scores(cumulated, rng)
    added = np.where(score < 0, add_below, add_above) * spread * score
    return (keep - 1.0) * (cumulated - np.median(cumulated)) + added


def calibrate(drawn: Floats, net: Floats, calibration: Calibration, rng: np.random.Generator) -> Floats:
    """``drawn`` paths moved onto the quantiles of ``calibration``, given the history ``net``.

    Beyond the last knot the move stays what it is there; a horizon that ends between knots is interpolated.
    """
    horizon_days = drawn.shape[1]
    cumulated = np.cumsum(drawn, axis=1)
    moved = drawn.copy()
    before = np.zeros(drawn.shape[0])
    start = 0
    for knot in _knots_within(calibration.knots, horizon_days):
        keep, below, above = (
            float(np.interp(knot, calibration.knots, part))
            for part in (calibration.keep, calibration.add_below, calibration.add_above)
        )
        wider = shortness(net.size, knot)
        spread = window_spread(net, knot) * wider
        there = moves(cumulated[:, knot - 1], spread, keep * wider, below, above, rng)
        moved[:, start:knot] += (there - before)[:, None] * _shares(drawn[:, start:knot])
        before, start = there, knot
    return moved


def _knots_within(knots: tuple[int, ...], horizon_days: int) -> list[int]:
    """The knots up to the horizon, and the horizon itself where it lies before the last knot."""
    inside = [knot for knot in knots if knot <= horizon_days]
    return inside if horizon_days in inside or horizon_days > knots[-1] else [*inside, horizon_days]


def _shares(flows: Floats) -> Floats:
    """Where in a stretch of days a path's move is booked: by the path's own flows, else by those of all paths."""
    own = np.abs(flows)
    total = own.sum(axis=1, keepdims=True)
    usual = own.sum(axis=0)
    usual = usual / usual.sum() if usual.sum() > 0 else np.full(flows.shape[1], 1 / flows.shape[1])
    return np.where(total > 0, own / np.where(total > 0, total, 1.0), usual)
