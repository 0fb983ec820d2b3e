"""Laws of the credit decision: they hold for whatever facts a business brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brambling.credit.underwriting import Decline, Facts, Offer, Reason, Refer, Span, offer, shipped_policy
from brambling.credit.underwriting.rules import Change, Outcome, due_days, instalments, largest_principal
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate

POLICY = shipped_policy("sme-1")
STEP = POLICY.limit_step
NOTHING = Money.zero()


def open_spans(gap: Money = NOTHING) -> tuple[Span, ...]:
    """Safe principals of a business whose gap has to be bridged by instalments that stand beside it."""
    spans = []
    for months in POLICY.tenor_months:
        if months <= 3 and gap:  # paid back before anybody knows whether the gap closes by itself
            continue
        steps = -(-gap.minor * months // max(months - 3, 1)) // STEP.minor if months > 3 else 0
        spans.append(Span(months, STEP * max(1, steps + 1)))
    return tuple(spans)


def money(most: int) -> st.SearchStrategy[Money]:
    return st.integers(0, most * 100).map(Money)


probabilities = st.integers(0, 1_000_000).map(lambda millionths: Decimal(millionths).scaleb(-6))
low_probabilities = st.integers(0, 450_000).map(lambda millionths: Decimal(millionths).scaleb(-6))

healthy = st.builds(
    Facts,
    consent=st.just(True),
    blocked=st.just(False),
    blocked_reason=st.just(""),
    trade=st.sampled_from(["", "5211", "F5212", "1311"]),
    history_days=st.integers(90, 1500),
    statement_age_days=st.integers(0, 45),
    balance_known=st.just(True),
    inflow_year=money(20_000_000),
    outflow_year=money(18_000_000),
    existing_debt_monthly=money(30_000),
    capacity_instalment=money(300_000),
    gap=st.just(Money.zero()) | money(200_000),
    p_shortfall=low_probabilities,
    cash_for_risk=money(500_000),
    idle=money(500_000),
    probability_default=st.none() | low_probabilities,
    requested=st.none() | money(2_500_000),
)
healthy = healthy.map(lambda facts: replace(facts, spans=open_spans(facts.gap)))
any_facts = st.builds(
    replace,
    healthy,
    consent=st.booleans(),
    blocked=st.booleans(),
    history_days=st.integers(0, 1500),
    statement_age_days=st.integers(0, 400),
    balance_known=st.booleans(),
    p_shortfall=probabilities,
    probability_default=st.none() | probabilities,
    trade=st.sampled_from(["", "5211", "6631", "J66"]),
)

GOOD = Facts(
    consent=True,
    blocked=False,
    blocked_reason="",
    trade="5211",
    history_days=400,
    statement_age_days=0,
    balance_known=True,
    inflow_year=Money.of("1200000.00"),
    outflow_year=Money.of("900000.00"),
    existing_debt_monthly=Money.zero(),
    capacity_instalment=Money.of("20000.00"),
    gap=Money.zero(),
    p_shortfall=Decimal("0.05"),
    cash_for_risk=Money.zero(),
    idle=Money.zero(),
    spans=open_spans(),
)


def made(outcome: Outcome) -> Offer | None:
    return outcome.proposal if isinstance(outcome, Refer) else outcome if isinstance(outcome, Offer) else None


def limit(facts: Facts) -> Money:
    found = made(offer(facts, POLICY))
    return found.limit if found else Money.zero()


def test_the_limit_is_the_least_of_its_ceilings() -> None:
    found = offer(GOOD, POLICY)
    assert isinstance(found, Offer)
    by_name = {line.name: line.amount for line in found.lines}
    assert found.limit == min(by_name.values())
    assert by_name["turnover"] == Money.of("300000.00")
    assert found.reasons[0].code == "limit-capacity"
    assert found.risk_band == "B"
    assert found.rate_annual == Rate.of("5.8%")


@given(any_facts)
def test_a_blocked_business_is_always_declined(facts: Facts) -> None:
    outcome = offer(replace(facts, blocked=True, blocked_reason="court list"), POLICY)
    assert isinstance(outcome, Decline)
    assert outcome.reasons[0].code == "blocked"


@given(any_facts)
def test_no_limit_passes_a_ceiling_and_at_most_four_reasons_are_given(facts: Facts) -> None:
    outcome = offer(facts, POLICY)
    assert 1 <= len(outcome.reasons) <= 4
    found = made(outcome)
    if found is None:
        return
    assert POLICY.limit_min <= found.limit <= POLICY.limit_max
    assert found.limit <= facts.inflow_year.times(POLICY.turnover_multiple)
    assert all(found.limit <= line.amount for line in found.lines)
    assert facts.requested is None or found.limit <= facts.requested
    assert found.limit >= facts.gap
    span = next(span for span in facts.spans if span.months == len(found.schedule))
    assert span.least <= found.least <= found.limit
    assert facts.balance_known
    assert found.rate_annual <= POLICY.rate_annual_max
    assert max(part.total for part in found.schedule) <= facts.capacity_instalment
    if found.tenor_days > 100:  # beyond the simulated weeks the surplus of the year carries it too
        assert max(part.total for part in found.schedule) <= facts.surplus_monthly


@given(healthy, money(5_000_000), money(100_000), st.integers(0, 500))
def test_more_income_capacity_or_history_never_lowers_the_limit(
    facts: Facts, income: Money, capacity: Money, days: int
) -> None:
    before = limit(facts)
    assert limit(replace(facts, inflow_year=facts.inflow_year + income)) >= before
    assert limit(replace(facts, capacity_instalment=facts.capacity_instalment + capacity)) >= before
    assert limit(replace(facts, history_days=facts.history_days + days)) >= before
    assert limit(replace(facts, existing_debt_monthly=Money.zero())) >= before
    assert limit(add_cash(facts, capacity)) >= before


@given(healthy, low_probabilities)
def test_more_risk_never_costs_less_nor_lends_more(facts: Facts, other: Decimal) -> None:
    low, high = sorted([facts.p_shortfall, other])
    better = made(offer(replace(facts, p_shortfall=low, probability_default=None), POLICY))
    worse = made(offer(replace(facts, p_shortfall=high, probability_default=None), POLICY))
    if worse is not None:
        assert better is not None
        assert worse.rate_annual >= better.rate_annual
        assert worse.limit <= better.limit


@given(any_facts)
def test_same_facts_same_bytes(facts: Facts) -> None:
    assert repr(offer(facts, POLICY)) == repr(offer(replace(facts), POLICY))


# -- schedules ---------------------------------------------------------------------------------------------------


@given(money(5_000_000), st.integers(0, 3600), st.integers(1, 36))
def test_a_schedule_sums_to_its_principal_exactly(principal: Money, basis_points: int, months: int) -> None:
    assume(principal.minor >= months * 100)
    plan = instalments(principal, Rate(Decimal(basis_points).scaleb(-4)), months)
    assert sum((part.principal for part in plan), Money.zero()) == principal
    assert len(plan) == months
    assert all(part.principal.minor >= 0 and part.interest.minor >= 0 for part in plan)
    assert max(part.total for part in plan) == plan[0].total
    assert len({part.total for part in plan[:-1]}) <= 1


@given(money(1_000_000), st.integers(0, 2400), st.sampled_from([3, 6, 9, 12]))
@settings(max_examples=60)
def test_the_largest_principal_fits_and_one_step_more_does_not(room: Money, basis_points: int, months: int) -> None:
    rate = Rate(Decimal(basis_points).scaleb(-4))
    most = largest_principal(room, rate, months, STEP)
    if most:
        assert instalments(most, rate, months)[0].total <= room
    assert instalments(most + STEP, rate, months)[0].total > room


def test_interest_agrees_with_a_naive_day_by_day_count() -> None:
    principal, rate = Money.of("100000.00"), Rate.of("12%")
    plan = instalments(principal, rate, 6)
    owed, day, interest = Fraction(principal.minor), 0, Fraction(0)
    paid = {part.due_day: part for part in plan}
    for day in range(1, plan[-1].due_day + 1):
        interest += owed * Fraction(12, 100) / 365
        if day in paid:
            assert abs(paid[day].interest.minor - interest) <= Fraction(1, 2)
            owed, interest = owed - paid[day].principal.minor, Fraction(0)
    assert owed == 0
    assert due_days(12)[-1] == 365


# -- reasons and changes -------------------------------------------------------------------------------------------


def bridged(facts: Facts) -> bool:
    """Whether some tenor carries its least safe principal, counted here without the rules' ceilings."""
    probability = facts.p_shortfall if facts.probability_default is None else facts.probability_default
    place = POLICY.band_of(probability)
    band = POLICY.bands[-1 if place is None else place]
    for span in facts.spans:
        principal = max(span.least, POLICY.limit_min)
        room = [facts.capacity_instalment]
        if span.months > 3:
            room.append(facts.surplus_monthly.times(POLICY.surplus_share_max))
        each = instalments(principal, band.rate_annual, span.months)[0].total
        ceilings = [POLICY.limit_max, facts.inflow_year.times(POLICY.turnover_multiple)]
        if span.months <= band.tenor_months_max and each <= min(room) and principal <= min(ceilings):
            return True
    return False


