"""The guard against columns that know the outcome: named and left out, unless the user insists.

A column leaks when (1) it is filled, or not zero, almost only for bad loans, (2) alone it orders them nearly perfectly, (3) alone
it orders them well and far better than all the others together, or (4) it is a date after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brambling.credit.scorecard.features import history
from brambling.credit.scorecard.features.columns import LeftOut
from brambling.credit.scorecard.features.measures import auc
from brambling.credit.scorecard.features.periods import expected_rate, folds
from brambling.credit.scorecard.shapes import Floats, Ints, Loans, Raw
from brambling.kit.errors import InputRejected
from brambling.kit.files.tables import parse_dates
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

ALONE_AUC = 0.90
# Well alone, and better than everything else together by so much: no honest file has such a column.
ALONE_STRONG_AUC, ABOVE_OTHERS_AUC = 0.75, 0.03
FILLED_BAD_RATE, FILLED_BADS_SHARE = 0.95, 0.3
AFTER_SHARE = 0.01
BINS = 30


def dated_after(frame: pl.DataFrame, loans: Loans, names: list[str]) -> list[LeftOut]:
    """Date columns of which more than one row in a hundred lies after the decision."""
    out: list[LeftOut] = []
    if loans.time_end is None:
        return out
    for name in names:
        try:
            days = parse_dates(frame[name])
        except InputRejected:
            continue
        ordinal = days.to_physical().cast(float).fill_null(float("nan")).to_numpy()
        after = float(np.mean((ordinal > loans.time_end)[~np.isnan(ordinal)])) if days.null_count() < days.len() else 0
        if after > AFTER_SHARE:
            out.append((name, Reason("leak-dated-after", {"share": f"{after:.4f}"})))
    return out


def filled_for_bad(raw: Raw, loans: Loans) -> LeftOut | None:
    """Whether being filled, or being other than zero, gives the outcome away."""
    marks = []
    if raw.numbers is not None:
        marks = [~np.isnan(raw.numbers), np.nan_to_num(raw.numbers) != 0]
    elif raw.labels is not None:
        marks = [np.array([label is not None for label in raw.labels])]
    overall = float(np.average(loans.bad, weights=loans.weight))
    for mark in marks:
        for outcome, word in ((loans.bad, "leak-filled-for-bad"), (1 - loans.bad, "leak-filled-for-good")):
            base = overall if word == "leak-filled-for-bad" else 1 - overall
            share, rate = _mass(mark, outcome)
            if rate >= max(FILLED_BAD_RATE, 1 - (1 - base) / 10) and share >= FILLED_BADS_SHARE and not mark.all():
                return raw.name, Reason(word, {"rate": f"{rate:.4f}"})
    return None


def _mass(mark: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], outcome: Floats) -> tuple[float, float]:
    """Share of the outcome's rows that are marked, and the outcome's share of marked rows."""
    hits = float(outcome[mark].sum())
    return hits / max(1.0, float(outcome.sum())), hits / max(1, int(mark.sum()))


def alone(raw: Raw, loans: Loans, seed: int) -> Floats:
    """The log lift of every row by this column alone, out of fold: numbers in 30 bins, labels as they are."""
    fold = folds(loans.bad, history.FOLDS, seed)
    expected = expected_rate(loans.bad, loans.weight, loans.period)
    if raw.numbers is not None:
        cuts = np.unique(np.nanquantile(raw.numbers, np.linspace(0, 1, BINS + 1)[1:-1]))
        place = np.searchsorted(cuts, raw.numbers, side="right")
        labels = np.where(np.isnan(raw.numbers), "missing", place.astype(str)).astype(object)
    else:
        assert raw.labels is not None
        labels = np.array(["missing" if label is None else label for label in raw.labels], dtype=object)
    return history.out_of_fold(Raw(raw.name, labels=labels), loans.bad, loans.weight, expected, fold)


def find_leaks(raws: list[Raw], loans: Loans, seed: int) -> list[LeftOut]:
    """Every leaking column with the reason."""
    found = dict(item for item in (filled_for_bad(raw, loans) for raw in raws) if item is not None)
    lifts = {raw.name: alone(raw, loans, seed) for raw in raws if raw.name not in found}
    single = {name: auc(loans.bad, lift, loans.weight) for name, lift in lifts.items()}
    for name, value in single.items():
        if value >= ALONE_AUC:
            found[name] = Reason("leak-alone", {"auc": f"{value:.3f}"})
    while True:
        left = [name for name in single if name not in found]
        suspects = [name for name in left if single[name] >= ALONE_STRONG_AUC]
        if not suspects or len(left) < 3:
            break
        worst = max(suspects, key=lambda name: single[name])
        others = _together([lifts[name] for name in left if name != worst], loans, folds(loans.bad, 4, seed + 1))
        if single[worst] < others + ABOVE_OTHERS_AUC:
            break
        found[worst] = Reason("leak-above-others", {"auc": f"{single[worst]:.3f}", "others": f"{others:.3f}"})
    return list(found.items())


def find_made_leaks(made: list[Raw], raws: list[Raw], loans: Loans, seed: int) -> list[LeftOut]:
    """Lines made of columns that know the outcome though their columns do not: filled only for one side, or alone far
    better than all columns together."""
    found = dict(item for item in (filled_for_bad(raw, loans) for raw in made) if item is not None)
    single = {raw.name: auc(loans.bad, alone(raw, loans, seed), loans.weight) for raw in made if raw.name not in found}
    strong = [name for name, value in single.items() if value >= ALONE_STRONG_AUC]
    if strong:
        together = _together([alone(raw, loans, seed) for raw in raws], loans, folds(loans.bad, 4, seed + 1))
        for name in strong:
            if single[name] >= ALONE_AUC:
                found[name] = Reason("leak-alone", {"auc": f"{single[name]:.3f}"})
            elif single[name] >= together + ABOVE_OTHERS_AUC:
                found[name] = Reason("leak-above-others", {"auc": f"{single[name]:.3f}", "others": f"{together:.3f}"})
    return list(found.items())


def _together(lifts: list[Floats], loans: Loans, fold: Ints) -> float:
    """AUC, out of fold, of boosting on all these columns."""
    import lightgbm as lgb

    values = np.column_stack(lifts)
    risk = np.zeros(loans.bad.size)
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1, "num_leaves": 15, "seed": 7}
    for number in np.unique(fold):
        mine = fold == number
        rows = lgb.Dataset(values[~mine], loans.bad[~mine], weight=loans.weight[~mine])
        risk[mine] = np.asarray(lgb.train(settings, rows, 80).predict(values[mine]))
    return auc(loans.bad, risk, loans.weight)
