"""Account lines: balances, mirrors, calendar, season, layouts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from brambling.kit.calendar import ChineseCalendar
from brambling.kit.errors import InputRejected
from brambling.world import DIALECTS, Simulation, Town, statement_csv
from brambling.world.statements import CATEGORIES


def test_running_balances_add_up_on_every_row_and_are_never_negative(simulation: Simulation) -> None:
    rows = simulation.statements
    step = rows.with_columns(pl.col("balance_minor").diff().over("business").alias("step"))
    assert step.filter(pl.col("step").is_not_null() & (pl.col("step") != pl.col("amount_minor"))).is_empty()
    assert rows["balance_minor"].min() >= 0  # type: ignore[operator]
    assert (rows["amount_minor"] != 0).all()


def test_a_naive_reading_agrees(simulation: Simulation) -> None:
    for business in (1, 77, 250, 500):
        lines = simulation.statement(business).rows(named=True)
        balance = lines[0]["balance"] - lines[0]["amount"]
        day = lines[0]["date"]
        for line in lines:
            balance += line["amount"]
            assert balance == line["balance"]
            assert line["date"] >= day
            day = line["date"]
        assert isinstance(balance, Decimal)
        assert {line["account"] for line in lines} == {simulation.businesses["account"][business - 1]}


def test_payments_inside_the_town_mirror(simulation: Simulation) -> None:
    names = dict(zip(simulation.businesses["business"], simulation.businesses["name"], strict=True))
    inside = set(names.values())
    paid: Counter[tuple[object, ...]] = Counter()
    received: Counter[tuple[object, ...]] = Counter()
    rows = simulation.statements.filter(
        pl.col("counterparty").is_in(list(inside)) & (pl.col("true_category") != "transfer")
    )
    for business, day, amount, other in rows.select("business", "date", "amount_minor", "counterparty").iter_rows():
        if amount < 0:
            paid[names[business], other, day, -amount] += 1
        else:
            received[other, names[business], day, amount] += 1
    assert paid == received
    assert paid.total() > 5_000


def test_there_are_one_to_three_rows_a_business_and_day(town: Town, simulation: Simulation) -> None:
    days = (town.end - town.start).days + 1
    assert 1 <= simulation.statements.height / town.businesses / days <= 3
    assert simulation.statements["date"].is_between(town.start, town.end).all()
    assert set(simulation.statements["true_category"]) == set(CATEGORIES)


def test_wages_are_paid_on_workdays_and_taxes_on_the_tax_day(simulation: Simulation) -> None:
    calendar = ChineseCalendar()
    rows = simulation.statements
    wages = rows.filter(pl.col("memo").str.contains("工资|薪资"))
    on_time = wages["date"].is_in([day for day in wages["date"].unique() if calendar.is_workday(day)])
    assert on_time.mean() > 0.97  # type: ignore[operator]
    taxes = rows.filter(pl.col("true_category") == "tax")
    deadlines = [calendar.tax_deadline(year, month) for year in (2025, 2026) for month in range(1, 13)]
    assert taxes["date"].is_in(deadlines).mean() > 0.97  # type: ignore[operator]


def test_the_thirteenth_wage_comes_once_before_spring_festival(simulation: Simulation) -> None:
    whole = simulation.truth.filter(pl.col("first_missed_on").is_null())["business"]
    wages = simulation.statements.filter(
        pl.col("business").is_in(whole.implode()),
        pl.col("memo").str.contains("工资|薪资"),
        pl.col("date") > date(2025, 8, 1),
    )
    usual = wages.group_by("business").agg(
        pl.col("amount_minor").median().alias("usual"), pl.col("date").min().alias("since")
    )
    high = wages.join(usual, on="business").filter(
        pl.col("since") < date(2025, 11, 1), pl.col("amount_minor") < 1.5 * pl.col("usual")
    )
    assert high["business"].n_unique() > 0.9 * usual.filter(pl.col("since") < date(2025, 11, 1)).height
    assert high["date"].is_between(date(2026, 1, 4), date(2026, 2, 13)).mean() > 0.97  # type: ignore[operator]
    assert high.group_by("business").len()["len"].mean() < 1.03  # type: ignore[operator]


def daily_sales(simulation: Simulation, trade: str) -> dict[date, int]:
    members = simulation.businesses.filter(pl.col("trade") == trade)["business"]
    rows = simulation.statements.filter(pl.col("business").is_in(members.implode()), pl.col("true_category") == "sales")
    return dict(rows.group_by("date").agg(pl.col("amount_minor").sum()).iter_rows())


def mean(sales: dict[date, int], first: date, days: int) -> float:
    return sum(sales.get(first + timedelta(days=k), 0) for k in range(days)) / days


def test_the_season_is_visible(simulation: Simulation) -> None:
    """Spring Festival 2026 is 17 February; wallets pay out the day after the sale."""
    grocery, hotel = daily_sales(simulation, "grocery"), daily_sales(simulation, "hotel")
    decoration = daily_sales(simulation, "decoration")
    assert mean(grocery, date(2026, 2, 8), 8) > 1.4 * mean(grocery, date(2025, 11, 8), 28)
    assert mean(grocery, date(2026, 2, 18), 3) < 0.8 * mean(grocery, date(2025, 11, 8), 28)
    assert mean(hotel, date(2025, 10, 3), 5) > 1.5 * mean(hotel, date(2025, 9, 8), 14)
    assert mean(decoration, date(2026, 2, 15), 8) < 0.2 * mean(decoration, date(2025, 11, 1), 30)
    restaurant = daily_sales(simulation, "restaurant")
    normal = [date(2025, 8, 4) + timedelta(days=k) for k in range(42)]
    weekend = [restaurant[day] for day in normal if day.weekday() in (6, 0)]  # of Saturday and Sunday
    week = [restaurant[day] for day in normal if day.weekday() in (2, 3, 4)]
    assert sum(weekend) / len(weekend) > 1.1 * sum(week) / len(week)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_a_layout_can_be_read_back(simulation: Simulation, dialect: str) -> None:
    expected = [(line["date"], line["amount"], line["balance"], line["counterparty"], line["memo"]) for line in simulation.statement(9).rows(named=True)]  # fmt: skip
    assert read_back(statement_csv(simulation, 9, dialect), dialect) == expected


def read_back(data: bytes, dialect: str) -> list[tuple[object, ...]]:
    """A reader of its own for each layout, by position of the columns."""

    def number(text: str) -> Decimal:
        return Decimal(text.replace(",", "") or "0")

    if dialect == "contract":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))[1:]
        return [(date.fromisoformat(r[0]), number(r[1]), number(r[4]), r[2], r[3]) for r in rows]
    if dialect == "hecang":
        rows = list(csv.reader(io.StringIO(data.decode("gb18030"))))[7:]
        return [(date.fromisoformat(r[0]), number(r[4]) - number(r[3]), number(r[5]), r[6], r[2]) for r in rows]
    if dialect == "yanling":
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[2:]
        return [
            (date.fromisoformat(r[0].replace("/", "-")), number(r[3]) - number(r[4]), number(r[5]), r[1], r[2])
            for r in reversed(rows)
        ]
    rows = list(csv.reader(io.StringIO(data.decode("gb18030")), delimiter="\t"))[4:]
    sign = {"借": -1, "贷": 1}
    return [(date.fromisoformat(r[1]), sign[r[2]] * number(r[3]), number(r[4]), r[5], r[6]) for r in rows]


def test_a_layout_or_business_that_is_not_is_rejected(simulation: Simulation) -> None:
    with pytest.raises(InputRejected, match="no layout"):
        statement_csv(simulation, 1, "moon")
    with pytest.raises(InputRejected, match="no business"):
        statement_csv(simulation, 501)
    with pytest.raises(InputRejected, match="no business"):
        simulation.statement(0)
