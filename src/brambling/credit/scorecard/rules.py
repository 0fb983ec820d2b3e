"""A scorecard: bins, points, score, reasons and probability. Pure: one application in, one score out.

Everything is whole numbers of a hundredth of a point, so that a sum is the same in every order and every engine:
Python, NumPy, SQL and ONNX give the same score to the last digit. More points are better (a lower risk).

score = base + sum of points of each characteristic's bin + sum of points of each pair's cell
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

HUNDREDTHS = 100
# The field's usual scale: 600 points are odds of 50 good to 1 bad, and 20 points more double the odds.
SCORE_AT_ODDS, ODDS, POINTS_DOUBLE_ODDS = 600, 50, 20
FACTOR = POINTS_DOUBLE_ODDS / math.log(2)
OFFSET = SCORE_AT_ODDS - FACTOR * math.log(ODDS)
REASONS = 4
PROBABILITY_DIGITS = 6
# Spellings of nothing. "none" is not among them: no collateral is an answer.
MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "#n/a", "?", "."})
_MARKS = str.maketrans("", "", ",，$¥￥€£ \u00a0")

Kind = Literal["number", "category", "history"]
How = Literal["same", "ratio", "per", "prefix", "count"]
SAME, DIFFERENT = "yes", "no"
# A quotient exists only where no engine overflows or underflows: denominators from LEAST to MOST, numerators as far from 0.
LEAST, MOST = 1e-9, 1e15
Direction = Literal["increasing", "decreasing", "free"]


@dataclass(frozen=True)
class Made:
    """How the value of a line is made of columns.

    ``same``: ``yes`` or ``no``, whether two columns hold one label. ``ratio``: the first over the second. ``per``: the
    first over the second and one more (an amount a head; the count may be 0). ``prefix``: the first ``length`` letters of
    a code. ``count``: how many loans of the fit had the same label; its bins are those of labels. Missing where a part is.
    """

    how: How
    columns: tuple[str, ...]
    length: int = 0

    @property
    def name(self) -> str:
        """The line's name, which names its columns: ``a = b``, ``a / b``, ``a / (b + 1)``, ``a[:3]``, ``count(a)``."""
        first, last = self.columns[0], self.columns[-1]
        names = {"same": f"{first} = {last}", "ratio": f"{first} / {last}", "per": f"{first} / ({last} + 1)"}
        return {**names, "prefix": f"{first}[:{self.length}]", "count": f"count({first})"}[self.how]


