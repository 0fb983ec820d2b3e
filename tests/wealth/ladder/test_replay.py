"""The replay by hand, its rules against the exact ones, its tenors against brute force; the reserve."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wealth.ladder.conftest import curve, flows

from brambling.app.main import main
from brambling.kit.errors import InputRejected
from brambling.wealth.ladder import backtest
from brambling.wealth.ladder.model.replay import (
    GOVERNMENT_SHARE,
    HAIRCUT,
    LOOK_AHEAD,
    Book,
    Track,
    best_mix,
    fixed,
    replay,
    reserved,
    shares,
)
from brambling.wealth.ladder.model.reserve import judged, reserves
from brambling.wealth.ladder.readers import read_curve, shipped_book
from brambling.wealth.ladder.rules import Position, check
from brambling.wealth.ladder.shapes import Curve


def quiet(net: float = 0.0, days: int = 60) -> Track:
    read = read_curve(curve(days=120, first=date(2024, 1, 1)))
    rows = np.arange(days)
    out = np.zeros(days)
    out[30] = net
    return Track(read, rows, out, np.zeros((days, LOOK_AHEAD)), np.zeros((days, LOOK_AHEAD)), np.ones(days), 0)


def test_the_fixed_ladder_earns_its_mix() -> None:
    result, _wam = replay(quiet(), fixed)
    # the curve never moves: a tenth overnight and the rest at ninety days
    rate = float(quiet().curve.at(0, 90.0))
    assert result.bp() == pytest.approx(1e4 * (0.1 * 0.012 + 0.9 * rate), abs=0.01)
    assert not any(result.broken) and not any(result.missing)


def test_what_is_missing_is_sold_by_force_and_costs() -> None:
    calm, _ = replay(quiet(), fixed)
    result, _ = replay(quiet(-0.3), fixed)
    assert sum(missing > 0 for missing in result.missing) == 1
    assert result.missing[30] == pytest.approx((0.3 - 0.1 - 0.9 / 45) / 0.7, rel=0.3)
    assert result.assets[-1] == pytest.approx(0.7)
    assert result.income[30] < calm.income[30]


def test_without_a_need_less_is_overnight_and_maturity_is_that_of_the_other() -> None:
    passive, wam = replay(quiet(), fixed)
    ours, _ = replay(quiet(), reserved(wam, forecast=True))
    assert np.mean(ours.cash) < np.mean(passive.cash)
    assert ours.bp() > passive.bp()
    assert np.mean(ours.wam) == pytest.approx(np.mean(passive.wam), rel=0.15)


@given(st.lists(st.tuples(st.integers(1, 300), st.floats(0.01, 1)), min_size=1, max_size=6), st.floats(0.01, 2))
def test_the_shares_are_those_of_the_exact_rules(lots: list[tuple[int, float]], cash: float) -> None:
    track = quiet()
    today = float(track.curve.days[10].astype(int))
    due = today + np.array([days for days, _ in lots], dtype=float)
    amount = np.array([size for _, size in lots])
    found = shares(Book(cash, due, amount, np.zeros(due.size)), track, 10, today)
    held = [Position("overnight", "repo", round(cash * 1e8), 1, 1, 0.0, liquid_days=None)]
    for place, (days, size) in enumerate(lots):
        inside = (track.curve.days > track.curve.days[10]) & (track.curve.days < track.curve.days[10] + days)
        trading = 1 + int(inside.sum())
        for kind, share in (("treasury", GOVERNMENT_SHARE), ("cd", 1 - GOVERNMENT_SHARE)):
            held.append(
                Position(
                    f"{kind}{place}", kind, round(size * share * 1e8), days, trading, 0.0, "AAA", f"i{place}", 1, None,
                    Decimal(str(HAIRCUT)),
                )
            )  # fmt: skip
    exact = {light.metric: float(light.measured) for light in check(held, shipped_book("cn-cash").in_force(None))}
    for metric in ("government", "liquid_week", "payable_next_day", "wam"):
        assert found[metric] == pytest.approx(exact[metric], rel=1e-5, abs=1e-5)


@given(st.lists(st.floats(0.5, 4.0), min_size=5, max_size=5), st.floats(5, 80))
def test_no_mix_of_two_tenors_is_better(levels: list[float], mean: float) -> None:
    grid = Curve(
        np.array(["2024-01-01"], dtype="datetime64[D]"), np.array([0.0, 30, 60, 90, 180]), np.array([levels]) / 100
    )
    mix = best_mix(grid, 0, mean)
    rate = {tenor: float(grid.at(0, 0.0 if tenor == 1 else tenor)) for tenor in (1.0, 30, 60, 90, 120, 150, 180)}
    mine = sum(weight * float(grid.at(0, 0.0 if tenor == 1 else tenor)) for tenor, weight in mix)
    assert sum(weight * tenor for tenor, weight in mix) <= 2 * mean + 1e-6
    for (a, x), (b, y) in itertools.combinations(rate.items(), 2):
        if a <= 2 * mean <= b:
            share = (2 * mean - a) / (b - a)
            assert mine >= x + share * (y - x) - 1e-9


@given(st.integers(0, 1000))
def test_the_reserve_comes_back_to_its_aim_when_the_band_is_wrong(seed: int) -> None:
    random = np.random.default_rng(seed)
    actual = np.exp(random.normal(0, 0.3, (1, 3000))) * 1e6
    median, narrow = np.full(actual.shape, 1e6), np.full(actual.shape, 1e6 * np.exp(0.3))
    found = reserves(actual, median, narrow, 0.975)
    short, _idle, count = judged(actual[:, 1500:], found[:, 1500:])  # once it has had time to stretch
    naive, _, _ = judged(actual, narrow)
    assert count == 1500
    assert 0.01 < short < 0.04 < naive


def test_the_reserve_knows_nothing_of_its_own_day() -> None:
    random = np.random.default_rng(1)
    actual = np.exp(random.normal(0, 0.3, (2, 100))) * 1e6
    median, high = np.full(actual.shape, 1e6), np.full(actual.shape, 2e6)
    changed = actual.copy()
    changed[:, 50:] *= 10
    before, after = (reserves(a, median, high, 0.975)[:, :51] for a in (actual, changed))
    assert np.array_equal(before, after)


def test_backtest_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flows(days=220).write_csv(tmp_path / "flows.csv")
    curve(days=600, first=date(2022, 6, 1)).write_csv(tmp_path / "curve.csv")
    command = ["wealth", "backtest", str(tmp_path / "flows.csv"), "--curve", str(tmp_path / "curve.csv")]
    out, page = tmp_path / "b.csv", tmp_path / "b.html"
    assert main([*command, "--days", "60", "--every", "14", "--out", str(out), "--report", str(page)]) == 0
    said = capsys.readouterr().out
    assert "10 % cash and a 90-day ladder" in said
    table = pl.read_csv(out)
    assert set(table["policy"]) == {"fixed", "forecast", "no-forecast"} and set(table["times"]) == {1, 2}
    assert "echarts" in page.read_text(encoding="utf-8").lower()


def test_by_date_and_bad_input() -> None:
    frame, yields = flows(days=220), curve(days=400, first=date(2023, 6, 1))
    made = backtest(frame, curve=yields, days=60, every=30, align="same")
    assert made.windows == 1 and made.flows_from == made.curve_from
    with pytest.raises(InputRejected, match="220 days of flows"):
        backtest(frame, curve=yields, days=200)
    with pytest.raises(InputRejected, match="no window"):
        backtest(frame, curve=curve(), days=60)
    with pytest.raises(InputRejected, match="align"):
        backtest(frame, curve=yields, align="none")
    nothing = frame.with_columns(pl.lit(0.0).alias("redemption"))
    with pytest.raises(InputRejected, match="nothing was redeemed in the last 60 days"):
        backtest(nothing, curve=yields, days=60, every=30)
