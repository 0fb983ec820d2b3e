"""Every state, method and reason has words."""

from __future__ import annotations

from brambling.credit.lending.report import TASK_REASONS, dues_table, method_name, state_name
from brambling.credit.lending.rules import METHODS, STATES, Due, schedule
from brambling.kit.money import Money, Rate


def test_every_state_and_method_has_words() -> None:
    assert len({state_name(state, "en") for state in STATES}) == len(STATES)
    assert len({method_name(method, "en") for method in METHODS}) == len(METHODS)
    assert "payout-refused" in TASK_REASONS


def test_the_schedule_as_a_table() -> None:
    (part,) = schedule(Money.of("100.00"), Rate.of("12%"), [30])
    table = dues_table([Due(1, part, None, Money(0), Money(0))], "en")
    assert table.rows[0] == (1, "day 30 after the pay-out", "¥ 100.00", "¥ 0.99", "¥ 100.99", "¥ 100.99")
