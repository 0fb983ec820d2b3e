"""The brief: one answer to one business, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from brambling.cfo.rules import Assumptions, Compare
from brambling.credit.underwriting.rules import Decline, Facts, Offer, Outcome, Policy, proposed
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.perception.cashflow.shapes import LatePayer
from brambling.wealth.advice.rules import Plan, Shelf

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin


@dataclass(frozen=True)
class Day:
    """One day of the forecast: the 10, 50 and 90 % quantiles of the balance at its end.

    Where the balance is unknown they are changes from today.
    """

    date: date
    low: Money
    mid: Money
    high: Money


@dataclass(frozen=True)
class LowestBalance:
    """``amount`` is the median of the paths' minima, ``date`` their most frequent day."""

    amount: Money
    date: date
    probability_below_zero: Decimal


@dataclass(frozen=True, eq=False)
class Brief:
    """What the expert has to say about one business, all from the paths of one ``twin``."""

    twin: Twin
    forecast: tuple[Day, ...]
    lowest: LowestBalance
    late_payers: tuple[LatePayer, ...]
    plan: Plan
    facts: Facts
    outcome: Outcome
    compare: Compare
    policy: Policy
    shelf: Shelf
    assumptions: Assumptions
    seed: int
    versions: Mapping[str, str]
    warnings: tuple[Reason, ...] = ()

    @property
    def as_of(self) -> date:
        """The day the brief is of; the forecast starts on the day after it."""
        return self.twin.origin

    @property
    def currency(self) -> str:
        """Currency of all amounts."""
        return self.twin.currency

    @property
    def balance_known(self) -> bool:
        """Whether amounts are balances; else they are changes from today."""
        return self.twin.balance_known

    @property
    def offer(self) -> Offer | None:
        """The offer, also one that a person still has to confirm; None after a decline."""
        return proposed(self.outcome)

    @property
    def decline(self) -> Decline | None:
        """The decline; None where there is an offer."""
        return self.outcome if isinstance(self.outcome, Decline) else None
