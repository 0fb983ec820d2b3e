"""Figures of the flow forecast: real panels month and week ahead, twenty funds by week, and speed.

Every figure goes through the library verb that the command calls, on what was known at each origin. Seasonal naive and
statsforecast's AutoETS stand beside it in the same run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.app.bench.measure import Bench, Measure, percentile, skipped, times_ms

Floats = NDArray[np.float64]
SIDES = ("subscription", "redemption")
MONTHS = ((2014, 4), (2014, 5), (2014, 6), (2014, 7))
LEVELS = (0.025, 0.10, 0.50, 0.90, 0.975)
FUND_WEEKS = 12
SPEED_PRODUCTS = 5_000  # two series each
SPEED_DAYS = 730


def tianchi(path: Path) -> Any:
    """The three panels as a flows frame in yuan (the file is in fen)."""
    import polars as pl

    frame = pl.read_csv(path, try_parse_dates=True).rename(
        {"panel": "product", "purchase": "subscription", "redeem": "redemption"}
    )
    return frame.with_columns(pl.col(SIDES) / 100)


def afac(path: Path) -> Any:
    """The twenty funds as a flows frame, page views as covariates."""
    import polars as pl

    frame = pl.read_csv(path, try_parse_dates=True).rename(
        {"fund_code": "product", "apply_amt": "subscription", "redeem_amt": "redemption"}
    )
    return frame.with_columns(pl.col("product").cast(pl.String), pl.col(SIDES).round(2))


@dataclass
class Origin:
    """What one origin gave: (side, product, day) of actual, ours, naive; (level, side, product, day) quantiles."""

    actual: Floats
    mean: Floats
    naive: Floats
    quantiles: Floats
    ets: Floats | None = None


@dataclass
class Run:
    """All origins of one set."""

    origins: list[Origin] = field(default_factory=list)

    def score(self, which: str) -> float:
        """Points of 300: ``10 max(0, 1 - |error| / 0.3)`` a day, 45 % purchase and 55 % redemption, to 30 days."""
        sides = [np.mean([_points(getattr(o, which)[side], o.actual[side]) for o in self.origins]) for side in (0, 1)]
        return float(30 * (0.45 * sides[0] + 0.55 * sides[1]))

    def wmape(self, which: str, side: int) -> float:
        """Mean over origins and products of the absolute error over the actual of that origin."""
        return float(
            np.mean(
                [
                    np.abs(getattr(o, which)[side] - o.actual[side]).sum(axis=1) / o.actual[side].sum(axis=1)
                    for o in self.origins
                ]
            )
        )

    def wmape_pooled(self, which: str) -> float:
        """Absolute error over actual, all products and origins added up, mean of both sides."""
        errors = np.sum([np.abs(getattr(o, which) - o.actual).sum(axis=(1, 2)) for o in self.origins], axis=0)
        return float(np.mean(errors / np.sum([o.actual.sum(axis=(1, 2)) for o in self.origins], axis=0)))

    def coverage(self, low: int, high: int) -> float:
        """Share of days inside the band between two levels."""
        within = [(o.actual >= o.quantiles[low]) & (o.actual <= o.quantiles[high]) for o in self.origins]
        return float(np.concatenate([one.reshape(-1) for one in within]).mean())

    def pinball(self) -> float:
        """Pinball loss, mean of the five levels, over the mean actual of each origin and series."""
        levels = np.array(LEVELS)[:, None, None, None]
        losses = []
        for o in self.origins:
            over = o.actual[None] - o.quantiles
            loss = np.maximum(levels * over, (levels - 1) * over).mean(axis=(0, 3))
            losses.append((loss / o.actual.mean(axis=2)).mean())
        return float(np.mean(losses))


def _points(forecast: Floats, actual: Floats) -> float:
    return float(np.maximum(0, 1 - np.abs(forecast / actual - 1) / 0.3).mean() * 10)


def replay(frame: Any, origins: Sequence[tuple[date, int]], seed: int, *, ets: bool = False) -> Run:
    """Forecast ``frame`` at each (first day, horizon) from the days before it."""
    import polars as pl

    from brambling.wealth.flows import forecast

    run = Run()
    for first, horizon in origins:
        past = frame.filter(pl.col("date") < first)
        ahead = frame.filter((pl.col("date") >= first) & (pl.col("date") < first + timedelta(days=horizon)))
        made = forecast(past, horizon, seed=seed)
        products = sorted(past["product"].unique().to_list())
        table = made.table.filter(pl.col("side") != "net").with_columns(pl.col(pl.Decimal).cast(pl.Float64))
        shape = (len(products), horizon)
        actual = np.stack([_grid(ahead, side, shape) for side in SIDES])
        known = np.stack([_grid(past, side, (len(products), -1)) for side in SIDES])
        quantiles = np.stack(
            [_sides(table, f"q{level:.3f}" if level in (0.025, 0.975) else f"q{level:.2f}", shape) for level in LEVELS]
        )
        naive = known[:, :, -7:][:, :, np.arange(horizon) % 7]
        run.origins.append(
            Origin(actual, _sides(table, "mean", shape), naive, quantiles, _auto_ets(known, horizon) if ets else None)
        )
    return run


def _grid(frame: Any, column: str, shape: tuple[int, int]) -> Floats:
    values: Floats = frame.sort("product", "date")[column].to_numpy().astype(float).reshape(shape)
    return values


def _sides(table: Any, column: str, shape: tuple[int, int]) -> Floats:
    import polars as pl

    return np.stack([_grid(table.filter(pl.col("side") == side), column, shape) for side in SIDES])


def _auto_ets(known: Floats, horizon: int) -> Floats:
    from statsforecast.models import AutoETS

    out = np.empty((*known.shape[:2], horizon))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place in np.ndindex(known.shape[:2]):
            out[place] = AutoETS(season_length=7).forecast(y=known[place], h=horizon)["mean"]
    return out


def month_origins() -> list[tuple[date, int]]:
    """The first day and length of each month of the figure."""
    nexts = [date(year + month // 12, month % 12 + 1, 1) for year, month in MONTHS]
    return [(date(y, m, 1), (after - date(y, m, 1)).days) for (y, m), after in zip(MONTHS, nexts, strict=True)]


def week_origins() -> list[tuple[date, int]]:
    """Weeks from the first of April 2014 that end by the last of July."""
    first = date(2014, 4, 1)
    return [(first + timedelta(days=7 * k), 7) for k in range(17)]


def run(bench: Bench) -> list[Measure]:
    """All figures of the flow forecast."""
    out: list[Measure] = []
    panels = bench.file("wealth/tianchi_panels_daily.csv")
    if panels is None:
        out.append(skipped("flows: three panels", "wealth/tianchi_panels_daily.csv is not there"))
    else:
        bench.say("flows: three panels, month and week ahead")
        out += _panels(tianchi(panels), bench.seed)
    funds = bench.file("wealth/afac2025_fund_apply_redeem.csv.gz")
    if funds is None:
        out.append(skipped("flows: twenty funds", "wealth/afac2025_fund_apply_redeem.csv.gz is not there"))
    else:
        bench.say("flows: twenty funds, twelve weeks")
        out += _funds(afac(funds), bench.seed)
    bench.say("flows: speed")
    return out + _speed(bench.seed)


def _panels(frame: Any, seed: int) -> list[Measure]:
    month = replay(frame, month_origins(), seed, ets=True)
    week = replay(frame, week_origins(), seed, ets=True)
    months = "April to July 2014; methods chosen on origins whose days end by June"
    held = Run(month.origins[-1:])
    beside: Callable[[Run, Callable[[str], float]], str] = lambda run, of: f"AutoETS {of('ets'):.3f}"  # noqa: E731
    return [
        Measure(
            "flows month ahead: score of 300",
            month.score("mean"),
            "points",
            "seasonal naive",
            month.score("naive"),
            ">= 160",
            f"{months}; {beside(month, month.score)}",
        ),
        Measure(
            "flows month ahead: score, July alone",
            held.score("mean"),
            "points",
            "seasonal naive",
            held.score("naive"),
            "",
            "the month no choice has seen",
        ),
        Measure(
            "flows month ahead: WMAPE purchase",
            month.wmape("mean", 0),
            "",
            "seasonal naive",
            month.wmape("naive", 0),
            "<= .115",
            beside(month, lambda w: month.wmape(w, 0)),
        ),
        Measure(
            "flows month ahead: WMAPE redemption",
            month.wmape("mean", 1),
            "",
            "seasonal naive",
            month.wmape("naive", 1),
            "<= .17",
            beside(month, lambda w: month.wmape(w, 1)),
        ),
        Measure("flows month ahead: inside the 80 % band", month.coverage(1, 3), "share", aim=".77-.83"),
        Measure("flows month ahead: inside the 95 % band", month.coverage(0, 4), "share", aim=".93-.97"),
        Measure("flows month ahead: pinball over mean", month.pinball(), "", aim="<= .035"),
        Measure(
            "flows week ahead: score of 300",
            week.score("mean"),
            "points",
            "seasonal naive",
            week.score("naive"),
            ">= 172",
            beside(week, week.score),
        ),
        Measure("flows week ahead: inside the 80 % band", week.coverage(1, 3), "share"),
        Measure("flows week ahead: inside the 95 % band", week.coverage(0, 4), "share"),
    ]


def _funds(frame: Any, seed: int) -> list[Measure]:
    last = frame["date"].max()
    first = last - timedelta(days=7 * FUND_WEEKS - 1)
    weeks = replay(frame, [(first + timedelta(days=7 * k), 7) for k in range(FUND_WEEKS)], seed, ets=True)
    by_series = [float(np.mean([weeks.wmape(which, side) for side in (0, 1)])) for which in ("mean", "naive")]
    note = f"AutoETS {weeks.wmape_pooled('ets'):.3f}; the twelve weeks hold the tariff shock of April 2025"
    return [
        Measure(
            "flows twenty funds, 7 days: WMAPE, all funds added up",
            weeks.wmape_pooled("mean"),
            "",
            "seasonal naive",
            weeks.wmape_pooled("naive"),
            "<= .31",
            note,
        ),
        Measure(
            "flows twenty funds, 7 days: WMAPE, mean of funds and weeks",
            by_series[0],
            "",
            "seasonal naive",
            by_series[1],
            "<= .31",
        ),
        Measure("flows twenty funds: inside the 80 % band", weeks.coverage(1, 3), "share"),
        Measure("flows twenty funds: inside the 95 % band", weeks.coverage(0, 4), "share"),
    ]


def made_up(products: int, days: int, seed: int) -> Any:
    """Flows of many products with weekdays, levels that wander and noise: for timing only."""
    import polars as pl

    random = np.random.default_rng(seed)
    first = date(2024, 1, 1)
    week = np.array([1.0, 0.9, 0.9, 0.8, 0.9, 0.3, 0.3])[np.arange(days) % 7]
    frame = {"date": np.tile(np.datetime64(first) + np.arange(days), products)}
    frame["product"] = np.repeat([f"p{number:05d}" for number in range(products)], days)
    for side in SIDES:
        level = np.exp(random.normal(12, 1, (products, 1)) + random.normal(0, 0.02, (products, days)).cumsum(axis=1))
        frame[side] = np.round(level * week * random.lognormal(0, 0.3, (products, days)), 2).reshape(-1)
    return pl.DataFrame(frame).with_columns(pl.col("date").cast(pl.Date))


def _speed(seed: int) -> list[Measure]:
    from brambling.wealth.flows import forecast

    one = made_up(1, SPEED_DAYS, seed)
    single = times_ms(lambda: forecast(one, 30, seed=seed), runs=15)
    many = made_up(SPEED_PRODUCTS, SPEED_DAYS, seed)
    spent = times_ms(lambda: forecast(many, 30, seed=seed), runs=1, warm=0)[0] / 60_000
    return [
        Measure(
            "flows one product, two years, 30 days: median", percentile(single, 0.5), "ms", aim="< 200", synthetic=True
        ),
        Measure(
            f"flows {2 * SPEED_PRODUCTS:,} series x 2 years, 30 days", spent, "minutes", aim="< 10", synthetic=True
        ),
    ]
