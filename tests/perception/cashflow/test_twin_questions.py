"""Every question is a count over the same paths: laws that tie the answers together, and a naive second count."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brambling.perception.cashflow.twin_shapes import Lowest, Twin

ORIGIN = date(2026, 3, 10)


def sheaf(net: np.ndarray, start: int = 0, known: bool = True) -> Twin:
    return Twin(
        origin=ORIGIN,
        statement_until=ORIGIN,
        horizon_days=net.shape[1],
        currency="CNY",
        balance_known=known,
        start_balance_minor=start if known else 0,
        net_paths=net.astype(float),
        known=np.zeros(net.shape[1]),
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
    naive = sum(any(b < 0 for b in [start, *row]) for row in naive_balances(twin)) / len(net)
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


# -- from today, with what the bank knows -------------------------------------------------------------------------


def test_todays_balance_is_part_of_the_lowest_point() -> None:
    growing = sheaf(np.full((10, 20), 100), start=700)
    assert growing.lowest() == Lowest(700, ORIGIN, 0.0)
    assert sheaf(np.full((10, 20), -10), start=700).lowest().date == ORIGIN + timedelta(days=20)
    assert sheaf(np.full((10, 20), 100), start=-50).p_shortfall() == 1.0


@given(flows, starts, st.data())
def test_lows_between_days_agree_with_a_naive_walk(net: np.ndarray, start: int, data: st.DataObject) -> None:
    twin = sheaf(net, start)
    days = sorted(data.draw(st.sets(st.integers(1, net.shape[1]), min_size=1, max_size=3)))
    found = twin.lows_between(days)
    for path, lows in zip(net, found, strict=True):
        balances = [start + int(path[:day].sum()) for day in range(net.shape[1] + 1)]
        edges = [0, *days, len(balances)]
        expected = [min(balances[a:b], default=np.inf) for a, b in pairwise(edges)]
        assert list(lows) == expected


def test_known_flows_come_on_their_day_in_every_future() -> None:
    from tests.shops import shop_rows

    from brambling.perception.cashflow import KnownFlow, read_statement, twin

    statement = read_statement(shop_rows())
    plain = twin(statement)
    flows = [KnownFlow(plain.origin, 5_000_00), KnownFlow(plain.day(30), -2_000_00), KnownFlow(plain.day(120), -1)]
    made = twin(statement, known=flows)
    change = made.balance_paths() - plain.balance_paths()
    assert (change[:, :29] == 5_000_00).all()
    assert (change[:, 29:] == 3_000_00).all()
    assert made.start_balance_minor - plain.start_balance_minor == 5_000_00
    assert made.committed_minor(30) - plain.committed_minor(30) == 2_000_00
    assert made.worst_fall_minor(91) <= plain.worst_fall_minor(91)


def test_what_moved_since_the_statement_is_simulated_and_arrives_on_day_one() -> None:
    from tests.shops import shop_rows

    from brambling.perception.cashflow import read_statement, twin

    statement = read_statement(shop_rows())
    plain, later = twin(statement, horizon_days=101), twin(statement, today=statement.last_day + timedelta(days=10))
    assert later.origin == plain.day(10)
    assert later.statement_until == statement.last_day
    assert (later.balance_paths()[:, :91] == plain.balance_paths()[:, 10:]).all()
    assert later.horizon_days == 91
    old = twin(statement, today=statement.last_day + timedelta(days=400))
    assert old.origin == statement.last_day


def test_two_rows_are_no_history() -> None:
    from brambling.kit.errors import InputRejected
    from brambling.perception.cashflow import read_statement, twin

    rows = pl.DataFrame({"date": [date(2026, 1, 1), date(2026, 3, 10)], "amount": ["5.00", "7.00"]})
    with pytest.raises(InputRejected, match="it needs 10 more movements"):
        twin(read_statement(rows.with_columns(counterparty=pl.lit("甲"), memo=pl.lit(""))))
