"""The vectorised table says the same as the calendar, day by day."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit import calendar
from brambling.kit.calendar import FEATURES, HOLIDAYS
from brambling.kit.errors import InputRejected


@given(st.lists(st.dates(date(1995, 1, 1), date(2035, 12, 31)), min_size=1, max_size=20))
def test_features_are_what_the_calendar_says_of_each_day(days: list[date]) -> None:
    table = calendar.features(days)
    assert list(table) == list(FEATURES)
    for i, day in enumerate(days):
        assert table["weekday"][i] == day.weekday()
        assert table["workday"][i] == calendar.is_workday(day)
        assert table["makeup_workday"][i] == calendar.is_makeup_workday(day)
        assert HOLIDAYS[table["holiday"][i]] == (calendar.holiday_name(day) or "")
        assert table["tax_day"][i] == (calendar.tax_deadline(day.year, day.month) == day)
        nearest = min((calendar.spring_festival(day.year + k) for k in (-1, 0, 1)), key=lambda f: abs((day - f).days))
        assert abs(table["days_to_spring_festival"][i]) == abs((day - nearest).days)


def test_days_off_around_a_holiday_count_over_the_turn_of_the_year() -> None:
    table = calendar.features([date(2025, 12, 31), date(2026, 1, 4), date(2026, 1, 5)])
    assert list(table["days_off_after"]) == [3, 0, 0]
    assert list(table["days_off_before"]) == [0, 3, 0]  # Sunday 4 January is a make-up day


def test_month_and_quarter_ends_and_sales_seasons() -> None:
    table = calendar.features(["2026-02-28", "2026-03-31", "2026-06-18", "2026-06-19", "2026-11-11"])
    assert list(table["month_end"]) == [True, True, False, False, False]
    assert list(table["quarter_end"]) == [False, True, False, False, False]
    assert list(table["sale_618"]) == [False, False, True, False, False]
    assert list(table["double_11"]) == [False, False, False, False, True]


def test_any_dates_in_any_shape() -> None:
    series = pl.Series([date(2026, 1, 1), date(2026, 1, 2)])
    assert list(calendar.features(series)["workday"]) == [False, False]
    grid = np.array([["2026-01-01"], ["2026-01-05"]], dtype="datetime64[D]")
    assert calendar.features(grid)["workday"].shape == (2, 1)
    assert calendar.features([])["workday"].shape == (0,)
    with pytest.raises(InputRejected, match="no calendar"):
        calendar.features(["2150-01-01"])
