"""The forecast of the twin on real firms by rolling origin, beside a seasonal block bootstrap; and its speed.

Data: ``cashflow/sme_cumcm_c123_daily.csv.gz``, 123 firms, sales and purchases by day. At each origin the twin sees the
rows up to that day only; what is compared is the cumulated net flow (sales less purchases) of the days after it. Loss
is divided by the firm's mean daily flow, so that one large firm does not speak for all; the last figures are in yuan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from brambling.app.bench.measure import Bench, Measure, percentile, skipped, times_ms

if TYPE_CHECKING:
    from brambling.perception.cashflow.calibration import Calibration
    from brambling.perception.cashflow.shapes import Statement
    from brambling.perception.cashflow.twin_shapes import Twin

Floats = NDArray[np.float64]

FILE = "cashflow/sme_cumcm_c123_daily.csv.gz"
HORIZONS = (7, 30, 91)
LEVELS = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
HISTORY_DAYS = 365  # before the first origin: a seasonal baseline needs a year
SHORT_DAYS = range(60, HISTORY_DAYS)  # origins of the figures on short histories
RARE = 0.02  # share of futures in which cash said to be idle may be needed early
STEP_DAYS = 56  # between origins
PATHS = 500
BUSINESSES = 400  # twins made for the speed of a batch
WORKERS = 2
OURS, MIXED, STRICT = "twin", "seasonal block bootstrap, half of it", "seasonal block bootstrap"


@dataclass
class Tally:
    """Outcomes of one forecaster at one horizon."""

    inside_end: list[bool] = field(default_factory=list)
    inside_low: list[bool] = field(default_factory=list)
    below: list[bool] = field(default_factory=list)  # the running minimum under its 2 % quantile
    loss: list[float] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)

    def add(self, cumulated: Floats, came: Floats, horizon: int, scale: float) -> None:
        """Score paths ``cumulated`` against what ``came``, both cumulated by day."""
        quantiles = np.quantile(cumulated[:, horizon - 1], LEVELS)
        rare, *lows = np.quantile(cumulated[:, :horizon].min(axis=1), (RARE, 0.1, 0.9))
        gap = came[horizon - 1] - quantiles
        self.inside_end.append(bool(quantiles[0] <= came[horizon - 1] <= quantiles[-1]))
        self.inside_low.append(bool(lows[0] <= came[:horizon].min() <= lows[-1]))
        self.below.append(bool(came[:horizon].min() < rare))
        self.loss.append(float(np.maximum(LEVELS * gap, (LEVELS - 1) * gap).mean()))
        self.scale.append(scale)

    @property
    def scaled(self) -> float:
        """Mean pinball loss in days of the firm's mean flow."""
        return float(np.mean(np.array(self.loss) / np.array(self.scale)))


def run(bench: Bench) -> list[Measure]:
    """Coverage, pinball loss and speed; the single twin with the prior, and with a calibration fitted on other firms."""
    path = bench.file(FILE)
    if path is None:
        return [skipped("cash-flow forecast on 123 real firms", f"no {FILE}")]
    firms = statements(path)
    # the prior was learnt on the first part; a pooled calibration is fitted there too, so both are judged on the second
    learnt = [statement for name, statement in firms.items() if crc32(name.encode()) % 5 <= 2]
    held_out = [statement for name, statement in firms.items() if crc32(name.encode()) % 5 > 2]
    measures: list[Measure] = []
    bench.say(f"cashflow: {len(held_out)} firms held out, the prior")
    measures += _quality(held_out, bench.seed, None, "prior, firms held out")
    bench.say(f"cashflow: {len(held_out)} firms held out, their first year")
    measures += _quality(held_out, bench.seed, None, "prior, firms held out", short=True)
    bench.say(f"cashflow: fitting a calibration on {len(learnt)} other firms")
    measures += _quality(
        held_out, bench.seed, _fitted(learnt, bench.seed), "calibration of other firms, firms held out"
    )
    bench.say(f"cashflow: {len(firms)} firms, the prior")
    measures += _quality(list(firms.values()), bench.seed, None, "prior, all firms")
    return measures + _speed(list(firms.values()), bench)


