"""A score with its reasons, beside OptBinning's and LightGBM's own calls; ordering and truth on real files by time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.app.bench.measure import Bench, Measure, percentile, skipped

if TYPE_CHECKING:
    import polars as pl

    from brambling.credit.scorecard.rules import Card

COLUMNS, ROWS, SINGLE, ARRAYS = 8, 20_000, 20_000, 1_000_000


def run(bench: Bench) -> list[Measure]:
    """Speed on made-up loans; AUC and ECE on the SBA loans where they are."""
    from brambling.credit.scorecard import compile_card, fit

    frame = _loans(bench.seed)
    bench.say("scorecard: fitting a card of eight columns")
    card = fit(frame, "bad", "1", form="additive", seed=bench.seed).card
    compiled = compile_card(card)
    rows = list(frame.select(compiled.columns).iter_rows())[:SINGLE]
    bench.say("scorecard: single rows")
    ours = _single(compiled.row, rows)
    peers = _peers(frame, bench)
    measures = [
        Measure(
            "score and four reasons of one row, p99",
            percentile(ours, 0.99) / 1000,
            "us",
            "OptBinning Scorecard.score, one row",
            peers["optbinning"],
            "<= 10",
            f"{COLUMNS} columns",
            synthetic=True,
        ),
        Measure(
            "score and four reasons of one row, median",
            percentile(ours, 0.5) / 1000,
            "us",
            "LightGBM predict, one row",
            peers["lightgbm"],
            "",
            "no reasons in the peer",
            synthetic=True,
        ),
        _throughput("score and four reasons, pure Python", lambda: compiled.rows(rows), len(rows), ">= 300,000"),
        *_arrays(card, frame),
    ]
    return measures + _sba(bench)


def _loans(seed: int) -> pl.DataFrame:
    import polars as pl

    rng = np.random.default_rng(seed)
    values = rng.normal(size=(ROWS, COLUMNS))
    risk = values @ np.linspace(0.1, 0.8, COLUMNS) - 2
    bad = (rng.random(ROWS) < 1 / (1 + np.exp(-risk))).astype(int)
    return pl.DataFrame({**{f"x{i}": values[:, i] for i in range(COLUMNS)}, "bad": bad})


def _single(work: Callable[[Any], object], rows: list[Any]) -> list[float]:
    """Nanoseconds of each call."""
    clock = time.perf_counter_ns
    for row in rows[:1000]:
        work(row)
    spent = []
    for row in rows:
        start = clock()
        work(row)
        spent.append(float(clock() - start))
    return spent


def _throughput(name: str, work: Callable[[], object], rows: int, aim: str, note: str = "") -> Measure:
    work()
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return Measure(name, rows / min(spent), "rows/s", aim=aim, note=note or "best of 5, one core", synthetic=True)


def _arrays(card: Card, frame: pl.DataFrame) -> list[Measure]:
    from brambling.credit.scorecard.model.scoring import bins_of_numbers, reasons, sums

    numbers = [np.tile(frame[name].to_numpy(), ARRAYS // ROWS) for name in card.columns]

    def scores() -> object:
        return sums(card, [bins_of_numbers(i, x) for i, x in zip(card.characteristics, numbers, strict=True)])

    def told() -> object:
        bins = [bins_of_numbers(i, x) for i, x in zip(card.characteristics, numbers, strict=True)]
        return sums(card, bins), reasons(card, bins)

    return [
        _throughput("scores by arrays", scores, ARRAYS, ">= 3,000,000"),
        _throughput("scores and four reasons by arrays", told, ARRAYS, ""),
    ]


def _peers(frame: pl.DataFrame, bench: Bench) -> dict[str, float]:
    """Median microseconds of one row by the peers' own calls."""
    import warnings

    import lightgbm as lgb
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    bench.say("scorecard: OptBinning and LightGBM")
    names = [f"x{i}" for i in range(COLUMNS)]
    table, bad = frame.select(names).to_pandas(), frame["bad"].to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Scorecard(
            BinningProcess(names),
            LogisticRegression(),
            scaling_method="min_max",
            scaling_method_params={"min": 0, "max": 100},
        ).fit(table, bad)
        optbinning = _single(peer.score, [table.iloc[[i]] for i in range(30)])
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": bench.seed}
    booster = lgb.train(settings, lgb.Dataset(table.to_numpy(), bad), 100)
    lightgbm = _single(lambda row: booster.predict(row, num_threads=1), [table.to_numpy()[[i]] for i in range(2000)])
    return {"optbinning": percentile(optbinning, 0.5) / 1000, "lightgbm": percentile(lightgbm, 0.5) / 1000}


