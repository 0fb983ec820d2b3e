"""Time comes from a clock that is passed in, so that every run can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time. ``now`` is aware, in UTC; ``today`` is the calendar day in ``zone``."""

    def now(self) -> datetime: ...

    def today(self, zone: ZoneInfo = BEIJING) -> date: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: ZoneInfo = BEIJING) -> date:
        return self.now().astimezone(zone).date()


@dataclass(slots=True)
class FixedClock:
    """A clock that moves only when told: the fake that ships with the port."""

    at: datetime
    on_move: list[Callable[[datetime], None]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def today(self, zone: ZoneInfo = BEIJING) -> date:
        return self.now().astimezone(zone).date()

    def move(self, **delta: float) -> None:
        """Move by a timedelta given in its own words: ``clock.move(days=1)``."""
        self.at += timedelta(**delta)
        for listener in self.on_move:
            listener(self.at)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock moved by ``shift``: time runs on, on another day. For demonstrations on data of a past day."""

    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def today(self, zone: ZoneInfo = BEIJING) -> date:
        return self.now().astimezone(zone).date()
