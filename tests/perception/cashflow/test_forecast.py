"""The forecast: bytes that repeat, firms of every kind, and coverage on real firms."""

import dataclasses
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.perception.cashflow import convert
from tests.perception.cashflow.series import FIRST, shop_rows, statement_of

from brambling.kit.errors import InputRejected
from brambling.perception.cashflow import fit_calibration, read_statement, twin
from brambling.perception.cashflow.analogues import RECENCY_DAYS, almanac, start_weights
from brambling.perception.cashflow.calibration import PRIOR, Calibration
from brambling.perception.cashflow.daily import HISTORY_DAYS_MIN, MOVEMENTS_MIN, daily
from brambling.perception.cashflow.forecast import (
    OPENING_DAYS_MAX,
    TAIL,
    calibrate,
    held,
    moves,
    opening_days,
    resample,
    shortness,
    unseen,
    window_spread,
)
from brambling.perception.cashflow.twins import twin_many


def rng(seed=7):
    return np.random.Generator(np.random.PCG64(seed))


def test_same_statement_and_seed_give_the_same_bytes():
    statement = statement_of(shop_rows(200))
    first, second, other = twin(statement), twin(statement), twin(statement, seed=8)
    assert first.net_paths.tobytes() == second.net_paths.tobytes()
    assert first.versions == second.versions
    assert first.net_paths.tobytes() != other.net_paths.tobytes()
    assert first.versions != other.versions


def test_the_twin_carries_what_the_statement_says():
    made = twin(statement_of(shop_rows(200), balance_minor=123))
    assert made.start_balance_minor == 123
    assert made.net_paths.shape == (1000, 91)
    assert (made.net_paths == np.rint(made.net_paths)).all()
    assert made.history.height == made.history_days
    assert made.history["net_minor"].sum() == sum(row[1] for row in shop_rows(200))
    assert made.inflow_year_minor > 0


def test_own_money_is_no_turnover():
    rows = [*shop_rows(200), (FIRST + timedelta(days=100), 10**9, "老板", "注资", "owner")]
    assert twin(statement_of(rows)).inflow_year_minor == twin(statement_of(shop_rows(200))).inflow_year_minor


@pytest.mark.parametrize("days", [1, 3, HISTORY_DAYS_MIN - 1])
def test_a_short_statement_says_how_many_more_days_it_needs(days):
    rows = [(FIRST + timedelta(days=d), 100, "", "", "sales") for d in {0, days - 1}]
    with pytest.raises(InputRejected, match=rf"needs {HISTORY_DAYS_MIN - days} more days?\b"):
        twin(statement_of(rows))


def test_an_empty_statement_is_too_short():
    with pytest.raises(InputRejected, match=f"needs {HISTORY_DAYS_MIN} more days"):
        twin(statement_of([]))


def test_as_of_adds_the_quiet_days_and_refuses_the_past():
    statement = statement_of(shop_rows(100))
    later = statement.last_day + timedelta(days=10)
    made = twin(statement, as_of=later)
    assert made.origin == later
    assert made.history["net_minor"].tail(10).sum() == 0
    with pytest.raises(InputRejected, match="rows after"):
        twin(statement, as_of=statement.last_day - timedelta(days=1))


@pytest.mark.parametrize(
    "rows",
    [
        [(FIRST + timedelta(days=d), 0, "", "", "other") for d in range(0, 100, 8)],
        [(FIRST + timedelta(days=d), 5_000, "", "", "sales") for d in range(100)],
        [(FIRST + timedelta(days=d), -(10**12), "", "", "supplier") for d in range(0, 600, 50)],
    ],
    ids=["all zero", "only inflows", "rare and huge"],
)
def test_firms_of_every_kind_have_a_twin(rows):
    made = twin(statement_of(rows), paths=50)
    assert np.isfinite(made.net_paths).all()
    assert made.lowest().date >= made.origin
    assert 0 <= made.p_shortfall() <= 1


def test_a_firm_without_flows_has_none_ahead():
    rows = [(FIRST + timedelta(days=d), 0, "", "", "other") for d in range(0, 99, 7)]
    assert not twin(statement_of(rows)).net_paths.any()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.integers(60, 300), st.integers(0, 50))
