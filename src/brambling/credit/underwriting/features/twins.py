"""From a twin to the facts of a credit decision, rounded to the grid on which decisions are replayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from brambling.credit.underwriting.rules import MONTHS_SIMULATED, Facts, Policy, Span, due_days, span_of
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin

YEAR_DAYS = 365
_GRID = Decimal("0.000001")


@dataclass(frozen=True)
class Held:
    """Loans that the business has at this bank: ``owed`` is their open principal, ``monthly`` their next instalments.

    They may not show in the statement: what they bring and take is in the twin as flows that the bank knows.
    """

    owed: Money
    monthly: Money


@dataclass(frozen=True)
class Standing:
    """What the bank knows of the business beside its cash flow; the defaults are those of a statement off the street.

    ``probability_default`` comes from a released scorecard, None until there is one; ``today`` is the day of the decision,
    None for the statement's own last day. ``owed_group`` is what other businesses under the same persons owe this bank.
    """

    consent: bool = True
    blocked: bool = False
    blocked_reason: str = ""
    trade: str = ""
    probability_default: float | None = None
    requested: Money | None = None
    today: date | None = None
    held: Held | None = None
    owed_group: Money | None = None

    def __post_init__(self) -> None:
        if self.requested is not None and self.requested.minor <= 0:
            raise InputRejected(f"{self.requested} is asked for", column="amount", expected="an amount above zero")


def facts_of(twin: Twin, policy: Policy, standing: Standing) -> Facts:
    """The facts under ``policy``: its floor, its P(miss), its worst band."""
    currency = twin.currency
    floor, p_miss = twin.committed_minor(policy.floor_days), float(policy.p_miss_max)
    gap = twin.cash_needed_minor(p_miss)
    days = [day for day in due_days(MONTHS_SIMULATED) if day <= twin.horizon_days]
    default = standing.probability_default
    held = standing.held or Held(Money.zero(currency), Money.zero(currency))
    p_shortfall = on_grid(twin.p_shortfall())
    probability = p_shortfall if default is None else on_grid(default)
    return Facts(
        consent=standing.consent,
        blocked=standing.blocked,
        blocked_reason=standing.blocked_reason,
        trade=standing.trade,
        history_days=twin.history_days,
        statement_age_days=max(0, ((standing.today or twin.origin) - twin.statement_until).days),
        balance_known=twin.balance_known,
        inflow_year=Money(twin.inflow_year_minor, currency),
        outflow_year=Money(twin.outflow_year_minor, currency),
        existing_debt_monthly=debt_monthly(twin) + held.monthly,
        capacity_instalment=Money(twin.capacity(days, p_miss, -gap), currency),
        gap=Money(gap, currency),
        p_shortfall=p_shortfall,
        cash_for_risk=Money(twin.cash_needed_minor(float(policy.bands[-1].probability_max)), currency),
        idle=Money(twin.placeable_minor(twin.horizon_days, floor, float(policy.p_early_max)), currency),
        probability_default=None if default is None else on_grid(default),
        requested=standing.requested,
        owed_here=standing.held.owed if standing.held else None,
        spans=_spans(twin, days, probability, policy),
        owed_group=standing.owed_group,
        cycle_days=cycle_days(twin),
    )


def cycle_days(twin: Twin) -> int:
    """How long money that was laid out took to come back: the longest time of the last year in which the account's own
    flows, summed up, lay below an earlier high (the duration of a drawdown). A year where they never came back."""
    import numpy as np

    total = np.cumsum(twin.history["net_minor"].to_numpy()[-YEAR_DAYS:].astype(np.float64))
    highs = np.flatnonzero(total >= np.maximum.accumulate(total))
    ends = np.concatenate([[-1], highs, [total.size]])
    return int(np.diff(ends).max() - 1)


def _spans(twin: Twin, days: list[int], probability: Decimal, policy: Policy) -> tuple[Span, ...]:
    """The safe principals of each tenor, at the price that ``probability`` has; none in a currency not lent in."""
    if twin.currency != policy.currency:
        return ()
    place = policy.band_of(probability)
    band = policy.bands[-1 if place is None else place]
    lows, p_miss = twin.lows_between(days), float(policy.p_miss_max)
    found = (
        span_of(lows, band.rate_annual, months, p_miss, policy.limit_step, policy.limit_max)
        for months in policy.tenor_months
        if months <= band.tenor_months_max
    )
    return tuple(span for span in found if span is not None)


def facts_unread(policy: Policy, standing: Standing) -> Facts:
    """The facts of a business whose statement may not be read: nothing is known but what bars it."""
    nothing = Money.zero(policy.currency)
    default = standing.probability_default
    return Facts(
        consent=standing.consent,
        blocked=standing.blocked,
        blocked_reason=standing.blocked_reason,
        trade=standing.trade,
        history_days=0,
        statement_age_days=0,
        balance_known=False,
        inflow_year=nothing,
        outflow_year=nothing,
        existing_debt_monthly=nothing,
        capacity_instalment=nothing,
        gap=nothing,
        p_shortfall=Decimal(1),
        cash_for_risk=nothing,
        idle=nothing,
        probability_default=None if default is None else on_grid(default),
        requested=standing.requested,
        owed_group=standing.owed_group,
    )


def on_grid(probability: float) -> Decimal:
    """A probability rounded to 1e-6, exact from here on."""
    return Decimal(probability).quantize(_GRID, ROUND_HALF_EVEN)


def debt_monthly(twin: Twin) -> Money:
    """What the business pays on loans in an average month, from the loan payments that return in its statement."""
    minor = Fraction(0)
    for item in twin.recurring:
        if item.category == "loan" and item.sign < 0:
            every = Fraction(item.every_months) if item.every_months else Fraction((item.every_days or 30) * 12, 365)
            minor += item.amount_minor / every
    return Money(round(minor), twin.currency)
