"""Equal instalments: when they fall due, what they are, and the largest principal that a monthly room can pay back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from brambling.kit.money import Money, Rate

# Instalments that fall within the simulated 13 weeks are tested on the paths alone; later ones also on the surplus.
MONTHS_SIMULATED = 3


@dataclass(frozen=True)
class Instalment:
    """A payment due ``due_day`` days after the pay-out."""

    due_day: int
    principal: Money
    interest: Money

    @property
    def total(self) -> Money:
        """Principal and interest."""
        return self.principal + self.interest


def whole(amount: Money, step: Money) -> Money:
    """``amount`` rounded down to whole steps."""
    return Money(amount.minor // step.minor * step.minor, amount.currency)


def due_days(months: int) -> tuple[int, ...]:
    """Days after the pay-out on which ``months`` equal parts of a year fall due: 30, 60, 91, 121, ..."""
    return tuple(365 * (i + 1) // 12 for i in range(months))


@cache  # a bank has few rates and tenors, and exact fractions are slow
def _discount_sum(rate: Rate, months: int) -> Fraction:
    """What one yuan at every due day is worth today, interest by actual days over 365."""
    worth, total, before = Fraction(1), Fraction(0), 0
    for day in due_days(months):
        worth /= 1 + Fraction(rate.annual) * (day - before) / 365
        total += worth
        before = day
    return total


def largest_principal(room: Money, rate: Rate, months: int, step: Money) -> Money:
    """The largest whole number of steps whose instalments all stay within ``room``; zero when none does."""
    worth = Fraction(room.minor) * _discount_sum(rate, months)
    principal = whole(Money(int(worth), room.currency), step) + step  # rounding may be on our side by a fen
    while principal.minor > 0 and instalments(principal, rate, months)[0].total > room:
        principal -= step
    return principal


def instalments(principal: Money, rate: Rate, months: int) -> tuple[Instalment, ...]:
    """Equal instalments of ``principal`` > 0: interest on what is still owed by actual days over 365.

    All instalments are equal but the last, which is what is left and never larger. The principal parts sum to
    ``principal`` exactly.
    """
    equal = -int(-(Fraction(principal.minor) / _discount_sum(rate, months)) // 1)
    while True:
        plan = _pay_down(principal, rate, months, equal)
        if plan[-1].total.minor <= equal:
            return plan
        equal += 1  # interest was rounded up more often than down


def _pay_down(principal: Money, rate: Rate, months: int, equal: int) -> tuple[Instalment, ...]:
    owed, before, currency, plan = principal.minor, 0, principal.currency, []
    days = due_days(months)
    for day in days:
        interest = rate.interest_minor(owed, day - before)
        part = owed if day == days[-1] else min(equal - interest, owed)
        plan.append(Instalment(day, Money(part, currency), Money(interest, currency)))
        owed, before = owed - part, day
    return tuple(plan)
