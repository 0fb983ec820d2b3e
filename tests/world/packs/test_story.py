"""The facts of a clean story agree with each other, recomputed here from what is printed; a fault breaks what it names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from brambling.kit.money import Money
from brambling.kit.text import parse_amount
from brambling.world.packs.families import CAPTURES, FAMILIES, FAULTS, KINDS, SPOTS
from brambling.world.packs.faults import plant
from brambling.world.packs.forms.invoices import fields_of
from brambling.world.packs.goods import LINES
from brambling.world.packs.story import Story, tell

SEEDS = st.integers(1, 900_000)


def findings(story: Story) -> set[str]:
    """A second, plain reading of a story's facts: the names of the faults that it can see there."""
    found = set()
    firm = story.firm
    if not uscc.is_valid(story.licence_uscc):
        found.add("uscc_check_digit")
    for kind, bill in story.invoices.items():
        printed = fields_of(bill)
        amounts = [Money.of(line["amount"]).minor for line in printed["lines"]]
        taxes = [Money.of(line["tax"]).minor for line in printed["lines"]]
        rates = [int(line["rate"].rstrip("%")) for line in printed["lines"]]
        if sum(amounts) + sum(taxes) != Money.of(printed["total"]).minor:
            found.add("invoice_total")
        if any(abs(tax - amount * rate / 100) > 1 for amount, tax, rate in zip(amounts, taxes, rates, strict=True)):
            found.add("invoice_tax")
        if parse_amount(printed["total_capitals"]) != Money.of(printed["total"]):
            found.add("invoice_capitals")
        side = bill.buyer if kind == "purchase" else bill.seller
        if side.name != firm.name or side.uscc != firm.uscc:
            found.add("licence_seller")
        sign = -1 if kind == "purchase" else 1
        paid = [
            row
            for row in story.rows
            if row.amount_minor == sign * bill.total_minor and 0 <= (row.day - bill.day).days <= 40
        ]
        if not paid and "invoice_total" not in found:
            found.add("invoice_unpaid")
        own = {good.name for good in (*story.line.sells, *story.line.buys)}
        if any(item.good.name not in own for item in bill.items):
            found.add("trade_goods")
        if any((code, number) == (bill.code, bill.number) for code, number, _ in story.invoices_seen):
            found.add("duplicate_invoice")
    if story.contracts["sales_contract"].amount_minor != story.invoices["vat_special_invoice"].total_minor:
        found.add("contract_amount")
    for paper in story.contracts.values():
        if not paper.signed <= paper.begins < paper.ends:
            found.add("date_order")
        if paper.seal_name != paper.second.name:
            found.add("seal_name")
    balance = story.opening_minor
    for row in story.rows:
        balance += row.amount_minor
        if balance != row.balance_minor:
            found.add("running_balance")
    if story.holder != firm.name:
        found.add("account_holder")
    lent = [row for row in story.rows if row.memo in {"贷款发放", "放款"} and row.amount_minor > 0]
    if any(row.party not in {loan["lender"] for loan in story.declared["loans"]} for row in lent):
        found.add("hidden_loan")
    outs = {(row.party, -row.amount_minor) for row in story.rows if row.amount_minor < 0}
    if sum((row.party, row.amount_minor) in outs for row in story.rows) >= 2:
        found.add("round_trip")
    if story.declared["revenue_year_minor"] > 1.5 * story.inflow_minor() * 2:
        found.add("declared_revenue")
    if story.licence_ends and story.licence_ends < story.as_of:
        found.add("expired_licence")
    if story.id_name != firm.person or story.id_number != story.owner_id:
        found.add("id_owner")
    if story.lease_address != firm.address:
        found.add("lease_address")
    place = story.declared["place"]
    if abs(story.photo_place[0] - place["latitude"]) > 0.5 or abs(story.photo_place[1] - place["longitude"]) > 0.5:
        found.add("photo_place")
    if (story.as_of - story.photo_day).days > 200:
        found.add("photo_time")
    for flag, kind in (
        (story.twins, "near_duplicate_photo"),
        (story.edited, "edited_pdf"),
        (bool(story.screen), "rephotographed_screen"),
    ):
        if flag:
            found.add(kind)
    return found


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_clean_story_has_nothing_to_find(seed: int) -> None:
    story = tell(seed)
    assert findings(story) == set()
    assert min(row.balance_minor for row in story.rows) > 0
    assert story.rows == sorted(story.rows, key=lambda row: row.day)
    assert story.rows[-1].day < story.as_of


@pytest.mark.parametrize("kind", FAULTS)
@settings(max_examples=8, deadline=None)
@given(seed=SEEDS)
def test_a_fault_is_the_only_thing_to_find(kind: str, seed: int) -> None:
    story = tell(seed)
    planted = plant(story, kind)
    assert planted.kind == kind
    assert findings(story) == {kind}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_seed_tells_one_story(seed: int) -> None:
    assert tell(seed) == tell(seed)
    assert tell(seed) != tell(seed + 1)


def test_what_was_fixed() -> None:
    assert len(KINDS) >= 26
    assert len(FAULTS) >= 15
    assert set(SPOTS.values()) <= set(KINDS)
    for line in LINES.values():
        assert not {good.name for good in line.sells} & {good.name for good in LINES[line.far].sells}
    dev = [one for one in FAMILIES.values() if one.split == "dev"]
    held = [one for one in FAMILIES.values() if one.split == "eval"]
    assert len(dev) >= 4
    assert len(held) >= 4
    assert not {one.arrangement for one in dev} & {one.arrangement for one in held}
    assert not {(one.cjk, one.figures) for one in dev} & {(one.cjk, one.figures) for one in held}
    assert not {one.words for one in dev} & {one.words for one in held}
    assert all(severity in CAPTURES for one in (*dev, *held) for severity in one.severity)
    assert date(2026, 1, 1) < tell(1).as_of
