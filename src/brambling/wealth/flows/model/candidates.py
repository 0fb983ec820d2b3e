"""The candidates, and all of them run at rolling origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.features import Calendar, Floats, Ints
from brambling.wealth.flows.model.levels import (
    day_type_median,
    factor_level,
    open_closed_median,
    seasonal_naive,
    smoothing,
)
from brambling.wealth.flows.model.ridge import calendar_ridge, moving_level
from brambling.wealth.flows.model.views import View

NAIVE = "seasonal-naive"
BOOSTING = "boosting"

# Short and long memories of each kind on purpose: what fails in a blend is rarely one method, it is one memory.
CANDIDATES: Mapping[str, Callable[[View], Floats]] = MappingProxyType(
    {
        NAIVE: seasonal_naive,
        "day-type-median": partial(day_type_median, count=4),
        "open-closed-median": partial(open_closed_median, count=10),
        "weekday-x-month-day": partial(factor_level, window=240, level_days=14),
        "smoothing": smoothing,
        "calendar-ridge-short": partial(calendar_ridge, half_life=45, penalty=1.0, level_days=28),
        "calendar-ridge-long": partial(calendar_ridge, half_life=90, penalty=1.0, level_days=28),
        "moving-level-week": partial(moving_level, half_life=200, penalty=0.3, knot_days=7, stiffness=1.0),
        "moving-level-fortnight": partial(
            moving_level, half_life=200, penalty=0.3, knot_days=14, stiffness=5.0, pool=0.8
        ),
        "moving-level-month": partial(moving_level, half_life=60, penalty=1.0, knot_days=28, stiffness=5.0, pool=0.8),
    }
)

HISTORY_DAYS_MIN = 35  # before the first rolling origin: candidates that need more stand aside


@dataclass(frozen=True)
class Series:
    """Logs (series, days) with the first known day of each, their side as a number, and the calendar over all days."""

    logs: Floats
    start: Ints
    group: Ints
    calendar: Calendar

    @property
    def length(self) -> int:
        """Days of history."""
        return int(self.logs.shape[1])


def origins_of(length: int, first: int, horizon: int, count: int, step: int) -> list[int]:
    """Rolling origins, latest first: each leaves a whole horizon of known days after it and enough history before.

    The step is no multiple of seven, so that every weekday gets to be the first day of a forecast.
    """
    latest = length - horizon
    return [origin for origin in range(latest, latest - step * count, -step) if origin >= first + HISTORY_DAYS_MIN]


def run(series: Series, origin: int, horizon: int) -> Floats:
    """All candidates at one origin: (candidate, series, horizon) log forecasts, NaN where a history is too short."""
    out = np.full((len(CANDIDATES), series.logs.shape[0], horizon), np.nan)
    for start in np.unique(series.start):
        if origin - start < 14:
            continue
        rows = np.flatnonzero(series.start == start)
        view = View(series.logs[rows, start:origin], series.calendar, int(start), horizon, series.group[rows])
        for number, candidate in enumerate(CANDIDATES.values()):
            out[number, rows] = candidate(view)
    return out


def run_rolling(
    series: Series, origins: list[int], horizon: int, said: Callable[[], object] = lambda: None
) -> NDArray[np.float32]:
    """:func:`run` at each origin: (origin, candidate, series, horizon) in single precision, which logs bear."""
    out = np.full((len(origins), len(CANDIDATES), series.logs.shape[0], horizon), np.nan, dtype=np.float32)
    for number, origin in enumerate(origins):
        out[number] = run(series, origin, horizon)
        said()
    return out


def actuals(series: Series, origins: list[int], horizon: int) -> Floats:
    """What came after each origin: (origin, series, horizon) logs; NaN before a series begins."""
    out = np.stack([series.logs[:, origin : origin + horizon] for origin in origins])
    for number, origin in enumerate(origins):
        out[number, series.start > origin - HISTORY_DAYS_MIN] = np.nan
    return out
