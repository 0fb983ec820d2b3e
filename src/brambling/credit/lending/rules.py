"""What a loan is, how it is paid back, and where a payment goes. Pure.

Interest is simple on what is still owed, by actual days over 365, rounded half to even to the fen at each due day; the
parts of the principal always sum to the principal. Sources: the three repayment methods are those of Chinese bank
lending (等额本息 annuity, 等额本金 equal principal, 先息后本 bullet).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Literal, get_args
from uuid import UUID

from brambling.credit.underwriting.rules import Instalment
from brambling.kit.errors import Conflict, InputRejected, LimitExceeded
from brambling.kit.money import Money, Rate

Method = Literal["annuity", "equal-principal", "bullet"]
__all__ = ["METHODS", "STATES", "Due", "Instalment", "Loan", "Method", "Part", "State", "schedule"]

METHODS: tuple[Method, ...] = get_args(Method)
State = Literal["accepted", "stopped", "cancelled", "paid", "active", "settled"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan. ``decision_id`` is the offer it came from; times are None until they happen."""

    id: UUID
    decision_id: UUID
    customer_id: UUID
    principal: Money
    rate_annual: Rate
    method: Method
    state: State
    accepted_at: datetime
    accepted_by: str
    loan_account: UUID
    customer_account: UUID
    paid_at: datetime | None = None
    settled_at: datetime | None = None


# One member of staff may accept on a customer's instruction up to here; above it somebody else looks, too. The customer
# himself accepts without any limit but the offer's.
ON_BEHALF_ALONE_MAX = Money.of("200000.00")