def is_true(reason: Reason, facts: Facts, found: Offer | None) -> bool:
    """Whether what ``reason`` says holds, found out without the rules."""
    params = reason.params
    worst = POLICY.bands[-1].probability_max
    ceilings = {line.name: line.amount for line in found.lines} if found else {}
    probability = facts.p_shortfall if facts.probability_default is None else facts.probability_default
    checks: dict[str, Callable[[], bool]] = {
        "blocked": lambda: facts.blocked,
        "trade-excluded": lambda: "66" in facts.trade,
        "no-consent": lambda: not facts.consent,
        "short-history": lambda: facts.history_days < POLICY.history_days_min,
        "stale-statement": lambda: facts.statement_age_days > POLICY.statement_age_days_max,
        "balance-unknown": lambda: not facts.balance_known,
        "safe-from": lambda: not facts.balance_known and Money.of(params["gap"]) == facts.gap,
        "carries-at-least": lambda: Money.of(params["instalment"]) == facts.capacity_instalment,
        "shortfall-likely": lambda: facts.probability_default is None and facts.p_shortfall > worst,
        "default-likely": lambda: facts.probability_default is not None and probability > worst,
        "capacity-too-small": lambda: facts.capacity_instalment < Money.of(params["needed"]),
        "surplus-too-small": lambda: facts.surplus_monthly < Money.of(params["needed"]),
        "turnover-too-small": lambda: facts.inflow_year < Money.of(params["needed"]),
        "request-too-small": lambda: facts.requested is not None and facts.requested < POLICY.limit_min,
        "gap-too-large": lambda: not bridged(facts),
        "request-below-gap": lambda: facts.requested is not None and facts.requested < Money.of(params["needed"]),
        "closes-gap": lambda: found is not None and found.limit >= found.least > facts.gap > Money.zero(),
        "own-cash-suffices": lambda: facts.requested is not None and facts.idle >= facts.requested,
        "limit-capacity": lambda: found is not None and found.limit == ceilings["capacity"],
        "limit-turnover": lambda: found is not None and found.limit == ceilings["turnover"],
        "limit-policy": lambda: found is not None and found.limit == POLICY.limit_max,
        "limit-request": lambda: found is not None and found.limit == ceilings["request"],
        "price-shortfall": lambda: Decimal(params["probability"]) == facts.p_shortfall,
        "price-default": lambda: Decimal(params["probability"]) == probability,
        "existing-debt": lambda: facts.existing_debt_monthly.minor > 0,
        "above-authority": lambda: found is not None and found.limit > POLICY.refer_above,
        "signals-disagree": lambda: facts.probability_default is not None,
    }
    return checks[reason.code]()


