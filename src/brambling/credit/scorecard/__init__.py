"""Scorecards that pass review.

- ``fit(loans, target, bad)`` a card from loans with known outcomes: leak guard, monotone bins, points, calibration,
  figures on held-out rows beside a LightGBM challenger
- ``score(card, applications)`` probability, score and reasons of every row; ``points=True`` shows what they sum from
- ``export(card, "sql" | "json" | "onnx")`` the same score in another engine
- ``monitor(card, newer)`` PSI, CSI and rates by period with an alarm; ``recalibrate=True`` renews the calibration
- ``open_card``, ``compile_card`` a card from its file, and as a function that scores one application in microseconds
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.scorecard.model.compiled import compile_card as compile_card
    from brambling.credit.scorecard.rules import Card as Card
    from brambling.credit.scorecard.rules import Score as Score
    from brambling.credit.scorecard.service import export as export
    from brambling.credit.scorecard.service import fit as fit
    from brambling.credit.scorecard.service import monitor as monitor
    from brambling.credit.scorecard.service import open_card as open_card
    from brambling.credit.scorecard.service import score as score
    from brambling.credit.scorecard.shapes import Fitted as Fitted
    from brambling.credit.scorecard.shapes import Monitored as Monitored
    from brambling.credit.scorecard.shapes import Scored as Scored

_HOMES = {
    "Card": "rules",
    "Fitted": "shapes",
    "Monitored": "shapes",
    "Score": "rules",
    "Scored": "shapes",
    "compile_card": "model.compiled",
    "export": "service",
    "fit": "service",
    "monitor": "service",
    "open_card": "service",
    "score": "service",
}

__all__ = [
    "Card",
    "Fitted",
    "Monitored",
    "Score",
    "Scored",
    "compile_card",
    "export",
    "fit",
    "monitor",
    "open_card",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
