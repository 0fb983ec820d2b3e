"""Learning from decisions, and what can be known of it beforehand: every figure that sets something is cross-fitted.

A row's cross-fitted log odds come from learners that saw neither the row nor its fold. Calibration, cut, dial and the
choice of stages are made on them, so that no row judges what it taught, and the held-out part is left for telling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from brambling.credit.expert.features.design import Input, directions_of, inputs_of, matrix, training_matrix
from brambling.credit.expert.model.blend import (
    FOLDS,
    FOLDS_LARGE,
    LARGE_ROWS,
    Blend,
    Plan,
    fit_blend,
    fit_boosted,
    folds_of,
    platt,
    sigmoid,
)
from brambling.credit.expert.model.enlarging import WEIGHT, difficulty, enlarge
from brambling.credit.expert.model.reinforcing import train_net
from brambling.credit.expert.shapes.policy import Floats, Ints
from brambling.credit.scorecard.shapes import Raw

PACES = (0.3, 0.5, 0.7)
REPEATS_SMALL, SMALL_ROWS = 2, 1_500


@dataclass(frozen=True, eq=False)
class Material:
    """What is learnt from: the usable columns, the decisions, outcomes where known, directions, rows under a veto.

    ``drafted`` are further applications (columns as in ``raws``) with the decisions that axioms imply.
    """

    raws: tuple[Raw, ...]
    y: Floats
    bad: Floats
    vetoed: Floats
    directions: dict[str, int]
    drafted: tuple[tuple[Raw, ...], Floats] | None = None

    def take(self, rows: Any) -> Material:
        """These rows; drafts stay."""
        raws = tuple(raw.take(rows) for raw in self.raws)
        return replace(self, raws=raws, y=self.y[rows], bad=self.bad[rows], vetoed=self.vetoed[rows])

    @property
    def missing(self) -> Floats:
        """The share of columns that each row lacks."""
        if not self.raws:
            return np.zeros(len(self.y))
        out: Floats = np.mean([_lacks(raw) for raw in self.raws], axis=0).astype(float)
        return out


def _lacks(raw: Raw) -> Any:
    if raw.numbers is not None:
        return np.isnan(raw.numbers)
    assert raw.labels is not None
    return np.array([label is None for label in raw.labels])


@dataclass(frozen=True)
class Recipe:
    """Which stages take part; ``start`` below 1 is the pace of the curriculum."""

    enlarged: bool = False
    start: float = 1.0
    reinforced: bool = False


@dataclass(frozen=True, eq=False)
class Learnt:
    """A blend fitted on all rows, its inputs, and the cross-fitted log odds (calibrated) of every row."""

    inputs: tuple[Input, ...]
    blend: Blend
    x: Floats
    margins: Floats
    parts: Floats
    counts: dict[str, int]

    @property
    def probabilities(self) -> Floats:
        """Cross-fitted, calibrated."""
        return sigmoid(self.margins)


def learn(
    material: Material, recipe: Recipe, seed: int, *, before: Learnt | None = None, parts: Floats | None = None
) -> Learnt:
    """The blend of these decisions under a recipe.

    ``before`` is what was learnt without the stages of the recipe: its cross-fitted log odds say which rows are hard and
    near the border. Without it they are computed. ``parts`` are the cross-fitted log odds by learner where they are known.
    """
    if before is None:
        plain = _plainly(material, seed)
        if recipe == Recipe():
            return plain
        before = plain
    parts = _parts_of(material, recipe, seed, before) if parts is None else parts
    raw = parts.mean(axis=2)
    rng = np.random.default_rng(seed)
    blend, counts = _fitted(material, before.x, recipe, seed, before.parts.mean(axis=(1, 2)), rng)
    if recipe.reinforced:
        blend, raw = _reinforced(material, before.x, blend, raw, seed)
    return _learnt(before.inputs, blend, before.x, raw, parts, material.y, counts)


def _plainly(material: Material, seed: int) -> Learnt:
    rng = np.random.default_rng(seed)
    inputs = inputs_of(material.raws, material.y, material.directions)
    x = training_matrix(inputs, material.raws, material.y, rng)
    parts = _crossfitted(material, Recipe(), seed, None)
    blend = fit_blend(x, material.y, directions_of(inputs), Plan(seed))
    return _learnt(inputs, blend, x, parts.mean(axis=2), parts, material.y, {})


def _learnt(
    inputs: tuple[Input, ...], blend: Blend, x: Floats, raw: Floats, parts: Floats, y: Floats, counts: dict[str, int]
) -> Learnt:
    """Calibrated on each repeat's log odds at once; the margins told are the means over repeats."""
    slope, offset = platt(raw.T.ravel(), np.tile(y, raw.shape[1]))
    return Learnt(inputs, blend.calibrated(slope, offset), x, slope * raw.mean(axis=1) + offset, parts, counts)


