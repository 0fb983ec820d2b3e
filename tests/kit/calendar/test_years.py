"""Published holidays, the years beyond them, and an operator's file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit import calendar
from brambling.kit.calendar import ChineseCalendar, read_overrides
from brambling.kit.calendar.years import YEAR_MAX, YEAR_MIN, special_days
from brambling.kit.errors import InputRejected

days = st.dates(date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31))


def test_published_year_has_its_holidays_and_make_up_days() -> None:
    assert calendar.holiday_name(date(2026, 2, 17)) == "spring-festival"
    assert calendar.holiday_name(date(2026, 2, 21)) == "spring-festival"  # a Saturday inside the run
    assert calendar.is_makeup_workday(date(2026, 2, 14))
    assert calendar.is_workday(date(2026, 2, 14))
    assert calendar.holiday_name(date(2026, 2, 14)) is None
    assert not calendar.is_workday(date(2026, 10, 7))
    assert calendar.holiday_name(date(2015, 9, 3)) == "victory-70"


def test_2027_comes_from_the_lunar_calendar() -> None:
    assert calendar.published_until() < 2027, "2027 is published now: move this test to the next year"
    assert calendar.spring_festival(2027) == date(2027, 2, 6)
    expected = {
        "new-year": date(2027, 1, 1),
        "spring-festival": date(2027, 2, 5),  # the eve is off since 2025
        "qingming": date(2027, 4, 5),
        "labour": date(2027, 5, 1),
        "dragon-boat": date(2027, 6, 9),
        "mid-autumn": date(2027, 9, 15),
        "national-day": date(2027, 10, 1),
    }
    for code, day in expected.items():
        assert calendar.holiday_name(day) == code
        assert not calendar.is_workday(day)


def test_a_statutory_day_on_a_weekend_is_made_good() -> None:
    # 6 and 7 February 2027, both of Spring Festival, are a weekend: 9 and 10 are off in their place
    assert [calendar.is_workday(date(2027, 2, day)) for day in (8, 9, 10, 11)] == [False, False, False, True]
    # thirteen statutory days since 2025, none of which costs a worker a weekend
    off = sum(1 for day in special_days(2027) if day.weekday() < 5)
    assert off == 13


def test_lunar_dates_agree_with_the_published_calendar() -> None:
    for year in range(2008, calendar.published_until() + 1):
        assert calendar.holiday_name(calendar.spring_festival(year)) == "spring-festival"


def test_every_published_statutory_day_is_off() -> None:
    from brambling.kit.calendar.years import statutory_days

    for year in range(2008, calendar.published_until() + 1):
        for day, _ in statutory_days(year):
            assert not calendar.is_workday(day), day


@given(days)
def test_a_day_is_worked_or_off_and_a_make_up_day_is_both_weekend_and_worked(day: date) -> None:
    if calendar.is_makeup_workday(day):
        assert calendar.is_workday(day) and day.weekday() >= 5
    if calendar.holiday_name(day):
        assert not calendar.is_workday(day)


@given(st.dates(date(YEAR_MIN, 2, 1), date(YEAR_MAX, 11, 30)))
def test_next_and_previous_workday_are_the_nearest(day: date) -> None:
    after, before = calendar.next_workday(day), calendar.previous_workday(day)
    assert before < day < after
    assert calendar.is_workday(after) and calendar.is_workday(before)
    between = [day + timedelta(k) for k in range(1, (after - day).days)]
    assert not any(calendar.is_workday(other) for other in between)


@pytest.mark.parametrize(
    ("year", "month", "deadline"),
    [
        (2026, 6, date(2026, 6, 15)),
        (2026, 3, date(2026, 3, 16)),  # the 15th is a Sunday
        (2026, 5, date(2026, 5, 22)),  # five days of Labour Day, five workdays more
        (2026, 10, date(2026, 10, 26)),  # seven days of National Day
    ],
)
def test_tax_deadline_moves_with_holidays(year: int, month: int, deadline: date) -> None:
    assert calendar.tax_deadline(year, month) == deadline


def test_an_operators_file_wins(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("date,kind,name\n2027-02-04,holiday,spring-festival\n2027-02-13,workday,\n2027-12-24,holiday,\n")
    own = ChineseCalendar(read_overrides(file))
    assert own.holiday_name(date(2027, 2, 4)) == "spring-festival"
    assert own.is_makeup_workday(date(2027, 2, 13))
    assert own.holiday_name(date(2027, 12, 24)) == "other"
    assert own.version != ChineseCalendar().version
    assert calendar.is_workday(date(2027, 2, 4))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("2027-02-04,feast,", "kind"),
        ("2027-02-04,holiday,christmas", "name"),
        ("04.02,holiday,", "date"),
        ("2027-02-05,holiday,", "date"),
    ],
)
def test_an_operators_file_is_rejected_by_row_and_column(tmp_path: Path, line: str, column: str) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text(f"date,kind,name\n2027-02-05,workday,\n{line}\n")
    with pytest.raises(InputRejected) as caught:
        read_overrides(file)
    assert (caught.value.row, caught.value.column) == (2, column)


def test_a_year_nobody_knows_is_rejected() -> None:
    with pytest.raises(InputRejected, match="no calendar for the year 2150"):
        calendar.is_workday(date(2150, 1, 1))
