"""Account lines from the books of a district: texts, order within the day, running balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brambling.kit.errors import InvariantBroken
from brambling.world import names
from brambling.world.economy import INFLOWS, KINDS, OWN, Books
from brambling.world.network import OUTSIDE, Relations
from brambling.world.population import Population
from brambling.world.registry import Register
from brambling.world.timeline import FUNDS, Timeline
from brambling.world.town import COUNTY, Ints, Texts, Town

if TYPE_CHECKING:
    import polars as pl

CATEGORIES = ("sales", "payroll", "rent", "tax", "supplier", "loan", "owner", "transfer", "other")
_CUSTOMER, _SUPPLIER, _IN_TOWN = "customer", "supplier", "in_town"
_WALLETS = ("微信支付商户清算（仿真）", "支付宝商户清算（仿真）")
_UTILITY = (f"{COUNTY}供电公司", f"{COUNTY}自来水公司", f"{COUNTY}通信营业厅")


@dataclass(frozen=True)
class _Line:
    """What a kind of line says. ``memos`` are variants, of which a business keeps to one; {y} {m} are year and month."""

    kind: str
    category: str
    sign: int
    memos: tuple[str, ...]


# In the order in which the economy does it within a day, so that no line's balance is below zero.
_LINES = (
    _Line("capital", "owner", 1, ("投资款", "开业注资")),
    _Line("wallet", "sales", 1, ("商户结算", "扫码收款结算", "收单清算款")),
    _Line("card", "sales", 1, ("POS结算款", "银行卡收单清算")),
    _Line(_CUSTOMER, "sales", 1, ("货款", "{m}月货款", "往来货款", "合同款", "加工费", "服务费")),
    _Line("renewal", "loan", 1, ("贷款发放",)),
    _Line("interest", "other", 1, ("结息",)),
    _Line("from_reserve", "transfer", 1, ("转账", "账户互转")),
    _Line("from_fund", "transfer", 1, ("赎回",)),
    _Line("injection", "owner", 1, ("股东投入", "周转金", "往来款", "借款")),
    _Line("payroll", "payroll", -1, ("{m}月工资", "代发工资", "{y}年{m}月工资", "薪资发放")),
    _Line("social", "payroll", -1, ("社会保险费", "社保费{y}{m}")),
    _Line("vat", "tax", -1, ("增值税及附加", "扣税", "缴税")),
    _Line("income_tax", "tax", -1, ("所得税预缴", "扣税", "企业所得税")),
    _Line("loan", "loan", -1, ("贷款还款", "贷款扣款", "归还贷款本息")),
    _Line("rent", "rent", -1, ("房租", "租金", "{m}月起房租", "铺租")),
    _Line("utilities", "other", -1, ("电费", "水电费", "水费及电费", "电费通信费")),
    _Line("accident", "other", -1, ("维修赔付款", "抢修费")),
    _Line(_SUPPLIER, "supplier", -1, ("货款", "采购款", "材料款", "{m}月货款", "进货")),
    _Line(_IN_TOWN, "sales", 1, ("货款", "采购款", "材料款", "{m}月货款", "进货")),
    _Line("equipment", "other", -1, ("设备款", "购设备")),
    _Line("fee", "other", -1, ("账户管理费", "手续费")),
    _Line("draw", "owner", -1, ("备用金", "转账", "生活费", "往来款", "提取")),
    _Line("to_reserve", "transfer", -1, ("转账", "账户互转")),
    _Line("to_fund", "transfer", -1, ("申购",)),
)
_ORDER = {line.kind: k for k, line in enumerate(_LINES)}
assert set(KINDS) < set(_ORDER)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Lines as numbers: business (in the district), day, kind, amount, counterparty and memo by position in tables."""

    business: Ints
    day: Ints
    kind: Ints
    amount: Ints
    other: Ints
    memo: Ints


def outside_names(town: Town, district: int, links: Relations) -> Texts:
    """The name of the outside side of each relation."""
    return [
        names.outside_name(district * 4001 + int(number), town.seed, buys=k < links.customers)
        for k, number in enumerate(links.name)
    ]


def statements(
    who: Register, people: Population, time: Timeline, *, links: Relations, books: Books, outside: Texts
) -> pl.DataFrame:
    """The statement lines of one district between the first and the last day of the statements.

    Raises InvariantBroken when the lines do not add up to the account's cash.
    """
    import polars as pl

    table = _Counterparties(who, people, outside)
    rows = _sorted(_collect(people, time, links, books, table))
    balance = _balances(rows, books, time)
    memos, months = _memo_table(time)
    memo = rows.memo * months + time.month[rows.day] - time.month[time.first]
    category = np.array([CATEGORIES.index(line.category) for line in _LINES])[rows.kind]
    numbers = np.array(who.numbers, dtype=np.int32)
    return pl.DataFrame({
        "business": numbers[rows.business],
        "date": pl.Series(time.days[rows.day]).cast(pl.Date),
        "amount_minor": rows.amount,
        "counterparty": _gather(table.texts, rows.other),
        "memo": _gather(memos, memo),
        "balance_minor": balance,
        "account": _gather(who.accounts, rows.business),
        "true_category": _gather(list(CATEGORIES), category),
    })  # fmt: skip


def _gather(texts: Texts, codes: Ints) -> pl.Series:
    import polars as pl

    return pl.Series(texts, dtype=pl.String).gather(pl.Series(codes.astype(np.uint32)))


