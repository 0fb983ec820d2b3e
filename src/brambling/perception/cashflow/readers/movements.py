"""Cells into typed movements: dates, signed amounts in smallest units, balances, who and what for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import DateOrder, parse_dates, parse_minor
from brambling.kit.money import MINOR_DIGITS, Money
from brambling.perception.cashflow.readers.camt import Entries
from brambling.perception.cashflow.readers.dialects import Layout
from brambling.perception.cashflow.readers.tables import Table, movements, named

if TYPE_CHECKING:
    import polars as pl

IN_WORDS = (
    "贷",
    "贷方",
    "收",
    "收入",
    "转入",
    "存入",
    "存",
    "来账",
    "来帐",
    "收款",
    "转账收入",
    "进账",
    "进",
    "往来收入",
    "入账",
    "c",
    "cr",
    "crdt",
    "credit",
    "in",
    "+",
    "入",
)
OUT_WORDS = (
    "借",
    "借方",
    "支",
    "支出",
    "转出",
    "支取",
    "取",
    "往账",
    "往帐",
    "付款",
    "转账支出",
    "出账",
    "d",
    "dr",
    "dbit",
    "debit",
    "out",
    "-",
    "出",
    "付",
)
NEUTRAL_WORDS = ("/", "不计收支", "", "其他", "中性交易", "资金转移")
# How a spreadsheet counts days when the column lost its format: 20000 to 69999 are the years 1954 to 2091.
SERIAL_DAY = r"^\s*[2-6]\d{4}(\.\d+)?\s*$"
# Trades that never moved money.
NOT_DONE = r"交易关闭|已关闭|支付失败|失败|等待付款|待付款|冻结|已撤销|已取消|cancelled|failed|pending"
REFUND = r"退款"
# Moves between the wallet and the owner's bank account; the rest of what is neutral stays inside the wallet.
LEAVES_WALLET = r"提现|转出到|信用卡还款|转账到银行卡|还款"
ENTERS_WALLET = r"充值|转入零钱|零钱充值"
_CURRENCIES = {"人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "156": "CNY", "01": "CNY", "元": "CNY", "美元": "USD", "港币": "HKD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Movements:
    """Typed movements of a file, in the file's order: row, date, time, amount_minor, balance_minor, counterparty,
    memo, account, counterparty_account, fingerprint."""

    rows: pl.DataFrame
    currency: str
    dialect: str
    left_out: int = 0
    own_books: bool = False
    holder: str = ""


def typed(table: Table, *, currency: str, file: Path | None, date_order: DateOrder | None = None) -> Movements:
    """The movements of a table; raises InputRejected for the first cell that cannot be read."""
    import polars as pl

    layout = table.layout
    cells = movements(table)
    if cells.height == 0:
        raise InputRejected("has no movement below its header", file=file, expected="at least one movement")
    currency = _currency(cells, layout, currency, file)
    reader = _Reader(cells, layout, currency, file)
    amount, keep = reader.amounts()
    balance = reader.money("balance") if "balance" in layout.roles else pl.Series("b", [None] * cells.height, pl.Int64)
    account = (
        reader.text("account")
        if "account" in layout.roles
        else pl.Series("a", [table.account] * cells.height, pl.String)
    )
    rows = pl.DataFrame(
        {
            "row": cells["row"],
            "date": reader.dates(date_order),
            "time": reader.times(),
            "amount_minor": amount,
            "balance_minor": balance,
            "counterparty": reader.counterparty(amount),
            "memo": reader.memo(),
            "account": account,
            "counterparty_account": reader.counterparty_account(),
            "fingerprint": cells["fingerprint"],
        }
    )
    kept = rows.filter(keep)
    if kept.height == 0:
        raise InputRejected("no row moved money", file=file, expected="at least one movement")
    holder = table.holder or (next(iter(reader.text("holder").drop_nulls()), "") if "holder" in layout.roles else "")
    left_out = rows.height - kept.height
    return Movements(kept, currency, layout.dialect, left_out, layout.debit_and_credit, holder)


def of_entries(told: Entries, file: Path) -> Movements:
    """Movements of a file in XML or SGML, with the running balance filled in from what it tells of balances.

    Raises InputRejected when the opening balance and the entries do not make the closing one.
    """
    import polars as pl

    if not told.entries:
        raise InputRejected("has no entries", file=file, expected="at least one movement")
    rows = pl.DataFrame(
        [(i, e.date, e.amount_minor, e.counterparty, e.memo, e.account, e.counterparty_account) for i, e in enumerate(told.entries, 1)],
        schema={"row": pl.Int64, "day": pl.String, "amount_minor": pl.Int64, "counterparty": pl.String, "memo": pl.String, "account": pl.String, "counterparty_account": pl.String},
        orient="row",
    )  # fmt: skip
    days = parse_dates(rows["day"], file=file)
    if days.null_count():
        row = int(days.is_null().arg_max() or 0)
        raise InputRejected(
            f"{rows['day'][row]!r} does not fit",
            file=file,
            row=row + 1,
            column="date",
            expected="a date like 2026-11-24",
        )
    rows = rows.with_columns(days.alias("date"))
    parts = [_with_balances(part, told, file) for part in rows.partition_by("account", maintain_order=True)]
    rows = pl.concat(parts).with_columns(pl.lit(None, pl.String).alias("time"), pl.col("row").alias("fingerprint"))
    return Movements(rows, told.currency, told.dialect, holder=told.holder)


def _with_balances(part: pl.DataFrame, told: Entries, file: Path) -> pl.DataFrame:
    """One account's rows in time order with its running balance, null where the file tells none."""
    import polars as pl

    newest_first = part["date"].is_sorted(descending=True) and not part["date"].is_sorted()
    part = (part.reverse() if newest_first else part).sort("date", maintain_order=True)
    opening, closing = told.balances.get(part["account"][0], (None, None))
    total = int(part["amount_minor"].sum())
    if opening is not None and closing is not None and opening + total != closing:
        start, moved, end = (Money(minor, told.currency) for minor in (opening, total, closing))
        raise InputRejected(
            f"the balances do not add up: {start} and entries of {moved} make {start + moved}, the file says {end}",
            file=file,
            column="balance",
            expected=str(start + moved),
        )
    if opening is None and closing is not None:
        opening = closing - total
    balance = pl.lit(None, pl.Int64) if opening is None else pl.col("amount_minor").cum_sum() + opening
    return part.with_columns(balance.alias("balance_minor"))


