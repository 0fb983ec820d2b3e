"""What the structure of money is: trades in, the nature of each customer's money and of each product out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.kit.reasons import Reason
from brambling.wealth.structure.rules.alerts import Alert
from brambling.wealth.structure.rules.kinds import Kind

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACCOUNT = "account"  # the product that a bank account itself is


@dataclass(frozen=True, eq=False)
class Trades:
    """Movements of customers' money as arrays, sorted by customer, product and day.

    ``amount`` in smallest units, positive is money in; ``day`` counts from ``origin``; ``customer`` and ``product`` are
    places in ``customers`` and ``products``. ``purpose`` is a row of probabilities over the six kinds for money that
    left and whose use is seen (a statement), all zero where it is not. ``edge`` is the yield a year over that of the
    rivals on the day, NaN where it is not known. ``payments`` are what a customer pays from an account, by which the
    use of money that left a product is found.
    """

    customers: tuple[str, ...]
    products: tuple[str, ...]
    origin: date
    last: int
    customer: Ints
    product: Ints
    day: Ints
    amount: Ints
    purpose: Floats
    edge: Floats
    currency: str = "CNY"


@dataclass(frozen=True, eq=False)
class Lots:
    """Parcels of money, last in first out: whose, in what, how much, since when, and when it left (-1: still there).

    ``kind`` is the row of probabilities over the kinds of what it left for, all zero where it is still there.
    ``seen`` is false for money that was there before the first day of the file: its age is not known. ``edge`` is the
    yield edge on the day it came.
    """

    customer: Ints
    product: Ints
    amount: Ints
    since: Ints
    left: Ints
    kind: Floats
    seen: NDArray[np.bool_]
    edge: Floats

    def at(self, day: int) -> Lots:
        """The lots as they stood on the evening of ``day``: what came later is not there, what left later has not."""
        kept = self.pick(self.since <= day)
        left = np.where(kept.left > day, -1, kept.left)
        return replace(kept, left=left, kind=np.where((left >= 0)[:, None], kept.kind, 0.0))

    def pick(self, which: NDArray[np.bool_]) -> Lots:
        """The lots of a mask."""
        parts = {name: getattr(self, name)[which] for name in self.__dataclass_fields__}
        return Lots(**parts)

    def standing(self) -> Lots:
        """The lots that are there."""
        return self.pick(self.left < 0)


@dataclass(frozen=True)
class Product:
    """One product on one evening: its money by kind, what of it is stable, who holds it, and the run-off of money."""

    product: str
    day: date
    held_minor: int
    by_kind: Mapping[Kind, int]
    stable_minor: int
    stay_days: float
    top10: float
    institutions: float | None
    customers: int
    runoff: tuple[tuple[int, float, float, float], ...]
    """Day ahead, share of today's money still there, and its 90 % interval over customers."""


@dataclass(frozen=True)
class Contest:
    """How well three ways foretell on a held-out evening what share of a customer's money leaves in the next days.

    ``errors`` is the mean absolute error of the share by name, weighted by the square root of the money; ``winner`` is
    taken. ``skipped`` tells why a way was not tried.
    """

    errors: Mapping[str, float]
    winner: str
    held_out: date | None
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trace:
    """Customers' trades behind an alert, largest first: people of the bank see them, a wealth company does not."""

    alert: Alert
    trades: tuple[tuple[str, date, int], ...]


@dataclass(frozen=True)
class Structure:
    """The nature of the money. ``customers`` has a row for each customer and product that holds something:

    customer, product, balance and amount of each kind in units of money, probability of each kind, expected stay in
    days, expected share that leaves within 7 and 30 days.
    """

    as_of: date
    currency: str
    customers: pl.DataFrame
    products: tuple[Product, ...]
    before: Mapping[str, tuple[Product, ...]]
    """The products on earlier evenings: ``yesterday`` and ``quarter``."""
    drift: Mapping[str, float]
    """By product: half the sum of absolute changes of the kinds' shares since a quarter ago, 0 to 1."""
    alerts: tuple[Trace, ...]
    contest: Contest
    cohorts: pl.DataFrame
    notes: tuple[Reason, ...] = ()
    synthetic: bool = False
