"""Rows into time order, and the running balance as the proof that nothing is missing.

A bank prints oldest or newest first, and within one day sometimes in no order at all. The balance tells: every row is
an edge from the balance before it to the balance after it, so the order of a day is a trail that uses every edge once
(Hierholzer 1873), begun at the balance of the evening before. Where no such trail exists the file is rejected.

Some banks keep hundredths and print tenths. Where every figure of a file is a whole tenth and not every one a whole
unit, a balance may miss by one tenth, which is what rounding amount and balance apart can cost; the misses do not add
up, since each row is compared with the balance printed before it. Everywhere else the balance must be exact.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, digits_of

if TYPE_CHECKING:
    import polars as pl

TENTH = 10  # a tenth of a unit in hundredths
STEPS_MAX = 20_000  # of the search for the order of one day; beyond it the day counts as not adding up


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


def settle(rows: pl.DataFrame, *, currency: str) -> Ordered:
    """The same for rows that were accepted before, perhaps from several files with a gap between them: nothing is
    rejected, and an account whose balances have no order that adds up keeps the order it has."""
    import polars as pl

    parts: list[pl.DataFrame] = []
    closings: list[int | None] = []
    for part in rows.partition_by("account", maintain_order=True):
        known = part["balance_minor"].null_count() < part.height
        slack = _slack(part, currency)
        parts.append(_repair(part, slack) if known and _faults(part, slack).any() else part)
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
    slack = _slack(rows, currency)
    faults = [_faults(way, slack) for way in ways]
    for way, fault in zip(ways, faults, strict=True):
        if not fault.any():
            _reject_standing_twice(way.filter(pl.col("amount_minor") == 0), file)
            return way
    if own_books and rows.height >= 3:
        for way in ways:
            mirrored = way.with_columns(-pl.col("amount_minor"))
            if not _faults(mirrored, slack).any():
                return mirrored
    in_line = rows["date"].is_sorted() or rows["date"].is_sorted(descending=True)
    best = 0 if in_line else min((0, 1), key=lambda way: int(faults[way].sum()))
    repaired = _repair(ways[best].sort("date", maintain_order=True), slack)
    left = _faults(repaired, slack)
    if not left.any():
        return repaired
    _reject_standing_twice(rows, file)
    if left.sum() > faults[best].sum():
        repaired, left = ways[best], faults[best]
    raise _does_not_add_up(repaired, left, currency, file)


def _newest_first(rows: pl.DataFrame) -> bool:
    days = rows["date"]
    return days.is_sorted(descending=True) and not days.is_sorted()


def _expected(rows: pl.DataFrame) -> pl.Series:
    """The balance each row should have: the last one known before it plus every amount since; null for the first."""
    import polars as pl

    total = pl.col("amount_minor").cum_sum()
    base = (pl.col("balance_minor") - total).forward_fill().shift(1)
    return rows.select((base + total).alias("expected"))["expected"]


def _faults(rows: pl.DataFrame, slack: int) -> pl.Series:
    return ((_expected(rows) - rows["balance_minor"]).abs() > slack).fill_null(False)


def _slack(rows: pl.DataFrame, currency: str) -> int:
    """What a balance may miss by: one tenth in a file printed in tenths, else nothing."""
    import polars as pl

    if digits_of(currency) != 2:
        return 0
    printed = rows.select(pl.col("amount_minor", "balance_minor"))
    tenths = printed.select(pl.all_horizontal((pl.all() % TENTH == 0).all())).item()
    whole = printed.select(pl.all_horizontal((pl.all() % (10 * TENTH) == 0).all())).item()
    return TENTH if tenths and not whole else 0


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


def _repair(rows: pl.DataFrame, slack: int) -> pl.DataFrame:
    """Each day in the order of its balances; a day that has none that adds up, or lacks a balance, stays as it is."""
    if rows["balance_minor"].null_count():
        return rows
    after = rows["balance_minor"].to_list()
    before = [balance - amount for balance, amount in zip(after, rows["amount_minor"].to_list(), strict=True)]
    days = rows["date"].to_list()
    find = _trail_within if slack else _trail
    places: list[int] = []
    at: int | None = None
    start = 0
    while start < len(days):
        end = start
        while end < len(days) and days[end] == days[start]:
            end += 1
        trail = find(before[start:end], after[start:end], at, slack)
        if trail is None and at is not None:  # something is missing before this day: the day may hold by itself
            trail = find(before[start:end], after[start:end], None, slack)
        places += [start + step for step in trail or range(end - start)]
        at = after[places[-1]]
        start = end
    return rows[places]


def _trail(before: list[int], after: list[int], at: int | None, slack: int = 0) -> list[int] | None:
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


def _trail_within(before: list[int], after: list[int], at: int | None, slack: int) -> list[int] | None:
    """The same where ends meet within ``slack``: a depth-first search in the order of the file, its steps limited."""
    size = len(before)
    starts = [edge for edge in range(size) if not any(abs(before[edge] - end) <= slack for end in after)]
    path: list[int] = []
    used = [False] * size
    open_choices = [iter(starts or range(size)) if at is None else _near(before, at, slack)]
    steps = 0
    while open_choices and steps < STEPS_MAX:
        steps += 1
        edge = next((edge for edge in open_choices[-1] if not used[edge]), None)
        if edge is None:
            open_choices.pop()
            if path:
                used[path.pop()] = False
            continue
        used[edge] = True
        path.append(edge)
        if len(path) == size:
            return path
        open_choices.append(_near(before, after[edge], slack))
    return None


def _near(before: list[int], at: int, slack: int) -> Iterator[int]:
    return (edge for edge in range(len(before)) if abs(before[edge] - at) <= slack)
