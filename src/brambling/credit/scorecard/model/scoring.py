"""Scores of many rows at once, by arrays; the same whole numbers as ``rules``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brambling.credit.scorecard.features.columns import numbers_of
from brambling.credit.scorecard.rules import REASONS, Card, Characteristic
from brambling.credit.scorecard.shapes import Ints

if TYPE_CHECKING:
    import polars as pl


def bins_of_frame(card: Card, frame: pl.DataFrame) -> list[Ints]:
    """The bins of each characteristic for all rows; a column that the frame lacks is missing throughout."""
    return [
        bins_of_series(item, frame[item.name])
        if item.name in frame.columns
        else np.full(frame.height, item.missing, np.int64)
        for item in card.characteristics
    ]


def bins_of_series(item: Characteristic, values: pl.Series) -> Ints:
    """The bins of one column."""
    if item.kind == "number":
        return bins_of_numbers(item, numbers_of(values))
    spelled = {value: item.bin_of(value) for value in values.unique().to_list()}
    return np.array([spelled[value] for value in values.to_list()], np.int64)


def bins_of_numbers(item: Characteristic, numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Ints:
    """The bins of numbers, NaN is missing."""
    found = np.searchsorted(np.array(item.edges), numbers, side="right").astype(np.int64)
    for place, special in enumerate(item.specials):
        found[numbers == special] = item.proper + place
    found[np.isnan(numbers)] = item.missing
    return found


def sums(card: Card, bins: Sequence[Ints]) -> Ints:
    """The score of every row, in hundredths."""
    total = np.full(bins[0].size if bins else 0, card.base, np.int64)
    for item, place in zip(card.characteristics, bins, strict=True):
        total += np.array(item.points, np.int64)[place]
    for pair in card.pairs:
        total += np.array(pair.points, np.int64)[bins[pair.first], bins[pair.second]]
    return total


def losses(card: Card, bins: Sequence[Ints]) -> Ints:
    """What each characteristic costs each row against its typical value (rows x characteristics, hundredths)."""
    columns = [
        item.points[item.reference_bin] - np.array(item.points, np.int64)[place]
        for item, place in zip(card.characteristics, bins, strict=True)
    ]
    for pair in card.pairs:
        i, j, table = pair.first, pair.second, np.array(pair.points, np.int64)
        here = table[bins[i], bins[j]]
        columns[i] = columns[i] + table[card.characteristics[i].reference_bin, bins[j]] - here
        columns[j] = columns[j] + table[bins[i], card.characteristics[j].reference_bin] - here
    return np.column_stack(columns)


def reasons(card: Card, bins: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The characteristics that cost each row most (rows x 4, -1 where fewer cost anything) and what they cost."""
    lost = losses(card, bins)
    order = np.argsort(-lost, axis=1, kind="stable")[:, :REASONS]
    cost = np.take_along_axis(lost, order, axis=1)
    place = np.where(cost > 0, order, -1)
    if place.shape[1] < REASONS:
        short = ((0, 0), (0, REASONS - place.shape[1]))
        place, cost = np.pad(place, short, constant_values=-1), np.pad(cost, short)
    return place, cost
