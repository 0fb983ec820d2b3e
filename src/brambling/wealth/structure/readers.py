"""Trades, statements, yields and holders from their files; every fault as one clear line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_frame, read_table
from brambling.kit.reasons import Reason
from brambling.wealth.structure.features.purposes import by_payments, by_rhythm
from brambling.wealth.structure.rules.kinds import FESTIVAL_DAYS, KINDS, OF_CATEGORY, PLACE, SEASON_TIMES
from brambling.wealth.structure.shapes import ACCOUNT, Floats, Trades

if TYPE_CHECKING:
    import polars as pl

    from brambling.perception.cashflow.shapes import Statement

HISTORY_DAYS_MIN = 14
SHORT_DAYS = 90
SPAN_DAYS_MAX = 366 * 60
YIELD_MAX = 0.5  # above it a column of yields is in percent
YIELD_LOOK_BACK_DAYS = 90
INSTITUTION = (
    r"公司|银行|基金|保险|证券|信托|集团|机构|企业|事务所|合作社|\b(ltd|llc|inc|corp|gmbh|plc|fund|bank|institution)\b"
)


@dataclass(frozen=True, eq=False)
class Read:
    """Trades, what to say of them, and which customers are institutions where the file tells (else None)."""

    trades: Trades
    notes: tuple[Reason, ...]
    institutions: frozenset[str] | None = None


def read(sources: Sequence[Any], mapping: Mapping[str, str] | None = None, yields: Any = None) -> Read:
    """Trades of one file with customers and products, or statements of one customer each.

    Raises InputRejected for what cannot be read, for trades and statements together, and for less than two weeks.
    """
    if not sources:
        raise InputRejected("no file", expected="a file of trades, or statements")
    named = [_has_trades(source, mapping or {}) for source in sources]
    if any(named):
        if len(sources) > 1:
            raise InputRejected(
                "trades come in one file", file=_file(sources[1]), expected="one file of trades, or statements alone"
            )
        return _read_trades(sources[0], mapping, yields)
    return _read_statements(sources, mapping)


def _has_trades(source: Any, mapping: Mapping[str, str]) -> bool:
    """Whether the columns are those of trades; a bank's statement with lines above its head is no plain table."""
    try:
        columns = {name.strip().lstrip("\ufeff").lower() for name in read_frame(source).columns}
    except InputRejected:
        return False
    theirs = {mapping.get(name, name).lower() for name in ("customer", "product")}
    return theirs <= columns


def _file(source: Any) -> Path | None:
    return Path(source) if isinstance(source, str | Path) else None


# -- trades -------------------------------------------------------------------------------------------------------------