@dataclass(frozen=True)
class Characteristic:
    """One column, or what is ``made`` of columns, and its bins, in this order: the bins proper, then one for each special
    value, missing, unseen.

    ``number``: bin i holds edges[i-1] <= x < edges[i]. ``category``: ``labels`` gives the bin of a label.
    ``history``: ``labels`` gives the bin of a whole code, ``prefixes`` that of its first letters where the code was never
    seen (longest first). ``direction`` is that of the risk in x; ``reference`` is the typical value, which is put in the
    place of another to ask what that other one cost. ``points`` are hundredths.
    """

    name: str
    kind: Kind
    points: tuple[int, ...]
    reference: float | str | None
    reference_bin: int
    direction: Direction = "free"
    edges: tuple[float, ...] = ()
    specials: tuple[float, ...] = ()
    labels: Mapping[str, int] | None = None
    prefixes: tuple[tuple[int, Mapping[str, int]], ...] = ()
    width: int = 0
    made: Made | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the application that it reads."""
        return self.made.columns if self.made else (self.name,)

    @property
    def proper(self) -> int:
        """How many bins are neither special, missing nor unseen."""
        return len(self.points) - len(self.specials) - 2

    @property
    def missing(self) -> int:
        """The bin of a missing value."""
        return len(self.points) - 2

    @property
    def unseen(self) -> int:
        """The bin of a category that the card never saw."""
        return len(self.points) - 1

    def bin_in(self, application: Mapping[str, Any]) -> int:
        """The bin of an application; a column that it lacks is missing."""
        first = application.get(self.columns[0])
        if self.made is None or self.made.how in ("prefix", "count"):
            return self.bin_of(first)
        other = application.get(self.columns[1])
        if self.made.how == "same":
            return self.bin_of(same(label_of(first, self.width), label_of(other, self.width)))
        return self.bin_of(quotient(number_of(first), number_of(other), 1.0 if self.made.how == "per" else 0.0))

    def bin_of(self, value: Any) -> int:
        """The bin of a value: a number or its text, or a label; None, an empty text and NaN are missing."""
        return self._bin_number(value) if self.kind == "number" else self._bin_label(value)

    def _bin_number(self, value: Any) -> int:
        number = number_of(value)
        if number is None:
            return self.missing
        if number in self.specials:
            return self.proper + self.specials.index(number)
        return bisect_right(self.edges, number)

    def _bin_label(self, value: Any) -> int:
        label = label_of(value, 0 if self.kind == "category" else self.width)
        if label is None:
            return self.missing
        assert self.labels is not None
        found = self.labels.get(label)
        if found is not None:
            return found
        for length, bins in self.prefixes:
            found = bins.get(label[:length])
            if found is not None:
                return found
        return self.unseen


@dataclass(frozen=True)
class Pair:
    """Points of two characteristics together: ``points[bin of first][bin of second]``, in hundredths."""

    first: int
    second: int
    points: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Calibration:
    """Score (hundredths) to the log odds of bad: linear between the knots, with the slope of the ends beyond them."""

    method: Literal["platt", "isotonic"]
    scores: tuple[int, ...]
    log_odds: tuple[float, ...]


@dataclass(frozen=True)
class Card:
    """Everything that a score needs."""

    base: int
    characteristics: tuple[Characteristic, ...]
    pairs: tuple[Pair, ...]
    calibration: Calibration

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its lines, which are those of reasons."""
        return tuple(item.name for item in self.characteristics)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the card reads, each once."""
        return tuple(dict.fromkeys(name for item in self.characteristics for name in item.columns))

    @property
    def readings(self) -> dict[str, int | None]:
        """How each column is read: None as a number, else as a label of this width (0: as it stands)."""
        return {
            name: None if item.kind == "number" else item.width
            for item in self.characteristics
            for name in item.columns
        }


@dataclass(frozen=True)
class Lost:
    """A reason: with the typical value in its place the score would be ``points`` hundredths higher."""

    name: str
    points: int


@dataclass(frozen=True)
class Score:
    """A score in hundredths, the probability of default, and the reasons, largest first."""

    hundredths: int
    probability_default: float
    reasons: tuple[Lost, ...]

    @property
    def score(self) -> float:
        """The score in points, two decimals."""
        return self.hundredths / HUNDREDTHS


def number_of(value: Any) -> float | None:
    """A number or its text as float; None for missing, NaN, infinite and what is no number.

    Text may carry thousands separators, a currency mark or a percent sign, which is dropped: 12.5 % reads 12.5.
    """
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        try:
            number = float(str(value).translate(_MARKS).removesuffix("%"))
        except ValueError:
            return None
    return number if math.isfinite(number) else None


def label_of(value: Any, width: int = 0) -> str | None:
    """A label as text; whole floats lose their ``.0``, codes get their leading zeros back up to ``width``."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    label = str(value).strip()
    if label.lower() in MISSING_WORDS:
        return None
    if width:
        label = label.removesuffix(".0").rjust(width, "0")
    return label


def same(first: str | None, other: str | None) -> str | None:
    """Whether two labels are one, as a label."""
    if first is None or other is None:
        return None
    return SAME if first == other else DIFFERENT


def quotient(upper: float | None, lower: float | None, more: float = 0.0) -> float | None:
    """``upper / (lower + more)``; None where that is beyond what every engine divides alike."""
    if upper is None or lower is None:
        return None
    lower += more
    if not LEAST <= lower <= MOST or not (upper == 0 or LEAST <= abs(upper) <= MOST):
        return None
    return upper / lower


def bins_of(card: Card, application: Mapping[str, Any]) -> list[int]:
    """The bin of every characteristic; a column that the application lacks is missing."""
    return [item.bin_in(application) for item in card.characteristics]


def sum_points(card: Card, bins: Sequence[int]) -> int:
    """The score of these bins, in hundredths."""
    total = card.base
    for item, place in zip(card.characteristics, bins, strict=True):
        total += item.points[place]
    for pair in card.pairs:
        total += pair.points[bins[pair.first]][bins[pair.second]]
    return total


