"""Holdings, holders, curves and rule books from their files; every fault as one clear line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.calendar import calendar
from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.policy import read_policy
from brambling.kit.reasons import Reason
from brambling.wealth.ladder.rules import (
    GOVERNMENT,
    KINDS,
    RANK,
    RATINGS,
    Holders,
    Market,
    Position,
    RuleBook,
    haircut_of,
)
from brambling.wealth.ladder.shapes import Curve

if TYPE_CHECKING:
    import polars as pl

_HERE = Path(__file__).parent
BOOKS = ("cn-cash", "cn-open", "cn-mmf", "us-2a7", "eu-mmf")
FLOW_COLUMNS = ("date", "product", "subscription", "redemption")
HOLDING_COLUMNS = ("instrument", "kind", "amount", "maturity_date", "yield_annual", "rating", "issuer", "liquid_days",
                   "reset_date")  # fmt: skip
HOLDER_COLUMNS = ("product", "holder", "share")
CURVE_COLUMNS = ("date",)
UNRATED_KINDS = GOVERNMENT | {"repo", "deposit"}
YIELD_MAX = 0.5  # above it a column of yields is in percent
NEEDED_TENORS = ("1m", "3m", "6m", "1y")
SHORT_DAYS = 7
_WORDS = {
    "bond": "credit", "corporate": "credit", "commercial_paper": "credit", "ncd": "cd", "reverse_repo": "repo",
    "govt": "treasury", "government": "treasury", "tbill": "treasury", "t-bill": "treasury", "policy": "policy_bond",
    "现金": "cash", "活期存款": "cash", "存款": "deposit", "定期存款": "deposit", "银行存款": "deposit", "回购": "repo",
    "逆回购": "repo", "同业存单": "cd", "存单": "cd", "国债": "treasury", "央票": "central_bank_bill",
    "中央银行票据": "central_bank_bill", "政金债": "policy_bond", "政策性金融债": "policy_bond", "信用债": "credit",
    "企业债": "credit", "中期票据": "credit", "短期融资券": "credit", "资产支持证券": "abs",
}  # fmt: skip


@cache
def shipped_book(name: str) -> RuleBook:
    """A rule book that comes with this version; raises InputRejected for a name it does not have."""
    if name not in BOOKS:
        raise InputRejected(f"no rules {name!r}", expected=f"one of {', '.join(BOOKS)}, or a rule file")
    return read_policy(_HERE / "books" / f"{name}.yaml", RuleBook)


def book_from(name: str | Path) -> RuleBook:
    """Rules by their name, or from a file of the user's own."""
    path = Path(name)
    return read_policy(path, RuleBook) if path.suffix in (".yaml", ".yml") else shipped_book(str(name))


@cache
def shipped_market() -> Market:
    """The market assumptions of this version."""
    return read_policy(_HERE / "market.yaml", Market)


def market_from(path: Path | None) -> Market:
    """Market assumptions of the user's own, or the shipped ones."""
    return shipped_market() if path is None else read_policy(path, Market)


def trading_days(start: date, end: date) -> int:
    """Workdays after ``start`` up to ``end``."""
    days, day, of = 0, start, calendar()
    while day < end:
        day += timedelta(days=1)
        days += of.is_workday(day)
    return days


