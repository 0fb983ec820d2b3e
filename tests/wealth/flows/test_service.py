"""The verb: contract, exact coherence, fallbacks said, what is known ahead, the same bytes for the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brambling.kit.errors import InputRejected
from brambling.wealth.flows import Forecast, forecast
from brambling.wealth.flows.report import report, to_plain
from brambling.wealth.flows.rules import QUANTILES

Make = Callable[..., pl.DataFrame]
COLUMNS = ["date", "product", "side", "mean", *QUANTILES]


def codes(made: Forecast) -> list[str]:
    return [note.code for note in made.notes]


def side(made: Forecast, product: str, name: str, column: str = "mean") -> list[Decimal]:
    rows = made.table.filter((pl.col("product") == product) & (pl.col("side") == name))
    return rows[column].to_list()


@pytest.fixture(scope="module")
def tree_made() -> Forecast:
    """Two companies, three products, two channels, with paths."""
    random = np.random.default_rng(4)
    frames = []
    for company, product, channel in (
        ("east", "p1", "app"),
        ("east", "p1", "desk"),
        ("east", "p2", "app"),
        ("west", "p3", "app"),
        ("west", "p3", "desk"),
    ):
        size = random.uniform(1e4, 1e6)
        frames.append(
            pl.DataFrame(
                {
                    "date": np.datetime64("2024-01-01") + np.arange(150),
                    "company": company,
                    "product": product,
                    "channel": channel,
                    "subscription": np.round(size * random.lognormal(0, 0.3, 150), 2),
                    "redemption": np.round(size * random.lognormal(0, 0.5, 150), 2),
                }
            )
        )
    return forecast(pl.concat(frames), 10, hierarchy="company>product>channel", paths=64, seed=3)


def test_the_table_is_the_contract(make: Make) -> None:
    made = forecast(make(("a", "b")), 14)
    assert made.table.columns == COLUMNS
    assert made.table.height == 2 * 3 * 14
    assert made.table["date"].min() == date(2024, 7, 19)
    assert made.table["date"].max() == date(2024, 8, 1)
    assert set(made.table["side"]) == {"subscription", "redemption", "net"}
    flows = made.table.filter(pl.col("side") != "net")
    assert (flows.select("mean", *QUANTILES) >= 0).to_numpy().all()


def test_quantiles_are_in_order_and_net_is_the_difference(make: Make) -> None:
    made = forecast(make(("a", "b")), 14)
    values = made.table.select(QUANTILES).cast(pl.Float64).to_numpy()
    assert (np.diff(values, axis=1) >= 0).all()
    for product in ("a", "b"):
        sides = zip(side(made, product, "subscription"), side(made, product, "redemption"), strict=True)
        assert [money_in - money_out for money_in, money_out in sides] == side(made, product, "net")


def test_means_add_up_exactly_at_every_level(tree_made: Forecast) -> None:
    for name in ("subscription", "redemption", "net"):
        mean = {product: side(tree_made, product, name) for product in tree_made.levels}
        for parent, depth in tree_made.levels.items():
            below = [
                child
                for child, level in tree_made.levels.items()
                if level == depth + 1 and (parent == "total" or child.startswith(parent + ">"))
            ]
            if below:
                assert mean[parent] == [sum(column) for column in zip(*(mean[child] for child in below), strict=True)]
    assert sorted(tree_made.levels.values()) == [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]


def test_paths_are_leaf_paths_none_negative(tree_made: Forecast) -> None:
    assert tree_made.paths is not None
    assert tree_made.paths.subscription.shape == (64, 5, 10)
    assert tree_made.paths.subscription.min() >= 0
    assert tree_made.paths.products == tuple(name for name, level in tree_made.levels.items() if level == 3)
    frame = tree_made.paths.frame()
    assert frame.columns == ["path", "date", "product", "subscription", "redemption"]
    assert frame.height == 64 * 5 * 10
    total = tree_made.paths.subscription.sum(axis=1)
    q50 = [int(value * 100) for value in side(tree_made, "total", "subscription", "q0.50")]
    assert np.allclose(np.quantile(total, 0.5, axis=0), q50, rtol=0.001, atol=2)


def test_the_same_seed_gives_the_same_table(make: Make) -> None:
    frame = make(("a", "b"))
    assert forecast(frame, 7, seed=5).table.equals(forecast(frame, 7, seed=5).table)


def test_order_of_rows_does_not_matter(make: Make) -> None:
    frame = make(("a", "b"))
    assert forecast(frame, 7).table.equals(forecast(frame.sample(fraction=1, shuffle=True, seed=1), 7).table)


def test_amounts_scale(make: Make) -> None:
    frame = make(noise=0.2)
    big = frame.with_columns(pl.col("subscription", "redemption") * 1000)
    one, other = forecast(frame, 7), forecast(big, 7)
    ratio = other.table["mean"].cast(pl.Float64) / one.table["mean"].cast(pl.Float64)
    assert np.allclose(ratio.to_numpy(), 1000, rtol=1e-3)


def test_it_beats_last_week_on_noisy_weeks(make: Make) -> None:
    frame = make(("a", "b", "c"), days=300, noise=0.3)
    past, came = frame.filter(pl.col("date") < date(2024, 9, 26)), frame.filter(pl.col("date") >= date(2024, 9, 26))
    made = forecast(past, 21)
    assert {choice.method for choice in made.choices} == {"blend"}
    assert all(choice.loss_relative is not None and choice.loss_relative < 1 for choice in made.choices)
    for product in ("a", "b", "c"):
        actual = came.filter(pl.col("product") == product)["subscription"].to_numpy()[:21]
        last = past.filter(pl.col("product") == product)["subscription"].to_numpy()[-7:]
        ours = np.array([float(value) for value in side(made, product, "subscription")])
        assert np.abs(ours - actual).sum() < np.abs(np.tile(last, 3) - actual).sum()
    assert made.coverage is not None
    assert 0.6 < made.coverage.share_80 < made.coverage.share_95 <= 1


def test_a_pure_week_falls_back_to_the_naive_and_says_so(make: Make) -> None:
    made = forecast(make(noise=0.0, first=date(2023, 3, 1), days=120), 7)
    assert {choice.method for choice in made.choices} == {"seasonal-naive"}
    assert codes(made) == ["naive", "naive"]


def test_twenty_days_of_history_are_forecast_by_last_week_and_said(make: Make) -> None:
    frame = make(days=20)
    made = forecast(frame, 7)
    assert codes(made) == ["short"]
    assert made.coverage is None
    last = [Decimal(str(value)) for value in frame["subscription"][-7:]]
    assert side(made, "a", "subscription", "q0.50") == [value.quantize(Decimal("0.01")) for value in last]
    assert side(made, "a", "subscription", "q0.10")[0] < last[0] < side(made, "a", "subscription", "q0.90")[0]


def test_all_zeros_are_forecast_as_zero(make: Make) -> None:
    made = forecast(make(("a", "b")).with_columns(redemption=pl.lit(0.0)), 7)
    assert codes(made) == ["zero", "zero"]
    assert set(side(made, "a", "redemption", "q0.975")) == {Decimal("0.00")}
    assert side(made, "a", "net") == side(made, "a", "subscription")


def test_days_without_business_stay_zero(make: Make) -> None:
    frame = make(days=200).with_columns(
        pl.when(pl.col("date").dt.weekday() > 5).then(0.0).otherwise(pl.col("redemption")).alias("redemption")
    )
    made = forecast(frame, 14, calendar="none")
    assert codes(made) == ["days-off"]
    weekend = made.table.filter((pl.col("date").dt.weekday() > 5) & (pl.col("side") == "redemption"))
    assert set(weekend["q0.975"]) == {Decimal("0.00")}


def test_the_plan_is_added_in_full_when_there_is_no_past_to_learn_from(make: Make) -> None:
    frame = make(days=200)
    plan = pl.DataFrame({"date": ["2024-07-20"], "product": ["a"], "quota": ["1000000.00"]})
    plain, planned = forecast(frame, 7), forecast(frame, 7, sales_plan=plan)
    assert codes(planned) == ["plan-assumed"]
    more = [b - a for a, b in zip(side(plain, "a", "subscription"), side(planned, "a", "subscription"), strict=True)]
    assert more == [Decimal(0), Decimal("1000000.00"), *[Decimal(0)] * 5]
    assert side(plain, "a", "redemption") == side(planned, "a", "redemption")


def test_the_plan_is_discounted_by_what_came_of_it_before(make: Make) -> None:
    frame = make(days=200, noise=0.05)
    days = [frame["date"][place] for place in range(20, 195, 12)]
    frame = frame.with_columns(
        pl.when(pl.col("date").is_in(days)).then(pl.col("subscription") + 200_000).otherwise(pl.col("subscription"))
    )
    plan = pl.DataFrame({"date": [*days, date(2024, 7, 22)], "product": "a", "quota": [400_000.0] * (len(days) + 1)})
    plain, planned = (forecast(frame, 7, calendar="none", sales_plan=plan_) for plan_ in (None, plan))
    assert codes(planned) == ["plan-learnt"]
    assert 44 <= int(str(planned.notes[0].parameters["percent"])) <= 56
    more = float(side(planned, "a", "subscription")[3]) - float(side(plain, "a", "subscription")[3])
    assert 120_000 < more < 260_000


def test_maturing_money_known_ahead_is_used_where_it_helps(make: Make) -> None:
    frame = make(days=200, noise=0.05).with_columns(maturing=pl.lit(0.0))
    places = list(range(15, 195, 10))
    amounts = np.zeros(200)
    amounts[places] = 300_000.0
    frame = frame.with_columns(maturing=pl.Series(amounts), redemption=pl.col("redemption") + 0.8 * pl.Series(amounts))
    ahead = pl.DataFrame({"date": [date(2024, 7, 20)], "product": ["a"], "maturing": [300_000.0]})
    made = forecast(pl.concat([frame, ahead], how="diagonal"), 7, calendar="none")
    assert [(note.code, note.parameters["side"]) for note in made.notes] == [
        ("known-left", "subscription"),
        ("known-used", "redemption"),
    ]
    values = [float(value) for value in side(made, "a", "redemption")]
    assert values[1] > values[0] + 150_000


def test_boosting_joins_a_large_panel(make: Make) -> None:
    names = tuple(f"p{number}" for number in range(9))
    made = forecast(make(names, days=240, noise=0.2).with_columns(views=pl.int_range(pl.len()) % 50), 5)
    assert any("boosting" in choice.weights for choice in made.choices)


@pytest.mark.parametrize("horizon", [0, -3, 367])
def test_a_horizon_out_of_range(make: Make, horizon: int) -> None:
    with pytest.raises(InputRejected, match="expected 1 to 366"):
        forecast(make(days=30), horizon)


def test_json_and_report(tree_made: Forecast, tmp_path: Path) -> None:
    plain = to_plain(tree_made, "zh")
    text = json.dumps(plain, default=str)
    assert plain["forecast"][0]["mean"].count(".") == 1
    assert "NaN" not in text
    for lang in ("en", "zh"):
        page = report(tree_made, lang)  # type: ignore[arg-type]
        page.write(tmp_path / f"{lang}.html")
    assert "申购" in (tmp_path / "zh.html").read_text(encoding="utf-8")


def test_real_panels_beat_the_seasonal_naive(shared_data: Path) -> None:
    """June 2014 of the three panels, whose bands and points the bench measures over four months."""
    from brambling.app.bench.flows import replay, tianchi

    run = replay(tianchi(shared_data / "wealth" / "tianchi_panels_daily.csv"), [(date(2014, 5, 1), 31)], 7)
    assert run.score("mean") > run.score("naive")
    assert run.wmape("mean", 0) < run.wmape("naive", 0)
    assert run.wmape("mean", 1) < run.wmape("naive", 1)


def test_real_channels_add_up(shared_data: Path) -> None:
    """Purchases of one panel by channel: the forecast of the whole is the sum of its parts, to the fen."""
    wide = pl.read_csv(shared_data / "wealth" / "tianchi_s2p1_purchase_by_type.csv", try_parse_dates=True)
    parts = [name for name in wide.columns if name.startswith(("zfb", "bank"))]
    long = wide.unpivot(parts, index="date", variable_name="product", value_name="subscription")
    long = long.with_columns(
        pl.col("subscription") / 100, redemption=pl.lit(0.0), kind=pl.col("product").str.extract(r"([a-z]+)")
    )
    made = forecast(long, 14, hierarchy="kind>product")
    whole = side(made, "total", "subscription")
    leaves = [name for name, level in made.levels.items() if level == 2]
    assert whole == [sum(column) for column in zip(*(side(made, leaf, "subscription") for leaf in leaves), strict=True)]