def test_paths_keep_their_rank_at_the_end_and_any_horizon_works(horizon, days, seed):
    net = np.rint(np.random.default_rng(seed).normal(0, 1000, days) * (np.random.default_rng(seed).random(days) < 0.4))
    drawn = resample(net, almanac(FIRST, days, horizon), horizon, 60, rng())
    moved = calibrate(drawn, net, PRIOR, rng())
    assert moved.shape == (60, horizon)
    before, after = drawn.cumsum(axis=1), moved.cumsum(axis=1)
    knot = min(horizon, 91) - 1
    order = np.lexsort((after[:, knot], before[:, knot]))
    assert (np.diff(after[order, knot]) >= -1e-6 * max(1.0, np.abs(after).max())).all()


def test_moves_are_booked_where_the_path_moves_money():
    net = np.where(np.arange(300) % 7 < 5, 1000.0, 0.0) * np.random.default_rng(1).choice([-1, 2], 300)
    drawn = resample(net, almanac(FIRST, 300, 91), 91, 100, rng())
    moved = calibrate(drawn, net, PRIOR, rng())
    assert (moved[drawn == 0] == 0).all()


def test_a_short_history_has_a_wider_band():
    assert shortness(60, 91) > shortness(365, 91) > shortness(2000, 91) == pytest.approx(1)
    assert shortness(60, 91) > shortness(60, 7) > 1


def test_a_noisy_drift_is_doubted_and_a_steady_one_believed():
    assert held(1000.0, 0.0, 60, 91) == 1.0
    assert held(0.0, 500.0, 2000, 91) == 1.0  # a long history speaks for itself
    assert held(1000.0, 500.0, 60, 91) < held(1000.0, 500.0, 300, 91) < held(1000.0, 100.0, 300, 91) < 1.0
    assert held(1000.0, 500.0, 60, 91) == held(-1000.0, 500.0, 60, 91)


def test_a_short_history_stretches_the_tail_and_not_the_middle():
    assert unseen(60) > unseen(365) > unseen(5000) == TAIL
    values = np.random.default_rng(2).normal(0, 100, 5000)
    plain, stretched = (
        values + moves(values, 50.0, (1.0, 0.0, 0.0), 1.0, stretch, rng()) for stretch in (0.0, unseen(60))
    )
    for level in (0.06, 0.25, 0.5, 0.75, 0.94):
        assert np.quantile(stretched, level) == pytest.approx(np.quantile(plain, level))
    assert np.quantile(stretched, 0.02) < np.quantile(plain, 0.02) - 50
    assert (np.argsort(stretched) == np.argsort(plain)).all()


def test_the_days_before_a_business_pays_anything_are_its_opening():
    every_day = np.ones(200)
    later = np.where(np.arange(200) >= 60, 1.0, 0.0)
    assert opening_days(every_day, later, 60) == 60
    assert opening_days(later, every_day, 60) == 60
    assert opening_days(every_day, np.where(np.arange(200) >= 180, 1.0, 0.0), 60) == 0  # three weeks prove no habit
    assert opening_days(every_day, np.where(np.arange(200) >= 150, 1.0, 0.0), 60) == 100  # at most half
    assert opening_days(every_day, later, 150) == 50
    assert opening_days(every_day, np.zeros(200), 60) == 0
    assert opening_days(every_day, np.where(np.arange(200) == 100, 1.0, 0.0), 60) == 0  # a rare payment proves nothing
    assert opening_days(np.ones(OPENING_DAYS_MAX), np.arange(OPENING_DAYS_MAX) >= 60, 60) == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(60, 500), st.integers(0, 99))
def test_an_opening_leaves_the_least_history(days, seed):
    chance = np.random.default_rng(seed)
    flows = (chance.random((2, days)) < chance.random((2, 1))) * (np.arange(days) >= chance.integers(0, days, (2, 1)))
    begun = opening_days(flows[0].astype(float), flows[1].astype(float), 60)
    assert 0 <= begun <= days // 2
    assert days - begun >= 60


def test_days_of_the_same_place_in_month_and_week_weigh_more():
    book = almanac(date(2024, 1, 1), 400, 91)
    weights = start_weights(book, 400 + 10, 395, 5)
    target = date(2024, 1, 1) + timedelta(days=410)
    best = date(2024, 1, 1) + timedelta(days=int(weights.argmax()))
    assert best.weekday() == target.weekday()
    assert min(abs(best.day - target.day), 30 - abs(best.day - target.day)) <= 5
    assert (weights > 0).all()


def test_the_feast_finds_the_feast_of_last_year():
    book = almanac(date(2023, 6, 1), 600, 91)
    target = (date(2025, 1, 27) - date(2023, 6, 1)).days  # two days before the festival of 2025
    weights = start_weights(book, target, 590, 7)
    last = (date(2024, 2, 8) - date(2023, 6, 1)).days  # two days before that of 2024
    away = (last - 70, last + 70)
    assert weights[last - 3 : last + 4].max() > 2 * max(weights[i - 3 : i + 4].max() for i in away)


