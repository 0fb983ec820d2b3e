"""Which days of a year are off and which are worked, in the mainland of China.

Three sources, the later one wins:

1. the rules: days off by the State Council's regulation on holidays for national annual leave and memorial days,
   with the lunar dates of Spring Festival, Dragon Boat and Mid-Autumn and the solar term Qingming. A statutory day on
   a weekend is made good on the next day that would have been worked. Make-up workdays cannot be known by rule.
2. the published calendar (``chinesecalendar``), which replaces the rules for the years it has;
3. an operator's file, for the arrangement of a year that the package does not have yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from brambling.kit.errors import InputRejected

YEAR_MIN, YEAR_MAX = 1901, 2098  # the lunar calendar is known from 1900 to 2099, and a year looks at its neighbours

# Stable codes; models store the position (0 is no holiday), so new ones go to the end.
HOLIDAYS = (
    "",
    "new-year",
    "spring-festival",
    "qingming",
    "labour",
    "dragon-boat",
    "mid-autumn",
    "national-day",
    "victory-70",
    "other",
)
WORKED = "workday"  # the kind of a make-up workday in a year's table and in the operator's file

_PUBLISHED_NAMES = {
    "New Year's Day": "new-year",
    "Spring Festival": "spring-festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour",
    "Dragon Boat Festival": "dragon-boat",
    "Mid-autumn Festival": "mid-autumn",
    "National Day": "national-day",
    "Anti-Fascist 70th Day": "victory-70",
}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ChineseCalendar:
    """The published calendar, the rules beyond it, and ``overrides``: day -> ``workday`` or a code of ``HOLIDAYS``."""

    overrides: Mapping[date, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.overrides.items())))

    @property
    def version(self) -> str:
        """What the answers rest on: last published year and a digest of the overrides."""
        words = "\n".join(f"{day}={kind}" for day, kind in sorted(self.overrides.items()))
        digest = hashlib.sha256(words.encode()).hexdigest()[:12] if words else "none"
        return f"published-{published_until()}+overrides-{digest}"

    def _special(self, day: date) -> str | None:
        return self.overrides.get(day) or special_days(day.year).get(day)

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``."""
        special = self._special(day)
        return special == WORKED if special else day.weekday() < 5

    def is_makeup_workday(self, day: date) -> bool:
        """Whether ``day`` is a weekend day that is worked."""
        return day.weekday() >= 5 and self._special(day) == WORKED

    def holiday_name(self, day: date) -> str | None:
        """Code of the holiday that ``day`` belongs to, weekend days inside a holiday included."""
        special = self._special(day)
        return special if special != WORKED else None

    def next_workday(self, day: date) -> date:
        """The first workday after ``day``."""
        day += _DAY
        while not self.is_workday(day):
            day += _DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The last workday before ``day``."""
        day -= _DAY
        while not self.is_workday(day):
            day -= _DAY
        return day

    def tax_deadline(self, year: int, month: int) -> date:
        """The last day to declare and pay the monthly taxes (VAT, income tax withheld) in ``month``.

        The 15th; a run of three or more holiday days within the first half pushes it by as many workdays, and a day
        off moves to the next workday (article 109 of the implementing rules of the Tax Collection Law). The tax
        administration publishes the binding dates; this is the rule they follow.
        """
        deadline = date(year, month, 15)
        run = longest = 0
        for number in range(1, 16):
            run = run + 1 if self.holiday_name(date(year, month, number)) else 0
            longest = max(longest, run)
        for _ in range(longest if longest >= 3 else 0):
            deadline = self.next_workday(deadline)
        return deadline if self.is_workday(deadline) else self.next_workday(deadline)


@cache
def special_days(year: int) -> Mapping[date, str]:
    """Days of ``year`` that are not what their weekday says, or belong to a holiday: day -> code or ``workday``."""
    _require(year)
    if _first_published() <= year <= published_until():
        return _published()[year]
    return _by_rule(year)


@cache
def _published() -> Mapping[int, Mapping[date, str]]:
    from chinese_calendar.constants import holidays, workdays

    years: dict[int, dict[date, str]] = {}
    for day, name in holidays.items():
        years.setdefault(day.year, {})[day] = _PUBLISHED_NAMES.get(str(name), "other")
    for day in workdays:
        years.setdefault(day.year, {})[day] = WORKED
    return years


def _first_published() -> int:
    return min(_published())


def published_until() -> int:
    """The last year whose holidays and make-up days are published in the installed calendar package."""
    return max(_published())


def _by_rule(year: int) -> Mapping[date, str]:
    days: dict[date, str] = {}
    owed: list[str] = []
    for day, code in statutory_days(year):
        if day.weekday() >= 5 or day in days:
            owed.append(code)
        days.setdefault(day, code)
    for code in owed:
        day = max(known for known, name in days.items() if name == code) + _DAY
        while day.weekday() >= 5 or day in days:
            days.setdefault(day, code)  # the weekend between two days off belongs to the holiday
            day += _DAY
        days[day] = code
    return _with_weekends(days)


def _with_weekends(days: dict[date, str]) -> Mapping[date, str]:
    """Weekend days that touch a holiday belong to it."""
    whole = dict(days)
    for day, code in sorted(days.items()):
        for step in (_DAY, -_DAY):
            near = day + step
            while near.weekday() >= 5 and near.year == day.year:
                whole.setdefault(near, code)
                near += step
    return whole


def statutory_days(year: int) -> list[tuple[date, str]]:
    """The days off for all citizens in ``year`` by the regulation in force then (of 1949, 1999, 2007, 2013 and 2024)."""
    festival = spring_festival(year)
    eve = 2008 <= year <= 2013 or year >= 2025
    days = [(date(year, 1, 1), "new-year")]
    days += [
        (festival + k * _DAY, "spring-festival") for k in range(-1 if eve else 0, 2 if 2008 <= year <= 2013 else 3)
    ]
    labour = 2 if year >= 2025 else 3 if 2000 <= year <= 2007 else 1
    days += [(date(year, 5, number), "labour") for number in range(1, labour + 1)]
    if year >= 2008:
        days.append((_qingming(year), "qingming"))
        days.append((_lunar(year, 5, 5), "dragon-boat"))
        days.append((_lunar(year, 8, 15), "mid-autumn"))
    days += [(date(year, 10, number), "national-day") for number in range(1, 3 if year < 1999 else 4)]
    return sorted(days)


@cache
def spring_festival(year: int) -> date:
    """The first day of the first lunar month that falls in the Gregorian ``year``."""
    return _lunar(year, 1, 1)


def _lunar(year: int, month: int, day: int) -> date:
    _require(year)
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _qingming(year: int) -> date:
    """The solar term Qingming, by the day formula for the 21st century ([Y x 0.2422 + 4.81] - [Y / 4])."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def _require(year: int) -> None:
    if not YEAR_MIN - 1 <= year <= YEAR_MAX + 1:
        raise InputRejected(f"no calendar for the year {year}", expected=f"a year from {YEAR_MIN} to {YEAR_MAX}")


