"""Give, withdraw and ask for consent; its history is never rewritten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from brambling.bank.consent import store
from brambling.bank.consent.rules import Change, holds
from brambling.bank.customers.service import get
from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.ids import new_id

_SILENT = Bus()


def give(
    session: WriteSession,
    customer_id: UUID,
    purpose: str,
    at: datetime,
    until: datetime | None = None,
    *,
    bus: Bus = _SILENT,
) -> None:
    """Note that the customer consents to ``purpose`` from ``at``, to ``until`` where given.

    Raises NotFound for an unknown customer and InputRejected for a purpose that is none of PURPOSES.
    """
    _change(session, customer_id, Change(purpose, True, at, until), bus)


def withdraw(session: WriteSession, customer_id: UUID, purpose: str, at: datetime, *, bus: Bus = _SILENT) -> None:
    """Note that the customer withdraws consent to ``purpose``; always possible, also where none was given.

    Waits for a message that is on its way to this customer; once it returns, none is sent that needs this consent.
    """
    _change(session, customer_id, Change(purpose, False, at), bus)


def has(session: ReadSession, customer_id: UUID, purpose: str, at: datetime) -> bool:
    """Whether the customer consents to ``purpose`` at ``at``; False where nothing is known."""
    return holds(store.changes_of(session, customer_id, purpose), at)


def history(session: ReadSession, customer_id: UUID) -> list[Change]:
    """Every change of the customer's consents, the first first."""
    return store.changes_of(session, customer_id)


def _change(session: WriteSession, customer_id: UUID, change: Change, bus: Bus) -> None:
    get(session, customer_id)
    lock(session, "contact", customer_id)
    store.insert_change(session, customer_id, change)
    kind = "consent.given" if change.given else "consent.withdrawn"
    data = {"purpose": change.purpose, "until": change.until.isoformat() if change.until else None}
    bus.publish(session, Event(new_id(change.at), customer_id, kind, change.at, data))
