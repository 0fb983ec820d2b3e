"""How long money stays where only totals are known: a tier of users, or a product sold through others.

Of a pool nobody sees which yuan leaves, so each day takes its share evenly from all that is there, and the share that is
left after some days is the product of what each day leaves. What the next days take is foretold by the pool's own usual
day: the median share, which one day of a festival or a rumour does not move, over a month and over two, half and half;
and half of it leans on the mean of the pools beside it, because a pool's own month is mostly noise.
"""

from __future__ import annotations

import numpy as np

from brambling.wealth.structure.shapes import Floats

WINDOWS_DAYS = (30, 60)
OWN_SHARE = 0.5
DAILY_MAX = 0.9


def daily_shares(bought: Floats, sold: Floats) -> Floats:
    """Share of what was there the evening before that left on each day, (pool, day); the first day's is 0."""
    held = np.cumsum(bought - sold, axis=1)
    shares = np.zeros_like(held)
    there = held[:, :-1] > 0
    shares[:, 1:] = np.divide(sold[:, 1:], held[:, :-1], out=np.zeros_like(sold[:, 1:]), where=there)
    out: Floats = np.clip(shares, 0.0, DAILY_MAX)
    return out


def left_within(shares: Floats, day: int, ahead: int) -> Floats:
    """Share of each pool's money of the evening of ``day`` that left within ``ahead`` days."""
    out: Floats = 1 - np.prod(1 - shares[:, day + 1 : day + 1 + ahead], axis=1)
    return out


def leaving(shares: Floats, day: int, ahead: int) -> Floats:
    """The same foretold on the evening of ``day`` from the shares up to it."""
    own = np.mean(
        [1 - (1 - np.median(shares[:, max(0, day + 1 - back) : day + 1], axis=1)) ** ahead for back in WINDOWS_DAYS],
        axis=0,
    )
    out: Floats = OWN_SHARE * own + (1 - OWN_SHARE) * own.mean()
    return out
