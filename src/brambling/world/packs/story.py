"""One business and what happened to it in six months: the facts every document of a pack is drawn from.

Facts agree with each other: each invoice said to be paid is on the statement, the contract has its invoice's amount, rent
and wages are what lease and payroll sheet say, declared revenue is what came in. A fault bends one of them.
Money is whole fen. Persons, firms and numbers are those of :mod:`brambling.world.names`: nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from brambling.world import names
from brambling.world.packs.goods import LINES, Good, Line
from brambling.world.town import COUNTY, TOWNS, stream

if TYPE_CHECKING:
    import numpy as np

_BANKS = ("仿真县农村商业银行", "仿真县城市银行南埠支行", "仿真村镇银行禾溪支行")
_MONTHS = 6
PLACE = (30.25, 119.95)  # about where the invented county lies: latitude, longitude


@dataclass
class Party:
    """A firm as invoices and contracts name it."""

    name: str
    uscc: str
    address: str
    phone: str
    bank: str
    account: str
    person: str


@dataclass
class Item:
    good: Good
    quantity: int
    amount_minor: int
    rate: int  # percent
    tax_minor: int


@dataclass
class Invoice:
    """``total_minor`` and ``capitals_minor`` are what is printed; they agree unless a fault says otherwise."""

    kind: str
    code: str
    number: str
    day: date
    buyer: Party
    seller: Party
    items: list[Item]
    amount_minor: int
    tax_minor: int
    total_minor: int
    capitals_minor: int
    remark: str = ""


@dataclass
class Contract:
    kind: str
    number: str
    signed: date
    begins: date
    ends: date
    first: Party  # 甲方: buyer, lessor, lender
    second: Party  # 乙方: seller, lessee, borrower
    amount_minor: int
    subject: str
    seal_name: str  # on the seal of the second party


@dataclass
class Row:
    day: date
    party: str
    memo: str
    amount_minor: int
    balance_minor: int = 0


@dataclass
class Story:
    """Everything true of the pack's business on ``as_of``."""

    seed: int
    as_of: date
    line: Line
    firm: Party
    legal_form: str
    owner_id: str
    id_name: str
    id_number: str
    born: date
    established: date
    licence_ends: date | None
    capital_minor: int
    scope: str
    licence_uscc: str
    holder: str  # of the statement
    rows: list[Row]
    opening_minor: int
    invoices: dict[str, Invoice]  # by kind of document
    contracts: dict[str, Contract]
    rent_month_minor: int
    lease_address: str
    wages: list[tuple[str, int, int]]  # person, gross, social insurance of the person
    electricity_minor: int
    water_minor: int
    declared: dict[str, object]
    sales_quarter_minor: int  # before tax, as the returns say
    invoices_seen: list[tuple[str, str, int]]  # other applicants': code, number, total
    photo_day: date
    photo_place: tuple[float, float]
    twins: bool = False  # the second photo of stock is the first again
    screen: str = ""  # the kind of document that is photographed from a screen
    edited: bool = False  # the statement's PDF was changed

    @property
    def first_day(self) -> date:
        return self.rows[0].day.replace(day=1)

    @property
    def quarter(self) -> tuple[date, date]:
        """The three whole months before ``as_of``."""
        end = self.as_of.replace(day=1) - timedelta(days=1)
        return (end - timedelta(days=80)).replace(day=1), end

    def inflow_minor(self) -> int:
        """What customers paid in the months of the statement."""
        return sum(row.amount_minor for row in self.rows if row.amount_minor > 0 and row.memo in SALES_MEMOS)


SALES_MEMOS = ("货款", "合同款", "商户结算")


def tell(seed: int) -> Story:
    """The story of a seed."""
    rng = stream(seed, "packs-story")
    number = 200_000 + seed * 37 % 700_000
    line = LINES[sorted(LINES)[int(rng.integers(len(LINES)))]]
    as_of = date(2026, 4, 1) + timedelta(days=int(rng.integers(0, 180)))
    town = TOWNS[int(rng.integers(len(TOWNS)))]
    firm = _party(number, seed, f"仿真{town}{names.brand(number, seed)}{line.word}有限公司", town)
    born = date(1966, 1, 1) + timedelta(days=int(rng.integers(0, 11_000)))
    owner_id = names.identity_number(born, number)
    established = as_of - timedelta(days=int(rng.integers(700, 5000)))
    story = Story(
        seed=seed, as_of=as_of, line=line, firm=firm, legal_form="有限责任公司（自然人独资）" if number % 2 else "有限责任公司（自然人投资或控股）",
        owner_id=owner_id, id_name=firm.person, id_number=owner_id, born=born, established=established,
        licence_ends=None if rng.random() < 0.5 else established + timedelta(days=365 * 30),
        capital_minor=int(rng.choice([50, 100, 200, 300, 500, 1000])) * 10_000 * 100, scope=line.scope,
        licence_uscc=firm.uscc, holder=firm.name, rows=[], opening_minor=int(rng.integers(8_000_000, 40_000_000)),
        invoices={}, contracts={}, rent_month_minor=int(rng.integers(30, 180)) * 10_000, lease_address=firm.address,
        wages=_wages(number, rng), electricity_minor=int(rng.integers(60_000, 900_000)),
        water_minor=int(rng.integers(8_000, 90_000)), declared={}, sales_quarter_minor=0,
        invoices_seen=[],
        photo_day=as_of - timedelta(days=int(rng.integers(1, 20))),
        photo_place=(PLACE[0] + float(rng.uniform(-0.02, 0.02)), PLACE[1] + float(rng.uniform(-0.02, 0.02))),
    )  # fmt: skip
    _trade(story, rng)
    _paper(story, rng)
    _statement(story, rng)
    _declare(story)
    return story


