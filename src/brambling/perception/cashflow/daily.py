"""From the rows of a statement to one number a day: the series that a twin continues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected

Floats = NDArray[np.float64]

# Below this a 30-day window was seen twice at most, and nothing that returns monthly can be told from chance.
HISTORY_DAYS_MIN = 60
# One movement a week over a quarter: with fewer every future repeats the same two or three days.
MOVEMENTS_MIN = 12

# Own money moving between pockets says nothing of what the business earns or spends.
NOT_TURNOVER = ("transfer", "loan", "owner")
COMMITTED = ("payroll", "tax", "rent", "loan")


@dataclass(frozen=True, eq=False)
class Daily:
    """Flows by day, one entry a day without gaps; index i is ``first`` + i days. Whole minor units as float64."""

    first: date
    money_in: Floats  # >= 0
    money_out: Floats  # >= 0
    turnover_in: Floats  # money in without own transfers, loans and owner's money
    turnover_out: Floats
    committed_out: Floats  # money out for payroll, tax, rent and loans

    @property
    def days(self) -> int:
        """How many days the history spans."""
        return self.money_in.size

    @property
    def last(self) -> date:
        """The last day of the history."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def net(self) -> Floats:
        """Money in less money out, by day."""
        return self.money_in - self.money_out

    def frame(self) -> pl.DataFrame:
        """date, net_minor, in_minor, out_minor."""
        return pl.DataFrame(
            {
                "date": pl.date_range(self.first, self.last, eager=True),
                "net_minor": self.net.astype(np.int64),
                "in_minor": self.money_in.astype(np.int64),
                "out_minor": self.money_out.astype(np.int64),
            }
        )


def day_numbers(rows: pl.DataFrame) -> NDArray[np.int64]:
    """Days since 1970-01-01 of column ``date``."""
    return rows["date"].to_physical().cast(pl.Int64).to_numpy()


def daily(rows: pl.DataFrame, *, as_of: date | None = None, movements_min: int = 1) -> Daily:
    """Sum ``rows`` (date, amount_minor, optional category) by day, up to ``as_of`` (default: the last row's day).

    Raises InputRejected when rows lie after ``as_of``, or when the history is shorter than ``HISTORY_DAYS_MIN`` days or
    has fewer than ``movements_min`` rows; the message says how many more days and movements are needed.
    """
    if rows.height == 0:
        _require_enough(0, 0, movements_min)
    numbers = day_numbers(rows)
    start = int(numbers.min())
    first = date(1970, 1, 1) + timedelta(days=start)
    end = (as_of - date(1970, 1, 1)).days if as_of is not None else int(numbers.max())
    if int(numbers.max()) > end:
        raise InputRejected(f"the statement has rows after {as_of}", expected=f"rows up to {as_of}")
    days = end - start + 1
    _require_enough(days, rows.height, movements_min)
    amounts = rows["amount_minor"].to_numpy().astype(np.float64)
    places = numbers - start
    plain = np.ones(amounts.size, dtype=bool)
    committed = np.zeros(amounts.size, dtype=bool)
    if "category" in rows.columns:
        plain = ~rows["category"].is_in(NOT_TURNOVER).to_numpy()
        committed = rows["category"].is_in(COMMITTED).to_numpy()

    def total(values: Floats) -> Floats:
        return np.bincount(places, weights=values, minlength=days).astype(np.float64)

    coming, going = np.maximum(amounts, 0), np.maximum(-amounts, 0)
    return Daily(
        first, total(coming), total(going), total(coming * plain), total(going * plain), total(going * committed)
    )


def _require_enough(days: int, movements: int, movements_min: int) -> None:
    """Raise how much more a twin needs."""
    needs = []
    if days < HISTORY_DAYS_MIN:
        needs.append(_counted(HISTORY_DAYS_MIN - days, "more day"))
    if movements < movements_min:
        needs.append(_counted(movements_min - movements, "more movement"))
    if needs:
        raise InputRejected(
            f"the statement covers {_counted(days, 'day')} with {_counted(movements, 'movement')}, too little for a "
            f"twin: it needs {' and '.join(needs)}",
            expected=f"at least {HISTORY_DAYS_MIN} days of history and {movements_min} movements",
        )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
