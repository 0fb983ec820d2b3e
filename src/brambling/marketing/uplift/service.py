"""What a user can ask of past sends and of scored customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.engine.learn import Artefact, read_artefact
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.marketing.uplift.features import Encoder, learn
from brambling.marketing.uplift.model import dual
from brambling.marketing.uplift.model.calls import Walk, kept_calls, walk
from brambling.marketing.uplift.model.estimator import UpliftModel, model_of
from brambling.marketing.uplift.model.glm import RIDGE_MAIN, inverse, regress
from brambling.marketing.uplift.model.grid import BUDGET, Grid, offers_grid
from brambling.marketing.uplift.model.heterogeneity import balance
from brambling.marketing.uplift.model.learners import Sample, pseudo_outcomes
from brambling.marketing.uplift.model.qini import qini, qini_curve, qini_interval
from brambling.marketing.uplift.model.selector import Z95, Chosen, choose
from brambling.marketing.uplift.readers import (
    PROPENSITY_MIN,
    Calls,
    Question,
    Sends,
    read_calls,
    read_customers,
    read_offers,
    read_sends,
)
from brambling.marketing.uplift.rules import UPLIFT_DECIMALS, Bools, Floats, Note, Progress, act, break_even, verdict_of
from brambling.marketing.uplift.shapes import KIND, Allocation, CallPlan, Candidate, Group, Interval, Mark, UpliftFit

if TYPE_CHECKING:
    import polars as pl

NOTHING = Money(0)
BALANCE_LEVEL = 1e-4
BOOTSTRAPS = 200
GROUPS = 10
MARKS = 8
CURVE_POINTS = 101
RESULTS = ("row", "uplift", "lower", "upper", "act")


def fit(
    sends: Any,
    treatment: str,
    outcome: str,
    *,
    treated: Sequence[str] | str = (),
    control: str = "",
    propensity: str = "",
    exclude: Sequence[str] = (),
    keep: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    said: Progress | None = None,
) -> UpliftFit:
    """What contact changed, learnt from past sends (a path or any dataframe).

    ``treatment`` and ``outcome`` name columns; ``treated`` and ``control`` values of the treatment, where it has more
    than two or its values do not say which is which. Every other column is a feature, unless excluded, the name of a
    row, or known only after the outcome (``keep`` holds it in). Raises InputRejected as ``read_sends``.
    """
    arms = (treated,) if isinstance(treated, str) else tuple(treated)
    question = Question(
        treatment, outcome, tuple(word for word in arms if word), control, propensity, tuple(exclude), tuple(keep)
    )
    read = read_sends(sends, question, mapping)
    encoder, notes = learn(read.frame, list(read.features))
    if not encoder.columns:
        raise InputRejected("no column tells customers apart", expected="a feature with more than one value")
    x = encoder.encode(read.frame)
    chances, more = _chances(read, x)
    sample = Sample(x, read.treated, read.outcome, chances, "logit" if read.binary else "identity")
    chosen = choose(sample, seed, said)
    return _told(read, question, encoder, sample, chosen, (*read.notes, *notes, *more), seed)


def _told(
    read: Sends,
    question: Question,
    encoder: Encoder,
    sample: Sample,
    chosen: Chosen,
    notes: tuple[Note, ...],
    seed: int,
) -> UpliftFit:
    """The fitted model and all that was found on the way."""
    verdict = verdict_of(chosen.test.p_value)
    model = UpliftModel(
        encoder=encoder,
        fitted={name: one for name, one in chosen.fitted.items() if chosen.weights[name] > 0},
        weights={name: weight for name, weight in chosen.weights.items() if weight > 0},
        calibration=chosen.calibration,
        verdict=verdict,
        outcome=question.outcome,
        binary=read.binary,
    )
    on = read.treated == 1
    found = _orderings(chosen, on, read.outcome, seed)
    away = Z95 * chosen.average_error
    average = chosen.calibration.average
    return UpliftFit(
        model=model,
        verdict=verdict,
        statistic=chosen.test.statistic,
        directions=chosen.test.directions,
        rows_effective=chosen.test.rows_effective,
        p_value=chosen.test.p_value,
        average=Interval(average, average - away, average + away),
        rows_treated=int(on.sum()),
        rows_control=int((~on).sum()),
        rate_treated=float(read.outcome[on].mean()),
        rate_control=float(read.outcome[~on].mean()),
        qini=found["blend"],
        ahead_of={name: found[f"blend-{name}"] for name in ("response", "two-model")},
        candidates=tuple(
            Candidate(name, weight, chosen.losses[name], found[name]) for name, weight in chosen.weights.items()
        ),
        groups=_groups(chosen.unseen["blend"], sample),
        marks=_marks(chosen.unseen["blend"], sample.x * encoder.spread + encoder.mean, encoder.columns),
        slope_found=chosen.slope_found,
        slope_kept=chosen.calibration.slope,
        curve=_curve(chosen.unseen["blend"], on, read.outcome),
        features=read.features,
        treatment=question.treatment,
        outcome=question.outcome,
        treated=read.treated_words,
        control=read.control_word,
        binary=read.binary,
        notes=notes,
        seed=seed,
    )


def _chances(read: Sends, x: Floats) -> tuple[Floats, list[Note]]:
    """P(treated) of each row: given, or the share treated, or estimated where treatment follows the features."""
    if read.propensity is not None:
        return read.propensity, []
    share = float(read.treated.mean())
    test = balance(x, read.treated)
    if test.p_value >= BALANCE_LEVEL:
        return np.full(len(read.treated), share), []
    found = regress(x, read.treated, np.full(x.shape[1], RIDGE_MAIN), "logit").coefficients
    estimated = inverse("logit", found[0] + x @ found[1:])
    return np.clip(estimated, PROPENSITY_MIN, 1 - PROPENSITY_MIN), [Note("not-random", {"p": f"{test.p_value:.1e}"})]


def _orderings(chosen: Chosen, on: Bools, outcome: Floats, seed: int) -> dict[str, Interval]:
    """Qini of every cross-fitted ordering with its interval, and of the blend less each other one (paired)."""
    drawn = qini_interval(chosen.unseen, on, outcome, seed, BOOTSTRAPS)
    at = {name: qini(values, on, outcome) for name, values in chosen.unseen.items()}
    out = {name: _interval(at[name], values) for name, values in drawn.items()}
    for name in chosen.weights:
        out[f"blend-{name}"] = _interval(at["blend"] - at[name], drawn["blend"] - drawn[name])
    return out


def _interval(value: float, drawn: Floats) -> Interval:
    away = Z95 * float(drawn.std(ddof=1))
    return Interval(value, value - away, value + away)


def _groups(uplift: Floats, sample: Sample) -> tuple[Group, ...]:
    """Tenths by predicted uplift, the highest first, and what happened in each (doubly robust, 95 % interval)."""
    values = pseudo_outcomes(sample, 0)
    out = []
    for places in np.array_split(np.argsort(-uplift, kind="stable"), GROUPS):
        if places.size < 2:
            continue
        seen = values[places]
        away = Z95 * float(seen.std(ddof=1)) / places.size**0.5
        mean = float(seen.mean())
        out.append(Group(int(places.size), float(uplift[places].mean()), Interval(mean, mean - away, mean + away)))
    return tuple(out)


def _marks(uplift: Floats, raw: Floats, columns: list[str]) -> tuple[Mark, ...]:
    """The columns in which the fifth that answers most differs most from the fifth that answers least."""
    order = np.argsort(-uplift, kind="stable")
    fifth = max(len(order) // 5, 1)
    most, least = raw[order[:fifth]].mean(axis=0), raw[order[-fifth:]].mean(axis=0)
    spread = raw.std(axis=0)
    distance = np.divide(most - least, spread, out=np.zeros_like(spread), where=spread > 0)
    strongest = np.argsort(-np.abs(distance), kind="stable")[:MARKS]
    return tuple(
        Mark(columns[i], float(most[i]), float(least[i]), float(distance[i])) for i in strongest if distance[i] != 0
    )


def _curve(uplift: Floats, on: Bools, outcome: Floats) -> tuple[tuple[float, float], ...]:
    x, q = qini_curve(uplift, on, outcome)
    at = np.linspace(0, x[-1], CURVE_POINTS)
    return tuple((float(a / x[-1]), float(b / x[-1])) for a, b in zip(at, np.interp(at, x, q), strict=True))


def load(source: Path | str | Artefact) -> UpliftModel:
    """The model in a file or artefact; raises InputRejected for another kind, format, or damaged content."""
    return model_of(source if isinstance(source, Artefact) else read_artefact(Path(source), kind=KIND))


def score(
    model: Path | str | Artefact | UpliftModel | UpliftFit,
    customers: Any,
    *,
    value: Money | None = None,
    cost: Money | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[pl.DataFrame, list[Note]]:
    """Customers with ``row, uplift, lower, upper, act`` before their own columns, and what must be said.

    ``act`` is whether to contact: the uplift (the average, when there is no evidence that customers differ) exceeds
    the break-even ``cost / value``. Without a cost it exceeds zero; for an outcome that is an amount in yuan, ``value``
    is one yuan unless given. Raises InputRejected for a missing feature.
    """
    import polars as pl

    if isinstance(model, UpliftFit):
        chosen: UpliftModel = model.model
    else:
        chosen = model if isinstance(model, UpliftModel) else load(model)
    frame = read_customers(customers, chosen.features, mapping)
    uplift, lower, upper = chosen.predict(frame)
    threshold = break_even(value or Money(100), cost or Money(0))
    acts = act(uplift, chosen.calibration.average, chosen.verdict, threshold)
    results = pl.DataFrame(
        {
            "row": np.arange(1, frame.height + 1),
            "uplift": uplift,
            "lower": lower,
            "upper": upper,
            "act": acts,
        }
    ).with_columns(pl.col("uplift", "lower", "upper").round(UPLIFT_DECIMALS + 3))
    notes = [Note("replaced", {"column": name}) for name in RESULTS if name in frame.columns]
    rest = frame.drop([name for name in RESULTS if name in frame.columns])
    return pl.concat([results, rest], how="horizontal"), [*notes, *chosen.encoder.unseen(frame)]


@dataclass(frozen=True)
class Terms:
    """What an offer without columns of its own is worth and costs: the value of one outcome, the cost of a contact,
    and what a contact annoys (in yuan, because nothing else can be weighed against money)."""

    value: Money | None = None
    cost: Money = NOTHING
    nuisance: Money = NOTHING


def allocate(
    scored: Any,
    *,
    budget: Money | None = None,
    capacity: Mapping[str, int] | None = None,
    terms: Terms | None = None,
    contacts_max: int = 1,
    mapping: Mapping[str, str] | None = None,
) -> Allocation:
    """Who is contacted with what: the highest sum of need x uplift x value - cost - nuisance within the limits.

    ``scored`` is a row an offer: uplift, and where it has them customer, offer, channel, need, value, cost, nuisance;
    what is missing is one offer on one channel to a customer a row, a need of 1, and the amounts of ``terms``.
    ``capacity`` are contacts a channel; the key ``*`` is all channels together. Nobody gets more than ``contacts_max``
    contacts. Raises InputRejected for a negative limit, a channel that no row has, an offer that stands twice for one
    customer, and offers without a value.
    """
    terms, capacity = terms or Terms(), dict(capacity or {})
    _reject_limits(budget, capacity, contacts_max)
    frame = read_offers(scored, mapping)
    grid = offers_grid(frame, terms.value, terms.cost, terms.nuisance)
    resources = grid.resources(budget.minor if budget is not None else None, capacity)
    plan = dual.allocate(grid.values, resources, contacts_max)
    return _allocation(frame, grid, plan, resources)


def _reject_limits(budget: Money | None, capacity: Mapping[str, int], contacts_max: int) -> None:
    if budget is not None and budget.minor < 0:
        raise InputRejected(f"a budget of {budget}", expected="zero or more")
    for channel, count in capacity.items():
        if count < 0:
            raise InputRejected(f"a capacity of {count} for {channel!r}", expected="zero or more")
    if contacts_max < 1:
        raise InputRejected(f"{contacts_max} contacts a customer", expected="1 or more")


def _allocation(frame: pl.DataFrame, grid: Grid, plan: dual.Plan, resources: tuple[dual.Resource, ...]) -> Allocation:
    import polars as pl

    picked = grid.rows(plan.chosen)
    net = pl.Series("net_value", grid.column(grid.values)).fill_nan(None).round(2).cast(pl.Decimal(18, 2))
    names = {"value_minor": "value", "cost_minor": "cost", "nuisance_minor": "nuisance"}
    money = [
        (pl.col(one).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)) for one in names if one in frame.columns
    ]
    notes = [Note("replaced", {"column": name}) for name in ("chosen", "net_value") if name in frame.columns]
    table = frame.with_columns(money).rename({one: name for one, name in names.items() if one in frame.columns})
    table = table.with_columns(pl.Series("chosen", picked), net)
    missing = int(net.null_count())
    if missing:
        notes.append(Note("no-value", {"rows": missing}))
    reached = int(plan.chosen.any(axis=0).sum())
    counts = plan.chosen.sum(axis=1)
    return Allocation(
        table=table,
        contacts=int(plan.chosen.sum()),
        customers=reached,
        value=Money(round(plan.value * 100)),
        bound=Money(round(plan.bound * 100)),
        gap=plan.gap,
        cost=Money(int((plan.chosen * grid.cost_minor).sum())),
        prices={r.name: _price(r.name, p) for r, p in zip(resources, plan.prices, strict=True)},
        used={r.name: u for r, u in zip(resources, plan.used, strict=True)},
        limits={r.name: r.limit for r in resources},
        by_offer={name: int(count) for name, count in zip(grid.offers, counts, strict=True)},
        left_alone=plan.chosen.shape[1] - reached,
        notes=tuple(notes),
    )


def _price(name: str, price: float) -> float:
    return float(price) * (100 if name == BUDGET else 1)  # the budget is counted in fen, its price told a yuan


def calls(
    past: Any,
    outcome: str,
    *,
    attempts: str = "",
    exclude: Sequence[str] = (),
    share_learnt: float = 0.8,
    keep: float = 0.95,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    said: Progress | None = None,
) -> CallPlan:
    """Walk through past calls in the order of the file, predicting each block from what was known before it.

    ``outcome`` is 0/1 or yes/no; ``attempts`` the column with the calls made to each row's customer (1 each without
    it); ``keep`` the share of outcomes the stop rule must keep. Figures are of the rows after ``share_learnt``.
    Columns known only after a call (its duration) must be excluded; those that the file itself gives away are.
    Raises InputRejected for fewer than 1,000 rows, shares outside (0, 1), and an outcome that is not yes or no.
    """
    read = read_calls(past, outcome, attempts, tuple(exclude), mapping)
    for share, name in ((share_learnt, "the learnt share"), (keep, "the share to keep")):
        if not 0 < share < 1:
            raise InputRejected(f"{share} as {name}", expected="a share between 0 and 1")
    walked = walk(read.frame, read.features, read.outcome, read.attempts, share_learnt, keep, seed, said)
    return _plan_of(walked, read, keep)


def _plan_of(walked: Walk, read: Calls, keep: float) -> CallPlan:
    import polars as pl

    ahead = slice(walked.first, None)
    y, attempts = read.outcome[ahead], read.attempts[ahead]
    made, reached = kept_calls(walked.promise[ahead], walked.threshold[ahead], attempts, y)
    table = pl.DataFrame(
        {
            "row": np.arange(walked.first + 1, len(read.outcome) + 1),
            "probability": inverse("logit", walked.margin[ahead]),
            "calls_planned": made,
        }
    ).with_columns(pl.col("probability").round(UPLIFT_DECIMALS))
    return CallPlan(
        table=table,
        rows_learnt=walked.first,
        rows_walked=len(y),
        refits=walked.refits,
        rate_learnt=float(read.outcome[: walked.first].mean()),
        rate_walked=float(y.mean()),
        auc=_auc(walked.margin[ahead], y),
        calls_made=int(attempts.sum()),
        calls_kept=int(made.sum()),
        outcomes_made=int(y.sum()),
        outcomes_kept=int(reached.sum()),
        keep_target=keep,
        notes=read.notes,
    )


def _auc(score: Floats, outcome: Floats) -> float | None:
    """The chance that a row with the outcome scores above one without; None where one side is empty."""
    if not 0 < outcome.sum() < len(outcome):
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(outcome, score))
