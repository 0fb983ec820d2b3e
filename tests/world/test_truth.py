"""Needs, answers and funds: the truth beside the statements."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from brambling.kit.calendar import ChineseCalendar
from brambling.world import Simulation, Town
from brambling.world.truth import GAP, IDLE, IDLE_DAYS, IDLE_MINOR, NEED_DAYS, SAFETY_DAYS


def closing_balances(simulation: Simulation, business: int) -> dict[date, int]:
    """Cash at the end of each day, by hand: the last line of a day, the day before where there is none, the future."""
    lines = simulation.statements.filter(pl.col("business") == business)
    last = dict(lines.group_by("date", maintain_order=True).agg(pl.col("balance_minor").last()).iter_rows())
    day, balances = min(last), {}
    while day <= simulation.town.end:
        balances[day] = last.get(day, balances.get(day - timedelta(days=1), 0))
        day += timedelta(days=1)
    ahead = simulation.future.filter(pl.col("business") == business).sort("date")
    for day, net in ahead.select("date", "net_minor").iter_rows():
        balances[day] = balances[day - timedelta(days=1)] + net
    return balances


def test_both_needs_are_common_and_neither_is_the_rule(simulation: Simulation, town: Town) -> None:
    months = simulation.needs["as_of"].n_unique()
    assert months == town.months
    for kind in (GAP, IDLE):
        rate = simulation.needs.filter(pl.col("kind") == kind).height / months / town.businesses
        assert 0.05 <= rate <= 0.25, kind
    both = simulation.needs.group_by("business", "as_of").len().filter(pl.col("len") > 1)
    assert both.is_empty()


def test_idle_cash_is_what_the_account_never_fell_under(simulation: Simulation) -> None:
    """By hand, for businesses whose cash is all in the account."""
    plain = simulation.truth.filter(~pl.col("has_reserve"))
    idle = simulation.needs.filter(pl.col("kind") == IDLE).join(plain, on="business")
    assert idle.height > 100
    for row in idle.head(120).iter_rows(named=True):
        balances = closing_balances(simulation, row["business"])
        low = min(balances[row["as_of"] + timedelta(days=k)] for k in range(NEED_DAYS))
        assert row["amount_minor"] == low - SAFETY_DAYS * row["daily_cost_minor"]
        assert row["amount_minor"] >= max(IDLE_DAYS * row["daily_cost_minor"], IDLE_MINOR)


def test_a_gap_without_a_rescue_is_seen_in_the_account(simulation: Simulation) -> None:
    """A business without reserve, fund or the owner's help, and with a gap, is under its buffer or owes overdue bills."""
    helped = simulation.statements.filter(pl.col("true_category") == "owner", pl.col("amount_minor") > 0)[
        "business"
    ].unique()
    plain = simulation.truth.filter(
        ~pl.col("has_reserve"), ~pl.col("invests"), ~pl.col("business").is_in(helped.implode())
    )
    gaps = simulation.needs.filter(pl.col("kind") == GAP, pl.col("as_of") < date(2026, 8, 1)).join(plain, on="business")
    assert gaps.height > 20
    under = 0
    for row in gaps.head(60).iter_rows(named=True):
        balances = closing_balances(simulation, row["business"])
        under += balances[row["happens_on"]] < (SAFETY_DAYS + 5) * row["daily_cost_minor"]
    assert under > 0.8 * min(60, gaps.height)


def test_defaults_are_rare_dated_and_in_order(simulation: Simulation, town: Town) -> None:
    truth = simulation.truth
    failed = truth.filter(pl.col("default_on").is_not_null())
    assert 0.01 <= failed.height / truth.height <= 0.15
    assert (failed["first_missed_on"] < failed["default_on"]).all()
    closed = failed.filter(pl.col("closed_on").is_not_null())
    assert (closed["default_on"] < closed["closed_on"]).all()
    assert truth["closed_on"].is_not_null().sum() <= failed.height
    assert (failed["default_on"] > town.start).all()


def test_a_default_is_a_need_before(simulation: Simulation, town: Town) -> None:
    failed = simulation.truth.filter(pl.col("default_on").is_between(town.start + timedelta(days=120), town.end))
    for business, day in failed.select("business", "default_on").iter_rows():
        told = simulation.needs.filter(
            pl.col("business") == business,
            pl.col("kind") == GAP,
            pl.col("as_of").is_between(day - timedelta(days=92), day),
        )
        assert told.height > 0


def test_effects_are_not_zero_and_differ(simulation: Simulation) -> None:
    rows = simulation.responses.with_columns(
        (pl.col("p_with") - pl.col("p_without")).alias("uplift"), (pl.col("need") >= 0.6).alias("great")
    )
    for offer in ("credit", "wealth"):
        of = rows.filter(pl.col("offer") == offer)
        assert of.filter("great")["uplift"].mean() > 0.1  # type: ignore[operator]
        assert of.filter(pl.col("need") == 0)["uplift"].mean() < -0.005  # type: ignore[operator]
        assert of["uplift"].std() > 0.03  # type: ignore[operator]
        for more, less in (("take_with", "take_without"), ("take_without", "take_with")):
            assert 0.003 < of.filter(pl.col(more) & ~pl.col(less)).height / of.height < 0.2


