"""The learners and their blend: a line, boosted trees and two forests, averaged in log odds.

All of them keep the directions that axioms give, so the blend does. They err in different ways (a line cannot bend
twice, a forest cannot extrapolate), and on a few hundred decisions the average of four is steadier than the best of
them; what each would weigh is noise at that size, so they weigh the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from brambling.credit.expert.model.line import Line, choose_penalty, fit_line
from brambling.credit.expert.model.net import Net
from brambling.credit.expert.model.trees import Trees, of_boosters, of_forest
from brambling.credit.expert.shapes.policy import Floats, Ints

FOLDS, FOLDS_LARGE, LARGE_ROWS = 5, 3, 8_000
BOOSTER_SEEDS, FOREST_TREES = 3, 150
LOG_ODDS_MAX = 6.0
_CLIP = 0.005  # a forest of a few hundred rows knows no probability nearer to never or always


@dataclass(frozen=True, eq=False)
class Blend:
    """The fitted learners, and the line that calibrates their mean log odds; ``net`` is there where a stage added it."""

    line: Line
    boosted: Trees
    forests: tuple[Trees, ...]
    net: Net | None = None
    slope: float = 1.0
    offset: float = 0.0

    def raw(self, x: Floats) -> Floats:
        """The mean log odds of approval over the learners."""
        mean: Floats = self.parts(x).mean(axis=1)
        return mean if self.net is None else 0.5 * mean + 0.5 * self.net.margin(x, mean)

    def parts(self, x: Floats) -> Floats:
        """The log odds by each learner: line, boosted trees, forests."""
        found = [self.line.margin(x), self.boosted.sum(x), *(_log_odds(one.sum(x)) for one in self.forests)]
        return np.stack([np.clip(one, -LOG_ODDS_MAX, LOG_ODDS_MAX) for one in found], axis=1)

    def probability(self, x: Floats) -> Floats:
        """The calibrated probability that a person would approve."""
        return sigmoid(self.slope * self.raw(x) + self.offset)

    def calibrated(self, slope: float, offset: float) -> Blend:
        """The same with another calibration."""
        return replace(self, slope=slope, offset=offset)


@dataclass(frozen=True)
class Plan:
    """What the stages ask of fitting: ``start`` is the share of rows, easy ones first, with which boosting begins (1:
    all at once)."""

    seed: int
    start: float = 1.0


def sigmoid(margin: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    out: Floats = 1 / (1 + np.exp(-np.clip(margin, -35, 35)))
    return out


def _log_odds(p: Floats) -> Floats:
    inside = np.clip(p, _CLIP, 1 - _CLIP)
    out: Floats = np.log(inside / (1 - inside))
    return out


def fit_blend(
    x: Floats,
    y: Floats,
    directions: Ints,
    plan: Plan,
    *,
    weight: Floats | None = None,
    difficulty: Floats | None = None,
) -> Blend:
    """The learners on these rows; ``difficulty`` orders them where the plan begins with a part."""
    weight = np.ones(len(y)) if weight is None else weight
    folds = folds_of(y, FOLDS_LARGE, plan.seed)
    penalty = choose_penalty(x, y, weight, directions, folds) if len(y) <= LARGE_ROWS else 10.0
    line = fit_line(x, y, weight, directions, penalty)
    forests = tuple(of_forest(one) for one in _forests(x, y, weight, directions, plan.seed))
    return Blend(line, fit_boosted(x, y, directions, plan, weight=weight, difficulty=difficulty), forests)


def fit_boosted(
    x: Floats, y: Floats, directions: Ints, plan: Plan, *, weight: Floats, difficulty: Floats | None = None
) -> Trees:
    """The boosted trees alone."""
    seeds = range(plan.seed, plan.seed + BOOSTER_SEEDS)
    return of_boosters([_booster(x, y, weight, directions, plan, difficulty, seed) for seed in seeds])


def _booster(
    x: Floats, y: Floats, weight: Floats, directions: Ints, plan: Plan, difficulty: Floats | None, seed: int
) -> Any:
    """Boosted trees; by curriculum the first rounds see the easiest rows only, then more, then all."""
    import lightgbm as lgb

    rows = len(y)
    settings: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": 0.04,
        "num_leaves": 7 if rows < 3_000 else 15,
        "min_data_in_leaf": int(np.clip(rows // 100, 4, 20)),  # a rare ground (2 % of the rows) must fit in
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": 0.4 if x.shape[1] >= 5 else 0.8,
        "lambda_l2": 5.0,
        "max_bin": 127,
        **steady(directions, seed),
    }
    rounds = 150 if rows < 3_000 else 300
    booster: Any = None
    for share, part in _phases(plan.start):
        keep = np.ones(rows, bool)
        if share < 1 and difficulty is not None:
            keep = difficulty <= np.quantile(difficulty, share)
            if len(np.unique(y[keep])) < 2:
                continue
        data = lgb.Dataset(x[keep], y[keep], weight=weight[keep], params={"verbose": -1}, free_raw_data=False)
        booster = lgb.train(settings, data, max(1, int(rounds * part)), init_model=booster, keep_training_booster=True)
    return booster


def _phases(start: float) -> Iterator[tuple[float, float]]:
    """(share of rows, share of rounds)."""
    if start >= 1:
        yield 1.0, 1.0
    else:
        yield from ((start, 0.2), ((1 + start) / 2, 0.2), (1.0, 0.6))


def _forests(x: Floats, y: Floats, weight: Floats, directions: Ints, seed: int) -> list[Any]:
    """A random forest (Breiman 2001) and extremely randomised trees (Geurts, Ernst and Wehenkel 2006).

    Leaves of both are shares of approvals. Grown by the same library as the boosted trees, which keeps directions too
    and grows a tree in a third of a millisecond.
    """
    import lightgbm as lgb

    rows = len(y)
    least = max(2, rows // 2_000)
    settings: dict[str, Any] = {
        "objective": "regression",
        "boosting": "rf",
        "num_leaves": 256,
        "bagging_fraction": min(0.632, LARGE_ROWS / rows),
        "bagging_freq": 1,
        "min_sum_hessian_in_leaf": 1e-3,
        "max_bin": 127,
        **steady(directions, seed),
    }
    plain = {"min_data_in_leaf": least, "feature_fraction_bynode": 0.4}
    random = {"min_data_in_leaf": least + 1, "feature_fraction_bynode": 0.5, "extra_trees": True, "extra_seed": seed}
    random["bagging_fraction"] = min(0.9, LARGE_ROWS / rows)  # its thresholds are random already
    return [
        lgb.train({**settings, **own}, lgb.Dataset(x, y, weight=weight, params={"verbose": -1}), FOREST_TREES)
        for own in (plain, random)
    ]


def steady(directions: Ints, seed: int) -> dict[str, Any]:
    """Settings that every tree learner shares: the same bytes from the same rows, and directions kept."""
    settings: dict[str, Any] = {
        "verbose": -1,
        "num_threads": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "use_missing": False,
    }
    if directions.any():
        settings |= {"monotone_constraints": directions.tolist(), "monotone_constraints_method": "advanced"}
    return settings


def folds_of(y: Floats, folds: int, seed: int) -> Ints:
    """The fold of each row, both classes spread evenly."""
    rng = np.random.default_rng(seed)
    folds = max(2, min(folds, int(min(y.sum(), len(y) - y.sum()))))
    out = np.empty(len(y), np.int64)
    for value in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(y == value))
        out[rows] = (np.arange(len(rows)) + (0 if value else folds // 2)) % folds
    return out


def platt(raw: Floats, y: Floats) -> tuple[float, float]:
    """Slope and offset of the calibration (Platt 1999), from margins of rows that the learners had not seen.

    The slope never falls below a fifth: a negative one would turn every direction round.
    """
    from scipy.optimize import minimize

    # Platt's targets: no row is certain, so that a clean split does not ask for an endless slope
    high, low = (y.sum() + 1) / (y.sum() + 2), 1 / (len(y) - y.sum() + 2)
    aim = np.where(y > 0, high, low)

    def loss(b: Floats) -> tuple[float, Floats]:
        margin = b[0] * raw + b[1]
        rest = sigmoid(margin) - aim
        return float((np.logaddexp(0, margin) - aim * margin).sum()), np.array([(rest * raw).sum(), rest.sum()])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, bounds=[(0.2, 5.0), (-5, 5)], method="L-BFGS-B").x
    return float(found[0]), float(found[1])


def blend_to_plain(blend: Blend) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Data and parts of an artefact."""
    forests = {f"forest{i}": one for i, one in enumerate(blend.forests)}
    parts = blend.line.to_parts("line") | blend.boosted.to_parts("boosted")
    for name, one in forests.items():
        parts |= one.to_parts(name)
    if blend.net is not None:
        parts |= blend.net.to_parts("net")
    data = {
        "intercept": blend.line.intercept,
        "boosted": blend.boosted.to_plain(),
        "forests": [one.to_plain() for one in blend.forests],
        "net": None if blend.net is None else blend.net.to_plain(),
        "slope": blend.slope,
        "offset": blend.offset,
    }
    return data, parts


def blend_of_plain(data: Mapping[str, Any], parts: Mapping[str, bytes]) -> Blend:
    """The blend of an artefact; raises InputRejected where a part is missing or damaged, KeyError for other data."""
    return Blend(
        Line.of_parts("line", parts, data["intercept"]),
        Trees.of_parts("boosted", parts, data["boosted"]),
        tuple(Trees.of_parts(f"forest{i}", parts, plain) for i, plain in enumerate(data["forests"])),
        None if data["net"] is None else Net.of_parts("net", parts, data["net"]),
        float(data["slope"]),
        float(data["offset"]),
    )
