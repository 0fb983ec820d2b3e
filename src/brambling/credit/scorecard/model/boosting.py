"""Points by boosting: trees of depth two over the bins, taken apart into tables of one and of two characteristics.

A tree of depth two asks at most two characteristics on any path, so the whole ensemble is exactly a sum of one-way and
two-way tables (an additive model with pairs: Lou, Caruana, Gehrke and Hooker, Accurate intelligible models with pairwise
interactions, 2013). Constraints make the risk monotone where a direction is stated. Time, where it is known, takes part
in the fit and is then fixed at its newest part: the card is what holds now, learnt from all years. The rate of each
period is given beforehand, so that no characteristic stands in for the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from brambling.credit.scorecard.features.measures import auc
from brambling.credit.scorecard.model.binning import Binned
from brambling.credit.scorecard.model.crossing import crossed
from brambling.credit.scorecard.shapes import Floats, Form, Ints

ROUNDS_MAX, PATIENCE, FOLDS = 800, 40, 4
# Slow, on half of the columns and 70 % of the rows at a time, leaves of 80 rows: in windows of the SBA loans before 2000
# it ordered the years ahead better than the usual 0.1 on everything.
RATE, COLUMNS_SHARE, ROWS_SHARE, LEAF_ROWS_MAX, RIDGE = 0.05, 0.5, 0.7, 80, 10.0
PAIRS_MAX = 12
# A pair stays when its spread is at least this share of the largest characteristic's.
PAIR_SHARE_MIN = 0.04
GAIN_AUC_MIN = 0.002
AHEAD_SHARE, AHEAD_BADS_MIN, ROUNDS_LEAST = 0.2, 30, 40
ROUNDS_AHEAD = 200


@dataclass(frozen=True, eq=False)
class Design:
    """The rows as the booster sees them: bin numbers (NaN: missing), directions, the time part last where there is one."""

    values: Floats
    directions: tuple[int, ...]
    timed: bool
    bad: Floats
    weight: Floats
    offset: Floats

    @property
    def width(self) -> int:
        """How many characteristics there are, time not counted."""
        return len(self.directions) - int(self.timed)

    def newest(self, values: Floats) -> Floats:
        """The same rows in the newest part."""
        if not self.timed:
            return values
        moved = values.copy()
        moved[:, -1] = self.values[:, -1].max()
        return moved


@dataclass(frozen=True, eq=False)
class Tables:
    """Log odds of bad: ``start`` + main[j][bin] + pair[(i, j)][bin i, bin j]; the last place of a table is missing."""

    start: float
    mains: tuple[Floats, ...]
    pairs: dict[tuple[int, int], Floats]


@dataclass(frozen=True, eq=False)
class Boosted:
    """The tables, the form chosen, and the margin of each row out of fold as of the newest part (without offset)."""

    tables: Tables
    form: Form
    margin: Floats
    rounds: int
    auc_additive: float
    auc_pairs: float


def design_of(binned: Sequence[Binned], part: Ints, bad: Floats, weight: Floats, expected: Floats) -> Design:
    """The booster's view of binned rows."""
    columns = []
    for item in binned:
        column = item.index.astype(float)
        column[item.index >= item.proper] = np.nan
        columns.append(column)
    timed = bool(part.max() > 0)
    directions = [item.sign for item in binned]
    if timed:
        columns.append(part.astype(float))
        directions.append(0)
    offset = np.log(expected / (1 - expected))
    return Design(np.column_stack(columns), tuple(directions), timed, bad, weight, offset)


def boost(design: Design, fold: Ints, *, seed: int, form: Form | None = None) -> Boosted:
    """Fit additive and paired forms, keep the simpler one within .002 AUC (out of fold) of the other.

    ``form`` and nothing else decides where it is given.
    """
    single = _crossed(design, fold, [], seed)
    pairs: list[tuple[int, int]] = []
    paired = single
    if form != "additive" and design.width > 1:
        pairs = _find_pairs(design, single[1], seed)
        paired = _crossed(design, fold, pairs, seed) if pairs else single
    scores = [auc(design.bad, margin + design.offset, design.weight) for margin, _ in (single, paired)]
    chosen: Form = "pairs" if pairs and (form == "pairs" or scores[1] > scores[0] + GAIN_AUC_MIN) else "additive"
    margin, rounds = paired if chosen == "pairs" else single
    kept = pairs if chosen == "pairs" else []
    tables = purify(tables_of(_train(design, None, kept, rounds, seed), design), design)
    return Boosted(tables, chosen, margin, rounds, scores[0], scores[1])


