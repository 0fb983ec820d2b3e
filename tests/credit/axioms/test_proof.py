"""Proofs: what is proved holds everywhere, what is refuted is a real pair, and a false form proves nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from brambling.credit.axioms import axioms_from, check
from brambling.credit.axioms.model.forms import evaluate, form_of_trees, read_form, sign
from brambling.kit.errors import InputRejected

SCORE = {
    "sum": [
        500,
        {"bins": {"field": "income", "edges": [10_000, 30_000], "values": [0, 25, 40], "missing": -10}},
        {"bins": {"field": "delay", "edges": [1, 30], "values": [20, 0, -60], "missing": 0}},
        {"labels": {"field": "trade", "values": {"shop": 5, "farm": 0}, "missing": 0, "other": -5}},
        {
            "grid": {
                "rows": {"bins": {"field": "income", "edges": [20_000], "values": [0, 1], "missing": 0}},
                "columns": {"labels": {"field": "trade", "values": {"shop": 0, "farm": 1}, "other": 2, "missing": 2}},
                "values": [[0, 0, 0], [4, 2, 0]],
            }
        },
    ]
}
LIMIT = {
    "first": {
        "rules": [
            ["blocked == true", 0],
            ["score < 490", 0],
            ["score < 540", {"least": [50_000, {"scale": [0.25, {"field": "inflow"}]}]}],
        ],
        "else": {"least": [200_000, {"scale": [0.25, {"field": "inflow"}]}]},
    }
}
DECISION = {
    "first": {
        "rules": [["blocked == true or score < 490", {"text": "decline"}]],
        "else": {"text": "approve"},
    }
}
FORM: dict[str, Any] = {"terms": {"score": SCORE}, "outcomes": {"score": "score", "limit": LIMIT, "decision": DECISION}}
AXIOMS = [
    {
        "name": "income",
        "kind": "monotone",
        "field": "income",
        "direction": "increasing",
        "outcome": "score",
        "reason": "r",
    },
    {
        "name": "income-limit",
        "kind": "monotone",
        "field": "income",
        "direction": "increasing",
        "outcome": "limit",
        "reason": "r",
    },
    {
        "name": "inflow",
        "kind": "monotone",
        "field": "inflow",
        "direction": "increasing",
        "outcome": "limit",
        "reason": "r",
    },
    {
        "name": "delay",
        "kind": "monotone",
        "field": "delay",
        "direction": "decreasing",
        "outcome": "decision",
        "reason": "r",
    },
    {"name": "blocked", "kind": "veto", "when": "blocked == true", "value": "decline", "reason": "r"},
    {"name": "blocked-limit", "kind": "veto", "when": "blocked == true", "outcome": "limit", "value": 0, "reason": "r"},
    {"name": "cap", "kind": "cap", "field": "inflow", "factor": 0.25, "reason": "r"},
    {
        "name": "better",
        "kind": "dominance",
        "axes": {"income": "increasing", "inflow": "increasing", "delay": "decreasing"},
        "reason": "r",
    },
    {"name": "gender", "kind": "invariance", "field": "gender", "reason": "r"},
    {"name": "same", "kind": "consistency", "reason": "r"},
]


class Formal:
    """A scorer that is its form."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self.plain = plain
        self._read = read_form(plain)

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        return evaluate(self._read, application)

    def form(self) -> Mapping[str, Any]:
        return self.plain


class Pretending(Formal):
    """States a form and does otherwise."""

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        outcome = super().decide(application)
        return {**outcome, "limit": outcome["limit"] * (2 if application["gender"] == "F" else 1)}


def table(rows: int = 200, seed: int = 3) -> pl.DataFrame:
    draw = random.Random(seed)
    return pl.DataFrame(
        [
            {
                "income": round(draw.uniform(1_000, 60_000), 2) if draw.random() > 0.1 else None,
                "inflow": round(draw.uniform(10_000, 2_000_000), 2),
                "delay": draw.choice([0, 0, 3, 45]),
                "trade": draw.choice(["shop", "farm", "mine"]),
                "blocked": draw.random() < 0.1,
                "gender": draw.choice("FM"),
            }
            for _ in range(rows)
        ]
    )


def changed(**axioms: Any) -> list[dict[str, Any]]:
    return [entry | axioms.get(entry["name"], {}) for entry in AXIOMS]


