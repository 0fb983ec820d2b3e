"""All of the model in one run: candidates, blend, bands, for the series of one panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from brambling.wealth.flows.features import Floats, Ints
from brambling.wealth.flows.model import bands
from brambling.wealth.flows.model.blend import Blend, blend
from brambling.wealth.flows.model.boosting import SERIES_MIN, Momentum, boosted
from brambling.wealth.flows.model.candidates import (
    BOOSTING,
    CANDIDATES,
    HISTORY_DAYS_MIN,
    Series,
    actuals,
    origins_of,
    run,
    run_rolling,
)

ORIGINS = 16
ORIGIN_STEP_DAYS = 5
BOOSTING_DAYS_MIN = 200
TESTED_ORIGINS = 4
KNOWN_ORIGINS_MIN = 4


@dataclass(frozen=True)
class Fitted:
    """What the model says of each series.

    ``point`` and ``middle`` (series, horizon) and ``grid`` (grid, series, horizon; distances from the middle) are logs;
    ``residuals`` (origin, series, horizon) with ``ages`` of the origins in days; ``members`` names the candidates of the
    weights; ``inside`` counts days inside the 80 % and the 95 % band at tested origins, and all of them.
    """

    blend: Blend
    grid: Floats
    ages: Floats
    members: tuple[str, ...]
    inside: tuple[int, int, int]
    tested: int

    @property
    def point(self) -> Floats:
        return self.blend.point

    @property
    def middle(self) -> Floats:
        return self.blend.middle


def fit(
    series: Series, horizon: int, momentum: Momentum | None, seed: int, said: Callable[[], object] = lambda: None
) -> Fitted:
    """Run everything at the end of ``series``; boosting joins where there are enough series to learn from each other."""
    origin = series.length
    origins = origins_of(origin, int(series.start.min()), horizon, ORIGINS, ORIGIN_STEP_DAYS)
    current = run(series, origin, horizon)
    rolling = run_rolling(series, origins, horizon, said)
    members = tuple(CANDIDATES)
    if series.logs.shape[0] >= 2 * SERIES_MIN and origin >= BOOSTING_DAYS_MIN and origins:
        trees = boosted(series, [origin, *origins], horizon, momentum, seed)
        current = np.concatenate([current, trees[:1]])
        rolling = np.concatenate([rolling, trees[1:, None]], axis=1)
        members = (*members, BOOSTING)
    actual = actuals(series, origins, horizon) if origins else np.zeros((0, series.logs.shape[0], horizon))
    made = blend(current, rolling.astype(np.float64), actual, origins, origin, series.group)
    ages = np.array([origin - earlier for earlier in origins], dtype=float)
    scales = _scales(series, origins)
    now = bands.shrunk(bands.restlessness(series.logs, origin, series.start), series.group)
    young = bands.naive_grid(series.logs, series.start, horizon)
    grid = bands.spread_grid(made.residuals, scales, now, ages, series.group, seed) if origins else young
    alone = series.start > origin - HISTORY_DAYS_MIN
    grid[:, alone] = young[:, alone]
    flat = (grid == 0).all(axis=(0, 2))
    grid[:, flat] = young[:, flat]
    inside, tested = _coverage(made.residuals, scales, origins, horizon, series.group, seed)
    return Fitted(made, grid, ages, members, inside, tested)


def _scales(series: Series, origins: list[int]) -> Floats:
    if not origins:
        return np.zeros((0, series.logs.shape[0]))
    at = np.stack([bands.restlessness(series.logs, origin, series.start) for origin in origins])
    return bands.shrunk(at, series.group)


def _coverage(
    residuals: Floats, scales: Floats, origins: list[int], horizon: int, group: Ints, seed: int
) -> tuple[tuple[int, int, int], int]:
    """Days inside the bands at the latest origins, each banded from the origins whose days were over before it."""
    within_80 = within_95 = total = tested = 0
    for number, origin in enumerate(origins[:TESTED_ORIGINS]):
        before = [place for place, earlier in enumerate(origins) if earlier + horizon <= origin]
        if len(before) < KNOWN_ORIGINS_MIN:
            break
        ages = np.array([origin - origins[place] for place in before], dtype=float)
        grid = bands.spread_grid(residuals[before], scales[before], scales[number], ages, group, seed)
        low, inner_low, inner_high, high = bands.at_levels(grid, (0.025, 0.10, 0.90, 0.975))
        came = residuals[number]
        known = np.isfinite(came)
        within_80 += int((known & (came >= inner_low) & (came <= inner_high)).sum())
        within_95 += int((known & (came >= low) & (came <= high)).sum())
        total += int(known.sum())
        tested += 1
    return (within_80, within_95, total), tested
