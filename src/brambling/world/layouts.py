"""One statement as a bank would hand it out: three layouts of banks that do not exist, and the house's own contract.

- ``contract``: UTF-8, ``date,amount,counterparty,memo,balance,account``
- ``hecang``: GB18030, six lines before the header, debit and credit in two columns with thousands separators
- ``yanling``: UTF-8 with mark, newest line first, income and expense in two columns, dates with slashes
- ``fubo``: GB18030, tab-separated, amounts without sign beside a column that says 借 or 贷, dates without marks
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.world.town import Simulation

Line = Mapping[str, Any]  # a row of Simulation.statements
Row = tuple[str, ...]


def statement_csv(simulation: Simulation, business: int, dialect: str = "contract") -> bytes:
    """The statement of ``business`` as the bytes of a file in one of ``DIALECTS``.

    Raises InputRejected for an unknown dialect or business.
    """
    import polars as pl

    if dialect not in DIALECTS:
        raise InputRejected(f"no layout {dialect!r}", expected=f"one of {', '.join(DIALECTS)}")
    lines = simulation.statements.filter(pl.col("business") == business).to_dicts()
    if not lines:
        raise InputRejected(f"no business {business}", expected=f"1 to {simulation.town.businesses}")
    name = simulation.businesses.filter(pl.col("business") == business)["name"].item()
    return DIALECTS[dialect](name, lines)


def _contract(name: str, lines: Sequence[Line]) -> bytes:
    header = ("date", "amount", "counterparty", "memo", "balance", "account")
    rows = [
        (
            line["date"].isoformat(),
            _text(line["amount_minor"]),
            line["counterparty"],
            line["memo"],
            _text(line["balance_minor"]),
            line["account"],
        )
        for line in lines
    ]
    return _table([header, *rows]).encode("utf-8")


def _hecang(name: str, lines: Sequence[Line]) -> bytes:
    first, last = lines[0]["date"], lines[-1]["date"]
    head = (
        ("禾仓银行（仿真）对公账户交易明细",),
        ("户名：", name),
        ("账号：", lines[0]["account"], "币种：", "人民币"),
        ("查询区间：", f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"),
        ("本明细由仿真系统生成，不对应任何真实账户",),
        (),
        ("交易日期", "流水号", "摘要", "借方发生额", "贷方发生额", "账户余额", "对方户名"),
    )
    rows = [
        (
            f"{line['date']:%Y-%m-%d}",
            f"{line['date']:%Y%m%d}{number:06d}",
            line["memo"],
            _grouped(-line["amount_minor"]) if line["amount_minor"] < 0 else "",
            _grouped(line["amount_minor"]) if line["amount_minor"] > 0 else "",
            _grouped(line["balance_minor"]),
            line["counterparty"],
        )
        for number, line in enumerate(lines, start=1)
    ]
    return _table([*head, *rows]).encode("gb18030")


def _yanling(name: str, lines: Sequence[Line]) -> bytes:
    header = ("记账日期", "对手方名称", "用途", "收入金额", "支出金额", "余额", "本方账号")
    rows = [
        (
            f"{line['date']:%Y/%m/%d}",
            line["counterparty"],
            line["memo"],
            _text(max(line["amount_minor"], 0)),
            _text(max(-line["amount_minor"], 0)),
            _text(line["balance_minor"]),
            line["account"],
        )
        for line in reversed(lines)
    ]
    title = ((f"砚陵村镇银行（仿真）  {name}  账户流水",),)
    return _table([*title, header, *rows]).encode("utf-8-sig")


def _fubo(name: str, lines: Sequence[Line]) -> bytes:
    header = ("序号", "交易日", "借贷标志", "交易金额", "交易后余额", "对方名称", "附言")
    rows = [
        (
            str(number),
            _digits(line["date"]),
            "借" if line["amount_minor"] < 0 else "贷",
            _text(abs(line["amount_minor"])),
            _text(line["balance_minor"]),
            line["counterparty"],
            line["memo"],
        )
        for number, line in enumerate(lines, start=1)
    ]
    title = (("浮泊银行（仿真）",), ("客户名称", name), ("账号", lines[0]["account"]))
    return _table([*title, header, *rows], delimiter="\t").encode("gb18030")


DIALECTS: Mapping[str, Callable[[str, Sequence[Line]], bytes]] = {
    "contract": _contract,
    "hecang": _hecang,
    "yanling": _yanling,
    "fubo": _fubo,
}


def _table(rows: Iterable[Row], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _text(minor: int) -> str:
    return str(Money(minor))


def _grouped(minor: int) -> str:
    return Money(minor).grouped()


def _digits(day: date) -> str:
    return f"{day:%Y%m%d}"