@given(any_facts)
def test_reasons_tell_the_truth(facts: Facts) -> None:
    outcome = offer(facts, POLICY)
    found = made(outcome)
    shown = (*outcome.reasons, *(found.reasons if found else ()))
    assert all(is_true(reason, facts, found) for reason in shown), shown


def whole_up(amount: Money) -> Money:
    """Whole steps that are not above ``amount``: what a safe principal falls by at the least."""
    return Money(amount.minor // STEP.minor * STEP.minor)


def add_cash(facts: Facts, amount: Money) -> Facts:
    """More cash today: the gap shrinks by it, and the risk with it once it reaches what the policy needs."""
    gap = max(facts.gap - amount, Money.zero())
    lower = tuple(Span(span.months, max(span.least - whole_up(amount), STEP)) for span in facts.spans)
    facts = replace(facts, spans=lower if gap else open_spans())
    if amount >= facts.cash_for_risk:
        return replace(facts, gap=gap, p_shortfall=min(facts.p_shortfall, POLICY.bands[-1].probability_max))
    return replace(facts, gap=gap)


def changed(facts: Facts, change: Change) -> Facts:
    """The business after it did what the decline said."""
    params = change.params
    steps = {
        "clear-block": lambda: replace(facts, blocked=False),
        "give-consent": lambda: replace(facts, consent=True),
        "more-history": lambda: replace(facts, history_days=facts.history_days + int(params["days"])),
        "newer-statement": lambda: replace(facts, statement_age_days=0),
        "give-balance": lambda: replace(facts, balance_known=True),
        "add-cash": lambda: add_cash(facts, Money.of(params["amount"])),
        "lower-risk": lambda: replace(facts, probability_default=Decimal(params["probability_max"])),
        "raise-capacity": lambda: replace(facts, capacity_instalment=Money.of(params["instalment"])),
        "raise-surplus": lambda: replace(
            facts,
            inflow_year=facts.outflow_year + 12 * (Money.of(params["surplus"]) + facts.existing_debt_monthly),
        ),
        "raise-turnover": lambda: replace(
            facts,
            inflow_year=max(facts.inflow_year, Money.of(params["turnover"])),
        ),
        "ask-more": lambda: replace(facts, requested=Money.of(params["amount"])),
    }
    return steps[change.code]()


@given(any_facts)
@settings(max_examples=300)
def test_doing_what_a_decline_says_turns_it(facts: Facts) -> None:
    outcome = offer(facts, POLICY)
    for _ in range(3):  # what stood behind a bar (a block, say) is told once the bar is gone
        if not isinstance(outcome, Decline) or any(r.code == "trade-excluded" for r in outcome.reasons):
            return
        assert outcome.changes
        for change in outcome.changes:
            facts = changed(facts, change)
        outcome = offer(facts, POLICY)
    assert not isinstance(outcome, Decline)


def test_a_request_that_idle_cash_covers_is_answered_with_that_first() -> None:
    found = offer(replace(GOOD, requested=Money.of("50000.00"), idle=Money.of("60000.00")), POLICY)
    assert isinstance(found, Offer)
    assert found.reasons[0].code == "own-cash-suffices"


def test_large_limits_and_contradicting_signals_go_to_a_person() -> None:
    large = replace(GOOD, inflow_year=Money.of("30000000.00"), capacity_instalment=Money.of("200000.00"))
    outcome = offer(large, POLICY)
    assert isinstance(outcome, Refer)
    assert outcome.reasons[0].code == "above-authority"
    apart = offer(replace(GOOD, probability_default=Decimal("0.01"), p_shortfall=Decimal("0.30")), POLICY)
    assert isinstance(apart, Refer)
    assert apart.reasons[0].code == "signals-disagree"


def test_another_currency_is_declined_not_converted() -> None:
    czk = {
        name: Money(getattr(GOOD, name).minor, "CZK")
        for name in (
            "inflow_year",
            "outflow_year",
            "existing_debt_monthly",
            "capacity_instalment",
            "gap",
            "cash_for_risk",
            "idle",
        )
    }
    outcome = offer(replace(GOOD, **czk), POLICY)
    assert isinstance(outcome, Decline)
    assert outcome.reasons[0].code == "currency-not-served"


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ({"rate_annual": Rate.of("25%")}, "legal range"),
        ({"probability_max": Decimal("0.001")}, "out of order"),
        ({"rate_annual": Rate.of("1%")}, "out of order"),
    ],
)
def test_a_policy_that_breaks_its_own_order_is_rejected(bands: dict[str, object], words: str) -> None:
    worst = replace(POLICY.bands[-1], **bands)  # type: ignore[arg-type]
    with pytest.raises(InputRejected, match=words):
        replace(POLICY, bands=(*POLICY.bands[:-1], worst))


def test_what_is_owed_here_narrows_turnover_and_policy_and_never_widens() -> None:
    selling = replace(GOOD, inflow_year=GOOD.inflow_year * 50, requested=None)
    before = offer(selling, POLICY)
    assert isinstance(before, Offer | Refer)
    after = offer(replace(selling, owed_here=POLICY.limit_max - POLICY.limit_min), POLICY)
    assert isinstance(after, Offer)
    assert after.limit == POLICY.limit_min
    assert "owed-here" in [reason.code for reason in after.reasons]


def test_a_business_that_owes_the_most_is_told_what_to_pay_back_first() -> None:
    full = offer(replace(GOOD, owed_here=POLICY.limit_max), POLICY)
    assert isinstance(full, Decline)
    assert "exposure-full" in [reason.code for reason in full.reasons]
    changes = {change.code: change.params for change in full.changes}
    assert changes["repay-first"]["amount"] == str(POLICY.limit_min)
