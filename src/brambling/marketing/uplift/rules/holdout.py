"""Hold-outs: who is left without contact so that its effect can be known, and what they tell. Pure.

A customer's place is a hash of a salt and the customer, so it needs no table, is the same in every process, and two
campaigns with two salts hold out independently. The global hold-out has one salt for all campaigns of a period.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from brambling.kit.errors import InputRejected

_GRID = 1 << 53


def held_out(customer: str, share: float, salt: str) -> bool:
    """Whether ``customer`` belongs to the hold-out of ``salt`` (a period or a campaign) that keeps ``share`` (0 to 1).

    A larger share only adds customers. Raises InputRejected for a share outside 0..1 and an empty salt.
    """
    if not 0 <= share <= 1:
        raise InputRejected(f"a hold-out of {share}", expected="a share from 0 to 1")
    if not salt:
        raise InputRejected("a hold-out without a salt", expected="the name of the period or campaign")
    digest = hashlib.sha256(f"{len(salt)}:{salt}:{customer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 11 < share * _GRID


@dataclass(frozen=True)
class ReadOut:
    """What contact changed: outcomes a customer contacted, held out, and their difference with its 95 % interval.

    ``enough`` is False where either side has fewer than the rows that the smallest effect of interest would need;
    then the difference is shown and nothing is concluded.
    """

    contacted: int
    held: int
    rate_contacted: float
    rate_held: float
    lift: float
    lower: float
    upper: float
    enough: bool


def read_out(
    contacted: Iterable[float], held: Iterable[float], *, smallest: float | None = None, power: float = 0.8
) -> ReadOut:
    """The read-out of a hold-out from the outcomes (0/1 or amounts) of both sides, by intention to contact.

    Welch's interval. ``smallest`` is the smallest difference worth knowing; with it ``enough`` says whether a test at
    5 % would find it with ``power``. Everybody who was meant to be contacted counts, reached or not: who could be
    reached is no random choice. Raises InputRejected when a side has fewer than two outcomes.
    """
    ones, others = [float(x) for x in contacted], [float(x) for x in held]
    if min(len(ones), len(others)) < 2:
        raise InputRejected("a read-out needs two outcomes on each side", expected="a larger hold-out")
    mean_one, spread_one = _moments(ones)
    mean_other, spread_other = _moments(others)
    error = math.sqrt(spread_one / len(ones) + spread_other / len(others))
    normal = NormalDist()
    reach = normal.inv_cdf(0.975) * error
    needed = (normal.inv_cdf(0.975) + normal.inv_cdf(power)) * error
    lift = mean_one - mean_other
    return ReadOut(
        contacted=len(ones),
        held=len(others),
        rate_contacted=mean_one,
        rate_held=mean_other,
        lift=lift,
        lower=lift - reach,
        upper=lift + reach,
        enough=smallest is None or needed <= smallest,
    )


def _moments(values: list[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    return mean, math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
