"""Fitting a bank's own calibration on the statements of its customers.

Rolling origins: at each origin the twin sees only what came before it, and what came after is compared with its paths.
At each knot the numbers of :class:`Calibration` are the sharpest (least pinball loss) of those whose 10-90 % band
covered its share of the outcomes, then drawn towards the prior by how few businesses spoke.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.perception.cashflow import recurring
from brambling.perception.cashflow.analogues import almanac
from brambling.perception.cashflow.calibration import PRIOR, Calibration
from brambling.perception.cashflow.daily import HISTORY_DAYS_MIN, Daily, daily
from brambling.perception.cashflow.forecast import held, opening_days, resample, shortness, window_spread

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import Statement

Floats = NDArray[np.float64]

LEVELS = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
HISTORY_DAYS = 120  # history before the first origin
STEP_DAYS = 28  # between origins
BUSINESSES_MIN = 5
_PRIOR_BUSINESSES = 10  # the prior speaks like this many businesses
_PATHS = 400
_COVERED = (0.785, 0.815)  # of outcomes inside the 80 % band
_KEEP = np.linspace(0.6, 1.05, 10)
_ADD = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0])


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the paths said at one origin and knot, and what came."""

    business: int
    knot: int
    quantiles: Floats  # of the resampled paths at LEVELS
    spread: float
    wider: float
    believed: float  # share of the drift
    came: float
    scale: float  # mean absolute daily flow of the business


def fit_calibration(statements: Iterable[Statement], *, seed: int = 7) -> Calibration:
    """The calibration that the past of these businesses asks for.

    Statements too short for one origin are passed over. Raises InputRejected when fewer than ``BUSINESSES_MIN``
    businesses are left. Method: split conformal prediction in its rolling-origin form, on a three-number family.
    """
    rows: list[Outcome] = []
    for number, statement in enumerate(statements):
        rows.extend(_outcomes(statement, number, seed))
    businesses = len({row.business for row in rows})
    if businesses < BUSINESSES_MIN:
        raise InputRejected(
            f"{businesses} businesses have the history a calibration needs",
            expected=f"at least {BUSINESSES_MIN} with more than {HISTORY_DAYS + PRIOR.knots[0]} days",
        )
    found = [_fit_knot([row for row in rows if row.knot == knot], place) for place, knot in enumerate(PRIOR.knots)]
    return replace(
        PRIOR,
        keep=tuple(numbers[0] for numbers in found),
        add_below=tuple(numbers[1] for numbers in found),
        add_above=tuple(numbers[2] for numbers in found),
        businesses=businesses,
        origins=sum(row.knot == PRIOR.knots[0] for row in rows),
        source="fitted",
    )


def _outcomes(statement: Statement, number: int, seed: int) -> Iterator[Outcome]:
    whole = _whole(statement.rows)
    if whole is None:
        return
    net = whole.net
    scale = float(np.abs(net).mean())
    for days in range(HISTORY_DAYS, whole.days - PRIOR.knots[0] + 1, STEP_DAYS):
        ahead = min(whole.days - days, PRIOR.knots[-1])
        origin = whole.first + timedelta(days=days - 1)
        patterns = recurring.find(statement.rows.filter(pl.col("date") <= origin), origin, ahead)
        volatile, planned = _parted(net[:days], patterns, whole, ahead)
        begun = opening_days(whole.money_in[:days], whole.money_out[:days], HISTORY_DAYS_MIN)
        volatile = volatile[begun:]
        if not volatile.any() or scale == 0:
            continue
        book = almanac(whole.first + timedelta(days=begun), volatile.size, ahead)
        drawn = resample(volatile, book, ahead, _PATHS, np.random.Generator(np.random.PCG64(seed)))
        cumulated, came = np.cumsum(drawn, axis=1), np.cumsum(net[days : days + ahead] - planned)
        for knot in (k for k in PRIOR.knots if k <= ahead):
            quantiles, spread = np.quantile(cumulated[:, knot - 1], LEVELS), window_spread(volatile, knot)
            yield Outcome(
                business=number,
                knot=knot,
                quantiles=quantiles,
                spread=spread,
                wider=shortness(volatile.size, knot),
                believed=held(float(quantiles[2]), spread, volatile.size, knot),
                came=float(came[knot - 1]),
                scale=scale,
            )


def _whole(rows: pl.DataFrame) -> Daily | None:
    try:
        return daily(rows)
    except InputRejected:
        return None


def _parted(net: Floats, patterns: tuple[recurring.Pattern, ...], whole: Daily, ahead: int) -> tuple[Floats, Floats]:
    """History without the payments of ``patterns``, and what they are expected to pay on each day ahead."""
    volatile, planned = net - recurring.paid_by_day(patterns, whole.first, net.size), np.zeros(ahead)
    last = whole.first + timedelta(days=net.size - 1)
    for pattern in patterns:
        for day in pattern.due:
            planned[(day - last).days - 1] += pattern.expected_minor * pattern.item.sign
    return volatile, planned


def _fit_knot(rows: list[Outcome], place: int) -> tuple[float, float, float]:
    """keep, add_below and add_above at one knot."""
    prior = (PRIOR.keep[place], PRIOR.add_below[place], PRIOR.add_above[place])
    if not rows:
        return prior
    from scipy.special import ndtri

    quantiles = np.array([row.quantiles for row in rows])
    middle = quantiles[:, 2:3]
    wider = np.array([row.wider for row in rows])[:, None]
    added = np.array([row.spread for row in rows])[:, None] * wider * (ndtri(LEVELS) / ndtri(0.9))
    believed = np.array([row.believed for row in rows])[:, None]
    came = np.array([row.came for row in rows])[:, None]
    weights = 1 / np.array([row.scale for row in rows])
    tried = []
    for keep, below, above in product(_KEEP, _ADD, _ADD):
        moved = believed * middle + keep * wider * (quantiles - middle) + np.where(LEVELS < 0.5, below, above) * added
        inside = float(np.mean((came[:, 0] >= moved[:, 0]) & (came[:, 0] <= moved[:, -1])))
        gap = came - moved
        loss = float(np.average(np.maximum(LEVELS * gap, (LEVELS - 1) * gap).mean(axis=1), weights=weights))
        off = max(_COVERED[0] - inside, inside - _COVERED[1], 0.0)
        tried.append((off, loss, keep, below, above))
    best = min(tried)
    count = len({row.business for row in rows})
    share = count / (count + _PRIOR_BUSINESSES)
    mixed = [round(share * float(own) + (1 - share) * said, 3) for own, said in zip(best[2:], prior, strict=True)]
    return mixed[0], mixed[1], mixed[2]