def read_holdings(
    source: Any, as_of: date, market: Market, mapping: Mapping[str, str] | None = None, *, currency: str = "CNY"
) -> tuple[tuple[Position, ...], tuple[Reason, ...]]:
    """Positions as of a day, and notes.

    Raises InputRejected for an unknown kind or rating, a holding past its maturity, a missing maturity of anything but
    cash, a negative amount or number of days, and holdings that add up to nothing.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    columns = [
        Column("instrument"),
        Column("kind"),
        Column("amount", "money"),
        Column("maturity_date", "date", nullable=True),
        Column("yield_annual", "number"),
        Column("rating", nullable=True, required=False),
        Column("issuer", nullable=True, required=False),
        Column("liquid_days", "integer", nullable=True, required=False),
        Column("reset_date", "date", nullable=True, required=False),
    ]
    frame = read_table(source, columns, mapping, currency=currency)
    percent = frame.height > 0 and float(frame["yield_annual"].abs().max() or 0) > YIELD_MAX  # type: ignore[arg-type]
    rows = frame.to_dicts()
    held = tuple(_position(row, n + 1, as_of, market, file, percent) for n, row in enumerate(rows))
    if sum(position.amount_minor for position in held) <= 0:
        raise InputRejected("the holdings add up to nothing", file=file, expected="net assets above 0")
    _no_twins(held, file)
    return held, (Reason("yield-percent"),) if percent else ()


def _no_twins(held: tuple[Position, ...], file: Path | None) -> None:
    seen: set[str] = set()
    for place, position in enumerate(held):
        if position.instrument in seen:
            raise InputRejected(
                f"{position.instrument!r} stands twice", file=file, row=place + 1, column="instrument",
                expected="one row an instrument",
            )  # fmt: skip
        seen.add(position.instrument)


def _position(
    row: Mapping[str, Any], number: int, as_of: date, market: Market, file: Path | None, percent: bool
) -> Position:
    kind, rating = _kind(row, number, file), _rating(row, number, file)
    end = row["maturity_date"]
    if row["amount_minor"] < 0:
        raise InputRejected(
            "a negative amount", file=file, row=number, column="amount", expected="an amount of 0 or more"
        )
    if kind == "cash":
        end = as_of
    elif end is None:
        raise InputRejected(
            "nothing there", file=file, row=number, column="maturity_date", expected=f"the day a {kind} comes due"
        )
    elif end <= as_of:
        raise InputRejected(
            f"{end} is past: holdings are of {as_of}", file=file, row=number, column="maturity_date",
            expected="a day after the last day of the flows",
        )  # fmt: skip
    if kind not in UNRATED_KINDS and not rating:
        raise InputRejected(
            "nothing there", file=file, row=number, column="rating", expected="a rating such as AAA, or NR"
        )
    liquid = row.get("liquid_days")
    if liquid is not None and liquid < 0:
        raise InputRejected(
            f"{liquid} days", file=file, row=number, column="liquid_days", expected="0 or more trading days"
        )
    if liquid is None:
        liquid = None if kind not in market.kinds else market.kinds[kind].settle_days
    reset = row.get("reset_date")
    return Position(
        instrument=row["instrument"],
        kind=kind,
        amount_minor=row["amount_minor"],
        days=(end - as_of).days,
        trading_days=trading_days(as_of, end),
        yield_annual=float(row["yield_annual"]) / (100 if percent else 1),
        rating=rating,
        issuer=row.get("issuer") or row["instrument"],
        liquid_days=0 if kind == "cash" else liquid,
        reset_days=None if reset is None or reset <= as_of else (reset - as_of).days,
        haircut=haircut_of(market, kind, rating),
    )


def _kind(row: Mapping[str, Any], number: int, file: Path | None) -> str:
    text = str(row["kind"]).strip().lower().replace(" ", "_")
    kind = _WORDS.get(text, text)
    if kind not in KINDS:
        raise InputRejected(
            f"unknown kind {row['kind']!r}",
            file=file,
            row=number,
            column="kind",
            expected=f"one of {', '.join(KINDS)}",
        )
    return kind


def _rating(row: Mapping[str, Any], number: int, file: Path | None) -> str:
    text = str(row.get("rating") or "").strip()
    if text in ("", "-", "GOV", "sovereign", "利率债"):
        return ""
    if text.upper() not in RANK:
        known = ", ".join(RATINGS)
        raise InputRejected(f"unknown rating {text!r}", file=file, row=number, column="rating", expected=known)
    return text.upper()


def read_holders(source: Any, product: str, mapping: Mapping[str, str] | None = None) -> Holders:
    """Shares of the holders of ``product`` (or of all, when the file names no product), largest first.

    Raises InputRejected for a share below 0 or above 1, shares that add up to more than one, or no row of the product.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    columns = [Column("product", required=False), Column("holder"), Column("share", "number")]
    frame = read_table(source, columns, mapping)
    rows = list(enumerate(frame.to_dicts(), 1))
    if "product" in frame.columns and frame["product"].n_unique() > 1:
        rows = [(number, row) for number, row in rows if row["product"] == product]
        if not rows:
            raise InputRejected(f"no holder of {product!r}", file=file, expected="its name in column 'product'")
    sums: dict[str, Fraction] = {}
    for number, row in rows:
        share = Fraction(str(row["share"]))
        if not 0 <= share <= 1:
            raise InputRejected(
                f"{row['share']} is no share", file=file, row=number, column="share", expected="a fraction from 0 to 1"
            )
        sums[row["holder"]] = sums.get(row["holder"], Fraction(0)) + share
    if sum(sums.values()) > 1 + Fraction(1, 10**6):
        total = float(sum(sums.values()))
        raise InputRejected(f"the shares add up to {total:.4f}", file=file, column="share", expected="at most 1")
    return Holders(tuple(sorted(sums.values(), reverse=True)))


