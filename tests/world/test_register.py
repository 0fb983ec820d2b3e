"""Names and numbers: in the form of real ones, and nobody's."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, numdb
from stdnum.cn import ric, uscc

from brambling.world import Simulation, names
from brambling.world.registry import _birthday
from brambling.world.town import REGION
from brambling.world.trades import BY_KEY, TRADES

NUMBERS = st.integers(min_value=1, max_value=9_999_999)
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


@given(NUMBERS, SEEDS, st.booleans())
def test_codes_pass_the_check_of_another_library(number: int, seed: int, company: bool) -> None:
    code = names.uscc(number, seed, company)
    assert uscc.is_valid(code)
    assert code[2:8] == REGION
    assert luhn.is_valid(names.account(number))


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)), NUMBERS)
def test_identity_numbers_pass_the_check_digit_of_a_region_that_is_not(born: date, number: int) -> None:
    code = names.identity_number(born, number)
    assert len(code) == 18
    assert ric.calc_check_digit(code) == code[-1]
    assert ric.get_birth_date(code) == born


def test_the_region_is_in_no_register() -> None:
    assert not any(found for _, found in numdb.get("cn/loc").info(REGION))


def test_numbers_are_unique(simulation: Simulation) -> None:
    for column in ("uscc", "name", "account", "phone", "customer", "owner_id"):
        assert simulation.businesses[column].n_unique() == simulation.businesses.height, column


def test_no_two_people_of_a_large_town_share_an_identity_number() -> None:
    near = date(1980, 5, 17)
    codes = {
        names.identity_number(_birthday(near + timedelta(days=number * 37 % 9000), number, role), number)
        for number in range(1, 100_001, 3)
        for role in range(3)
    }
    assert len(codes) == 3 * 33_334


def test_every_name_says_that_it_is_imitated(simulation: Simulation) -> None:
    frames = (
        simulation.businesses["name"],
        simulation.businesses["owner"],
        simulation.businesses["address"],
        simulation.statements["counterparty"].unique(),
        simulation.related["person"],
        simulation.payers["counterparty"],
        simulation.funds["product"].unique(),
        simulation.holders["holder"],
    )
    for texts in frames:
        assert texts.str.contains("仿").all(), texts.name
    assert simulation.businesses["synthetic"].all()


def test_some_persons_stand_behind_two_businesses(simulation: Simulation) -> None:
    shared = simulation.related.group_by("person_id").agg(pl.col("business").n_unique()).filter(pl.col("business") > 1)
    assert 2 <= shared.height <= 50
    first = simulation.related.filter(pl.col("role") == "legal-representative")
    assert first["business"].to_list() == simulation.businesses["business"].to_list()


def test_owners_are_grown_up_and_licences_before_the_first_line(simulation: Simulation) -> None:
    assert simulation.businesses["owner_age"].is_between(20, 80).all()
    first = simulation.statements.group_by("business").agg(pl.col("date").min())
    opened = simulation.businesses.join(first, on="business")
    assert (opened["opened_on"] <= opened["date"]).all()
    assert opened.height == simulation.businesses.height


def test_trades_are_told_once_and_buy_only_from_trades_that_sell_to_businesses() -> None:
    assert len(BY_KEY) == len(TRADES) == len({trade.code for trade in TRADES})
    for trade in TRADES:
        assert len(trade.months) == 12
        assert len(trade.weekdays) == 7
        assert trade.goods + trade.wages + trade.rent + trade.utilities < 1
        assert all(BY_KEY[key].consumers < 1 for key in trade.buys_from)
