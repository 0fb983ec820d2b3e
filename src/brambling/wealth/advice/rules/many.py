"""Plans of many businesses at once: the same decision as ``lay_out``, as arrays. Pure.

Every amount is an integer of minor units; each customer's row equals what ``lay_out`` gives alone, to the unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.wealth.advice.rules.plan import Product, Shelf

Ints = NDArray[np.int64]

NO_PATH = np.int64(2**61)  # a fall no path has: the row stands for nobody
CODES = ("placed", "gap-first", "nothing-idle", "all-needed", "too-little")
PLACED, GAP, NOTHING, ALL_NEEDED, TOO_LITTLE = range(len(CODES))
AMOUNT_MINOR_MAX = 10**15  # ten trillion yuan; below it no sum here leaves 64 bits


@dataclass(frozen=True, eq=False)
class Placements:
    """What is placed for each customer (row) in each product (column), in minor units.

    ``reason`` is a place in ``CODES``; ``needed`` counts the paths on which a line is needed early, ``early`` those on
    which any is, out of ``paths``.
    """

    products: tuple[str, ...]
    amount_minor: Ints
    interest_minor: Ints
    needed: Ints
    early: Ints
    reason: NDArray[np.int8]
    paths: int


def early_max(paths: int, shelf: Shelf) -> int:
    """How many of ``paths`` may need something early."""
    return int(paths * shelf.p_early_max)


def lay_out_many(
    balance_minor: Ints, floor_minor: Ints, tails: Ints, short: Ints, risk_max: Ints, *, paths: int, shelf: Shelf
) -> Placements:
    """Plans over the products of ``shelf``, row by row what ``lay_out`` would say.

    ``tails`` [customers, kept paths, products] are falls below the balance as ``features.tails_of`` gives them, ``short``
    counts the paths that run below zero within the twin's time, ``risk_max`` is what each customer bears.
    """
    count, kept, products = tails.shape
    if products != len(shelf.products):
        raise InputRejected(
            f"falls for {products} products", expected=f"{len(shelf.products)}, one for each on the shelf"
        )
    if count and max(int(np.abs(balance_minor).max()), int(np.abs(floor_minor).max())) > AMOUNT_MINOR_MAX:
        raise InputRejected("a balance or floor is too large for 64 bits", expected=f"at most {AMOUNT_MINOR_MAX} units")
    allowed = early_max(paths, shelf)
    margins = tails + (balance_minor - floor_minor)[:, None, None]
    margins[tails == NO_PATH] = NO_PATH
    free = ~_gap(paths, shelf)[short]
    early = np.zeros((count, kept), dtype=bool)
    placed = np.zeros(count, dtype=np.int64)
    amounts, interest, needed = (np.zeros((count, products), dtype=np.int64) for _ in range(3))
    least = np.zeros(count, dtype=np.int64)
    for place in reversed(range(products)):
        product, margin = shelf.products[place], margins[:, :, place]
        most = _most(np.where(early, NO_PATH, margin), allowed - early.sum(axis=1))
        amount = most - placed
        amount -= amount % product.amount_step.minor
        earned = earned_minor(product, np.maximum(amount, 0))
        suits = free & (product.risk <= risk_max)
        taken = suits & (amount >= product.amount_min.minor) & (earned >= shelf.interest_min.minor)
        amount = np.where(taken, amount, 0)
        hit = taken[:, None] & (margin < (placed + amount)[:, None])
        amounts[:, place], interest[:, place] = amount, np.where(taken, earned, 0)
        needed[:, place] = hit.sum(axis=1)
        placed += amount
        early |= hit
        # the shortest product that suits comes last: what could be away for its time
        least = np.where(suits, _most(margin, np.full(count, allowed)), least)
    nothing = np.where(floor_minor != 0, NOTHING, ALL_NEEDED)
    reason = np.select([placed > 0, ~free, least > 0], [PLACED, GAP, TOO_LITTLE], nothing).astype(np.int8)
    codes = tuple(product.code for product in shelf.products)
    return Placements(codes, amounts, interest, needed, early.sum(axis=1), reason, paths)


def _gap(paths: int, shelf: Shelf) -> NDArray[np.bool_]:
    """By the number of paths that run short: whether the gap comes first."""
    shares = (Decimal(count / paths).quantize(Decimal("0.000001")) for count in range(paths + 1))
    return np.array([share > shelf.p_short_max for share in shares])


def _most(margins: Ints, skip: Ints) -> Ints:
    """In each row the largest amount that at most ``skip`` of ``margins`` lie below."""
    ordered = np.sort(margins, axis=1)
    return np.take_along_axis(ordered, skip[:, None], axis=1)[:, 0]


def earned_minor(product: Product, amount: Ints) -> Ints:
    """``Product.earned`` of whole arrays, to the unit."""
    rate = Fraction(product.rate_annual.annual) * product.earning_days / 365
    return _times(amount, rate, up=False) - _times(amount, Fraction(product.fee_share), up=True)


def _times(amount: Ints, factor: Fraction, *, up: bool) -> Ints:
    """Exact products with a fraction, rounded half to even, or up; amounts are not negative."""
    over, under = factor.numerator, factor.denominator
    if over * under >= 2**62:
        raise InputRejected(f"a rate or fee of {float(factor):.12g} has too many digits for whole arrays")
    whole, rest = np.divmod(amount, under)
    floor, left = np.divmod(rest * over, under)
    floor = floor + whole * over
    more = (left > 0) if up else (2 * left > under) | ((2 * left == under) & (floor % 2 == 1))
    out: Ints = floor + more
    return out
