"""Exact sums, order of quantiles, and the conformal quantile against a slow version of its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.wealth.flows.rules import NOTES, Note, ordered, roll_up, weighted_quantiles, whole


@given(st.lists(st.integers(0, 10**12), min_size=3, max_size=12))
def test_sums_of_leaves_are_exact(amounts: list[int]) -> None:
    leaves = np.array(amounts, dtype=np.int64)[:, None]
    split = len(amounts) // 2
    parts = roll_up(leaves, [range(split), range(split, len(amounts)), range(len(amounts))])
    assert int(parts[0, 0]) + int(parts[1, 0]) == int(parts[2, 0]) == sum(amounts)


def test_no_flow_is_negative_and_amounts_are_whole() -> None:
    assert whole(np.array([-3.2, 0.4, 0.6, 12.5])).tolist() == [0, 0, 1, 12]


def test_crossed_quantiles_are_put_in_order() -> None:
    assert ordered(np.array([[3], [1], [2]])).ravel().tolist() == [1, 2, 3]


def slow_quantile(values: list[float], level: float) -> float:
    """Split conformal: the smallest value with rank at least level (n + 1), the largest when there is none."""
    ranked = sorted(values)
    for rank, value in enumerate(ranked, start=1):
        if rank >= level * (len(values) + 1) - 1e-9:
            return value
    return ranked[-1]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.sampled_from([0.025, 0.1, 0.5, 0.9, 0.975]))
def test_equal_weights_give_the_conformal_quantile(values: list[float], level: float) -> None:
    got = weighted_quantiles(np.array(values), np.ones(len(values)), [level])[0]
    assert got == slow_quantile(values, level)


def test_a_heavier_observation_pulls_the_quantile() -> None:
    values = np.array([0.0, 1.0, 2.0])
    assert weighted_quantiles(values, np.array([1.0, 1.0, 8.0]), [0.5])[0] == 2.0


def test_a_note_needs_a_known_code() -> None:
    with pytest.raises(AssertionError):
        Note("no-such-code")
    assert all(text for text in NOTES.values())
