"""The one file: card, challenger, what the population was like at the fit, and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.credit.scorecard.features import measures
from brambling.credit.scorecard.model import challenger
from brambling.credit.scorecard.model.calibrating import probabilities
from brambling.credit.scorecard.model.fitting import Fit, score_of_margin
from brambling.credit.scorecard.model.scoring import bins_of_frame, sums
from brambling.credit.scorecard.rules import Calibration, Card
from brambling.credit.scorecard.shapes import (
    FORMAT,
    KIND,
    Figures,
    Floats,
    Ints,
    Loans,
    card_of_plain,
    card_to_plain,
)
from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected

if TYPE_CHECKING:
    import polars as pl

SCORE_BINS = 10
# Below this gain the plain card tells the probability too: one table for score, reasons and probability.
CHAMPION_AUC = 0.02


class ScorecardKind:
    """How engine/learn opens and judges a scorecard."""

    formats: tuple[int, ...] = (FORMAT,)

    def load(self, artefact: Artefact) -> Card:
        """The card; raises InputRejected for another format and for content that is none."""
        if artefact.format not in self.formats:
            raise InputRejected(f"a scorecard of format {artefact.format}", expected=f"format {FORMAT}")
        return card_of_plain(artefact.data.get("card", {}))

    def evaluate(self, model: Any, table: Any) -> Mapping[str, float]:
        """AUC, Brier score and ECE on a table with the outcome in ``bad`` (0 or 1)."""
        from brambling.kit.files import read_frame

        frame = read_frame(table)
        bad = frame["bad"].cast(float).to_numpy()
        total = sums(model, bins_of_frame(model, frame))
        p, weight = probabilities(model.calibration, total), np.ones(bad.size)
        return {
            "auc": measures.auc(bad, -total.astype(float), weight),
            "brier": measures.brier(bad, p, weight),
            "ece": measures.ece(bad, p, weight),
        }


SCORECARD = ScorecardKind()


def make(
    fit: Fit, loans: Loans, *, target: str, bad: str, time: str | None, at: datetime, by: str, figures: Figures
) -> Artefact:
    """The artefact of a fit on these loans."""
    bins = bins_of_frame(fit.card, loans.frame)
    total = sums(fit.card, bins)
    line = fit.forest_calibration
    data = {
        "card": card_to_plain(fit.card),
        "population": population(fit.card, loans, bins, total),
        "champion": champion(fit),
        "challenger": {
            "start": fit.start,
            "calibration": {"method": line.method, "scores": list(line.scores), "log_odds": list(line.log_odds)},
        },
    }
    story = {"target": target, "bad": bad, "time": time, "rows": int(loans.bad.size), "figures": asdict(figures)}
    return Artefact(KIND, FORMAT, by, at, data, {"challenger": fit.forest.text.encode()}, story)


def champion(fit: Fit) -> str:
    """Whose probability is told: the card's, unless the challenger orders far better out of fold."""
    return "challenger" if fit.ordered[1] > fit.ordered[0] + CHAMPION_AUC else "card"


def challenger_probabilities(artefact: Artefact, card: Card, frame: pl.DataFrame) -> Floats:
    """The challenger's calibrated probability of each row."""
    story = artefact.data["challenger"]
    line = Calibration(
        story["calibration"]["method"], tuple(story["calibration"]["scores"]), tuple(story["calibration"]["log_odds"])
    )
    text = artefact.parts["challenger"].decode()
    margin = challenger.margin_of(text, challenger.matrix_of_frame(card, frame))
    return probabilities(line, score_of_margin(margin, story["start"]))


def remake(artefact: Artefact, card: Card, *, at: datetime, by: str) -> Artefact:
    """The same artefact with another card in it (a renewed calibration)."""
    data = {**artefact.data, "card": card_to_plain(card)}
    story = {**artefact.metadata, "recalibrated_from": artefact.version}
    return Artefact(KIND, FORMAT, by, at, data, artefact.parts, story)


def population(card: Card, loans: Loans, bins: list[Ints], total: Ints) -> dict[str, Any]:
    """Rows in each bin of each characteristic and of the score, at the fit: what later files are held against."""
    cuts = np.unique(np.quantile(total, np.linspace(0, 1, SCORE_BINS + 1)[1:-1], method="inverted_cdf"))
    return {
        "rows": int(loans.bad.size),
        "score_cuts": [int(cut) for cut in cuts],
        "score": np.bincount(np.searchsorted(cuts, total, side="left"), minlength=cuts.size + 1).tolist(),
        "bins": {
            item.name: np.bincount(place, minlength=len(item.points)).tolist()
            for item, place in zip(card.characteristics, bins, strict=True)
        },
    }
