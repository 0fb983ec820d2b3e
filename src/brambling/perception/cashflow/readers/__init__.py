"""Readers: a file of any known layout into typed movements, in time order, with the running balance checked.

- :mod:`dialects` layouts of Chinese banks, Alipay, WeChat and our own contract, found by the names in the header
- :mod:`tables` delimited text, Parquet and dataframes into cells; :mod:`movements` cells into typed movements
- :mod:`ofx`, :mod:`camt` OFX 1 and 2 and camt.053, by :mod:`markup`, which reads XML safely
- :mod:`balances` time order and the running balance
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brambling.kit.errors import InputRejected, LimitExceeded
from brambling.kit.files.reading import find_encoding, open_bytes
from brambling.kit.files.tables import DateOrder
from brambling.kit.money import Money
from brambling.perception.cashflow.readers.balances import order, settle
from brambling.perception.cashflow.readers.camt import read_camt
from brambling.perception.cashflow.readers.markup import parse_xml
from brambling.perception.cashflow.readers.movements import Movements, of_entries, typed
from brambling.perception.cashflow.readers.ofx import read_ofx
from brambling.perception.cashflow.readers.tables import table_of_frame, table_of_text
from brambling.perception.cashflow.shapes import COLUMNS, Statement, schema

__all__ = ["read", "settle"]

# A statement of 100,000 rows has about 10 MB; more than this is not one business's statement.
FILE_BYTES_MAX = 64 << 20
ROWS_MAX = 1_000_000

SAVE_AS_CSV = "a CSV: open it in a spreadsheet program and save it as CSV UTF-8"

_ROLES_TO_MAP = ("date", "amount", "in", "out", "direction", "counterparty", "memo", "balance", "account", "currency")


def read(
    source: Any,
    mapping: Mapping[str, str] | None,
    currency: str,
    balance: Money | None,
    date_order: DateOrder | None = None,
) -> Statement:
    """The statement in ``source``, its rows without categories (all ``other``)."""
    names = dict(mapping or {})
    for ours in names:
        if ours not in _ROLES_TO_MAP:
            raise InputRejected(f"--map {ours}=...: no such column", expected="one of " + ", ".join(_ROLES_TO_MAP))
    file = Path(source) if isinstance(source, str | Path) else None
    moved = _movements(source, file, names, currency, date_order)
    if moved.rows.height > ROWS_MAX:
        raise LimitExceeded(f"{file.name if file else 'statement'}: more than {ROWS_MAX:,} rows; split it")
    return _statement(moved, balance, file)


def _movements(
    source: Any, file: Path | None, mapping: Mapping[str, str], currency: str, date_order: DateOrder | None
) -> Movements:
    if file is None:
        return typed(table_of_frame(source, mapping, None), currency=currency, file=None, date_order=date_order)
    if file.name.lower().endswith((".parquet", ".json", ".jsonl", ".ndjson")):
        _data(file)  # the limit of size
        return typed(table_of_frame(file, mapping, file), currency=currency, file=file, date_order=date_order)
    text = _text(file)
    head = text[:4096]
    if "<OFX>" in head or "OFXHEADER" in head:
        return of_entries(read_ofx(text, file), file)
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    if start.startswith("<"):
        _reject_web_page(start, file)
        return of_entries(read_camt(parse_xml(text, file), file), file)
    return typed(table_of_text(text, mapping, file), currency=currency, file=file, date_order=date_order)


def _data(file: Path) -> bytes:
    """The bytes, decompressed; never more than the limit is held."""
    with open_bytes(file) as handle:
        try:
            data = handle.read(FILE_BYTES_MAX + 1)
        except (OSError, EOFError) as error:
            raise InputRejected(f"is damaged ({error})", file=file) from error
    if len(data) > FILE_BYTES_MAX:
        raise LimitExceeded(
            f"{file.name}: larger than {FILE_BYTES_MAX >> 20} MiB, the limit of one statement; split it by period"
        )
    return data


def _text(file: Path) -> str:
    data = _data(file)
    encoding = find_encoding(file)
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)


def _reject_web_page(start: str, file: Path) -> None:
    """Banks hand out web pages and Excel's own XML under the name of a spreadsheet."""
    if re.match(r"<(!doctype html|html|head|meta|table|style|script)\b", start, re.I):
        raise InputRejected("is a web page, whatever it is called", file=file, expected=SAVE_AS_CSV)
    if "urn:schemas-microsoft-com:office" in start:
        raise InputRejected("is a spreadsheet in XML", file=file, expected=SAVE_AS_CSV)


def _statement(moved: Movements, balance: Money | None, file: Path | None) -> Statement:
    import polars as pl

    if balance is not None and balance.currency != moved.currency:
        raise InputRejected(f"the balance is in {balance.currency}, the statement in {moved.currency}", file=file)
    ordered = order(moved.rows, currency=moved.currency, file=file, own_books=moved.own_books)
    rows = ordered.rows.with_columns(pl.lit("other").alias("category")).select(COLUMNS).cast(schema())  # type: ignore[arg-type]
    closing = balance.minor if balance is not None else ordered.closing_balance_minor
    return Statement(
        rows=rows,
        currency=moved.currency,
        dialect=moved.dialect,
        balance_known=closing is not None,
        closing_balance_minor=closing,
        left_out=moved.left_out,
        holder=moved.holder,
    )
