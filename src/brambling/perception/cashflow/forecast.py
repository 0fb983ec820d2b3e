"""Joint future paths of a daily flow: resampled by the calendar, then brought onto calibrated quantiles.

Two steps, each doing what the other cannot. Resampled blocks know how flows hang together within a path (payday after
sales, a lump and the quiet after it), but they repeat one past and so spread too little. The calibration knows how far
cumulated flows really stray, but a quantile is no path. So each path keeps its rank among the paths at a few knots
(7, 14, 30, 60 and 91 days) and is moved to the calibrated quantile of that rank; the move is booked on the days on
which that path moves money anyway, so a quiet Sunday stays quiet.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from brambling.perception.cashflow.analogues import RECENCY_DAYS, Almanac, recency, start_weights
from brambling.perception.cashflow.calibration import Calibration

Floats = NDArray[np.float64]

_LONGEST = 2 * RECENCY_DAYS / np.log(2)  # twice the mean age of the weights of an endless history
_GROUPS = 4  # paths are drawn in groups with different block lengths, so that no seam lies on one day for all
MEMORY = 5.0  # flows of neighbouring days are alike: this many days tell as much as one if independent
TAIL = 2.0  # spreads added for each unit of score beyond TAIL_FROM
TAIL_FROM = 1.2835  # the score of the 5 % quantile
OPENING_DAYS_MAX = 365  # after a year the weights have forgotten how a business began
_OPENING_WEEKS = 4.0  # active weeks that an opening must have missed: less is chance
_OPENING_SHARE = 0.4  # of later weeks that are active: a direction used more rarely proves nothing
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
    1 + h/n, and more (``MEMORY``) as flows of neighbouring days are alike. With a memory that fades, n counts at most
    twice its mean age; calibrations speak for histories as long as that.
    """
    return float(np.sqrt((1 + MEMORY * knot / min(history_days, _LONGEST)) / (1 + MEMORY * knot / _LONGEST)))


def held(middle: float, spread: float, history_days: int, knot: int) -> float:
    """Share of the drift ``middle`` over ``knot`` days to believe: all of a long history, little of a short noisy one.

    James and Stein: the square of the drift over itself and its variance as an estimate. A steady business has no
    spread and keeps its drift whole, however short its history.
    """
    doubt = MEMORY * knot * max(0.0, 1 / history_days - 1 / _LONGEST) * spread**2
    return middle**2 / (middle**2 + doubt) if doubt > 0 else 1.0


def unseen(history_days: int) -> float:
    """How far to stretch the tail beyond what was seen: ``TAIL`` for a long history, more for a short one.

    The chance that the coming days break the record of ``n`` past ones falls as 1/n; the stretch follows its root.
    """
    return TAIL * float(np.sqrt(_LONGEST / min(history_days, _LONGEST)))


def opening_days(money_in: Floats, money_out: Floats, least_days: int) -> int:
    """Days at the start to leave aside: the business, or its account, had not yet begun to earn or to spend.

    The days before the first payment of a direction, if later weeks are so busy in it that chance would have put
    several payments there. At most half of the history, never so much that fewer than ``least_days`` are left, and none
    after a year.
    """
    days = money_in.size
    if days >= OPENING_DAYS_MAX:
        return 0
    begun = 0
    for flow in (money_in, money_out):
        active = np.flatnonzero(flow)
        silent = int(active[0]) if active.size else 0
        weeks = np.add.reduceat(flow[silent:] != 0, np.arange(0, days - silent, 7)) > 0
        share = float(weeks.mean())
        if weeks.size >= _OPENING_WEEKS and share >= _OPENING_SHARE and share * silent / 7 >= _OPENING_WEEKS:
            begun = max(begun, silent)
    return max(0, min(begun, days // 2, days - least_days))


def scores(values: Floats, rng: np.random.Generator) -> Floats:
    """Normal score of each value's rank, divided by the score of 0.9; equal values are ranked by lot."""
    order = np.lexsort((rng.random(values.size), values))
    found = np.empty(values.size)
    found[order] = _normal_scores(values.size)
    return found


@cache
def _normal_scores(size: int) -> Floats:
    """The scores of ``size`` ranks, rising. Wichura's AS 241 in plain Python: the same bits on every machine, and one
    library less to load before the first answer."""
    ranks = np.clip((np.arange(size) + 0.5) / size, _RANK_EDGE, 1 - _RANK_EDGE)
    score = NormalDist().inv_cdf
    return np.array([score(rank) / score(0.9) for rank in ranks.tolist()])


def moves(
    cumulated: Floats,
    spread: float,
    numbers: tuple[float, float, float],
    believed: float,
    stretch: float,
    rng: np.random.Generator,
) -> Floats:
    """How far each path must move at a knot so that the paths take the calibrated quantiles, ranks unchanged.

    ``numbers`` are keep, add below and add above; ``believed`` is the share of the drift that is kept. Beyond the 5 %
    and the 95 % quantile the tail is stretched by ``stretch`` spreads for a unit of score: what happens once in
    fifty times, a short past has not shown yet.
    """
    keep, below, above = numbers
    score = scores(cumulated, rng)
    beyond = np.sign(score) * np.maximum(np.abs(score) - TAIL_FROM, 0)
    added = (np.where(score < 0, below, above) * score + stretch * beyond) * spread
    middle = np.median(cumulated)
    moved: Floats = (keep - 1.0) * (cumulated - middle) + added - (1.0 - believed) * middle
    return moved


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
        believed = held(float(np.median(cumulated[:, knot - 1])), spread / wider, net.size, knot)
        there = moves(cumulated[:, knot - 1], spread, (keep * wider, below, above), believed, unseen(net.size), rng)
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
