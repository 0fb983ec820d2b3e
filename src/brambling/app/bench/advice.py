"""Idle-cash plans of a million businesses, beside the same plans made one by one.

The businesses are random walks of whole fen, drawn here and by nothing that advice knows: the figure is speed alone. Falls
are cut to the paths that can decide (``tails_of``) in the same run, timed apart, since they are kept from the twin. A
sample of rows is held against ``lay_out`` of the one-customer plan, to the fen.
"""

from __future__ import annotations

import time
from datetime import date

import numpy as np

from brambling.app.bench.measure import Bench, Measure

BUSINESSES, AT_ONCE, PATHS, SAMPLE = 1_000_000, 5_000, 400, 2_000
TODAY = date(2026, 3, 9)


def run(given: Bench) -> list[Measure]:
    """Seconds for a million plans, and how many of a sample differ from the plan made alone."""
    from brambling.kit.money import Money
    from brambling.wealth.advice import advise_many, shipped_shelf, tails_of
    from brambling.wealth.advice.rules import lay_out
    from brambling.wealth.advice.rules.many import early_max

    shelf = shipped_shelf()
    days = np.array([product.away_days for product in shelf.products])
    rng = np.random.default_rng(given.seed)
    advising = cutting = alone = 0.0
    different = placed = 0
    for first in range(0, BUSINESSES, AT_ONCE):
        lows = _falls(rng, days)
        balance = np.rint(np.exp(rng.normal(17.0, 1.5, AT_ONCE))).astype(np.int64)
        floor = (balance * rng.uniform(0, 0.5, AT_ONCE)).astype(np.int64)
        none = np.zeros(AT_ONCE, dtype=np.int64)
        begun = time.perf_counter()
        tails = tails_of(lows, early_max(PATHS, shelf))
        cut = time.perf_counter()
        made = advise_many(balance, floor, tails, none, paths=PATHS, shelf=shelf)
        advising += time.perf_counter() - cut
        cutting += cut - begun
        placed += int((made.amount_minor.sum(axis=1) > 0).sum())
        if first == 0:
            begun = time.perf_counter()
            for row in range(SAMPLE):
                margins = lows[row] + (balance[row] - floor[row])
                plan = lay_out(margins, shelf.products, shelf, TODAY, Money(int(floor[row])))
                amounts = {line.product: line.amount.minor for line in plan.lines}
                earned = {line.product: line.interest.minor for line in plan.lines}
                same = all(
                    made.amount_minor[row, place] == amounts.get(code, 0)
                    and made.interest_minor[row, place] == earned.get(code, 0)
                    for place, code in enumerate(made.products)
                )
                different += not same
            alone = (time.perf_counter() - begun) / SAMPLE * BUSINESSES
        if first and first % 200_000 == 0:
            given.say(f"{first:,} businesses")
    note = f"{placed:,} of {BUSINESSES:,} place something; one thread"
    return [
        Measure("advice: 1 M plans", advising, "s", "one by one", alone, "<= 300", note, synthetic=True),
        Measure("advice: cutting 1 M twins to their tails", cutting, "s", note="once a twin", synthetic=True),
        Measure("advice: plans of a sample that differ", different, f"of {SAMPLE:,}", aim="0", synthetic=True),
    ]


def _falls(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Falls [business, path, product] of random walks seen at the shelf's days."""
    steps = np.diff(days, prepend=0)
    spread = np.exp(rng.normal(12.0, 1.0, AT_ONCE)).astype(np.float32)
    drawn = rng.standard_normal((AT_ONCE, PATHS, days.size), dtype=np.float32) * np.sqrt(steps).astype(np.float32)
    walks = np.cumsum(drawn, axis=2) * spread[:, None, None]
    return np.minimum(np.minimum.accumulate(walks, axis=2), 0).astype(np.int64)