def _fitted(
    material: Material,
    x: Floats,
    recipe: Recipe,
    seed: int,
    raw: Floats,
    rng: np.random.Generator,
    *,
    missing: Floats | None = None,
    inputs: Sequence[Input] = (),
) -> tuple[Blend, dict[str, int]]:
    """The learners on ``x`` with what the recipe adds."""
    y = material.y
    inputs = inputs or inputs_of(material.raws, y, material.directions)
    directions = directions_of(inputs)
    hard = difficulty(x, y, raw, material.missing if missing is None else missing) if recipe.start < 1 else None
    weight, counts = np.ones(len(y)), {}
    if recipe.enlarged:
        extra = enlarge(x, y, raw, directions, rng)
        counts = {"implied": extra.implied, "between": extra.between}
        more_x, more_y = [extra.x], [extra.y]
        if material.drafted is not None:
            raws, drafted_y = material.drafted
            columns = [one.numbers if one.numbers is not None else one.labels for one in raws]
            more_x.append(matrix(inputs, columns, len(drafted_y)))
            more_y.append(drafted_y)
            counts["drafted"] = len(drafted_y)
        added = sum(len(part) for part in more_y)
        x, y = np.vstack([x, *more_x]), np.concatenate([y, *more_y])
        weight = np.concatenate([weight, np.full(added, WEIGHT)])
        if hard is not None:
            hard = np.concatenate([hard, np.full(added, 1.0)])
    return fit_blend(x, y, directions, Plan(seed, recipe.start), weight=weight, difficulty=hard), counts


def _crossfitted(material: Material, recipe: Recipe, seed: int, before: Learnt | None) -> Floats:
    """Log odds of every row by learners that had not seen its fold: rows x repeats x learners."""
    known = None if before is None else before.parts.mean(axis=(1, 2))
    out: list[Floats] = []
    for repeat, inside, outside in _splits(material.y, seed):
        part, fold_seed = material.take(outside), seed + 101 * repeat
        rng = np.random.default_rng(fold_seed)
        inputs = inputs_of(part.raws, part.y, material.directions)
        x = training_matrix(inputs, part.raws, part.y, rng)
        raw = np.zeros(len(part.y)) if known is None else known[outside]
        blend, _ = _fitted(part, x, recipe, fold_seed, raw, rng, inputs=inputs)
        if len(out) <= repeat:
            out.append(np.empty((len(material.y), 2 + len(blend.forests))))
        out[repeat][inside] = blend.parts(_seen(material, inputs, inside))
    return np.stack(out, axis=1)