def read_overrides(path: Path) -> dict[date, str]:
    """An operator's holidays: CSV with ``date``, ``kind`` (holiday or workday) and, if it has one, ``name``.

    ``name`` is a code of ``HOLIDAYS``; a holiday without one is ``other``. Raises InputRejected with row and column
    for anything else, and for a day that stands twice.
    """
    from brambling.kit.files import Column, read_table

    columns = (Column("date", "date"), Column("kind"), Column("name", required=False, nullable=True))
    overrides: dict[date, str] = {}
    for row, line in enumerate(read_table(path, columns).iter_rows(named=True), start=1):
        day, kind, name = line["date"], line["kind"].lower(), line.get("name")
        if kind not in ("holiday", WORKED):
            raise InputRejected(
                f"{kind!r} is no kind of day", file=path, row=row, column="kind", expected="holiday or workday"
            )
        if name is not None and name not in HOLIDAYS[1:]:
            known = " ".join(HOLIDAYS[1:])
            raise InputRejected(
                f"{name!r} is no holiday", file=path, row=row, column="name", expected=f"one of {known}"
            )
        if day in overrides:
            raise InputRejected(f"{day} stands twice", file=path, row=row, column="date")
        overrides[day] = WORKED if kind == WORKED else name or "other"
    return overrides
