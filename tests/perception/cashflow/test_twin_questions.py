"""Every question is a count over the same paths: laws that tie the answers together, and a naive second count."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brambling.perception.cashflow.twin_shapes import Twin

ORIGIN = date(2026, 3, 10)


def sheaf(net: np.ndarray, start: int = 0, known: bool = True) -> Twin:
    return Twin(
        origin=ORIGIN,
        horizon_days=net.shape[1],
        currency="CNY",
        balance_known=known,
        start_balance_minor=start if known else 0,
        net_paths=net.astype(float),
        out_committed=np.zeros(net.shape[1]),
        recurring=(),
        history=pl.DataFrame(),
        inflow_year_minor=0,
        outflow_year_minor=0,
        history_days=365,
        versions={},
    )


flows = st.tuples(st.integers(1, 40), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(-1_000, 1_000))
)
starts = st.integers(-5_000, 50_000)


def naive_balances(twin: Twin) -> list[list[int]]:
    out = []
    for path in twin.net_paths:
        balance, row = twin.start_balance_minor, []
        for flow in path:
            balance += int(flow)
            row.append(balance)
        out.append(row)
    return out


@given(flows, starts)
def test_shortfall_by_day_never_falls_and_ends_at_p_shortfall(net, start):
    twin = sheaf(net, start)
    by_day = twin.shortfall_by_day()
    assert (np.diff(by_day) >= 0).all()
    assert by_day[-1] == pytest.approx(twin.p_shortfall())
    naive = sum(any(b < 0 for b in row) for row in naive_balances(twin)) / len(net)
    assert twin.p_shortfall() == pytest.approx(naive)
    assert twin.lowest().probability_below_zero == pytest.approx(naive)


@given(flows, starts, st.integers(-500, 500), st.sampled_from([0.0, 0.02, 0.1, 0.5]))
def test_idle_is_the_largest_amount_that_keeps_the_promise(net, start, floor, p_max):
    twin = sheaf(net, start)
    until = net.shape[1]
    idle = twin.idle_minor(until, floor, p_max)

    def early(amount: int) -> float:
        return sum(min([twin.start_balance_minor, *row]) - amount < floor for row in naive_balances(twin)) / len(net)

    assert idle >= 0
    if idle > 0:
        assert early(idle) <= p_max + 1e-12
    assert early(idle + 1) > p_max


@given(flows, starts, st.data())
def test_idle_falls_with_time_and_with_the_floor(net, start, data):
    twin = sheaf(net, start)
    day = data.draw(st.integers(1, net.shape[1]))
    assert twin.idle_minor(day, 0) >= twin.idle_minor(net.shape[1], 0) >= twin.idle_minor(net.shape[1], 100)


@given(flows, starts, st.data(), st.sampled_from([0.0, 0.05, 0.3]))
def test_capacity_is_the_largest_instalment_that_keeps_the_promise(net, start, data, p_max):
    twin = sheaf(net, start)
    days = data.draw(st.lists(st.integers(1, net.shape[1]), min_size=1, unique=True))
    capacity = twin.capacity(days, p_max, floor_minor=0)

    def misses(instalment: int) -> float:
        count = 0
        for row in naive_balances(twin):
            paid = [row[day - 1] - (i + 1) * instalment for i, day in enumerate(sorted(days))]
            count += min(paid) < 0
        return count / len(net)

    assert capacity >= 0
    if capacity > 0:
        assert misses(capacity) <= p_max + 1e-12
    assert misses(capacity + 1) > p_max


@given(flows, starts)
def test_a_loan_in_and_its_instalment_out_are_flows_like_any_other(net, start):
    twin = sheaf(net, start)
    extra = np.zeros(net.shape[1])
    extra[-1] = -300
    same = sheaf(np.column_stack([net[:, :-1], net[:, -1] - 300]), start + 200)
    assert twin.p_shortfall(extra, start_extra_minor=200) == same.p_shortfall()


@given(flows, starts)
def test_the_band_is_in_order_and_its_middle_is_the_median(net, start):
    twin = sheaf(net, start)
    band = twin.band()
    ordered = [band[q] for q in sorted(band)]
    assert all((low <= high + 1e-9).all() for low, high in pairwise(ordered))
    np.testing.assert_allclose(band[0.5], np.median(naive_balances(twin), axis=0))


def test_lowest_names_the_day_on_which_most_paths_are_lowest():
    twin = sheaf(np.array([[-5, -5, 20], [-3, -1, 0], [9, -20, 30]]), start=10)
    lowest = twin.lowest()
    assert lowest.date == ORIGIN + timedelta(days=2)
    assert lowest.amount_minor == 0  # minima are 0, 6 and -1
    assert lowest.probability_below_zero == pytest.approx(1 / 3)


def test_nothing_is_idle_when_the_balance_is_unknown():
    twin = sheaf(np.full((10, 5), 100), known=False)
    assert twin.idle_minor(5, 0) == 0
    assert twin.balance_paths()[0, -1] == 500


def test_days_outside_the_horizon_are_a_mistake():
    twin = sheaf(np.zeros((3, 5), dtype=int))
    with pytest.raises(ValueError, match=r"1\.\.5"):
        twin.idle_minor(6, 0)
    with pytest.raises(ValueError, match=r"1\.\.5"):
        twin.capacity([0], 0.05, 0)
    with pytest.raises(ValueError, match="each of 5 days"):
        twin.p_shortfall(np.zeros(4))
