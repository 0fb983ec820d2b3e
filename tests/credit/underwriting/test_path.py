"""The loan's own path: what an offer says about running short is recounted future by future and day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins import random_twin, twin_of

from brambling.credit.underwriting import Offer, Span, assess, shipped_policy
from brambling.credit.underwriting.features import Standing, facts_of
from brambling.credit.underwriting.rules import due_days, instalments, proposed, span_of
from brambling.kit.money import Money, Rate
from brambling.perception.cashflow.twin_shapes import Twin

POLICY = shipped_policy()
RATE = Rate.of("8%")


def short_share(twin: Twin, principal: Money, months: int, rate: Rate) -> float:
    """Share of futures that are below zero today or on any day, with the loan in and its instalments out."""
    out = {part.due_day: part.total.minor for part in instalments(principal, rate, months)}
    short = 0
    for path in twin.net_paths:
        balance = twin.start_balance_minor + principal.minor
        below = balance < 0
        for day, net in enumerate(path, 1):
            balance += int(net) - out.get(day, 0)
            below = below or balance < 0
        short += below
    return short / twin.net_paths.shape[0]


@given(st.integers(0, 10_000), st.integers(-3_000, 4_000), st.integers(0, 4_000_000))
@settings(max_examples=60, deadline=None)
def test_what_closes_the_gap_keeps_the_promise_on_every_day(seed: int, drift: int, start: int) -> None:
    twin = random_twin(seed, drift=drift, spread=90_000, start=start)
    _, outcome = assess(twin)
    made = proposed(outcome)
    if made is None or "closes-gap" not in [reason.code for reason in made.reasons]:
        return
    for amount in {made.limit, made.least}:
        assert short_share(twin, amount, len(made.schedule), made.rate_annual) <= float(POLICY.p_miss_max)


@given(st.integers(0, 10_000), st.integers(-2_000, 3_000), st.sampled_from([1, 3, 6, 12]))
@settings(max_examples=60, deadline=None)
def test_every_principal_of_a_span_is_safe_and_one_step_less_is_not(seed: int, drift: int, months: int) -> None:
    twin = random_twin(seed, paths=60, drift=drift, spread=60_000, start=500_000)
    days = list(due_days(3))
    largest = Money.of("400000.00")
    span = span_of(twin.lows_between(days), RATE, months, 0.1, POLICY.limit_step, largest)
    if span is None:
        return
    end = largest if span.most is None else span.most
    for amount in (span.least, span.least + POLICY.limit_step, Money((span.least + end).minor // 2), end):
        steps = min(max(amount, span.least), max(end, span.least))
        whole = Money(steps.minor // POLICY.limit_step.minor * POLICY.limit_step.minor)
        assert short_share(twin, max(whole, span.least), months, RATE) <= 0.1
    if months > 3 and span.least > POLICY.limit_step:
        assert short_share(twin, span.least - POLICY.limit_step, months, RATE) > 0.1


def late_gap() -> Twin:
    """Every fifth future lacks 12,400 between days 62 and 75, after two instalments; all of it comes back."""
    net = np.zeros((100, 91))
    net[:, :] = 30_000
    net[:20, 61] = -4_500_000
    net[:20, 75] = 4_500_000
    return twin_of(net, start=1_430_000)


def test_a_gap_after_the_first_instalments_takes_more_than_the_gap() -> None:
    twin = late_gap()
    facts, outcome = assess(twin)
    made = proposed(outcome)
    assert isinstance(made, Offer)
    assert facts.gap == Money(1_240_000)
    # paid back by then: two instalments, which the loan has to hold as well
    two = 2 * instalments(made.least, made.rate_annual, len(made.schedule))[0].total
    assert made.least - two >= facts.gap
    assert twin.p_shortfall() == 0.2
    assert short_share(twin, made.least, len(made.schedule), made.rate_annual) == 0
    gap_only = Money(-(-facts.gap.minor // 100_000) * 100_000)
    assert short_share(twin, gap_only, len(made.schedule), made.rate_annual) == 0.2


def test_a_loan_that_is_over_in_the_simulated_time_must_be_covered_at_its_end() -> None:
    net = np.zeros((100, 91))
    net[:30, 80] = -2_000_000  # and it does not come back
    lows = twin_of(net, start=0).lows_between(list(due_days(3)))
    assert span_of(lows, RATE, 3, 0.1, POLICY.limit_step, POLICY.limit_max) is None
    found = span_of(lows, RATE, 6, 0.1, POLICY.limit_step, POLICY.limit_max)
    assert isinstance(found, Span)
    assert found.most is None


@pytest.mark.parametrize("start", [0, 5_000_000])
def test_facts_hold_a_span_for_each_tenor_of_the_band(start: int) -> None:
    facts = facts_of(twin_of(np.full((50, 91), 1_000.0), start=start), POLICY, Standing())
    assert [span.months for span in facts.spans][-3:] == [6, 9, 12]
    assert all(span.least == POLICY.limit_step for span in facts.spans if span.months > 3)
