"""The layouts of bank statements, found by their headers.

What a column means is decided by its name alone (``ROLES``), so a layout nobody listed is read as well as a listed one,
as long as its words are known; ``DIALECTS`` only gives the well-known ones their names. The names are those printed by
the banks' own exports; in a bank's statement the debit side (借方) is money out of the customer's account.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from brambling.kit.errors import InputRejected

# The first name of a role that stands in the header is taken. Booking day before trade day: the balance follows it.
ROLES: dict[str, tuple[str, ...]] = {
    "date": (
        "date",
        "记账日期",
        "入账日期",
        "账务日期",
        "会计日期",
        "交易日期",
        "交易日",
        "记账日",
        "日期",
        "业务日期",
        "booking date",
        "posting date",
        "post date",
        "transaction date",
        "trade date",
        "交易时间",
        "记账时间",
        "入账时间",
        "发生时间",
        "付款时间",
        "交易创建时间",
        "创建时间",
        "日期时间",
        "时间",
        "value date",
        "起息日",
        "datetime",
        "timestamp",
        "交易日期时间",
        "交易日期/时间",
        "日期/时间",
        "入账日",
        "发生日期",
        "发生日",
        "业务时间",
        "到账时间",
        "到账日期",
        "支付时间",
        "动账时间",
        "动账日期",
        "transaction time",
        "transaction date/time",
        "posted date",
        "posting time",
        "trans date",
        "posted",
        "completed date",
    ),
    "in": (
        "贷方发生额",
        "贷方金额",
        "贷方",
        "收入",
        "收入金额",
        "存入",
        "存入金额",
        "转入金额",
        "收款金额",
        "收入(贷方)",
        "贷方(收入)",
        "记账金额(收入)",
        "交易金额(收入)",
        "贷方发生额(收入)",
        "存款",
        "转入",
        "credit",
        "credit amount",
        "deposit",
        "deposits",
        "paid in",
        "money in",
        "in",
        "贷方交易金额",
        "存入(贷方)",
        "转入(贷方)",
        "收方金额",
        "收方发生额",
        "存入额",
        "入账金额(收入)",
        "进账金额",
        "收",
        "credits",
        "credit amt",
        "deposit amount",
        "money received",
    ),
    "out": (
        "借方发生额",
        "借方金额",
        "借方",
        "支出",
        "支出金额",
        "支取",
        "支取金额",
        "转出金额",
        "付款金额",
        "支出(借方)",
        "借方(支出)",
        "记账金额(支出)",
        "交易金额(支出)",
        "借方发生额(支取)",
        "取款",
        "付出",
        "转出",
        "debit",
        "debit amount",
        "withdrawal",
        "withdrawals",
        "paid out",
        "money out",
        "out",
        "借方交易金额",
        "支取(借方)",
        "转出(借方)",
        "付方金额",
        "付方发生额",
        "支取额",
        "出账金额",
        "付",
        "debits",
        "debit amt",
        "withdrawal amount",
        "money sent",
    ),
    "amount": (
        "amount",
        "金额",
        "交易金额",
        "发生额",
        "交易额",
        "收支金额",
        "记账金额",
        "交易发生额",
        "transaction amount",
        "trade amount",
        "收/支金额",
        "收入/支出金额",
        "发生金额",
        "本次发生额",
        "交易发生金额",
        "动账金额",
        "trans amt",
        "amt",
    ),
    "direction": (
        "direction",
        "借贷标志",
        "借贷标识",
        "借贷方向",
        "借贷",
        "借/贷",
        "收/支",
        "收支",
        "收支标志",
        "收支类型",
        "收支方向",
        "交易方向",
        "方向",
        "来往账标志",
        "往来账标志",
        "来往标志",
        "存取标志",
        "d/c",
        "dc",
        "dr/cr",
        "debit/credit",
        "credit/debit",
        "credit debit indicator",
        "借贷状态",
        "借贷标记",
        "借贷别",
        "收付标志",
        "收付标识",
        "收付方向",
        "收付",
        "收/付",
        "收支标识",
        "收支状态",
        "资金流向",
        "资金方向",
        "出入账标志",
        "出入账",
        "dc flg",
        "dr cr",
        "cr/dr",
        "c/d",
    ),
    "balance": (
        "balance",
        "余额",
        "账户余额",
        "本次余额",
        "交易后余额",
        "当前余额",
        "联机余额",
        "账户结余",
        "账面余额",
        "结余",
        "可用余额",
        "running balance",
        "after-transaction balance",
        "结存",
        "结存金额",
        "账户结存",
        "本次结存",
        "余额金额",
        "账面结余",
        "结余金额",
        "本账户余额",
        "活期余额",
        "存款余额",
        "交易余额",
        "现余额",
        "最新余额",
        "记账后余额",
        "发生后余额",
        "账户可用余额",
        "balance after",
        "balance after transaction",
        "balance after trade",
        "after balance",
        "account balance",
        "ledger balance",
        "closing balance",
        "available balance",
        "current balance",
        "book balance",
        "bal",
    ),
    "counterparty": (
        "counterparty",
        "对方户名",
        "对方名称",
        "对方账户名称",
        "对方账户名",
        "对方单位名称",
        "对方单位",
        "对方姓名",
        "对方客户名称",
        "对方账号户名",
        "对方账号与户名",
        "对方信息",
        "交易对方",
        "交易对手",
        "交易对手名称",
        "交易对手户名",
        "对手户名",
        "对手方户名",
        "对手名称",
        "收(付)方名称",
        "收/付方名称",
        "收付方名称",
        "收(付)款人名称",
        "收付款人",
        "对方",
        "payee/payer",
        "payee or payer",
        "counterparty name",
        "对手信息",
        "对方账户户名",
        "对手方名称",
        "对手方",
        "对手账户名称",
        "交易对方名称",
        "交易对方户名",
        "交易对方账户名",
        "往来单位",
        "往来单位名称",
        "往来户名",
        "收付款人名称",
        "收/付款人",
        "收/付款方名称",
        "收付款方名称",
        "对方户名/名称",
        "opposite account name",
        "counter party",
        "counter party name",
        "other party",
    ),
    "payer": ("付款人名称", "付款方名称", "付款人户名", "付款方户名", "付款人", "payer's name", "payer"),
    "payee": ("收款人名称", "收款方名称", "收款人户名", "收款方户名", "收款人", "payee's name", "payee", "name"),
    "counterparty_account": (
        "对方账号",
        "对方账户",
        "对方卡号",
        "对方卡号/账号",
        "对方账号/卡号",
        "交易对手账号",
        "对手账号",
        "收(付)方账号",
        "收/付方账号",
        "counterparty account",
        "交易对方账号",
        "交易对方账户",
        "对手方账号",
        "收付款人账号",
        "收/付款方账号",
        "往来账号",
        "payment receipt account",
    ),
    "account": (
        "account",
        "本方账号",
        "账号",
        "本方账户",
        "我方账号",
        "查询账号",
        "查询账号[ inquirer account number ]",
        "交易账号",
        "交易卡号",
        "卡号",
        "账号/卡号",
        "account number",
        "account no",
        "account no.",
    ),
    "holder": ("本方户名", "户名", "账户名称", "账户名", "账号名称", "我方户名"),
    "currency": ("currency", "币种", "币别", "货币", "交易币种", "交易货币", "记账币种", "trade currency"),
    "status": ("status", "交易状态", "当前状态", "状态"),
    "order": ("交易订单号", "交易单号", "交易号", "业务流水号"),
    "refunded": ("成功退款",),
}
# Every one of these that stands in the header goes into the memo, in this order.
MEMO = (
    "memo", "摘要", "交易摘要", "业务摘要", "用途", "交易用途", "附言", "交易附言", "客户附言", "交易地点/附言", "备注", "交易备注",
    "说明", "交易说明", "商品", "商品说明", "商品名称", "交易名称", "交易类型", "交易分类", "业务名称", "业务类型", "类型", "注释",
    "description", "details", "reference", "narrative", "remark", "remarks", "note", "notes", "transaction type",
)  # fmt: skip
REQUIRED = "a date, and an amount or money in and money out"


@dataclass(frozen=True)
class Dialect:
    """A well-known layout: all headers of ``signature`` stand in its header line."""

    name: str
    signature: frozenset[str]


def _dialect(name: str, words: str) -> Dialect:
    return Dialect(name, frozenset(words.split()))


# From the narrow signature to the wide one: the first whose headers are all there names the file.
DIALECTS: tuple[Dialect, ...] = (
    _dialect("alipay", "交易时间 交易对方 商品说明 收/支 金额 交易状态"),
    _dialect("alipay", "交易创建时间 交易对方 商品名称 金额 收/支 交易状态"),
    _dialect("alipay-merchant", "账务流水号 发生时间 收入金额 支出金额 账户余额"),
    _dialect("wechat", "交易时间 交易类型 交易对方 商品 收/支 金额 当前状态"),
    _dialect("wechat-merchant", "记账时间 资金流水单号 收支类型 收支金额 账户结余"),
    _dialect("icbc", "交易日期 摘要 记账金额(收入) 记账金额(支出) 余额 对方户名"),
    _dialect("icbc-corporate", "本方账号 交易时间 借/贷 借方发生额 贷方发生额 对方单位名称 余额"),
    _dialect("ccb-corporate", "交易时间 借方发生额(支取) 贷方发生额(收入) 余额 对方户名 记账日期 摘要"),
    _dialect("ccb", "摘要 币别 交易日期 交易金额 账户余额 对方账号与户名"),
    _dialect("abc", "交易日期 交易金额 本次余额 对方户名 交易摘要"),
    _dialect("abc-corporate", "交易时间 收入金额 支出金额 账户余额 对方户名 交易用途"),
    _dialect("boc", "记账日期 记账时间 币别 金额 余额 交易名称 附言 对方账户名"),
    _dialect("boc-corporate", "交易日期 付款人名称 收款人名称 交易金额 交易后余额"),
    _dialect("cmb-corporate", "交易日 借方金额 贷方金额 余额 摘要 收(付)方名称"),
    _dialect("cmb", "交易日期 支出 收入 余额 交易类型 交易备注"),
    _dialect("bocom", "交易日期 借贷标志 交易金额 余额 对方户名 摘要"),
    _dialect("bocom", "交易日期 借贷状态 交易金额 余额 对方账号 对方户名"),
    _dialect("cmb-statement", "记账日期 货币 交易金额 联机余额 交易摘要 对手信息"),
    _dialect("mybank", "交易时间 收入金额 支出金额 账户余额 对方户名 对方账号 业务类型"),
    _dialect("psbc", "交易日期 摘要 收入金额 支出金额 余额 对方户名 交易渠道"),
    _dialect("brambling", "date amount"),
)


@dataclass(frozen=True)
class Layout:
    """What stands where: role to position in the header; ``memo`` has all positions that make up the memo."""

    dialect: str
    header: tuple[str, ...]
    roles: Mapping[str, int]
    memo: tuple[int, ...]

    @property
    def debit_and_credit(self) -> bool:
        """Whether the direction is told by the words debit and credit, which a firm's own books use the other way."""
        words = [self.header[self.roles[role]] for role in ("in", "out", "direction") if role in self.roles]
        return any("借" in word or "贷" in word or "debit" in word.lower() for word in words)


