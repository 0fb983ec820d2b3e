"""The smallest feasible change: verified by re-deciding, irreducible, and none where nothing would help."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.credit.underwriting import shipped_policy
from brambling.credit.underwriting.rules import Facts, Span, offer, proposed
from brambling.credit.underwriting.rules.improving import STEP_MINOR, _levers, _moved, smallest_change
from brambling.credit.underwriting.rules.offers import tenor_of
from brambling.kit.money import Money

POLICY = shipped_policy()


def shop(**changes: object) -> Facts:
    base = Facts(
        consent=True,
        blocked=False,
        blocked_reason="",
        trade="6210",
        history_days=400,
        statement_age_days=3,
        balance_known=True,
        inflow_year=Money.of("1200000.00"),
        outflow_year=Money.of("1080000.00"),
        existing_debt_monthly=Money.of("2600.00"),
        capacity_instalment=Money.of("9000.00"),
        gap=Money(0),
        p_shortfall=Decimal("0.15"),
        cash_for_risk=Money(0),
        idle=Money(0),
        spans=tuple(Span(months, Money.of("1000.00")) for months in POLICY.tenor_months),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_decline_turns_by_what_is_told_and_by_nothing_less() -> None:
    facts = shop(history_days=60, capacity_instalment=Money.of("500.00"))
    found = smallest_change(facts, POLICY)
    assert found is not None
    sizes = {step.code: step.size for step in found.steps}
    assert sizes["bring-history"] == 30
    assert set(sizes) == {"bring-history", "spread-payments"}
    raised = Money.of("500.00") + Money(sizes["spread-payments"])
    assert proposed(offer(replace(facts, history_days=90, capacity_instalment=raised), POLICY)) is not None
    less = raised - Money(STEP_MINOR)
    assert proposed(offer(replace(facts, history_days=90, capacity_instalment=less), POLICY)) is None


def test_a_limit_is_raised_by_a_tenth_or_more() -> None:
    present = proposed(offer(shop(), POLICY))
    found = smallest_change(shop(), POLICY)
    assert present is not None
    assert found is not None
    raised = proposed(found.outcome)
    assert raised is not None
    assert raised.limit.minor * 10 >= present.limit.minor * 11
    assert [step.code for step in found.steps] == ["spread-payments"]


def test_who_asked_for_little_only_has_to_ask() -> None:
    found = smallest_change(shop(requested=Money.of("20000.00")), POLICY)
    assert found is not None
    assert [(step.code, step.size) for step in found.steps] == [("ask-for-more", 2_000_00)]


def test_nothing_helps_whoever_is_barred() -> None:
    assert smallest_change(shop(blocked=True), POLICY) is None
    assert smallest_change(shop(consent=False), POLICY) is None
    assert smallest_change(shop(probability_default=Decimal("0.9")), POLICY) is None


@settings(max_examples=40)
@given(
    st.integers(0, 2_000_000_00),
    st.integers(0, 2_000_000_00),
    st.integers(0, 30_000_00),
    st.integers(0, 120),
    st.none() | st.integers(1, 3_000_000_00),
    st.integers(0, 60_000_00),
)
def test_every_change_is_verified_and_irreducible(
    inflow: int, outflow: int, capacity: int, history: int, asked: int | None, gap: int
) -> None:
    least = Money(max(1000_00, -(-gap // 1000_00) * 1000_00))
    facts = shop(
        inflow_year=Money(inflow),
        outflow_year=Money(outflow),
        capacity_instalment=Money(capacity),
        history_days=history,
        requested=None if asked is None else Money(asked),
        gap=Money(gap),
        spans=tuple(Span(months, least) for months in POLICY.tenor_months),
    )
    found = smallest_change(facts, POLICY)
    if found is None:
        return
    before, after = proposed(offer(facts, POLICY)), proposed(found.outcome)
    assert after is not None
    aim = POLICY.limit_min if before is None else before.limit + Money(1)
    assert after.limit >= aim
    levers = _levers(facts, POLICY)
    units = {lever.code: lever.unit for lever in levers}
    sizes = dict.fromkeys(units, 0) | {step.code: step.size // units[step.code] for step in found.steps}
    assert offer(_moved(facts, levers, sizes), POLICY) == found.outcome
    for code, size in sizes.items():
        if size:
            smaller = proposed(offer(_moved(facts, levers, {**sizes, code: size - 1}), POLICY))
            worth = before.limit.minor * 11 // 10 if before else POLICY.limit_min.minor
            assert smaller is None or smaller.limit.minor < worth or smaller.limit < after.limit


def test_the_tenor_is_the_shortest_that_the_cash_cycle_fits_in() -> None:
    assert tenor_of([3, 6, 9], 0) == 3
    assert tenor_of([3, 6, 9], 91) == 3
    assert tenor_of([3, 6, 9], 92) == 6
    assert tenor_of([3, 6], 365) == 6
    short, long = (proposed(offer(shop(cycle_days=days), POLICY)) for days in (0, 365))
    assert short is not None
    assert long is not None
    assert short.limit == long.limit
    assert short.tenor_days <= long.tenor_days


def test_a_group_is_one_risk() -> None:
    facts = shop(owed_group=Money.of("2980000.00"))
    made = proposed(offer(facts, POLICY))
    assert made is not None
    assert str(made.limit) == "20000.00"
    assert made.reasons[0].code == "limit-group"
    full = offer(shop(owed_group=Money.of("3000000.00")), POLICY)
    assert full.reasons[0].code == "group-full"
    alone = proposed(offer(shop(owed_group=Money(0)), POLICY))
    assert alone is not None
    assert alone.limit == proposed(offer(shop(), POLICY)).limit  # type: ignore[union-attr]