def _currency(cells: pl.DataFrame, layout: Layout, currency: str, file: Path | None) -> str:
    if "currency" not in layout.roles:
        return currency
    import polars as pl

    named_here = cells.select(
        pl.col(str(layout.roles["currency"])).cast(pl.String).str.strip_chars().str.to_uppercase()
    )
    codes = named_here.to_series()
    codes = codes.replace(_CURRENCIES)
    found = [code for code in codes.unique(maintain_order=True).to_list() if code]
    if len(found) > 1:
        row = int((codes != found[0]).arg_max() or 0)
        raise InputRejected(
            f"{found[0]} above and {codes[row]} here",
            file=file,
            row=cells["row"][row],
            column=named(layout, "currency"),
            expected="one currency in a statement",
        )
    if found and found[0] not in MINOR_DIGITS:
        raise InputRejected(
            f"unknown currency {found[0]!r}",
            file=file,
            row=cells["row"][0],
            column=named(layout, "currency"),
            expected="one of " + " ".join(sorted(MINOR_DIGITS)),
        )
    return found[0] if found else currency


class _Reader:
    """Reads the columns of one table, and says which cell it could not read."""

    def __init__(self, cells: pl.DataFrame, layout: Layout, currency: str, file: Path | None) -> None:
        self.cells, self.layout, self.currency, self.file = cells, layout, currency, file

    def _column(self, role: str) -> pl.Series:
        return self.cells[str(self.layout.roles[role])]

    def _reject(self, bad: pl.Series, role: str, expected: str, problem: Callable[[object], str] | None = None) -> None:
        """Reject the first row where ``bad`` holds."""
        if not bad.any():
            return
        place = int(bad.arg_max() or 0)
        value = self._column(role)[place]
        if problem is not None:
            words = problem(value)
        else:
            words = "nothing there" if value is None or value == "" else f"{value!r} does not fit"
        raise InputRejected(
            words, file=self.file, row=self.cells["row"][place], column=named(self.layout, role), expected=expected
        )

    def text(self, role: str) -> pl.Series:
        """A text column, empty cells as null."""
        import polars as pl

        values = self._column(role).cast(pl.String).str.strip_chars()
        return pl.select(pl.when(values != "").then(values)).to_series()

    def dates(self, order: DateOrder | None) -> pl.Series:
        """Booking days; one format in the whole column."""
        import polars as pl

        column = self._column("date")
        if column.dtype == pl.String:
            column = column.str.replace(r"^(\d{8})[ T]?\d{6}(\.\d+)?$", "$1")
        elif column.dtype.is_integer():
            column = column.cast(pl.String)
        try:
            days = parse_dates(column, file=self.file, column=named(self.layout, "date"), order=order)
        except InputRejected as error:
            if error.row is None:
                raise
            raise InputRejected(
                error.problem,
                file=self.file,
                row=self.cells["row"][error.row - 1],
                column=error.column,
                expected=error.expected,
            ) from None
        numbers = self._column("date").cast(pl.String).str.contains(SERIAL_DAY).fill_null(False)
        self._reject(
            days.is_null() & numbers,
            "date",
            "dates as text: give the column a date format in the spreadsheet, then save it as CSV again",
            lambda value: f"{value!r} is a spreadsheet's own day number",
        )
        self._reject(days.is_null(), "date", "a date like 2026-11-24")
        return days

    def times(self) -> pl.Series:
        """Time of day as sortable text where the date column has it, null elsewhere."""
        import polars as pl

        column = self._column("date")
        if column.dtype != pl.String:
            return pl.Series("time", [None] * column.len(), pl.String)
        if column.str.contains(r"(?i)\d\s*[ap]m\b").any():
            return pl.Series("time", [None] * column.len(), pl.String)  # not in the order of its text
        clock = column.str.extract(r"[ T](\d{1,2}:\d{2}(?::\d{2})?)").str.zfill(8)
        return clock.fill_null(column.str.extract(r"^\d{8}[ T]?(\d{6})"))

    def money(self, role: str) -> pl.Series:
        """Smallest units, null where the cell is empty or a dash."""
        import polars as pl

        column = self._column(role)
        if column.dtype == pl.String:
            column = column.str.strip_chars().str.replace(r"^(?i:人民币|CNY|RMB|CN¥)\s*", "")
            column = column.str.replace(r"(?i:元|人民币|CNY|RMB)$", "").str.strip_chars()
            column = pl.select(pl.when(~column.str.contains(r"^[-—–/]*$")).then(column)).to_series()
        minor = parse_minor(column, self.currency)
        self._reject(minor.is_null() & column.is_not_null(), role, "an amount like 1234.50")
        return minor

    def amounts(self) -> tuple[pl.Series, pl.Series]:
        """Signed amounts, and which rows moved money at all."""
        import polars as pl

        roles = self.layout.roles
        everything = pl.Series("keep", [True] * self.cells.height)
        if "in" in roles or "out" in roles:
            nothing = pl.Series("nothing", [None] * self.cells.height, pl.Int64)
            money_in = self.money("in") if "in" in roles else nothing
            money_out = self.money("out") if "out" in roles else nothing
            shown = "in" if "in" in roles else "out"
            if {"in", "out"} <= roles.keys() or "amount" not in roles:
                self._reject(money_in.is_null() & money_out.is_null(), shown, "an amount in one of the two columns")
                # some banks print what goes out with its sign, in a column of its own
                out = -money_out if (money_out.fill_null(0) <= 0).all() else money_out
                return money_in.fill_null(0) - out.fill_null(0), everything
        amount = self.money("amount")
        self._reject(amount.is_null(), "amount", "an amount like 1234.50")
        if "direction" in roles:
            amount, everything = self._directed(amount)
        if "status" in roles:
            everything = everything & ~self._never_moved()
        if "refunded" in roles:
            given_back = self.money("refunded").fill_null(0)
            amount = pl.select(pl.when(amount < 0).then(amount + given_back).otherwise(amount - given_back)).to_series()
            everything = everything & (amount != 0)
        return amount, everything

    def _directed(self, amount: pl.Series) -> tuple[pl.Series, pl.Series]:
        import polars as pl

        words = self._column("direction").cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()
        # 贷 Cr, 借(支出): the first word says it
        words = words.str.replace(r"^([\u4e00-\u9fff]+)[\s(（\[].*$", "$1")
        goes_in, goes_out = words.is_in(list(IN_WORDS)), words.is_in(list(OUT_WORDS))
        neutral = words.is_in(list(NEUTRAL_WORDS))
        self._reject(
            ~(goes_in | goes_out | neutral), "direction", "a word like 收入 or 支出, 贷 or 借, credit or debit"
        )
        if neutral.any() and "status" not in self.layout.roles:
            self._reject(neutral, "direction", "a word like 收入 or 支出, 贷 or 借, credit or debit")
        purpose = self.memo() + " " + (self.text("status").fill_null("") if "status" in self.layout.roles else "")
        leaves = neutral & purpose.str.contains(LEAVES_WALLET) & ~purpose.str.contains(REFUND)
        enters = neutral & ~leaves & purpose.str.contains(f"{ENTERS_WALLET}|{REFUND}")
        out = amount.filter(goes_out & (amount != 0))
        signed = out.len() > 0 and (out < 0).all()
        turned = pl.select(pl.when(goes_out | leaves).then(-amount.abs() if signed else -amount).otherwise(amount))
        return turned.to_series(), goes_in | goes_out | leaves | enters

    def _never_moved(self) -> pl.Series:
        """Closed trades, and the refunds that belong to them: a refund's order number begins with that of its trade."""
        import polars as pl

        status = self.text("status").fill_null("")
        closed = status.str.contains(NOT_DONE)
        if "order" not in self.layout.roles or not closed.any():
            return closed
        orders = self.text("order").fill_null("")
        of_closed = orders.filter(closed & (orders != "")).unique()
        trade = orders.str.extract(r"^(\w+?)[_*]", 1).fill_null(orders)
        refunds = status.str.contains(REFUND) & trade.is_in(of_closed.implode())
        return pl.select(closed | refunds).to_series()

    def counterparty(self, amount: pl.Series) -> pl.Series:
        """The other side's name; from payer and payee where the file has both; the tail of its account as a last resort."""
        import polars as pl

        empty = pl.Series("counterparty", [None] * self.cells.height, pl.String)
        name = self.text("counterparty") if "counterparty" in self.layout.roles else empty
        payer = self.text("payer") if "payer" in self.layout.roles else empty
        payee = self.text("payee") if "payee" in self.layout.roles else empty
        side = pl.select(pl.when(amount > 0).then(payer).otherwise(payee)).to_series()
        if "payer" not in self.layout.roles:  # one column called payee holds both directions
            side = payee
        # an account number is no name: its tail tells payers apart and shows nobody's number
        tail = "*" + self.counterparty_account().str.slice(-4)
        best = pl.select(pl.coalesce(name, side, tail)).to_series()
        return best.replace({"/": "", "-": "", "--": "", "无": ""}).fill_null("")

    def counterparty_account(self) -> pl.Series:
        """The other side's account number, null where the file has none."""
        import polars as pl

        if "counterparty_account" not in self.layout.roles:
            return pl.Series("counterparty_account", [None] * self.cells.height, pl.String)
        number = self.text("counterparty_account").str.replace_all(r"[\s-]", "")
        return pl.select(pl.when(number.str.contains(r"\w{4}")).then(number)).to_series()

    def memo(self) -> pl.Series:
        """All that the file says of the purpose, each text once."""
        import polars as pl

        columns = [str(place) for place in self.layout.memo]
        if not columns:
            return pl.Series("memo", [""] * self.cells.height)
        texts = self.cells.select(pl.col(columns).cast(pl.String).str.strip_chars())
        texts = texts.with_columns(
            pl.when(pl.all().is_in(["", "/", "-", "--"])).then(None).otherwise(pl.all()).name.keep()
        )
        for later in range(1, len(columns)):
            said = pl.any_horizontal([pl.col(columns[i]) == pl.col(columns[later]) for i in range(later)])
            texts = texts.with_columns(
                pl.when(~said.fill_null(False)).then(pl.col(columns[later])).alias(columns[later])
            )
        return texts.select(pl.concat_str(columns, separator=" ", ignore_nulls=True).alias("memo"))["memo"]
