"""The optimum against brute force, minimal conflicts, needs that hold on whole paths."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.wealth.ladder.features import joint_need
from brambling.wealth.ladder.model.conflicts import minimal_conflict
from brambling.wealth.ladder.model.plan import Offer, Problem, rows_of, solve
from brambling.wealth.ladder.rules import Limit, Position
from brambling.wealth.ladder.shapes import Need

PASSED = np.arange(1, 11)  # every day of the horizon is a workday


def bond(name: str, days: int, rate: float, liquid: int | None = 0) -> Position:
    return Position(name, "cd", 0, days, days, rate, "AAA", name, liquid, None, Decimal("0.05"))


def limit(metric: str, sense: str, bound: str) -> Limit:
    return Limit(metric, "", metric, sense, Decimal(bound), "", "")


def problem(limits: tuple[Limit, ...], need: Sequence[float]) -> Problem:
    return Problem(
        held=(bond("old", 200, 0.020),),
        offers=(Offer(bond("short", 5, 0.018), 0.0, 1), Offer(bond("long", 300, 0.030), 0.001, 1)),
        weights=np.array([0.6]),
        cash_share=0.4,
        cash=Position("cash", "cash", 0, 0, 0, 0.004),
        sale_cost=np.array([0.002]),
        limits=limits,
        needs=(Need("base", np.asarray(need), sales=False),),
        passed=PASSED,
    )


def brute(given_: Problem, steps: int = 40) -> float:
    """The most income over a fine grid of sales and purchases that every constraint allows."""
    best, rows = -np.inf, rows_of(given_)
    for sold, short, long in itertools.product(np.linspace(0, 0.6, 25), *(np.linspace(0, 1, steps + 1),) * 2):
        x = np.array([sold, short, long])
        if all(row.a @ x <= row.b + 1e-9 for row in rows):
            income = (
                sold * (0.004 * 0.998 - 0.002 - 0.020)
                + short * (0.018 - 0.004)
                + long * (0.030 - 0.004 * 1.001 - 0.001 * 365 / 300)
            )
            best = max(best, income)
    return best


@pytest.mark.parametrize(
    ("limits", "need"),
    [
        ((), [0.1] * 10),
        ((limit("wam", "max", "150"),), [0.1] * 10),
        ((limit("government", "min", "0.25"), limit("issuer", "max", "0.5")), [0.05] * 4 + [0.3] * 6),
    ],
)
def test_the_optimum_is_at_least_that_of_brute_force_and_hardly_more(
    limits: tuple[Limit, ...], need: list[float]
) -> None:
    given_ = problem(limits, need)
    found = solve(given_, rows_of(given_))
    assert found is not None
    naive = brute(given_)
    assert naive - 1e-5 <= found.objective <= naive + 1e-3


def test_every_constraint_holds_at_the_optimum_and_what_binds_is_named() -> None:
    given_ = problem((limit("wam", "max", "150"),), [0.1] * 10)
    rows = rows_of(given_)
    found = solve(given_, rows)
    assert found is not None
    x = np.concatenate([found.sold, found.bought])
    assert all(row.a @ x <= row.b + 1e-7 for row in rows)
    assert "wam" in {item.name for item in found.binding}


def test_a_looser_limit_earns_what_its_dual_says() -> None:
    tight, loose = (
        problem((limit("wam", "max", "150"),), [0.1] * 10),
        problem((limit("wam", "max", "151"),), [0.1] * 10),
    )
    first, second = solve(tight, rows_of(tight)), solve(loose, rows_of(loose))
    assert first is not None and second is not None
    told = next(item.bp for item in first.binding if item.name == "wam")
    assert (second.objective - first.objective) * 1e4 == pytest.approx(told, rel=0.02)


def test_whole_lots_are_whole_and_never_better() -> None:
    given_ = problem((limit("wam", "max", "150"),), [0.1] * 10)
    free, lots = solve(given_, rows_of(given_)), solve(given_, rows_of(given_), 0.03)
    assert free is not None and lots is not None
    assert lots.objective <= free.objective + 1e-9
    assert np.allclose(lots.bought / 0.03, np.rint(lots.bought / 0.03))


def test_no_plan_where_a_need_is_more_than_can_be_had() -> None:
    given_ = replace(problem((), [1.2] * 10), held=(bond("old", 200, 0.02, None),))
    assert solve(given_, rows_of(given_)) is None


@given(st.sets(st.integers(0, 6), min_size=1, max_size=4), st.sets(st.integers(0, 6), max_size=3))
def test_the_conflict_is_minimal(core: set[int], rest: set[int]) -> None:
    names = [str(n) for n in range(7)]
    needed = {str(n) for n in core}

    def holds(kept: Sequence[str]) -> bool:
        return not needed <= set(kept)

    assert set(minimal_conflict(names, holds)) == needed


@given(st.integers(0, 10_000), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_need_holds_on_whole_paths_and_no_lower_level_does(seed: int, confidence: float) -> None:
    random = np.random.default_rng(seed)
    outflow = np.cumsum(random.normal(0, 1, (200, 12)), axis=1)
    need = joint_need(outflow, confidence)
    assert (outflow <= need + 1e-12).all(axis=1).mean() >= confidence - 1e-12
    assert (np.diff(need) >= 0).all() and (need >= 0).all()
    pointwise = np.quantile(outflow, confidence, axis=0, method="inverted_cdf")
    assert (need >= pointwise - 1e-9).all()
