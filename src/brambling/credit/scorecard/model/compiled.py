"""A card as one straight Python function: no loop, no object per characteristic, whole numbers only.

The source is written from counts and positions alone, never from a name or a value of the card: tables, edges and
labels are handed in as arguments. A loss and the characteristic that it belongs to travel in one whole number, so that
the four largest come from one sort of plain integers.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from brambling.credit.scorecard.rules import (
    DIFFERENT,
    LEAST,
    MISSING_WORDS,
    MOST,
    REASONS,
    SAME,
    Card,
    Characteristic,
)
from brambling.kit.errors import InputRejected

# A loss in hundredths is shifted by so many bits to make room for the position of its characteristic.
_BITS = 12
_MASK = (1 << _BITS) - 1

Result = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Compiled:
    """``row(values)`` gives (score in hundredths, names of at most four lines) for values in the order of ``columns``.

    A number is a float (NaN is missing), a label is text (empty is missing). The same result as ``rules.score``.
    """

    columns: tuple[str, ...]
    row: Callable[[Sequence[Any]], Result]

    def rows(self, values: Iterable[Sequence[Any]]) -> list[Result]:
        """Many rows, one by one."""
        return list(map(self.row, values))


def compile_card(card: Card) -> Compiled:
    """The function of a card. Raises InputRejected above 4,095 characteristics."""
    if len(card.characteristics) > _MASK:
        raise InputRejected(f"a card of {len(card.characteristics)} characteristics", expected=f"at most {_MASK}")
    given: dict[str, Any] = {"bisect": bisect_right, "low": -math.inf, "high": math.inf, "base": card.base}
    given["names"] = tuple(reversed((*card.names, *[""] * (_MASK + 1 - len(card.names)))))
    lines = _bins(card, given)
    lines += _sums(card, given)
    lines += [
        "losses.sort(reverse=True)",
        f"return score, tuple([names[one & {_MASK}] for one in losses[:{REASONS}] if one > {_MASK}])",
    ]
    values = ", ".join(f"x{i}" for i in range(len(card.columns)))
    body = "\n  ".join([f"({values},) = values", *lines])
    arguments = ", ".join(f"{name}={name}" for name in given)
    exec(f"def row(values, {arguments}):\n  {body}", given)  # noqa: S102 (made of positions only, see above)
    return Compiled(card.columns, given["row"])


def _bins(card: Card, given: dict[str, Any]) -> list[str]:
    lines = []
    place = {name: f"x{i}" for i, name in enumerate(card.columns)}
    for i, item in enumerate(card.characteristics):
        value = place[item.columns[0]]
        if item.made and item.made.how == "same":
            lines.append(_same(i, item, place, given))
            continue
        if item.made and item.made.how in ("ratio", "per"):
            lines.append(_quotient(i, item, place, given))
            value = f"v{i}"
        if item.kind == "number" and not item.specials:
            given[f"e{i}"] = item.edges
            lines.append(f"b{i} = bisect(e{i}, {value}) if low < {value} < high else {item.missing}")
        elif item.kind == "number" or item.prefixes:
            given[f"f{i}"] = item.bin_of
            lines.append(f"b{i} = f{i}({value})")
        else:
            given[f"d{i}"] = _labels(item)
            lines.append(f"b{i} = d{i}.get({value}, {item.unseen})")
    return lines


def _same(i: int, item: Characteristic, place: dict[str, str], given: dict[str, Any]) -> str:
    given["words"] = MISSING_WORDS
    one, two = (place[name] for name in item.columns)
    alike = f"({item.bin_of(SAME)} if {one} == {two} else {item.bin_of(DIFFERENT)})"
    return f"b{i} = {item.missing} if {one} in words or {two} in words else {alike}"


def _quotient(i: int, item: Characteristic, place: dict[str, str], given: dict[str, Any]) -> str:
    """As ``rules.quotient``, NaN for missing."""
    given.update(least=LEAST, most=MOST, nothing=math.nan)
    upper, under = (place[name] for name in item.columns)
    if item.made and item.made.how == "per":
        under = f"({under} + 1.0)"
    there = f"least <= {under} <= most and ({upper} == 0 or least <= abs({upper}) <= most)"
    return f"v{i} = {upper} / {under} if {there} else nothing"


def _labels(item: Characteristic) -> dict[str, int]:
    return {**dict.fromkeys(MISSING_WORDS, item.missing), **(item.labels or {})}


def _sums(card: Card, given: dict[str, Any]) -> list[str]:
    """The score and the list of losses, each with its characteristic in the low bits (the first is the largest)."""
    points = ["base"]
    losses = []
    for i, item in enumerate(card.characteristics):
        given[f"p{i}"] = item.points
        best = item.points[item.reference_bin]
        given[f"l{i}"] = tuple(((best - point) << _BITS) + (_MASK - i) for point in item.points)
        points.append(f"p{i}[b{i}]")
        losses.append(f"l{i}[b{i}]")
    lines = []
    for k, pair in enumerate(card.pairs):
        i, j, table = pair.first, pair.second, pair.points
        at_i, at_j = card.characteristics[i].reference_bin, card.characteristics[j].reference_bin
        given[f"q{k}"] = tuple(point for row in table for point in row)
        given[f"r{k}"] = tuple((table[at_i][b] - point) << _BITS for row in table for b, point in enumerate(row))
        given[f"s{k}"] = tuple((row[at_j] - point) << _BITS for row in table for point in row)
        lines.append(f"c{k} = b{i} * {len(table[0])} + b{j}")
        points.append(f"q{k}[c{k}]")
        losses[i] += f" + r{k}[c{k}]"
        losses[j] += f" + s{k}[c{k}]"
    lines.append(f"score = {' + '.join(points)}")
    lines.append(f"losses = [{', '.join(losses)}]")
    return lines
