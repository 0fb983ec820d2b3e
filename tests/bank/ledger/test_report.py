"""A statement for people: words for every kind the house posts, amounts with their sign."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from brambling.bank.ledger.report import kind_name, lines_table
from brambling.bank.ledger.rules import Line
from brambling.kit.money import Money


def test_known_kinds_have_words_and_others_stay() -> None:
    assert kind_name("payout", "en") == "loan paid out"
    assert kind_name("something", "en") == "something"


def test_lines_as_a_table_in_beijing_time() -> None:
    at = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
    line = Line(1, UUID(int=1), at, "payout", "memo", UUID(int=2), Money.of("-5.00"), Money.of("10.00"))
    assert lines_table([line], "en").rows[0] == ("2026-03-11 04:30", "loan paid out", "memo", "-¥ 5.00", "¥ 10.00")