def points_of(card: Card, bins: Sequence[int]) -> dict[str, int]:
    """Every part of the score by name (``base``, a line, or ``a * b``); they sum to the score."""
    parts = {"base": card.base}
    for item, place in zip(card.characteristics, bins, strict=True):
        parts[item.name] = item.points[place]
    for pair in card.pairs:
        parts[pair_name(card, pair)] = pair.points[bins[pair.first]][bins[pair.second]]
    return parts


def pair_name(card: Card, pair: Pair) -> str:
    """``a * b``."""
    return f"{card.characteristics[pair.first].name} * {card.characteristics[pair.second].name}"


def losses(card: Card, bins: Sequence[int]) -> list[Lost]:
    """What each characteristic costs against its typical value, largest first; only those that cost anything.

    The loss is measured, not attributed: the typical value is put in its place, all else stays, and the score is taken
    again. So each reason passes the flip test by what it is, and a characteristic that is not named costs no more than
    the last one that is.
    """
    found = [Lost(card.characteristics[place].name, loss) for place, loss in enumerate(_losses(card, bins)) if loss > 0]
    return sorted(found, key=lambda lost: -lost.points)


def _losses(card: Card, bins: Sequence[int]) -> list[int]:
    out = [item.points[item.reference_bin] - item.points[bins[i]] for i, item in enumerate(card.characteristics)]
    for pair in card.pairs:
        i, j = pair.first, pair.second
        here = pair.points[bins[i]][bins[j]]
        out[i] += pair.points[card.characteristics[i].reference_bin][bins[j]] - here
        out[j] += pair.points[bins[i]][card.characteristics[j].reference_bin] - here
    return out


def score(card: Card, application: Mapping[str, Any]) -> Score:
    """Score, probability of default and the (at most four) reasons of one application."""
    bins = bins_of(card, application)
    total = sum_points(card, bins)
    return Score(total, probability(card.calibration, total), tuple(losses(card, bins)[:REASONS]))


def probability(calibration: Calibration, hundredths: int) -> float:
    """The probability of default at a score, on the grid of a millionth."""
    scores, odds = calibration.scores, calibration.log_odds
    place = min(max(bisect_right(scores, hundredths), 1), len(scores) - 1)
    low, high = scores[place - 1], scores[place]
    logit = odds[place - 1] + (odds[place] - odds[place - 1]) * (hundredths - low) / (high - low)
    return round(sigmoid(logit), PROBABILITY_DIGITS)


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    if logit < 0:
        weight = math.exp(max(logit, -700.0))
        return weight / (1 + weight)
    return 1 / (1 + math.exp(-min(logit, 700.0)))


def step_lowest(card: Card, place: int) -> list[int]:
    """For each step from one proper bin of a characteristic to the next: the least change of the score, whatever the
    other columns hold.

    Exact, not sampled: the partners of a characteristic in its pairs are different columns and so free of each other,
    and the least of a sum of free parts is the sum of their least.
    """
    item = card.characteristics[place]
    steps = []
    for low in range(item.proper - 1):
        least = item.points[low + 1] - item.points[low]
        for pair in card.pairs:
            if pair.first == place:
                least += min(b - a for a, b in zip(pair.points[low], pair.points[low + 1], strict=True))
            elif pair.second == place:
                least += min(row[low + 1] - row[low] for row in pair.points)
        steps.append(least)
    return steps


def step_highest(card: Card, place: int) -> list[int]:
    """As ``step_lowest``, the largest change."""
    turned = Card(
        -card.base,
        tuple(
            Characteristic(**{**item.__dict__, "points": tuple(-point for point in item.points)})
            for item in card.characteristics
        ),
        tuple(Pair(p.first, p.second, tuple(tuple(-x for x in row) for row in p.points)) for p in card.pairs),
        card.calibration,
    )
    return [-step for step in step_lowest(turned, place)]


def is_monotone(card: Card, name: str) -> bool:
    """Whether the card keeps the direction that it states for a number, proved over every combination of bins."""
    place = card.names.index(name)
    direction = card.characteristics[place].direction
    if direction == "increasing":  # of the risk: points fall
        return all(step <= 0 for step in step_highest(card, place))
    if direction == "decreasing":
        return all(step >= 0 for step in step_lowest(card, place))
    return False