def margin_out_of_fold(design: Design, fold: Ints, seed: int) -> Floats:
    """The additive margin of each row out of fold, each in its own part of time (without offset)."""
    found = crossed(
        fold, _settings(design, [], seed), lambda rows: _data(design, rows), rounds_max=ROUNDS_MAX, patience=PATIENCE
    )
    return found.margins(lambda mine: design.values[mine], found.rounds)


def margin_ahead(design: Design, rows: Ints, late: Any, *, seed: int) -> Floats:
    """The margin of late rows by an additive fit on earlier ones, as of the newest part of these."""
    values = design.values[late]
    if design.timed:
        values = values.copy()
        values[:, -1] = design.values[rows, -1].max()
    booster = _train(design, rows, [], ROUNDS_AHEAD, seed)
    return np.asarray(booster.predict(values, raw_score=True), dtype=np.float64)


def _settings(design: Design, pairs: list[tuple[int, int]], seed: int, depth: int = 2) -> dict[str, Any]:
    time = design.width
    groups: list[list[int]] = [[i] for i in range(design.values.shape[1])]
    groups += [[i, j] for i, j in pairs]
    if design.timed:
        groups += [[i, time] for i in range(design.width)]
    return {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "learning_rate": RATE,
        "max_depth": depth,
        "num_leaves": 4,
        "max_bin": 63,
        "min_data_in_bin": 1,
        "min_data_in_leaf": int(max(10, min(LEAF_ROWS_MAX, design.bad.size // 100))),
        "lambda_l2": RIDGE,
        "feature_fraction": COLUMNS_SHARE,
        "bagging_fraction": ROWS_SHARE,
        "bagging_freq": 1,
        "monotone_constraints": list(design.directions),
        "interaction_constraints": groups,
        "boost_from_average": False,
    }


def _data(design: Design, rows: Any) -> Any:
    import lightgbm as lgb

    return lgb.Dataset(
        design.values[rows],
        design.bad[rows],
        weight=design.weight[rows],
        init_score=design.offset[rows],
        free_raw_data=False,
    )


def _train(design: Design, rows: Any, pairs: list[tuple[int, int]], rounds: int, seed: int) -> Any:
    import lightgbm as lgb

    where = slice(None) if rows is None else rows
    return lgb.train(_settings(design, pairs, seed), _data(design, where), rounds)


def _crossed(design: Design, fold: Ints, pairs: list[tuple[int, int]], seed: int) -> tuple[Floats, int]:
    """Margins out of fold as of the newest part, at the number of rounds that is best over all folds together."""
    found = crossed(
        fold,
        _settings(design, pairs, seed),
        lambda rows: _data(design, rows),
        rounds_max=ROUNDS_MAX,
        patience=PATIENCE,
    )
    rounds = min(found.rounds, _rounds_ahead(design, pairs, seed)) if design.timed else found.rounds
    return found.margins(lambda mine: design.newest(design.values[mine]), rounds), rounds


def _rounds_ahead(design: Design, pairs: list[tuple[int, int]], seed: int) -> int:
    """The number of rounds that is best for the newest parts when learnt from the earlier ones.

    Folds drawn at random share their years with the fit; they would call for rounds that learn the years themselves.
    """
    import lightgbm as lgb

    part = design.values[:, -1]
    starts = [start for start in np.unique(part)[1:] if (part >= start).mean() >= AHEAD_SHARE]
    if not starts:
        return ROUNDS_MAX
    late = part >= max(starts)
    if min(design.bad[late].sum(), design.bad[~late].sum()) < AHEAD_BADS_MIN:
        return ROUNDS_MAX
    values = design.values.copy()
    values[late, -1] = part[~late].max()
    seen = replace(design, values=values)
    record: dict[str, Any] = {}
    lgb.train(
        _settings(design, pairs, seed),
        _data(design, ~late),
        ROUNDS_MAX,
        valid_sets=[_data(seen, late)],
        callbacks=[lgb.record_evaluation(record), lgb.early_stopping(PATIENCE, verbose=False)],
    )
    return max(ROUNDS_LEAST, int(np.argmin(record["valid_0"]["binary_logloss"])) + 1)


def _find_pairs(design: Design, rounds: int, seed: int) -> list[tuple[int, int]]:
    """The pairs that matter, by their purified spread in a fit that may use all of them."""
    every = [(i, j) for i in range(design.width) for j in range(i)]
    tables = purify(tables_of(_train(design, None, every, max(50, rounds), seed), design), design)
    spread = {}
    for (i, j), table in tables.pairs.items():
        spread[(i, j)] = float(np.sqrt(np.average(table**2, weights=_joint(design, i, j))))
    largest = max(float(np.sqrt(np.average(m**2, weights=_share(design, i)))) for i, m in enumerate(tables.mains))
    ranked = sorted(spread, key=lambda pair: -spread[pair])
    return [pair for pair in ranked[:PAIRS_MAX] if spread[pair] >= PAIR_SHARE_MIN * largest]


def tables_of(booster: Any, design: Design) -> Tables:
    """The trees as tables, time fixed at its newest part. Raises AssertionError for a path of three characteristics."""
    sizes = [int(np.nanmax(column, initial=0)) + 1 for column in design.values.T]
    mains = [np.zeros(size + 1) for size in sizes]
    pairs: dict[tuple[int, int], Floats] = {}
    start = 0.0
    for tree in booster.dump_model()["tree_info"]:
        for box, value in _leaves(tree["tree_structure"], sizes, {}):
            parts = dict(box)
            if design.timed and design.width in parts and not parts.pop(design.width)[sizes[-1] - 1]:
                continue  # this leaf is of an older part
            names = sorted(parts)
            assert len(names) <= 2, "a tree asked three characteristics"
            if not names:
                start += value
            elif len(names) == 1:
                mains[names[0]] += value * parts[names[0]]
            else:
                key = (names[0], names[1])
                table = pairs.setdefault(key, np.zeros((sizes[names[0]] + 1, sizes[names[1]] + 1)))
                table += value * np.outer(parts[names[0]], parts[names[1]])
    return Tables(start, tuple(mains[: design.width]), pairs)


def _leaves(node: dict[str, Any], sizes: list[int], box: dict[int, Any]) -> list[tuple[dict[int, Any], float]]:
    if "leaf_value" in node:
        return [(box, float(node["leaf_value"]))]
    place = int(node["split_feature"])
    left = np.append(np.arange(sizes[place]) <= float(node["threshold"]), _missing_left(node))
    held = box.get(place, np.ones(sizes[place] + 1, bool))
    return _leaves(node["left_child"], sizes, {**box, place: held & left}) + _leaves(
        node["right_child"], sizes, {**box, place: held & ~left}
    )


def _missing_left(node: dict[str, Any]) -> bool:
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    return float(node["threshold"]) >= 0  # without missing values in the fit LightGBM reads NaN as zero


def _places(design: Design, i: int) -> Ints:
    column = design.values[:, i]
    return np.where(np.isnan(column), int(np.nanmax(column, initial=0)) + 1, column).astype(np.int64)


def _share(design: Design, i: int) -> Floats:
    places = _places(design, i)
    size = int(np.nanmax(design.values[:, i], initial=0)) + 2
    share: Floats = np.bincount(places, design.weight, minlength=size) / float(design.weight.sum())
    return share


def _joint(design: Design, i: int, j: int) -> Floats:
    """Share of the rows in each cell, a little spread over cells that have none."""
    one, two = _share(design, i), _share(design, j)
    cells = np.bincount(
        _places(design, i) * two.size + _places(design, j), design.weight, minlength=one.size * two.size
    )
    here = cells.reshape(one.size, two.size) / float(design.weight.sum())
    joint: Floats = 0.999 * here + 0.001 * np.outer(one, two) + 1e-12
    return joint


def purify(tables: Tables, design: Design) -> Tables:
    """The same sum with as much as possible said by single characteristics: each pair has mean zero along each side
    (functional analysis of variance), each main mean zero; what is over goes to the start."""
    mains = [main.copy() for main in tables.mains]
    start, pairs = tables.start, {}
    for (i, j), table in tables.pairs.items():
        rest, joint = table.copy(), _joint(design, i, j)
        for _ in range(30):
            rows = (rest * joint).sum(axis=1) / joint.sum(axis=1)
            rest -= rows[:, None]
            mains[i] += rows
            columns = (rest * joint).sum(axis=0) / joint.sum(axis=0)
            rest -= columns[None, :]
            mains[j] += columns
        pairs[(i, j)] = rest
    for i, share in enumerate(_share(design, i) for i in range(design.width)):
        mean = float((mains[i] * share).sum() / share.sum())
        mains[i] -= mean
        start += mean
    return Tables(start, tuple(mains), pairs)
