"""Rows into time order, and the running balance as the proof that nothing is missing.

A bank prints oldest or newest first, and within one day sometimes in no order at all. The balance tells: every row is
an edge from the balance before it to the balance after it, so the order of a day is a trail that uses every edge once
(Hierholzer 1873), begun at the balance of the evening before. Where no such trail exists the file is rejected.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Ordered:
    """Rows in time order, and the closing balance over all accounts (None where a balance is unknown)."""

    rows: pl.DataFrame
    closing_balance_minor: int | None


def order(rows: pl.DataFrame, *, currency: str, file: Path | None, own_books: bool = False) -> Ordered:
    """Bring rows (row, date, amount_minor, balance_minor, account, ...) into time order and check the balances.

    Each account is ordered and checked by itself. ``own_books`` allows that debit and credit are those of the firm's
    own books: when the balance adds up only with all signs turned, they are turned. Raises InputRejected with the
    first row whose balance is not the one before it plus its amount, and with rows that stand twice.
    """
    import polars as pl

    parts: list[pl.DataFrame] = []
    closings: list[int | None] = []
    for part in rows.partition_by("account", maintain_order=True):
        if part["balance_minor"].null_count() == part.height:
            parts.append(_by_date(part))
            closings.append(None)
            continue
        placed = _by_balance(part, currency, file, own_books)
        closings.append(_closing(placed))
        parts.append(placed.sort("date", maintain_order=True))
    whole = parts[0] if len(parts) == 1 else pl.concat(parts).sort("date", maintain_order=True)
    known = [closing for closing in closings if closing is not None]
    return Ordered(whole, sum(known) if len(known) == len(closings) else None)


def settle(rows: pl.DataFrame) -> Ordered:
    """The same for rows that were accepted before, perhaps from several files with a gap between them: nothing is
    rejected, and an account whose balances have no order that adds up keeps the order it has."""
    import polars as pl

    parts: list[pl.DataFrame] = []
    closings: list[int | None] = []
    for part in rows.partition_by("account", maintain_order=True):
        known = part["balance_minor"].null_count() < part.height
        repaired = _repair(part) if known and _faults(part).any() else None
        parts.append(part if repaired is None else repaired)
        closings.append(_closing(parts[-1]) if known else None)
    whole = parts[0] if len(parts) == 1 else pl.concat(parts).sort("date", maintain_order=True)
    sums = [closing for closing in closings if closing is not None]
    return Ordered(whole, sum(sums) if len(sums) == len(closings) else None)


def _by_date(rows: pl.DataFrame) -> pl.DataFrame:
    """Time order without balances: newest-first files are turned round, so that a day's own order is kept."""
    days = rows["date"]
    if "time" in rows.columns and rows["time"].null_count() == 0:
        return (rows.reverse() if days.is_sorted(descending=True) else rows).sort("date", "time", maintain_order=True)
    newest_first = days.is_sorted(descending=True) and not days.is_sorted()
    return (rows.reverse() if newest_first else rows).sort("date", maintain_order=True)


def _by_balance(rows: pl.DataFrame, currency: str, file: Path | None, own_books: bool) -> pl.DataFrame:
    import polars as pl

    turned = rows.reverse()
    ways = [turned, rows] if _newest_first(rows) else [rows, turned]
    faults = [_faults(way) for way in ways]
    for way, fault in zip(ways, faults, strict=True):
        if not fault.any():
            _reject_standing_twice(way.filter(pl.col("amount_minor") == 0), file)
            return way
    if own_books and rows.height >= 3:
        for way in ways:
            mirrored = way.with_columns(-pl.col("amount_minor"))
            if not _faults(mirrored).any():
                return mirrored
    in_line = rows["date"].is_sorted() or rows["date"].is_sorted(descending=True)
    best = 0 if in_line else min((0, 1), key=lambda way: int(faults[way].sum()))
    repaired = _repair(ways[best].sort("date", maintain_order=True))
    if repaired is not None:
        return repaired
    _reject_standing_twice(rows, file)
    raise _does_not_add_up(ways[best], faults[best], currency, file)


