"""Needs: timely, true to the paths, and never both to borrow and to invest."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins import ORIGIN, random_twin, twin_of

from brambling.kit.i18n import translator
from brambling.kit.money import Money
from brambling.marketing.needs import find_needs, shipped_policy
from brambling.marketing.needs.report import SENTENCES, message_text
from brambling.wealth.advice import plan

POLICY = shipped_policy()
WHO = UUID(int=1)


def test_a_gap_ahead_is_told_in_time() -> None:
    net = np.zeros((100, 91))
    net[:40, 29] = -6_000_000  # 40 of 100 futures lose 60,000 on day 30, with 50,000 in the account
    (need,) = find_needs(twin_of(net, start=5_000_000), WHO)
    assert need.kind == "gap-ahead"
    assert need.strength == Decimal("0.400000")
    assert need.amount == Money.of("10000.00")
    assert need.happens_on == ORIGIN + timedelta(days=30)
    assert need.not_after == ORIGIN + timedelta(days=POLICY.fresh_days)


def test_a_gap_that_help_cannot_reach_any_more_is_no_need() -> None:
    net = np.zeros((100, 91))
    net[:40, 1] = -6_000_000
    assert find_needs(twin_of(net, start=5_000_000), WHO) == []
    net = np.zeros((100, 91))
    net[:40, 4] = -6_000_000
    (need,) = find_needs(twin_of(net, start=5_000_000), WHO)
    assert need.not_after == ORIGIN + timedelta(days=5 - POLICY.gap_lead_days)


def test_idle_cash_is_a_need_of_today() -> None:
    (need,) = find_needs(twin_of(np.zeros((100, 91)), start=8_000_000), WHO)
    assert need.kind == "idle-cash"
    assert need.amount == Money.of("80000.00")
    assert need.happens_on == ORIGIN
    assert need.strength == 1


def test_cash_that_is_free_before_a_gap_is_no_call_to_invest() -> None:
    net = np.zeros((100, 91))
    net[:40, 79] = -9_000_000
    (need,) = find_needs(twin_of(net, start=8_000_000), WHO)
    assert need.kind == "gap-ahead"


def test_nothing_is_known_without_a_balance() -> None:
    assert find_needs(twin_of(np.zeros((10, 91)), start=None), WHO) == []


def test_the_same_need_in_one_week_is_one_need() -> None:
    (first,) = find_needs(twin_of(np.zeros((10, 91)), start=8_000_000), WHO)
    (other,) = find_needs(twin_of(np.ones((10, 91)), start=9_000_000), WHO)
    assert first.id == other.id
    (someone_else,) = find_needs(twin_of(np.zeros((10, 91)), start=8_000_000), UUID(int=2))
    assert someone_else.id != first.id


@given(st.integers(0, 10_000), st.integers(-12_000, 6_000), st.integers(0, 30_000_000))
@settings(max_examples=100, deadline=None)
def test_the_lines_do_not_contradict_each_other(seed: int, drift: int, start: int) -> None:
    twin = random_twin(seed, drift=drift, start=start)
    found = find_needs(twin, WHO)
    assert len(found) <= 1
    by_kind = {need.kind: need for need in found}
    gap = by_kind.get("gap-ahead")
    if gap is not None:
        assert gap.strength >= POLICY.gap_probability_min
        assert twin.idle_minor(91, twin.committed_minor(POLICY.floor_days)) < gap.amount.minor
        assert plan(twin).amount.minor == 0 or plan(twin).until < gap.happens_on  # type: ignore[operator]
        assert ORIGIN <= gap.not_after < gap.happens_on
    if "idle-cash" in by_kind:
        assert by_kind["idle-cash"].amount >= POLICY.idle_amount_min


def test_messages_speak_both_languages() -> None:
    (need,) = find_needs(twin_of(np.zeros((10, 91)), start=8_000_000), WHO)
    assert "¥ 80,000.00" in message_text(need.reasons[0], "en")
    for sentence in SENTENCES.values():
        assert translator("zh")(sentence) != sentence