def trades_frame(source: Any, mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """date, customer, product, subscription_minor, redemption_minor by day, and ``institution`` where told."""
    import polars as pl

    file = _file(source)
    raw = {name.strip().lower() for name in read_frame(source).columns}
    names = mapping or {}
    signed = names.get("amount", "amount").lower() in raw
    flows = [Column("amount", "money")] if signed else [Column("subscription", "money"), Column("redemption", "money")]
    told = Column("institution", "flag", required=False, nullable=True)
    frame = read_table(source, [Column("date", "date"), Column("customer"), Column("product"), *flows, told], mapping)
    if signed:
        amount = pl.col("amount_minor")
        frame = frame.with_columns(
            subscription_minor=pl.when(amount > 0).then(amount).otherwise(0),
            redemption_minor=pl.when(amount < 0).then(-amount).otherwise(0),
        )
    for name in ("subscription", "redemption"):
        values = frame[f"{name}_minor"]
        if (values < 0).any():
            raise InputRejected(
                f"a negative {name}", file=file, row=int((values < 0).arg_max() or 0) + 1, column=name,
                expected="an amount of 0 or more; a signed amount belongs in one column called amount",
            )  # fmt: skip
    if not int((frame["subscription_minor"] + frame["redemption_minor"]).sum()):
        raise InputRejected("moves no money: all amounts are 0", file=file, expected="subscriptions or redemptions")
    keep = ["date", "customer", "product", "subscription_minor", "redemption_minor"]
    return frame.select(*keep, *(["institution"] if "institution" in frame.columns else []))


def _read_trades(source: Any, mapping: Mapping[str, str] | None, yields: Any) -> Read:
    import polars as pl

    frame = trades_frame(source, mapping)
    institutions = None
    if "institution" in frame.columns:
        institutions = frozenset(frame.filter(pl.col("institution").fill_null(False))["customer"].to_list())
    amount = (pl.col("subscription_minor") - pl.col("redemption_minor")).sum().alias("amount")
    daily = frame.group_by("customer", "product", "date").agg(amount).filter(pl.col("amount") != 0)
    if daily.height == 0:
        raise InputRejected("moves no money: each day nets to 0", file=_file(source), expected="trades that differ")
    trades, notes = of_daily(daily, frame["date"].min(), frame["date"].max(), _file(source))  # type: ignore[arg-type]
    if yields is not None:
        trades = replace(trades, edge=_edges(yields, trades))
    else:
        notes = (*notes, Reason("yields-unknown"))
    return Read(replace(trades, purpose=by_rhythm(trades)), notes, institutions)


def of_daily(
    daily: pl.DataFrame, first: date, last: date, file: Path | None = None
) -> tuple[Trades, tuple[Reason, ...]]:
    """Arrays of customer, product, date, amount (fen, one row a day); purposes and yields are still unknown."""
    span = (last - first).days
    if span + 1 < HISTORY_DAYS_MIN:
        raise InputRejected(f"covers {span + 1} days", file=file, expected=f"at least {HISTORY_DAYS_MIN}")
    if span > SPAN_DAYS_MAX:
        raise InputRejected(f"spans {span:,} days from {first} to {last}", file=file, expected="at most 60 years")
    daily = daily.sort("customer", "product", "date")
    customers = tuple(daily["customer"].unique().sort().to_list())
    products = tuple(daily["product"].unique().sort().to_list())
    place = {name: number for number, name in enumerate(customers)}
    of = {name: number for number, name in enumerate(products)}
    rows = daily.height
    days = daily["date"].to_numpy().astype("datetime64[D]") - np.datetime64(first, "D")
    notes = (Reason("short-history", {"days": str(span + 1)}),) if span + 1 < SHORT_DAYS else ()
    made = Trades(
        customers,
        products,
        first,
        span,
        np.array([place[name] for name in daily["customer"].to_list()], dtype=np.int64),
        np.array([of[name] for name in daily["product"].to_list()], dtype=np.int64),
        days.astype(np.int64),
        daily["amount"].to_numpy().astype(np.int64),
        np.zeros((rows, len(KINDS))),
        np.full(rows, np.nan),
    )
    return made, notes


def _edges(source: Any, trades: Trades) -> Floats:
    """The yield edge on the day of each trade: over the rivals where the file has them, else over the product's own
    median of the last ``YIELD_LOOK_BACK_DAYS``."""
    import polars as pl

    rival = Column("rival_yield_annual", "number", required=False, nullable=True)
    frame = read_table(source, [Column("date", "date"), Column("product"), Column("yield_annual", "number"), rival])
    columns = [name for name in ("yield_annual", "rival_yield_annual") if name in frame.columns]
    percent = max(float(frame[name].abs().max() or 0) for name in columns) > YIELD_MAX  # type: ignore[arg-type]
    frame = frame.with_columns(pl.col(columns) / (100 if percent else 1)).sort("product", "date")
    own = pl.col("yield_annual").rolling_median_by("date", f"{YIELD_LOOK_BACK_DAYS}d").over("product")
    against = pl.coalesce(pl.col("rival_yield_annual"), own) if "rival_yield_annual" in frame.columns else own
    frame = frame.with_columns((pl.col("yield_annual") - against).alias("edge"))
    known = {(row[0], row[1]): row[2] for row in frame.select("product", "date", "edge").iter_rows()}
    when = (np.datetime64(trades.origin, "D") + trades.day).astype(object)
    names = [trades.products[number] for number in trades.product.tolist()]
    found = [known.get((name, day)) for name, day in zip(names, when, strict=True)]
    return np.array([np.nan if edge is None else edge for edge in found], dtype=np.float64)


# -- statements ---------------------------------------------------------------------------------------------------------


def _read_statements(sources: Sequence[Any], mapping: Mapping[str, str] | None) -> Read:
    from brambling.perception.cashflow import read_statement

    told: list[tuple[str, Statement]] = []
    for number, source in enumerate(sources):
        statement = read_statement(source, mapping=mapping)
        path = _file(source)
        name = statement.holder or (path.name.split(".")[0] if path is not None else f"statement {number + 1}")
        if any(name == other for other, _ in told):
            name = f"{name} ({number + 1})"
        told.append((name, statement))
    if len({statement.currency for _, statement in told}) > 1:
        raise InputRejected("the statements are in several currencies", expected="statements of one currency")
    return of_statements(told)


def of_statements(told: Sequence[tuple[str, Statement]]) -> Read:
    """Trades of customers' statements: the account itself, and each product that was bought from it."""
    import polars as pl

    first = min(statement.first_day for _, statement in told)
    last = max(statement.last_day for _, statement in told)
    days = (last - first).days + 1
    parts, paid = [], {}
    for name, statement in told:
        rows = statement.rows.with_columns(customer=pl.lit(name), product=_product())
        parts.append(_daily(rows, statement, first))
        paid[name] = _paid(rows, first, days)
    trades, notes = of_daily(pl.concat(parts), first, last)
    trades = replace(trades, purpose=_purposes(trades, paid), currency=told[0][1].currency)
    return Read(trades, (*notes, Reason("yields-unknown")))


def _product() -> pl.Expr:
    """The product that a transfer buys or redeems, null for any other row."""
    import polars as pl

    moved = (pl.col("category") == "transfer") & pl.col("memo").str.contains(r"申购|赎回|理财|subscri|redem")
    return pl.when(moved & (pl.col("counterparty") != "")).then(pl.col("counterparty"))


def _daily(rows: pl.DataFrame, statement: Statement, first: date) -> pl.DataFrame:
    """Net money by day: of the account, and of each product with the other sign."""
    import polars as pl

    keys = ("customer", "product", "date")
    account = (
        rows.with_columns(product=pl.lit(ACCOUNT)).group_by(keys).agg(pl.col("amount_minor").sum().alias("amount"))
    )
    bought = rows.filter(pl.col("product").is_not_null())
    products = bought.group_by(keys).agg((-pl.col("amount_minor").sum()).alias("amount"))
    parts = [account, products]
    if statement.closing_balance_minor is not None:
        opening = statement.closing_balance_minor - int(rows["amount_minor"].sum())
        if opening > 0:
            there = {"customer": [rows["customer"][0]], "product": [ACCOUNT], "date": [first], "amount": [opening]}
            parts.append(pl.DataFrame(there, schema=account.schema))
    whole = pl.concat(parts).group_by(keys).agg(pl.col("amount").sum())
    return whole.filter(pl.col("amount") != 0)


def _paid(rows: pl.DataFrame, first: date, days: int) -> Floats:
    """What was paid from the account by day and kind; money to suppliers is stock where a season shows."""
    import polars as pl

    from brambling.kit.calendar import features as calendar_of

    table = np.zeros((days, len(KINDS)))
    out = rows.filter((pl.col("amount_minor") < 0) & (pl.col("category") != "transfer"))
    when = (out["date"].to_numpy().astype("datetime64[D]") - np.datetime64(first, "D")).astype(np.int64)
    kinds = np.array([PLACE[OF_CATEGORY[category]] for category in out["category"].to_list()], dtype=np.int64)
    amounts = -out["amount_minor"].to_numpy().astype(np.float64)
    np.add.at(table, (when, kinds), amounts)
    bought = np.bincount(
        when, weights=amounts * (out["category"] == "supplier").to_numpy(), minlength=days
    )  # fmt: skip
    calendar = np.datetime64(first, "D") + np.arange(days)
    months = calendar.astype("datetime64[M]").astype(np.int64)
    months -= months[0]
    by_month = np.bincount(months, weights=bought)
    usual = float(np.median(by_month[by_month > 0])) if (by_month > 0).any() else 0.0
    festival = calendar_of(calendar)["days_to_spring_festival"]
    near = (festival >= -FESTIVAL_DAYS[0]) & (festival <= -FESTIVAL_DAYS[1])
    season = (by_month[months] >= SEASON_TIMES * usual) & (near | (by_month.size >= 6))
    moved = np.where(season, bought, 0.0)
    table[:, PLACE["operating"]] -= moved
    table[:, PLACE["seasonal"]] += moved
    return table


def _purposes(trades: Trades, paid: Mapping[str, Floats]) -> Floats:
    """What money that left was for: from the account what was paid that day, from a product what was paid after it."""
    out = np.zeros((trades.day.size, len(KINDS)))
    account = trades.products.index(ACCOUNT) if ACCOUNT in trades.products else -1
    for number, name in enumerate(trades.customers):
        goes = np.flatnonzero((trades.customer == number) & (trades.amount < 0))
        own = goes[trades.product[goes] == account]
        spent = paid[name][trades.day[own]]
        sums = spent.sum(axis=1, keepdims=True)
        out[own] = spent / np.where(sums > 0, sums, 1.0)
        out[own[sums[:, 0] == 0], PLACE["idle"]] = 1.0  # moved to where it is not needed either
        other = goes[trades.product[goes] != account]
        out[other] = by_payments(trades.day[other], trades.amount[other], paid[name])
    return out


# -- holders ------------------------------------------------------------------------------------------------------------


def read_holders(source: Any, mapping: Mapping[str, str] | None = None) -> dict[str, list[tuple[str, float]]]:
    """By product its holders and their shares, largest first; raises InputRejected for shares that are none."""
    frame = read_table(source, [Column("product"), Column("holder"), Column("share", "number")], mapping)
    file, found = _file(source), {}
    bad = (frame["share"] < 0) | (frame["share"] > 1)
    if bad.fill_null(True).any():
        raise InputRejected(
            f"a share of {frame['share'][int(bad.fill_null(True).arg_max() or 0)]}", file=file,
            row=int(bad.fill_null(True).arg_max() or 0) + 1, column="share", expected="a fraction from 0 to 1",
        )  # fmt: skip
    for (product,), rows in frame.group_by("product", maintain_order=True):
        if float(rows["share"].sum()) > 1 + 1e-6:
            raise InputRejected(
                f"the shares of {product} add up to {float(rows['share'].sum()):.4f}", file=file, column="share",
                expected="at most 1",
            )  # fmt: skip
        pairs = zip(rows["holder"].to_list(), rows["share"].to_list(), strict=True)
        found[str(product)] = sorted(pairs, key=lambda pair: -pair[1])
    return found
