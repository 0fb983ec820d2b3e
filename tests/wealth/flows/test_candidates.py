"""Each candidate against a plain version of what it claims, and all of them blind to the future."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest

from brambling.kit.calendar import is_workday
from brambling.wealth.flows.features import calendar_of
from brambling.wealth.flows.model.candidates import CANDIDATES, Series, origins_of, run
from brambling.wealth.flows.model.levels import day_type_median, factor_level, seasonal_naive, smoothing
from brambling.wealth.flows.model.ridge import calendar_ridge, huber_ridge, moving_level
from brambling.wealth.flows.model.views import View

FIRST = np.datetime64("2024-01-01")


def view_of(logs: np.ndarray, horizon: int = 14) -> View:
    return View(logs, calendar_of(FIRST, logs.shape[1] + horizon), 0, horizon, np.zeros(len(logs), dtype=int))


@pytest.fixture
def logs() -> np.ndarray:
    random = np.random.default_rng(3)
    weekly = np.tile([0.0, -0.1, 0.1, 0.2, 0.1, -1.0, -1.2], 40)[:250]
    return 10 + weekly + random.normal(0, 0.1, (3, 250))


def test_seasonal_naive_repeats_the_last_week(logs: np.ndarray) -> None:
    got = seasonal_naive(view_of(logs))
    assert np.array_equal(got[:, :7], logs[:, -7:])
    assert np.array_equal(got[:, 7:], logs[:, -7:])


def test_day_type_median_against_a_loop(logs: np.ndarray) -> None:
    got = day_type_median(view_of(logs), 4)
    calendar = calendar_of(FIRST, 264)
    for ahead in range(14):
        kind = calendar.day_type[250 + ahead]
        alike = [day for day in range(250) if calendar.day_type[day] == kind][-4:]
        if kind < 7:
            assert got[1, ahead] == pytest.approx(np.median(logs[1, alike]))


def test_day_types_know_make_up_workdays() -> None:
    calendar = calendar_of(np.datetime64("2024-02-01"), 40)
    for day, kind in zip(calendar.days, calendar.day_type, strict=True):
        plain: date = day.astype(object)
        assert (kind <= 4) == is_workday(plain)
        if plain == date(2024, 2, 4):  # a Sunday that was worked for the Spring Festival
            assert kind == 0


def test_without_a_calendar_there_are_weekdays_only() -> None:
    calendar = calendar_of(np.datetime64("2024-02-05"), 14, "none")
    assert calendar.day_type.tolist() == [0, 1, 2, 3, 4, 5, 6] * 2


@pytest.mark.parametrize("shift", [-2.0, 3.5])
def test_a_level_shift_of_all_history_shifts_every_candidate(logs: np.ndarray, shift: float) -> None:
    for candidate in CANDIDATES.values():
        assert np.allclose(candidate(view_of(logs + shift)), candidate(view_of(logs)) + shift, atol=0.01)


def test_factors_find_a_clean_week() -> None:
    weekly = np.tile([0.0, -0.1, 0.1, 0.2, 0.1, -1.0, -1.2], 40)[None, :252]
    calendar = view_of(weekly)
    for got in (
        factor_level(calendar, 120, 14, by_month_day=False),
        smoothing(calendar),
        calendar_ridge(calendar, 90, 1.0, 28),
        moving_level(calendar, 200, 0.3, 14, 5.0),
    ):
        plain = calendar.calendar.day_type[calendar.future] == np.arange(252, 266) % 7  # no holiday, no make-up day
        assert np.abs(got[0] - np.tile(weekly[0, :7], 2))[plain].max() < 0.2


def test_huber_ridge_withstands_one_wild_day(logs: np.ndarray) -> None:
    wild = logs.copy()
    wild[0, 240] += 8
    view, shaken = view_of(logs), view_of(wild)
    assert np.abs(calendar_ridge(shaken, 90, 1.0, 28)[0] - calendar_ridge(view, 90, 1.0, 28)[0]).max() < 0.1


def test_huber_ridge_without_outliers_is_ridge() -> None:
    random = np.random.default_rng(5)
    design = np.column_stack([np.ones(60), random.normal(size=(60, 2))])
    exact = design @ np.array([[2.0], [0.5], [-1.0]])
    beta = huber_ridge(exact.T, design, np.ones(60), np.full(3, 1e-9), np.zeros(1, dtype=int), 1, 0.0)
    assert np.allclose(beta, [[2.0, 0.5, -1.0]], atol=1e-5)


def test_candidates_see_nothing_after_the_origin(logs: np.ndarray) -> None:
    later = logs.copy()
    later[:, 200:] = 99.0
    calendar, start, side = calendar_of(FIRST, 280), np.zeros(3, dtype=int), np.zeros(3, dtype=int)
    one, other = (run(Series(values, start, side, calendar), 200, 30) for values in (logs, later))
    assert np.array_equal(one, other)


def test_origins_leave_a_whole_horizon_and_enough_history() -> None:
    origins = origins_of(300, 10, 30, 16, 5)
    assert origins[0] == 270
    assert len(origins) == 16
    assert all(origin >= 45 for origin in origins_of(120, 10, 30, 16, 5))
    assert origins_of(60, 0, 30, 16, 5) == []
    assert {(a - b) % 7 for a, b in itertools.pairwise(origins)} == {5}
