"""From the statements of many businesses to what a need finder reads: days on a grid, and numbers as of a day.

Amounts are smallest units; numbers for the model are in days of the business's own operating costs, so that a kiosk and
a factory are read alike. Nothing after the day asked about enters its features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DUTIES = ("rent", "tax", "payroll", "loan")
NOT_OPERATING = ("owner", "transfer", "loan")
NOT_COSTS = (*NOT_OPERATING, "tax")
WINDOWS_DAYS = (30, 60, 90)
REPLAYS_DAYS = (61, 92, 122, 183, 365)  # two, three, four and six months back, and the same season of last year
HORIZON_DAYS = 60
NEVER_DAYS = 200


@dataclass(frozen=True, eq=False)
class Histories:
    """Statements of many businesses on one grid of days: arrays [businesses, days] from ``start`` on.

    ``balance`` is that at the end of each day, ``flows`` the net flow by group, ``costs`` what was paid for the
    operation, ``put_in`` what the owner brought. ``trade`` and ``opened_on`` are those of the customers.
    """

    customers: tuple[str, ...]
    trade: Floats
    opened_on: tuple[date | None, ...]
    start: date
    balance: Floats
    net: Floats
    operating: Floats
    costs: Floats
    put_in: Floats
    outside: Floats  # what is known to lie in reserves and funds elsewhere: moved out and not yet back
    duties: Mapping[str, Floats]

    @property
    def days(self) -> int:
        """Days of the grid."""
        return int(self.net.shape[1])

    @cached_property
    def sums(self) -> Mapping[str, Floats]:
        """Running sums with a zero before the first day: a window is one difference."""
        parts = {"net": self.net, "operating": self.operating, "costs": self.costs, "put_in": self.put_in}
        return {name: np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for name, part in parts.items()}

    def window(self, name: str, first: int, stop: int) -> Floats:
        """The sum of a part over the days ``first`` to ``stop - 1``."""
        running = self.sums[name]
        out: Floats = running[:, stop] - running[:, max(first, 0)]
        return out

    def cost_a_day(self, at: int) -> Floats:
        """Operating costs a day over the year before day ``at``, at least one unit."""
        return np.maximum(self.window("costs", at - 365, at) / max(1, min(365, at)), 1.0)


def histories(statements: pl.DataFrame, customers: pl.DataFrame) -> Histories:
    """The grid of ``statements`` (customer, date, amount_minor, balance_minor, category; each in the order of its account).

    ``customers`` has customer, gbt4754 and opened_on. Raises InputRejected for statements of nobody in it.
    """
    import polars as pl

    names = customers["customer"].cast(pl.String).to_list()
    place = pl.DataFrame({"customer": names, "i": np.arange(len(names))})
    lines = statements.with_columns(pl.col("customer").cast(pl.String)).join(place, on="customer", how="inner")
    if lines.height == 0:
        raise InputRejected("no statement belongs to one of the customers", expected="statements of the customers")
    start: date = lines["date"].min()  # type: ignore[assignment]
    lines = lines.with_columns(d=(pl.col("date") - start).dt.total_days())
    shape = (len(names), int(lines["d"].max()) + 1)  # type: ignore[arg-type]

    def grid(rows: pl.DataFrame) -> Floats:
        out = np.zeros(shape)
        np.add.at(out, (rows["i"].to_numpy(), rows["d"].to_numpy()), rows["amount_minor"].to_numpy())
        return out

    kind, money_in = pl.col("category"), pl.col("amount_minor") > 0
    moved = np.cumsum(-grid(lines.filter(kind == "transfer")), axis=1)
    codes = customers["gbt4754"].cast(pl.String).str.extract(r"(\d+)").cast(pl.Float64)
    return Histories(
        customers=tuple(names),
        trade=codes.fill_null(-1).to_numpy(),
        opened_on=tuple(customers["opened_on"].to_list()),
        start=start,
        balance=_balances(lines, shape),
        net=grid(lines),
        operating=grid(lines.filter(~kind.is_in(NOT_OPERATING))),
        costs=-grid(lines.filter(~kind.is_in(NOT_COSTS) & ~money_in)),
        put_in=grid(lines.filter((kind == "owner") & money_in)),
        outside=moved - np.minimum(np.minimum.accumulate(moved, axis=1), 0),
        duties={name: grid(lines.filter(kind == name)) for name in DUTIES},
    )


def _balances(lines: pl.DataFrame, shape: tuple[int, int]) -> Floats:
    import polars as pl

    last = lines.group_by("i", "d", maintain_order=True).agg(pl.col("balance_minor").last())
    seen = np.full(shape, np.nan)
    seen[last["i"].to_numpy(), last["d"].to_numpy()] = last["balance_minor"].to_numpy()
    day = np.where(np.isnan(seen), 0, np.arange(shape[1]))
    carried: Floats = np.take_along_axis(seen, np.maximum.accumulate(day, axis=1), axis=1)
    return np.nan_to_num(carried)


def numbers_at(known: Histories, at: int, safety_days: int) -> Floats:
    """The features of each business as of day ``at`` of the grid, [businesses, features]; only days before it are read."""
    cost = known.cost_a_day(at)
    columns = [*_levels(known, at, safety_days), *_replays(known, at, safety_days), *_duties(known, at)]
    day = known.start + timedelta(days=at)
    age = [NEVER_DAYS if opened is None else (day - opened).days for opened in known.opened_on]
    plain = [np.log(cost), np.full(len(cost), float(day.month)), known.trade, np.array(age, dtype=float)]
    return np.column_stack([column / cost if i < _SCALED else column for i, column in enumerate(columns)] + plain)


# the columns of _levels that are amounts
_SCALED = 3 + 5 * len(WINDOWS_DAYS)


def _levels(known: Histories, at: int, safety_days: int) -> list[Floats]:
    """Balances and flows of the last weeks; the last column is the share of days under the safety buffer."""
    out = [known.balance[:, at - 1], known.outside[:, at - 1], known.balance[:, at - 1] + known.outside[:, at - 1]]
    for days in WINDOWS_DAYS:
        recent = known.balance[:, max(0, at - days) : at]
        out += [recent.min(axis=1), recent.mean(axis=1), known.window("net", at - days, at)]
        out += [known.window("operating", at - days, at), known.window("put_in", at - days, at)]
    low = known.balance[:, max(0, at - 60) : at] < safety_days * known.cost_a_day(at)[:, None]
    return [*out, low.mean(axis=1)]


def _replays(known: Histories, at: int, safety_days: int) -> list[Floats]:
    """What would come if the days of some months ago came again: the lowest point, and the first day under the buffer."""
    cost, running = known.cost_a_day(at), known.sums["operating"]
    free = known.balance[:, at - 1] + known.outside[:, at - 1]
    out = []
    for back in REPLAYS_DAYS:
        first = at - back
        if first < 0:
            out += [np.full(len(cost), np.nan)] * 2
            continue
        path = free[:, None] + running[:, first + 1 : min(first + HORIZON_DAYS, at) + 1] - running[:, [first]]
        low = path < safety_days * cost[:, None]
        out += [path.min(axis=1) / cost, np.where(low.any(axis=1), low.argmax(axis=1), NEVER_DAYS).astype(float)]
    return out


def _duties(known: Histories, at: int) -> list[Floats]:
    """Of rent, tax, wages and loans: days since the last payment, how large it was, and how many in 90 days."""
    cost, out = known.cost_a_day(at), []
    for flows in known.duties.values():
        paid = flows[:, :at] != 0
        since = np.where(paid.any(axis=1), paid[:, ::-1].argmax(axis=1), NEVER_DAYS)
        last = flows[np.arange(len(cost)), np.maximum(at - 1 - since, 0)]
        out += [np.minimum(since, NEVER_DAYS).astype(float), np.where(paid.any(axis=1), last, 0.0) / cost]
        out.append(paid[:, -90:].sum(axis=1).astype(float))
    return out
