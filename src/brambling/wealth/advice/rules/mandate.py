"""A standing mandate to sweep idle cash into a same-day product and back before it is needed. Pure.

Each look at the account asks one question of the customer's one twin: how much must stay, so that until the money could
be back the account falls below the floor on hardly any path? What is more than that goes in, what is less comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.wealth.advice.rules.plan import Product

# Days beyond the product's own that money stays in the account: one until the next look, two should one be missed.
LOOK_DAYS = 3
EndedWhy = Literal["revoked", "consent-withdrawn"]


@dataclass(frozen=True)
class Mandate:
    """What an owner allows until further notice: at most ``swept_max`` of ``product``, moves in of ``move_min`` or more."""

    id: UUID
    customer_id: UUID
    product: str
    swept_max: Money
    move_min: Money
    given_at: datetime
    given_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: EndedWhy | None = None

    def __post_init__(self) -> None:
        if self.swept_max.minor <= 0 or self.move_min.minor <= 0:
            raise InputRejected("the limits of a mandate must be above zero", expected="amounts such as 10000.00")
        if self.move_min > self.swept_max:
            raise InputRejected("a mandate whose least move is more than all it may hold")

    @property
    def living(self) -> bool:
        """Whether money may move by it."""
        return self.ended_at is None


@dataclass(frozen=True)
class Move:
    """What one look decides: ``amount`` into the product (negative: out of it), and what must stay in the account.

    ``p_below`` is P(account below the floor before money could be back) after the move.
    """

    amount: Money
    keep: Money
    floor: Money
    p_below: Decimal


@dataclass(frozen=True)
class Sweep:
    """One look at a mandate's account, kept; ``reason`` is swept, enough, stale-statement or balance-unknown."""

    id: UUID
    mandate_id: UUID
    day: date
    at: datetime
    move: Move
    reason: str


def require_sweepable(product: Product) -> None:
    """Raise InputRejected for a product out of which money does not come on the same day."""
    if product.tenor_days or product.release_days:
        raise InputRejected(
            f"{product.code!r} does not give money back on the same day", expected="a product of tenor 0 and T+0"
        )


def decide(
    total_minor: int,
    here: Money,
    swept: Money,
    lows: NDArray[np.int64],
    floor: Money,
    *,
    mandate: Mandate,
    step: Money,
    p_below_max: Decimal,
) -> Move:
    """What to move now.

    ``total_minor`` is all of the business's cash, ``here`` what of it is free in the account that is swept, ``swept`` what
    is in the product; ``lows`` (path) is the deepest fall of the cash, none above zero, until money could be back. At most
    ``p_below_max`` of the paths take what is left below ``floor``, or else nothing stays in the product. Money goes in by
    whole steps of at least ``move_min``; it comes out whatever the amount.
    """
    allowed = int(lows.size * p_below_max)
    keep = floor.minor - int(np.partition(lows, allowed)[allowed])
    may = min(max(total_minor - keep, 0), mandate.swept_max.minor)
    amount = may - swept.minor
    if amount > 0:
        amount = min(amount, here.minor)
        amount -= amount % step.minor
        if amount < mandate.move_min.minor:
            amount = 0
    elif amount < 0:
        amount = -min(swept.minor, -(amount // step.minor) * step.minor)
    left = total_minor - swept.minor - amount
    below = int((lows + left < floor.minor).sum())
    assert below <= allowed or swept.minor + amount <= 0
    share = (Decimal(below) / lows.size).quantize(Decimal("0.000001"))
    return Move(Money(amount, here.currency), Money(keep, here.currency), floor, share)
