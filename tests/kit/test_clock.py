"""Time is passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from brambling.kit.clock import FixedClock, SystemClock


def test_a_fixed_clock_moves_when_told_and_tells_its_listeners() -> None:
    clock = FixedClock(datetime(2026, 3, 10, 15, 30, tzinfo=UTC))
    heard: list[datetime] = []
    clock.on_move.append(heard.append)
    clock.move(hours=1)
    assert clock.now() == datetime(2026, 3, 10, 16, 30, tzinfo=UTC) == heard[0]


def test_today_is_the_day_where_one_is() -> None:
    clock = FixedClock(datetime(2026, 3, 10, 16, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 3, 11)  # half past midnight in Beijing
    assert clock.today(ZoneInfo("Europe/London")) == date(2026, 3, 10)


def test_the_system_clock_is_aware_and_runs() -> None:
    first, second = SystemClock().now(), SystemClock().now()
    assert first.utcoffset() == timedelta(0) and second >= first
    assert SystemClock().today() - first.date() <= timedelta(1)
