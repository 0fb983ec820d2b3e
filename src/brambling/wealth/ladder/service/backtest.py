"""Would a forecast have earned more without a forced sale? Real flows replayed on a real curve, policy against policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import names_by_file
from brambling.kit.reasons import Reason
from brambling.wealth.flows.readers import Panel, read_flows
from brambling.wealth.flows.service import forecast
from brambling.wealth.ladder.features import Ints
from brambling.wealth.ladder.model.replay import Result, fixed, replay, reserved
from brambling.wealth.ladder.model.reserve import judged, reserves
from brambling.wealth.ladder.model.windows import Replayed, Told, shifts, track_of
from brambling.wealth.ladder.readers import CURVE_COLUMNS, FLOW_COLUMNS, read_curve
from brambling.wealth.ladder.shapes import (
    Backtest,
    Curve,
    Floats,
    Gain,
    PolicyYear,
    QuarterEnds,
    Reserve,
    Trial,
    Volatility,
)

POLICIES = ("fixed", "forecast", "no-forecast")
TIMES = (1, 2)
REPLAYED_DAYS = 122
SCORED_DAYS = 45  # forecasts begin so long before the replay, for the first misses
HISTORY_DAYS = 60  # and the flows so long before the first forecast
AHEAD_DAYS = 28
PATHS = 200
LEVEL = 0.975
ASSETS_OF_REDEMPTIONS = 20  # a fund holds at least so many days of redemptions
ASSETS_OF_OUTFLOW = 4  # and so many times what leaves it in all during the replay
BP = 10_000
CRUNCH = (np.datetime64("2013-06-01"), np.datetime64("2013-06-30"))


@dataclass(frozen=True)
class _Run:
    """One product, times, window: the curve days counted, and a result for each policy."""

    product: str
    times: int
    shift: int
    days: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    results: Mapping[str, Result]


def backtest(
    flows: Any,
    *,
    curve: Any,
    days: int = REPLAYED_DAYS,
    every: int = 1,
    align: str = "roll",
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    said: Callable[[int, int], object] = lambda done, total: None,
) -> Backtest:
    """Replay the last ``days`` of ``flows`` on ``curve``: a forecast-driven ladder against ten percent overnight beside
    a ninety-day ladder, and against the same optimiser without a forecast, at one and at two times the flows.

    The flows are forecast anew every ``every`` days from what was known. ``align`` says how their days meet the curve's:
    ``same`` by date, ``roll`` once each quarter of the curve, weekdays and quarters kept. Assets at the start are the
    flows added up, or more where that is little (a note says so). Raises InputRejected for files that cannot be used.
    """
    _options(days, every, align)
    of_flows, of_curve = names_by_file(((flows, FLOW_COLUMNS), (curve, CURVE_COLUMNS)), mapping)
    yields, panel = read_curve(curve, of_curve), read_flows(flows, AHEAD_DAYS, mapping=of_flows)
    length = panel.days.size
    if length < days + SCORED_DAYS + HISTORY_DAYS:
        raise InputRejected(
            f"{length} days of flows", expected=f"at least {days + SCORED_DAYS + HISTORY_DAYS}, or fewer --days"
        )
    start = length - days
    moved = shifts(yields, panel.days[start], days, align)
    if not moved:
        raise InputRejected(
            f"no window of {days} days of the flows meets the curve ({yields.days[0]} to {yields.days[-1]})",
            expected="a longer curve, or --align roll",
        )
    money_in, money_out = np.nan_to_num(panel.subscription), np.nan_to_num(panel.redemption)
    if not money_out[:, start:].any():
        raise InputRejected(
            f"nothing was redeemed in the last {days} days", expected="redemptions to hold money against"
        )
    origins = np.arange(start - SCORED_DAYS, length, every)
    outflow, median, high = _forecasts(panel, origins, seed, said)
    funds, notes = _funds(panel, money_out - money_in, money_out, start, origins, outflow)
    runs = [
        _run(name, yields, fund, shift, times)
        for times in TIMES
        for name, fund in zip(panel.products, funds, strict=True)
        for shift in moved
    ]
    rate = float(np.mean([money_out[n, start:].mean() / fund.opening for n, fund in enumerate(funds)]))
    first, last = panel.days[start], panel.days[-1]
    return Backtest(
        products=panel.products,
        align=align,
        windows=len(moved),
        curve_from=_date(first + min(moved)),
        curve_to=_date(last + max(moved)),
        flows_from=_date(first),
        flows_to=_date(last),
        trials=tuple(_trial([run for run in runs if run.times == times], times, rate) for times in TIMES),
        reserve=_reserve(money_out, median, high, start),
        table=_table(runs, first),
        notes=notes,
        flow_notes=panel.notes,
    )


def _options(days: int, every: int, align: str) -> None:
    if align not in ("same", "roll"):
        raise InputRejected(f"--align {align!r}", expected="same or roll")
    if every < 1 or days < 20:
        raise InputRejected(
            f"{days} days, a forecast every {every}", expected="at least 20 days and every 1 day or more"
        )


def _date(day: Any) -> date:
    found = day.astype("datetime64[D]").astype(object)
    assert isinstance(found, date)
    return found


def _forecasts(
    panel: Panel, origins: Ints, seed: int, said: Callable[[int, int], object]
) -> tuple[Floats, Floats, Floats]:
    """At each origin: median of cumulated net outflow (product, origin, day ahead); and for each day known after the
    first origin the median and upper quantile of redemption (product, day), by the newest forecast."""
    import polars as pl

    count, length = len(panel.products), panel.days.size
    outflow = np.zeros((count, origins.size, AHEAD_DAYS))
    median, high = np.zeros((count, length)), np.zeros((count, length))
    for place, origin in enumerate(origins.tolist()):
        known = [
            pl.DataFrame(
                {
                    "date": panel.days[:origin],
                    "product": [name] * origin,
                    "subscription": panel.subscription[n, :origin] / 100,
                    "redemption": panel.redemption[n, :origin] / 100,
                }
            ).filter(pl.col("redemption").is_not_nan())
            for n, name in enumerate(panel.products)
        ]
        made = forecast(pl.concat(known), AHEAD_DAYS, paths=PATHS, seed=seed)
        assert made.paths is not None
        late = int((panel.days[origin - 1] - np.datetime64(made.origin)).astype(int))
        for n, name in enumerate(panel.products):
            if name not in made.paths.products or late:
                continue
            at = made.paths.products.index(name)
            drawn = made.paths.redemption[:, at].astype(float)
            outflow[n, place] = np.median(np.cumsum(drawn - made.paths.subscription[:, at], axis=1), axis=0)
            until = min(AHEAD_DAYS, length - origin)
            median[n, origin : origin + until] = np.median(drawn, axis=0)[:until]
            high[n, origin : origin + until] = np.quantile(drawn, LEVEL, axis=0)[:until]
        said(place + 1, origins.size)
    return outflow, median, high


def _funds(
    panel: Panel, net: Floats, money_out: Floats, start: int, origins: Ints, outflow: Floats
) -> tuple[list[Replayed], tuple[Reason, ...]]:
    funds, notes = [], []
    for n, name in enumerate(panel.products):
        grown = -float(net[n, :start].sum())
        drained = float(np.cumsum(net[n, start:]).max(initial=0.0))
        least = max(ASSETS_OF_REDEMPTIONS * float(money_out[n, :start].mean()), ASSETS_OF_OUTFLOW * drained, 1.0)
        if grown < least:
            notes.append(Reason("assets-assumed", {"product": name}))
        funds.append(Replayed(panel.days, net[n], start, max(grown, least), Told(origins, outflow[n])))
    return funds, tuple(notes)


def _run(name: str, curve: Curve, fund: Replayed, shift: int, times: int) -> _Run:
    track = track_of(curve, fund, shift, float(times))
    passive, wam = replay(track, fixed)
    found = {
        "fixed": passive,
        "forecast": replay(track, reserved(wam, forecast=True))[0],
        "no-forecast": replay(track, reserved(wam, forecast=False))[0],
    }
    return _Run(name, times, shift, curve.days[track.rows[track.run_in :]], found)


def _reserve(money_out: Floats, median: Floats, high: Floats, start: int) -> Reserve:
    actual = money_out[:, start:]
    set_aside = reserves(actual, median[:, start:], high[:, start:], LEVEL)
    short, idle, count = judged(actual, set_aside)
    plain_short, plain_idle, _ = judged(actual, high[:, start:])
    return Reserve(LEVEL, round(short, 4), round(idle, 4), count, round(plain_short, 4), round(plain_idle, 4))


def _trial(runs: Sequence[_Run], times: int, rate: float) -> Trial:
    ours, theirs = [run.results["forecast"] for run in runs], [run.results["fixed"] for run in runs]
    crunch = [
        (np.array(run.results["forecast"].yields) - np.array(run.results["fixed"].yields))[inside].mean() * BP
        for run in runs
        if (inside := (run.days >= CRUNCH[0]) & (run.days <= CRUNCH[1])).any()
    ]
    return Trial(
        times=times,
        redemption_rate=round(rate * times, 6),
        policies=tuple(_year(name, [run.results[name] for run in runs]) for name in POLICIES),
        gain=_gain(ours, theirs),
        quarter_ends=_quarter_ends(runs),
        volatility=_volatility(runs),
        crunch_bp=round(float(np.mean(crunch)), 3) if crunch else None,
    )


def _year(name: str, results: Sequence[Result]) -> PolicyYear:
    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    return PolicyYear(
        policy=name,
        yield_bp=round(mean([result.bp() for result in results]), 3),
        cash_share=round(mean([mean(result.cash) for result in results]), 5),
        drag_bp=round(mean([float(np.mean(np.array(r.cash) * np.array(r.premium))) for r in results]) * BP, 3),
        wam_days=round(mean([mean(result.wam) for result in results]), 3),
        breach_days=int(sum(sum(result.broken) for result in results)),
        forced_sales=int(sum(sum(missing > 0 for missing in result.missing) for result in results)),
        sold_share=round(float(sum(sum(result.missing) for result in results)), 6),
        days=sum(len(result.assets) for result in results),
    )


def _gain(ours: Sequence[Result], theirs: Sequence[Result]) -> Gain:
    """The difference taken apart: less overnight money, more maturity at the slope of the curve, and the rest: tenors
    chosen on the day."""
    total, cash, term, gap = [], [], [], []
    for mine, other in zip(ours, theirs, strict=True):
        total.append(mine.bp() - other.bp())
        cash.append(float(np.mean((np.array(other.cash) - np.array(mine.cash)) * np.array(other.premium))) * BP)
        days = np.array(mine.wam) - np.array(other.wam)
        # a ladder's money lies half its tenor, so a day of maturity is two days of tenor
        term.append(float(np.mean(2 * days * np.array(other.slope))) * BP)
        gap.append(float(days.mean()))
    parts = [float(np.mean(values)) for values in (total, cash, term)]
    return Gain(
        round(parts[0], 3), round(parts[1], 3), round(parts[2], 3), round(parts[0] - parts[1] - parts[2], 3),
        round(float(np.mean(gap)), 3),
    )  # fmt: skip


def _quarter_ends(runs: Sequence[_Run]) -> QuarterEnds:
    change, ours, theirs = [], [], []
    for run in runs:
        for last in _ends(run.days):
            week = slice(last - 4, last + 1)
            assets = run.results["forecast"].assets
            change.append(assets[last] / assets[last - 5] - 1)
            ours.append(float(np.mean(run.results["forecast"].yields[week])))
            theirs.append(float(np.mean(run.results["fixed"].yields[week])))
    if not change:
        return QuarterEnds(0, 0.0, 0.0, 0.0)
    means = [float(np.mean(values)) for values in (change, ours, theirs)]
    return QuarterEnds(len(change), round(means[0], 6), round(means[1] * BP, 3), round(means[2] * BP, 3))


def _ends(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> list[int]:
    """Rows that are the last trading day of a quarter, with a whole week before them."""
    quarter = days.astype("datetime64[M]").astype(int) // 3
    return [int(row) for row in np.flatnonzero(np.diff(quarter)) if row >= 5]


def _volatility(runs: Sequence[_Run]) -> Volatility:
    """Standard deviations of the yield: of quarterly means over the whole curve, and of days within a replay."""
    out = []
    for name in ("forecast", "fixed"):
        quarters: dict[int, list[float]] = {}
        within = []
        for run in runs:
            yields = np.array(run.results[name].yields)
            of = run.days.astype("datetime64[M]").astype(int) // 3
            for quarter in np.unique(of).tolist():
                quarters.setdefault(quarter, []).append(float(yields[of == quarter].mean()))
            within.append(float(yields.std()))
        out.append((float(np.std([np.mean(values) for values in quarters.values()])), float(np.mean(within))))
    (between, inside), (between_fixed, inside_fixed) = out
    return Volatility(*(round(value * BP, 3) for value in (between, between_fixed, inside, inside_fixed)))


def _table(runs: Sequence[_Run], first: Any) -> Any:
    import polars as pl

    rows = []
    for run in runs:
        for name in POLICIES:
            year = _year(name, [run.results[name]])
            rows.append(
                {
                    "product": run.product,
                    "times": run.times,
                    "window_from": _date(first + run.shift),
                    "policy": name,
                    "yield_bp": year.yield_bp,
                    "cash_share": year.cash_share,
                    "drag_bp": year.drag_bp,
                    "wam_days": year.wam_days,
                    "breach_days": year.breach_days,
                    "forced_sales": year.forced_sales,
                    "sold_share": year.sold_share,
                }
            )
    return pl.DataFrame(rows)
