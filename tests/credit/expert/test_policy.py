"""The policy: laws of its rules, learners against their own libraries, axioms kept, the same after reload."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.credit.axioms import axioms_from, check
from brambling.credit.expert import Fitted, decide, fit
from brambling.credit.expert.model.artefacts import EXPERT
from brambling.credit.expert.model.blend import Plan, fit_blend
from brambling.credit.expert.model.dialling import choose_cut, clopper_pearson, expected_kappa, make_dial
from brambling.credit.expert.model.enlarging import enlarge
from brambling.credit.expert.model.grounds import bind
from brambling.credit.expert.model.line import fit_line
from brambling.credit.expert.model.trees import of_boosters, of_forest
from brambling.credit.expert.rules.policy import BELOW_LINE, Dial, choose, reasons_of
from brambling.engine.learn import read_artefact, write_artefact
from brambling.kit.errors import InputRejected

PROBABILITY = st.floats(0, 1).map(lambda p: round(p, 6))
ORDER = ("decline", "refer", "approve")


@given(PROBABILITY, PROBABILITY, PROBABILITY, st.floats(0, 1))
def test_a_higher_probability_never_decides_worse(a: float, b: float, cut: float, confidence: float) -> None:
    dial = Dial(cut, confidence, 0.9)
    low, high = sorted((a, b))
    assert ORDER.index(choose(low, dial)[0]) <= ORDER.index(choose(high, dial)[0])


@given(PROBABILITY, PROBABILITY)
def test_all_decided_means_all_decided(p: float, cut: float) -> None:
    assert choose(p, Dial(cut, 0.99, 0.9).deciding_all())[0] != "refer"


def test_reasons_are_the_largest_losses_or_the_line_itself() -> None:
    assert reasons_of(["a", "b", "c"], [0.02, 0.3, 0.001]) == ["b", "a"]
    assert reasons_of(["a"], [0.0]) == [BELOW_LINE]


def test_the_dial_counts_what_it_says() -> None:
    rng = np.random.default_rng(1)
    p = np.round(rng.random(500), 6)
    y = (rng.random(500) < p).astype(float)
    dial = make_dial(p, y, 0.5, 0.9)
    yes = p >= 0.5
    confidence = np.round(np.where(yes, p, 1 - p), 6)
    for rung in dial.rungs:
        inside = confidence >= rung.confidence
        assert rung.share == pytest.approx(inside.mean())
        assert rung.agreement == pytest.approx((yes == (y > 0))[inside].mean())
    chosen = next(rung for rung in dial.rungs if rung.confidence == dial.confidence)
    assert chosen.agreement >= 0.9
    assert all(rung.share <= chosen.share for rung in dial.rungs if rung.agreement >= 0.9)


def test_an_agreement_out_of_reach_refers_everything() -> None:
    p = np.full(50, 0.6)
    y = np.tile([1.0, 0.0], 25)
    dial = make_dial(p, y, 0.5, 0.99)
    assert choose(1.0, dial)[0] == "refer"


def test_clopper_pearson_covers() -> None:
    """The exact interval holds the truth in 95 % of samples and more."""
    rng = np.random.default_rng(2)
    found = [clopper_pearson(int(rng.binomial(60, 0.9)), 60) <= 0.9 for _ in range(600)]
    assert np.mean(found) >= 0.94


def test_expected_kappa_is_the_mean_of_counted_ones() -> None:
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(3)
    p = rng.beta(0.6, 0.4, 4_000)
    yes = p > 0.45
    counted = np.mean([cohen_kappa_score(rng.random(p.size) < p, yes) for _ in range(20)])
    assert expected_kappa(p, yes) == pytest.approx(counted, abs=0.01)


def test_the_cut_keeps_the_ratio_between_groups_where_one_can() -> None:
    rng = np.random.default_rng(4)
    group = np.array(["a"] * 300 + ["b"] * 300, dtype=object)
    p = np.round(np.where(group == "a", rng.beta(6, 2, 600), rng.beta(4, 2, 600)), 6)
    free, kept = choose_cut(p, {}, 0.9), choose_cut(p, {"g": group}, 0.9)
    rates = [float((p[group == name] >= kept).mean()) for name in ("a", "b")]
    assert min(rates) / max(rates) >= 0.9
    assert kept <= free


# -- learners against their libraries --------------------------------------------------------------------------------


def _rows(rows: int = 200) -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(rows, 4)).astype(np.float32).astype(float)
    y = (x[:, 0] + 0.5 * x[:, 1] + rng.normal(0, 0.5, rows) > 0).astype(float)
    return x, y


def test_trees_as_arrays_answer_as_their_libraries() -> None:
    import lightgbm as lgb

    x, y = _rows()
    booster = lgb.train({"objective": "binary", "verbose": -1, "num_leaves": 5}, lgb.Dataset(x, y), 20)
    assert of_boosters([booster]).sum(x) == pytest.approx(booster.predict(x, raw_score=True), abs=1e-12)
    settings = {"objective": "regression", "boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1, "verbose": -1}
    forest = lgb.train(settings, lgb.Dataset(x, y), 20)
    assert of_forest(forest).sum(x) == pytest.approx(forest.predict(x), abs=1e-12)


def test_the_line_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    from brambling.credit.expert.model.line import widened

    x, y = _rows()
    line = fit_line(x, y, np.ones(len(y)), np.zeros(4, np.int64), 10.0)
    z = (widened(x, line.low, line.high, line.bent) - line.mean) / line.spread
    peer = LogisticRegression(C=0.1, tol=1e-8, max_iter=2_000).fit(z, y)
    assert line.margin(x) == pytest.approx(peer.decision_function(z), abs=2e-3)


def test_every_learner_keeps_directions_against_what_people_did() -> None:
    """Decisions that fall in a column for which an axiom wants them to rise: the blend stays flat at worst."""
    x, y = _rows()
    blend = fit_blend(x, 1 - y, np.array([1, 0, 0, -1]), Plan(1))
    ladder = np.repeat(x[:20], 15, axis=0)
    ladder[:, 0] = np.tile(np.linspace(-3, 3, 15), 20)
    p = blend.probability(ladder).reshape(20, 15)
    assert (np.diff(p, axis=1) >= -1e-12).all()


def test_made_rows_follow_the_axioms() -> None:
    x, y = _rows()
    directions = np.array([1, 0, 0, 0], np.int64)
    extra = enlarge(x, y, np.where(y > 0, 1.0, -1.0), directions, np.random.default_rng(1))
    assert extra.implied > 20
    implied = extra.x[: extra.implied]
    for row, label in zip(implied, extra.y, strict=False):
        base = x[np.all(x[:, 1:] == row[1:], axis=1)][0]
        assert (row[0] > base[0]) == (label > 0)


# -- fitted ----------------------------------------------------------------------------------------------------------


def test_it_learns_and_says_how_well(fitted: Fitted) -> None:
    assert [one.stage for one in fitted.stages] == ["axioms", "supervised"]
    assert fitted.held_out is not None and fitted.held_out.agreement is not None
    assert fitted.held_out.agreement.value > 0.8
    assert fitted.limits is not None and fitted.limits.within[30].value > 0.6
    assert ("gender", "protected") in {(name, reason.code) for name, reason in fitted.left_out}
    assert "income-never-hurts" in fitted.expert.grounds.held


def test_reload_gives_the_same_to_the_last_digit(fitted: Fitted, decisions: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "expert.json"
    write_artefact(fitted.artefact, path)
    again = read_artefact(path, kind="expert")
    assert again.version == fitted.artefact.version
    assert decide(again, decisions).table.equals(decide(fitted.expert, decisions).table)
    x = fitted.expert.blend.probability(np.zeros((1, sum(one.places for one in fitted.expert.inputs))))
    y = EXPERT.load(again).blend.probability(np.zeros((1, sum(one.places for one in fitted.expert.inputs))))
    assert x.tobytes() == y.tobytes()


def test_one_application_is_decided_as_in_a_table(fitted: Fitted, decisions: pl.DataFrame) -> None:
    table = decide(fitted.expert, decisions.head(30)).table
    for row, application in zip(table.to_dicts(), decisions.head(30).to_dicts(), strict=True):
        one = fitted.expert.decide(application)
        assert (one["decision"], one["confidence"]) == (row["decision"], row["confidence"])
        assert "; ".join(one["reasons"]) == row["reasons"]
        assert row["limit"] == (None if one["limit"] is None else f"{one['limit']:.2f}")


def test_the_table_keeps_the_input_and_its_order(fitted: Fitted, decisions: pl.DataFrame) -> None:
    given = decisions.with_columns(decision=pl.lit("old"), note=pl.lit("kept"))
    found = decide(fitted.expert, given)
    assert found.table.columns[:5] == ["row", "decision", "confidence", "limit", "reasons"]
    assert found.table["verified_income"].equals(decisions["verified_income"])
    assert found.table["note"].unique().to_list() == ["kept"]
    assert [note.params["column"] for note in found.notes if note.code == "replaced-column"] == ["decision"]


def test_blocked_is_declined_whatever_else(fitted: Fitted) -> None:
    rich = {"verified_income": 1e7, "overdue_days_max": 0, "trade": "food", "blocked": True, "requested": 1e6}
    answer = fitted.expert.decide(rich)
    assert (answer["decision"], answer["reasons"], answer["limit"]) == ("decline", ["blocked-is-declined"], 0)
    assert fitted.expert.decide({**rich, "blocked": False})["decision"] == "approve"
    assert fitted.expert.decide({**rich, "blocked": False, "requested": 50_000})["limit"] <= 50_000


def test_no_axiom_of_the_default_set_is_broken(fitted: Fitted, decisions: pl.DataFrame) -> None:
    checked = check("default", fitted.expert, decisions.drop("officer", "granted"), cases=150)
    assert [verdict.axiom for verdict in checked.broken] == []
    held = {verdict.axiom for verdict in checked.verdicts if verdict.status == "held"}
    assert {"income-never-hurts", "overdue-never-helps", "blocked-is-declined", "gender-is-no-ground"} <= held


def test_the_dial_turns(fitted: Fitted, decisions: pl.DataFrame) -> None:
    shares = [
        float((decide(fitted.expert, decisions, target=target).table["decision"] != "refer").mean() or 0)
        for target in (0.99, 0.9, 0.8)
    ]
    assert shares == sorted(shares)
    everything = decide(fitted.expert, decisions, all_decided=True).table
    assert "refer" not in everything["decision"].to_list()


def test_the_same_seed_gives_the_same_bytes(decisions: pl.DataFrame) -> None:
    small = decisions.head(90)
    one, other = (fit(small, "officer", "yes", stages=("enlarged", "curriculum"), seed=5) for _ in range(2))
    assert one.artefact.version == other.artefact.version
    assert [story.figures for story in one.stages] == [story.figures for story in other.stages]
    assert [story.loss_after for story in one.stages] == [story.loss_after for story in other.stages]
    assert {story.stage for story in one.stages} == {"axioms", "supervised", "enlarged", "curriculum"}
    for story in one.stages[2:]:
        assert story.taken == story.helping


def test_reinforcement_runs_and_keeps_directions(decisions: pl.DataFrame) -> None:
    pytest.importorskip("jax")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the training libraries, at import
        found = fit(decisions.head(70), "officer", "yes", stages=("reinforcement",), forced=True, holdout=0.0, seed=2)
    assert found.expert.blend.net is not None
    base = decisions.drop("officer", "granted").to_dicts()[0]
    ladder = [
        found.expert.decide({**base, "verified_income": income})["approval"] for income in range(0, 400_000, 20_000)
    ]
    assert ladder == sorted(ladder)
    again = EXPERT.load(found.artefact)
    assert again.decide(base) == found.expert.decide(base)


# -- any file --------------------------------------------------------------------------------------------------------


def test_fifty_rows_constant_infinite_and_missing() -> None:
    rng = np.random.default_rng(6)
    frame = pl.DataFrame(
        {
            "x": [float("inf"), None, *rng.normal(size=48)],
            "same": ["a"] * 50,
            "code": rng.choice(["p", "q", None], 50).tolist(),
            "ok": (["yes", "no"] * 25),
        }
    )
    found = fit(frame, "ok", "yes", stages=())
    codes = {note.code for note in found.notes}
    assert "infinite" in codes
    assert ("same", "constant") in {(name, reason.code) for name, reason in found.left_out}
    assert decide(found.expert, frame).table.height == 50


def test_thousands_of_categories_and_unseen_ones() -> None:
    rng = np.random.default_rng(7)
    rows = 1_400
    place = [f"p{i}" for i in rng.integers(0, 4_000, rows)]
    x = rng.normal(size=rows)
    frame = pl.DataFrame({"place": place, "x": x, "ok": np.where(x + rng.normal(size=rows) > 0, "1", "0")})
    found = fit(frame, "ok", "1", stages=(), holdout=0)
    assert any(note.code == "many-labels" for note in found.notes)
    other = decide(found.expert, pl.DataFrame({"place": ["never seen"], "x": [0.0]}))
    assert "unseen-labels" in [note.code for note in other.notes]


def test_a_column_that_knows_the_decision_is_left_out(decisions: pl.DataFrame) -> None:
    frame = decisions.head(150).with_columns(
        letter=pl.when(pl.col("officer") == "yes").then(pl.lit("sent")).otherwise(None)
    )
    found = fit(frame, "officer", "yes", stages=(), holdout=0)
    codes = {name: reason.code for name, reason in found.left_out}
    assert codes["letter"] == "knows-decision"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"officer": pl.lit("yes")}, "every decision is the same"),
        ({"officer": pl.concat_str(pl.lit("because "), pl.col("requested").cast(str))}, "--approve 'yes' is no value"),
        (
            {
                "officer": pl.when(pl.col("officer") == "no")
                .then(pl.col("requested").cast(str))
                .otherwise(pl.lit("yes"))
            },
            "free text",
        ),
    ],
)
def test_decisions_that_are_none_are_rejected(decisions: pl.DataFrame, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputRejected, match=words):
        fit(decisions.with_columns(**change), "officer", "yes", stages=())


def test_an_axiom_about_an_unknown_field_is_rejected(decisions: pl.DataFrame) -> None:
    axioms = axioms_from(
        [
            {
                "name": "a",
                "kind": "monotone",
                "field": "wealth",
                "direction": "increasing",
                "outcome": "decision",
                "reason": "r",
            }
        ]
    )
    with pytest.raises(InputRejected, match="no field or outcome 'wealth'"):
        fit(decisions, "officer", "yes", axioms=axioms)


def test_axioms_that_want_opposite_ways_are_rejected() -> None:
    entries = [
        {"name": way, "kind": "monotone", "field": "x", "direction": way, "outcome": "decision", "reason": "r"}
        for way in ("increasing", "decreasing")
    ]
    with pytest.raises(InputRejected, match="opposite ways"):
        bind(axioms_from(entries), ["x"])


def test_what_nothing_shows_does_not_count() -> None:
    axioms = axioms_from(
        [
            {
                "name": "shown",
                "kind": "evidence",
                "field": "income",
                "source": "paper",
                "outcome": "decision",
                "reason": "r",
            }
        ]
    )
    grounds = bind(axioms, ["income", "paper"])
    assert grounds.canonical({"income": 9, "paper": None})["income"] is None
    assert grounds.canonical({"income": 9, "paper": "slip"})["income"] == 9
