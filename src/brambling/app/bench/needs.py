"""Needs found again in the synthetic town, beside a propensity model trained on the same data. All synthetic.

The town's needs follow from what happens to each business after its last statement line; the mechanism was fixed before
the finder was written. The finder reads statements, trades and ages only. The propensity model reads the same numbers
and the past sends with their answers, and ranks by the chance of a yes. Both choose a tenth of the businesses.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.app.bench.measure import Bench, Measure
from brambling.world import Town
from brambling.world.build import build

if TYPE_CHECKING:
    import polars as pl

    from brambling.marketing.needs.features.history import Histories
    from brambling.world import Simulation

BUSINESSES = 1000
SHARE = 0.10
# kind found: (the town's need, the offer sent for it, what it is called)
KINDS = {
    "gap-in-time": ("gap-ahead", "credit", "a gap 3 or more days ahead"),
    "gap-ahead": ("gap-ahead", "credit", "any gap, also one that is there"),
    "idle-cash": ("idle-cash", "wealth", "idle cash"),
}

Floats = NDArray[np.float64]


def run(bench: Bench) -> list[Measure]:
    """Precision among the tenth chosen, by need."""
    bench.say(f"needs: a town of {BUSINESSES} businesses")
    out = []
    for kind, found in precisions(bench.seed, BUSINESSES).items():
        note = f"base {found['base']:.1%}; propensity from trade, age, size and past sends {found['thin']:.1%}"
        out.append(
            Measure(
                f"needs: precision at 10 %, {KINDS[kind][2]}",
                found["finder"],
                "",
                "propensity model on the same data",
                found["propensity"],
                ">= 3 x propensity",
                note,
                synthetic=True,
            )
        )
    return out


def precisions(seed: int, businesses: int) -> dict[str, dict[str, float]]:
    """By kind: precision of the finder, of the propensity models, and the base rate."""
    from brambling.marketing.needs.model import NeedFinder

    town = build(Town(seed=seed, businesses=businesses))
    known = seen(town)
    days = sorted(town.needs["as_of"].unique().to_list())
    places = [(day - known.start).days for day in days]
    finder = NeedFinder(seed=7).fit(known, places)
    chances = finder.predict(known)
    out = {}
    for kind, (_need, offer, _words) in KINDS.items():
        truth = true_need(town, kind, days[-1], finder.look.lead_days)
        rich, thin = propensities(town, known, offer, days)
        ranked = {"finder": chances[kind], "propensity": rich, "thin": thin}
        out[kind] = {name: precision(score, truth) for name, score in ranked.items()} | {"base": float(truth.mean())}
    return out


def seen(town: Simulation) -> Histories:
    """What the bank sees of a town: the statements with the categories that it gives them itself."""
    import polars as pl

    from brambling.marketing.needs.features.history import histories
    from brambling.perception.cashflow import categorise

    names = dict(zip(town.businesses["business"], town.businesses["name"], strict=True))
    columns = ("date", "amount_minor", "counterparty", "memo", "account")
    parts = [
        part.with_columns(categorise(part.select(columns), holder=names[number])["category"])
        for (number,), part in town.statements.group_by("business", maintain_order=True)
    ]
    lines = pl.concat(parts).with_columns(customer=pl.col("business").cast(pl.String))
    who = town.businesses.sort("business").with_columns(customer=pl.col("business").cast(pl.String))
    return histories(lines, who.select("customer", "gbt4754", "opened_on"))


def true_need(town: Simulation, kind: str, day: date, lead_days: int) -> NDArray[np.bool_]:
    """Who has the need on ``day``, in the order of the businesses."""
    import polars as pl

    found = town.needs.filter((pl.col("as_of") == day) & (pl.col("kind") == KINDS[kind][0]))
    if kind == "gap-in-time":
        found = found.filter((pl.col("happens_on") - pl.col("as_of")).dt.total_days() >= lead_days)
    return town.businesses.sort("business")["business"].is_in(found["business"].to_list()).to_numpy()


def propensities(town: Simulation, known: Histories, offer: str, days: list[date]) -> tuple[Floats, Floats]:
    """The chance of a yes on the last of ``days``: from all the finder reads and past sends, and from the sends alone.

    The second is what is common: trade, age, size, month, contacts and answers so far.
    """
    from lightgbm import LGBMClassifier

    from brambling.marketing.needs.features.history import numbers_at
    from brambling.marketing.needs.model import HISTORY_DAYS_MIN, SETTINGS

    rows: list[Floats] = []
    answers: list[NDArray[np.bool_]] = []
    for day in days[:-1]:
        at = (day - known.start).days
        if at < HISTORY_DAYS_MIN:
            continue
        numbers = np.column_stack([numbers_at(known, at, 5), _past(town, offer, day)])
        who, taken = _sends(town, offer, day)
        rows.append(numbers[who])
        answers.append(taken)
    x, y = np.vstack(rows), np.concatenate(answers)
    now = np.column_stack([numbers_at(known, known.days, 5), _past(town, offer, days[-1])])

    def chance(learnt: Floats, asked: Floats) -> Floats:
        model = LGBMClassifier(**SETTINGS, random_state=7).fit(learnt, y)
        return np.asarray(model.predict_proba(asked), dtype=np.float64)[:, 1]

    return chance(x, now), chance(x[:, -6:], now[:, -6:])  # the last six columns are no account's


def _sends(town: Simulation, offer: str, day: date) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    import polars as pl

    sent = town.responses.filter((pl.col("offer") == offer) & (pl.col("as_of") == day) & pl.col("contacted"))
    return _places(town, sent["business"]), sent["taken"].to_numpy()


def _past(town: Simulation, offer: str, day: date) -> Floats:
    """Contacts about ``offer`` before ``day`` and how many were answered with yes, [businesses, 2]."""
    import polars as pl

    before = town.responses.filter((pl.col("offer") == offer) & (pl.col("as_of") < day) & pl.col("contacted"))
    counts = before.group_by("business").agg(pl.len().alias("contacts"), pl.col("taken").sum().alias("yes"))
    out = np.zeros((town.businesses.height, 2))
    out[_places(town, counts["business"])] = counts.select("contacts", "yes").to_numpy()
    return out


def _places(town: Simulation, businesses: pl.Series) -> NDArray[np.int64]:
    order = town.businesses["business"].sort().to_numpy()
    return np.searchsorted(order, businesses.to_numpy())


def precision(score: Floats, truth: NDArray[np.bool_]) -> float:
    """The share of true needs in the tenth with the highest score."""
    chosen = np.argsort(-score, kind="stable")[: max(1, round(len(score) * SHARE))]
    return float(truth[chosen].mean())
