"""Which past days resemble a coming one: the calendar as weights on history.

Money of a business moves with the position in the month, the weekday, the days people work and the season, and the
season of China hangs on a feast that moves. A past day is a good stand-in for a coming day when it is recent and has
the same place in all of these; nothing is fitted, the kernels below are stated widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from brambling.kit.calendar import features

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTH_WIDTH = 0.15  # of a month: kernel of the position in the month
WORKDAYS_WIDTH = 2.0  # kernel of the number of workdays in a block
SEASON_DAYS = 21.0  # kernel of the day of the year, and of how far Spring Festival reaches
FEAST_DAYS = 7.0  # kernel of the distance to Spring Festival
RECENCY_DAYS = 210.0  # half-life of history where calendar positions are matched
_LEAST = 1e-3  # no past day is ruled out: with a short history the best match may be a poor one


@dataclass(frozen=True, eq=False)
class Almanac:
    """Calendar positions of the history (first ``origin`` entries) and of the days ahead."""

    origin: int  # number of history days; day ``origin`` is the first one ahead
    weekday: Integers
    phase: Floats  # position in the month, 0 on the first day, below 1 on the last
    worked: Floats  # workdays before each day, counted from the first; one entry more than days
    festival: Floats  # days from the nearest Spring Festival, signed
    year_day: Floats  # position in the year, 0..365

    @property
    def days(self) -> int:
        """History and days ahead."""
        return self.weekday.size


def almanac(first: date, origin: int, horizon_days: int) -> Almanac:
    """The almanac of ``origin`` days from ``first`` and ``horizon_days`` more."""
    days = np.arange(np.datetime64(first), np.datetime64(first + timedelta(days=origin + horizon_days)))
    table = features(days)
    in_month = table["day_of_month"].astype(np.float64) - 1
    length = in_month + table["days_to_month_end"] + 1
    return Almanac(
        origin=origin,
        weekday=table["weekday"].astype(np.int64),
        phase=in_month / length,
        worked=np.concatenate([[0.0], np.cumsum(table["workday"], dtype=np.float64)]),
        festival=table["days_to_spring_festival"].astype(np.float64),
        year_day=(days - days.astype("datetime64[Y]")).astype(np.float64),
    )


def recency(ages: Floats, half_life_days: float) -> Floats:
    """Weight 1 for the newest, half for each ``half_life_days`` of age."""
    weights: Floats = np.exp2(-ages / half_life_days)
    return weights


def start_weights(book: Almanac, target: int, starts: int, span: int) -> Floats:
    """How well each of the first ``starts`` history days can stand in for day ``target`` as the first of ``span`` days.

    Product of recency, position in the month, weekday (a block that starts on another weekday counts a fifth), number
    of workdays in the block (holidays and make-up days moved them) and season: up to twice the weight at the same time
    of the year, which also brings 18 June and 11 November together. Around Spring Festival the distance to the feast
    takes over: the position in the month counts half, and days at the same distance from their own feast come in
    whatever their date.
    """
    gap = np.abs(book.phase[:starts] - book.phase[target])
    gap = np.minimum(gap, 1.0 - gap)
    month = np.exp(-0.5 * (gap / MONTH_WIDTH) ** 2)
    week = np.where(book.weekday[:starts] == book.weekday[target], 1.0, 0.2)
    work = book.worked[span : span + starts] - book.worked[:starts]
    work = work - (book.worked[target + span] - book.worked[target])
    week = week * np.exp(-0.5 * (work / WORKDAYS_WIDTH) ** 2)
    apart = np.abs(book.year_day[:starts] - book.year_day[target])
    apart = np.minimum(apart, 365.0 - apart)
    season = np.exp(-0.5 * (apart / SEASON_DAYS) ** 2)
    middle = min(target + span // 2, book.days - 1)
    near = np.exp(-0.5 * (book.festival[middle] / SEASON_DAYS) ** 2)
    feast = np.exp(-0.5 * ((book.festival[:starts] - book.festival[target]) / FEAST_DAYS) ** 2)
    usual = month * week * (1.0 + season)
    weights = (1.0 - 0.5 * near) * usual + 2.0 * near * feast + _LEAST
    closeness: Floats = weights * recency(np.arange(book.origin - 1, book.origin - 1 - starts, -1.0), RECENCY_DAYS)
    return closeness
