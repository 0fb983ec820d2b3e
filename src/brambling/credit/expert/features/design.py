"""Applications into the numbers that the learners read, alike for a file and for a single application.

A number stands as it is (a missing one is the median, with a flag beside it), a small whole number also by its levels;
a category by its frequent levels, and by its history where it has thousands. A number that an axiom gives a direction
is only ever read as itself, so that the direction can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brambling.credit.expert.shapes.policy import Floats
from brambling.credit.scorecard.rules import label_of, number_of
from brambling.credit.scorecard.shapes import Raw

LEVELS_MAX, LEVELS_OF_MANY, WHOLE_MAX = 30, 12, 15
LEVEL_ROWS_MIN, LEVEL_SHARE_MIN = 5, 0.004
PRIOR_ROWS = 20.0  # a label's history is shrunk by so many rows to the rate of all
FOLDS = 5


@dataclass(frozen=True)
class Input:
    """One column that the policy reads.

    ``direction`` is that of approval in it (1, -1, or 0 free). ``levels`` have a place each; ``history`` is the log odds
    of approval by label where there are many; ``flagged`` says that missing values have a place of their own.
    """

    name: str
    kind: str  # number | category
    direction: int = 0
    median: float = 0.0
    flagged: bool = False
    levels: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    history: Mapping[str, float] | None = None
    width: int = 0

    @property
    def places(self) -> int:
        """How many numbers it becomes."""
        return (self.kind == "number") + self.flagged + len(self.levels) + (self.history is not None)

    def read(self, value: Any) -> float | str | None:
        """A raw value as number (NaN is missing) or label."""
        if self.kind == "number":
            number = number_of(value)
            return float("nan") if number is None else number
        return label_of(value, self.width)


def inputs_of(raws: Sequence[Raw], approved: Floats, directions: Mapping[str, int]) -> tuple[Input, ...]:
    """The inputs learnt from columns and decisions."""
    return tuple(_input(raw, approved, directions.get(raw.name, 0)) for raw in raws)


def _input(raw: Raw, approved: Floats, direction: int) -> Input:
    if raw.numbers is not None:
        numbers = raw.numbers
        known = numbers[~np.isnan(numbers)]
        median = float(np.median(known)) if known.size else 0.0
        flagged = bool(np.isnan(numbers).any()) and known.size > 0
        return Input(raw.name, "number", direction, median, flagged, _whole_levels(known, len(numbers), direction))
    assert raw.labels is not None
    rows = len(raw.labels)
    labels, counts = np.unique([label for label in raw.labels if label is not None], return_counts=True)
    many = len(labels) > LEVELS_MAX
    least = max(LEVEL_ROWS_MIN, LEVEL_SHARE_MIN * rows)
    order = np.argsort(-counts, kind="stable")[: LEVELS_OF_MANY if many else LEVELS_MAX]
    levels = tuple(str(labels[i]) for i in order if counts[i] >= least)
    flagged = any(label is None for label in raw.labels)
    history = history_of(raw.labels, approved) if many else None
    known_labels = frozenset(str(label) for label in labels)
    return Input(raw.name, "category", 0, 0.0, flagged, levels, known_labels, history, raw.width)


def _whole_levels(known: Floats, rows: int, direction: int) -> tuple[str, ...]:
    if direction or known.size == 0 or (known != np.floor(known)).any():
        return ()
    values, counts = np.unique(known, return_counts=True)
    if not 2 < len(values) <= WHOLE_MAX:
        return ()
    least = max(LEVEL_ROWS_MIN, LEVEL_SHARE_MIN * rows)
    return tuple(f"{value:.0f}" for value, count in zip(values, counts, strict=True) if count >= least)


def history_of(labels: NDArray[np.object_], approved: Floats) -> dict[str, float]:
    """Log odds of approval by label, shrunk to the rate of all."""
    rate = float(np.clip(approved.mean(), 0.01, 0.99))
    sums: dict[str, list[float]] = {}
    for label, yes in zip(labels, approved, strict=True):
        if label is not None:
            one = sums.setdefault(str(label), [0.0, 0.0])
            one[0] += 1
            one[1] += yes
    base = np.log(rate / (1 - rate))
    out = {}
    for label, (rows, yes) in sums.items():
        share = (yes + PRIOR_ROWS * rate) / (rows + PRIOR_ROWS)
        out[label] = round(float(np.log(share / (1 - share)) - base), 6)
    return out


def matrix(inputs: Sequence[Input], columns: Sequence[Any], rows: int) -> Floats:
    """The numbers of every row; ``columns`` are the inputs' values as ``Input.read`` gives them."""
    parts: list[Floats] = []
    for one, values in zip(inputs, columns, strict=True):
        if one.kind == "number":
            parts += _number_parts(one, np.asarray(values, np.float64))
        else:
            parts += _label_parts(one, values)
    if not parts:
        return np.zeros((rows, 1))
    # learners of forests read single precision; one rounding here gives every learner the same numbers
    return np.stack(parts, axis=1).astype(np.float32).astype(np.float64)


def _number_parts(one: Input, values: Floats) -> list[Floats]:
    missing = np.isnan(values)
    parts = [np.clip(np.where(missing, one.median, values), -1e30, 1e30)]
    if one.flagged:
        parts.append(missing.astype(float))
    parts += [(values == float(level)).astype(float) for level in one.levels]
    return parts


def _label_parts(one: Input, labels: Sequence[str | None]) -> list[Floats]:
    parts = []
    if one.flagged:
        parts.append(np.array([label is None for label in labels], float))
    parts += [np.array([label == level for label in labels], float) for level in one.levels]
    if one.history is not None:
        parts.append(np.array([0.0 if label is None else one.history.get(label, 0.0) for label in labels]))
    return parts


def training_matrix(inputs: Sequence[Input], raws: Sequence[Raw], approved: Floats, rng: np.random.Generator) -> Floats:
    """As ``matrix``, but the history of a label on a row is that of the other folds: a row's own decision is no input."""
    columns = [raw.numbers if raw.numbers is not None else raw.labels for raw in raws]
    whole = matrix(inputs, columns, len(approved))
    fold = rng.permutation(len(approved)) % FOLDS
    place = 0
    for one, raw in zip(inputs, raws, strict=True):
        place += one.places
        if one.history is None or raw.labels is None:
            continue
        for k in range(FOLDS):
            inside, outside = fold == k, fold != k
            story = history_of(raw.labels[outside], approved[outside])
            whole[inside, place - 1] = [story.get(str(label), 0.0) for label in raw.labels[inside]]
    return whole


def directions_of(inputs: Sequence[Input]) -> NDArray[np.int64]:
    """The direction of every place of the matrix."""
    out: list[int] = []
    for one in inputs:
        out += [one.direction, *([0] * (one.places - 1))] if one.places else []
    return np.array(out or [0], np.int64)


def input_to_plain(one: Input) -> dict[str, Any]:
    """An input as JSON knows it."""
    plain = {**one.__dict__, "levels": list(one.levels), "known": sorted(one.known)}
    plain["history"] = None if one.history is None else dict(one.history)
    return plain


def input_of_plain(data: Mapping[str, Any]) -> Input:
    """The input of its JSON."""
    return Input(**{**data, "levels": tuple(data["levels"]), "known": frozenset(data["known"])})
