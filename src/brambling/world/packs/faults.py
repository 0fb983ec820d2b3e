"""Planting one contradiction: each function bends one fact of a story and says what it bent.

The documents that show the fault are drawn from the bent fact; all others stay as they were, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from brambling.world import names
from brambling.world.packs.families import FAULTS
from brambling.world.packs.goods import LINES
from brambling.world.packs.story import Invoice, Item, Row, Story, items_of, other_party, settle
from brambling.world.town import stream


@dataclass(frozen=True)
class Planted:
    """``shows`` are the kinds of documents that change; ``detail`` holds what was and what is."""

    kind: str
    shows: tuple[str, ...]
    detail: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()  # faults that follow from it: to find them too is no false alarm


def plant(story: Story, kind: str) -> Planted:
    """Bend ``story`` by the fault ``kind``; raises KeyError for one that is not in ``families.FAULTS``."""
    planted = _PLANTS[kind](story)
    return replace(planted, kind=kind)


def _uscc_check_digit(story: Story) -> Planted:
    sign = names._NUMERALS
    wrong = story.firm.uscc[:-1] + sign[(sign.index(story.firm.uscc[-1]) + 5) % len(sign)]
    story.licence_uscc = wrong
    return Planted("", ("business_licence",), {"was": story.firm.uscc, "is": wrong}, ("licence_seller",))


def _invoice_total(story: Story) -> Planted:
    bill = story.invoices["e_invoice"]
    was, bill.total_minor = bill.total_minor, bill.total_minor + 900_000
    bill.capitals_minor = bill.total_minor
    return Planted("", ("e_invoice",), {"was_minor": was, "is_minor": bill.total_minor}, ("invoice_unpaid",))


def _invoice_tax(story: Story) -> Planted:
    bill = story.invoices["vat_special_invoice"]
    was = bill.items[0].rate
    bill.items[0] = replace(bill.items[0], rate=was - 3)
    return Planted("", ("vat_special_invoice",), {"rate_of_tax": was, "rate_printed": was - 3})


def _invoice_capitals(story: Story) -> Planted:
    bill = story.invoices["vat_general_invoice"]
    bill.capitals_minor = bill.total_minor + 1_000_000
    return Planted("", ("vat_general_invoice",), {"digits_minor": bill.total_minor, "capitals_minor": bill.capitals_minor})  # fmt: skip


def _licence_seller(story: Story) -> Planted:
    other = other_party(710_000 + story.seed % 9000, story.seed, buys=False)
    bill = story.invoices["vat_general_invoice"]
    bill.seller = replace(bill.seller, name=other.name, uscc=other.uscc)
    return Planted("", ("vat_general_invoice",), {"licence": story.firm.name, "seller": other.name})


def _account_holder(story: Story) -> Planted:
    story.holder = other_party(720_000 + story.seed % 9000, story.seed, buys=True).name
    return Planted("", ("bank_statement",), {"was": story.firm.name, "is": story.holder})


def _date_order(story: Story) -> Planted:
    paper = story.contracts["sales_contract"]
    paper.ends = paper.begins - timedelta(days=90)
    return Planted("", ("sales_contract",), {"begins": paper.begins.isoformat(), "ends": paper.ends.isoformat()})


def _invoice_unpaid(story: Story) -> Planted:
    bill = story.invoices["vat_special_invoice"]
    story.rows = [
        row for row in story.rows if not (row.party == bill.buyer.name and row.amount_minor == bill.total_minor)
    ]
    settle(story)
    return Planted("", ("bank_statement",), {"number": bill.number, "total_minor": bill.total_minor})


def _contract_amount(story: Story) -> Planted:
    paper = story.contracts["sales_contract"]
    was, paper.amount_minor = paper.amount_minor, paper.amount_minor * 14 // 10
    return Planted("", ("sales_contract",), {"was_minor": was, "is_minor": paper.amount_minor})


def _running_balance(story: Story) -> Planted:
    place = len(story.rows) // 2
    row = story.rows[place]
    was, row.balance_minor = row.balance_minor, row.balance_minor + 3_000_000
    return Planted("", ("bank_statement",), {"row": place + 1, "was_minor": was, "is_minor": row.balance_minor})


def _duplicate_invoice(story: Story) -> Planted:
    bill = story.invoices["vat_special_invoice"]
    story.invoices_seen[2] = (bill.code, bill.number, bill.total_minor)
    return Planted("", (), {"code": bill.code, "number": bill.number, "with": "invoices_seen"})


def _near_duplicate_photo(story: Story) -> Planted:
    story.twins = True
    return Planted("", ("stock_photo",), {"photos": 2})


def _rephotographed_screen(story: Story) -> Planted:
    story.screen = "business_licence"
    return Planted("", ("business_licence",))


def _edited_pdf(story: Story) -> Planted:
    story.edited = True
    return Planted("", ("bank_statement",), {"row": 3}, ("running_balance",))


def _photo_place(story: Story) -> Planted:
    story.photo_place = (story.photo_place[0] + 6.5, story.photo_place[1] - 5.0)
    return Planted("", ("shop_photo",), {"latitude": story.photo_place[0], "longitude": story.photo_place[1]})


def _photo_time(story: Story) -> Planted:
    story.photo_day -= timedelta(days=900)
    return Planted("", ("shop_photo",), {"day": story.photo_day.isoformat()})


def _trade_goods(story: Story) -> Planted:
    far = LINES[story.line.far]
    rng = stream(story.seed, "packs-far")
    bill = story.invoices["e_invoice"]
    items = _to_total(items_of(far.sells, story.line.rate, rng, 2, bill.amount_minor // 2), bill)
    story.invoices["e_invoice"] = replace(bill, items=items)
    return Planted("", ("e_invoice",), {"trade": story.line.key, "goods_of": far.key})


def _to_total(items: list[Item], bill: Invoice) -> list[Item]:
    """One line of the other trade with the amounts of the invoice: only the goods change, so that nothing else is off."""
    item = items[0]
    good = replace(item.good, price_minor=bill.amount_minor)
    return [Item(good, 1, bill.amount_minor, item.rate, bill.tax_minor)]


def _declared_revenue(story: Story) -> Planted:
    was = story.declared["revenue_year_minor"]
    assert isinstance(was, int)
    story.declared["revenue_year_minor"] = was * 2
    return Planted("", (), {"was_minor": was, "is_minor": was * 2, "with": "declared"})


def _hidden_loan(story: Story) -> Planted:
    lender, amount = "仿真外市恒泰小额贷款有限公司", 20_000_000
    first = story.first_day + timedelta(days=10)
    story.rows.append(Row(first, lender, "放款", amount))
    for month in range(1, 5):
        story.rows.append(Row(first + timedelta(days=30 * month), lender, "还款", -1_850_000))
    _sort(story)
    return Planted("", ("bank_statement",), {"lender": lender, "amount_minor": amount})


def _round_trip(story: Story) -> Planted:
    party = other_party(730_000 + story.seed % 9000, story.seed, buys=True).name
    for month in range(3):
        day, amount = story.first_day + timedelta(days=25 + 38 * month), (18 + month) * 1_000_000
        story.rows += [Row(day, party, "往来款", -amount), Row(day + timedelta(days=2), party, "货款", amount)]
    _sort(story)
    return Planted("", ("bank_statement",), {"party": party, "times": 3})


def _sort(story: Story) -> None:
    end = story.as_of.replace(day=1)
    story.rows = sorted((row for row in story.rows if row.day < end), key=lambda row: row.day)
    settle(story)


def _expired_licence(story: Story) -> Planted:
    story.licence_ends = story.as_of - timedelta(days=45)
    return Planted("", ("business_licence",), {"ended": story.licence_ends.isoformat()})


def _seal_name(story: Story) -> Planted:
    paper = story.contracts["sales_contract"]
    paper.seal_name = other_party(740_000 + story.seed % 9000, story.seed, buys=False).name
    return Planted("", ("sales_contract",), {"party": paper.second.name, "seal": paper.seal_name})


def _id_owner(story: Story) -> Planted:
    story.id_name = names.person(900_000 + story.seed)
    if story.id_name == story.firm.person:
        story.id_name = names.person(900_001 + story.seed)
    story.id_number = names.identity_number(story.born + timedelta(days=17), story.seed + 1)
    return Planted("", ("id_card_front",), {"licence": story.firm.person, "card": story.id_name})


def _lease_address(story: Story) -> Planted:
    story.lease_address = "仿真外市青岚区澜山大道1208号"
    return Planted("", ("lease_contract",), {"licence": story.firm.address, "lease": story.lease_address})


_PLANTS: dict[str, Callable[[Story], Planted]] = {kind: globals()[f"_{kind}"] for kind in FAULTS}
