"""What goes in and comes out: loans read, figures with intervals, a fitted card with its story, scores, a watch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from brambling.credit.scorecard.rules import Calibration, Card, Characteristic, Made, Pair
from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

KIND, FORMAT = "scorecard", 1
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.object_]
Form = Literal["additive", "pairs"]


@dataclass(frozen=True, eq=False)
class Loans:
    """Rows with a known outcome. ``bad`` is 0 or 1, ``weight`` has mean 1, ``period`` counts from 0 in time order (all 0
    without a time column) and ``periods`` names them; ``notes`` are what the reader has to be told."""

    frame: pl.DataFrame
    bad: Floats
    weight: Floats
    period: Ints
    periods: tuple[str, ...]
    time_end: Floats | None = None
    notes: tuple[Reason, ...] = ()

    def take(self, rows: NDArray[Any]) -> Loans:
        """These rows (a mask or positions)."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return dataclasses.replace(
            self,
            frame=self.frame[places],
            bad=self.bad[places],
            weight=self.weight[places],
            period=self.period[places],
            time_end=None if self.time_end is None else self.time_end[places],
        )


@dataclass(frozen=True, eq=False)
class Raw:
    """A column, or what is made of columns, as values: numbers (NaN is missing) or labels (None is missing); codes have a
    ``width``."""

    name: str
    numbers: Floats | None = None
    labels: Labels | None = None
    width: int = 0
    made: Made | None = None

    def take(self, rows: NDArray[Any]) -> Raw:
        """These rows."""
        return dataclasses.replace(
            self,
            numbers=None if self.numbers is None else self.numbers[rows],
            labels=None if self.labels is None else self.labels[rows],
        )


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval (bootstrap over rows)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """How well a model orders and how true its probabilities are, on rows it was not fitted on."""

    auc: Interval
    ks: Interval
    brier: Interval
    ece: Interval
    rows: int
    bads: int


@dataclass(frozen=True)
class BinStory:
    """One bin: rows, weighted share of all, bad rate, weight of evidence, points (hundredths)."""

    label: str
    rows: int
    share: float
    bad_rate: float
    woe: float
    points: int


@dataclass(frozen=True)
class CharacteristicStory:
    """One characteristic: information value and its bins."""

    name: str
    kind: str
    direction: str
    information_value: float
    bins: tuple[BinStory, ...]


@dataclass(frozen=True)
class Stability:
    """How far a population moved against that of the fit: of the score (``name`` empty) or of one column."""

    period: str
    name: str
    psi: float
    noise: float
    level: Literal["stable", "watch", "alarm"]


@dataclass(frozen=True)
class Rates:
    """Expected against observed bad rate of a period; ``z`` in standard errors."""

    period: str
    rows: int
    expected: float
    observed: float
    z: float
    level: Literal["stable", "watch", "alarm"]


@dataclass(frozen=True)
class Sensitivity:
    """What the figures would be if the odds of the unseen rejects were ``factor`` times those that the card says."""

    factor: float
    bad_rate: float
    auc: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """A card, its figures on held-out rows beside those of others, and everything the modeller has to be told."""

    card: Card
    artefact: Artefact
    form: Form
    held_out: str
    card_figures: Figures
    challenger_figures: Figures
    free_figures: Figures
    by_period: Mapping[str, Figures]
    stories: tuple[CharacteristicStory, ...]
    left_out: tuple[tuple[str, Reason], ...]
    notes: tuple[Reason, ...]
    stability: tuple[Stability, ...]
    rates: tuple[Rates, ...]
    sensitivity: tuple[Sensitivity, ...]
    rejects_given: bool
    rows: int
    bads: int


@dataclass(frozen=True, eq=False)
class Scored:
    """``table`` has row, probability_default, score, reason_1..reason_4 and the input's other columns."""

    table: pl.DataFrame
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Monitored:
    """The watch over a file: stability by period, rates where outcomes are known, and the recalibrated card if asked."""

    stability: tuple[Stability, ...]
    rates: tuple[Rates, ...]
    figures: Figures | None
    recalibrated: Artefact | None
    recalibrated_rates: tuple[Rates, ...] = ()
    notes: tuple[Reason, ...] = field(default=())

    @property
    def alarm(self) -> bool:
        """Whether anything stands at alarm."""
        return any(one.level == "alarm" for one in self.stability) or any(one.level == "alarm" for one in self.rates)


_WRITTEN_APART = ("points", "prefixes", "labels", "made")


def card_to_plain(card: Card) -> dict[str, Any]:
    """The card as JSON knows it."""
    return {
        "base": card.base,
        "characteristics": [
            {
                **{key: value for key, value in item.__dict__.items() if key not in _WRITTEN_APART},
                "points": list(item.points),
                "edges": list(item.edges),
                "specials": list(item.specials),
                "labels": None if item.labels is None else dict(item.labels),
                "prefixes": [[length, dict(bins)] for length, bins in item.prefixes],
                **({"made": {**item.made.__dict__, "columns": list(item.made.columns)}} if item.made else {}),
            }
            for item in card.characteristics
        ],
        "pairs": [
            {"first": p.first, "second": p.second, "points": [list(row) for row in p.points]} for p in card.pairs
        ],
        "calibration": {
            "method": card.calibration.method,
            "scores": list(card.calibration.scores),
            "log_odds": list(card.calibration.log_odds),
        },
    }


def _made(entry: Mapping[str, Any] | None) -> Made | None:
    return None if entry is None else Made(entry["how"], tuple(entry["columns"]), entry["length"])


def card_of_plain(data: Mapping[str, Any]) -> Card:
    """The card of its JSON; raises InputRejected where that is no card."""
    try:
        items = tuple(
            Characteristic(
                **{
                    **entry,
                    "points": tuple(entry["points"]),
                    "edges": tuple(entry["edges"]),
                    "specials": tuple(entry["specials"]),
                    "prefixes": tuple((length, bins) for length, bins in entry["prefixes"]),
                    "made": _made(entry.get("made")),
                }
            )
            for entry in data["characteristics"]
        )
        pairs = tuple(Pair(p["first"], p["second"], tuple(tuple(row) for row in p["points"])) for p in data["pairs"])
        line = data["calibration"]
        calibration = Calibration(line["method"], tuple(line["scores"]), tuple(line["log_odds"]))
        return Card(int(data["base"]), items, pairs, calibration)
    except (KeyError, TypeError, ValueError):
        raise InputRejected("the artefact holds no scorecard", expected="what scorecard fit wrote") from None
