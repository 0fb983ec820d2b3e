"""A scorecard as a scorer: its answers, and its form, in which every point of every bin is written out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from brambling.credit.axioms.shapes import Scorer
from brambling.credit.scorecard.model.compiled import compile_card
from brambling.credit.scorecard.rules import (
    HUNDREDTHS,
    REASONS,
    Card,
    Characteristic,
    Pair,
    label_of,
    number_of,
    probability,
)

_REASONS = tuple(f"reason_{number}" for number in range(1, REASONS + 1))


def scorer_of_card(card: Card, name: str) -> Scorer:
    """The scorer of a card: ``score``, ``probability_default`` and ``reason_1`` to ``reason_4`` (names of columns)."""

    compiled, calibration = compile_card(card), card.calibration
    read = [(name, _number if width is None else partial(_label, width=width)) for name, width in card.readings.items()]

    def decide(application: Mapping[str, Any]) -> Mapping[str, Any]:
        hundredths, names = compiled.row([convert(application.get(name)) for name, convert in read])
        outcome: dict[str, Any] = {
            "score": hundredths / HUNDREDTHS,
            "probability_default": probability(calibration, hundredths),
        }
        outcome.update(zip(_REASONS, names, strict=False))
        return outcome

    edges = [edge for item in card.characteristics for edge in (*item.edges, *item.specials)]
    # a form speaks of one field at a time: a card with lines made of two columns is searched, not proved
    form = form_of_card(card) if all(len(item.columns) == 1 for item in card.characteristics) else None
    return Scorer(name, decide, tuple(dict.fromkeys(edges)), form)


def _number(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return value
    number = number_of(value)
    return math.nan if number is None else number


def _label(value: Any, *, width: int) -> str:
    return label_of(value, width) or ""


def form_of_card(card: Card) -> dict[str, Any]:
    """The form: hundredths of points summed over tables of one or two columns, and the line of the calibration."""
    tables = [_table(item, item.points) for item in card.characteristics]
    grids = [_grid(card, pair) for pair in card.pairs]
    line = card.calibration
    return {
        "terms": {
            "hundredths": {"sum": [card.base, *tables, *grids]},
            "log_odds": {
                "line": {"of": "hundredths", "at": list(line.scores), "values": list(line.log_odds)},
            },
        },
        "outcomes": {
            "score": {"scale": [1 / HUNDREDTHS, "hundredths"]},
            "probability_default": {"logistic": "log_odds"},
        },
        "reads": list(card.columns),
    }


def _table(item: Characteristic, values: Any) -> dict[str, Any]:
    """Bins or labels of a characteristic with ``values`` by bin."""
    if item.kind == "number":
        return {
            "bins": {
                "field": item.columns[0],
                "edges": list(item.edges),
                "values": [values[place] for place in range(item.proper)],
                "specials": [[special, values[item.proper + place]] for place, special in enumerate(item.specials)],
                "missing": values[item.missing],
            }
        }
    return {
        "labels": {
            "field": item.columns[0],
            "values": {label: values[place] for label, place in (item.labels or {}).items()},
            "prefixes": [
                [length, {start: values[place] for start, place in bins.items()}] for length, bins in item.prefixes
            ],
            "width": item.width,
            "missing": values[item.missing],
            "other": values[item.unseen],
        }
    }


def _grid(card: Card, pair: Pair) -> dict[str, Any]:
    first, second = card.characteristics[pair.first], card.characteristics[pair.second]
    rows = _table(first, range(len(first.points)))
    columns = _table(second, range(len(second.points)))
    return {"grid": {"rows": rows, "columns": columns, "values": [list(row) for row in pair.points]}}
