"""Lines made of columns, proposed by what the columns are: equality, quotients, prefixes of codes, counts of labels.

A proposal costs nothing; whether it becomes a line is decided out of fold when the card is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from brambling.credit.scorecard.features.history import PREFIX_WIDTHS
from brambling.credit.scorecard.rules import DIFFERENT, LEAST, MOST, SAME, How, Made
from brambling.credit.scorecard.shapes import Floats, Labels, Raw

# Two columns speak of one thing where most rows of each hold a label that the other knows.
SHARED_ROWS, SHARED_LABELS_MIN = 0.8, 5
SAME_SHARE_MIN = 0.01
AMOUNT_MEDIAN_MIN, AMOUNT_DISTINCT_MIN, AMOUNT_RANGE_MIN = 100, 50, 3.0
COUNT_MEDIAN_MAX, COUNT_DISTINCT_MIN = 50, 5
POSITIVE_SHARE_MIN = 0.5
QUOTIENTS_MAX = 60
COUNTED_LABELS_MIN = 30


def propose(raws: Sequence[Raw]) -> list[Raw]:
    """Every line that could be made of these columns, best-known forms first."""
    return [*_equalities(raws), *_quotients(raws), *_prefixes(raws), *_counts(raws)]


def _equalities(raws: Sequence[Raw]) -> list[Raw]:
    out = []
    for one, two in combinations([raw for raw in raws if raw.labels is not None], 2):
        if one.width != two.width or not _speak_of_one(one.labels, two.labels):
            continue
        assert one.labels is not None and two.labels is not None
        labels = np.where(one.labels == two.labels, SAME, DIFFERENT).astype(object)
        labels[unfilled(one.labels) | unfilled(two.labels)] = None
        made = Made("same", (one.name, two.name))
        if SAME_SHARE_MIN <= float(np.mean(labels == SAME)) <= 1 - SAME_SHARE_MIN:
            out.append(Raw(made.name, labels=labels, width=one.width, made=made))
    return out


def unfilled(labels: Labels) -> NDArray[np.bool_]:
    """The rows without a label."""
    return np.array([label is None for label in labels.tolist()], dtype=bool)


def _speak_of_one(one: Labels | None, two: Labels | None) -> bool:
    assert one is not None and two is not None
    known = [{label for label in labels.tolist() if label is not None} for labels in (one, two)]
    shared = known[0] & known[1]
    if len(shared) < SHARED_LABELS_MIN:
        return False
    for labels in (one, two):
        filled = [label for label in labels.tolist() if label is not None]
        if sum(label in shared for label in filled) < SHARED_ROWS * len(filled):
            return False
    return True


def _quotients(raws: Sequence[Raw]) -> list[Raw]:
    """Amounts over larger amounts and over counts (a count may be 0: one is added)."""
    amounts = [raw for raw in raws if raw.numbers is not None and not raw.width and is_amount(raw.numbers)]
    counts = [raw for raw in raws if raw.numbers is not None and not raw.width and is_count(raw.numbers)]
    out = []
    for one, two in combinations(amounts, 2):
        low, high = sorted((one, two), key=_median)
        out.append(_quotient("ratio", low, high))
    out += [_quotient("per", amount, count) for count in counts for amount in amounts]
    return out[:QUOTIENTS_MAX]


def _quotient(how: How, upper: Raw, lower: Raw) -> Raw:
    assert upper.numbers is not None and lower.numbers is not None
    made = Made(how, (upper.name, lower.name))
    return Raw(made.name, numbers=quotients(upper.numbers, lower.numbers, per=how == "per"), made=made)


def quotients(upper: Floats, lower: Floats, *, per: bool) -> Floats:
    """As ``rules.quotient`` for all rows, NaN is missing."""
    under = lower + 1.0 if per else lower
    size = np.abs(upper)
    there = (under >= LEAST) & (under <= MOST) & ((upper == 0) | ((size >= LEAST) & (size <= MOST)))
    out = np.full(upper.size, np.nan)
    np.divide(upper, under, out=out, where=there)
    return out


def is_amount(numbers: Floats) -> bool:
    """Mostly above 0, large, of many values, and wide: money, area, weight."""
    here = numbers[~np.isnan(numbers)]
    if here.size == 0 or np.unique(here).size < AMOUNT_DISTINCT_MIN or np.mean(here > 0) < POSITIVE_SHARE_MIN:
        return False
    low, middle, high = np.quantile(here[here > 0], [0.1, 0.5, 0.9])
    return bool(middle >= AMOUNT_MEDIAN_MIN and high >= AMOUNT_RANGE_MIN * low)


def is_count(numbers: Floats) -> bool:
    """Whole, not below 0, small and of several values: staff, accounts, enquiries."""
    here = numbers[~np.isnan(numbers)]
    if here.size == 0 or here.min() < 0 or (here != np.floor(here)).any():
        return False
    return bool(np.median(here) <= COUNT_MEDIAN_MAX and np.unique(here).size >= COUNT_DISTINCT_MIN)


def _median(raw: Raw) -> float:
    assert raw.numbers is not None
    return float(np.nanmedian(raw.numbers))


def _prefixes(raws: Sequence[Raw]) -> list[Raw]:
    out = []
    for raw in raws:
        for length in PREFIX_WIDTHS if raw.width else ():
            if length < raw.width:
                assert raw.labels is not None
                labels = np.array([None if label is None else label[:length] for label in raw.labels], dtype=object)
                made = Made("prefix", (raw.name,), length)
                out.append(Raw(made.name, labels=labels, width=raw.width, made=made))
    return out


def _counts(raws: Sequence[Raw]) -> list[Raw]:
    out = []
    for raw in raws:
        if raw.labels is not None and np.unique(raw.labels.astype(str)).size > COUNTED_LABELS_MIN:
            made = Made("count", (raw.name,))
            out.append(Raw(made.name, labels=raw.labels, width=raw.width, made=made))
    return out
