"""Lines made of columns: found where they help, the same in every engine, summed and told like any other."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.credit.axioms.model.scorers import scorer_of
from brambling.credit.scorecard import Fitted, compile_card, export, fit, open_card, score
from brambling.credit.scorecard.features.columns import read_columns
from brambling.credit.scorecard.features.derived import propose
from brambling.credit.scorecard.rules import LEAST, MOST, Card, bins_of, points_of, quotient, sum_points
from brambling.credit.scorecard.rules import score as score_one
from brambling.credit.scorecard.shapes import card_of_plain, card_to_plain

STATES = ["NY", "NJ", "CA", "TX", "OH", "FL", "WA", "IL"]


def local(rows: int = 3000, seed: int = 4) -> pl.DataFrame:
    """Loans whose risk hangs on whether the bank is of the borrower's own state, on the guaranteed share, on the amount
    a head, and on the first two digits of a trade; none of these is a column."""
    rng = np.random.default_rng(seed)
    amount = np.round(np.exp(rng.normal(11, 0.9, rows)), 2)
    share = rng.choice([0.5, 0.75, 0.8, 0.9], rows)
    staff = rng.poisson(6, rows)
    home, lender = (rng.choice(STATES, rows) for _ in range(2))
    lender = np.where(rng.random(rows) < 0.5, home, lender)
    trade = rng.integers(10, 30, rows) * 1000 + rng.integers(0, 40, rows)
    lift = np.random.default_rng(2).normal(0, 0.7, 30)[trade // 1000]
    head = np.log(amount / (staff + 1)) - 9
    risk = -0.3 + 1.2 * (home != lender) + 5 * (share - 0.75) + 0.8 * head + lift
    bad = rng.random(rows) < 1 / (1 + np.exp(-risk))
    return pl.DataFrame(
        {
            "home": home,
            "lender": pl.Series(lender).set(pl.Series(rng.random(rows) < 0.03), None),
            "amount": amount,
            "guaranteed": np.round(amount * share, 2),
            "staff": staff,
            "trade": trade,
            "status": np.where(bad, "lost", "paid"),
        }
    )


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    """3,000 such loans."""
    return local()


@pytest.fixture(scope="module")
def made(sample: pl.DataFrame) -> Fitted:
    """A card of them, with pairs."""
    return fit(sample, "status", "lost", form="pairs")


@pytest.fixture
def strange(sample: pl.DataFrame) -> pl.DataFrame:
    """Rows with everything that may stand in a file."""
    more = sample.head(6).with_columns(
        home=pl.Series(["ZZ", None, " ", "NY", "n/a", "ZZ"]),
        lender=pl.Series(["ZZ", "NY", "NY", "ny", "n/a", "YY"]),
        amount=pl.Series([0.0, math.inf, math.nan, -5.0, 1e300, 1e-300]),
        guaranteed=pl.Series([0.0, 1.0, math.nan, 1e300, 1e-300, math.inf]),
        staff=pl.Series([-1, 0, None, 5, 10**12, 3]),
        trade=pl.Series([99999, None, 10001, 7, 29399, 12000]),
    )
    return pl.concat([sample, more])


def test_the_lines_that_make_the_risk_are_found(made: Fitted) -> None:
    names = set(made.card.names)
    assert {"home = lender", "guaranteed / amount"} <= names
    assert set(made.card.columns) <= {"home", "lender", "amount", "guaranteed", "staff", "trade"}
    without = fit(local(), "status", "lost", form="additive", derived=False)
    assert all(item.made is None for item in without.card.characteristics)
    assert made.card_figures.auc.value > without.card_figures.auc.value + 0.03


def test_noise_makes_no_line(sample: pl.DataFrame) -> None:
    rng = np.random.default_rng(0)
    noise = sample.with_columns(status=pl.Series(np.where(rng.random(sample.height) < 0.3, "lost", "paid")))
    noise = noise.with_columns(staff=pl.when(pl.col("status") == "lost").then(pl.col("staff") + 3).otherwise("staff"))
    card = fit(noise, "status", "lost", form="additive").card
    assert sum(item.made is not None for item in card.characteristics) <= 2


def test_a_leak_made_of_columns_is_named(sample: pl.DataFrame) -> None:
    bad = (sample["status"] == "lost").to_numpy()
    rng = np.random.default_rng(1)
    owed = np.round(np.exp(rng.normal(10, 1, bad.size)), 2)
    leaky = sample.with_columns(owed=pl.Series(owed), back=pl.Series(np.round(owed * np.where(bad, 0.4, 0.9), 2)))
    left = dict(fit(leaky, "status", "lost", form="additive").left_out)
    assert left["back / owed"].code.startswith("leak-")
    assert "owed" not in left


odd = st.none() | st.floats() | st.sampled_from(["", "n/a", "NY", "NJ", "ZZ", "12000", "1,234.5", 0, 5, 29399])
applications = st.fixed_dictionaries(dict.fromkeys(("home", "lender", "amount", "guaranteed", "staff", "trade"), odd))


@given(applications)
@settings(max_examples=200)
def test_points_sum_and_reasons_pass_the_flip_test(made: Fitted, row: dict) -> None:
    card = made.card
    bins, scored = bins_of(card, row), score_one(made.card, row)
    assert scored.hundredths == sum(points_of(card, bins).values()) == sum_points(card, bins)
    gains = {}
    for place, item in enumerate(card.characteristics):
        assert item.reference_bin == item.bin_of(item.reference)
        flipped = [*bins[:place], item.reference_bin, *bins[place + 1 :]]
        gains[item.name] = sum_points(card, flipped) - scored.hundredths
    assert all(gains[lost.name] == lost.points > 0 for lost in scored.reasons)
    least = min((lost.points for lost in scored.reasons), default=0) if len(scored.reasons) == 4 else 0
    named = {lost.name for lost in scored.reasons}
    assert all(gain <= least for name, gain in gains.items() if name not in named)


def test_arrays_compiled_reload_and_the_axioms_scorer_are_the_same(made: Fitted, strange: pl.DataFrame) -> None:
    card = made.card
    assert card_of_plain(card_to_plain(card)) == card == open_card(made.artefact)
    table = score(card, strange, points=True).table
    parts = table.select(pl.col("^points_.*$") * 100).to_numpy().round().astype(int).sum(axis=1)
    assert (parts == (table["score"].to_numpy() * 100).round().astype(int)).all()
    compiled, decide = compile_card(card), scorer_of(card, "card").decide
    for i, row in enumerate(strange.rows(named=True)):
        one = score_one(card, row)
        assert (one.score, one.probability_default) == (table["score"][i], table["probability_default"][i])
        assert decide(row)["score"] == one.score
        values = [
            (math.nan if row[name] is None else float(row[name])) if width is None else _label(row[name])
            for name, width in card.readings.items()
        ]
        assert compiled.row(values) == (one.hundredths, tuple(lost.name for lost in one.reasons))


def _label(value: object) -> str:
    return "" if value is None else str(value).strip().rjust(5, "0") if isinstance(value, int) else str(value).strip()


def test_sql_in_two_engines(made: Fitted, strange: pl.DataFrame, db) -> None:
    from sqlalchemy import text

    expected = score(made.card, strange).table
    with duckdb.connect() as engine:
        engine.register("applications", strange.to_arrow())
        got = engine.sql(export(made.card, "sql").decode()).pl()
    assert got["score"].to_list() == expected["score"].to_list()
    assert got["probability_default"].cast(float).to_list() == expected["probability_default"].to_list()
    sample, expected = strange.tail(200), expected.tail(200)
    with db.write() as session:
        session.execute(
            text(
                "CREATE TEMP TABLE applications (home text, lender text, amount float8, guaranteed float8, staff bigint, "
                "trade int, status text)"
            )
        )
        session.execute(
            text("INSERT INTO applications VALUES (:home,:lender,:amount,:guaranteed,:staff,:trade,:status)"),
            sample.to_dicts(),
        )
        rows = session.execute(text(export(made.card, "sql").decode().replace(":", "\\:"))).mappings().all()
    assert [row["score"] for row in rows] == expected["score"].to_list()
    assert [float(row["probability_default"]) for row in rows] == expected["probability_default"].to_list()


def test_onnx(made: Fitted, strange: pl.DataFrame) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(export(made.card, "onnx"))
    feed = {}
    for one in session.get_inputs():
        name, _, length = one.name.partition("[:")
        column = strange[name]
        if "double" in one.type:
            feed[one.name] = column.cast(float).fill_null(math.nan).to_numpy()
        else:
            words = [_label(value) for value in column.to_list()]
            feed[one.name] = np.array([word[: int(length[:-1])] if length else word for word in words], object)
    _, points, _ = session.run(None, feed)
    assert points.tolist() == score(made.card, strange).table["score"].to_list()


@given(st.floats(), st.floats(), st.sampled_from([0.0, 1.0]))
def test_a_quotient_is_finite_and_exact_or_missing(upper: float, lower: float, more: float) -> None:
    found = quotient(upper, lower, more)
    if found is None:
        assert not LEAST <= lower + more <= MOST or not (upper == 0 or LEAST <= abs(upper) <= MOST)
    else:
        assert math.isfinite(found)
        assert found == upper / (lower + more)


def test_names_are_proposed_by_what_columns_are(sample: pl.DataFrame) -> None:
    raws, _, _ = read_columns(sample, without={"status"}, keep=())
    names = [raw.name for raw in propose(raws)]
    assert names == [
        "home = lender",
        "guaranteed / amount",
        "amount / (staff + 1)",
        "guaranteed / (staff + 1)",
        "trade[:2]",
        "trade[:3]",
        "count(trade)",
    ]


def test_a_small_file_keeps_its_columns(fitted: Fitted) -> None:
    card: Card = fitted.card
    assert card.names == card.columns
    assert all("made" not in entry for entry in card_to_plain(card)["characteristics"])
