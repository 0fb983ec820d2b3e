"""The blend, the bands, the paths, the hierarchy: what each promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.wealth.flows.features import calendar_of
from brambling.wealth.flows.model import bands, known, paths
from brambling.wealth.flows.model import series as amounts
from brambling.wealth.flows.model.blend import blend, mix, spread
from brambling.wealth.flows.model.hierarchy import reconcile, tree_of

GROUP = np.zeros(2, dtype=int)


def rolling_of(random: np.random.Generator, errors: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Candidates whose log errors have the given spread, at 12 origins of 7 days; current ones, and what came."""
    actual = 10 + random.normal(0, 0.1, (12, 2, 7))
    rolling = np.stack([actual + random.normal(0, error, actual.shape) for error in errors], axis=1)
    return rolling[0], rolling, actual


ORIGINS = list(range(200, 140, -5))


def test_the_better_candidate_weighs_more() -> None:
    current, rolling, actual = rolling_of(np.random.default_rng(1), [0.5, 0.05, 0.3])
    made = blend(current, rolling, actual, ORIGINS, 207, GROUP)
    assert np.allclose(made.weights.sum(axis=0), 1)
    assert (made.weights[1] > made.weights[2]).all()
    assert (made.weights[0] == 0).all()
    assert not made.naive.any()
    assert (made.relative < 1).all()


def test_the_naive_stays_when_nothing_beats_it() -> None:
    current, rolling, actual = rolling_of(np.random.default_rng(1), [0.01, 0.5, 0.6])
    made = blend(current, rolling, actual, ORIGINS, 207, GROUP)
    assert made.naive.all()
    assert np.array_equal(made.middle, current[0])
    assert np.array_equal(made.weights[0], [1.0, 1.0])


def test_weights_do_not_know_what_comes_after_their_origin() -> None:
    current, rolling, actual = rolling_of(np.random.default_rng(2), [0.5, 0.1, 0.1])
    other = actual.copy()
    other[0] += 3  # the latest origin goes wild: residuals of origins before it must not move
    one, two = (blend(current, rolling, came, ORIGINS, 207, GROUP) for came in (actual, other))
    assert np.allclose(one.residuals[2:], two.residuals[2:])


def test_the_point_leans_down_by_the_squared_spread_at_most_five_percent() -> None:
    current, rolling, actual = rolling_of(np.random.default_rng(3), [0.9, 0.1, 0.12])
    made = blend(current, rolling, actual, ORIGINS, 207, GROUP)
    lean = (made.middle - made.point)[:, 0]
    assert np.allclose(lean, np.minimum(spread(made.residuals) ** 2, 0.05))
    assert (lean >= 0).all() and (lean <= 0.05).all()


def test_mix_is_the_weighted_geometric_mean() -> None:
    logs = np.log(np.array([[[2.0]], [[8.0]]]))
    assert np.exp(mix(logs, np.array([[0.5], [0.5]])))[0, 0] == pytest.approx(4.0)
    assert np.isnan(mix(logs, np.zeros((2, 1)))).all()


def test_bands_cover_what_they_say_on_exchangeable_errors() -> None:
    random = np.random.default_rng(11)
    inner, outer = [], []
    for _ in range(60):
        scale = np.exp(random.normal(0, 0.2, 4))
        errors = random.normal(0, 1, (17, 4, 14)) * scale[None, :, None]
        flat = np.broadcast_to(scale, (16, 4))
        side = np.zeros(4, dtype=int)
        grid = bands.spread_grid(errors[1:], flat, scale, np.arange(16) * 5.0, side, 1)
        low, inner_low, inner_high, high = bands.at_levels(grid, (0.025, 0.10, 0.90, 0.975))
        inner.append(((errors[0] >= inner_low) & (errors[0] <= inner_high)).mean())
        outer.append(((errors[0] >= low) & (errors[0] <= high)).mean())
    assert 0.77 <= np.mean(inner) <= 0.83
    assert 0.93 <= np.mean(outer) <= 0.97


