"""Ratios of a memo from a statement: trend and concentration of turnover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brambling.credit.underwriting.shapes.memo import Ratios

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import Statement

QUARTER_DAYS, YEAR_DAYS = 91, 365


def ratios_of(statement: Statement) -> Ratios:
    """The ratios of the statement's last year; what its length does not allow is None.

    Turnover is that of the twin: without transfers between own accounts, loans and the owner's money.
    """
    import polars as pl

    from brambling.perception.cashflow.daily import NOT_TURNOVER, daily

    turnover = daily(statement.rows).turnover_in
    by_year = turnover.size >= YEAR_DAYS + QUARTER_DAYS
    end = turnover.size - (YEAR_DAYS if by_year else QUARTER_DAYS)
    before = float(turnover[max(0, end - QUARTER_DAYS) : end].sum()) if end >= QUARTER_DAYS else 0.0
    now = float(turnover[-QUARTER_DAYS:].sum())
    last = statement.rows["date"].max()
    year = statement.rows.filter(
        (pl.col("amount_minor") > 0)
        & ~pl.col("category").is_in(list(NOT_TURNOVER))
        & (pl.col("date") > pl.lit(last) - pl.duration(days=YEAR_DAYS))
    )
    total = int(year["amount_minor"].sum())
    named = year.filter(pl.col("counterparty").fill_null("") != "")
    sums = named.group_by("counterparty").agg(pl.col("amount_minor").sum())["amount_minor"].sort(descending=True)
    return Ratios(
        trend=now / before - 1 if before > 0 else None,
        trend_by_year=by_year,
        largest=int(sums[0]) / total if total and sums.len() else None,
        largest_three=int(sums.head(3).sum()) / total if total and sums.len() else None,
        payers=sums.len(),
    )