def plain_name(cell: str) -> str:
    """A header cell in its plain form: full-width marks narrowed, spaces and the unit (元) taken off, lower case."""
    text = unicodedata.normalize("NFKC", cell).strip().strip("`'\"*:").lower()
    text = re.sub(r"[(\[](单位[::]?)?[+\-]?(人民币|元|rmb|cny|¥|yuan)[)\]]|/元|\s*\[[^\]]*\]", "", text)
    text = re.sub(r"\s+", " ", text).strip().replace("帐", "账")
    return text.replace(" ", "") if re.search(r"[\u4e00-\u9fff]", text) else text.replace("_", " ")


def recognise(cells: Sequence[str], mapping: Mapping[str, str], file: Path | None = None) -> Layout | None:
    """The layout of a header line, or None when it is not one.

    ``mapping`` (role to the file's own name) comes before the names we know. A header needs a date and an amount, or a
    date and a column of money in or out. Raises InputRejected for a header of which two columns that are read carry
    one name, and for amounts in thousands or more.
    """
    if len([cell for cell in cells if cell.strip()]) < 2:
        return None
    names = [plain_name(cell) for cell in cells]
    roles: dict[str, int] = {}
    claimed: set[int] = set()
    for role, theirs in mapping.items():
        found = [i for i, cell in enumerate(cells) if cell.strip() == theirs or names[i] == plain_name(theirs)]
        if not found:
            return None
        roles[role] = found[0]
        claimed.add(found[0])
    memo = [roles.pop("memo")] if "memo" in roles else []
    chinese = [re.sub(r"(?<=[\u4e00-\u9fff)])[a-z .'/_-]+$", "", name) for name in names]  # 余额 Balance
    for known in (names, chinese, [re.sub(r"\(.*?\)", "", name) for name in names]):
        _claim(known, roles, claimed)
    if not memo:
        memo = [chinese.index(name) for name in MEMO if name in chinese and chinese.index(name) not in claimed]
    if "date" not in roles or not {"amount", "in", "out"} & roles.keys():
        return None
    _reject_twins(cells, names, [*roles.values(), *memo], file)
    for role in ("amount", "in", "out", "balance"):
        if role in roles and re.search("[百千万亿]元|[千万亿]|thousand|million", cells[roles[role]].lower()):
            raise InputRejected(
                f"column {cells[roles[role]].strip()!r} is not in single units",
                file=file,
                expected="amounts in yuan, not in 万元 or 千元",
            )
    name = next((dialect.name for dialect in DIALECTS if dialect.signature <= set(chinese)), "by-names")
    return Layout("mapped" if mapping else name, tuple(cell.strip() for cell in cells), roles, tuple(memo))


def _reject_twins(cells: Sequence[str], names: Sequence[str], read: Sequence[int], file: Path | None) -> None:
    """Two columns of one name: which of them is meant cannot be known."""
    for position in read:
        if names.count(names[position]) > 1:
            both = [str(i + 1) for i, name in enumerate(names) if name == names[position]]
            raise InputRejected(
                f"columns {' and '.join(both)} are both called {cells[position].strip()!r}",
                file=file,
                expected="each column name once: rename or delete one",
            )


def _claim(names: Sequence[str], roles: dict[str, int], claimed: set[int]) -> None:
    """Give each role without a column the first one that has one of its names."""
    for role, words in ROLES.items():
        if role in roles:
            continue
        for word in words:
            position = next((i for i, name in enumerate(names) if name == word and i not in claimed), None)
            if position is not None:
                roles[role] = position
                claimed.add(position)
                break