LEAKS = ("term", "disbursement_date", "disbursement_gross", "balance_gross", "chg_off_date", "chg_off_prin_gr")
LAST_YEAR, BAD_WEIGHT, GOOD_WEIGHT = 2000, 10.50, 49.31  # the sample is even by class; the weights undo that


def _sba(bench: Bench) -> list[Measure]:
    """Fitted on approvals up to 2000, measured on those of the three years after."""
    path = bench.file("credit/sba_loans.csv.gz")
    if path is None:
        return [skipped("SBA loans by time", "no credit/sba_loans.csv.gz in the data folder (--data)")]
    import polars as pl

    from brambling.credit.scorecard import fit, score
    from brambling.credit.scorecard.features.measures import auc, ece
    from brambling.kit.files import read_frame

    frame = read_frame(path)
    year, bad = pl.col("approval_fy").cast(int), pl.col("mis_status") == "CHGOFF"
    frame = frame.with_columns(weight=pl.when(bad).then(BAD_WEIGHT).otherwise(GOOD_WEIGHT)).drop(LEAKS)
    early, late = frame.filter(year <= LAST_YEAR), frame.filter(year > LAST_YEAR)
    bench.say("scorecard: SBA loans, approvals up to 2000")
    fitted = fit(early, "mis_status", "CHGOFF", weight="weight", time="approval_fy", seed=bench.seed)
    outcome, weight = late.select(bad).to_series().cast(float).to_numpy(), late["weight"].to_numpy()
    p = score(fitted.card, late.drop("weight")).table["probability_default"].to_numpy()
    ours = auc(outcome, p, weight)
    plain, forest = _plain(early, late, outcome, weight, bench)
    note = "approvals to FY2000, tested on FY2001-03"
    measures = [
        Measure("SBA by time, AUC", ours, "", "plain OptBinning scorecard", plain, "+ .03", note),
        Measure("SBA by time, AUC", ours, "", "plain LightGBM", forest, "+ .01", note),
    ]
    for one in (2001, 2002, 2003):
        rows = (late["approval_fy"].cast(int) == one).to_numpy()
        rate = float(np.average(outcome[rows], weights=weight[rows]))
        figure = ece(outcome[rows], p[rows], weight[rows])
        measures.append(Measure(f"SBA FY{one}, ECE", figure, "", aim="<= .03", note=f"bad rate {rate:.3f}"))
    return measures


def _plain(early: pl.DataFrame, late: pl.DataFrame, outcome: Any, weight: Any, bench: Bench) -> tuple[float, float]:
    """AUC of both peers with their own defaults on the same columns, codes by alphabet."""
    import warnings

    import lightgbm as lgb
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from brambling.credit.scorecard.features.columns import numbers_of
    from brambling.credit.scorecard.features.measures import auc

    texts = ["city", "state", "bank", "bank_state", "rev_line_cr", "low_doc"]
    numbers = ["zip", "naics", "no_emp", "new_exist", "create_job", "retained_job", "franchise_code", "urban_rural"]
    numbers += ["gr_appv", "sba_appv"]
    bad = (early["mis_status"] == "CHGOFF").cast(int).to_numpy()
    tables = [one.select(*texts, *numbers).to_pandas() for one in (early, late)]
    for table in tables:
        table[numbers] = table[numbers].astype(float)
        table[texts] = table[texts].fillna("none")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        binning = BinningProcess([*texts, *numbers], categorical_variables=texts)
        model = make_pipeline(binning, LogisticRegression(max_iter=1000))
        model.fit(tables[0], bad, logisticregression__sample_weight=early["weight"].to_numpy())
        plain = auc(outcome, model.predict_proba(tables[1])[:, 1], weight)
    codes = {name: {word: i for i, word in enumerate(sorted(set(tables[0][name])))} for name in texts}
    arrays = []
    for frame, table in zip((early, late), tables, strict=True):
        coded = [table[name].map(codes[name]).to_numpy(dtype=float) for name in texts]
        arrays.append(np.column_stack([*coded, *(numbers_of(frame[name]) for name in numbers)]))
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": bench.seed}
    data = lgb.Dataset(arrays[0], bad, weight=early["weight"].to_numpy(), categorical_feature=list(range(len(texts))))
    return plain, auc(outcome, np.asarray(lgb.train(settings, data, 100).predict(arrays[1])), weight)