def needs_second(principal: Money) -> bool:
    """Whether an acceptance on a customer's behalf needs another pair of eyes; always in a currency without a limit."""
    return principal.currency != ON_BEHALF_ALONE_MAX.currency or principal > ON_BEHALF_ALONE_MAX


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment of a loan and what has been paid of it. ``due_on`` is None until the loan is active."""

    number: int
    instalment: Instalment
    due_on: date | None
    principal_paid: Money
    interest_paid: Money

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return self.instalment.total - self.principal_paid - self.interest_paid


@dataclass(frozen=True, slots=True)
class Part:
    """What a payment does to one instalment."""

    number: int
    interest: Money
    principal: Money


def require_acceptable(least: Money, limit: Money, amount: Money, method: str) -> None:
    """Raise why an offer from ``least`` to ``limit`` cannot be accepted for this amount, in this way."""
    if amount < least:
        raise InputRejected(f"a loan of {amount}", column="amount", expected=f"an amount from {least} to {limit}")
    if amount > limit:
        raise LimitExceeded(f"{amount} was asked for, the offer is {limit}")
    if method not in METHODS:
        raise InputRejected(f"no repayment method {method!r}", expected=f"one of {' '.join(METHODS)}")


def same_loan(known: Loan, principal: Money, method: Method) -> Loan:
    """The loan that is there, when it is the one asked for; raises Conflict when the offer was taken otherwise."""
    if (known.principal, known.method) != (principal, method):
        raise Conflict(f"the offer was already accepted as {known.principal} by {known.method}")
    return known


# -- the schedule -----------------------------------------------------------------------------------------------------


def schedule(
    principal: Money, rate_annual: Rate, due_days: Sequence[int], method: Method = "annuity"
) -> tuple[Instalment, ...]:
    """The instalments of ``principal`` due ``due_days`` days after the pay-out.

    ``annuity``: equal instalments, the last one what is left and never larger. ``equal-principal``: equal parts of the
    principal (to the fen, the larger ones first), interest falling. ``bullet``: interest on each day, the principal on
    the last. Raises InputRejected for days that do not rise from at least 1, or for nothing to pay.
    """
    days = tuple(due_days)
    if not days or days[0] < 1 or any(later <= earlier for earlier, later in pairwise(days)):
        raise InputRejected(f"due days {list(days)}", expected="days after the pay-out, rising")
    if principal.minor <= 0 or rate_annual.annual < 0:
        raise InputRejected(
            f"a loan of {principal} at {rate_annual}", expected="an amount above zero, a rate from zero"
        )
    if method == "annuity":
        return _annuity(principal, rate_annual, days)
    if method == "equal-principal":
        parts = principal.allocate([1] * len(days))
        return _pay_down(principal, rate_annual, days, lambda place, owed, interest: parts[place])
    if method == "bullet":
        return _pay_down(principal, rate_annual, days, lambda place, owed, interest: Money.zero(owed.currency))
    raise InputRejected(f"no repayment method {method!r}", expected=f"one of {' '.join(METHODS)}")


def _annuity(principal: Money, rate_annual: Rate, days: tuple[int, ...]) -> tuple[Instalment, ...]:
    worth, total, before = Fraction(1), Fraction(0), 0
    for day in days:
        worth /= 1 + Fraction(rate_annual.annual) * (day - before) / 365
        total += worth
        before = day
    equal = -int(-(Fraction(principal.minor) / total) // 1)
    while True:
        whole = Money(equal, principal.currency)
        plan = _pay_down(principal, rate_annual, days, lambda place, owed, interest: whole - interest)  # noqa: B023
        if plan[-1].total <= whole:
            return plan
        equal += 1  # interest was rounded up more often than down


def _pay_down(
    principal: Money, rate_annual: Rate, days: tuple[int, ...], part_of: Callable[[int, Money, Money], Money]
) -> tuple[Instalment, ...]:
    """The plan whose principal parts come from ``part_of(place, owed, interest)``; the last one is what is left."""
    owed, before = principal, 0
    plan = []
    for place, day in enumerate(days):
        interest = rate_annual.interest(owed, day - before)
        part = owed if place == len(days) - 1 else min(part_of(place, owed, interest), owed)
        plan.append(Instalment(day, part, interest))
        owed, before = owed - part, day
    return tuple(plan)


# -- paying back ------------------------------------------------------------------------------------------------------


def spread(dues: Sequence[Due], amount: Money) -> tuple[Part, ...]:
    """Where a payment goes: the oldest instalment first, in it the interest before the principal.

    A payment may run ahead of the calendar; the interest of later instalments is then as planned. Raises LimitExceeded
    when it is more than all that is open.
    """
    if amount.minor <= 0:
        raise InputRejected(f"a repayment of {amount}", expected="an amount above zero")
    left = amount
    parts = []
    for due in dues:
        if not left:
            break
        interest = min(left, due.instalment.interest - due.interest_paid)
        principal = min(left - interest, due.instalment.principal - due.principal_paid)
        if interest or principal:
            parts.append(Part(due.number, interest, principal))
        left = left - interest - principal
    if left:
        raise LimitExceeded(f"{amount} was paid, {amount - left} is all that is open")
    return tuple(parts)


def total(parts: Sequence[Part], currency: str) -> tuple[Money, Money]:
    """Interest and principal of a payment."""
    zero = Money.zero(currency)
    return sum((p.interest for p in parts), zero), sum((p.principal for p in parts), zero)


# -- the life of a loan -------------------------------------------------------------------------------------------------

_MOVES: Mapping[State, tuple[State, ...]] = {
    "accepted": ("paid", "stopped"),
    "stopped": ("accepted", "cancelled"),
    "paid": ("active",),
    "active": ("settled",),
    "settled": (),
    "cancelled": (),
}


def moved(loan: Loan, state: State, at: datetime) -> Loan:
    """The loan in its next state; raises Conflict where that does not follow."""
    if state not in _MOVES[loan.state]:
        raise Conflict(f"loan {loan.id} is {loan.state} and cannot become {state}")
    if state == "paid":
        return replace(loan, state=state, paid_at=at)
    if state == "settled":
        return replace(loan, state=state, settled_at=at)
    return replace(loan, state=state)