def statements(path: Path) -> dict[str, Statement]:
    """The firms of the set as statements: one row of sales and one of purchases a day, balance unknown."""
    import polars as pl

    from brambling.perception.cashflow import read_statement

    days = pl.read_csv(path, try_parse_dates=True)
    made = {}
    for (name,), part in days.group_by("eid", maintain_order=True):
        both = [
            part.filter(pl.col(column) != 0).select(
                "date",
                (pl.col(column) * sign).round(2).cast(pl.Decimal(18, 2)).cast(pl.String).alias("amount"),
                pl.lit(words).alias("counterparty"),
                pl.lit(words).alias("memo"),
            )
            for column, sign, words in (("amt_sales", 1, "sales"), ("amt_purch", -1, "purchases"))
        ]
        made[str(name)] = read_statement(pl.concat(both).sort("date", maintain_order=True))
    return made


def _fitted(learnt: Sequence[Statement], seed: int) -> Calibration:
    from brambling.perception.cashflow import fit_calibration

    return fit_calibration(learnt, seed=seed)


def _quality(
    firms: Sequence[Statement], seed: int, calibration: Calibration | None, what: str, *, short: bool = False
) -> list[Measure]:
    tallies = {who: {horizon: Tally() for horizon in HORIZONS} for who in (OURS, MIXED, STRICT)}
    for statement in firms:
        for paths, came, scale in _origins(statement, seed, calibration, short=short):
            for who, cumulated in paths.items():
                for horizon in HORIZONS:
                    tallies[who][horizon].add(cumulated, came, horizon, scale)
    count = len(tallies[OURS][HORIZONS[0]].loss)
    after = f"{SHORT_DAYS.start} to {SHORT_DAYS.stop}" if short else f"{HISTORY_DAYS}"
    note = f"{what}; {len(firms)} firms, {count} origins every {STEP_DAYS} days after {after} days of history"
    return [
        measure
        for horizon in HORIZONS
        for measure in (
            *_coverage(tallies[OURS][horizon], tallies[MIXED][horizon], horizon, note),
            _rare(tallies[OURS][horizon], tallies[MIXED][horizon], horizon, note),
            *(_loss(tallies[OURS][horizon], tallies[who][horizon], who, horizon, note) for who in (MIXED, STRICT)),
            _yuan(tallies[OURS][horizon], tallies[MIXED][horizon], horizon, note),
        )
    ]


def _coverage(ours: Tally, peer: Tally, horizon: int, note: str) -> list[Measure]:
    return [
        Measure(
            f"80 % band covers the {name} {horizon} days",
            100 * float(np.mean(mine)),
            "%",
            MIXED,
            100 * float(np.mean(other)),
            "75-85",
            note,
        )
        for name, mine, other in (
            ("end of", ours.inside_end, peer.inside_end),
            ("running minimum over", ours.inside_low, peer.inside_low),
        )
    ]


def _rare(ours: Tally, peer: Tally, horizon: int, note: str) -> Measure:
    name = f"running minimum over {horizon} days under its {RARE:.0%} quantile"
    mine, other = (100 * float(np.mean(tally.below)) for tally in (ours, peer))
    return Measure(name, mine, "%", MIXED, other, "about 2, at most 3", note)


def _loss(ours: Tally, peer: Tally, who: str, horizon: int, note: str) -> Measure:
    name = f"mean pinball loss over {horizon} days"
    return Measure(name, ours.scaled, "daily flows", who, peer.scaled, "ratio <= 0.92", note)


def _yuan(ours: Tally, peer: Tally, horizon: int, note: str) -> Measure:
    mine, other = (float(np.mean(tally.loss)) / 100 for tally in (ours, peer))
    return Measure(f"mean pinball loss over {horizon} days", mine, "CNY", MIXED, other, "ratio <= 0.92", note)


