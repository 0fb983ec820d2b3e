"""Which need a business has, when it happens, and until when a message about it is of use. Pure.

Two needs are known: a gap ahead, and idle cash. They exclude each other, so nobody is told to borrow and to invest, and
no credit is pushed at a business whose own cash covers the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from brambling.kit.errors import InputRejected
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

Kind = Literal["gap-ahead", "idle-cash"]


@dataclass(frozen=True)
class Policy:
    """Thresholds of needs. Raises InputRejected when a share is outside 0..1 or a number of days is negative."""

    version: str
    currency: str
    gap_probability_min: Decimal
    gap_cover_max: Decimal
    gap_lead_days: int
    idle_days: int
    idle_amount_min: Money
    floor_days: int
    p_early_max: Decimal
    fresh_days: int

    def __post_init__(self) -> None:
        if not all(0 <= share < 1 for share in (self.gap_cover_max, self.p_early_max)) or not (
            self.gap_cover_max < self.gap_probability_min <= 1
        ):
            raise InputRejected("a share is out of range", expected="gap_cover_max < gap_probability_min <= 1")
        if min(self.gap_lead_days, self.floor_days, self.fresh_days) < 0 or self.idle_days < 1:
            raise InputRejected("a number of days is negative")


@dataclass(frozen=True)
class Signals:
    """What the twin says on ``today``, rounded to its grid.

    ``gap_on`` is the first day by which P(shortfall) reaches the policy's threshold, None when it never does; ``gap``
    the cash that would cover it. ``idle`` can be away until ``idle_until`` and ``idle_quarter`` for the whole simulated
    time; ``p_idle`` is P(at least the policy's least amount is idle for ``idle_days``).
    """

    today: date
    balance_known: bool
    p_shortfall: Decimal
    gap_on: date | None
    gap: Money
    idle: Money
    idle_until: date
    idle_quarter: Money
    p_idle: Decimal


@dataclass(frozen=True)
class Need:
    """A need: ``strength`` is the probability that it is real, ``not_after`` the last day a message is of use."""

    kind: Kind
    customer_id: UUID
    strength: Decimal
    amount: Money
    happens_on: date
    not_after: date
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> UUID:
        """The same need found again in the same week has the same id; one that moved to another week is another."""
        year, week, _ = self.happens_on.isocalendar()
        return key_of("need", self.customer_id, self.kind, year, week)


def needs_of(customer_id: UUID, signals: Signals, policy: Policy) -> tuple[Need, ...]:
    """The needs of one business; none while its balance is unknown or in another currency."""
    if not signals.balance_known or signals.gap.currency != policy.currency:
        return ()
    if signals.gap_on is not None:  # cash that is free this month is no call to invest when a gap comes after it
        found = _gap(customer_id, signals, policy)
    else:
        found = _idle(customer_id, signals, policy)
    return (found,) if found else ()


def _gap(customer_id: UUID, signals: Signals, policy: Policy) -> Need | None:
    assert signals.gap_on is not None
    if signals.idle_quarter >= signals.gap:  # its own cash covers the gap: no credit is pushed
        return None
    latest = signals.gap_on - timedelta(days=policy.gap_lead_days)
    if latest < signals.today:  # help would come too late
        return None
    params = {"day": signals.gap_on.isoformat(), "probability": str(signals.p_shortfall), "amount": str(signals.gap)}
    return Need(
        kind="gap-ahead",
        customer_id=customer_id,
        strength=signals.p_shortfall,
        amount=signals.gap,
        happens_on=signals.gap_on,
        not_after=min(latest, signals.today + timedelta(days=policy.fresh_days)),
        reasons=(Reason("gap-ahead", params),),
    )


def _idle(customer_id: UUID, signals: Signals, policy: Policy) -> Need | None:
    if signals.idle < policy.idle_amount_min:
        return None
    params = {"amount": str(signals.idle), "until": signals.idle_until.isoformat(), "probability": str(signals.p_idle)}
    return Need(
        kind="idle-cash",
        customer_id=customer_id,
        strength=signals.p_idle,
        amount=signals.idle,
        happens_on=signals.today,
        not_after=signals.today + timedelta(days=policy.fresh_days),
        reasons=(Reason("idle-cash", params),),
    )
