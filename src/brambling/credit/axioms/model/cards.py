"""A scorecard as a scorer: its answers, and its form, in which every point of every bin is written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brambling.credit.axioms.shapes import Scorer
from brambling.credit.scorecard.rules import HUNDREDTHS, Card, Characteristic, Pair, score


def scorer_of_card(card: Card, name: str) -> Scorer:
    """The scorer of a card: ``score``, ``probability_default`` and ``reason_1`` to ``reason_4`` (names of columns)."""

    def decide(application: Mapping[str, Any]) -> Mapping[str, Any]:
        found = score(card, application)
        outcome: dict[str, Any] = {"score": found.score, "probability_default": found.probability_default}
        for number, lost in enumerate(found.reasons, 1):
            outcome[f"reason_{number}"] = lost.name
        return outcome

    edges = [edge for item in card.characteristics for edge in (*item.edges, *item.specials)]
    return Scorer(name, decide, tuple(dict.fromkeys(edges)), form_of_card(card))


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
                "field": item.name,
                "edges": list(item.edges),
                "values": [values[place] for place in range(item.proper)],
                "specials": [[special, values[item.proper + place]] for place, special in enumerate(item.specials)],
                "missing": values[item.missing],
            }
        }
    return {
        "labels": {
            "field": item.name,
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
