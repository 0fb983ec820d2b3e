"""Rules over whole columns: which rule fits which row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brambling.perception.cashflow.rules import ORGANISATION, PAYING_OUT, SURE, Rule

if TYPE_CHECKING:
    import polars as pl


def label(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with ``category`` by the rules, and nothing else changed."""
    import polars as pl

    texts = rows.with_columns(
        pl.col("memo").fill_null("").str.to_lowercase(), pl.col("counterparty").fill_null("").str.to_lowercase()
    )
    category = pl.coalesce(*[pl.when(_fits(rule)).then(pl.lit(rule.category)) for rule in SURE], likely())
    return rows.with_columns(texts.select(category.alias("category")).to_series())


def _fits(rule: Rule) -> pl.Expr:
    import polars as pl

    text = pl.concat_str("memo", pl.lit(" "), "counterparty") if rule.where == "any" else pl.col(rule.where)
    fits = text.str.contains(rule.pattern)
    if rule.direction == "in":
        return fits & (pl.col("amount_minor") > 0)
    if rule.direction == "out":
        return fits & (pl.col("amount_minor") < 0)
    return fits


def likely() -> pl.Expr:
    """The category by sign and by the shape of the counterparty alone."""
    import polars as pl

    name = pl.col("counterparty")
    named = name.str.contains(ORGANISATION) | name.str.contains(PAYING_OUT)
    money_in = pl.col("amount_minor") > 0
    return pl.when(money_in).then(pl.lit("sales")).when(named).then(pl.lit("supplier")).otherwise(pl.lit("other"))
