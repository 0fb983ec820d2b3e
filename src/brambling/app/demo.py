"""``brambling demo``: the synthetic town, one business walked through the bank in the terminal, then the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank import contact, decisions
from brambling.bank.contact import Message
from brambling.bank.decisions import ReplayReport
from brambling.kit.calendar import next_workday
from brambling.kit.clock import BEIJING, ShiftedClock
from brambling.kit.money import Money
from brambling.world import Town

if TYPE_CHECKING:
    from brambling.credit.lending.rules import Loan
    from brambling.credit.underwriting.shapes import Application
    from brambling.perception.cashflow.shapes import Statement
    from brambling.perception.cashflow.twin_shapes import Twin
    from brambling.wealth.advice.rules import Plan

# The layout of a bank's file in which the walk reads its business: debit and credit in two columns, GB18030.
DIALECT = "hecang"
CANDIDATES_MAX = 60


@dataclass(frozen=True)
class Walk:
    """What happened to one business, step by step; each part is what its room returned."""

    business: int
    customer_id: UUID
    name: str
    statement: Statement
    twin: Twin
    application: Application
    decision: decisions.Decision
    loan: Loan
    balance: Money
    plan: Plan
    contact: contact.Sent
    message: Message
    capsule: Path
    replay: ReplayReport


def demo_clock(town: Town, real: datetime) -> ShiftedClock:
    """A clock that starts at ten o'clock in Beijing on the first workday after the town's last day, and runs."""
    day = next_workday(town.end)
    start = datetime.combine(day, time(10), tzinfo=BEIJING).astimezone(UTC)
    return ShiftedClock(start - real)
