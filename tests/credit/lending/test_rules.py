"""Schedules are exact, and a payment goes where it should."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.credit.lending.rules import (
    METHODS,
    STATES,
    Due,
    Loan,
    Method,
    moved,
    require_acceptable,
    same_loan,
    schedule,
    spread,
    total,
)
from brambling.credit.underwriting.rules import due_days, instalments
from brambling.kit.errors import Conflict, InputRejected, LimitExceeded
from brambling.kit.money import Money, Rate

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)
RATE = Rate.of("12%")
amounts = st.integers(100, 500_000_000).map(Money)
rates = st.integers(0, 2400).map(lambda points: Rate(Decimal(points) / 10_000))
months = st.integers(1, 24)
methods = st.sampled_from(METHODS)


def test_a_worked_example() -> None:
    """12,000.00 at 12 % in three parts, interest by actual days over 365."""
    plan = schedule(Money.of("12000.00"), RATE, (30, 60, 91), "equal-principal")
    assert [(str(part.principal), str(part.interest)) for part in plan] == [
        ("4000.00", "118.36"),  # 12,000 x 12 % x 30/365
        ("4000.00", "78.90"),
        ("4000.00", "40.77"),
    ]
    plan = schedule(Money.of("12000.00"), RATE, (30, 60, 91), "bullet")
    assert [(str(part.principal), str(part.interest)) for part in plan] == [
        ("0.00", "118.36"),
        ("0.00", "118.36"),
        ("12000.00", "122.30"),
    ]
    plan = schedule(Money.of("12000.00"), RATE, (30, 60, 91), "annuity")
    assert [str(part.total) for part in plan] == ["4079.61", "4079.61", "4079.59"]


def test_the_example_of_the_ledger_page() -> None:
    first = schedule(Money.of("100000.00"), RATE, (30, 60, 91))[0]
    assert (str(first.interest), str(first.principal), str(first.total)) == ("986.30", "33010.38", "33996.68")


@given(amounts, rates, months, methods)
def test_the_parts_sum_to_the_principal_and_interest_is_that_of_what_is_owed(
    principal: Money, rate: Rate, count: int, method: Method
) -> None:
    days = due_days(count)
    plan = schedule(principal, rate, days, method)
    assert sum((part.principal.minor for part in plan), 0) == principal.minor
    owed, before = Decimal(principal.minor), 0
    for part in plan:
        # an independent way to the interest: decimal arithmetic to the fen
        exact = owed * rate.annual * (part.due_day - before) / 365
        assert abs(part.interest.minor - exact) <= Decimal("0.5") + Decimal("1e-9")
        assert part.interest.minor == int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
        assert part.principal.minor >= 0
        owed, before = owed - part.principal.minor, part.due_day
    assert owed == 0


@given(amounts, rates, months)
def test_the_annuity_is_the_one_that_was_offered(principal: Money, rate: Rate, count: int) -> None:
    assert schedule(principal, rate, due_days(count), "annuity") == instalments(principal, rate, count)


@given(amounts, rates, months)
def test_equal_parts_differ_by_a_fen_at_most(principal: Money, rate: Rate, count: int) -> None:
    parts = [part.principal.minor for part in schedule(principal, rate, due_days(count), "equal-principal")]
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("days", [(), (0, 30), (30, 30), (60, 30)])
def test_days_that_are_no_schedule(days: tuple[int, ...]) -> None:
    with pytest.raises(InputRejected, match="due days"):
        schedule(Money.of("1.00"), RATE, days)


def test_nothing_to_lend_and_no_such_method() -> None:
    with pytest.raises(InputRejected):
        schedule(Money(0), RATE, (30,))
    with pytest.raises(InputRejected, match="no repayment method"):
        schedule(Money(1), RATE, (30,), "balloon")  # type: ignore[arg-type]


def dues(principal: Money, rate: Rate, count: int, method: Method = "annuity") -> list[Due]:
    zero = Money(0)
    plan = schedule(principal, rate, due_days(count), method)
    return [Due(number, part, None, zero, zero) for number, part in enumerate(plan, 1)]


@given(amounts, rates, st.integers(1, 12), methods, st.data())
def test_a_payment_is_spread_whole_oldest_first_interest_first(
    principal: Money, rate: Rate, count: int, method: Method, data: st.DataObject
) -> None:
    open_dues = dues(principal, rate, count, method)
    everything = sum(due.open.minor for due in open_dues)
    amount = data.draw(st.integers(1, everything))
    # the naive way: one fen after the other
    queue = [(due.number, kind) for due in open_dues for kind in ("interest", "principal")]
    rooms = {
        (due.number, kind): getattr(due.instalment, kind).minor
        for due in open_dues
        for kind in ("interest", "principal")
    }
    left, expected = amount, {}
    for place in queue:
        took = min(left, rooms[place])
        left -= took
        if took:
            expected[place] = took
    parts = spread(open_dues, Money(amount))
    found = {(p.number, "interest"): p.interest.minor for p in parts} | {
        (p.number, "principal"): p.principal.minor for p in parts
    }
    assert {place: minor for place, minor in found.items() if minor} == expected
    assert sum((money.minor for money in total(parts, "CNY")), 0) == amount


def test_more_than_is_open_is_refused() -> None:
    with pytest.raises(LimitExceeded, match="is all that is open"):
        spread(dues(Money.of("10.00"), Rate.of("0"), 2), Money.of("10.01"))
    with pytest.raises(InputRejected):
        spread(dues(Money.of("10.00"), Rate.of("0"), 2), Money(0))


def loan(**changes: object) -> Loan:
    key = UUID(int=1)
    fields = {"state": "accepted", "principal": Money.of("10.00"), **changes}
    return Loan(
        key, key, key, rate_annual=RATE, method="annuity", accepted_at=AT, accepted_by="x", loan_account=key,
        customer_account=key, **fields,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_loan_moves_only_forward() -> None:
    allowed = {(before, after) for before in STATES for after in STATES if _may(loan(state=before), after)}
    assert allowed == {
        ("accepted", "paid"),
        ("accepted", "stopped"),
        ("stopped", "accepted"),
        ("stopped", "cancelled"),
        ("paid", "active"),
        ("active", "settled"),
    }
    assert moved(loan(), "paid", AT).paid_at == AT
    assert moved(loan(state="active"), "settled", AT).settled_at == AT


def _may(before: Loan, after: str) -> bool:
    try:
        moved(before, after, AT)  # type: ignore[arg-type]
    except Conflict:
        return False
    return True


def test_what_cannot_be_accepted() -> None:
    limit = Money.of("100.00")
    require_acceptable(Money.of("10.00"), limit, limit, "bullet")
    for amount, method, error in (
        (Money(1), "annuity", InputRejected),
        (Money.of("9.99"), "annuity", InputRejected),
        (Money.of("100.01"), "annuity", LimitExceeded),
        (limit, "balloon", InputRejected),
    ):
        with pytest.raises(error):
            require_acceptable(Money.of("10.00"), limit, amount, method)
    assert same_loan(loan(), Money.of("10.00"), "annuity") == loan()
    with pytest.raises(Conflict):
        same_loan(loan(), Money.of("9.00"), "annuity")
