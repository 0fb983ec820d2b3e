"""How idle cash is laid out so that it is hardly ever needed early. Pure: margins and a shelf in, a plan out.

A margin is what a simulated path leaves above the floor at its lowest point up to a product's last day. The plan is
tested on all products together: a path on which any part of it would be needed early counts once, and such paths may
be at most the shelf's share of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.kit.reasons import Reason

ONE_IN_TWENTY = Decimal("1.645")  # quantile of the standard normal
RISKS = range(1, 6)  # R1 to R5 of the Chinese suitability rules, and C1 to C5 of those who buy


@dataclass(frozen=True)
class Product:
    """Something on the shelf. Money is back ``release_days`` after ``tenor_days``; with tenor 0 any day, T+n.

    ``fee_share`` of the amount is taken once, going in. ``risk`` is 1 (least) to 5: whoever bears less is not offered it.
    ``yield_sd_annual`` is the standard deviation of what a year earns, as a share of the amount.
    """

    code: str
    name_en: str
    name_zh: str
    tenor_days: int
    hold_days: int
    release_days: int
    rate_annual: Rate
    amount_min: Money
    amount_step: Money
    risk: int = 1
    fee_share: Decimal = Decimal(0)
    yield_sd_annual: Decimal = Decimal(0)

    @property
    def earning_days(self) -> int:
        """Days for which the money earns."""
        return max(self.tenor_days, self.hold_days)

    def earned(self, amount: Money) -> Money:
        """Interest on ``amount`` until it is planned to be back, less the fee (rounded up)."""
        fee = amount.times(self.fee_share, ROUND_UP)
        return self.rate_annual.interest(amount, self.earning_days) - fee

    def earned_low(self, amount: Money) -> Money:
        """What is earned in nineteen cases of twenty or more, the yield taken as normal: for people to see."""
        share = self.yield_sd_annual * (Decimal(self.earning_days) / 365).sqrt() * ONE_IN_TWENTY
        return self.earned(amount) - amount.times(share, ROUND_UP)

    @property
    def away_days(self) -> int:
        """Days from today until the money is planned to be back."""
        return self.earning_days + self.release_days


@dataclass(frozen=True)
class Shelf:
    """The products, from short to long, and the thresholds of advice.

    Raises InputRejected unless longer products pay no less: else nobody should hold them.
    """

    version: str
    currency: str
    floor_days: int
    p_early_max: Decimal
    p_short_max: Decimal
    interest_min: Money
    products: tuple[Product, ...]
    risk_max: int = 1  # what a customer bears who has not been asked

    def __post_init__(self) -> None:
        if not self.products:
            raise InputRejected("products must not be empty")
        if not all(0 <= share < 1 for share in (self.p_early_max, self.p_short_max)) or self.floor_days < 0:
            raise InputRejected("p_early_max, p_short_max or floor_days is out of range")
        if any(risk not in RISKS for risk in (self.risk_max, *(product.risk for product in self.products))):
            raise InputRejected("risk or risk_max is out of range", expected="1 to 5")
        for product in self.products:
            if not 0 <= product.fee_share < 1 or product.yield_sd_annual < 0:
                raise InputRejected(f"product {product.code}: fee_share or yield_sd_annual is out of range")
            if product.amount_step.minor <= 0 or product.amount_min.minor <= 0 or product.away_days < 1:
                raise InputRejected(f"product {product.code}: amounts and days must be above zero")
        for shorter, longer in pairwise(self.products):
            if shorter.away_days >= longer.away_days or shorter.rate_annual > longer.rate_annual:
                raise InputRejected(
                    f"products {shorter.code} and {longer.code} are out of order",
                    expected="from short to long, a longer one paying no less",
                )

    def suitable(self, horizon_days: int, risk_max: int | None = None) -> tuple[Product, ...]:
        """The products whose whole time is known and whose risk the customer bears."""
        bears = self.risk_max if risk_max is None else risk_max
        return tuple(one for one in self.products if one.away_days <= horizon_days and one.risk <= bears)


@dataclass(frozen=True)
class PlanLine:
    """One placement. ``p_early`` is P(this part is needed before ``release_on``); ``interest`` is less the fee."""

    product: str
    amount: Money
    tenor_days: int
    rate_annual: Rate
    release_on: date
    p_early: Decimal
    interest: Money


@dataclass(frozen=True)
class Plan:
    """What to do with idle cash: all of ``amount`` can be away until ``until``, single lines longer.

    ``floor`` stays in the account; ``p_early`` is P(any line is needed early). Without a plan ``amount`` is zero,
    ``until`` None, and the reason says why.
    """

    amount: Money
    until: date | None
    lines: tuple[PlanLine, ...]
    floor: Money
    reasons: tuple[Reason, ...]
    p_early: Decimal = Decimal(0)

    @property
    def interest(self) -> Money:
        """Interest of all lines until they are back."""
        return sum((line.interest for line in self.lines), Money.zero(self.amount.currency))


def no_plan(currency: str, floor: Money, reason: Reason) -> Plan:
    """The plan that places nothing."""
    return Plan(Money.zero(currency), None, (), floor, (reason,))


def lay_out(margins: NDArray[np.int64], products: tuple[Product, ...], shelf: Shelf, today: date, floor: Money) -> Plan:
    """The plan over ``products`` (short to long); ``margins`` [paths, products] in minor units.

    Margins never rise along a row: a longer time has no higher lowest point. From the longest product to the shortest
    each takes the most that keeps P(any part needed early) within the shelf's share; what is locked longer is locked in
    the shorter time too.
    """
    paths = margins.shape[0]
    allowed = int(paths * shelf.p_early_max)
    early = np.zeros(paths, dtype=bool)
    placed = 0
    lines: list[PlanLine] = []
    for product, margin in reversed(list(zip(products, margins.T, strict=True))):
        amount = _most(margin[~early], allowed - int(early.sum())) - placed
        amount -= amount % product.amount_step.minor
        if amount < product.amount_min.minor:
            continue
        needed = margin < placed + amount
        line = _line(product, Money(amount, floor.currency), today, _share(needed))
        if line.interest < shelf.interest_min:
            continue
        placed += amount
        early |= needed
        lines.append(line)
    if not lines:
        some = Money(max(0, _most(margins[:, 0], allowed)), floor.currency)
        if some:
            return no_plan(floor.currency, floor, Reason("too-little", {"amount": str(some)}))
        reason = Reason("nothing-idle", {"floor": str(floor)}) if floor else Reason("all-needed")
        return no_plan(floor.currency, floor, reason)
    assert int(early.sum()) <= allowed
    whole = sum((line.amount for line in lines), Money.zero(floor.currency))
    kept = (Reason("floor-kept", {"floor": str(floor), "days": str(shelf.floor_days)}),) if floor else ()
    reasons = (
        *kept,
        Reason("hardly-early", {"probability": str(_share(early)), "probability_max": str(shelf.p_early_max)}),
    )
    return Plan(whole, min(line.release_on for line in lines), tuple(lines), floor, reasons, _share(early))


def _most(margins: NDArray[np.int64], skip: int) -> int:
    """The largest amount that at most ``skip`` of ``margins`` lie below."""
    return int(np.partition(margins, skip)[skip])


def _share(flags: NDArray[np.bool_]) -> Decimal:
    return (Decimal(int(flags.sum())) / flags.size).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def _line(product: Product, amount: Money, today: date, p_early: Decimal) -> PlanLine:
    return PlanLine(
        product=product.code,
        amount=amount,
        tenor_days=product.tenor_days,
        rate_annual=product.rate_annual,
        release_on=today + timedelta(days=product.away_days),
        p_early=p_early,
        interest=product.earned(amount),
    )