def _boosted_again(material: Material, recipe: Recipe, seed: int, before: Learnt) -> Floats:
    """As ``_crossfitted``, only the boosted trees anew: the others do not know an order of rows."""
    parts = before.parts.copy()
    known = before.parts.mean(axis=(1, 2))
    for repeat, inside, outside in _splits(material.y, seed):
        part, fold_seed = material.take(outside), seed + 101 * repeat
        inputs = inputs_of(part.raws, part.y, material.directions)
        x = training_matrix(inputs, part.raws, part.y, np.random.default_rng(fold_seed))
        hard = difficulty(x, part.y, known[outside], part.missing)
        plan, weight = Plan(fold_seed, recipe.start), np.ones(len(part.y))
        trees = fit_boosted(x, part.y, directions_of(inputs), plan, weight=weight, difficulty=hard)
        parts[inside, repeat, 1] = np.clip(trees.sum(_seen(material, inputs, inside)), -6, 6)
    return parts


def _splits(y: Floats, seed: int) -> Iterator[tuple[int, Ints, Ints]]:
    """(repeat, rows of the fold, the other rows)."""
    repeats = REPEATS_SMALL if len(y) < SMALL_ROWS else 1
    for repeat in range(repeats):
        folds = folds_of(y, FOLDS if len(y) <= LARGE_ROWS else FOLDS_LARGE, seed + repeat)
        for k in np.unique(folds):
            yield repeat, np.flatnonzero(folds == k), np.flatnonzero(folds != k)


def _seen(material: Material, inputs: Sequence[Input], rows: Ints) -> Floats:
    taken = [raw.take(rows) for raw in material.raws]
    columns = [raw.numbers if raw.numbers is not None else raw.labels for raw in taken]
    return matrix(inputs, columns, len(rows))


def _reinforced(material: Material, x: Floats, blend: Blend, raw: Floats, seed: int) -> tuple[Blend, Floats]:
    """The network on all rows, and the log odds with networks that had not seen the fold."""
    directions = directions_of(inputs_of(material.raws, material.y, material.directions))
    mean, out = raw.mean(axis=1), raw.copy()
    for repeat, inside, outside in _splits(material.y, seed):
        if repeat == 0:
            net = train_net(
                x[outside],
                material.y[outside],
                material.bad[outside],
                material.vetoed[outside],
                mean[outside],
                directions,
                seed=seed,
            )
            for column in range(raw.shape[1]):
                out[inside, column] = 0.5 * raw[inside, column] + 0.5 * net.margin(x[inside], raw[inside, column])
    net = train_net(x, material.y, material.bad, material.vetoed, mean, directions, seed=seed)
    return replace(blend, net=net), out


def log_losses(learnt: Learnt, y: Floats) -> Floats:
    """The log loss of every row under its cross-fitted probability."""
    out: Floats = np.logaddexp(0, learnt.margins) - y * learnt.margins
    return out


def helps(before: Learnt, after: Learnt, y: Floats) -> bool:
    """Whether the fall of the cross-fitted log loss is more than its own standard error."""
    fall = log_losses(before, y) - log_losses(after, y)
    return bool(fall.mean() > fall.std(ddof=1) / np.sqrt(len(y)))


def choose_pace(material: Material, recipe: Recipe, seed: int, before: Learnt) -> tuple[float, Learnt]:
    """The pace with the least cross-fitted log loss, and what is learnt with it."""
    found = {pace: _parts_of(material, replace(recipe, start=pace), seed, before) for pace in PACES}
    losses = {pace: _loss(parts.mean(axis=2), material.y) for pace, parts in found.items()}
    best = min(PACES, key=lambda pace: (losses[pace], pace))
    return best, learn(material, replace(recipe, start=best), seed, before=before, parts=found[best])


def _parts_of(material: Material, recipe: Recipe, seed: int, before: Learnt) -> Floats:
    """The cross-fitted log odds by learner under a recipe."""
    if recipe.enlarged:
        return _crossfitted(material, recipe, seed, before)
    return _boosted_again(material, recipe, seed, before) if recipe.start < 1 else before.parts


def _loss(raw: Floats, y: Floats) -> float:
    """The mean log loss of log odds after calibration."""
    slope, offset = platt(raw.T.ravel(), np.tile(y, raw.shape[1]))
    margin = slope * raw.mean(axis=1) + offset
    return float((np.logaddexp(0, margin) - y * margin).mean())
