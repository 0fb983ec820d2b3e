"""The challenger beside the card: LightGBM under the same directions, and one without any, to know what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.credit.scorecard.features.measures import auc
from brambling.credit.scorecard.model.binning import Binned
from brambling.credit.scorecard.model.crossing import crossed
from brambling.credit.scorecard.model.scoring import Columns, bins_of_item
from brambling.credit.scorecard.rules import Card
from brambling.credit.scorecard.shapes import Floats, Ints

if TYPE_CHECKING:
    import polars as pl

ROUNDS_MAX, PATIENCE = 600, 40
COST_AUC_MAX = 0.002
COUNT_VALUES_MAX = 30
# A shallow, a deep and a cautious forest; which one, and how many trees, is chosen out of fold.
SHAPES: tuple[dict[str, Any], ...] = (
    {"num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 30},
    {"num_leaves": 31, "learning_rate": 0.05, "min_data_in_leaf": 5},
    {
        "num_leaves": 8,
        "learning_rate": 0.04,
        "min_data_in_leaf": 80,
        "lambda_l2": 10.0,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
    },
)


@dataclass(frozen=True, eq=False)
class Forest:
    """LightGBM's own text, the AUC and margin out of fold, the directions it keeps and its shape."""

    text: str
    auc: float
    margin: Floats
    directions: tuple[int, ...]
    shape: int


def rows_of(
    binned: Sequence[Binned], columns: Sequence[str], bad: Floats, weight: Floats, offset: Floats, fold: Ints
) -> Rows:
    """What the forest learns from: numbers as they are, labels as their bin (ordered by risk); and the directions."""
    by_name = {item.raw.name: item for item in binned}
    values, directions = [], []
    for item in (by_name[name] for name in columns):
        if item.kind == "number":
            assert item.raw.numbers is not None
            values.append(np.where(np.isin(item.raw.numbers, item.specials), np.nan, item.raw.numbers))
        else:
            values.append(np.where(item.index >= item.proper, np.nan, item.index.astype(float)))
        directions.append(item.sign)
    counts = tuple(
        by_name[name].kind == "number" and np.unique(column[~np.isnan(column)]).size <= COUNT_VALUES_MAX
        for name, column in zip(columns, values, strict=True)
    )
    return Rows(np.column_stack(values), tuple(directions), counts, bad, weight, offset, fold)


def matrix_of_frame(card: Card, frame: pl.DataFrame) -> Floats:
    """The same from a file to be scored."""
    read, values = Columns(frame), []
    for item in card.characteristics:
        if item.kind == "number":
            numbers = read.quotients(item)
            values.append(np.where(np.isin(numbers, item.specials), np.nan, numbers))
        else:
            place = bins_of_item(item, read)
            values.append(np.where(place >= item.proper, np.nan, place.astype(float)))
    return np.column_stack(values)


@dataclass(frozen=True, eq=False)
class Rows:
    """What a forest learns from; ``counts`` marks the numbers of few distinct values."""

    values: Floats
    directions: tuple[int, ...]
    counts: tuple[bool, ...]
    bad: Floats
    weight: Floats
    offset: Floats
    fold: Ints


def grow(rows: Rows, directions: tuple[int, ...], seed: int, *, shape: int | None = None) -> Forest:
    """The best of the shapes out of fold (or the one given), fitted on all rows."""
    shapes = range(len(SHAPES)) if shape is None else [shape]
    tried = [(place, *_crossed(rows, directions, SHAPES[place], seed)) for place in shapes]
    scores = [auc(rows.bad, margin + rows.offset, rows.weight) for _, margin, _ in tried]
    place, margin, rounds = tried[int(np.argmax(scores))]
    booster = _train(rows, directions, SHAPES[place], rounds, seed)
    return Forest(booster.model_to_string(), max(scores), margin, directions, place)


def choose(rows: Rows, seed: int) -> tuple[Forest, Forest]:
    """The challenger, and the forest without directions.

    Directions are kept where they make sense: all of them if that costs no more than .002 AUC out of fold, else those
    of counts (numbers of few distinct values), else none.
    """
    free = grow(rows, (0,) * len(rows.directions), seed)
    best = free
    few = tuple(sign if count else 0 for sign, count in zip(rows.directions, rows.counts, strict=True))
    for directions in (few, rows.directions):
        if any(directions):
            tried = grow(rows, directions, seed, shape=free.shape)
            if tried.auc >= max(best.auc, free.auc) - COST_AUC_MAX:
                best = tried
    return best, free


def margin_of(text: str, values: Floats) -> Floats:
    """The margin of each row under a forest's text."""
    import lightgbm as lgb

    return np.asarray(lgb.Booster(model_str=text).predict(values, raw_score=True, num_threads=1), dtype=np.float64)


def _settings(directions: tuple[int, ...], shape: dict[str, Any], seed: int) -> dict[str, Any]:
    return {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "boost_from_average": False,
        "lambda_l2": 1.0,
        **({"monotone_constraints": list(directions)} if any(directions) else {}),
        **shape,
    }


def _data(rows: Rows, where: Any) -> Any:
    import lightgbm as lgb

    return lgb.Dataset(
        rows.values[where],
        rows.bad[where],
        weight=rows.weight[where],
        init_score=rows.offset[where],
        free_raw_data=False,
    )


def _train(rows: Rows, directions: tuple[int, ...], shape: dict[str, Any], rounds: int, seed: int) -> Any:
    import lightgbm as lgb

    return lgb.train(_settings(directions, shape, seed), _data(rows, slice(None)), rounds)


def _crossed(rows: Rows, directions: tuple[int, ...], shape: dict[str, Any], seed: int) -> tuple[Floats, int]:
    """Margins out of fold at the number of trees that is best over all folds together."""
    found = crossed(
        rows.fold,
        _settings(directions, shape, seed),
        lambda some: _data(rows, some),
        rounds_max=ROUNDS_MAX,
        patience=PATIENCE,
    )
    return found.margins(lambda mine: rows.values[mine], found.rounds), found.rounds
