"""The finder learns from what happened next, reads nothing that was not known, and finds the town's needs again."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from brambling.app.bench.needs import precisions, seen, true_need
from brambling.kit.errors import InputRejected
from brambling.marketing.needs.features.history import HORIZON_DAYS, Histories, histories, numbers_at
from brambling.marketing.needs.model import Look, NeedFinder, happened_after
from brambling.world import Town
from brambling.world.build import build

START = date(2025, 1, 1)


def lines(*rows: tuple[str, int, int, int, str]) -> pl.DataFrame:
    """(customer, day, amount, balance, category)."""
    frame = pl.DataFrame(rows, schema=["customer", "day", "amount_minor", "balance_minor", "category"], orient="row")
    return frame.with_columns(date=pl.lit(START) + pl.duration(days=pl.col("day"))).drop("day")


def people(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"customer": names, "gbt4754": ["6210"] * len(names), "opened_on": [START] * len(names)})


def random_histories(seed: int, days: int = 200) -> tuple[pl.DataFrame, pl.DataFrame]:
    draws = np.random.default_rng(seed)
    rows = []
    for name in ("a", "b", "c"):
        balance = 100_000
        for day in range(days):
            amount = int(draws.integers(-5_000, 5_000))
            balance = max(0, balance + amount)
            kind = str(draws.choice(["sales", "supplier", "rent", "owner", "transfer", "tax", "payroll", "loan"]))
            rows.append((name, day, amount, balance, kind))
    return lines(*rows), people("a", "b", "c")


def test_the_grid_holds_what_the_statements_say() -> None:
    known = histories(
        lines(("a", 0, 500, 1500, "sales"), ("a", 0, -200, 1300, "supplier"), ("a", 2, -300, 1000, "transfer"))
        .vstack(lines(("b", 2, 900, 900, "owner"), ("b", 3, -100, 800, "rent"))),
        people("a", "b"),
    )  # fmt: skip
    assert known.balance.tolist() == [[1300, 1300, 1000, 1000], [0, 0, 900, 800]]
    assert known.net.tolist() == [[300, 0, -300, 0], [0, 0, 900, -100]]
    assert known.operating.tolist() == [[300, 0, 0, 0], [0, 0, 0, -100]]
    assert known.costs.tolist() == [[200, 0, 0, 0], [0, 0, 0, 100]]
    assert known.put_in.tolist() == [[0] * 4, [0, 0, 900, 0]]
    assert known.outside.tolist() == [[0, 0, 300, 300], [0] * 4]
    with pytest.raises(InputRejected, match="no statement belongs"):
        histories(lines(("z", 0, 1, 1, "sales")), people("a"))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_after_the_day_is_read(seed: int) -> None:
    """The oracle: statements cut off on the day give the same numbers as statements that go on."""
    statements, who = random_histories(seed)
    whole = histories(statements, who)
    for at in (95, 130, 170):
        cut = histories(statements.filter(pl.col("date") < START + timedelta(days=at)), who)
        assert cut.days == at
        np.testing.assert_array_equal(numbers_at(whole, at, 5), numbers_at(cut, at, 5))


def test_what_happened_is_counted_as_by_hand() -> None:
    rows = [("a", day, -100, 10_000, "supplier") for day in range(100)]
    rows += [("a", 110, -9_600, 400, "supplier"), ("a", 111, 20_000, 20_400, "owner"), ("a", 170, -1, 20_399, "tax")]
    rows += [("b", day, -100, 90_000, "supplier") for day in range(171)]
    known = histories(lines(*rows), people("a", "b"))
    look = Look(idle_minor_min=1_000)
    after = happened_after(known, 100, look)
    assert after["gap-ahead"].tolist() == [True, False]
    assert after["gap-in-time"].tolist() == [True, False]
    assert after["idle-cash"].tolist() == [False, True]
    assert happened_after(known, 109, look)["gap-in-time"].tolist() == [False, False]  # one day is no time for help


def test_too_little_to_learn_from_is_said() -> None:
    statements, who = random_histories(1, days=120)
    with pytest.raises(InputRejected, match="too short"):
        NeedFinder().fit(histories(statements, who), range(120))
    rows = [("a", day, -100, 10_000_000, "supplier") for day in range(200)]
    with pytest.raises(InputRejected, match="never happened"):
        NeedFinder().fit(histories(lines(*rows), people("a")), [100, 120])


@pytest.fixture(scope="module")
def small() -> tuple[Histories, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A small town as the bank sees it, what is found in it, and the truth."""
    town = build(Town(seed=21, businesses=250))
    known = seen(town)
    days = sorted(town.needs["as_of"].unique().to_list())
    found = NeedFinder().fit(known, [(day - known.start).days for day in days]).predict(known)
    return known, found, {kind: true_need(town, kind, days[-1], 3) for kind in found}


def test_needs_of_a_town_are_found_again(small: tuple[Histories, dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    """Synthetic. Among the tenth chosen the need is at least 2.5 times as frequent as among all."""
    known, found, truth = small
    assert known.days > HORIZON_DAYS
    for kind, chance in found.items():
        assert ((chance >= 0) & (chance <= 1)).all()
        chosen = np.argsort(-chance, kind="stable")[:25]
        assert truth[kind][chosen].mean() >= 2.5 * truth[kind].mean(), kind


@pytest.mark.story
@pytest.mark.parametrize("seed", [7, 1001, 1002])
def test_a_gap_in_time_is_found_three_times_as_often_as_by_propensity(seed: int) -> None:
    """Synthetic; the town's mechanism was fixed before the finder was written."""
    found = precisions(seed, 1000)
    assert found["gap-in-time"]["finder"] >= 3 * found["gap-in-time"]["propensity"]
    for kind in ("gap-ahead", "idle-cash"):
        assert found[kind]["finder"] > found[kind]["propensity"]
