"""Append an event, read a timeline, tell those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from brambling.bank.events import store
from brambling.bank.events.rules import Event
from brambling.kit.crypto import mask_all
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict

Handler = Callable[[WriteSession, Event], None]
EVERY_KIND = "*"


@dataclass(frozen=True)
class Bus:
    """Who is told of which kind. The wiring fills ``handlers``; a bus without any only appends."""

    handlers: Mapping[str, Sequence[Handler]] = field(default_factory=dict)

    def publish(self, session: WriteSession, event: Event) -> bool:
        """Append ``event`` and call its handlers, then those of every kind (``*``), in the same transaction.

        An event that is already there is not told again: a step that runs twice has its effects once. Returns whether
        it was new; what a handler raises rolls everything back.
        """
        if not append(session, event):
            return False
        for handler in (*self.handlers.get(event.kind, ()), *self.handlers.get(EVERY_KIND, ())):
            handler(session, event)
        return True


def append(session: WriteSession, event: Event) -> bool:
    """Write ``event`` for good; False when the same event is already there.

    Raises Conflict when another event has its id.
    """
    written = replace(event, data=mask_all(event.data))
    if store.insert_new(session, written):
        return True
    if store.find(session, event.id) != written:
        raise Conflict(f"event {event.id} is already there with other content")
    return False


def timeline(session: ReadSession, subject: UUID, limit: int = 50, before: Event | None = None) -> list[Event]:
    """The events of ``subject``, newest first; ``before`` is the last event of the page above."""
    return store.newest(session, subject, limit, (before.at, before.id) if before else None)


def newest(session: ReadSession, limit: int) -> list[Event]:
    """The newest events of all subjects."""
    return store.newest(session, None, limit, None)