def test_bands_grow_with_restlessness() -> None:
    random = np.random.default_rng(4)
    calm = random.normal(0, 0.05, (1, 200))
    wild = random.normal(0, 0.5, (1, 200))
    start = np.zeros(2, dtype=int)
    scale = bands.restlessness(np.concatenate([calm, wild]), 200, start)
    assert scale[1] > 5 * scale[0]
    assert bands.restlessness(np.zeros((1, 100)), 100, start[:1])[0] >= bands.SCALE_MIN / 2


def test_paths_keep_each_days_band_and_what_misses_together() -> None:
    random = np.random.default_rng(6)
    shared = random.normal(0, 1, (16, 1, 1))
    residuals = np.broadcast_to(shared, (16, 2, 10)) + random.normal(0, 0.05, (16, 2, 10))
    grid = np.linspace(-2, 2, len(bands.GRID))[:, None, None] * np.ones((1, 2, 10))
    chosen = paths.draw_origins(np.arange(16) * 5.0, 2000, 60.0, random)
    drawn = paths.draw(np.zeros((2, 10)), grid, paths.templates(residuals), chosen, random)
    assert drawn.shape == (2000, 2, 10)
    assert np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 9])[0, 1] > 0.9
    assert abs(np.quantile(drawn[:, 0, 3], 0.5)) < 0.35


def test_paths_without_history_are_half_shared() -> None:
    random = np.random.default_rng(7)
    grid = np.linspace(-2, 2, len(bands.GRID))[:, None, None] * np.ones((1, 1, 5))
    drawn = paths.draw(np.zeros((1, 5)), grid, np.zeros((0, 1, 5)), np.zeros(4000, dtype=int), random)
    assert 0.35 < np.corrcoef(drawn[:, 0, 0], drawn[:, 0, 4])[0, 1] < 0.6


def test_a_tree_lists_every_level() -> None:
    tree = tree_of([("x", "a"), ("x", "b"), ("y", "a")], "total")
    assert tree.names == ("x>a", "x>b", "y>a", "x", "y", "total")
    assert tree.members[3:] == ((0, 1), (2,), (0, 1, 2))
    assert tree.children[5] == (3, 4)
    assert tree.depth == (2, 2, 2, 1, 1, 0)


def test_reconciled_means_against_the_closed_form() -> None:
    """MinT on the leaves, as textbooks write it: (S' W^-1 S)^-1 S' W^-1 y."""
    tree = tree_of([("x", "a"), ("x", "b"), ("y", "a")], "total")
    summing = np.zeros((6, 3))
    for node, leaves in enumerate(tree.members):
        summing[node, list(leaves)] = 1
    means = np.array([[10.0], [20.0], [5.0], [33.0], [5.5], [36.0]])
    variances = np.array([1.0, 2.0, 0.5, 3.0, 1.0, 4.0])
    weight = np.diag(1 / variances)
    expected = np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ means)
    assert np.allclose(reconcile(means, variances, tree), expected)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1e6), min_size=6, max_size=6))
def test_coherent_forecasts_stay_as_they_are(leaves: list[float]) -> None:
    labels = [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("z", "a"), ("z", "b")]
    tree = tree_of(labels, "total")
    values = np.array(leaves)[:, None]
    means = np.stack([values[list(members)].sum(axis=0) for members in tree.members])
    assert np.allclose(reconcile(means, np.ones(len(tree.names)), tree), values, rtol=1e-6, atol=1e-3)


def test_gaps_are_filled_from_the_week_before_and_never_from_later() -> None:
    values = np.arange(30, dtype=float)[None, :] + 1
    values[0, 20] = np.nan
    assert amounts.filled(values, np.zeros(1, dtype=int))[0, 20] == values[0, 13]


def test_a_known_flow_is_learnt_and_checked_on_days_held_back() -> None:
    random = np.random.default_rng(8)
    calendar = calendar_of(np.datetime64("2024-01-01"), 300)
    base = 1000 + random.normal(0, 20, (2, 300))
    planned = np.zeros((2, 300))
    planned[:, 20:290:15] = random.uniform(500, 3000, (2, 18))
    effect = known.learn(base + 0.6 * planned, planned, calendar)
    assert effect.helps
    assert effect.share == pytest.approx(0.6, abs=0.05)
    useless = known.learn(base, planned, calendar)
    assert useless.share < 0.03
    assert known.learn(base, np.zeros_like(base), calendar).days == 0