def test_a_scorecard_with_a_decision_table_is_proved_on_every_axiom() -> None:
    checked = check(axioms_from(AXIOMS), Formal(FORM), table(), cases=500)
    assert {verdict.axiom: verdict.status for verdict in checked.verdicts} == {
        entry["name"]: "proved" for entry in AXIOMS
    }
    methods = {verdict.axiom: verdict.method for verdict in checked.verdicts}
    assert methods["income"] == "steps"
    assert methods["income-limit"] == "z3"
    assert methods["gender"] == "reads"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("bins", "income", [0, 25, 24]), "income-limit"),
        (("bins", "delay", [20, 21, -60]), "delay"),
    ],
)
def test_a_point_out_of_order_is_refuted_by_a_pair(path: Any, name: str) -> None:
    kind, field, values = path
    terms = [
        {kind: {**part[kind], "values": values}}
        if isinstance(part, dict) and part.get(kind, {}).get("field") == field
        else part
        for part in SCORE["sum"]
    ]
    # the cut of the score is moved to where the two bins differ
    rules = [["blocked == true", 0]] + [[f"score < {cut}", cut * 100] for cut in range(440, 560)]
    limit = {"first": {"rules": rules, "else": 60_000}}
    decision = {"first": {"rules": [["score < 521", {"text": "decline"}]], "else": {"text": "approve"}}}
    form = {"terms": {"score": {"sum": terms}}, "outcomes": {"score": "score", "limit": limit, "decision": decision}}
    entry = next(one for one in AXIOMS if one["name"] == name)
    checked = check(axioms_from([entry]), Formal(form), table(), cases=1)
    (verdict,) = checked.verdicts
    assert verdict.status == "broken"
    assert verdict.method == "proof"
    example = verdict.counter_example
    assert example is not None
    assert example.changed == (entry["field"],)


def test_a_form_that_is_not_what_the_scorer_does_proves_nothing() -> None:
    checked = check(axioms_from(AXIOMS), Pretending(FORM), table(), cases=2_000)
    assert checked.warnings == ("form-differs",)
    assert not [verdict for verdict in checked.verdicts if verdict.status == "proved"]
    assert "gender" in {verdict.axiom for verdict in checked.broken}


@pytest.mark.parametrize("seed", range(6))
def test_steps_agree_with_a_walk_over_every_cell(seed: int) -> None:
    """The naive way: every combination of cells of a small sum of tables, walked one by one."""
    draw = random.Random(seed)
    edges = [1.0, 2.0, 3.0]
    form = read_form(
        {
            "outcomes": {
                "y": {
                    "sum": [
                        {
                            "bins": {
                                "field": "x",
                                "edges": edges,
                                "values": sorted(draw.choices(range(9), k=4)),
                                "specials": [[2.0, draw.randint(0, 9)]] * (seed % 2),
                            }
                        },
                        {
                            "grid": {
                                "rows": {"bins": {"field": "x", "edges": [2.5], "values": [0, 1]}},
                                "columns": {"bins": {"field": "z", "edges": [0.0], "values": [0, 1]}},
                                "values": [
                                    [draw.randint(-1, 1), draw.randint(-1, 1)],
                                    [draw.randint(0, 2), draw.randint(0, 2)],
                                ],
                            }
                        },
                    ]
                }
            }
        }
    )
    cells = [0.5, 1.0, 1.5, 2.0, 2.2, 2.5, 2.7, 3.0, 3.5]
    rising = all(
        evaluate(form, {"x": a, "z": z})["y"] <= evaluate(form, {"x": b, "z": z})["y"]
        for z in (-1.0, 1.0)
        for a, b in pairwise(cells)
    )
    assert (sign(form, form.outcomes["y"], "x") in (0, 1)) == rising


def test_a_monotone_ensemble_is_proved_and_an_unconstrained_one_is_not() -> None:
    import lightgbm as lgb

    draw = np.random.default_rng(5)
    x = draw.uniform(0, 1, (600, 2))
    y = (x[:, 0] + 0.5 * np.sin(9 * x[:, 1]) + draw.normal(0, 0.3, 600) < 0.6).astype(float)
    frame = pl.DataFrame({"income": x[:, 0], "noise": x[:, 1]})
    axiom = axioms_from(
        [
            {
                "name": "a",
                "kind": "monotone",
                "field": "income",
                "direction": "decreasing",
                "outcome": "probability_default",
                "reason": "r",
            }
        ]
    )
    for constraint, status in (([-1, 0], "proved"), ([0, 0], "broken")):
        booster = lgb.train(
            {
                "objective": "binary",
                "verbose": -1,
                "num_leaves": 8,
                "monotone_constraints": constraint,
                "num_threads": 1,
            },
            lgb.Dataset(x, y, feature_name=["income", "noise"], params={"verbose": -1}),
            num_boost_round=20,
        )

        class Ensemble(Formal):
            def decide(self, a: Mapping[str, Any], booster: Any = booster) -> dict[str, Any]:
                return {"probability_default": float(booster.predict([[a["income"], a["noise"]]])[0])}

        scorer = Ensemble(form_of_trees(booster, "probability_default", ["income", "noise"]))
        (verdict,) = check(axiom, scorer, frame, cases=400).verdicts
        assert verdict.status == status


def test_a_form_with_an_unknown_node_is_told() -> None:
    with pytest.raises(InputRejected, match="no node"):
        read_form({"outcomes": {"y": {"magic": 1}}})
