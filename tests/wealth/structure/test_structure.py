"""Money whose nature is known is read as what it is; sums are exact; nothing is said with what came later."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from brambling.kit.errors import InputRejected
from brambling.wealth.structure import structure
from brambling.wealth.structure.commands import app
from brambling.wealth.structure.features.lots import lots_of
from brambling.wealth.structure.model.pools import daily_shares, leaving, left_within
from brambling.wealth.structure.model.survival import kaplan_meier
from brambling.wealth.structure.readers import of_daily, read
from brambling.wealth.structure.rules.alerts import Share, alerts
from brambling.wealth.structure.rules.kinds import KINDS
from brambling.wealth.structure.service.structure import split
from brambling.wealth.structure.shapes import Structure

from .conftest import START, frame, rows_of


@pytest.fixture
def made(kinds: pl.DataFrame) -> Structure:
    return structure(kinds)


def mean(made: Structure, who: str, column: str) -> float:
    of = made.customers.filter(pl.col("customer").str.starts_with(who) & (pl.col("product") == "A"))
    assert of.height
    return float(of[column].mean())  # type: ignore[arg-type]


def test_each_kind_is_the_likeliest_where_it_is_true(made: Structure) -> None:
    for who, kind in (("wages", "payroll"), ("idle", "idle")):
        chances = {one: mean(made, who, f"p_{one}") for one in KINDS}
        assert max(chances, key=chances.__getitem__) == kind, (who, chances)
    assert mean(made, "turns", "p_idle") < mean(made, "idle", "p_idle")
    assert mean(made, "chases", "p_hot") > 0.3


def test_idle_money_stays_longer_than_wages(made: Structure) -> None:
    assert mean(made, "idle", "stay_days") > 2 * mean(made, "wages", "stay_days")
    assert mean(made, "idle", "leaves_7d") < mean(made, "wages", "leaves_7d")


def test_kinds_add_up_to_the_balance_to_the_fen(made: Structure) -> None:
    for row in made.customers.to_dicts():
        assert sum(row[kind] for kind in KINDS) == row["balance"]
        assert sum(row[f"p_{kind}"] for kind in KINDS) == pytest.approx(1, abs=1e-5)
    for one in made.products:
        assert sum(one.by_kind.values()) == one.held_minor
        held = made.customers.filter(pl.col("product") == one.product)["balance"].sum()
        assert Decimal(held) * 100 == one.held_minor


def test_runoff_falls_and_its_interval_holds_it(made: Structure) -> None:
    for one in made.products:
        shares = [share for _day, share, _low, _high in one.runoff]
        assert shares[0] == 1 and shares == sorted(shares, reverse=True)
        assert all(0 <= low <= share <= high <= 1 for _day, share, low, high in one.runoff)


def test_yesterday_is_told_without_today(kinds: pl.DataFrame, made: Structure) -> None:
    last = kinds["date"].max()
    known = structure(kinds.filter(pl.col("date") < last), seed=7)
    # a customer who came today is no part of yesterday's population either
    assert {one.product: one.held_minor for one in made.before["yesterday"]} == {
        one.product: one.held_minor for one in known.products if one.day == last - timedelta(days=1)
    } or known.as_of < last - timedelta(days=1)


def test_hot_money_that_pours_in_is_told_with_its_trades(tmp_path: Path) -> None:
    rows, days = [], 200
    for number in range(30):
        rows += rows_of(f"calm-{number}", "A", [(number, 100_000), (150, 500)])
        for day in range(20 + number % 5, 160, 30):
            rows += rows_of(f"fast-{number}", "A", [(day, 20_000), (day + 8, -20_000)])
    rows += rows_of("last", "A", [(days, 1)])
    for number in range(30):
        rows += rows_of(f"fast-{number}", "A", [(196, 150_000)])
    table = [(START + timedelta(days=day), "A", 0.02 + (0.01 if _high(day) else 0.0), 0.02) for day in range(days + 1)]
    yields = pl.DataFrame(table, schema=["date", "product", "yield_annual", "rival_yield_annual"], orient="row")
    made = structure(frame(rows), yields=yields)
    found = [trace for trace in made.alerts if trace.alert.reason.code == "hot-money"]
    assert found and found[0].alert.after - found[0].alert.before >= 0.05
    assert {customer.split("-")[0] for customer, _day, _amount in found[0].trades} == {"fast"}


def _high(day: int) -> bool:
    """The yield stands above its rivals while fast money is there: it came for it and leaves after it."""
    return day >= 195 or (day - 20) % 30 < 6


# -- parts --------------------------------------------------------------------------------------------------------------


@given(
    amounts=st.lists(st.integers(0, 10**12), min_size=1, max_size=20),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_split_adds_up(amounts: list[int], seed: int) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.ones(len(KINDS)), len(amounts))
    parts = split(np.array(amounts, dtype=np.int64), chances)
    assert (parts >= 0).all() and parts.sum(axis=1).tolist() == amounts


def naive_lots(moves: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Unit by unit, last in first out: (day it came or -1, day it left or -1) to units."""
    low = total = 0
    for _day, amount in moves:
        total += amount
        low = min(low, total)
    stack = [-1] * -low
    found: dict[tuple[int, int], int] = {}
    for day, amount in moves:
        if amount > 0:
            stack += [day] * amount
        for _ in range(-amount):
            came = stack.pop() or -1  # of what came on the first day the age is not known
            found[came, day] = found.get((came, day), 0) + 1
    for came in stack:
        found[came or -1, -1] = found.get((came or -1, -1), 0) + 1
    return found