def _newest_first(rows: pl.DataFrame) -> bool:
    days = rows["date"]
    return days.is_sorted(descending=True) and not days.is_sorted()


def _expected(rows: pl.DataFrame) -> pl.Series:
    """The balance each row should have: the last one known before it plus every amount since; null for the first."""
    import polars as pl

    total = pl.col("amount_minor").cum_sum()
    base = (pl.col("balance_minor") - total).forward_fill().shift(1)
    return rows.select((base + total).alias("expected"))["expected"]


def _faults(rows: pl.DataFrame) -> pl.Series:
    return (_expected(rows) != rows["balance_minor"]).fill_null(False)


def _closing(rows: pl.DataFrame) -> int:
    import polars as pl

    total = pl.col("amount_minor").cum_sum()
    return int(rows.select(((pl.col("balance_minor") - total).forward_fill() + total).last()).item())


def _reject_standing_twice(rows: pl.DataFrame, file: Path | None) -> None:
    """Reject rows that are alike in every column of the file, balance too."""
    import polars as pl

    twice = rows.filter(
        pl.struct("fingerprint", "balance_minor").is_duplicated(), pl.col("balance_minor").is_not_null()
    )
    if twice.height == 0:
        return
    first = twice.sort("row").row(0, named=True)
    alike = twice.filter(pl.col("fingerprint") == first["fingerprint"]).sort("row")["row"].to_list()
    shown = ", ".join(str(number) for number in alike[:6]) + (", ..." if len(alike) > 6 else "")
    raise InputRejected(
        f"rows {shown} are identical in every column, balance too",
        file=file,
        row=alike[1],
        expected="each movement once",
    )


def _does_not_add_up(rows: pl.DataFrame, faults: pl.Series, currency: str, file: Path | None) -> InputRejected:
    place = int(faults.arg_max() or 0)
    bad = rows.row(place, named=True)
    should = Money(int(_expected(rows)[place]), currency)
    amount = Money(bad["amount_minor"], currency)
    before = should - amount
    return InputRejected(
        f"the running balance does not add up: {before} and {amount} make {should}, the file says "
        f"{Money(bad['balance_minor'], currency)}",
        file=file,
        row=bad["row"],
        column="balance",
        expected=str(should),
    )


def _repair(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Order each day by its balances; None where a day has no order that adds up, or a balance is missing."""
    if rows["balance_minor"].null_count():
        return None
    after = rows["balance_minor"].to_list()
    before = [balance - amount for balance, amount in zip(after, rows["amount_minor"].to_list(), strict=True)]
    days = rows["date"].to_list()
    places: list[int] = []
    at: int | None = None
    start = 0
    while start < len(days):
        end = start
        while end < len(days) and days[end] == days[start]:
            end += 1
        trail = _trail(before[start:end], after[start:end], at)
        if trail is None:
            return None
        places += [start + step for step in trail]
        at = after[places[-1]]
        start = end
    return rows[places]


def _trail(before: list[int], after: list[int], at: int | None) -> list[int] | None:
    """The edges in an order in which each begins where the last ended, from ``at`` (found where None)."""
    leaving: dict[int, list[int]] = defaultdict(list)
    degree: dict[int, int] = defaultdict(int)
    for edge in reversed(range(len(before))):
        leaving[before[edge]].append(edge)
        degree[before[edge]] += 1
        degree[after[edge]] -= 1
    if at is None:
        at = next((node for node in before if degree[node] == 1), before[0])
    path: list[int] = []
    stack: list[tuple[int, int]] = [(at, -1)]
    while stack:
        node, edge = stack[-1]
        if leaving[node]:
            step = leaving[node].pop()
            stack.append((after[step], step))
        else:
            stack.pop()
            if edge >= 0:
                path.append(edge)
    path.reverse()
    joined = all(after[a] == before[b] for a, b in itertools.pairwise(path))
    return path if len(path) == len(before) and joined else None
