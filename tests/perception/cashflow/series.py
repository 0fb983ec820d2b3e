"""Statements made for the twin's tests: rows with a known rhythm or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from brambling.perception.cashflow.shapes import Statement, schema

FIRST = date(2024, 1, 1)


def statement_of(
    rows: Sequence[tuple[date, int, str, str, str]], *, balance_minor: int | None = 10_000_000
) -> Statement:
    """A statement of (date, amount_minor, counterparty, memo, category) rows."""
    ordered = sorted(rows, key=lambda row: row[0])
    named = ("date", "amount_minor", "counterparty", "memo", "category")
    columns = {name: [row[i] for row in ordered] for i, name in enumerate(named)}
    columns["row"] = list(range(1, len(ordered) + 1))
    frame = pl.DataFrame({name: columns.get(name, [None] * len(ordered)) for name in schema()}, schema=schema())
    return Statement(frame, "CNY", "made", balance_minor is not None, balance_minor)


def shop_rows(days: int, seed: int = 1, trend: float = 0.0) -> list[tuple[date, int, str, str, str]]:
    """Daily sales and irregular purchases, nothing that returns."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(days):
        day = FIRST + timedelta(days=i)
        if day.weekday() < 6:
            rows.append((day, int(rng.gamma(2, 50_000) * (1 + trend * i / days)), "", "POS", "sales"))
        if rng.random() < 0.2:
            rows.append((day, -int(rng.gamma(2, 180_000)), f"厂商{rng.integers(30)}", "货款", "supplier"))
    return rows


def month_days(months: int, day: int) -> list[date]:
    """``day`` of each of ``months`` months from FIRST."""
    return [date(FIRST.year + m // 12, m % 12 + 1, day) for m in range(months)]
