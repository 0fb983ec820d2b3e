"""The calendar as numbers for models: one table row for each day of a span of years, looked up by position."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar.years import HOLIDAYS, YEAR_MAX, YEAR_MIN, ChineseCalendar, spring_festival
from brambling.kit.errors import InputRejected

_DAY = timedelta(days=1)

# name -> NumPy type. Distances are in days, signed: negative before the event.
FEATURES: Mapping[str, type] = MappingProxyType(
    {
        "weekday": np.int8,  # 0 is Monday
        "day_of_month": np.int8,
        "month": np.int8,
        "days_to_month_end": np.int8,  # 0 on the last day
        "month_end": np.bool_,  # the last day of the month
        "quarter_end": np.bool_,
        "year_end": np.bool_,
        "workday": np.bool_,
        "makeup_workday": np.bool_,
        "first_workday": np.bool_,  # of the month
        "last_workday": np.bool_,
        "holiday": np.int8,  # position in HOLIDAYS, 0 is none
        "days_off_before": np.int8,  # days off that end the day before
        "days_off_after": np.int8,  # days off that begin the day after
        "tax_day": np.bool_,  # the last day for the monthly taxes
        "days_to_tax_day": np.int8,  # to the deadline of this month, negative before it
        "sale_618": np.bool_,  # 1 to 18 June
        "double_11": np.bool_,  # 1 to 11 November
        "days_to_spring_festival": np.int16,  # from the nearest first lunar day, negative before it
    }
)


@lru_cache(maxsize=8)
def table_of(of: ChineseCalendar, low: int, high: int) -> tuple[np.datetime64, Mapping[str, NDArray[Any]]]:
    """First day and columns of the years ``low``..``high``, one row a day."""
    if low < YEAR_MIN or high > YEAR_MAX:
        raise InputRejected(f"no calendar for {low}..{high}", expected=f"years from {YEAR_MIN} to {YEAR_MAX}")
    years = [_year(of, year) for year in range(low, high + 1)]
    columns = {name: np.concatenate([part[name] for part in years]) for name in FEATURES}
    for column in columns.values():
        column.setflags(write=False)
    return np.datetime64(date(low, 1, 1)), columns


@lru_cache(maxsize=512)
def _year(of: ChineseCalendar, year: int) -> Mapping[str, NDArray[Any]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = [first + k * _DAY for k in range((last - first).days + 1)]
    when = np.array(days, dtype="datetime64[D]")
    month = when.astype("datetime64[M]")
    next_month = (month + 1).astype("datetime64[D]")
    to_end = (next_month - when).astype(int) - 1
    month_number = np.array([day.month for day in days])
    workday = np.array([of.is_workday(day) for day in days])
    deadlines = np.array([of.tax_deadline(year, number) for number in range(1, 13)], dtype="datetime64[D]")
    to_tax = (when - deadlines[month_number - 1]).astype(int)
    before, after = _days_off(of, days, workday)
    day_number = np.array([day.day for day in days])
    values = {
        "weekday": np.array([day.weekday() for day in days]),
        "day_of_month": day_number,
        "month": month_number,
        "days_to_month_end": to_end,
        "month_end": to_end == 0,
        "quarter_end": (to_end == 0) & (month_number % 3 == 0),
        "year_end": (to_end == 0) & (month_number == 12),
        "workday": workday,
        "makeup_workday": np.array([of.is_makeup_workday(day) for day in days]),
        "first_workday": _edge_of_month(workday, month_number, first=True),
        "last_workday": _edge_of_month(workday, month_number, first=False),
        "holiday": np.array([HOLIDAYS.index(of.holiday_name(day) or "") for day in days]),
        "days_off_before": before,
        "days_off_after": after,
        "tax_day": to_tax == 0,
        "days_to_tax_day": to_tax,
        "sale_618": (month_number == 6) & (day_number <= 18),
        "double_11": (month_number == 11) & (day_number <= 11),
        "days_to_spring_festival": _to_spring_festival(when, year),
    }
    return {name: values[name].astype(dtype) for name, dtype in FEATURES.items()}


def _edge_of_month(workday: NDArray[Any], month: NDArray[Any], *, first: bool) -> NDArray[Any]:
    edge = np.zeros(workday.size, dtype=bool)
    for number in range(1, 13):
        worked = np.flatnonzero(workday & (month == number))
        if worked.size:
            edge[worked[0] if first else worked[-1]] = True
    return edge


def _days_off(
    of: ChineseCalendar, days: list[date], workday: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many days off end just before each day, and begin just after it; looks over the edges of the year."""
    before, after = np.zeros(len(days), int), np.zeros(len(days), int)
    run = (days[0] - of.previous_workday(days[0])).days - 1
    for i in range(len(days)):
        before[i] = run
        run = 0 if workday[i] else run + 1
    run = (of.next_workday(days[-1]) - days[-1]).days - 1
    for i in reversed(range(len(days))):
        after[i] = run
        run = 0 if workday[i] else run + 1
    return before, after


def _to_spring_festival(when: NDArray[Any], year: int) -> NDArray[np.int64]:
    """Days from the nearest festival: one lies at most 192 days away."""
    festivals = np.array([spring_festival(y) for y in (year - 1, year, year + 1)], dtype="datetime64[D]")
    distance = (when[:, None] - festivals[None, :]).astype(np.int64)
    nearest = np.abs(distance).argmin(axis=1)
    chosen: NDArray[np.int64] = distance[np.arange(when.size), nearest]
    return chosen
