"""Hearing a customer out: what the words wish is written into the gate's refusals in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from brambling.bank import contact, customers
from brambling.bank.events import Event
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.ids import new_id
from brambling.marketing.refusals.model import understand
from brambling.marketing.refusals.rules import CHANNELS, Refusal


@dataclass(frozen=True)
class Heard:
    """What was understood and done: ``recorded`` the new refusals, ``lifted`` those that ended, ``stands`` whether a
    refusal still stands that the customer's lifting touches and does not cover. With ``ask`` the words were not plain:
    tell the customer what was noted and ask."""

    refusal: Refusal
    recorded: tuple[UUID, ...]
    lifted: tuple[UUID, ...]
    stands: bool

    @property
    def ask(self) -> bool:
        return self.stands or not self.refusal.clear


def hear(
    session: WriteSession, customer_id: UUID, text: str, clock: Clock, *, channel: str, gate: contact.Gate
) -> Heard | None:
    """Understand a customer's ``text``, which came in on ``channel``, and do what it wishes; None where it wishes nothing.

    From the next second on the refusal holds on every channel it names, whatever channel it came in on. An end is the
    start of its day where the customer is. Raises NotFound for an unknown customer.
    """
    customer = customers.get(session, customer_id)
    zone, now = ZoneInfo(customer.zone), clock.now()
    found = understand(text, clock.today(zone))
    if found is None:
        return None
    lock(session, "contact", customer_id)  # all or nothing also for whoever sends at this moment
    recorded: list[UUID] = []
    lifted: list[UUID] = []
    stands = False
    if found.lifts:
        recorded, lifted, stands = _lift(session, customer_id, found, text, now, gate)
    else:
        until = datetime.combine(found.until, time(), zone) if found.until else None
        for scope in sorted(found.scopes):
            for named in sorted(found.channels):
                no = contact.refuse(session, customer_id, scope, named, at=now, words=text, until=until, gate=gate)
                recorded.append(no)
        contact.review(session, customer_id, clock, gate=gate)
    data = {"channel": channel, "lifts": found.lifts, "clear": found.clear, "strength": found.strength}
    gate.bus.publish(session, Event(new_id(now), customer_id, "refusal.heard", now, data))
    return Heard(found, tuple(recorded), tuple(lifted), stands)


def _lift(
    session: WriteSession, customer_id: UUID, found: Refusal, text: str, now: datetime, gate: contact.Gate
) -> tuple[list[UUID], list[UUID], bool]:
    """End what ``found`` names and no more. One of every channel becomes one of each of the others; a wider scope (all,
    or all that sells when one product is welcome again) cannot be cut, so it stands and the customer is asked."""
    recorded: list[UUID] = []
    lifted: list[UUID] = []
    stands = False
    welcome = frozenset(CHANNELS) if found.channels == {"all"} else found.channels
    for key, no in contact.refusals(session, customer_id):
        here = frozenset(CHANNELS) if no.channel == "all" else {no.channel}
        if not here & welcome or (no.until is not None and no.until <= now):
            continue
        if no.scope not in found.scopes:
            stands = stands or no.scope in ("all", "marketing")
            continue
        contact.lift(session, key, now, text, gate=gate)
        lifted.append(key)
        for rest in sorted(here - welcome):
            kept = contact.refuse(session, customer_id, no.scope, rest, at=now, words=text, until=no.until, gate=gate)
            recorded.append(kept)
    return recorded, lifted, stands
