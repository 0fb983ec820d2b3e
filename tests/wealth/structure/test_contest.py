"""Three ways compete on an evening that none of them has seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from brambling.wealth.structure import structure
from brambling.wealth.structure.features.histories import evening
from brambling.wealth.structure.features.lots import lots_of
from brambling.wealth.structure.model import encoder
from brambling.wealth.structure.model.contest import compare, hold
from brambling.wealth.structure.readers import read

from .conftest import START, frame, rows_of

DAYS = 260


@pytest.fixture(scope="module")
def trades_frame() -> pl.DataFrame:
    """120 customers: half take half of their money out every 40 days and bring it back, half leave it."""
    rows = []
    for number in range(120):
        moves = [(number % 20, 100_000)]
        if number % 2:
            for day in range(30 + number % 15, DAYS, 40):
                moves += [(day, -50_000), (day + 12, 50_000)]
        rows += rows_of(f"c{number:03d}", "P", moves)
    rows += rows_of("last", "P", [(DAYS, 10)])
    return frame([row for row in rows if row[0] <= START + timedelta(days=DAYS)])


def test_the_winner_is_the_least_error_on_the_evening_held_out(trades_frame: pl.DataFrame) -> None:
    made = structure(trades_frame)
    contest = made.contest
    assert contest.held_out == START + timedelta(days=DAYS - 30)
    assert contest.skipped == {"encoder": "not-asked"}
    ours = {name: error for name, error in contest.errors.items() if name != "constant"}
    assert contest.winner == min(ours, key=ours.__getitem__)
    assert contest.errors[contest.winner] < 0.7 * contest.errors["constant"]
    assert made.customers["leaves_30d"].is_between(0, 1).all()


def test_what_comes_after_an_evening_changes_nothing_that_is_said_of_it(trades_frame: pl.DataFrame) -> None:
    trades = read([trades_frame]).trades
    day = trades.last - 30
    cut = trades.day <= day
    known = replace(trades, **{name: getattr(trades, name)[cut] for name in ("customer", "product", "day", "amount", "purpose", "edge")})  # fmt: skip
    now, then = evening(trades, lots_of(trades), day, 30), evening(known, lots_of(known), day, 30)
    assert np.array_equal(now.aggregates, then.aggregates) and np.array_equal(now.events, then.events)


def test_with_few_customers_the_kinds_speak() -> None:
    rows = [row for number in range(5) for row in rows_of(f"c{number}", "P", [(number, 100), (90, -50), (200, 10)])]
    trades = read([frame(rows)]).trades
    contest, say = hold(trades, lots_of(trades), trades.last - 30)
    assert (contest.winner, say, contest.held_out) == ("rules", None, None)
    assert contest.skipped == {"boosting": "few", "encoder": "few"}


def test_the_encoder_says_more_than_the_mean(trades_frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jax", reason="the extra train is not installed")
    monkeypatch.setattr(encoder, "STEPS", 40)
    trades = read([trades_frame]).trades
    lots = lots_of(trades)
    taught = [evening(trades, lots, day, 30) for day in (90, 120, 150, 180)]
    held = evening(trades, lots, trades.last - 30, 30)
    assert held.share_left is not None
    said = compare(trades, lots, taught, held, encoder=True, seed=3)[0]["encoder"]
    assert np.abs(said - held.share_left).mean() < np.abs(held.share_left.mean() - held.share_left).mean()
