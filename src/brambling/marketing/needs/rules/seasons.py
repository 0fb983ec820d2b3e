"""When a trade's season begins: the framework of trades, by GB/T 4754 code. Pure.

A season is a fact of trade *and* place: the travel season makes the year of a restaurant beside a scenic area, and
passes by one in a factory town.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brambling.kit.calendar import spring_festival
from brambling.kit.errors import InputRejected

SPRING_FESTIVAL = "spring-festival"


@dataclass(frozen=True)
class Season:
    """A season of the trades whose code starts with ``code``.

    ``begins`` is MM-DD, or ``spring-festival`` for the season that begins ``days_ahead`` days before it. With
    ``scenic`` it is one of businesses in scenic areas only. Raises InputRejected for another ``begins`` or ``code``.
    """

    code: str
    name: str
    begins: str
    days_ahead: int = 0
    scenic: bool = False

    def __post_init__(self) -> None:
        if not self.code.isdigit() or len(self.code) > 4:
            raise InputRejected(f"{self.code!r} is no trade", expected="the first 2 to 4 digits of a GB/T 4754 code")
        if self.begins != SPRING_FESTIVAL:
            try:
                self.on(2001)
            except ValueError:
                raise InputRejected(
                    f"{self.begins!r} is no day of a year", expected="MM-DD or spring-festival"
                ) from None

    def on(self, year: int) -> date:
        """The day it begins in ``year``."""
        if self.begins == SPRING_FESTIVAL:
            return spring_festival(year) - timedelta(days=self.days_ahead)
        month, _dash, day = self.begins.partition("-")
        return date(year, int(month), int(day)) - timedelta(days=self.days_ahead)


@dataclass(frozen=True)
class SeasonTable:
    """The seasons of trades."""

    version: str
    seasons: tuple[Season, ...]


# A framework of trades: the seasons of one GB/T 4754 code. The shipped table is one; another room may offer a finer one.
Framework = Callable[[str], Sequence[Season]]


def seasons_of(table: SeasonTable, trade: str) -> tuple[Season, ...]:
    """The seasons of a trade: those of the longest code that is the beginning of its own."""
    fits = [season for season in table.seasons if trade.startswith(season.code)]
    longest = max((len(season.code) for season in fits), default=0)
    return tuple(season for season in fits if len(season.code) == longest)


def next_season(seasons: Sequence[Season], scenic: bool | None, today: date) -> tuple[date | None, bool]:
    """The next day on which a season begins, and whether that is known.

    (None, True): the trade has no season, or none where the business is. (None, False): it has one in scenic areas and
    nobody knows whether this is one.
    """
    counted = [season for season in seasons if not season.scenic or scenic]
    days = [season.on(year) for season in counted for year in (today.year, today.year + 1)]
    ahead = [day for day in days if day >= today]
    if ahead:
        return min(ahead), True
    return None, scenic is not None or not any(season.scenic for season in seasons)
