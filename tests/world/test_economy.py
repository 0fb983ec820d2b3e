"""One district, day by day: money is neither made nor lost, and default follows from cash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from brambling.world.economy import DEFAULT_DAYS, INFLOWS, MUSTS, OWN, Books, State, run
from brambling.world.network import Relations, orders, relations
from brambling.world.population import NEVER, Population, population
from brambling.world.schedule import schedule
from brambling.world.timeline import Timeline, festival_curve, timeline
from brambling.world.town import Town
from brambling.world.trades import BY_KEY

TOWN = Town(seed=21, businesses=250, months=12, end=date(2026, 8, 31))


@dataclass(frozen=True)
class Lived:
    people: Population
    links: Relations
    time: Timeline
    books: Books
    state: State


def live(town: Town, **changes: object) -> Lived:
    time = timeline(town)
    people = replace(population(town, 0, time), **changes)  # type: ignore[arg-type]
    links = relations(town, 0, people, time)
    plan = schedule(town, 0, people, time)
    books, state = run(people, links, orders(town, 0, people, time, links=links, demand=plan.demand), time, plan)
    return Lived(people, links, time, books, state)


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(TOWN)


def test_money_is_neither_made_nor_lost(lived: Lived) -> None:
    """A naive account of each business and day, from the lines alone."""
    books, links = lived.books, lived.links
    c, n = links.customers, lived.people.size
    before = books.cash[lived.time.first - 1]
    for t in range(lived.time.first, lived.time.length):
        net = [0] * n
        for kind in INFLOWS:
            for k in np.flatnonzero(books.lines[kind][t]):
                net[k] += int(books.lines[kind][t, k])
        for kind in (*MUSTS, *OWN):
            for k in np.flatnonzero(books.lines[kind][t]):
                net[k] -= int(books.lines[kind][t, k])
        for e in np.flatnonzero(books.paid[t]):
            amount = int(books.paid[t, e])
            if e < c:
                net[links.seller[e]] += amount
            else:
                net[links.buyer[e]] -= amount
                if books.seller[t, e - c] >= 0:
                    net[books.seller[t, e - c]] += amount
        assert (books.cash[t] == before + np.array(net)).all()
        before = books.cash[t]


def test_nothing_is_ever_negative(lived: Lived) -> None:
    books = lived.books
    for matrix in (books.cash, books.reserve, books.fund, books.overdue, books.paid, *books.lines.values()):
        assert (matrix >= 0).all()


def test_a_default_had_bills_it_could_not_pay_for_thirty_days(lived: Lived) -> None:
    failed = np.flatnonzero(lived.state.default_at < NEVER)
    assert failed.size >= 2
    for k in failed:
        at = int(lived.state.default_at[k])
        days = slice(at - DEFAULT_DAYS + 1, at + 1)
        assert (lived.books.overdue[days, k] > lived.books.cash[days, k]).all()
        assert (lived.books.reserve[days, k] == 0).all()
        assert (lived.books.fund[days, k] == 0).all()
        assert lived.state.first_missed[k] <= at - DEFAULT_DAYS + 1
        assert lived.state.closed_at[k] > at


def test_default_is_no_coin(lived: Lived) -> None:
    """The same draws with rich owners: nobody fails. With owners who have nothing: those who failed, and others."""
    rich = live(TOWN, wealth=lived.people.wealth * 10_000)
    poor = live(TOWN, wealth=lived.people.wealth * 0)
    assert not (rich.state.default_at < NEVER).any()
    assert (poor.state.default_at < NEVER).sum() > (lived.state.default_at < NEVER).sum()


def test_a_closed_business_does_nothing(lived: Lived) -> None:
    closed = np.flatnonzero(lived.state.closed_at < lived.time.length - 20)
    assert closed.size >= 1
    for k in closed:
        after = slice(int(lived.state.closed_at[k]) + 2, None)
        for kind in (*MUSTS, *OWN, "injection"):
            assert not lived.books.lines[kind][after, k].any(), kind
        assert not lived.books.paid[after][:, lived.links.buyer == k].any()


def test_owners_help_only_when_nothing_else_is_left(lived: Lived) -> None:
    helped = lived.books.lines["injection"] > 0
    assert helped.any()
    assert not lived.books.reserve[helped].any()
    assert not lived.books.fund[helped].any()


def test_no_wish_is_met_while_a_bill_is_open(lived: Lived) -> None:
    wishes = sum(lived.books.lines[kind] for kind in ("draw", "equipment", "to_reserve", "to_fund"))
    assert not (np.asarray(wishes)[lived.books.overdue > 0]).any()


def test_nobody_enters_the_statements_already_failed(lived: Lived) -> None:
    for days in (lived.state.first_missed, lived.state.default_at, lived.state.closed_at):
        assert (days >= lived.time.first).all()


def test_customers_that_turn_late_pay_later() -> None:
    time = timeline(TOWN)
    people = population(TOWN, 0, time)
    links = relations(TOWN, 0, people, time)
    placed = orders(TOWN, 0, people, time, links=links, demand=np.ones((time.length, people.size)))
    day = np.searchsorted(placed.begin, np.arange(placed.relation.size), side="right") - 1
    known = (placed.pay_at < NEVER) & (day >= 0)
    wait = placed.pay_at - day
    late = links.late_from[placed.relation]
    before, after = known & (late < NEVER) & (day < late), known & (day >= late)
    extra = wait[after].mean() - wait[before].mean()
    assert 25 < extra < 70


def test_lost_customers_order_no_more() -> None:
    time = timeline(TOWN)
    people = population(TOWN, 0, time)
    links = relations(TOWN, 0, people, time)
    placed = orders(TOWN, 0, people, time, links=links, demand=np.ones((time.length, people.size)))
    day = np.searchsorted(placed.begin, np.arange(placed.relation.size), side="right") - 1
    assert (links.lost_from < time.length).any()
    assert (day < links.lost_from[placed.relation]).all()


def test_shares_of_suppliers_and_customers_are_whole(lived: Lived) -> None:
    links, n = lived.links, lived.people.size
    c = links.customers
    assert np.allclose(np.bincount(links.buyer[c:], weights=links.share[c:], minlength=n), 1.0)
    sold = np.bincount(links.seller[:c], weights=links.share[:c], minlength=n)
    assert np.allclose(sold[sold > 0], 1.0)
    assert (np.diff(links.buyer[c:]) >= 0).all()
    assert (links.buyer != links.seller).all()


def test_festival_profiles() -> None:
    distance = np.arange(-60, 61)
    shut = festival_curve(BY_KEY["machine-parts"], distance)
    assert shut[60] < 0.05
    assert shut[0] == shut[-1] == 1 or shut[0] > 1
    peak = festival_curve(BY_KEY["grocery"], distance)
    assert peak.argmax() in range(54, 60)
    assert festival_curve(BY_KEY["hotel"], distance)[61:66].min() > 1.3