_TENOR = re.compile(r"^(\d+)([dwmy])$")
_DAYS_OF = {"d": 1, "w": 7, "m": 365 / 12, "y": 365}


def read_curve(source: Any, mapping: Mapping[str, str] | None = None) -> Curve:
    """A curve in percent a year by tenor. Raises InputRejected where a tenor up to a year is missing or empty."""
    file = Path(source) if isinstance(source, str | Path) else None
    names = {ours: theirs for ours, theirs in (mapping or {}).items() if ours == "date"}
    frame = read_table(source, [Column("date", "date")], names)
    tenors = {name: int(m[1]) * _DAYS_OF[m[2]] for name in frame.columns if (m := _TENOR.match(name.strip().lower()))}
    missing = [name for name in NEEDED_TENORS if not any(abs(_tenor_days(name) - days) < 1 for days in tenors.values())]
    if not any(days <= SHORT_DAYS for days in tenors.values()):
        missing.insert(0, "0d")
    if missing:
        raise InputRejected(
            f"no tenor {', '.join(missing)}", file=file, expected="columns 0d (or up to 7d), 1m, 3m, 6m, 1y"
        )
    typed = read_table(
        source, [Column("date", "date"), *(Column(name, "number", nullable=True) for name in tenors)], names
    )
    _no_holes(typed, tenors, file)
    frame = typed.sort("date", maintain_order=True)
    if not frame["date"].is_unique().all():
        day = frame["date"].filter(~frame["date"].is_unique())[0]
        raise InputRejected(f"{day} stands twice", file=file, column="date", expected="one row a day")
    order = sorted(tenors, key=lambda name: tenors[name])
    return Curve(
        frame["date"].to_numpy().astype("datetime64[D]"),
        np.array([tenors[name] for name in order]),
        _filled(frame, order, tenors) / 100,
    )


def _tenor_days(name: str) -> float:
    found = _TENOR.match(name)
    assert found is not None
    return int(found[1]) * _DAYS_OF[found[2]]


def _no_holes(frame: pl.DataFrame, tenors: Mapping[str, float], file: Path | None) -> None:
    """Raise InputRejected for a hole up to a year, by the row of the file."""
    for name in sorted(tenors, key=lambda name: tenors[name]):
        if tenors[name] <= _tenor_days("1y") + 1 and frame[name].has_nulls():
            row = int(frame[name].is_null().arg_max() or 0)
            raise InputRejected("nothing there", file=file, row=row + 1, column=name, expected="percent a year")


def _filled(frame: pl.DataFrame, names: list[str], tenors: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """Yields with holes beyond a year read off the line between neighbours."""
    grid = frame.select(names).to_numpy().astype(float)
    at = np.array([tenors[name] for name in names])
    for day in np.flatnonzero(~np.isfinite(grid).all(axis=1)).tolist():
        known = np.isfinite(grid[day])
        grid[day] = np.interp(at, at[known], grid[day][known])
    return grid
