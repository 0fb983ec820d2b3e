"""One function for each thing a user can ask of a statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brambling.kit.money import Money
from brambling.perception.cashflow import readers
from brambling.perception.cashflow.features import label
from brambling.perception.cashflow.shapes import Correction, Statement

if TYPE_CHECKING:
    import polars as pl


def read_statement(
    source: Any,
    *,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
    balance: Money | None = None,
) -> Statement:
    """Read, check and categorise a bank statement.

    ``source`` is a path (CSV of a Chinese bank, Alipay or WeChat, our own contract; OFX; camt.053; Parquet; gzip of any)
    or a dataframe. ``mapping`` names our columns in the file's words. ``balance`` is the balance after the last row,
    for files that do not have it; it goes before the file's own. Raises InputRejected with file, row and column for
    what cannot be read, LimitExceeded for a file larger than one statement can be.
    """
    statement = readers.read(source, mapping, currency, balance)
    return dataclasses.replace(statement, rows=categorise(statement.rows))


def categorise(rows: pl.DataFrame, corrections: Sequence[Correction] | None = None) -> pl.DataFrame:
    """``rows`` (amount_minor, counterparty, memo) with a column ``category``."""
    return label(rows)
