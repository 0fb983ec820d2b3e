"""The candidates: each learns the effect of contact its own way, because none is best everywhere.

| name | what it assumes |
|---|---|
| response | contact moves everybody alike on the link scale, so who answers anyway answers more |
| two-model | a logistic (linear) regression for each arm |
| interactions | one regression; interactions with contact, their spread estimated (S-learner, empirical Bayes) |
| boosted | one gradient boosting with the arm as a feature (S-learner) |
| boosted-on | the same, started from ``interactions`` |
| crossed | X-learner with gradient boosting |
| forest | DR-learner: a random forest with large leaves on doubly robust pseudo-outcomes |

A fitted candidate is one of two data classes that hold numbers and text only, so a model is saved as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from brambling.marketing.uplift.model.glm import RIDGE_MAIN, Link, interactions, inverse, regress
from brambling.marketing.uplift.rules import Floats

TREES = 80
_INNER_FOLDS = 5


@dataclass(frozen=True)
class Sample:
    """Past sends: features ``x`` (rows, columns), ``treated`` 0/1, outcome ``y``, P(treated) ``propensity``."""

    x: Floats
    treated: Floats
    y: Floats
    propensity: Floats
    link: Link

    def rows(self, chosen: Any) -> Sample:
        """The sample of some rows (mask or places)."""
        return Sample(self.x[chosen], self.treated[chosen], self.y[chosen], self.propensity[chosen], self.link)


@dataclass(frozen=True)
class Margin:
    """A regression on the link scale: intercept, main effects, treatment, interactions (arm coded +1/2, -1/2)."""

    link: Link
    coefficients: Floats

    def margins(self, x: Floats, arm: Floats | float) -> Floats:
        """The link-scale prediction for the arm."""
        columns = x.shape[1]
        b = self.coefficients
        out: Floats = b[0] + x @ b[1 : columns + 1] + arm * (b[columns + 1] + x @ b[columns + 2 :])
        return out

    def effect(self, x: Floats) -> Floats:
        """The effect of contact, (rows,)."""
        return inverse(self.link, self.margins(x, 0.5)) - inverse(self.link, self.margins(x, -0.5))


@dataclass(frozen=True)
class Boosted:
    """LightGBM texts. ``shape``: ``arm`` one model with the arm as its last feature, started at ``base``; ``crossed``
    effects on controls and on treated, weighted by the share treated; ``direct`` one model of the effect itself."""

    shape: Literal["arm", "crossed", "direct"]
    link: Link
    texts: tuple[str, ...]
    base: Margin | None = None
    share: float = 0.5

    @cached_property
    def _models(self) -> list[Any]:
        import lightgbm

        return [lightgbm.Booster(model_str=text) for text in self.texts]

    def effect(self, x: Floats) -> Floats:
        """The effect of contact, (rows,)."""
        models = self._models
        if self.shape == "direct":
            return np.asarray(models[0].predict(x, num_threads=1), dtype=float)
        if self.shape == "crossed":
            on_control, on_treated = (np.asarray(m.predict(x, num_threads=1), dtype=float) for m in models)
            return self.share * on_control + (1 - self.share) * on_treated
        sides = []
        for arm in (1.0, 0.0):
            whole = np.column_stack([x, np.full(len(x), arm)])
            margin = np.asarray(models[0].predict(whole, raw_score=True, num_threads=1), dtype=float)
            if self.base is not None:
                margin = margin + self.base.margins(x, arm - 0.5)
            sides.append(inverse(self.link, margin))
        return sides[0] - sides[1]


Fitted = Margin | Boosted


def fit_all(sample: Sample, seed: int) -> dict[str, Fitted]:
    """Every candidate fitted on ``sample``."""
    together, _precision = interactions(sample.x, sample.treated, sample.y, sample.link)
    base = Margin(sample.link, together)
    return {
        "response": response(sample),
        "two-model": two_model(sample),
        "interactions": base,
        "boosted": boosted(sample, seed, None),
        "boosted-on": boosted(sample, seed, base),
        "crossed": crossed(sample, seed),
        "forest": forest(sample, seed),
    }


def response(sample: Sample) -> Margin:
    """One effect on the link scale. With the identity link it is in proportion to what comes without contact."""
    columns = sample.x.shape[1]
    zeros = np.zeros(columns)
    if sample.link == "logit":
        whole = np.column_stack([sample.x, sample.treated - 0.5])
        fit = regress(whole, sample.y, np.append(np.full(columns, RIDGE_MAIN), 1e-3), "logit")
        return Margin("logit", np.concatenate([fit.coefficients, zeros]))
    control = sample.treated == 0
    plain = regress(sample.x[control], sample.y[control], np.full(columns, RIDGE_MAIN), "identity").coefficients
    level = float(sample.y[control].mean())
    gain = (float(sample.y[~control].mean()) - level) / level if level else 0.0
    return Margin("identity", np.concatenate([plain * (1 + gain / 2), plain * gain]))


def two_model(sample: Sample) -> Margin:
    """A regression for each arm."""
    penalty = np.full(sample.x.shape[1], RIDGE_MAIN)
    sides = []
    for arm in (1, 0):
        rows = sample.treated == arm
        sides.append(regress(sample.x[rows], sample.y[rows], penalty, sample.link).coefficients)
    return Margin(sample.link, np.concatenate([(sides[0] + sides[1]) / 2, sides[0] - sides[1]]))


def _train(
    x: Floats, y: Floats, objective: str, seed: int, *, trees: int, more: Mapping[str, Any], start: Floats | None = None
) -> str:
    """A boosting as text. One thread: the same seed gives the same bytes on any number of cores."""
    import lightgbm

    parameters = {
        "objective": objective,
        "learning_rate": 0.05,
        "num_leaves": 8,
        "min_data_in_leaf": int(np.clip(len(y) // 70, 20, 500)),
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
        **more,
    }
    data = lightgbm.Dataset(x, y, init_score=start, free_raw_data=True)
    text: str = lightgbm.train(parameters, data, trees).model_to_string()
    return text


def _objective(link: Link) -> str:
    return "binary" if link == "logit" else "regression"


def boosted(sample: Sample, seed: int, base: Margin | None) -> Boosted:
    """S-learner by gradient boosting, from nothing or from the margins of a regression."""
    whole = np.column_stack([sample.x, sample.treated])
    start = base.margins(sample.x, sample.treated - 0.5) if base is not None else None
    text = _train(
        whole,
        sample.y,
        _objective(sample.link),
        seed,
        trees=TREES if base is None else TREES // 2,
        more={},
        start=start,
    )
    return Boosted("arm", sample.link, (text,), base)


def crossed(sample: Sample, seed: int) -> Boosted:
    """X-learner: each arm's outcome against what the other arm's model expects, then a model of that difference."""
    import lightgbm

    on = sample.treated == 1
    expected = []
    for arm in (on, ~on):
        text = _train(sample.x[arm], sample.y[arm], _objective(sample.link), seed, trees=TREES, more={})
        expected.append(lightgbm.Booster(model_str=text))
    gained = sample.y[on] - np.asarray(expected[1].predict(sample.x[on], num_threads=1))
    missed = np.asarray(expected[0].predict(sample.x[~on], num_threads=1)) - sample.y[~on]
    texts = tuple(
        _train(sample.x[rows], values, "regression", seed, trees=TREES // 2, more={})
        for rows, values in ((~on, missed), (on, gained))
    )
    return Boosted("crossed", sample.link, texts, share=float(sample.propensity.mean()))


def forest(sample: Sample, seed: int) -> Boosted:
    """DR-learner: pseudo-outcomes whose mean is the effect if either the outcome model or the propensity is right."""
    values = pseudo_outcomes(sample, seed)
    leaves = int(np.clip(len(values) * 0.03, 20, 5_000))
    more = {"boosting": "rf", "num_leaves": 16, "min_data_in_leaf": leaves, "lambda_l2": 0.0}
    return Boosted("direct", sample.link, (_train(sample.x, values, "regression", seed, trees=TREES, more=more),))


def pseudo_outcomes(sample: Sample, seed: int) -> Floats:
    """Doubly robust pseudo-outcomes, cross-fitted: (rows,)."""
    fold = folds(len(sample.y), _INNER_FOLDS, seed)
    out = np.zeros(len(sample.y))
    for number in range(_INNER_FOLDS):
        inside, outside = sample.rows(fold != number), sample.rows(fold == number)
        model = two_model(inside)
        expected = [inverse(sample.link, model.margins(outside.x, arm)) for arm in (0.5, -0.5)]
        t, e = outside.treated, outside.propensity
        out[fold == number] = (
            expected[0]
            - expected[1]
            + t * (outside.y - expected[0]) / e
            - (1 - t) * (outside.y - expected[1]) / (1 - e)
        )
    return out


def folds(rows: int, count: int, seed: int) -> Any:
    """A fold number for each row, of even sizes, shuffled by ``seed``."""
    return np.random.default_rng(seed).permutation(np.arange(rows) % count)


CANDIDATES: tuple[str, ...] = (
    "response",
    "two-model",
    "interactions",
    "boosted",
    "boosted-on",
    "crossed",
    "forest",
)
