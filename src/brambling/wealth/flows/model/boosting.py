"""LightGBM on all series together: what a level and its factors leave, learnt from many products at once.

A row is (series, origin, day ahead). The target is the log flow over level and day-type factor as they stood at the
origin, so that products of every size share one model. Covariates that are known only up to the origin (page views,
yield against rivals) come in as their momentum there: the last three days over the last four weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.wealth.flows.features import Calendar, Floats, Ints
from brambling.wealth.flows.model.candidates import HISTORY_DAYS_MIN, Series
from brambling.wealth.flows.model.levels import day_factors

SERIES_MIN = 8  # fewer cannot teach each other
ROWS_MAX = 120_000
TRAINING_ORIGINS = 40
REFITS = 2
ROUNDS = 120
WINDOW_DAYS = 200
LEVEL_DAYS = 14
PARAMETERS: dict[str, object] = {
    "objective": "l1",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # rows are few for threads, and one thread gives the same trees everywhere
    "verbosity": -1,
}


@dataclass(frozen=True)
class Momentum:
    """Covariates as (covariate, series, days); NaN where unknown."""

    values: Floats

    def at(self, rows: Ints, origin: int) -> Floats:
        """(series, covariates): log of the last three days over the last four weeks before ``origin``."""
        logs = np.log1p(np.maximum(self.values[:, rows, max(0, origin - 28) : origin], 0))
        out: Floats = (_known_mean(logs[:, :, -3:]) - _known_mean(logs)).T
        return out


def _known_mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=2)
    mean: Floats = np.where(known, values, 0).sum(axis=2) / np.where(count > 0, count, np.nan)
    return mean


def boosted(
    series: Series, origins: Sequence[int], horizon: int, momentum: Momentum | None, seed: int
) -> NDArray[np.float32]:
    """Forecasts (origin, series, horizon) at ``origins``; each model has seen nothing after its own training day.

    Models are refitted a few times only; an origin is served by the last one trained before it.
    """
    out = np.full((len(origins), series.logs.shape[0], horizon), np.nan, dtype=np.float32)
    spaced = np.linspace(0, len(origins) - 1, min(len(origins), REFITS + 1)).round().astype(int)
    cuts = sorted({origins[place] for place in spaced})
    models = {cut: _train(series, cut, horizon, momentum, seed) for cut in cuts}
    for number, origin in enumerate(origins):
        model = models[max(cut for cut in cuts if cut <= origin)]
        rows = np.flatnonzero(series.start <= origin - HISTORY_DAYS_MIN)
        if model is None or rows.size == 0:
            continue
        numbers, base = _rows(series, rows, origin, horizon, momentum)
        out[number, rows] = base + model.predict(numbers).reshape(rows.size, horizon)
    return out


def _train(series: Series, cut: int, horizon: int, momentum: Momentum | None, seed: int) -> Any:
    import lightgbm as lgb

    first = int(series.start.min()) + HISTORY_DAYS_MIN
    starts = np.arange(cut - horizon, first - 1, -5)[:TRAINING_ORIGINS]
    if starts.size < 8:
        return None
    random = np.random.default_rng(seed)
    share = min(1.0, ROWS_MAX / (series.logs.shape[0] * starts.size * horizon))
    numbers, targets = [], []
    for origin in starts:
        rows = np.flatnonzero(series.start <= origin - HISTORY_DAYS_MIN)
        rows = rows[random.random(rows.size) < share] if share < 1 else rows
        if rows.size == 0:
            continue
        features, base = _rows(series, rows, int(origin), horizon, momentum)
        numbers.append(features)
        targets.append((series.logs[rows, origin : origin + horizon] - base).reshape(-1))
    if not numbers:
        return None
    data = lgb.Dataset(np.concatenate(numbers), np.concatenate(targets), params={"verbosity": -1})
    return lgb.train({**PARAMETERS, "seed": seed}, data, ROUNDS)


def _rows(series: Series, rows: Ints, origin: int, horizon: int, momentum: Momentum | None) -> tuple[Floats, Floats]:
    """Feature rows (series x horizon, features) and the base (series, horizon) they correct."""
    calendar: Calendar = series.calendar
    low = max(0, origin - WINDOW_DAYS)
    logs = _begun(series.logs[rows, low:origin], series.start[rows] - low)
    place = slice(low, origin)
    of_kind, _, plain = day_factors(logs, calendar.day_type[place], calendar.month_day[place], by_month_day=False)
    level = np.median(plain[:, -LEVEL_DAYS:], axis=1)
    future = slice(origin, origin + horizon)
    base: Floats = level[:, None] + of_kind[:, calendar.day_type[future]]
    state = np.stack(
        [
            series.group[rows].astype(float),
            np.median(plain[:, -5:], axis=1) - level,
            np.median(plain[:, -56:], axis=1) - level,
            plain[:, -1] - level,
            np.median(np.abs(plain[:, -28:] - level[:, None]), axis=1),
            of_kind[:, 5:7].mean(axis=1),
        ],
        axis=1,
    )
    if momentum is not None:
        state = np.concatenate([state, momentum.at(rows, origin)], axis=1)
    days = np.concatenate([calendar.numbers[future], np.arange(horizon)[:, None]], axis=1)
    both = np.concatenate([np.repeat(state, horizon, axis=0), np.tile(days, (rows.size, 1))], axis=1)
    return both, base


def _begun(logs: Floats, begin: Ints) -> Floats:
    """Days before a series begins repeat its first known ones, so that windows have no hole."""
    if (begin <= 0).all():
        return logs
    days = np.arange(logs.shape[1])[None, :]
    first = np.maximum(begin, 0)[:, None]
    source = np.where(days < first, first + (days - first) % 7, days)
    out: Floats = np.take_along_axis(logs, np.minimum(source, logs.shape[1] - 1), axis=1)
    return out
