"""What a credit decision may know of a business."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from brambling.kit.money import Money


@dataclass(frozen=True)
class Span:
    """Principals of one tenor whose own path is safe: every whole step from ``least`` up to ``most`` (None: no end).

    Safe means that with the principal in the account today and each instalment out on its day P(balance below zero
    today or on any simulated day) is at most the policy's P(miss).
    """

    months: int
    least: Money
    most: Money | None = None


@dataclass(frozen=True)
class Facts:
    """What the decision may know, rounded to its grid: probabilities to 1e-6, money to the fen.

    ``gap`` is the cash that, added today, would bring P(running short) down to the policy's P(miss).
    ``capacity_instalment`` is the largest monthly instalment that the simulated paths carry at that P(miss) on the due
    days once the gap is closed; what is lent beyond the gap counts as spent there. ``spans`` are the principals whose own
    path is safe, by tenor: paid in today and paid back by schedule, on every day of the simulated weeks. ``idle`` is what
    can be away for the whole simulated time; ``cash_for_risk`` the cash that, added today, would bring P(shortfall) down
    to the policy's worst band. Where the balance is unknown the paths start at an empty account.
    ``statement_age_days`` counts from the last day of the statement to the day of the decision. ``trade`` is a GB/T 4754
    code, empty where not known. ``owed_here`` is the principal of loans of this bank that are not paid back; their
    instalments are in ``existing_debt_monthly`` and, being certain, in the simulated paths. ``owed_group`` is what other
    businesses under the same persons owe this bank, None without any. ``cycle_days`` is how long money that was laid out
    took to come back: the longest time in the last year that the account's own flows lay below an earlier high.
    """

    consent: bool
    blocked: bool
    blocked_reason: str
    trade: str
    history_days: int
    statement_age_days: int
    balance_known: bool
    inflow_year: Money
    outflow_year: Money
    existing_debt_monthly: Money
    capacity_instalment: Money
    gap: Money
    p_shortfall: Decimal
    cash_for_risk: Money
    idle: Money
    probability_default: Decimal | None = None
    requested: Money | None = None
    owed_here: Money | None = None
    spans: tuple[Span, ...] = ()
    owed_group: Money | None = None
    cycle_days: int = 0

    @property
    def currency(self) -> str:
        """Currency of every amount of the business."""
        return self.inflow_year.currency

    @property
    def surplus_monthly(self) -> Money:
        """What a month leaves after purchases, costs and present debt; never below zero."""
        left = (self.inflow_year - self.outflow_year).times(Fraction(1, 12), ROUND_FLOOR) - self.existing_debt_monthly
        return max(left, Money.zero(self.currency))
