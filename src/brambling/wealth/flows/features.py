"""Days into numbers: the day types and the design matrix that every candidate shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar import HOLIDAYS, features

CalendarName = Literal["CN", "none"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SATURDAY, SUNDAY, HOLIDAY = 5, 6, 7
DAY_TYPES = 8


@dataclass(frozen=True)
class Calendar:
    """A run of days with what is known of each beforehand.

    ``day_type``: 0-4 workday by weekday (a make-up workday counts as Monday: it opens a week of work), 5 and 6 weekend,
    7 a holiday on a weekday. ``design`` has one row a day: what a regression may use. ``numbers`` is what trees use.
    """

    days: NDArray[np.datetime64]
    day_type: Ints
    month_day: Ints
    workday: NDArray[np.bool_]
    design: Floats
    numbers: Floats


def calendar_of(first: np.datetime64, length: int, name: CalendarName = "CN") -> Calendar:
    """The calendar of ``length`` days from ``first``; ``none`` knows weekdays and months only."""
    days = first + np.arange(length)
    facts = {key: np.asarray(column) for key, column in features(days).items()}
    if name == "none":
        weekend = facts["weekday"] >= SATURDAY
        facts["workday"], facts["makeup_workday"] = ~weekend, np.zeros(length, dtype=bool)
        facts["holiday"] = np.zeros(length, dtype=np.int8)
        facts["days_off_before"] = np.where(facts["weekday"] == 0, 2, np.where(facts["weekday"] == SUNDAY, 1, 0))
        facts["days_off_after"] = np.where(facts["weekday"] == 4, 2, np.where(facts["weekday"] == SATURDAY, 1, 0))
        facts["days_to_spring_festival"] = np.full(length, 180, dtype=np.int16)
    weekday, workday = facts["weekday"].astype(np.int64), facts["workday"].astype(bool)
    day_type = np.where(workday, np.where(facts["makeup_workday"], 0, weekday), np.where(weekday < 5, HOLIDAY, weekday))
    return Calendar(
        days=days,
        day_type=day_type.astype(np.int64),
        month_day=facts["day_of_month"].astype(np.int64),
        workday=workday,
        design=_design(facts, day_type),
        numbers=_numbers(facts, day_type),
    )


def _design(facts: dict[str, NDArray[np.generic]], day_type: Ints) -> Floats:
    """Columns of the calendar regression; each is a step or a ramp in [-1, 1], so one ridge penalty fits them all."""
    workday = facts["workday"].astype(bool)
    makeup = facts["makeup_workday"].astype(bool)
    weekday = facts["weekday"].astype(int)
    before, after = facts["days_off_before"].astype(int), facts["days_off_after"].astype(int)
    day, left = facts["day_of_month"].astype(int), facts["days_to_month_end"].astype(int)
    month, festival = facts["month"].astype(int), facts["days_to_spring_festival"].astype(int)
    phase = 2 * np.pi * (day - 0.5) / (day + left)
    quarter = month % 3 == 0
    tax = facts["days_to_tax_day"].astype(int)
    plain_off = (weekday == 0) & (before == 2)
    columns = [*(((day_type == kind) & ~makeup) for kind in range(DAY_TYPES)), makeup]
    columns += [
        workday & (before > 0) & ~plain_off,  # the first day back, weekends apart
        workday & (after > 0) & ~((weekday == 4) & (after == 2)),
        workday & (before >= 3),
        workday & (after >= 3),
        np.roll(workday & (after >= 3), -1) & workday,
        np.roll(workday & (before >= 3), 1) & workday,
        *(wave(k * phase) for k in (1, 2, 3) for wave in (np.sin, np.cos)),
        left == 0,
        (left == 1) | (left == 2),
        day == 1,
        (day == 2) | (day == 3),
        quarter & (left <= 2),
        np.where(quarter, np.clip(1 - left / 10, 0, 1), 0),
        (month % 3 == 1) & (day <= 3),
        (month == 12) & (left <= 2),
        (tax >= -1) & (tax <= 0),
        (day == 10),
        (day == 15) | (day == 16),
        (day == 20),
        (day == 25),
        (month == 6) & (day >= 16) & (day <= 20),
        (month == 11) & (day >= 9) & (day <= 12),
        (festival >= -14) & (festival < -1),
        np.where((festival >= -7) & (festival < 0), 1 + festival / 7, 0),
        (festival >= -1) & (festival < 7),
        (festival >= 7) & (festival < 16),
    ]
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _numbers(facts: dict[str, NDArray[np.generic]], day_type: Ints) -> Floats:
    festival = np.clip(facts["days_to_spring_festival"].astype(float), -30, 30)
    holiday = np.isin(facts["holiday"].astype(int), [HOLIDAYS.index(""), *()], invert=True)
    named = ("day_of_month", "days_to_month_end", "days_off_before", "days_off_after", "days_to_tax_day")
    columns = [day_type, facts["workday"], holiday, *(facts[key] for key in named), facts["month"].astype(int) % 3]
    return np.stack([*(np.asarray(column, dtype=np.float64) for column in columns), festival], axis=1)