@settings(max_examples=60)
@given(moves=st.lists(st.integers(-8, 8).filter(bool), min_size=1, max_size=25))
def test_lots_are_those_of_unit_by_unit(moves: list[int]) -> None:
    dated = list(enumerate(moves))
    rows = {
        "customer": ["a"] * len(moves),
        "product": ["P"] * len(moves),
        "date": [START + timedelta(days=day) for day, _ in dated],
        "amount": moves,
    }
    trades, _ = of_daily(pl.DataFrame(rows), START, START + timedelta(days=40))
    lots = lots_of(trades)
    found: dict[tuple[int, int], int] = {}
    for amount, since, left, seen in zip(lots.amount, lots.since, lots.left, lots.seen, strict=True):
        key = (int(since) if seen else -1, int(left))
        found[key] = found.get(key, 0) + int(amount)
    assert found == naive_lots(dated)


@given(
    stays=st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(1, 5)), min_size=1, max_size=30),
)
def test_kaplan_meier_is_the_textbook_product(stays: list[tuple[int, bool, int]]) -> None:
    stay = np.array([one[0] for one in stays])
    gone = np.array([one[1] for one in stays])
    weight = np.array([float(one[2]) for one in stays])
    curve = kaplan_meier(stay, gone, weight, 30)
    share = 1.0
    for day in range(31):
        risk = sum(w for s, _g, w in stays if s >= day)
        left = sum(w for s, g, w in stays if s == day and g)
        share *= 1 - left / risk if risk else 1
        assert curve[day] == pytest.approx(share)


def test_a_pool_with_even_days_is_foretold_exactly() -> None:
    bought = np.full((3, 200), 100.0)
    bought[:, 0] = 10_000
    sold = np.zeros_like(bought)
    held = bought[:, 0].copy()
    for day in range(1, 200):
        sold[:, day] = 0.01 * held
        held += bought[:, day] - sold[:, day]
    shares = daily_shares(bought, sold)
    assert leaving(shares, 150, 30) == pytest.approx(left_within(shares, 150, 30))


def test_an_alert_is_told_once_and_only_past_its_points() -> None:
    def days(hot: list[float], top: float = 0.1) -> list[Share]:
        return [Share(START + timedelta(days=day), value, top) for day, value in enumerate(hot)]

    (told,) = alerts("P", days([0.10, 0.10, 0.16, 0.17, 0.17]))
    assert (told.day, told.reason.code) == (START + timedelta(days=2), "hot-money")
    assert alerts("P", days([0.10, 0.11, 0.12, 0.13, 0.14])) == ()
    assert alerts("P", days([0.10, 0.14, 0.14, 0.14, 0.14, 0.14, 0.14, 0.18])) == ()  # 4 points in five days
    risen = [*days([0.1, 0.1]), Share(START + timedelta(days=2), 0.1, 0.25)]
    assert [alert.reason.code for alert in alerts("P", risen)] == ["top10-level"]


# -- files --------------------------------------------------------------------------------------------------------------

