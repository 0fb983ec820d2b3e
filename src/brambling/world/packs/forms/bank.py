"""The bank statement: as the file a bank exports, and as printed pages."""

from __future__ import annotations

import csv
import io
from typing import Any

from brambling.world.packs.families import Family
from brambling.world.packs.forms.hand import Drawn, Entry, Table, day, entries, heading, table, yuan
from brambling.world.packs.sheet import Seal, Sheet
from brambling.world.packs.story import Row, Story

ROWS_PER_PAGE = 30
_DATE, _PARTY, _MEMO = (
    ("交易日期", "日期", "记账日", "交易时间"),
    ("对方户名", "交易对手", "对方名称", "对方单位"),
    ("摘要", "用途", "附言", "备注"),
)
_BALANCE = ("余额", "账户余额", "本次余额", "结余")


def statement_fields(story: Story, family: Family, rows: list[Row]) -> dict[str, Any]:
    return {
        "holder": story.holder, "account": story.firm.account, "bank": story.firm.bank,
        "from": day(family, rows[0].day), "to": day(family, rows[-1].day),
        "lines": [
            {"date": day(family, row.day), "counterparty": row.party, "memo": row.memo, "amount": yuan(row.amount_minor), "balance": yuan(row.balance_minor)}
            for row in rows
        ],
    }  # fmt: skip


def statement_csv(story: Story, family: Family, memo: str = "") -> tuple[bytes, dict[str, Any]]:
    """As a counter's export: two lines on the account, a head, the rows."""
    rows = _with_memo(story.rows, memo)
    fields = statement_fields(story, family, rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    place = family.words
    writer.writerow(["户名", story.holder, "账号", story.firm.account, "开户行", story.firm.bank])
    writer.writerow([_DATE[place], "收入金额", "支出金额", _BALANCE[place], _PARTY[place], _MEMO[place]])
    for row, line in zip(rows, fields["lines"], strict=True):
        amount = yuan(abs(row.amount_minor))
        credit, debit = (amount, "") if row.amount_minor >= 0 else ("", amount)
        writer.writerow([line["date"], credit, debit, line["balance"], row.party, row.memo])
    encoding = "gb18030" if family.words % 2 else "utf-8-sig"
    return out.getvalue().encode(encoding), fields


def _with_memo(rows: list[Row], memo: str) -> list[Row]:
    if not memo:
        return rows
    place = len(rows) // 3
    row = rows[place]
    return [*rows[:place], Row(row.day, row.party, memo, row.amount_minor, row.balance_minor), *rows[place + 1 :]]


def statement_pages(story: Story, family: Family, memo: str = "") -> Drawn:
    """Printed pages: head with holder and account on the first, a table on each, the bank's seal on the last."""
    rows = _with_memo(story.rows, memo)
    fields = statement_fields(story, family, rows)
    sheets = []
    for first in range(0, len(rows), ROWS_PER_PAGE):
        sheet = Sheet()
        y = heading(sheet, family, f"{story.firm.bank}对公账户交易明细", 34)
        if not first:
            head = [
                Entry("holder", ("户名", "账户名称", "单位名称", "客户名称"), story.holder), Entry("account", ("账号", "账户号码"), story.firm.account),
                Entry("from", ("起始日期",), fields["from"]), Entry("to", ("截止日期", "终止日期"), fields["to"]),
            ]  # fmt: skip
            y = entries(sheet, family, head, y)
        body = tuple(
            (line["date"], line["counterparty"], line["memo"], line["amount"], line["balance"])
            for line in fields["lines"][first : first + ROWS_PER_PAGE]
        )
        columns = (
            ("date", _DATE, 0.16), ("counterparty", _PARTY, 0.36), ("memo", _MEMO, 0.16), ("amount", ("发生额", "交易金额"), 0.16),
            ("balance", _BALANCE, 0.16),
        )  # fmt: skip
        table(sheet, family, Table(columns, body), y, size=9)
        page, pages = first // ROWS_PER_PAGE + 1, -(-len(rows) // ROWS_PER_PAGE)
        sheet.text(297, 812, f"第{page}页 共{pages}页", 8, family.cjk, align="middle")
        if page == pages:
            sheet.add(Seal(480, 770, story.firm.bank, "业务专用章", 46))
        sheets.append(sheet)
    return Drawn(sheets, fields)
