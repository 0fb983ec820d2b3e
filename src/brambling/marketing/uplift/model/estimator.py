"""The fitted model as one thing: features in, uplift with interval out; saved as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.engine.learn import Artefact
from brambling.kit.errors import InputRejected
from brambling.marketing.uplift.features import Encoder
from brambling.marketing.uplift.model.glm import Link
from brambling.marketing.uplift.model.learners import CANDIDATES, Boosted, Fitted, Margin
from brambling.marketing.uplift.model.selector import Calibration
from brambling.marketing.uplift.rules import Floats, Verdict
from brambling.marketing.uplift.shapes import FORMAT

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class UpliftModel:
    """``predict`` gives uplift, lower and upper; ``average`` and ``verdict`` say whether to tell customers apart."""

    encoder: Encoder
    fitted: Mapping[str, Fitted]
    weights: Mapping[str, float]
    calibration: Calibration
    verdict: Verdict
    outcome: str
    binary: bool

    @property
    def features(self) -> list[str]:
        """Columns that a customers file must have."""
        return [feature.name for feature in self.encoder.features]

    def predict(self, frame: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
        """Uplift, lower and upper of each row: a difference of probabilities, or of amounts."""
        x = self.encoder.encode(frame)
        blend = np.zeros(len(x))
        for name, weight in self.weights.items():
            blend += weight * self.fitted[name].effect(x)
        return self.calibration.uplift(blend)

    def to_plain(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Data and parts of an artefact."""
        parts: dict[str, bytes] = {}
        candidates: dict[str, Any] = {}
        for name, one in self.fitted.items():
            candidates[name] = _plain(one)
            if isinstance(one, Boosted):
                parts |= {f"{name}-{place}": text.encode() for place, text in enumerate(one.texts)}
        data = {
            "encoder": self.encoder.to_plain(),
            "candidates": candidates,
            "weights": dict(self.weights),
            "calibration": {
                "average": self.calibration.average,
                "slope": self.calibration.slope,
                "centre": self.calibration.centre,
                "covariance": self.calibration.covariance.tolist(),
            },
            "verdict": self.verdict,
            "outcome": self.outcome,
            "binary": self.binary,
        }
        return data, parts


def model_of(artefact: Artefact) -> UpliftModel:
    """The model in ``artefact``; raises InputRejected for another format or damaged content."""
    if artefact.format != FORMAT:
        raise InputRejected(f"an uplift model of format {artefact.format}", expected=f"format {FORMAT}")
    data = artefact.data
    try:
        fitted = {name: _fitted(name, one, artefact.parts) for name, one in data["candidates"].items()}
        line = data["calibration"]
        average, slope, centre = (float(line[key]) for key in ("average", "slope", "centre"))
        covariance = _floats(line["covariance"])
        if covariance.shape != (2, 2) or not set(fitted) <= set(CANDIDATES) or set(data["weights"]) != set(fitted):
            raise InputRejected("the uplift model is damaged")
        return UpliftModel(
            encoder=Encoder.from_plain(data["encoder"]),
            fitted=fitted,
            weights={name: float(weight) for name, weight in data["weights"].items()},
            calibration=Calibration(average, slope, centre, covariance),
            verdict=data["verdict"],
            outcome=str(data["outcome"]),
            binary=bool(data["binary"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputRejected("the uplift model is damaged") from None


def _plain(one: Fitted) -> dict[str, Any]:
    if isinstance(one, Margin):
        return {"kind": "margin", "link": one.link, "coefficients": one.coefficients.tolist()}
    base = one.base.coefficients.tolist() if one.base is not None else None
    return {
        "kind": "boosted",
        "shape": one.shape,
        "link": one.link,
        "texts": len(one.texts),
        "base": base,
        "share": one.share,
    }


def _fitted(name: str, data: Mapping[str, Any], parts: Mapping[str, bytes]) -> Fitted:
    link: Link = data["link"]
    if data["kind"] == "margin":
        return Margin(link, _floats(data["coefficients"]))
    texts = tuple(parts[f"{name}-{place}"].decode() for place in range(int(data["texts"])))
    base = Margin(link, _floats(data["base"])) if data["base"] is not None else None
    return Boosted(data["shape"], link, texts, base, float(data["share"]))


def _floats(values: Any) -> Floats:
    return np.array(values, dtype=float)