def test_takings_follow_their_chances(simulation: Simulation) -> None:
    rows = simulation.responses
    for arm in ("with", "without"):
        miss = rows[f"take_{arm}"].mean() - rows[f"p_{arm}"].mean()  # type: ignore[operator]
        assert abs(miss) < 0.01
    # one threshold for both arms: the arm with the higher chance takes whenever the other does
    assert rows.filter(
        (pl.col("p_with") >= pl.col("p_without")) & pl.col("take_without") & ~pl.col("take_with")
    ).is_empty()
    assert rows.filter(
        (pl.col("p_with") <= pl.col("p_without")) & ~pl.col("take_without") & pl.col("take_with")
    ).is_empty()


def test_the_past_campaign_was_drawn_at_random_and_shows_one_outcome(simulation: Simulation) -> None:
    rows = simulation.responses
    assert rows["contacted"].mean() == pytest.approx(0.25, abs=0.02)
    needy = rows.filter(pl.col("need") > 0)["contacted"].mean()
    assert needy == pytest.approx(rows["contacted"].mean(), abs=0.03)
    shown = pl.when(pl.col("contacted")).then("take_with").otherwise("take_without")
    assert rows.filter(pl.col("taken") != shown).is_empty()


def test_contacts_before_are_those_of_three_months(simulation: Simulation) -> None:
    one = simulation.responses.filter(pl.col("business") == 42)
    months = one["as_of"].unique().sort().to_list()
    for row in one.iter_rows(named=True):
        place = months.index(row["as_of"])
        near = months[max(0, place - 3) : place]
        naive = one.filter(pl.col("as_of").is_in(near) & pl.col("contacted")).height
        assert row["contacts_before"] == naive


def test_refusals_come_from_those_who_dislike_calls(simulation: Simulation) -> None:
    rows = simulation.responses
    assert 0.01 < rows["refuses"].mean() < 0.15  # type: ignore[operator]
    per_business = rows.group_by("business").agg(pl.col("refuses").mean())["refuses"]
    assert (per_business == 0).mean() > 0.4
    assert per_business.max() > 0.3  # type: ignore[operator]
    # the greatest need costs no patience
    assert not rows.filter(pl.col("need") == 1.0)["refuses"].any()


def test_funds_keep_the_contract(simulation: Simulation, town: Town) -> None:
    funds = simulation.funds
    assert funds.columns[:4] == ["date", "product", "subscription", "redemption"]
    assert funds["product"].n_unique() == 3
    assert funds.height == 3 * ((town.end - town.start).days + 1)
    calendar = ChineseCalendar()
    off = [day for day in funds["date"].unique() if not calendar.is_workday(day)]
    monthly = funds.filter(pl.col("product").str.contains("30天"), pl.col("date").is_in(off))
    assert (monthly["subscription"] == 0).all()
    assert (monthly["redemption"] == 0).all()
    assert funds["yield_annual"].is_between(0.005, 0.06).all()


def test_redemptions_rise_at_quarter_end(simulation: Simulation) -> None:
    daily = simulation.funds.filter(pl.col("product").str.contains("日盈")).with_columns(
        pl.col("redemption").cast(pl.Float64)
    )
    ends = [
        date(2025, 6, 30),
        date(2025, 9, 30),
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
    ]
    at_end = daily.filter(pl.col("date").is_in(ends))["redemption"].mean()
    assert at_end > 1.5 * daily["redemption"].median()  # type: ignore[operator]


def test_the_funds_hold_what_the_statements_put_in(simulation: Simulation) -> None:
    rows = simulation.statements.filter(pl.col("memo").is_in(["申购", "赎回"]))
    assert rows.height > 50
    sums = rows.group_by("date", "counterparty", (pl.col("amount_minor") < 0).alias("buys")).agg(
        pl.col("amount_minor").abs().sum()
    )
    funds = simulation.funds.rename({"product": "counterparty"})
    joined = sums.join(funds, on=["date", "counterparty"], how="left")
    flow = pl.when("buys").then("subscription").otherwise("redemption").cast(pl.Float64) * 100
    assert joined.filter(flow.is_null() | (flow < pl.col("amount_minor") - 0.5)).is_empty()


def test_holders_share_each_product(simulation: Simulation) -> None:
    total = simulation.holders.group_by("product").agg(pl.col("share").sum())
    assert total.height == 3
    assert np.allclose(total["share"].to_numpy(), 1.0)
    assert (simulation.holders["share"] >= 0).all()


def test_the_future_begins_the_day_after(simulation: Simulation, town: Town) -> None:
    assert simulation.future["date"].min() == town.end + timedelta(days=1)
    assert simulation.future.height == 365 * town.businesses
