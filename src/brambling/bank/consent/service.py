"""Give, withdraw and ask for consent; its history is never rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from brambling.bank.consent import store
from brambling.bank.consent.rules import Change, holds
from brambling.bank.customers.service import get
from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict
from brambling.kit.ids import new_id

_SILENT = Bus()


def give(
    session: WriteSession,
    customer_id: UUID,
    purpose: str,
    at: datetime,
    until: datetime | None = None,
    *,
    basis: str = "",
    key: UUID | None = None,
    bus: Bus = _SILENT,
) -> None:
    """Note that the customer consents to ``purpose`` from ``at``, to ``until`` where given, in the session's actor's name.

    ``basis`` is how the bank knows (``own``, or one of ``ON_BEHALF``). With a ``key`` the same change is noted once.
    Raises Conflict for a key of another change, NotFound for an unknown customer and InputRejected for a purpose that is none of PURPOSES.
    """
    _change(session, customer_id, Change(purpose, True, at, until, session.actor, basis), key, bus)


def withdraw(
    session: WriteSession,
    customer_id: UUID,
    purpose: str,
    at: datetime,
    *,
    basis: str = "",
    key: UUID | None = None,
    bus: Bus = _SILENT,
) -> None:
    """Note that the customer withdraws consent to ``purpose``; always possible, also where none was given.

    Waits for a message that is on its way to this customer; once it returns, none is sent that needs this consent.
    """
    _change(session, customer_id, Change(purpose, False, at, None, session.actor, basis), key, bus)


def has(session: ReadSession, customer_id: UUID, purpose: str, at: datetime) -> bool:
    """Whether the customer consents to ``purpose`` at ``at``; False where nothing is known."""
    return holds(store.changes_of(session, customer_id, purpose), at)


def history(session: ReadSession, customer_id: UUID) -> list[Change]:
    """Every change of the customer's consents, the first first."""
    return store.changes_of(session, customer_id)


def _change(session: WriteSession, customer_id: UUID, change: Change, key: UUID | None, bus: Bus) -> None:
    get(session, customer_id)
    lock(session, "contact", customer_id)
    known = store.find_change(session, key) if key is not None else None
    if known is not None:
        if known != (customer_id, replace(change, at=known[1].at)):
            raise Conflict("this idempotency key was used for another change of consent")
        return
    store.insert_change(session, customer_id, change, key)
    kind = "consent.given" if change.given else "consent.withdrawn"
    data = {"purpose": change.purpose, "until": change.until.isoformat() if change.until else None}
    data["basis"] = change.basis or None
    bus.publish(session, Event(new_id(change.at), customer_id, kind, change.at, data))
