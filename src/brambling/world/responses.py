"""What a business would answer to an offer, with and without being contacted: both potential outcomes.

The two outcomes of one business, day and offer share one threshold, so the difference between them is the effect of the
contact and never the luck of a draw. The mechanism and its constants are those of ``docs/world.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brambling.world.registry import Register
from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Town, stream
from brambling.world.truth import as_of_days, dates

if TYPE_CHECKING:
    import polars as pl

OFFERS = ("credit", "wealth")
_BASE, _NEED, _TRUST, _NUISANCE = -3.4, 5.0, 0.8, 0.3
_MEMORY = 3  # months in which earlier contacts still weigh
_CONTACT_SHARE = 0.25  # of the past campaign, assigned at random


def responses(town: Town, district: int, who: Register, time: Timeline, strength: Floats) -> pl.DataFrame:
    """One row for each business, ``as_of`` day and offer; ``strength`` [days, businesses, offers] is the true need."""
    import polars as pl

    rng = stream(town.seed, "responses", district)
    months, n, offers = strength.shape
    knows = rng.beta(1.2, 2.2, (n, offers))  # how far the owner thinks of the bank unasked
    reach = rng.beta(3.0, 2.0, (n, 1))  # how much of the rest one contact makes up
    nuisance = rng.gamma(1.6, 0.6, (n, 1))
    trust = rng.normal(size=(n, 1))
    patience = rng.gamma(4.0, 0.6, (n, 1))
    threshold = rng.random((months, n, offers))
    contacted = rng.random((months, n, offers)) < _CONTACT_SHARE
    before = _contacts_before(contacted)
    cost = _NUISANCE * nuisance * (1 + before) * (1 - strength)
    calm = _BASE + _NEED * strength * knows + _TRUST * trust
    called = _BASE + _NEED * strength * (knows + reach * (1 - knows)) + _TRUST * trust - cost
    p_without, p_with = _logistic(calm), _logistic(called)
    take_without, take_with = threshold < p_without, threshold < p_with
    shape = (months, n, offers)
    numbers = np.array(who.numbers, dtype=np.int32)
    frame = pl.DataFrame({
        "business": np.broadcast_to(numbers[None, :, None], shape).reshape(-1),
        "as_of": dates(time, np.broadcast_to(as_of_days(time)[:, None, None], shape).reshape(-1)),
        "offer": pl.Series(OFFERS).gather(np.broadcast_to(np.arange(offers), shape).reshape(-1)),
        "need": np.round(strength, 6).reshape(-1),
        "contacts_before": np.broadcast_to(before, shape).astype(np.int16).reshape(-1),
        "p_without": np.round(p_without, 6).reshape(-1),
        "p_with": np.round(p_with, 6).reshape(-1),
        "take_without": take_without.reshape(-1),
        "take_with": take_with.reshape(-1),
        "refuses": (cost > patience).reshape(-1),
        "contacted": contacted.reshape(-1),
        "taken": np.where(contacted, take_with, take_without).reshape(-1),
    })  # fmt: skip
    return frame.sort("business", "as_of", "offer")


def _contacts_before(contacted: Flags) -> Floats:
    """Contacts of the months before, over all offers."""
    monthly = contacted.sum(axis=2).astype(np.float64)
    total = np.vstack([np.zeros((1, monthly.shape[1])), np.cumsum(monthly, axis=0)])
    month = np.arange(monthly.shape[0])
    before: Floats = (total[month] - total[np.maximum(month - _MEMORY, 0)])[:, :, None]
    return before


def _logistic(utility: Floats) -> Floats:
    probability: Floats = 1 / (1 + np.exp(-utility))
    return probability
