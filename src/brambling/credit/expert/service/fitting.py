"""``fit``: a policy learnt from people's decisions in stages, each told on the same held-out part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from brambling.credit.axioms.features import typed
from brambling.credit.axioms.readers import axioms_of
from brambling.credit.axioms.rules import AxiomSet
from brambling.credit.expert.features.design import directions_of
from brambling.credit.expert.model import artefacts
from brambling.credit.expert.model.dialling import choose_cut, make_dial
from brambling.credit.expert.model.grounds import Grounds, bind, notes_of
from brambling.credit.expert.model.learning import Learnt, Material, Recipe, choose_pace, helps, learn, log_losses
from brambling.credit.expert.model.limits import fit_limits
from brambling.credit.expert.model.policy import Expert, references, rewritten
from brambling.credit.expert.model.reinforcing import need_train
from brambling.credit.expert.readers import read_decisions
from brambling.credit.expert.rules.agreement import Counts, agreement, counts_of, kappa, share, within
from brambling.credit.expert.service.measuring import figures_of, ratios_of
from brambling.credit.expert.shapes.policy import (
    STAGES,
    TRIED_BY_DEFAULT,
    Decisions,
    Figures,
    Fitted,
    Floats,
    Ints,
    LimitFigures,
    Stage,
    StageStory,
)
from brambling.credit.scorecard.features.columns import read_columns
from brambling.kit.clock import Clock, SystemClock
from brambling.kit.errors import InputRejected
from brambling.kit.reasons import Reason

AGREEMENT, HOLDOUT, RATIO_MIN = 0.94, 0.25, 0.87
ALONE_MAX = 0.99  # a column that alone orders approvals and declines so well was written after the decision
Said = Callable[[str], None]
Drafter = Callable[[Decisions, Grounds, Ints], tuple[Any, Floats] | None]


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    stages: tuple[Stage, ...]
    forced: bool
    target: float
    ratio_min: float
    seed: int
    currency: str


def fit(
    source: Any,
    decision: str,
    approve: str | Collection[str],
    *,
    limit: str | None = None,
    outcome: str | None = None,
    bad: Collection[str] = (),
    protected: Sequence[str] = (),
    exclude: Collection[str] = (),
    keep: Collection[str] = (),
    axioms: str | Path | AxiomSet = "default",
    stages: Collection[Stage] = TRIED_BY_DEFAULT,
    forced: bool = False,
    target: float = AGREEMENT,
    ratio_min: float = RATIO_MIN,
    holdout: float = HOLDOUT,
    drafts: Drafter | None = None,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
    seed: int = 7,
    clock: Clock | None = None,
    by: str = "expert fit",
    said: Said = lambda text: None,
) -> Fitted:
    """Learn from the decisions of a path or dataframe.

    ``stages`` beyond axioms and supervised are tried, and taken where the cross-fitted log loss falls by more than its
    standard error (all of them with ``forced``). ``target`` is the agreement at which the dial stands. ``protected``
    columns are no inputs: they are for the audit, and of the cuts only those are considered at which the lowest rate of
    approval of a group is at least ``ratio_min`` of the highest. ``holdout`` is the share of rows on which the stages
    are told; 0 tells none. The policy itself is then fitted on all rows. Raises InputRejected for input that cannot be
    learnt from, ExtraMissing where the stage reinforcement is asked for without the extra ``train``.
    """
    if not 0.5 < target <= 1:
        raise InputRejected(f"an agreement of {target}", expected="a share above 0.5, such as 0.95")
    if not 0 <= holdout <= 0.5:
        raise InputRejected(f"a held-out share of {holdout}", expected="a share from 0 to 0.5, such as 0.25")
    odd = set(stages) - set(STAGES)
    if odd:
        raise InputRejected(f"no stage {sorted(odd)[0]!r}", expected=f"one of {', '.join(STAGES)}")
    if "reinforcement" in stages:
        need_train()
    wanted = Wanted(tuple(one for one in STAGES if one in stages), forced, target, ratio_min, seed, currency)
    labels = (approve,) if isinstance(approve, str) else tuple(approve)
    given = read_decisions(
        source,
        decision=decision,
        approve=labels,
        limit=limit,
        outcome=outcome,
        bad=bad,
        protected=protected,
        mapping=mapping,
        currency=currency,
    )
    grounds = bind(axioms_of(axioms), given.frame.columns, roles=given.roles)
    columns = usable(given, grounds, exclude, keep)
    notes = [*given.notes, *columns.notes, *notes_of(grounds)]
    stories: list[StageStory] = []
    held_out: Figures | None = None
    limits: LimitFigures | None = None
    recipe: Recipe | None = None
    if holdout > 0:
        train, test = split(given.approved, holdout, seed)
        said("stages")
        recipe, stories, expert = _staged(given, columns, grounds, train, test, wanted, drafts, said)
        held_out, limits = stories_figures(stories), _limit_figures(expert, given, test)
    said("the policy on all rows")
    rows = np.arange(len(given.approved))
    material = columns.material(given, grounds, rows, _drafted(drafts, given, columns, grounds, rows))
    learnt, recipe = _by_recipe(material, recipe, wanted)
    expert = make_expert(learnt, material, given, columns, grounds, rows, wanted)
    story = {
        "decision": decision,
        "approve": list(labels),
        "rows": len(rows),
        "stages": _recipe_words(recipe),
        "seed": seed,
    }
    artefact = artefacts.make(expert, at=(clock or SystemClock()).now(), by=by, story=story)
    return Fitted(
        expert,
        artefact,
        tuple(stories),
        held_out,
        expert.dial.rungs,
        limits,
        len(rows),
        int(given.approved.sum()),
        columns.left_out,
        tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class Columns:
    """The usable columns of the whole file, and those left out."""

    raws: tuple[Any, ...]
    left_out: tuple[tuple[str, Reason], ...]
    notes: tuple[Reason, ...]
    vetoed: Floats

    def material(self, given: Decisions, grounds: Grounds, rows: Ints, drafted: Any = None) -> Material:
        """What is learnt from on these rows; what an axiom vetoes is decided without learning and left out of it."""
        keep = rows[self.vetoed[rows] == 0]
        if min(given.approved[keep].sum(), (1 - given.approved[keep]).sum()) < 3:
            keep = rows  # the vetoes tell nearly all of it: learn from what there is
        return Material(
            tuple(raw.take(keep) for raw in self.raws),
            given.approved[keep],
            given.bad[keep],
            self.vetoed[keep],
            dict(grounds.directions),
            drafted,
        )

    def learnable(self, given: Decisions, rows: Ints) -> Ints:
        """The rows of ``material``."""
        keep = rows[self.vetoed[rows] == 0]
        enough = min(given.approved[keep].sum(), (1 - given.approved[keep]).sum()) >= 3
        return keep if enough else rows


def usable(given: Decisions, grounds: Grounds, exclude: Collection[str], keep: Collection[str]) -> Columns:
    """The columns that the policy may read. Raises InputRejected where none is left."""
    frame = rewritten(given.frame, grounds, spelled=given.spelled)
    raws, left_out, notes = read_columns(frame, without={*given.roles, *exclude}, keep=keep)
    left_out += [(name, Reason("protected", {})) for name in given.groups]
    kept = []
    for raw in raws:
        if raw.name in grounds.excluded:
            left_out.append((raw.name, Reason("axiom-excludes", {})))
        elif raw.name not in keep and _knows(raw, given.approved):
            left_out.append((raw.name, Reason("knows-decision", {})))
        elif raw.numbers is None and raw.name in grounds.directions:
            raise InputRejected(f"an axiom orders {raw.name!r}, which is text", expected="a column of numbers")
        else:
            kept.append(raw)
    if not kept:
        raise InputRejected("no column is left to decide by", expected="columns that were known at the decision")
    vetoed = _vetoed(given, grounds)
    against = int((vetoed * given.approved).sum())
    if against:
        notes.append(Reason("veto-against-people", {"rows": str(against)}))
    return Columns(tuple(kept), tuple(left_out), tuple(notes), vetoed)


def _knows(raw: Any, approved: Floats) -> bool:
    """Filled for one side only, or ordering the two sides without a fault: known after the decision, not before."""
    from sklearn.metrics import roc_auc_score

    values = raw.numbers
    missing = np.isnan(values) if values is not None else np.array([label is None for label in raw.labels])
    rates = [float(missing[approved == side].mean()) for side in (0, 1)]
    if max(rates) >= 0.98 and min(rates) <= 0.02:
        return True
    if values is None:
        numbers = {label: float(approved[raw.labels == label].mean()) for label in set(raw.labels) if label is not None}
        if len(numbers) > 12:
            return False
        values = np.array([numbers.get(label, 0.5) for label in raw.labels])
    known = ~np.isnan(values)
    if known.sum() < 20 or len(np.unique(approved[known])) < 2:
        return False
    auc = float(roc_auc_score(approved[known], values[known]))
    return max(auc, 1 - auc) >= ALONE_MAX


def _vetoed(given: Decisions, grounds: Grounds) -> Floats:
    clauses = [clause for clause in grounds.clauses if clause.bound is None]
    names = [name for name in {n for c in clauses if c.when for n in c.when.names} if name in given.frame.columns]
    values = {name: typed(given.frame[name].to_list(), spelled=given.spelled)[1] for name in names}
    rows = [{name: values[name][i] for name in names} for i in range(len(given.approved))] if clauses else []
    held = [float(any(clause.applies(row) for clause in clauses)) for row in rows]
    return np.array(held) if held else np.zeros(len(given.approved))


def split(approved: Floats, holdout: float, seed: int) -> tuple[Ints, Ints]:
    """Rows to learn from and rows to tell by, both kinds of decision in proportion."""
    rng = np.random.default_rng(seed)
    test: list[Ints] = []
    for side in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(approved == side))
        test.append(rows[: max(1, round(holdout * rows.size))])
    held = np.sort(np.concatenate(test))
    return np.setdiff1d(np.arange(len(approved)), held), held


# -- stages --------------------------------------------------------------------------------------------------------


def _staged(
    given: Decisions,
    columns: Columns,
    grounds: Grounds,
    train: Ints,
    test: Ints,
    wanted: Wanted,
    drafts: Drafter | None,
    said: Said,
) -> tuple[Recipe, list[StageStory], Expert]:
    """Every stage learnt on ``train`` and told on ``test``; the recipe of those taken, and the expert they make."""
    material = columns.material(given, grounds, train, _drafted(drafts, given, columns, grounds, train))
    stories = [StageStory("axioms", _by_axioms(given, columns, grounds, test), None, None, False, True)]
    said("supervised")
    recipe, learnt = Recipe(), learn(material, Recipe(), wanted.seed)
    expert = make_expert(learnt, material, given, columns, grounds, train, wanted)
    loss = float(log_losses(learnt, material.y).mean())
    stories.append(StageStory("supervised", figures_of(expert, given, test), None, loss, True, True))
    for stage in wanted.stages:
        if stage in ("axioms", "supervised"):
            continue
        said(stage)
        tried, after = _with(stage, recipe, learnt, material, wanted.seed)
        candidate = make_expert(after, material, given, columns, grounds, train, wanted)
        helping = helps(learnt, after, material.y)
        taken = helping or wanted.forced
        stories.append(
            StageStory(
                stage,
                figures_of(candidate, given, test),
                float(log_losses(learnt, material.y).mean()),
                float(log_losses(after, material.y).mean()),
                helping,
                taken,
                _detail(stage, tried, after),
            )
        )
        if taken:
            recipe, learnt, expert = tried, after, candidate
    return recipe, stories, expert


def _with(stage: Stage, recipe: Recipe, learnt: Learnt, material: Material, seed: int) -> tuple[Recipe, Learnt]:
    if stage == "curriculum":
        pace, after = choose_pace(material, recipe, seed, learnt)
        return replace(recipe, start=pace), after
    tried = replace(recipe, enlarged=True) if stage == "enlarged" else replace(recipe, reinforced=True)
    return tried, learn(material, tried, seed, before=learnt)


def _detail(stage: Stage, recipe: Recipe, after: Learnt) -> dict[str, str]:
    if stage == "curriculum":
        return {"start": f"{recipe.start:g}"}
    return {name: str(count) for name, count in after.counts.items()} if stage == "enlarged" else {}


def _by_recipe(material: Material, recipe: Recipe | None, wanted: Wanted) -> tuple[Learnt, Recipe]:
    """What is learnt on all rows: by the stages that were taken, or, where none were told, by choosing them here."""
    learnt = learn(material, Recipe(), wanted.seed)
    if recipe is not None:
        return (learnt if recipe == Recipe() else learn(material, recipe, wanted.seed, before=learnt)), recipe
    chosen = Recipe()
    for stage in wanted.stages:
        if stage not in ("axioms", "supervised"):
            tried, after = _with(stage, chosen, learnt, material, wanted.seed)
            if wanted.forced or helps(learnt, after, material.y):
                chosen, learnt = tried, after
    return learnt, chosen


def _recipe_words(recipe: Recipe) -> list[str]:
    taken = {"enlarged": recipe.enlarged, "curriculum": recipe.start < 1, "reinforcement": recipe.reinforced}
    return ["axioms", "supervised", *(name for name, used in taken.items() if used)]


def _drafted(drafts: Drafter | None, given: Decisions, columns: Columns, grounds: Grounds, rows: Ints) -> Any:
    """Applications drafted and accepted, as columns like those that are learnt from."""
    found = drafts(given, grounds, rows) if drafts is not None else None
    if found is None:
        return None
    from brambling.credit.scorecard.features.columns import labels_of, numbers_of

    frame, y = found
    raws = tuple(
        replace(raw, numbers=numbers_of(frame[raw.name]), labels=None)
        if raw.numbers is not None
        else replace(raw, labels=labels_of(frame[raw.name], raw.width))
        for raw in columns.raws
    )
    return raws, y


def make_expert(
    learnt: Learnt,
    material: Material,
    given: Decisions,
    columns: Columns,
    grounds: Grounds,
    rows: Ints,
    wanted: Wanted,
) -> Expert:
    """Cut, dial, references and limits around what was learnt on ``rows``."""
    learnable = columns.learnable(given, rows)
    groups = {name: values[learnable] for name, values in given.groups.items()}
    p = np.round(learnt.probabilities, 6)
    cut = choose_cut(p, groups, wanted.ratio_min)
    dial = make_dial(p, material.y, cut, wanted.target)
    values = [raw.numbers if raw.numbers is not None else raw.labels for raw in material.raws]
    rng = np.random.default_rng(wanted.seed)
    best, worst = references(learnt.inputs, learnt.blend, values, learnt.x, rng)
    limits = None
    if given.limits is not None:
        approved = material.y > 0
        limits = fit_limits(
            learnt.x[approved], given.limits[learnable][approved], directions_of(learnt.inputs), wanted.seed
        )
    return Expert(learnt.inputs, learnt.blend, grounds, dial, best, worst, limits, wanted.currency)


def _by_axioms(given: Decisions, columns: Columns, grounds: Grounds, test: Ints) -> Figures:
    """Nothing learnt: what a veto declines is declined, and of the rest those are approved whose mean rank over the
    columns with a direction is in the better half; all where axioms give no column a direction."""
    from scipy.stats import rankdata

    ranks = []
    for raw in columns.raws:
        way = grounds.directions.get(raw.name, 0)
        if way and raw.numbers is not None:
            filled = np.where(np.isnan(raw.numbers), np.nanmedian(raw.numbers), raw.numbers)
            ranks.append(rankdata(way * filled)[test] / len(filled))
    yes = np.mean(ranks, axis=0) >= 0.5 if ranks else np.ones(len(test), bool)
    yes = yes & (columns.vetoed[test] == 0)
    counts = _counts(given.approved[test], yes)
    everything = share(len(test), len(test))
    figure, coefficient = agreement(counts), kappa(counts)
    return Figures(
        len(test), counts, figure, coefficient, counts, everything, figure, coefficient, ratios_of(given, test, yes)
    )


def _counts(approved: Floats, yes: Any) -> Counts:
    return counts_of(
        [("approve" if a else "decline", "approve" if b else "decline") for a, b in zip(approved, yes, strict=True)]
    )


def stories_figures(stories: Sequence[StageStory]) -> Figures:
    """The figures of the last stage that was taken."""
    return next(one.figures for one in reversed(stories) if one.taken)


def _limit_figures(expert: Expert, given: Decisions, test: Ints) -> LimitFigures | None:
    """Limits of held-out rows that both approved, against people's."""
    if expert.limits is None or given.limits is None:
        return None
    everything = expert.turned(expert.dial.deciding_all())
    outcomes = everything.decide_table(given.frame[test.tolist()], spelled=given.spelled)
    pairs = [
        (int(given.limits[row]), one.limit.minor)
        for row, one in zip(test, outcomes, strict=True)
        if one.decision == "approve" and one.limit is not None and given.approved[row] and given.limits[row] > 0
    ]
    if not pairs:
        return None
    shares = {
        percent: share(sum(within(person, machine, percent) for person, machine in pairs), len(pairs))
        for percent in (10, 20, 30)
    }
    return LimitFigures(len(pairs), {percent: one for percent, one in shares.items() if one is not None})