def test_turnover_by_day_matches_a_plain_sum():
    statement = statement_of(shop_rows(120))
    table = daily(statement.rows)
    plain = statement.rows.group_by("date").agg(pl.col("amount_minor").sum()).sort("date")
    by_day = {row[0]: row[1] for row in table.frame().select("date", "net_minor").iter_rows()}
    assert all(by_day[day] == amount for day, amount in plain.iter_rows())


def test_a_calibration_survives_json_and_names_its_version():
    again = Calibration.from_dict(PRIOR.to_dict())
    assert again == PRIOR
    assert again.version == PRIOR.version
    assert dataclasses.replace(PRIOR, origins=1).version != PRIOR.version
    with pytest.raises(InputRejected, match="not a calibration"):
        Calibration.from_dict({"knots": [7]})
    with pytest.raises(InputRejected, match="rise"):
        dataclasses.replace(PRIOR, knots=(30, 14, 7, 60, 91))


def test_a_calibration_is_fitted_on_many_businesses_and_used():
    statements = [statement_of(shop_rows(260, seed)) for seed in range(6)]
    fitted = fit_calibration(statements)
    assert fitted.businesses == 6
    assert fitted.source == "fitted"
    assert twin(statements[0], calibration=fitted).versions["calibration"] == fitted.version
    with pytest.raises(InputRejected, match="2 businesses"):
        fit_calibration(statements[:2])


def p_short(made):
    return made.p_shortfall()


def test_many_twins_are_the_twins_one_by_one():
    statements = [statement_of(shop_rows(100, seed), balance_minor=0) for seed in range(4)]
    assert list(twin_many(statements, p_short)) == [twin(s).p_shortfall() for s in statements]


def test_the_band_covers_real_firms(shared_data):
    """A bounded part of the rolling-origin measurement of ``brambling bench cashflow``: every tenth firm."""
    inside = {7: [], 30: [], 91: []}
    for firm in convert.cumcm_firms(shared_data)[::10]:
        statement = read_statement(convert.cumcm_statement(shared_data, firm))
        whole = daily(statement.rows)
        net = np.cumsum(whole.net)
        for days in range(200, whole.days - 91, 91):
            origin = whole.first + timedelta(days=days - 1)
            past = dataclasses.replace(statement, rows=statement.rows.filter(pl.col("date") <= origin))
            if past.rows.height < MOVEMENTS_MIN:
                continue
            cumulated = np.cumsum(twin(past, as_of=origin, paths=300).net_paths, axis=1)
            for horizon, hits in inside.items():
                low, high = np.quantile(cumulated[:, horizon - 1], [0.1, 0.9])
                hits.append(low <= net[days + horizon - 1] - net[days - 1] <= high)
    # about 90 origins of 13 firms: wide enough for chance, tight enough to catch a broken band
    assert all(0.68 <= np.mean(hits) <= 0.92 for hits in inside.values()), {h: np.mean(v) for h, v in inside.items()}


def test_accounts_of_persons_have_twins(shared_data):
    made = 0
    for account in convert.berka_accounts(shared_data)[:25]:
        try:
            statement = read_statement(convert.berka_statement(shared_data, account), currency="CZK")
        except InputRejected:
            continue  # some balances of the set leave out a penal interest
        result = twin(statement, paths=100)
        assert np.isfinite(result.net_paths).all()
        made += bool(result.recurring)
    assert made > 15  # standing orders and interest return monthly


def test_a_steady_business_has_a_narrow_band():
    """Large flows that never vary must not be taken for uncertain ones."""
    rows = [(FIRST + timedelta(days=d), 50_000, "", "POS", "sales") for d in range(400)]
    end = twin(statement_of(rows)).net_paths.sum(axis=1)
    assert np.ptp(np.quantile(end, [0.1, 0.9])) < 0.01 * 91 * 50_000


def test_the_spread_of_past_windows_matches_a_plain_loop():
    net = np.random.default_rng(4).normal(0, 100, 90)
    windows = [(net[i : i + 14].sum(), 0.5 ** ((76 - i) / RECENCY_DAYS)) for i in range(77)]
    half, reach = sum(weight for _, weight in windows) / 2, 0.0
    for value, weight in sorted(windows):
        reach += weight
        if reach >= half:
            middle = value
            break
    plain = sum(abs(value - middle) * weight for value, weight in windows) / sum(weight for _, weight in windows)
    assert window_spread(net, 14) == pytest.approx(plain)
