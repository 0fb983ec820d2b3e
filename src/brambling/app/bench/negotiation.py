"""Planned sales against passive taking, on the funds of the synthetic town.

The flows are world/funds' own: it knows nothing of plans. Every four weeks platform and manager negotiate the next four:
the platform proposes what it expects to sell day by day, the manager wants the same total on the days where money is
forecast to leave; each forecast sees the days before only. Demand then comes as the town made it: what is above the
quota waits, and of what waits a twentieth gives up each day. Passive taking sells whatever comes on the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from brambling.app.bench.measure import Bench, Measure

HISTORY_DAYS, STEP_DAYS, STEPS = 270, 28, 6
GIVE_UP = 0.05  # of what waits, each day
LOT = "1000.00"


def run(given: Bench) -> list[Measure]:
    """Volatility of the daily net flow, and what was sold, planned beside passive."""
    from brambling.world import Town, build

    flows = build(Town(seed=given.seed + 404, businesses=60, months=16)).funds
    found: list[Measure] = []
    for product in sorted(flows["product"].unique().to_list()):
        passive, planned, sold, agreed, lost = _product(flows.filter(flows["product"] == product), given.seed)
        given.say(f"{product}")
        note = f"{agreed} of {STEPS} plans agreed; {sold:.1%} of the demand sold, {lost:.1%} gave up waiting"
        found.append(
            Measure(f"{product}: daily net flow varies by", planned, "bp of assets", "passive taking", passive,
                    "< peer", note, synthetic=True)
        )  # fmt: skip
    return found


def _product(frame: Any, seed: int) -> tuple[float, float, float, int, float]:
    frame = frame.sort("date")
    days = frame["date"].to_list()
    demand, redeemed = (frame[name].cast(float).to_numpy() for name in ("subscription", "redemption"))
    assets = 60 * float(redeemed.mean())
    sold, waiting, lost, agreed = np.zeros(demand.size), 0.0, 0.0, 0
    window = range(HISTORY_DAYS, HISTORY_DAYS + STEP_DAYS * STEPS)
    for start in window[::STEP_DAYS]:
        quota = _quotas(days, demand, redeemed, start, assets, seed)
        agreed += quota is not None
        for n in range(STEP_DAYS):
            there = waiting + demand[start + n]
            sold[start + n] = there if quota is None else min(there, quota[n])
            waiting = there - sold[start + n]
            lost += waiting * GIVE_UP
            waiting *= 1 - GIVE_UP
    inside = slice(window.start, window.stop)
    came = float(demand[inside].sum())
    before = float(np.std((demand - redeemed)[inside])) / assets * 1e4
    after = float(np.std((sold - redeemed)[inside])) / assets * 1e4
    return before, after, float(sold[inside].sum()) / came, agreed, lost / came


def _quotas(
    days: list[date], demand: np.ndarray, redeemed: np.ndarray, start: int, assets: float, seed: int
) -> list[float] | None:
    """The agreed quota of each day in yuan; None without agreement: then all is taken as it comes."""
    import polars as pl

    from brambling.kit.money import Money, Rate
    from brambling.wealth.flows import forecast
    from brambling.wealth.negotiation import Setting, Terms, negotiate
    from brambling.wealth.negotiation.rules import Limits

    known = pl.DataFrame({"date": days[:start], "subscription": demand[:start], "redemption": redeemed[:start]})
    expected = forecast(known, STEP_DAYS, seed=seed).table.filter(pl.col("side") == "subscription")["mean"]
    lot, ahead = Money.of(LOT), [days[start - 1] + timedelta(days=n + 1) for n in range(STEP_DAYS)]
    lots = [max(0, round(float(value) / float(lot.decimal))) for value in expected]
    plan = pl.DataFrame(list(_rows(ahead, lots, lot)), schema=["date", "channel", "quota", "price"], orient="row")
    total = sum(lots)
    least, most = lot * (total * 9 // 10), lot * (total * 12 // 10)
    terms = Terms(
        assets=Money(round(assets * 100)), liquid_share=Decimal("0.05"), yield_cash_annual=Rate.of("1.00%"),
        yield_term_annual=Rate.of("2.20%"), lot=lot,
    )  # fmt: skip
    setting = Setting(
        "bench", "CNY", terms,
        manager=Limits(least, most, price_max=Rate.of("0.30%")),
        platform=Limits(least, most, day_max=lot * (4 * total // STEP_DAYS), price_min=Rate.of("0.10%")),
    )  # fmt: skip
    # all sales go through the plan: what the manager levels is redemptions alone
    made = negotiate(known.with_columns(subscription=pl.lit(0.0)), plan, setting, seed=seed)
    if made.agreed is None:
        return None
    rows = dict.fromkeys(ahead, 0.0)
    for row in made.table(made.agreed).iter_rows(named=True):
        rows[row["date"]] += float(row["quota"])
    return list(rows.values())


def _rows(ahead: list[date], lots: list[int], lot: Any) -> Iterator[tuple[date, str, str, float]]:
    for day, count in zip(ahead, lots, strict=True):
        yield day, "app", str(lot * count), 0.002
