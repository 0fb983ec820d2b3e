"""The written refusals are well formed, enough, balanced, and their two parts share no family and no message."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from brambling.marketing.refusals.evals.cases import SPLITS, Act, Case, End, load

TODAY = date(2026, 11, 24)
DEV, HELD_OUT = (load(split) for split in SPLITS)


def acts_of(case: Case) -> list[Act]:
    return [act for acts in (case.acts, *case.also) for act in acts]


def test_there_are_enough_in_both_languages():
    cases = DEV + HELD_OUT
    assert sum(bool(case.acts) for case in cases) >= 300
    assert sum(not case.acts for case in cases) >= 150
    for part in (DEV, HELD_OUT):
        chinese = sum(case.lang == "zh" for case in part)
        assert 0.45 <= chinese / len(part) <= 0.58
    assert 0.35 <= len(HELD_OUT) / len(cases) <= 0.45


def test_the_parts_share_no_family_and_no_message():
    assert not {case.family for case in DEV} & {case.family for case in HELD_OUT}
    assert not {case.text.casefold() for case in DEV} & {case.text.casefold() for case in HELD_OUT}
    for part in (DEV, HELD_OUT):
        assert len({case.id for case in part}) == len({case.text for case in part}) == len(part)


def test_every_scope_channel_end_and_strength_occurs_in_both_parts():
    for part in (DEV, HELD_OUT):
        acts = [act for case in part for act in acts_of(case)]
        assert {"all", "marketing", "credit", "wealth", "insurance", "payments"} == {s for a in acts for s in a.scopes}
        assert {"all", "sms", "app", "phone", "mail", "wecom"} == {c for a in acts for c in a.channels}
        assert {"soft", "plain", "strong"} == {a.strength for a in acts}
        assert {"refuse", "lift"} == {a.kind for a in acts}
        assert any(a.end.open for a in acts) and any(a.end.earliest for a in acts)


def test_an_end_lies_ahead_and_a_case_without_acts_has_no_others():
    for case in DEV + HELD_OUT:
        assert case.acts or not case.also
        assert all(act.end.earliest is None or act.end.earliest > case.today == TODAY for act in acts_of(case))


@pytest.mark.parametrize(
    ("end", "until", "right"),
    [
        (End(), None, True),
        (End(), TODAY, False),
        (End(open=True), None, True),
        (End(open=True), TODAY + timedelta(days=14), True),
        (End(open=True), TODAY + timedelta(days=13), False),
        (End(date(2027, 1, 1), date(2027, 1, 1)), date(2027, 1, 1), True),
        (End(date(2027, 1, 1), date(2027, 1, 1)), None, False),
        (End(date(2027, 2, 6), date(2027, 2, 28)), date(2027, 3, 1), False),
    ],
)
def test_what_end_is_right(end, until, right):
    assert end.allows(until, TODAY) is right
