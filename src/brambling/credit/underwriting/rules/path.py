"""Whether a loan's own path is safe: its principal in today, its instalments out on their days, on every future."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from brambling.credit.underwriting.rules.facts import Span
from brambling.credit.underwriting.rules.schedule import instalments
from brambling.kit.money import Money, Rate

Floats = NDArray[np.float64]

STEPS_MAX = 1 << 40
# Candidates tried for a loan that is over within the simulated time, each a tenth larger than the one before.
_TRIES = 60


def span_of(lows: Floats, rate: Rate, months: int, p_miss_max: float, step: Money, largest: Money) -> Span | None:
    """The safe principals of one tenor in whole ``step``; None where there is none up to ``largest``.

    ``lows`` [paths, due days + 1] are the lowest balances before the first due day, before the second, ..., and after
    the last simulated one, in minor units. On a path a principal P is safe when P less what was paid back by then
    covers every low. While the loan runs that is easier for a larger P; once it is paid back only its interest counts,
    which is easier for a smaller one. So a path's safe principals are an interval, and ``most`` is found with the paths
    given up that ``least`` gave up: every principal between the two is then safe on the promised share of paths.
    """
    allowed = int(np.floor(p_miss_max * lows.shape[0] + 1e-9))
    ends = min(months, lows.shape[1])
    running, over = lows[:, :ends], lows[:, ends:]

    def paid(steps: int) -> Floats:
        plan = instalments(step * steps, rate, months)
        totals = np.cumsum([0, *(part.total.minor for part in plan)])
        return totals[np.minimum(np.arange(lows.shape[1]), months)].astype(np.float64)

    def fails_running(steps: int) -> NDArray[np.bool_]:
        return np.asarray((step.minor * steps - paid(steps)[:ends] + running < 0).any(axis=1))

    def fails_over(steps: int) -> NDArray[np.bool_]:
        return np.asarray((step.minor * steps - paid(steps)[ends:] + over < 0).any(axis=1))

    first = _least(lambda steps: int(fails_running(steps).sum()) <= allowed)
    if first is None:
        return None
    if not over.shape[1]:
        return Span(months, step * first)
    end = largest.minor // step.minor
    for tried in _rising(first, end):
        given_up = fails_running(tried)
        if int((given_up | fails_over(tried)).sum()) <= allowed:
            most = _most(lambda steps, lost=given_up: int((lost | fails_over(steps)).sum()) <= allowed, tried, end)  # type: ignore[misc]
            return Span(months, step * tried, step * most)
    return None


def _least(holds: Callable[[int], bool]) -> int | None:
    """The least whole number >= 1 from which on ``holds``, which stays true once it is; None when it is too large."""
    high = 1
    while not holds(high):
        high *= 2
        if high > STEPS_MAX:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _most(holds: Callable[[int], bool], low: int, end: int) -> int:
    """The largest number up to ``end`` for which ``holds``, which is true at ``low`` and stays false once it is."""
    high = end + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _rising(first: int, end: int) -> list[int]:
    tried: list[int] = []
    steps = first
    while steps <= end and len(tried) < _TRIES:
        tried.append(steps)
        steps = max(steps + 1, steps * 11 // 10)
    return tried
