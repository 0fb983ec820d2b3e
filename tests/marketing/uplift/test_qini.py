"""The Qini against a naive second implementation and the figures of another library."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.marketing.uplift.model.qini import qini, qini_curve, qini_interval
from brambling.marketing.uplift.rules import Bools, Floats


def naive(score: Floats, treated: Bools, outcome: Floats) -> float:
    """The definition, customer by customer."""

    def area(values: list[float]) -> tuple[float, float]:
        points = [(0.0, 0.0)]
        for level in sorted(set(values), reverse=True):
            inside = [i for i, value in enumerate(values) if value >= level]
            n_t = sum(bool(treated[i]) for i in inside)
            n_c = len(inside) - n_t
            y_t = sum(float(outcome[i]) for i in inside if treated[i])
            y_c = sum(float(outcome[i]) for i in inside if not treated[i])
            points.append((len(inside), y_t - (y_c * n_t / n_c if n_c else 0.0)))
        total = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
        return total, points[-1][0] * points[-1][1] / 2

    ours, line = area([float(value) for value in score])
    perfect, line_too = area([float(y) if t else -float(y) for y, t in zip(outcome, treated, strict=True)])
    return (ours - line) / (perfect - line_too) if perfect - line_too > 1e-12 else 0.0


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), min_size=2, max_size=40),
)
def test_it_is_what_the_definition_says(rows: list[tuple[int, bool, bool]]) -> None:
    score, treated, outcome = (np.array(column) for column in zip(*rows, strict=True))
    expected = naive(score.astype(float), treated, outcome.astype(float))
    assert qini(score.astype(float), treated, outcome.astype(float)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "modulus", "theirs"), [(500, 101, 0.06331572947405428), (2000, 1999, 0.045295068684379707)]
)
def test_it_gives_the_figures_of_scikit_uplift(rows: int, modulus: int, theirs: float) -> None:
    # computed once with qini_auc_score of scikit-uplift 0.5.1 on these very rows
    i = np.arange(rows)
    score = i * 37 % modulus
    treated = i * 53 % 7 < 3
    outcome = (i * 29 % 11 < 3 + (treated & (score > modulus // 2))).astype(float)
    assert qini(score.astype(float), treated, outcome) == pytest.approx(theirs, rel=1e-12)


def test_a_weight_of_two_is_a_row_that_stands_twice() -> None:
    random = np.random.default_rng(3)
    score, treated, outcome = random.normal(size=60), random.random(60) < 0.5, (random.random(60) < 0.4) * 1.0
    weight = random.integers(0, 3, 60)
    again = np.repeat(np.arange(60), weight)
    expected = qini(score[again], treated[again], outcome[again])
    assert qini(score, treated, outcome, weight.astype(float)) == pytest.approx(expected)


def test_one_score_for_all_is_a_random_ordering() -> None:
    treated, outcome = np.arange(20) % 2 == 0, (np.arange(20) % 3 == 0) * 1.0
    assert qini(np.zeros(20), treated, outcome) == pytest.approx(0.0)
    x, q = qini_curve(np.zeros(20), treated, outcome)
    assert list(x) == [0, 20]
    assert q[0] == 0


def test_the_same_scores_have_the_same_bootstrap() -> None:
    random = np.random.default_rng(5)
    score, treated, outcome = random.normal(size=80), random.random(80) < 0.5, (random.random(80) < 0.4) * 1.0
    drawn = qini_interval({"a": score, "b": 2 * score + 1}, treated, outcome, seed=1, draws=20)
    assert (drawn["a"] == drawn["b"]).all()
