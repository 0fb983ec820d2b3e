"""Journeys in the running bank. A run is a row: what it waits for is a due time, so it outlasts any process.

One transaction a move, on a row that nobody else holds: a kill in the middle leaves the row where it was, and the
message has the key of its step, so the gate sends it once however often the move is made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping

from brambling.bank import contact, customers, events
from brambling.kit.clock import Clock
from brambling.kit.crypto import mask_all
from brambling.kit.db import Database, ReadSession, WriteSession
from brambling.kit.ids import key_of
from brambling.kit.policy import dump, load
from brambling.marketing.outreach import store
from brambling.marketing.outreach.rules.journeys import END, Journey, Step, checked, move

MOVES_MAX = 1000


@dataclass(frozen=True)
class Run:
    """Where a customer is in a journey: the step, and how it ended (None while it goes on)."""

    customer_id: UUID
    step: str
    ended: str | None


def begin(
    session: WriteSession, journey: Journey, customer_id: UUID, moment_id: UUID, clock: Clock, facts: Mapping[str, str]
) -> bool:
    """Set a customer on a journey because of an event; False where ``facts`` are not of its segment, or it was done.

    Raises InputRejected for a journey with a fault.
    """
    if any(facts.get(name) != value for name, value in (checked(journey).segment or {}).items()):
        return False
    now = clock.now()
    row = {
        "id": key_of("journey", journey.name, journey.version, customer_id, moment_id),
        "customer_id": customer_id,
        "journey": journey.name,
        "definition": dump(journey),
        "facts": mask_all(dict(facts)),
        "step": journey.start,
        "entered_at": now,
        "due_at": now,
        "expires_at": now + timedelta(days=journey.expires_days),
    }
    return store.add_run(session, row)


def advance_due(database: Database, clock: Clock, *, gate: contact.Gate, limit: int = MOVES_MAX) -> int:
    """Make the moves whose time has come; returns how many were made."""
    for made in range(limit):
        with database.write() as session:
            row = store.take_due(session, clock.now())
            if row is None:
                return made
            _advance(session, row, clock, gate)
    return limit


def heard(session: WriteSession, customer_id: UUID, at: datetime) -> None:
    """Something happened to a customer: whatever waits is looked at again."""
    for row in store.waiting(session, customer_id):
        store.move_run(session, row["id"], {"due_at": min(row["due_at"], at)})


def runs(session: ReadSession, journey: str) -> list[Run]:
    """Where every customer of a journey is."""
    return [Run(row["customer_id"], row["step"], row["ended"]) for row in store.runs_of(session, journey)]


def _advance(session: WriteSession, row: RowMapping, clock: Clock, gate: contact.Gate) -> None:
    now, journey = clock.now(), load(Journey, row["definition"])
    if now >= row["expires_at"]:
        store.move_run(session, row["id"], {"ended": "expired"})
        return
    step = journey.by_name[row["step"]]
    zone = ZoneInfo(customers.get(session, row["customer_id"]).zone)
    happened = bool(step.event) and _happened(session, row["customer_id"], step.event, row["entered_at"])
    made = move(
        journey,
        step.name,
        entered_at=row["entered_at"],
        now=now,
        facts=row["facts"],
        happened=happened,
        who=str(row["customer_id"]),
        zone=zone,
    )
    if made.send:
        contact.ask(session, _message(row, journey, step), clock, gate=gate)
    if made.step == END:
        store.move_run(session, row["id"], {"step": END, "ended": "done"})
    elif made.step == step.name:
        store.move_run(session, row["id"], {"due_at": made.due_at})
    else:
        store.move_run(session, row["id"], {"step": made.step, "entered_at": now, "due_at": now})


def _happened(session: ReadSession, customer_id: UUID, kind: str, since: datetime) -> bool:
    return any(event.kind == kind and event.at >= since for event in events.timeline(session, customer_id))


def _message(row: RowMapping, journey: Journey, step: Step) -> contact.Message:
    return contact.Message(
        id=key_of("journey-message", row["id"], step.name),
        customer_id=row["customer_id"],
        channel=step.channel,
        purpose=journey.purpose,
        topic=journey.topic,
        campaign=f"{journey.name}/{journey.version}",
        text=step.text,
        expires_at=row["expires_at"],
    )
