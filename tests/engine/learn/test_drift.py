"""The watch: no alarm for noise, an alarm for change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.engine.learn import Bins, drift, psi, psi_critical
from brambling.engine.learn.features import psi_of_counts
from brambling.kit.errors import InputRejected

counts = st.lists(st.integers(0, 500), min_size=3, max_size=8).filter(any)


def naive(expected, actual) -> float:
    pairs = [(e + 0.5, a + 0.5) for e, a in zip(expected, actual, strict=True) if e + a > 0]
    e_all, a_all = sum(e for e, _ in pairs), sum(a for _, a in pairs)
    return sum((a / a_all - e / e_all) * math.log((a / a_all) / (e / e_all)) for e, a in pairs)


@given(counts, st.data())
def test_the_index_is_what_its_formula_says(expected, data) -> None:
    actual = data.draw(st.lists(st.integers(0, 500), min_size=len(expected), max_size=len(expected)).filter(any))
    value = psi_of_counts(np.array(expected), np.array(actual))
    assert value == pytest.approx(naive(expected, actual), abs=1e-12)
    assert value >= 0
    assert value == pytest.approx(psi_of_counts(np.array(actual), np.array(expected)), abs=1e-12)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=50))
def test_every_row_falls_into_one_bin(values) -> None:
    cut = Bins.of(np.array(values))
    assert cut.counts(np.array(values)).sum() == len(values)
    assert len(cut.counts(np.array([np.nan, 1e9]))) == cut.count


def test_noise_of_a_stable_population_stays_below_the_critical_value() -> None:
    random = np.random.default_rng(7)
    critical = psi_critical(10, 500, 300, 0.99)
    over = 0
    for _ in range(400):
        expected, actual = random.normal(size=500), random.normal(size=300)
        over += psi(expected, actual) > critical
    assert over <= 0.03 * 400  # 1 % by design; the half row in each bin and the learnt edges move it a little


def test_a_real_shift_raises_an_alarm_and_noise_does_not() -> None:
    random = np.random.default_rng(7)
    expected = random.normal(size=5000)
    noise = psi_critical(11, 5000, 5000)
    assert drift(psi(expected, random.normal(size=5000)), noise).level == "stable"
    assert drift(psi(expected, random.normal(0.4, 1, size=5000)), noise).level == "watch"
    assert drift(psi(expected, random.normal(1.0, 1, size=5000)), noise).level == "alarm"
    # 40 rows say nothing: an index of 0.3 is what chance gives
    assert drift(0.3, psi_critical(10, 40, 40)).level == "stable"


def test_new_categories_and_missing_values_count() -> None:
    assert psi(["a", "b"] * 100, ["a", "b"] * 100) == pytest.approx(0)
    assert psi(["a", "b"] * 100, ["a", "c"] * 100) > 0.25
    assert psi([1.0, 2.0] * 100, [1.0, float("nan")] * 100) > 0.25


def test_no_rows_are_rejected() -> None:
    with pytest.raises(InputRejected):
        psi([], [1.0])
    with pytest.raises(InputRejected):
        psi([1.0], [])
