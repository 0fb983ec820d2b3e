"""From a twin to the signals of needs."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np

from brambling.kit.money import Money
from brambling.marketing.needs.rules import Policy, Signals

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin

_GRID = Decimal("0.000001")


def signals_of(twin: Twin, policy: Policy, placed: tuple[Money, date | None] | None = None) -> Signals:
    """What the twin says under ``policy``; today is the twin's origin. ``placed`` is the amount of the bank's own plan."""
    floor, early = twin.committed_minor(policy.floor_days), float(policy.p_early_max)
    by_day = twin.shortfall_by_day()
    reached = by_day >= float(policy.gap_probability_min)
    lowest = np.minimum(twin.balance_paths()[:, : policy.idle_days].min(axis=1), twin.start_balance_minor)
    idle, until = placed or (
        Money(twin.placeable_minor(policy.idle_days, floor, early), twin.currency),
        twin.day(policy.idle_days),
    )
    return Signals(
        today=twin.origin,
        balance_known=twin.balance_known,
        p_shortfall=_on_grid(float(by_day[-1])),
        gap_on=twin.day(int(reached.argmax()) + 1) if reached.any() else None,
        gap=Money(twin.cash_needed_minor(float(policy.gap_cover_max)), twin.currency),
        idle=idle,
        idle_until=until or twin.origin,
        idle_quarter=Money(twin.placeable_minor(twin.horizon_days, floor, early), twin.currency),
        p_idle=_on_grid(float(np.mean(lowest >= floor + policy.idle_amount_min.minor))),
    )


def _on_grid(probability: float) -> Decimal:
    return Decimal(probability).quantize(_GRID, ROUND_HALF_EVEN)
