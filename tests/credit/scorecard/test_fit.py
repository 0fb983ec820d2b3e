"""The fit: leaks named, columns of every kind, figures, the watch, bad input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

import brambling.credit.scorecard as room
from brambling.credit.scorecard import Fitted, fit, monitor, score
from brambling.credit.scorecard.features.measures import auc, ece, ks
from brambling.credit.scorecard.model.calibrating import probabilities
from brambling.credit.scorecard.rules import Calibration, probability
from brambling.kit.errors import InputRejected


def test_every_name_of_the_menu_is_there() -> None:
    assert all(getattr(room, name) is not None for name in room.__all__)


def test_the_fit_tells_its_story(fitted: Fitted) -> None:
    assert fitted.held_out == "newest"
    assert fitted.card_figures.auc.low <= fitted.card_figures.auc.value <= fitted.card_figures.auc.high
    assert fitted.card_figures.auc.value > 0.6
    assert dict(fitted.left_out)["loan_id"].code == "identifier"
    kinds = {item.name: item.kind for item in fitted.card.characteristics}
    assert kinds == {"income": "number", "debt": "number", "arrears": "number", "sector": "category", "bank": "history"}
    assert next(i for i in fitted.card.characteristics if i.name == "arrears").specials == (999.0,)
    for story in fitted.stories:
        assert sum(one.rows for one in story.bins) == fitted.rows
        assert sum(one.share for one in story.bins) == pytest.approx(1)
    assert [one.factor for one in fitted.sensitivity] == [1.0, 1.5, 2.0, 3.0]
    assert [one.bad_rate for one in fitted.sensitivity] == sorted(one.bad_rate for one in fitted.sensitivity)


def test_the_same_seed_gives_the_same_card(table: pl.DataFrame) -> None:
    small = table.head(500)
    first, second = (fit(small, "status", "lost", form="additive") for _ in range(2))
    assert first.artefact.version == second.artefact.version
    assert first.held_out == "random"


def test_leaks_are_named_and_left_out_unless_insisted_on(table: pl.DataFrame) -> None:
    bad = (table["status"] == "lost").to_numpy()
    rng = np.random.default_rng(5)
    leaky = table.with_columns(
        collected=pl.Series([100.0 if one else None for one in bad]),
        after=pl.Series(np.where(bad, 1.0, 0.0) + rng.normal(0, 0.4, bad.size)),
        closed=pl.Series([f"{year + 2}-05-01" for year in table["year"]]),
        gender=pl.Series(rng.choice(["f", "m"], bad.size)),
        always=pl.lit(1),
    )
    codes = {name: reason.code for name, reason in fit(leaky, "status", "lost", time="year", form="additive").left_out}
    assert codes["collected"] == "leak-filled-for-bad"
    assert codes["after"].startswith("leak-")
    assert codes["closed"] == "leak-dated-after"
    assert codes["gender"] == "protected"
    assert codes["always"] == "constant"
    kept = fit(leaky, "status", "lost", keep=["after"], exclude=["collected"], form="additive")
    assert "after" in kept.card.columns
    assert "collected" not in {*kept.card.columns, *(name for name, _ in kept.left_out)}


def test_weights_move_the_probabilities_to_the_population(table: pl.DataFrame) -> None:
    weighted = table.with_columns(w=pl.when(pl.col("status") == "lost").then(1.0).otherwise(10.0))
    fitted = fit(weighted, "status", "lost", weight="w", form="additive")
    bad = (weighted["status"] == "lost").to_numpy()
    rate = np.average(bad, weights=weighted["w"].to_numpy())
    p = score(fitted.card, weighted).table["probability_default"].to_numpy()
    assert np.average(p, weights=weighted["w"].to_numpy()) == pytest.approx(rate, rel=0.15)


def test_drift_raises_an_alarm_and_recalibration_mends_the_rate(
    fitted: Fitted, make: Callable[..., pl.DataFrame]
) -> None:
    calm = monitor(fitted.artefact, make(seed=9), target="status", bad="lost")
    assert not calm.alarm
    worse = make(seed=10, shift=1.2)
    watched = monitor(fitted.artefact, worse, target="status", bad="lost", recalibrate=True)
    assert [one.level for one in watched.rates] == ["alarm"]
    assert watched.recalibrated_rates[0].level == "stable"
    moved = monitor(fitted.artefact, worse.with_columns(income=pl.col("income") / 10), time="year")
    assert {one.period for one in moved.stability} == {"2020", "2021", "2022", "2023", "2024"}
    assert any(one.name == "income" and one.level == "alarm" for one in moved.stability)
    assert moved.rates == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"target": "nothing", "bad": "lost"}, "no column 'nothing'"),
        ({"target": "status", "bad": "gone"}, "expected one of lost, paid"),
        ({"target": "one", "bad": "1"}, "one class only"),
        ({"target": "status", "bad": "lost", "exclude": ["x"]}, "no column 'x'"),
        ({"target": "status", "bad": "lost", "weight": "debt"}, "is no weight"),
        ({"target": "status", "bad": "lost", "time": "sector"}, "is no time"),
    ],
)
def test_bad_input_is_one_clear_line(table: pl.DataFrame, options: dict, said: str) -> None:
    with pytest.raises(InputRejected, match=said):
        fit(table.with_columns(one=pl.lit(1)), **options)


def test_too_few_rows_are_rejected(table: pl.DataFrame) -> None:
    with pytest.raises(InputRejected, match="too few"):
        fit(table.head(40), "status", "lost")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(1, 4)), min_size=4, max_size=40))
def test_auc_is_that_of_scikit_learn(rows: list[tuple[bool, int, int]]) -> None:
    bad, risk, weight = (np.array(column, float) for column in zip(*rows, strict=True))
    if 0 < bad.sum() < bad.size:
        assert auc(bad, risk, weight) == pytest.approx(roc_auc_score(bad, risk, sample_weight=weight))
        assert 0 <= ks(bad, risk, weight) <= 1 + 1e-9


def test_ece_of_true_probabilities_is_small_and_of_wrong_ones_large() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    bad = (rng.random(p.size) < p).astype(float)
    assert ece(bad, p, np.ones(p.size)) < 0.02
    assert ece(bad, p / 2, np.ones(p.size)) == pytest.approx(0.25, abs=0.02)


@given(st.integers(-5000, 120_000))
def test_probabilities_of_arrays_are_those_of_the_rules_and_fall_with_the_score(hundredths: int) -> None:
    line = Calibration("isotonic", (40_000, 50_000, 60_000), (1.0, -1.0, -4.0))
    pair = probabilities(line, np.array([hundredths, hundredths + 500]))
    assert pair[0] == probability(line, hundredths)
    assert pair[0] >= pair[1]
