"""Concession: every offer inside its own limits, an end after a known time, agreement inside both."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.wealth.negotiation.rules import (
    Grid,
    Limits,
    Offer,
    Stand,
    bargain,
    concession,
    levelled,
    room_of,
    whole_lots,
)

LOT = Money.of("10000.00")
GRID = Grid(tuple(date(2026, 3, 2) + timedelta(days=n) for n in range(7)), ("app", "desk"), LOT)


def lots(number: int) -> Money:
    return LOT * number


@st.composite
def stands(draw: st.DrawFn) -> tuple[Stand, Stand]:
    def limits(**more: object) -> Limits:
        least = draw(st.integers(0, 60))
        prices = sorted(draw(st.tuples(st.integers(0, 50), st.integers(0, 50))))
        return Limits(
            lots(least),
            lots(least + draw(st.integers(0, 150))),
            price_min=Rate(Decimal(prices[0]) / 10_000),
            price_max=Rate(Decimal(prices[1]) / 10_000),
            pace=Decimal(draw(st.sampled_from(["0.3", "1", "3"]))),
            **more,  # type: ignore[arg-type]
        )

    manager = limits(day_max=lots(draw(st.integers(12, 40))))
    platform = limits(channel_day_max={"app": lots(draw(st.integers(6, 30))), "desk": lots(draw(st.integers(6, 30)))})
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    made = []
    for side, given_limits in (("platform", platform), ("manager", manager)):
        room = room_of(given_limits, GRID)
        wish = Offer(rng.integers(0, 25, GRID.shape), rng.integers(0, 6_000, GRID.shape))
        made.append(Stand(side, room.within(wish), room, given_limits))  # type: ignore[arg-type]
    return made[0], made[1]


@given(stands(), st.integers(1, 12))
@settings(max_examples=150)
def test_every_offer_keeps_its_own_limits_and_what_is_agreed_keeps_both(both: tuple[Stand, Stand], rounds: int) -> None:
    talk = bargain(both, rounds)
    by_side = {stand.side: stand for stand in both}
    assert len(talk.versions) <= 2 * (rounds + 1)
    assert [version.number for version in talk.versions] == list(range(1, len(talk.versions) + 1))
    for version in talk.versions:
        assert by_side[version.side].room.broken(version.offer) == ()
    for before, after in zip(talk.versions, talk.versions[2:], strict=False):
        assert before.side == after.side
        assert before.given <= after.given
    if talk.agreed is not None:
        for stand in both:
            assert stand.room.broken(talk.agreed) == ()
        assert talk.between == ()
    else:
        assert talk.state == "rejected"
        assert talk.between


@given(stands())
@settings(max_examples=60)
def test_what_keeps_the_limits_is_left_as_it_is(both: tuple[Stand, Stand]) -> None:
    for stand in both:
        assert stand.room.within(stand.wanted).same(stand.wanted)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=14), st.integers(0, 200), st.integers(1, 40))
def test_levelling_leaves_no_day_that_could_be_lower(net: list[int], total: int, most: int) -> None:
    flows, cap = np.array(net, dtype=float), np.full(len(net), most)
    filled = levelled(flows, cap, total)
    assert filled.sum() == min(total, most * len(net))
    assert ((filled >= 0) & (filled <= most)).all()
    after = flows + filled
    giving, taking = filled > 0, filled < most
    if giving.any() and taking.any():  # moving one lot from any day to any other makes nothing more level
        assert after[giving].max() - after[taking].min() <= 2


@given(st.integers(0, 10_000))
def test_rounding_keeps_every_sum_to_a_neighbour(seed: int) -> None:
    wanted = np.random.default_rng(seed).uniform(0, 9, (5, 3))
    made = whole_lots(wanted)
    assert made.sum() == np.floor(wanted.sum())
    assert (np.abs(made.sum(axis=1) - wanted.sum(axis=1)) < 1 + 1e-9).all()
    assert (np.abs(made - wanted) < 1 + 1e-9).all()


def test_two_sides_meet_in_the_middle() -> None:
    limits = Limits(
        lots(0), lots(1000), price_min=Rate.of("0.10%"), price_max=Rate.of("0.50%"), quota_weight=Decimal(0)
    )
    room = room_of(limits, GRID)
    sold = np.full(GRID.shape, 5, dtype=np.int64)
    low, high = (Offer(sold, np.full(GRID.shape, price, dtype=np.int64)) for price in (1_000, 5_000))
    talk = bargain((Stand("platform", high, room, limits), Stand("manager", low, room, limits)), 8)
    assert talk.state == "accepted"
    assert talk.agreed is not None
    assert 2_500 <= int(talk.agreed.price[0, 0]) <= 3_500
    assert len(talk.versions) < 18


def test_who_holds_out_gets_more() -> None:
    limits = Limits(
        lots(0), lots(1000), price_min=Rate.of("0.10%"), price_max=Rate.of("0.50%"), quota_weight=Decimal(0)
    )
    hard = Limits(
        lots(0), lots(1000), price_min=Rate.of("0.10%"), price_max=Rate.of("0.50%"), quota_weight=Decimal(0),
        pace=Decimal("0.25"),
    )  # fmt: skip
    room = room_of(limits, GRID)
    sold = np.full(GRID.shape, 5, dtype=np.int64)
    low, high = (Offer(sold, np.full(GRID.shape, price, dtype=np.int64)) for price in (1_000, 5_000))
    even = bargain((Stand("platform", high, room, limits), Stand("manager", low, room, limits)), 8).agreed
    held = bargain((Stand("platform", high, room, limits), Stand("manager", low, room, hard)), 8).agreed
    assert even is not None and held is not None
    assert held.price[0, 0] < even.price[0, 0]


def test_no_common_ground_names_what_stands_between() -> None:
    cheap = Limits(lots(10), lots(100), price_max=Rate.of("0.10%"))
    dear = Limits(lots(10), lots(100), price_min=Rate.of("0.20%"))
    rooms = {"manager": room_of(cheap, GRID), "platform": room_of(dear, GRID)}
    wish = Offer(np.full(GRID.shape, 3, dtype=np.int64), np.full(GRID.shape, 1_500, dtype=np.int64))
    talk = bargain(
        (
            Stand("platform", rooms["platform"].within(wish), rooms["platform"], dear),
            Stand("manager", rooms["manager"].within(wish), rooms["manager"], cheap),
        ),
        5,
    )
    assert talk.state == "rejected"
    assert {(side, reason.code) for side, reason in talk.between} == {
        ("platform", "price-below"),
        ("manager", "price-above"),
    }


def test_limits_that_nobody_can_keep() -> None:
    room = room_of(Limits(lots(100), lots(200), day_max=lots(5)), GRID)
    with pytest.raises(InputRejected, match="room for 350000"):
        room.require_possible("manager")
    with pytest.raises(InputRejected, match="channel_day_max"):
        room_of(Limits(lots(0), lots(1), channel_day_max={"phone": lots(1)}), GRID)
    with pytest.raises(InputRejected, match="total_min"):
        Limits(lots(2), lots(1))


def test_concession_runs_from_nothing_to_everything() -> None:
    for pace in (Decimal("0.3"), Decimal(1), Decimal(4)):
        steps = [concession(round_, 8, pace) for round_ in range(10)]
        assert steps[0] == 0
        assert steps[8] == steps[9] == 1
        assert steps == sorted(steps)
