"""Real data into statements: test helpers, not product.

- a firm of the CUMCM 2020 C set (daily sales and purchases from VAT invoices) becomes money in and money out by day
- an account of the Berka set (Czech bank, 1993) becomes the statement that its bank would have printed

Invoice dates are not payment dates, and Berka's accounts are of persons: what is measured on them says so.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from brambling.perception.cashflow.shapes import Category

CUMCM = "cashflow/sme_cumcm_c123_daily.csv.gz"
BERKA = "cashflow/berka_trans_1993_199403.csv.gz"

# What Berka's bank says of a payment's purpose, in our categories; what it does not say is unknown, not "other".
BERKA_CATEGORIES: dict[str, Category] = {
    "SIPO": "rent",  # household payments collected by the post: rent, power, water
    "POJISTNE": "other",  # insurance premium
    "UVER": "loan",  # loan instalment
    "DUCHOD": "other",  # pension
    "UROK": "other",  # interest paid by the bank
    "SANKC. UROK": "other",  # penal interest
    "SLUZBY": "other",  # charge for the statement
}


@cache
def _cumcm(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / CUMCM, try_parse_dates=True)


@cache
def _berka(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / BERKA, try_parse_dates=True)


def cumcm_firms(shared: Path) -> list[str]:
    """Ids of the firms."""
    return _cumcm(shared)["eid"].unique(maintain_order=True).to_list()


def cumcm_statement(shared: Path, firm: str) -> pl.DataFrame:
    """A firm's days as a statement of our contract: date, amount (text), counterparty, memo. No balance is known."""
    days = _cumcm(shared).filter(pl.col("eid") == firm).sort("date")
    both = [
        days.filter(pl.col(column) != 0).select(
            "date",
            (pl.col(column) * sign).round(2).alias("amount"),
            pl.lit(name).alias("counterparty"),
            pl.lit(memo).alias("memo"),
        )
        for column, sign, name, memo in (
            ("amt_sales", 1, "客户", "销售收入"),
            ("amt_purch", -1, "供应商", "采购货款"),
        )
    ]
    return _with_text_amounts(pl.concat(both).sort("date", maintain_order=True))


def berka_accounts(shared: Path) -> list[int]:
    """Ids of the accounts."""
    return _berka(shared)["account_id"].unique(maintain_order=True).to_list()


def berka_statement(shared: Path, account: int, *, purpose: bool = True) -> pl.DataFrame:
    """An account's rows in the bank's order: date, amount (text), counterparty, memo, balance (text), k_symbol.

    The memo is the operation and, with ``purpose``, the bank's own symbol for it. Opened by a deposit of 1993, so the
    running balance is whole. Amounts are koruna.
    """
    rows = _berka(shared).filter(pl.col("account_id") == account)
    symbol = pl.col("k_symbol").fill_null("").str.strip_chars()
    sign = pl.when(pl.col("type") == "PRIJEM").then(1).otherwise(-1)
    words = [pl.col("operation").fill_null("").str.strip_chars()] + ([symbol] if purpose else [])
    frame = rows.select(
        "date",
        (pl.col("amount") * sign).round(2).alias("amount"),
        pl.lit("").alias("counterparty"),
        pl.concat_str(words, separator=" ").str.strip_chars().alias("memo"),
        pl.col("balance").round(2).alias("balance"),
        symbol.alias("k_symbol"),
    )
    return _with_text_amounts(frame)


def _with_text_amounts(frame: pl.DataFrame) -> pl.DataFrame:
    amounts = [name for name in ("amount", "balance") if name in frame.columns]
    return frame.with_columns(
        pl.Series(name, [f"{value:.2f}" for value in frame[name].to_list()], pl.String) for name in amounts
    )


def last_day(frame: pl.DataFrame) -> date:
    """The last day of a converted statement."""
    return frame["date"].max()  # type: ignore[return-value]
