"""The figures of docs/algorithms/limit.md are those of the code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from brambling.credit.underwriting import Decline, Facts, Offer, Span, offer, shipped_policy
from brambling.credit.underwriting.rules import instalments, largest_principal, span_of
from brambling.kit.money import Money, Rate

PAGE = (Path(__file__).parents[3] / "docs" / "algorithms" / "limit.md").read_text(encoding="utf-8")
POLICY = shipped_policy("sme-1")


def spans(gap: str) -> tuple[Span, ...]:
    """15 of 100 futures lack the gap between the second instalment and the third; all of it comes back, and 5,000 more."""
    lows = np.zeros((100, 4))
    lows[:15, 2] = -Money.of(gap).minor
    lows[:, 3] = Money.of("5000.00").minor
    found = (span_of(lows, Rate.of("8%"), months, 0.1, POLICY.limit_step, POLICY.limit_max) for months in (3, 6, 9))
    return tuple(span for span in found if span is not None)


SHOP = Facts(
    consent=True,
    blocked=False,
    blocked_reason="",
    trade="5211",
    history_days=400,
    statement_age_days=3,
    balance_known=True,
    inflow_year=Money.of("1200000.00"),
    outflow_year=Money.of("1080000.00"),
    existing_debt_monthly=Money.of("2600.00"),
    capacity_instalment=Money.of("9000.00"),
    gap=Money.of("12400.00"),
    p_shortfall=Decimal("0.150000"),
    cash_for_risk=Money.zero(),
    idle=Money.zero(),
    spans=spans("12400.00"),
)


def test_the_offer_of_the_page() -> None:
    found = offer(SHOP, POLICY)
    assert isinstance(found, Offer)
    assert f"¥ {found.limit.decimal:,.0f} at {found.rate_annual.shown()} over {found.tenor_days} days" in PAGE
    for amount in (found.schedule[0].total, found.schedule[-1].total, found.interest):
        assert f"¥ {amount.grouped()}" in PAGE
    assert [reason.code for reason in found.reasons] == [
        "limit-capacity",
        "closes-gap",
        "price-shortfall",
        "existing-debt",
    ]


def test_the_table_of_tenors() -> None:
    share = SHOP.surplus_monthly.times(POLICY.surplus_share_max)
    for months, room in ((3, SHOP.capacity_instalment), (6, share), (9, share)):
        most = largest_principal(room, Rate.of("8%"), months, POLICY.limit_step)
        instalment = instalments(most, Rate.of("8%"), months)[0].total
        least = next(span.least for span in SHOP.spans if span.months == months)
        row = f"| {months} months | {room.grouped()} | {most.decimal:,.0f} | {instalment.grouped()} | {least.decimal:,.0f} |"
        assert row in PAGE


def test_the_two_variants() -> None:
    small = offer(replace(SHOP, requested=Money.of("20000.00")), POLICY)
    assert isinstance(small, Offer)
    assert f"{small.tenor_days} days, ¥ {small.schedule[0].total.grouped()} a month" in PAGE
    large = offer(replace(SHOP, gap=Money.of("64400.00"), spans=spans("64400.00")), POLICY)
    assert isinstance(large, Decline)
    assert large.changes[0].code == "add-cash"
    assert f"¥ {Money.of(large.changes[0].params['amount']).decimal:,.0f} more in" in PAGE
