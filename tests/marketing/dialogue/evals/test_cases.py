"""The scripted conversations are well formed, enough, balanced, and consistent with the businesses they are held with."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation

import pytest

from brambling.credit.lending.rules import schedule
from brambling.credit.underwriting.rules import due_days
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, Rate
from brambling.marketing.dialogue.evals.cases import (
    _PLAIN,
    ACTIONS,
    REASONS,
    SPLITS,
    TOOLS,
    _Reader,
    load,
    numbers,
    topics,
    worlds,
)

DEV, HELD_OUT = (load(split) for split in SPLITS)
WORLDS = worlds()


def attacks(conversations):
    return [c for c in conversations if "-inject-" in c.id or "-attack-" in c.id]


def owner_texts(conversations):
    """Texts long enough that two people would not both write them by chance."""
    return {turn.user.casefold() for c in conversations for turn in c.turns if turn.user and len(turn.user) > 12}


def test_there_are_enough_in_both_languages():
    both = DEV + HELD_OUT
    assert len(both) >= 140
    assert len(attacks(both)) >= 20
    assert sum(c.expects("handover") for c in both) >= 25
    assert 0.25 <= len(HELD_OUT) / len(both) <= 0.35
    for part in (DEV, HELD_OUT):
        languages = Counter(c.lang for c in part)
        assert languages["zh"] == languages["en"]
        assert sum(c.expects("handover") for c in part) >= 10
        assert len(attacks(part)) >= 6


def test_ids_are_unique_and_the_parts_share_no_wording():
    ids = [c.id for c in DEV + HELD_OUT]
    assert len(set(ids)) == len(ids)
    assert not owner_texts(DEV) & owner_texts(HELD_OUT)


def test_every_action_tool_and_reason_occurs():
    expects = [expect for c in DEV for turn in c.turns for expect in turn.must]
    assert {expect.action for expect in expects} == set(ACTIONS)
    assert {name for expect in expects if expect.action == "tool" for name in expect.names} == set(TOOLS)
    assert {name for expect in expects if expect.action == "handover" for name in expect.names} == set(REASONS)


def test_the_rough_input_of_users_is_there():
    turns = [turn for c in DEV for turn in c.turns]
    assert any(turn.user and len(turn.user) >= 50_000 for turn in turns)
    assert any(turn.attach and turn.user is None for turn in turns)
    assert any(turn.user and not any(char.isalnum() for char in turn.user) for turn in turns)
    assert any(not c.online for c in DEV)


@pytest.mark.parametrize("conversation", DEV + HELD_OUT, ids=lambda c: c.id)
def test_a_figure_that_must_be_said_comes_from_the_tools(conversation):
    known = {abs(number) for number in numbers(WORLDS.facts[conversation.world])}
    for turn in conversation.turns:
        said = [expect.text for expect in turn.must if expect.action == "say"]
        for text in said:
            try:
                figure = Decimal(text.rstrip("%"))
            except InvalidOperation:
                continue  # a time of day
            assert figure in known


@pytest.mark.parametrize("conversation", DEV + HELD_OUT, ids=lambda c: c.id)
def test_a_person_who_has_taken_over_stays_until_it_is_resolved(conversation):
    handed_over = False
    for turn in conversation.turns:
        if turn.resolved:
            assert handed_over
            handed_over = False
        musts = {expect.action for expect in turn.must}
        if handed_over and (turn.user or turn.attach):
            assert musts <= {"waiting", "evidence", "refuse"}
        if turn.desk:
            assert handed_over
        handed_over = handed_over or "handover" in musts
        assert turn.then.handed_over is None or handed_over
        assert turn.then.free is None or not handed_over


@pytest.mark.parametrize("conversation", DEV + HELD_OUT, ids=lambda c: c.id)
def test_nothing_is_submitted_that_was_not_confirmed_with_the_same_values(conversation):
    slots: dict[str, str] = {}
    confirmed = False
    for turn in conversation.turns:
        for expect in turn.must:
            if expect.action == "slot":
                slots |= expect.args
            confirmed = confirmed or expect.action == "confirm"
            if expect.action == "submit":
                assert confirmed
                assert all(slots.get(key, value) == value for key, value in expect.args.items())


def test_schedules_of_the_worlds_are_those_that_lending_computes():
    facts = WORLDS.facts["hardware-store"]
    for row in facts["schedules"]:
        days = due_days(int(row["tenor_months"]))
        plan = schedule(Money.of(row["amount"]), Rate.of(facts["rate"]), days, row["method"])
        assert str(plan[0].total) == row["first"]
        assert str(plan[-1].total) == row["last"]
        assert str(sum((part.interest for part in plan), Money.zero("CNY"))) == row["interest"]


def test_a_schedule_that_is_asked_for_is_in_the_world():
    for conversation in DEV + HELD_OUT:
        rows = WORLDS.facts[conversation.world].get("schedules", [])
        for expect in (expect for turn in conversation.turns for expect in turn.must):
            if expect.names == ("schedule",):
                args = {"method": "annuity", **expect.args}
                assert any(args.items() <= row.items() for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "shout",
        "answer no-such-topic",
        "tool weather",
        "tool balance amount=1.00",
        "slot amount=300000",
        "slot on=tomorrow",
        "slot at=3pm",
        "submit loan-application on=2026-11-26",
        "handover boredom",
        "refuse marketing pigeon",
        "confirm twice",
        "say",
    ],
)
def test_a_word_that_the_language_does_not_have_is_named(tmp_path, text):
    with pytest.raises(InputRejected, match="turn 1"):
        _Reader(tmp_path / "case.yaml", topics()).expect(text, "turn 1", whole=True)


def test_an_action_alone_stands_for_any_of_its_kind(tmp_path):
    reader = _Reader(tmp_path / "case.yaml", topics())
    for action in ("handover", "submit", "tool", "answer", *_PLAIN):
        assert reader.expect(action, "turn 1", whole=False).names == ()
