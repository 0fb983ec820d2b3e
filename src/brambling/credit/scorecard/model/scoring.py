"""Scores of many rows at once, by arrays; the same whole numbers as ``rules``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brambling.credit.scorecard.features.columns import labels_of, numbers_of
from brambling.credit.scorecard.features.derived import quotients, unfilled
from brambling.credit.scorecard.rules import DIFFERENT, REASONS, SAME, Card, Characteristic
from brambling.credit.scorecard.shapes import Floats, Ints, Labels

if TYPE_CHECKING:
    import polars as pl

# Rows compared at once, and edges above which a search is faster.
BLOCK, EDGES_COUNTED_MAX = 16_384, 100


class Columns:
    """The columns of a frame as numbers and labels, each read once; one that the frame lacks is missing throughout."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._numbers: dict[str, Floats] = {}
        self._labels: dict[tuple[str, int], Labels] = {}

    def numbers(self, name: str) -> Floats:
        """A column as floats, NaN is missing."""
        if name not in self._numbers:
            there = name in self.frame.columns
            self._numbers[name] = numbers_of(self.frame[name]) if there else np.full(self.frame.height, np.nan)
        return self._numbers[name]

    def labels(self, name: str, width: int) -> Labels:
        """A column as labels, None is missing."""
        if (name, width) not in self._labels:
            there = name in self.frame.columns
            read = labels_of(self.frame[name], width) if there else np.full(self.frame.height, None, dtype=object)
            self._labels[name, width] = read
        return self._labels[name, width]

    def quotients(self, item: Characteristic) -> Floats:
        """The values of a line that is a number."""
        first = self.numbers(item.columns[0])
        if item.made is None:
            return first
        return quotients(first, self.numbers(item.columns[1]), per=item.made.how == "per")


def bins_of_frame(card: Card, frame: pl.DataFrame) -> list[Ints]:
    """The bins of each characteristic for all rows; a column that the frame lacks is missing throughout."""
    columns = Columns(frame)
    return [bins_of_item(item, columns) for item in card.characteristics]


def bins_of_item(item: Characteristic, columns: Columns) -> Ints:
    """The bins of one line."""
    if item.kind == "number":
        return bins_of_numbers(item, columns.quotients(item))
    first = columns.labels(item.columns[0], item.width)
    if item.made is None or item.made.how != "same":
        spelled = {label: item.bin_of(label) for label in set(first.tolist())}
        return np.array([spelled[label] for label in first.tolist()], np.int64)
    other = columns.labels(item.columns[1], item.width)
    place = np.where(first == other, item.bin_of(SAME), item.bin_of(DIFFERENT))
    return np.where(unfilled(first) | unfilled(other), item.missing, place).astype(np.int64)


def bins_of_numbers(item: Characteristic, numbers: Floats) -> Ints:
    """The bins of numbers, NaN is missing."""
    found = _counted(numbers, item.edges)
    for place, special in enumerate(item.specials):
        found[numbers == special] = item.proper + place
    found[np.isnan(numbers)] = item.missing
    return found


def _counted(numbers: Floats, edges: Sequence[float]) -> Ints:
    """How many edges each number has reached: as ``searchsorted``, but by comparing a block that stays in the cache with
    one edge after another, which is several times faster for the few edges of a card."""
    if len(edges) > EDGES_COUNTED_MAX:
        return np.searchsorted(np.array(edges), numbers, side="right").astype(np.int64)
    out = np.empty(numbers.size, np.int64)
    reached = np.empty(min(BLOCK, numbers.size), bool)
    for start in range(0, numbers.size, BLOCK):
        block = numbers[start : start + BLOCK]
        over, count = reached[: block.size], np.zeros(block.size, np.uint8)
        for edge in edges:
            np.greater_equal(block, edge, out=over)
            count += over.view(np.uint8)
        out[start : start + BLOCK] = count
    return out


def sums(card: Card, bins: Sequence[Ints]) -> Ints:
    """The score of every row, in hundredths."""
    total = np.full(bins[0].size if bins else 0, card.base, np.int64)
    for item, place in zip(card.characteristics, bins, strict=True):
        total += np.take(np.array(item.points, np.int64), place)
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
