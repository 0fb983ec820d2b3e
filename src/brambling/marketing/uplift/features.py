"""Customers as numbers: any table of features becomes standardised columns, the same way at fit and at score.

A column of numbers with more than ten values enters by its rank among the sends it was learnt from (outliers and units
cannot matter); fewer values enter as they are; text enters as one column a level, rare levels together, the commonest
level being the one the others are compared with. Missing values stand at the middle and have a column of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.marketing.uplift.rules import Bools, Floats, Note

if TYPE_CHECKING:
    import polars as pl

LEVELS_MAX = 20
LEVEL_ROWS_MIN = 20
LEVEL_SHARE_MIN = 0.005
KNOTS = 201
FEW_VALUES = 10
MISSING = "\x00missing"
OTHER = "\x00other"


@dataclass(frozen=True)
class Number:
    """A numeric feature: quantile knots (rank) or none (as it is), and what stands for a missing value."""

    name: str
    knots: tuple[float, ...]
    middle: float
    missing: bool

    def columns(self) -> list[str]:
        """Names of the columns it becomes."""
        return [self.name, *([f"{self.name} missing"] if self.missing else [])]

    def values(self, column: pl.Series) -> Floats:
        """(rows, columns), not yet standardised."""
        raw = numbers_of(column)
        gone = np.isnan(raw)
        filled = np.where(gone, self.middle, raw)
        if self.knots:
            filled = ranks(filled, np.array(self.knots))
        parts = [filled, *([gone.astype(float)] if self.missing else [])]
        return np.column_stack(parts)


@dataclass(frozen=True)
class Levels:
    """A feature of text: its levels with a column each; ``common`` has none."""

    name: str
    common: str
    levels: tuple[str, ...]
    rare: tuple[str, ...]

    def columns(self) -> list[str]:
        """Names of the columns it becomes."""
        words = {MISSING: "missing", OTHER: "other"}
        return [f"{self.name} = {words.get(level, level)}" for level in self.levels]

    def values(self, column: pl.Series) -> Floats:
        """(rows, columns), not yet standardised."""
        text = words_of(column)
        if self.rare:
            text = text.replace(list(self.rare), [OTHER] * len(self.rare))
        parts = [(text == level).to_numpy().astype(float) for level in self.levels]
        return np.column_stack(parts) if parts else np.zeros((len(column), 0))

    def unseen(self, column: pl.Series) -> int:
        """Rows whose level was never seen."""
        known = [self.common, *self.levels, *self.rare]
        return int((~words_of(column).is_in(known)).sum())


@dataclass(frozen=True)
class Encoder:
    """The features in order, with mean and spread of every column they become."""

    features: tuple[Number | Levels, ...]
    mean: Floats = field(default_factory=lambda: np.zeros(0))
    spread: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def columns(self) -> list[str]:
        """Names of the encoded columns."""
        return [name for feature in self.features for name in feature.columns()]

    def encode(self, frame: pl.DataFrame) -> Floats:
        """(rows, columns) standardised."""
        return (self._raw(frame) - self.mean) / self.spread

    def _raw(self, frame: pl.DataFrame) -> Floats:
        parts = [feature.values(frame[feature.name]) for feature in self.features]
        return np.column_stack(parts) if parts else np.zeros((frame.height, 0))

    def unseen(self, frame: pl.DataFrame) -> list[Note]:
        """Notes on levels that were not there when the model was fitted."""
        out = []
        for feature in self.features:
            rows = feature.unseen(frame[feature.name]) if isinstance(feature, Levels) else 0
            if rows:
                out.append(Note("unseen", {"column": feature.name, "rows": rows}))
        return out

    def to_plain(self) -> dict[str, Any]:
        """As JSON."""
        kinds = {Number: "number", Levels: "levels"}
        features = [{"kind": kinds[type(feature)], **feature.__dict__} for feature in self.features]
        return {"features": features, "mean": self.mean.tolist(), "spread": self.spread.tolist()}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Encoder:
        """From ``to_plain``; raises KeyError, TypeError or ValueError for anything else."""
        made: list[Number | Levels] = []
        for item in data["features"]:
            rest: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in item.items()}
            kind = rest.pop("kind")
            made.append(Number(**rest) if kind == "number" else Levels(**rest))
        return cls(tuple(made), np.array(data["mean"], dtype=float), np.array(data["spread"], dtype=float))


def learn(frame: pl.DataFrame, names: list[str]) -> tuple[Encoder, list[Note]]:
    """The encoder of the columns ``names``, and notes on those that say nothing."""
    features: list[Number | Levels] = []
    notes: list[Note] = []
    for name in names:
        column = frame[name]
        if is_number(column):
            one: Number | Levels | None = _number(name, column)
        elif _names_rows(column):
            notes.append(Note("identifier", {"column": name}))
            continue
        else:
            one = _levels(name, column)
        if one is None:
            notes.append(Note("constant", {"column": name}))
        else:
            features.append(one)
    plain = Encoder(tuple(features))
    raw = plain._raw(frame)
    spread = raw.std(axis=0) if raw.size else np.zeros(raw.shape[1])
    return Encoder(tuple(features), raw.mean(axis=0), np.where(spread > 0, spread, 1.0)), notes


def is_number(column: pl.Series) -> bool:
    """Whether every value that is there reads as a number."""
    if column.dtype.is_numeric():
        return True
    raw = numbers_of(column)
    there = words_of(column) != MISSING
    return bool(there.any()) and not bool(np.isnan(raw[there.to_numpy()]).any())


def numbers_of(column: pl.Series) -> Floats:
    """The column as floats, NaN where there is no finite number."""
    import polars as pl

    if column.dtype.is_temporal():
        return np.full(len(column), np.nan)
    values: Floats = column.cast(pl.Float64, strict=False).to_numpy().astype(float)
    return np.where(np.isfinite(values), values, np.nan)


def words_of(column: pl.Series) -> pl.Series:
    """The column as text without blanks around it, the missing ones named."""
    import polars as pl

    text = column.cast(pl.String).str.strip_chars()
    return text.replace("", None).fill_null(MISSING)


def ranks(values: Floats, knots: Floats) -> Floats:
    """The share of the learnt values below each value, ties in the middle, between knots by interpolation."""
    low = np.searchsorted(knots, values, side="left")
    high = np.searchsorted(knots, values, side="right")
    last = len(knots) - 1
    tied = (low + high - 1) / 2 / last
    place = np.clip(low, 1, last)
    step = knots[place] - knots[place - 1]
    between = (place - 1 + np.divide(values - knots[place - 1], step, out=np.zeros_like(values), where=step > 0)) / last
    out: Floats = np.where(high > low, tied, np.clip(between, 0, 1))
    return out


def _number(name: str, column: pl.Series) -> Number | None:
    raw = numbers_of(column)
    there = raw[~np.isnan(raw)]
    missing = len(there) < len(raw)
    if there.size == 0 or (np.ptp(there) == 0 and not missing):
        return None
    many = np.unique(there).size > FEW_VALUES
    knots = tuple(np.quantile(there, np.linspace(0, 1, KNOTS), method="nearest").tolist()) if many else ()
    return Number(name, knots, float(np.median(there)), missing)


def _levels(name: str, column: pl.Series) -> Levels | None:
    counts = words_of(column).value_counts(sort=True, name="n")
    # ties in the count are broken by the words, so that the same file gives the same model
    counts = counts.sort("n", counts.columns[0], descending=[True, False])
    words, sizes = counts[counts.columns[0]].to_list(), counts["n"].to_list()
    if len(words) < 2:
        return None
    enough = max(LEVEL_ROWS_MIN, LEVEL_SHARE_MIN * len(column))
    kept = [w for w, n in zip(words[1:], sizes[1:], strict=True) if n >= enough][:LEVELS_MAX]
    rare = tuple(w for w in words[1:] if w not in set(kept))
    rows_rare = len(column) - sizes[0] - sum(n for w, n in zip(words, sizes, strict=True) if w in set(kept))
    levels = (*kept, *([OTHER] if rare and rows_rare >= enough else []))
    return Levels(name, words[0], levels, rare) if levels else None


def _names_rows(column: pl.Series) -> bool:
    """Text that differs in most rows: a name, a number of a contract, a date."""
    distinct = column.n_unique()
    return distinct > 50 and distinct > 0.5 * len(column)


def leaks(column: pl.Series, outcome: Bools) -> bool:
    """Whether one end of the column, or one level, is all outcomes: something known only afterwards.

    The rows there must be so many that chance would do it once in 10^12, and thirty at least. Ties stay together.
    """
    share = float(outcome.mean())
    if not 0 < share < 1:
        return False
    enough = max(30, int(np.ceil(12 * np.log(10) / -np.log(share))))
    if not is_number(column):
        words = words_of(column)
        import polars as pl

        sums = pl.DataFrame({"word": words, "y": outcome}).group_by("word").agg(pl.len(), pl.col("y").sum())
        return bool(((sums["len"] == sums["y"]) & (sums["len"] >= enough)).any())
    raw = numbers_of(column)
    there = ~np.isnan(raw)
    return any(_pure_end(sign * raw[there], outcome[there]) >= enough for sign in (1.0, -1.0))


def _pure_end(values: Floats, outcome: Bools) -> int:
    """Rows from the highest value down, by whole ties, before the first row without the outcome."""
    if values.size == 0 or outcome.all():
        return 0
    return int((values > values[~outcome].max()).sum())
