"""From the paths to the figures of the brief, rounded to the fen and to 1e-6."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.cfo.rules import Assumptions, Way
from brambling.cfo.shapes import Day, LowestBalance
from brambling.credit.underwriting.rules import Offer, Policy, instalments
from brambling.kit.money import Money

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin

_GRID = Decimal("0.000001")


def forecast_of(twin: Twin) -> tuple[Day, ...]:
    """The 10, 50 and 90 % quantiles by day."""
    band = {q: np.rint(values).astype(np.int64) for q, values in twin.band((0.1, 0.5, 0.9)).items()}
    return tuple(
        Day(twin.day(i + 1), *(Money(int(band[q][i]), twin.currency) for q in (0.1, 0.5, 0.9)))
        for i in range(twin.horizon_days)
    )


def lowest_of(twin: Twin) -> LowestBalance:
    """The low point, exact."""
    low = twin.lowest()
    return LowestBalance(Money(low.amount_minor, twin.currency), low.date, _on_grid(low.probability_below_zero))


def gap_of(twin: Twin, assumptions: Assumptions) -> Money:
    """The cash that, added today, would bring P(shortfall) down to what is assumed covered."""
    return Money(twin.cash_needed_minor(float(assumptions.gap_cover_max)), twin.currency)


def waiting(twin: Twin, assumptions: Assumptions) -> Way:
    """Going on as it is."""
    nothing = Money.zero(twin.currency)
    if not twin.balance_known or twin.currency != assumptions.currency:
        return Way(nothing, nothing, None, None)
    cost, probability = _running_short(twin.balance_paths(), assumptions)
    return Way(nothing, nothing, cost, probability)


def borrowing(
    twin: Twin, offer: Offer | None, *, wanted: Money | None, gap: Money, policy: Policy, assumptions: Assumptions
) -> Way | None:
    """Taking the part of the offer that is wanted, or else the gap, today and paying it back by schedule.

    The amount is rounded up to whole steps and lies between the policy's least limit and the offer's.
    """
    if offer is None:
        return None
    step = policy.limit_step.minor
    asked = gap if wanted is None else wanted
    amount = Money(-(-asked.minor // step) * step, asked.currency)
    amount = min(max(amount, policy.limit_min), offer.limit)
    plan = instalments(amount, offer.rate_annual, len(offer.schedule))
    interest = sum((part.interest for part in plan), Money.zero(amount.currency))
    if not twin.balance_known:
        return Way(amount, interest, None, None)
    paid = np.zeros(twin.horizon_days)
    for part in plan:
        if part.due_day <= twin.horizon_days:
            paid[part.due_day - 1] += part.total.minor
    cost, probability = _running_short(twin.balance_paths() + amount.minor - np.cumsum(paid), assumptions)
    return Way(amount, interest, cost, probability)


def _running_short(balances: NDArray[np.float64], assumptions: Assumptions) -> tuple[Money, Decimal]:
    """Expected cost of running short, and its probability."""
    missing = float(np.maximum(-balances, 0).sum(axis=1).mean())
    probability = _on_grid(float(np.mean(balances.min(axis=1) < 0)))
    late = Money(round(missing * float(assumptions.late_rate_daily)), assumptions.currency)
    return late + assumptions.shortfall_cost.times(probability), probability


def _on_grid(probability: float) -> Decimal:
    return Decimal(probability).quantize(_GRID, ROUND_HALF_EVEN)
