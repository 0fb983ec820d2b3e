"""The brief: one answer whose parts come from the same paths and cannot contradict each other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shops import shop_rows
from tests.twins import ORIGIN, random_twin, twin_of

from brambling.cfo import Brief, brief, brief_json, brief_of
from brambling.cfo.report.words import COMPARE, WARNINGS, lead, likelihood
from brambling.cfo.rules import Way, compare
from brambling.credit.underwriting import Standing, shipped_policy
from brambling.credit.underwriting.report import CHANGES, SENTENCES, change_text, reason_text
from brambling.kit.errors import InputRejected
from brambling.kit.i18n import translator
from brambling.kit.money import Money
from brambling.perception.cashflow.twin_shapes import Twin


def told(twin: Twin, requested: str | None = None) -> Brief:
    standing = Standing(requested=None if requested is None else Money.of(requested))
    return brief_of(twin, (), standing, seed=7)


def test_the_contract_of_the_json() -> None:
    found = brief(shop_rows())
    answer = brief_json(found)
    assert len(answer["forecast"]) == 91
    first = answer["forecast"][0]
    assert list(first) == ["date", "low", "mid", "high"]
    assert first["date"] == "2026-03-10"
    for day in answer["forecast"]:
        assert Decimal(day["low"]) <= Decimal(day["mid"]) <= Decimal(day["high"])
        assert all(len(day[key].partition(".")[2]) == 2 for key in ("low", "mid", "high"))
    assert set(answer["lowest_balance"]) == {"amount", "date", "probability_below_zero"}
    assert answer["balance_known"] is True
    assert answer["late_payers"][0]["counterparty"] == "星河贸易有限公司"
    assert {"amount", "until", "plan"} <= set(answer["idle"])
    assert ("offer" in answer) != ("decline" in answer)
    assert {"limit", "rate_annual", "tenor_days", "reasons"} <= set(answer["offer"])
    assert 1 <= len(answer["offer"]["reasons"]) <= 4
    assert {"borrow", "wait"} <= set(answer["compare"])
    assert sum(Decimal(line["amount"]) for line in answer["idle"]["plan"]) == Decimal(answer["idle"]["amount"])


def test_the_same_statement_and_seed_give_the_same_brief() -> None:
    rows = shop_rows()
    assert brief_json(brief(rows)) == brief_json(brief(rows))
    assert brief_json(brief(rows, seed=8)) != brief_json(brief(rows))


def test_quantiles_and_low_point_agree_with_a_naive_count() -> None:
    twin = random_twin(3)
    found = told(twin)
    balances = [[twin.start_balance_minor] for _ in range(twin.net_paths.shape[0])]
    for history, path in zip(balances, twin.net_paths, strict=True):
        for net in path:
            history.append(history[-1] + int(net))
    day = 40
    ordered = sorted(history[day] for history in balances)
    place = 0.9 * (len(ordered) - 1)
    low, part = ordered[int(place)], place - int(place)
    expected = low + part * (ordered[int(place) + 1] - low)
    assert abs(found.forecast[day - 1].high.minor - expected) <= 1
    minima = sorted(min(history) for history in balances)
    middle = (minima[len(minima) // 2 - 1] + minima[len(minima) // 2]) / 2
    assert abs(found.lowest.amount.minor - middle) <= 1
    assert found.lowest.probability_below_zero == Decimal(sum(low < 0 for low in minima)) / len(minima)


def test_without_a_balance_amounts_are_changes_and_nothing_is_idle() -> None:
    found = brief(shop_rows(balance=False))
    answer = brief_json(found)
    assert answer["balance_known"] is False
    assert answer["idle"]["amount"] == "0.00"
    assert answer["idle"]["until"] is None
    assert answer["idle"]["plan"] == []
    assert answer["idle"]["reason_codes"][0]["code"] == "balance-unknown"
    assert answer["compare"]["advice"] == "unknown"
    assert answer["compare"]["wait"]["cost"] is None
    known = brief_json(brief(shop_rows(balance=False), balance=Money.of("100000.00")))
    shift = {Decimal(b["mid"]) - Decimal(a["mid"]) for a, b in zip(answer["forecast"], known["forecast"], strict=True)}
    assert all(abs(amount - 100_000) <= Decimal("0.01") for amount in shift)


def test_a_balance_that_proves_itself_goes_before_a_given_one() -> None:
    own = brief(shop_rows())
    found = brief(shop_rows(), balance=Money.of("1.00"))
    assert found.twin.start_balance_minor == own.twin.start_balance_minor
    assert [warning.code for warning in found.warnings] == ["balance-unused"]
    assert own.warnings == ()
    given = brief(shop_rows(balance=False), balance=Money.of("1.00"))
    assert given.twin.start_balance_minor == 100
    assert given.warnings == ()


def test_an_unknown_balance_gets_no_offer_but_what_the_changes_prove() -> None:
    answer = brief_json(brief(shop_rows(balance=False, start="40000.00", supplies="0.9")))
    codes = [reason["code"] for reason in answer["decline"]["reason_codes"]]
    assert codes[0] == "balance-unknown"
    assert answer["decline"]["change_codes"] == [{"code": "give-balance", "params": {}}]
    assert answer["decline"]["limit"] == "0.00"
    params = {reason["code"]: reason["params"] for reason in answer["decline"]["reason_codes"]}
    gap = Money.of(params["safe-from"]["gap"])
    known = brief(shop_rows(balance=False, supplies="0.9"), balance=gap)
    assert known.twin.p_shortfall() <= 0.1
    assert brief(shop_rows(balance=False, supplies="0.9"), balance=gap - Money(1000)).twin.p_shortfall() > 0.1
    assert known.facts.capacity_instalment >= Money.of(params["carries-at-least"]["instalment"])


def test_a_statement_ahead_of_its_time_or_old_is_told() -> None:
    ahead = brief(shop_rows(), today=ORIGIN - timedelta(days=1))
    assert [warning.code for warning in ahead.warnings] == ["rows-ahead"]
    assert brief(shop_rows(), today=ORIGIN + timedelta(days=45)).warnings == ()
    old = brief(shop_rows(), today=ORIGIN + timedelta(days=46))
    assert [warning.code for warning in old.warnings] == ["statement-old"]
    assert "46 days ago" in brief_json(old)["warnings"][0]


@pytest.mark.parametrize(
    ("share", "word"),
    [
        ("0", "very unlikely"),
        ("0.01", "very unlikely"),
        ("0.04", "unlikely"),
        ("0.08", "possible"),
        ("0.5", "quite possible"),
        ("0.81", "very likely"),
    ],
)
def test_the_word_for_a_probability_goes_by_its_band(share: str, word: str) -> None:
    assert likelihood(Decimal(share), "en") == word


def test_waiting_without_a_gap_prints_the_figure_beside_the_word() -> None:
    net = np.zeros((100, 91))
    net[:6, 40] = -9_000_000
    found = told(twin_of(net, start=8_000_000))
    assert found.compare.reason.code == "no-gap"
    assert "possible (6 %)" in brief_json(found)["compare"]["reason"]
    assert "possible (6 %)" in lead(found, "en")


def test_a_starved_shop_is_declined_with_what_would_change_it() -> None:
    answer = brief_json(brief(shop_rows(start="25000.00", supplies="0.98")))
    decline = answer["decline"]
    assert decline["limit"] == "0.00"
    assert decline["reasons"]
    assert decline["what_would_change"]
    assert answer["compare"]["borrow"] is None
    assert answer["compare"]["advice"] == "wait"


def test_a_statement_of_three_days_says_how_many_more_it_needs() -> None:
    with pytest.raises(InputRejected, match="needs 57 more days"):
        brief(shop_rows(first=ORIGIN - timedelta(days=2)))


def test_own_cash_goes_before_a_loan() -> None:
    found = told(twin_of(np.zeros((100, 91)), start=20_000_000), requested="50000")
    assert found.offer is not None
    assert found.offer.reasons[0].code == "own-cash-suffices"
    assert found.compare.advice == "wait"
    assert found.compare.reason.code == "own-cash"


def test_borrowing_wins_where_running_short_costs_more() -> None:
    """38 of 100 futures are 60,000 short for two months, with sales coming back after: the loan bridges it."""
    net = np.zeros((100, 91))
    net[:, 5] = -3_000_000
    net[:38, 9] = -6_000_000
    net[:38, 70] = 6_000_000
    net[:, 20:88] += 150_000
    found = told(twin_of(net, start=3_500_000))
    loan, wait = found.compare.borrow, found.compare.wait
    assert loan is not None and loan.cost is not None and wait.cost is not None
    assert wait.probability_below_zero == Decimal("0.38")
    assert loan.probability_below_zero < wait.probability_below_zero  # type: ignore[operator]
    assert found.compare.advice == ("borrow" if loan.cost < wait.cost else "wait")
    assert found.compare.saves == abs(wait.cost - loan.cost)
    assert found.compare.advice == "borrow"


def test_the_cost_of_waiting_agrees_with_a_naive_sum() -> None:
    twin = random_twin(11, drift=-1500, start=1_000_000)
    found = told(twin)
    cost = Decimal(0)
    for path in twin.net_paths:
        balance, most = twin.start_balance_minor, 0
        for net in [0, *path]:
            balance += int(net)
            most = max(most, -balance)
            cost += max(0, -balance) * Decimal("0.0005")
        if most > 0:
            cost += max(Decimal("0.05") * most, Decimal(100_000)) + Decimal("0.02") * most
    expected = cost / twin.net_paths.shape[0]
    assert found.compare.wait.cost is not None
    assert abs(found.compare.wait.cost.minor - expected) <= 1


amounts = st.integers(0, 10_000_000).map(Money)


@given(amounts, amounts, amounts, amounts, amounts, amounts)
def test_the_advice_is_the_cheaper_way_and_never_a_loan_over_own_cash(
    amount: Money, interest: Money, after: Money, before: Money, idle: Money, gap: Money
) -> None:
    borrow = Way(amount, interest, interest, after, Decimal("0.1"))
    wait = Way(Money.zero(), Money.zero(), Money.zero(), before, Decimal("0.2"))
    found = compare(borrow, wait, idle, gap)
    if idle >= amount:
        assert found.advice == "wait"
    if found.advice == "borrow":
        assert interest + after < before
    assert found.saves == abs(before - interest - after)
    assert found.reason.code in COMPARE


@given(st.integers(0, 10_000), st.integers(-8_000, 8_000), st.integers(0, 40_000_000))
@settings(max_examples=40, deadline=None)
def test_the_lines_agree_whatever_the_paths(seed: int, drift: int, start: int) -> None:
    found = told(random_twin(seed, drift=drift, start=start))
    answer = brief_json(found, "zh")
    assert ("offer" in answer) != ("decline" in answer)
    policy = shipped_policy()
    if found.offer is not None:
        assert policy.limit_min <= found.offer.limit <= policy.limit_max
        if found.compare.advice == "borrow":
            assert not found.plan.lines
            assert found.compare.borrow is not None
            assert found.compare.borrow.probability_below_zero is not None
            assert found.compare.borrow.probability_below_zero <= policy.p_miss_max
            assert found.facts.idle < found.compare.borrow.amount <= found.offer.limit
            assert found.lowest.probability_below_zero > 0
    if found.plan.amount:
        assert found.plan.amount.minor <= start - found.plan.floor.minor


def test_another_currency_is_briefed_but_not_served() -> None:
    answer = brief_json(told(twin_of(np.zeros((50, 91)), start=9_000_000, currency="CZK")))
    assert answer["currency"] == "CZK"
    assert answer["decline"]["reason_codes"][0]["code"] == "currency-not-served"
    assert answer["idle"]["reason_codes"][0]["code"] == "currency-not-served"
    assert answer["compare"]["advice"] == "unknown"
    assert answer["compare"]["reason"] == "The statement is in CZK; borrowing and waiting are compared in CNY only."


@pytest.mark.parametrize("table", [SENTENCES, CHANGES, COMPARE, WARNINGS])
def test_every_sentence_is_there_in_both_languages(table: dict[str, str]) -> None:
    for sentence in table.values():
        assert translator("zh")(sentence) != sentence


def test_reasons_are_sentences_with_their_figures() -> None:
    found = told(twin_of(np.zeros((50, 91)), start=1_000))
    assert found.decline is not None
    for lang in ("en", "zh"):
        text = " ".join(reason_text(reason, lang) for reason in found.decline.reasons)  # type: ignore[arg-type]
        assert "¥" in text
        assert "{" not in text
        assert all("{" not in change_text(change, lang) for change in found.decline.changes)  # type: ignore[arg-type]