def _origins(
    statement: Statement, seed: int, calibration: Calibration | None, *, short: bool
) -> Iterator[tuple[dict[str, Floats], Floats, float]]:
    """Cumulated paths by who drew them, what came, and the firm's mean daily flow, at each origin."""
    from dataclasses import replace

    import polars as pl

    from brambling.perception.cashflow import twin
    from brambling.perception.cashflow.daily import MOVEMENTS_MIN, daily

    whole = daily(statement.rows)
    net = whole.net
    scale = float(np.abs(net).mean())
    last = whole.days - max(HORIZONS)
    first = SHORT_DAYS.start if short else HISTORY_DAYS
    for days in range(first, min(last, SHORT_DAYS.stop - 1) + 1 if short else last + 1, STEP_DAYS):
        origin = whole.first + timedelta(days=days - 1)
        past = replace(statement, rows=statement.rows.filter(pl.col("date") <= origin))
        if past.rows.height < MOVEMENTS_MIN:  # nobody would be given a forecast
            continue
        made = twin(past, seed=seed, paths=PATHS, calibration=calibration, as_of=origin)
        ahead = max(HORIZONS)
        drawn = {
            OURS: made.net_paths,
            MIXED: seasonal_bootstrap(net[:days], ahead, PATHS, seed, every=2),
            STRICT: seasonal_bootstrap(net[:days], ahead, PATHS, seed, every=1),
        }
        came = np.cumsum(net[days : days + ahead])
        yield {who: np.cumsum(paths, axis=1) for who, paths in drawn.items()}, came, scale


def seasonal_bootstrap(net: Floats, horizon_days: int, paths: int, seed: int, *, every: int) -> Floats:
    """The peer: blocks of 7 to 28 days that begin on the same weekday within four weeks of the same day of the year.

    Where the history has no such block, any block on the same weekday will do. The season binds one path in ``every``;
    the others take any block on the same weekday: one past year is a thin witness, and the mixture is the stronger peer.
    """
    rng = np.random.default_rng(seed)
    parts = []
    for group in range(20):
        width = len(range(group, paths, 20))
        out, done = np.empty((width, horizon_days)), 0
        span = int(rng.integers(7, 29))
        while done < horizon_days:
            length = min(span, horizon_days - done)
            ages = net.size + done - np.arange(net.size - length + 1)
            weekday = ages % 7 == 0
            apart = np.minimum(ages % 365.25, 365.25 - ages % 365.25)
            season = weekday & (apart <= 28) & (ages > 300)
            chosen = season if group % every == 0 and season.any() else weekday
            starts = rng.choice(np.flatnonzero(chosen), width)
            out[:, done : done + length] = net[starts[:, None] + np.arange(length)]
            done += length
        parts.append(out)
    return np.concatenate(parts)


def _speed(firms: Sequence[Statement], bench: Bench) -> list[Measure]:
    import time

    from brambling.perception.cashflow import twin, twin_many

    bench.say("cashflow: speed")
    usual = sorted(firms, key=lambda statement: statement.rows.height)[len(firms) // 2 :]
    spent = times_ms(lambda: twin(usual[0], seed=bench.seed), runs=30)
    largest = times_ms(lambda: twin(usual[-1], seed=bench.seed), runs=30)
    many = [usual[i % len(usual)] for i in range(BUSINESSES)]
    start = time.perf_counter()
    done = sum(1 for _ in twin_many(many, shortfall, workers=WORKERS, seed=bench.seed))
    rate = 60 * done / (time.perf_counter() - start)
    return [
        Measure(
            "one twin, 1,000 paths of 91 days, firm of median length (p50)", percentile(spent, 0.5), "ms", aim="<= 50"
        ),
        Measure("one twin of the longest statement (p50)", percentile(largest, 0.5), "ms", aim="<= 50"),
        Measure(
            f"twins a minute on {WORKERS} processes",
            rate,
            "businesses/min",
            aim=">= 2000 (10,000 in 5 minutes)",
            note=f"{BUSINESSES} twins of the longer half of the firms, start of the processes included",
        ),
    ]


def shortfall(made: Twin) -> float:
    """The question asked of each twin of the batch."""
    return made.p_shortfall()