def _party(number: int, seed: int, name: str, town: str) -> Party:
    return Party(
        name=name,
        uscc=names.uscc(number, seed, company=True),
        address=f"{COUNTY}{town}仿真路{number % 380 + 1}号",
        phone=names.phone(number),
        bank=_BANKS[number % len(_BANKS)],
        account=names.account(number),
        person=names.person(number),
    )


def other_party(number: int, seed: int, *, buys: bool) -> Party:
    """A customer or supplier outside the town; an unlucky name ending is made a company's."""
    name = names.outside_name(number, seed, buys=buys)
    for ending in ("商行", "批发部", "配送中心"):
        name = name.removesuffix(ending)
    return _party(
        number, seed, name if name.endswith("有限公司") else f"{name}商贸有限公司", TOWNS[number % len(TOWNS)]
    )


def _wages(number: int, rng: np.random.Generator) -> list[tuple[str, int, int]]:
    wages = []
    for place in range(int(rng.integers(4, 9))):
        gross = int(rng.integers(420, 980)) * 1000
        wages.append((names.person(number * 3 + place * 7 + 1), gross, rounded(gross, 1050, 10_000)))
    return wages


def rounded(minor: int, numerator: int, denominator: int) -> int:
    return int((Decimal(minor) * numerator / denominator).quantize(Decimal(1), ROUND_HALF_UP))


def items_of(goods: tuple[Good, ...], rate: int, rng: np.random.Generator, count: int, value_minor: int) -> list[Item]:
    """Some lines of goods worth about ``value_minor`` each."""
    items = []
    for place in sorted(rng.choice(len(goods), min(count, len(goods)), replace=False).tolist()):
        good = goods[place]
        quantity = max(1, round(value_minor * float(rng.uniform(0.5, 1.5)) / good.price_minor))
        amount = quantity * good.price_minor
        items.append(Item(good, quantity, amount, rate, rounded(amount, rate, 100)))
    return items


def invoice(kind: str, day: date, buyer: Party, seller: Party, items: list[Item], rng: np.random.Generator) -> Invoice:
    """An invoice that adds up. Fully digital ones have twenty digits and no code."""
    digits = "".join(str(digit) for digit in rng.integers(0, 10, 12).tolist())
    digital = kind == "e_invoice"
    amount, tax = sum(item.amount_minor for item in items), sum(item.tax_minor for item in items)
    return Invoice(
        kind, "" if digital else f"9990{day:%y}{digits[:6]}"[:12 if kind == "vat_general_invoice" else 10],
        f"{day:%y}99{digits}{digits[:4]}" if digital else digits[4:], day, buyer, seller, items, amount, tax,
        amount + tax, amount + tax,
    )  # fmt: skip


def _trade(story: Story, rng: np.random.Generator) -> None:
    """Two sales with their invoices, one purchase; a sales contract for the first, a purchase contract for the last."""
    line, base = story.line, 300_000 + story.seed * 53 % 600_000
    first, second = other_party(base, story.seed, buys=True), other_party(base + 1, story.seed, buys=True)
    supplier = other_party(base + 2, story.seed, buys=False)
    day = story.as_of - timedelta(days=int(rng.integers(105, 130)))
    for kind, buyer, seller, goods, value in (
        ("vat_special_invoice", first, story.firm, line.sells, 6_000_000),
        ("vat_general_invoice", second, story.firm, line.sells, 1_500_000),
        ("e_invoice", first, story.firm, line.sells, 4_000_000),
        ("purchase", story.firm, supplier, line.buys, 3_500_000),
    ):
        items = items_of(goods, line.rate, rng, int(rng.integers(1, 4)), value)
        day += timedelta(days=int(rng.integers(3, 9)))
        story.invoices[kind] = invoice(kind, day, buyer, seller, items, rng)