BAD = {
    "moves no money": "date,customer,product,amount\n2026-01-01,a,P,0\n2026-02-01,b,P,0\n",
    "row 2, column 'subscription': a negative": (
        "date,customer,product,subscription,redemption\n2026-01-01,a,P,5,0\n2026-02-01,b,P,-5,0\n"
    ),
    "covers 5 days": "date,customer,product,amount\n2026-01-01,a,P,10\n2026-01-05,b,P,20\n",
    "row 2, column 'date'": "date,customer,product,amount\n2026-01-01,a,P,10\n2026-02-30,b,P,20\n",
    "row 1, column 'customer'": "date,customer,product,amount\n2026-01-01,,P,10\n2026-02-20,b,P,20\n",
    "row 2, column 'amount'": "date,customer,product,amount\n2026-01-01,a,P,10\n2026-02-20,b,P,ten\n",
    "no column": "date,customer,product\n2026-01-01,a,P\n",
}


@pytest.mark.parametrize("problem", BAD)
def test_bad_trades_are_one_line(tmp_path: Path, problem: str) -> None:
    path = tmp_path / "trades.csv"
    path.write_text(BAD[problem], encoding="utf-8")
    with pytest.raises(InputRejected) as error:
        structure(path)
    assert problem in str(error.value) and "\n" not in str(error.value)


def test_holders_whose_shares_are_none(kinds: pl.DataFrame) -> None:
    for shares in ([0.7, 0.7], [1.2, 0.1], [-0.1, 0.5]):
        holders = pl.DataFrame({"product": ["A", "A"], "holder": ["x", "y"], "share": shares})
        with pytest.raises(InputRejected):
            structure(kinds, holders=holders)


def test_each_file_has_its_own_names(kinds: pl.DataFrame) -> None:
    holders = pl.DataFrame({"product": ["A", "A"], "持有人": ["某某银行", "y"], "share": [0.4, 0.2]})
    made = structure(
        kinds.rename({"customer": "客户"}), holders=holders, mapping={"customer": "客户", "holder": "持有人"}
    )
    (one,) = [one for one in made.products if one.product == "A"]
    assert (one.top10, one.institutions) == (0.6, 0.4)


def test_a_product_that_everybody_left_and_money_from_before(tmp_path: Path) -> None:
    rows = [*rows_of("a", "gone", [(0, 100), (90, -100)]), *rows_of("b", "old", [(5, -300), (90, -50), (95, 20)])]
    made = structure(frame(rows))
    assert [(one.product, one.held_minor) for one in made.products] == [("old", 2000)]


def test_statements_tell_what_money_was_for(tmp_path: Path) -> None:
    from brambling.world import Town, statement_csv
    from brambling.world.build import build

    town = build(Town(seed=5, businesses=12, months=12))
    paths = []
    for business in town.businesses["business"].sort().to_list()[:3]:
        path = tmp_path / f"firm{business}.csv"
        path.write_bytes(statement_csv(town, business, "hecang"))
        paths.append(path)
    trades = read(paths).trades
    gone = trades.amount < 0
    assert trades.purpose[gone].sum(axis=1) == pytest.approx(1)
    assert not trades.purpose[~gone].any()
    made = structure(*paths, synthetic=True)
    closing = town.statements.filter(pl.col("business").is_in(town.businesses["business"].sort().to_list()[:3]))
    balance = closing.group_by("business").agg(pl.col("balance_minor").last())["balance_minor"].sum()
    account = next(one for one in made.products if one.product == "account")
    assert account.held_minor == balance
    assert account.by_kind["operating"] > 0 and account.by_kind["payroll"] + account.by_kind["tax"] > 0


def test_the_command_writes_table_report_and_json(tmp_path: Path, kinds: pl.DataFrame) -> None:
    kinds.write_csv(tmp_path / "trades.csv")
    out, page = tmp_path / "out.csv", tmp_path / "page.html"
    arguments = ["structure", str(tmp_path / "trades.csv"), "--out", str(out), "--report", str(page), "--json"]
    result = CliRunner().invoke(app, [*arguments, "--lang", "zh", "--synthetic"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["synthetic"] and {one["product"] for one in told["products"]} >= {"A"}
    assert date.fromisoformat(told["as_of"]) == kinds["date"].max()
    assert pl.read_csv(out).height == told["customers"]
    assert "资金的性质" in page.read_text("utf-8")
