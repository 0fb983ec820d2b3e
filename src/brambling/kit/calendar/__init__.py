"""The Chinese business calendar: holidays, make-up workdays, Spring Festival, tax days, sales seasons.

- :mod:`years` which days of one year are off or worked, from the published calendar, from the rules beyond it, and
  from an operator's file
- :mod:`features` the same for arrays of days, as numbers for models

The functions of this menu speak of the calendar of this installation (published calendar plus
``BRAMBLING_HOLIDAY_FILE``). ``ChineseCalendar`` is there for a calendar of your own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar.features import FEATURES, table_of
from brambling.kit.calendar.years import (
    HOLIDAYS,
    YEAR_MAX,
    YEAR_MIN,
    ChineseCalendar,
    published_until,
    read_overrides,
    spring_festival,
)

__all__ = [
    "FEATURES",
    "HOLIDAYS",
    "YEAR_MAX",
    "YEAR_MIN",
    "ChineseCalendar",
    "calendar",
    "features",
    "holiday_name",
    "is_makeup_workday",
    "is_workday",
    "next_workday",
    "previous_workday",
    "published_until",
    "read_overrides",
    "spring_festival",
    "tax_deadline",
]


@cache
def calendar() -> ChineseCalendar:
    """The calendar of this installation; raises InputRejected when the operator's holiday file cannot be used."""
    from brambling.kit.settings import settings

    file = settings().holiday_file
    return ChineseCalendar(read_overrides(file) if file is not None else {})


def is_workday(day: date) -> bool:
    """Whether people work on ``day``: no weekend and no holiday, or a make-up workday."""
    return calendar().is_workday(day)


def is_makeup_workday(day: date) -> bool:
    """Whether ``day`` is a weekend day that is worked in exchange for a holiday."""
    return calendar().is_makeup_workday(day)


def holiday_name(day: date) -> str | None:
    """Stable code of the holiday that ``day`` belongs to (one of ``HOLIDAYS``), None on any other day."""
    return calendar().holiday_name(day)


def next_workday(day: date) -> date:
    """The first workday after ``day``."""
    return calendar().next_workday(day)


def previous_workday(day: date) -> date:
    """The last workday before ``day``."""
    return calendar().previous_workday(day)


def tax_deadline(year: int, month: int) -> date:
    """The last day to declare and pay the monthly taxes in ``month``; see :meth:`ChineseCalendar.tax_deadline`."""
    return calendar().tax_deadline(year, month)


def features(days: Any, of: ChineseCalendar | None = None) -> Mapping[str, NDArray[Any]]:
    """Numbers for models, one array for each name in ``FEATURES``, in the order of ``days``.

    ``days`` is anything NumPy reads as dates: ``datetime64[D]``, a list of dates, a polars Date series. Millions of
    days cost one look-up in a table of the years they span. Raises InputRejected outside ``YEAR_MIN``..``YEAR_MAX``.
    """
    when = np.asarray(days, dtype="datetime64[D]")
    if when.size == 0:
        return {name: np.empty(when.shape, dtype) for name, dtype in FEATURES.items()}
    low, high = int(when.min().astype(object).year), int(when.max().astype(object).year)
    start, columns = table_of(of or calendar(), low, high)
    index = (when - start).astype(np.int64)
    return {name: column[index] for name, column in columns.items()}
