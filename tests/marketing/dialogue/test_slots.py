"""Amounts, tenors, days and times out of words, by code."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.kit.clock import FixedClock
from brambling.marketing.dialogue import Talk
from brambling.marketing.dialogue.rules.amounts import said
from brambling.marketing.dialogue.rules.times import day_said, time_said

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "amount", "months"),
    [
        ("三十万", 300_000, None),
        ("想贷二十万两年还", 200_000, 24),
        ("申请贷款,十二万,半年还清", 120_000, 6),
        ("贷15万,分9期还", 150_000, 9),
        ("壹拾贰万元整", 120_000, None),
        ("0.12 million", 120_000, None),
        ("half a million over a year and a half", 500_000, 18),
        ("two hundred and fifty thousand", 250_000, None),
        ("what would 200,000 over 12 months cost me a month", 200_000, 12),
        ("12月3号", None, None),
        ("利率5.8%", None, None),
    ],
)
def test_amounts_and_tenors(text, amount, months):
    found = said(text)
    assert (found.amount, found.tenor_months) == (None if amount is None else Decimal(amount), months)


@pytest.mark.parametrize("text", ["3千50", "三五万", "十几万", "30 or 40 thousand", "二三十万吧", "20万到30万"])
def test_what_may_mean_two_things_is_not_guessed(text):
    assert said(text, bare=True).unclear and said(text, bare=True).amount is None


@given(st.integers(1, 999), st.sampled_from(["万", "k", ",000", " thousand"]))
def test_every_usual_way_of_writing_gives_the_same_amount(count, unit):
    scale = 10_000 if unit == "万" else 1000
    assert said(f"借 {count}{unit} ").amount == count * scale


@given(st.text(max_size=80))
def test_no_text_breaks_it(text):
    said(text, bare=True)
    day_said(text, TODAY)
    time_said(text, asked=True)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("后天下午三点半", date(2026, 11, 26), time(15, 30)),
        ("下周一", date(2026, 11, 30), None),
        ("the day after tomorrow at half past three in the afternoon", date(2026, 11, 26), time(15, 30)),
        ("friday at 4", date(2026, 11, 27), time(16)),
        ("30 november at 9:30", date(2026, 11, 30), time(9, 30)),
        ("三点一刻", None, time(15, 15)),
    ],
)
def test_days_and_times(text, day, at):
    assert (day_said(text, TODAY), time_said(text)) == (day, at)


def test_a_sum_to_add_is_asked_back_and_a_closed_desk_is_said():
    talk = Talk(FixedClock(datetime(2026, 11, 24, 2, 0, tzinfo=UTC)))
    talk.say("申请贷款二十万,一年")
    talk.say("金额再加五万")
    assert talk.acts[0].kind == "clarify" and talk.state.slots["amount"] == "200000.00"
    talk.say("算了")
    talk.say("周六上午十点给我打电话")
    assert [(act.kind, act.name) for act in talk.acts] == [("note", "desk-closed"), ("ask", "on")]