class _Counterparties:
    """Every name a line can carry, and where each begins in the table."""

    def __init__(self, who: Register, people: Population, outside: Texts) -> None:
        fixed = [
            *_WALLETS,
            "银联商户清算（仿真）",
            "仿真农商银行县支行",
            f"{COUNTY}税务局",
            f"{COUNTY}社会保险中心",
            "仿真银行代发业务",
            "仿真外市设备有限公司",
            f"{COUNTY}综合维修服务部",
            *_UTILITY,
            *FUNDS,
        ]
        self.texts: Texts = [*fixed, *who.names, *who.owners, *who.landlords, *outside]
        n = people.size
        self.names, self.owners, self.landlords = len(fixed), len(fixed) + n, len(fixed) + 2 * n
        self.outside = len(fixed) + 3 * n
        every = np.arange(n)
        place = {text: k for k, text in enumerate(fixed)}
        bank, tax = place["仿真农商银行县支行"], place[f"{COUNTY}税务局"]
        self.of: dict[str, Ints] = {
            "capital": self.owners + every,
            "wallet": people.wallet,
            "card": np.full(n, 2),
            "renewal": np.full(n, bank),
            "interest": np.full(n, bank),
            "from_reserve": self.names + every,
            "to_reserve": self.names + every,
            "from_fund": place[FUNDS[0]] + people.product,
            "to_fund": place[FUNDS[0]] + people.product,
            "injection": self.owners + every,
            "draw": self.owners + every,
            "payroll": np.full(n, place["仿真银行代发业务"]),
            "social": np.full(n, place[f"{COUNTY}社会保险中心"]),
            "vat": np.full(n, tax),
            "income_tax": np.full(n, tax),
            "loan": np.full(n, bank),
            "rent": self.landlords + every,
            "utilities": place[_UTILITY[0]] + every % len(_UTILITY),
            "accident": np.full(n, place[f"{COUNTY}综合维修服务部"]),
            "equipment": np.full(n, place["仿真外市设备有限公司"]),
            "fee": np.full(n, bank),
        }


def _collect(people: Population, time: Timeline, links: Relations, books: Books, table: _Counterparties) -> _Rows:
    parts: list[_Rows] = []
    for kind in KINDS:
        day, business, amount = _entries(books.lines[kind], time)
        parts.append(_rows(kind, business, day, amount, other=table.of[kind][business], habit=business))
    c = links.customers
    day, relation, amount = _entries(books.paid[:, :c], time)
    receiver, payer = links.seller[relation], table.outside + relation
    parts.append(_rows(_CUSTOMER, receiver, day, amount, other=payer, habit=relation))
    day, relation, amount = _entries(books.paid[:, c:], time)
    buyer, seller = links.buyer[c:][relation], books.seller[day, relation].astype(np.int64)
    inside = seller != OUTSIDE
    other = np.where(inside, table.names + seller, table.outside + c + relation)
    parts.append(_rows(_SUPPLIER, buyer, day, amount, other=other, habit=relation))
    day, relation, amount, buyer, seller = (column[inside] for column in (day, relation, amount, buyer, seller))
    parts.append(_rows(_IN_TOWN, seller, day, amount, other=table.names + buyer, habit=relation))
    return _Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Rows.__dataclass_fields__))


def _entries(matrix: Ints, time: Timeline) -> tuple[Ints, Ints, Ints]:
    """Day, column and amount of what is not zero on the days of the statements."""
    shown = matrix[time.first : time.last + 1]
    day, column = np.nonzero(shown)
    return (day + time.first).astype(np.int64), column.astype(np.int64), shown[day, column]


def _rows(kind: str, business: Ints, day: Ints, amount: Ints, *, other: Ints, habit: Ints) -> _Rows:
    """Lines of one kind; who writes a memo keeps to one variant of it: ``habit`` numbers the writer."""
    line = _LINES[_ORDER[kind]]
    before = sum(len(earlier.memos) for earlier in _LINES[: _ORDER[kind]])
    return _Rows(
        business=business.astype(np.int64),
        day=day.astype(np.int64),
        kind=np.full(day.size, _ORDER[kind], dtype=np.int64),
        amount=amount * line.sign,
        other=other.astype(np.int64),
        memo=before + habit.astype(np.int64) * 7 // 3 % len(line.memos),
    )


def _sorted(rows: _Rows) -> _Rows:
    span = int(rows.day.max(initial=0)) + 1
    key = (rows.business * span + rows.day) * len(_LINES) + rows.kind
    order = np.argsort(key, kind="stable")
    return _Rows(*(getattr(rows, name)[order] for name in _Rows.__dataclass_fields__))


def _balances(rows: _Rows, books: Books, time: Timeline) -> Ints:
    """The balance after each line, from the cash before the first day; the last must be the cash of the last day."""
    n = books.cash.shape[1]
    opening = books.cash[time.first - 1]
    total = np.cumsum(rows.amount)
    begin = np.searchsorted(rows.business, np.arange(n + 1))
    before = np.concatenate([[0], total])[begin[:-1]]
    balance: Ints = total - before[rows.business] + opening[rows.business]
    end = np.concatenate([[0], total])[begin[1:]] - before + opening
    if (balance < 0).any() or not np.array_equal(end, books.cash[time.last]):
        raise InvariantBroken("the lines of a statement do not add up to the cash of its account")
    return balance


def _memo_table(time: Timeline) -> tuple[Texts, int]:
    """All memos for all months of the statements: variant by variant, month by month."""
    first, last = int(time.month[time.first]), int(time.month[time.last])
    texts = [
        memo.replace("{y}", str(1970 + month // 12)).replace("{m}", str(month % 12 + 1))
        for line in _LINES
        for memo in line.memos
        for month in range(first, last + 1)
    ]
    return texts, last - first + 1


assert {line.category for line in _LINES} == set(CATEGORIES)
assert set(INFLOWS) | set(OWN) < set(_ORDER)