def _paper(story: Story, rng: np.random.Generator) -> None:
    """The contracts: what was sold and bought, the lease, a loan that is declared."""
    firm, base = story.firm, 400_000 + story.seed * 71 % 500_000
    for kind, of in (("sales_contract", "vat_special_invoice"), ("purchase_contract", "purchase")):
        bill = story.invoices[of]
        signed = bill.day - timedelta(days=int(rng.integers(10, 30)))
        subject = "、".join(item.good.name for item in bill.items)
        story.contracts[kind] = Contract(
            kind, f"FZ{signed:%Y%m}-{int(rng.integers(100, 999))}", signed, signed + timedelta(days=1),
            signed + timedelta(days=180), bill.buyer, bill.seller, bill.total_minor, subject, bill.seller.name,
        )  # fmt: skip
    begins = story.as_of.replace(day=1) - timedelta(days=int(rng.integers(8, 16)) * 31)
    begins = begins.replace(day=1)
    landlord = _party(base, story.seed, f"仿真{TOWNS[base % len(TOWNS)]}物业管理有限公司", TOWNS[base % len(TOWNS)])
    story.contracts["lease_contract"] = Contract(
        "lease_contract", f"ZL{begins:%Y%m}-{int(rng.integers(100, 999))}", begins - timedelta(days=7), begins,
        begins.replace(year=begins.year + 3) - timedelta(days=1), landlord, firm, story.rent_month_minor, "厂房及门面", firm.name,
    )  # fmt: skip
    lender = _party(base + 1, story.seed, "仿真县农村商业银行股份有限公司", TOWNS[0])
    begins = _first_month(story) + timedelta(days=40)
    story.contracts["loan_contract"] = Contract(
        "loan_contract", f"JK{begins:%Y%m}-{int(rng.integers(100, 999))}", begins, begins, begins + timedelta(days=365),
        lender, firm, int(rng.integers(10, 50)) * 1_000_000, "流动资金贷款", firm.name,
    )  # fmt: skip


def _first_month(story: Story) -> date:
    month = story.as_of.year * 12 + story.as_of.month - 1 - _MONTHS
    return date(month // 12, month % 12 + 1, 1)


def _statement(story: Story, rng: np.random.Generator) -> None:
    first = _first_month(story)
    months = [
        date((first.year * 12 + first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1) for k in range(_MONTHS)
    ]
    net = sum(gross - social for _, gross, social in story.wages)
    landlord, loan = story.contracts["lease_contract"].first.name, story.contracts["loan_contract"]
    rows: list[Row] = []
    for month in months:
        rows += [
            Row(month.replace(day=4), landlord, "房租", -story.rent_month_minor),
            Row(month.replace(day=12), "代发工资批量", f"{month.month}月工资", -net),
            Row(month.replace(day=15), f"{COUNTY}供电公司", "电费", -story.electricity_minor),
            Row(month.replace(day=16), f"{COUNTY}自来水公司", "水费", -story.water_minor),
            Row(month.replace(day=21), story.firm.bank, "结息", int(rng.integers(300, 4000))),
        ]
        for day in (6, 14, 19, 25):
            buyer = other_party(500_000 + story.seed * 11 + day % 4, story.seed, buys=True).name
            rows.append(Row(month.replace(day=day), buyer, "货款", int(rng.integers(30_000, 90_000)) * 100))
        supplier = other_party(600_000 + story.seed * 13, story.seed, buys=False).name
        rows.append(Row(month.replace(day=17), supplier, "采购款", -int(rng.integers(20_000, 120_000)) * 100))
    for kind, bill in story.invoices.items():
        paid = bill.day + timedelta(days=int(rng.integers(5, 25)))
        sale = kind != "purchase"
        rows.append(Row(paid, bill.buyer.name if sale else bill.seller.name, "货款" if sale else "采购款", bill.total_minor if sale else -bill.total_minor))  # fmt: skip
    rows.append(Row(loan.begins, loan.first.name, "贷款发放", loan.amount_minor))
    end = story.as_of.replace(day=1)
    story.rows = sorted((row for row in rows if first <= row.day < end), key=lambda row: row.day)
    settle(story)


def settle(story: Story) -> None:
    """Write each row's balance; the opening balance rises so that none is below zero."""
    low, balance = 0, 0
    for row in story.rows:
        balance += row.amount_minor
        low = min(low, balance)
    story.opening_minor = max(story.opening_minor, -low + 5_000_000)
    balance = story.opening_minor
    for row in story.rows:
        balance += row.amount_minor
        row.balance_minor = balance


def _declare(story: Story) -> None:
    """What the applicant says of itself, and what other applicants have handed in before."""
    story.declared = {
        "name": story.firm.name,
        "uscc": story.firm.uscc,
        "applied_on": story.as_of.isoformat(),
        "revenue_year_minor": round(story.inflow_minor() * 12 / _MONTHS / 100_000) * 100_000,
        "loans": [{"lender": story.contracts["loan_contract"].first.name, "amount_minor": story.contracts["loan_contract"].amount_minor}],
        "place": {"latitude": PLACE[0], "longitude": PLACE[1]},
    }  # fmt: skip
    quarter, _ = story.quarter
    sold = sum(
        row.amount_minor
        for row in story.rows
        if row.amount_minor > 0 and row.memo in SALES_MEMOS and row.day >= quarter
    )
    story.sales_quarter_minor = rounded(sold, 100, 100 + story.line.rate)
    rng = stream(story.seed, "packs-seen")
    for _ in range(5):
        digits = "".join(str(digit) for digit in rng.integers(0, 10, 8).tolist())
        story.invoices_seen.append(("9990260001", digits, int(rng.integers(100_000, 90_000_000))))
