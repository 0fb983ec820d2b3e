"""The plan's file and the limits' file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.money import Money
from brambling.kit.policy import read_policy
from brambling.wealth.negotiation.rules import PRICE_UNIT, Grid, Offer
from brambling.wealth.negotiation.shapes import Setting

ANY = "all"  # the channel of a plan that names none
DAYS_MAX = 366


def setting_from(path: Path) -> Setting:
    """The limits file; raises InputRejected where it does not hold."""
    return read_policy(path, Setting)


def read_offer(
    source: Any, lot: Money, *, product: str | None = None, mapping: Mapping[str, str] | None = None
) -> tuple[Offer, Grid, str | None]:
    """A sales plan (date, product, channel, quota, price) as an offer on its own grid, and the product it is about.

    Every day from the first to the last is on the grid. Raises InputRejected for a quota that is negative or no whole
    lot, a price that is none, a day and channel that stand twice, and a plan of several products unless one is named.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    columns = (
        Column("date", "date"),
        Column("product", required=False),
        Column("channel", required=False, nullable=True),
        Column("quota", "money"),
        Column("price", "number", required=False),
    )
    frame = read_table(source, columns, mapping, currency=lot.currency)
    rows = [(number, row) for number, row in enumerate(frame.iter_rows(named=True), start=1)]
    names = sorted({str(row["product"]) for _number, row in rows if row.get("product")})
    if product is not None:
        rows = [(number, row) for number, row in rows if row.get("product") in (product, None)]
    if not rows:
        raise InputRejected(f"has no row of {product!r}", file=file, expected=f"one of {', '.join(names)}")
    if product is None and len(names) > 1:
        raise InputRejected(f"is about {len(names)} products", file=file, expected="one, or --product")
    grid = _grid([row for _number, row in rows], lot, file)
    lots, price = np.zeros(grid.shape, dtype=np.int64), np.zeros(grid.shape, dtype=np.int64)
    seen: set[tuple[int, int]] = set()
    for number, row in rows:
        place = (row["date"] - grid.days[0]).days, grid.channels.index(row.get("channel") or ANY)
        if place in seen:
            raise InputRejected("this day and channel stand twice", file=file, row=number, column="date")
        seen.add(place)
        lots[place], price[place] = _quota(row, lot, file, number), _price(row, file, number)
    # a cell that the plan leaves out has its channel's usual price, should something be sold there
    for channel in range(len(grid.channels)):
        named = lots[:, channel] > 0
        if named.any():
            price[~named, channel] = int(np.median(price[named, channel]))
    return Offer(lots, price), grid, product or (names[0] if names else None)


def _grid(rows: list[Mapping[str, Any]], lot: Money, file: Path | None) -> Grid:
    days: list[date] = [row["date"] for row in rows]
    first, count = min(days), (max(days) - min(days)).days + 1
    if count > DAYS_MAX:
        raise InputRejected(f"spans {count:,} days", file=file, column="date", expected=f"at most {DAYS_MAX}")
    channels = tuple(sorted({row.get("channel") or ANY for row in rows}))
    return Grid(tuple(first + timedelta(days=n) for n in range(count)), channels, lot)


def _quota(row: Mapping[str, Any], lot: Money, file: Path | None, number: int) -> int:
    lots, rest = divmod(int(row["quota_minor"]), lot.minor)
    if lots < 0 or rest:
        raise InputRejected(
            f"{Money(row['quota_minor'], lot.currency)} is no quota",
            file=file,
            row=number,
            column="quota",
            expected=f"0 or more, in whole lots of {lot}",
        )
    return lots


def _price(row: Mapping[str, Any], file: Path | None, number: int) -> int:
    if row.get("price") is None:
        return 0
    price = float(row["price"])
    if not 0 <= price < 1:
        raise InputRejected(
            f"{price} is no price", file=file, row=number, column="price", expected="a share a year such as 0.0025"
        )
    return round(price * PRICE_UNIT)
