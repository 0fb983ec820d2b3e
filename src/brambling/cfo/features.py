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


def waiting(twin: Twin, assumptions: Assumptions) -> Way:
    """Going on as it is."""
    nothing = Money.zero(twin.currency)
    if not twin.balance_known or twin.currency != assumptions.currency:
        return Way(nothing, nothing, nothing, None, None)
    cost, probability = _running_short(_with_today(twin), assumptions)
    return Way(nothing, nothing, nothing, cost, probability)


def borrowing(
    twin: Twin, offer: Offer | None, wanted: Money | None, policy: Policy, assumptions: Assumptions
) -> Way | None:
    """Taking the part of the offer that is wanted, or else its least amount, today and paying it back by schedule.

    The least amount is what keeps the account safe while it is paid back; what is wanted is rounded up to whole steps
    and lies between it and the limit.
    """
    if offer is None:
        return None
    step = policy.limit_step.minor
    asked = offer.least if wanted is None else wanted
    amount = Money(-(-asked.minor // step) * step, asked.currency)
    amount = min(max(amount, offer.least), offer.limit)
    plan = instalments(amount, offer.rate_annual, len(offer.schedule))
    nothing = Money.zero(amount.currency)
    due = [part for part in plan if part.due_day <= twin.horizon_days]
    interest = sum((part.interest for part in due), nothing)
    total = sum((part.interest for part in plan), nothing)
    if not twin.balance_known:
        return Way(amount, interest, total, None, None)
    paid = np.zeros(twin.horizon_days)
    for part in due:
        paid[part.due_day - 1] += part.total.minor
    after = _with_today(twin) + amount.minor - np.concatenate([[0.0], np.cumsum(paid)])
    cost, probability = _running_short(after, assumptions)
    return Way(amount, interest, total, cost, probability)


def _with_today(twin: Twin) -> NDArray[np.float64]:
    """Balances from today on, [paths, horizon_days + 1]."""
    paths = twin.balance_paths()
    return np.concatenate([np.full((paths.shape[0], 1), float(twin.start_balance_minor)), paths], axis=1)


def _running_short(balances: NDArray[np.float64], assumptions: Assumptions) -> tuple[Money, Decimal]:
    """Expected cost of running short, and its probability."""
    missing = np.maximum(-balances, 0)
    most = missing.max(axis=1)
    once = np.maximum(most * float(assumptions.penalty_share), assumptions.penalty_min.minor) * (most > 0)
    each = once + most * float(assumptions.compensation_share)
    each += missing.sum(axis=1) * float(assumptions.late_rate_daily)
    return Money(round(float(each.mean())), assumptions.currency), _on_grid(float(np.mean(most > 0)))


def _on_grid(probability: float) -> Decimal:
    return Decimal(probability).quantize(_GRID, ROUND_HALF_EVEN)
