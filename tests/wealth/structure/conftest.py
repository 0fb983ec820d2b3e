"""Customers whose money has a known nature, written before the solver was tried on them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

START = date(2025, 1, 1)
DAYS = 360


def rows_of(name: str, product: str, moves: list[tuple[int, int]]) -> list[tuple[date, str, str, str]]:
    return [(START + timedelta(days=day), name, product, f"{amount}.00") for day, amount in moves if 0 <= day <= DAYS]


def frame(rows: list[tuple[date, str, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["date", "customer", "product", "amount"], orient="row")


@pytest.fixture
def kinds() -> pl.DataFrame:
    """Forty firms: ten whose money pays wages on the 25th, ten with idle money, ten that turn it over, ten that switch."""
    rows = []
    for number in range(10):
        wages = []
        for month in range(12):
            pay = (date(2025, month + 1, 25) - START).days
            wages += [(pay - 20 + number % 3, 50_000 + number), (pay, -50_000 - number)]
        rows += rows_of(f"wages-{number}", "A", wages)
        rows += rows_of(f"idle-{number}", "A", [(number, 200_000), (300, 1_000)])
        turn = [(day, 10_000 if (day // 3) % 2 else -10_000) for day in range(3, DAYS, 3)]
        rows += rows_of(f"turns-{number}", "A", [(0, 20_000), *turn])
        hot = []
        for day in range(10 + number % 4, DAYS, 24):
            hot += [(day, 80_000), (day + 11, -80_000)]
        other = [(day + 11, amount) for day, amount in hot if amount > 0]
        rows += rows_of(f"chases-{number}", "A", hot) + rows_of(f"chases-{number}", "B", other)
    # the wages of December still wait for their day
    return frame([row for row in rows if row[0] <= date(2025, 12, 15)])
