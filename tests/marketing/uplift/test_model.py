"""The parts of the estimator, each against a second implementation or a known truth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from brambling.marketing.uplift.features import Encoder, leaks, learn, ranks
from brambling.marketing.uplift.model.glm import interactions, regress
from brambling.marketing.uplift.model.heterogeneity import score_test
from brambling.marketing.uplift.model.selector import Calibration


def test_the_regression_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(1)
    x = random.normal(size=(500, 4))
    y = (random.random(500) < 1 / (1 + np.exp(-x[:, 0]))).astype(float)
    ours = regress(x, y, np.full(4, 2.0), "logit").coefficients
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=1000).fit(x, y)
    assert ours[1:] == pytest.approx(theirs.coef_[0], abs=1e-4)
    assert ours[0] == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_interactions_vanish_where_arms_answer_alike() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(3_000, 5))
    treated = (random.random(3_000) < 0.5).astype(float)
    alike = 1 / (1 + np.exp(-(x[:, 0] + treated - 2)))
    _b, high = interactions(x, treated, (random.random(3_000) < alike).astype(float), "logit")
    differ = 1 / (1 + np.exp(-(x[:, 0] + treated * (1 + 1.5 * x[:, 1]) - 2)))
    coefficients, low = interactions(x, treated, (random.random(3_000) < differ).astype(float), "logit")
    assert high > low
    assert coefficients[7 + 1] == pytest.approx(1.5, abs=0.3)


@pytest.mark.parametrize("rate", [0.5, 0.02])
def test_the_score_test_keeps_its_level(rate: float) -> None:
    alarms = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        x = random.normal(size=(800, 8))
        treated = (random.random(800) < 0.5).astype(float)
        y = (random.random(800) < rate).astype(float)
        alarms += score_test(x, y - y.mean(), treated - 0.5).p_value < 0.05
    assert alarms <= 27  # 15 expected; 27 is far outside chance


def test_intervals_widen_away_from_the_average() -> None:
    calibration = Calibration(0.05, 0.8, 0.1, np.diag([1e-4, 0.04]))
    middle, lower, upper = calibration.uplift(np.array([0.1, 0.3]))
    assert middle.tolist() == pytest.approx([0.05, 0.21])
    assert upper[0] - middle[0] == pytest.approx(1.959964 * 0.01)
    assert upper[1] - lower[1] > upper[0] - lower[0]


def test_ranks_are_shares_between_knots_and_ties_stand_in_the_middle() -> None:
    knots = np.array([0.0, 0.0, 0.0, 10.0, 20.0])
    assert ranks(np.array([-5.0, 0.0, 5.0, 10.0, 15.0, 99.0]), knots).tolist() == pytest.approx(
        [0, 0.25, 0.625, 0.75, 0.875, 1.0]
    )


def test_an_encoder_survives_json_and_missing_values() -> None:
    frame = pl.DataFrame(
        {
            "age": [None, *[str(number) for number in range(99)]],
            "town": (["a"] * 50 + ["b"] * 30 + ["c"] * 15 + [None] * 5),
            "flat": ["x"] * 100,
            "id": [f"k{number}" for number in range(100)],
        }
    )
    encoder, notes = learn(frame, frame.columns)
    assert {note.code: note.parameters["column"] for note in notes} == {"constant": "flat", "identifier": "id"}
    assert encoder.columns == ["age", "age missing", "town = b", "town = other"]
    again = Encoder.from_plain(encoder.to_plain())
    x = encoder.encode(frame)
    assert np.isfinite(x).all()
    assert (again.encode(frame) == x).all()
    assert x.std(axis=0) == pytest.approx(np.ones(4))


def test_a_leak_needs_many_rows() -> None:
    outcome = np.arange(500) % 10 == 0
    few = pl.Series([1.0 if number < 1 else 0.0 for number in range(500)])
    assert not leaks(few, outcome)
    assert leaks(pl.Series(np.where(outcome, 5.0, 0.0)), outcome)
    assert leaks(pl.Series(np.where(outcome, "bought", "no")), outcome)
    assert not leaks(pl.Series(np.arange(500) % 7), outcome)
