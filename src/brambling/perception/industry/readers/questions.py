"""Files of users: queries to complete, portfolios, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.files.tables import Source
from brambling.kit.money import Money
from brambling.perception.industry.rules import EVENT_KINDS, ChainEvent, EventKind


@dataclass(frozen=True)
class Holding:
    """One customer of a portfolio: what it owes, and the product, industry or code that says where it stands."""

    row: int
    customer: str
    amount: Money
    stands_on: str


def read_queries(source: Source, mapping: Mapping[str, str] | None = None) -> list[str]:
    """The names to complete, in their order, each once."""
    frame = read_table(source, [Column("name")], mapping)
    return list(dict.fromkeys(frame["name"].to_list()))


def read_portfolio(source: Source, mapping: Mapping[str, str] | None = None) -> list[Holding]:
    """``customer, amount`` and one of ``product``, ``industry``, ``gbt4754``, the first that is filled in a row."""
    words = ("product", "industry", "gbt4754")
    columns = [Column("customer"), Column("amount", "money")]
    frame = read_table(source, [*columns, *(Column(word, required=False, nullable=True) for word in words)], mapping)
    file = Path(source) if isinstance(source, str | Path) else None
    have = [word for word in words if word in frame.columns]
    if not have:
        raise InputRejected("says nowhere what a customer makes", file=file, expected="product, industry or gbt4754")
    found = []
    for row, cells in enumerate(frame.iter_rows(named=True), start=1):
        stands_on = next((str(cells[word]) for word in have if cells[word]), "")
        if cells["amount_minor"] < 0:
            raise InputRejected("a negative amount", file=file, row=row, column="amount", expected="what it owes")
        found.append(Holding(row, cells["customer"], Money(cells["amount_minor"], "CNY"), stands_on))
    return found


def read_events(source: Source, mapping: Mapping[str, str] | None = None) -> list[ChainEvent]:
    """``date, kind, node`` and, where known, ``id`` and ``size`` (0 to 1; 1 without)."""
    columns = [Column("date", "date"), Column("kind"), Column("node")]
    columns += [Column("id", required=False, nullable=True), Column("size", "number", required=False, nullable=True)]
    frame = read_table(source, columns, mapping)
    file = Path(source) if isinstance(source, str | Path) else None
    found = []
    for row, cells in enumerate(frame.iter_rows(named=True), start=1):
        if cells["kind"] not in EVENT_KINDS:
            raise InputRejected(
                f"{cells['kind']!r}", file=file, row=row, column="kind", expected=" or ".join(EVENT_KINDS)
            )
        size = cells.get("size")
        name = str(cells.get("id") or row)
        found.append(
            ChainEvent(
                name, cells["date"], cast(EventKind, cells["kind"]), cells["node"], 1.0 if size is None else size
            )
        )
    return found
