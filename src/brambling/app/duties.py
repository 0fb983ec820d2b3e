"""What the bank attends to by itself: errands, the gate's sweep, needs, and the invariants that go on being asserted.

What an invariant check finds becomes a task for the operator, one a day and check, and health says so until a later
round finds nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from brambling.app.build import Bank
from brambling.app.listening import note_needs, runs
from brambling.bank import contact, customers, decisions, ledger
from brambling.engine.workflow import Attendance, Duty, Task, open_task, run_errands
from brambling.kit.db import ReadSession
from brambling.kit.errors import InvariantBroken, Rejection
from brambling.kit.ids import key_of
from brambling.kit.log import logger

HOUR, DAY = 3600.0, 86_400.0
CHECK_KIND, CHECK_ROLE, CHECK_DAYS = "invariant", "operator", 1
SHOWN_MAX = 20
# Needs take a quarter of one core at most: nobody waits for them, and visitors do for everything else.
REST_SHARE = 3.0

Check = Callable[[ReadSession], Sequence[str]]


def attendance(bank: Bank) -> Attendance:
    """Attends to all duties of ``bank`` while its block runs."""
    found = Attendance(bank.db)
    found.duties = duties(bank, found.rest)
    return found


def duties(bank: Bank, rest: Callable[[float], bool]) -> list[Duty]:
    """The duties of a bank; ``rest`` sleeps and says whether the process is about to end."""
    checks = [Duty(f"check {name}", HOUR, partial(_check, bank, name, check)) for name, check in CHECKS.items()]
    return [
        Duty("errands", 1.0, lambda: run_errands(bank.db, runs(bank))),
        Duty("gate", 15.0, lambda: _sweep(bank)),
        Duty("journeys", 15.0, lambda: _journeys(bank)),
        Duty("needs", DAY, lambda: _needs(bank, rest)),
        Duty("mandates", HOUR, lambda: _mandates(bank)),
        Duty("drift", DAY, partial(_drift, bank)),
        *checks,
    ]


def _drift(bank: Bank) -> Sequence[str]:
    """Whether the applications of this month have moved away from those of the year before."""
    from brambling.credit.underwriting.service.watching import drift_findings

    with bank.db.read() as session:
        return drift_findings(session, bank.clock.now() - timedelta(days=365))


def _sweep(bank: Bank) -> Sequence[str]:
    swept = contact.release_due(bank.db, bank.clock, bank.channel, gate=bank.gate)
    return [f"{swept.failed} messages could not be judged or handed over"] if swept.failed else []


def _journeys(bank: Bank) -> Sequence[str]:
    from brambling.marketing.outreach import advance_due

    advance_due(bank.db, bank.clock, gate=bank.gate)
    return []


def _mandates(bank: Bank) -> Sequence[str]:
    """Look at the account of every living mandate; each look is a transaction of its own, and the same state once."""
    from brambling.credit.lending import known_flows
    from brambling.wealth.advice.service import mandates

    found: list[str] = []
    with bank.db.read() as session:
        living = mandates.living(session)
    for mandate_id in living:
        try:
            with bank.db.write() as session:
                mandates.sweep(session, mandate_id, bank.clock, bus=bank.bus, known_flows=known_flows)
        except Rejection as reason:
            logger("mandates").info("passed over", why=str(reason))
        except Exception as error:
            found.append(f"mandate {mandate_id}: {type(error).__name__}: {error}")
    return found[:SHOWN_MAX]


def _needs(bank: Bank, rest: Callable[[float], bool]) -> Sequence[str]:
    """Note the needs of every customer; whoever has no statement or too short a one is passed over."""
    found: list[str] = []
    after: UUID | None = None
    while page := _page(bank, after):
        for customer_id in page:
            began = time.monotonic()
            try:
                with bank.db.write() as session:
                    note_needs(bank, session, customer_id)
            except Rejection as reason:
                logger("needs").debug("passed over", why=str(reason))
            except Exception as error:
                found.append(f"{customer_id}: {type(error).__name__}: {error}")
            if rest(REST_SHARE * (time.monotonic() - began)):
                return found[:SHOWN_MAX]
        after = page[-1]
    return found[:SHOWN_MAX]


def _page(bank: Bank, after: UUID | None) -> list[UUID]:
    with bank.db.read() as session:
        return customers.ids_after(session, after)


def _chain(session: ReadSession) -> Sequence[str]:
    try:
        decisions.verify_chain(session)
    except InvariantBroken as broken:
        return [str(broken)]
    return []


def _loans(session: ReadSession) -> Sequence[str]:
    from brambling.credit import lending

    return lending.check(session)


def _swept(session: ReadSession) -> Sequence[str]:
    from brambling.wealth.advice.service import mandates

    return mandates.check(session)


CHECKS: dict[str, Check] = {
    "gate": contact.check,
    "ledger": ledger.check,
    "loans": _loans,
    "decisions": _chain,
    "mandates": _swept,
}


def _check(bank: Bank, name: str, check: Check) -> Sequence[str]:
    with bank.db.read() as session:
        found = list(check(session))
    if found:
        now = bank.clock.now()
        task = Task(
            key_of("task", CHECK_KIND, name, bank.clock.today()),
            CHECK_KIND,
            key_of("check", name),
            CHECK_ROLE,
            now,
            now + timedelta(days=CHECK_DAYS),
            "invariant-broken",
            {"check": name, "why": found[0], "count": len(found), "found": found[:SHOWN_MAX]},
        )
        with bank.db.write() as session:
            open_task(session, task)
        logger("duties").error("an invariant is broken", check=name, found=found[:SHOWN_MAX])
    return found[:SHOWN_MAX]
