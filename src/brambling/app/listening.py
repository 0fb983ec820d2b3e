"""Who listens to which event, and what follows from it.

Cheap things are done in the event's own transaction: the line of the audit trail, and the second look at messages that a
withdrawn consent concerns. What needs a twin is left as an errand and done right after the commit, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank import customers
from brambling.bank.contact.service import Gate, review
from brambling.bank.events.rules import Event
from brambling.bank.events.service import EVERY_KIND, Handler
from brambling.engine.access import record
from brambling.engine.workflow import leave
from brambling.engine.workflow.duties import Run
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession

if TYPE_CHECKING:
    from brambling.app.build import Bank

BRIEF, NEEDS, PLAN = "brief", "needs", "plan"
# After these the twin is another one, or what may be offered on it is.
_LEAVES: Mapping[str, Sequence[str]] = {
    "statement.imported": (BRIEF, NEEDS, PLAN),
    "category.corrected": (BRIEF, NEEDS, PLAN),
    "loan.paid": (BRIEF, PLAN),
    "loan.repaid": (BRIEF, PLAN),
}
# Kinds of event that the audit trail tells of; messages have a ledger of their own.
_AUDITED = ("loan.", "consent.", "credit.", "statement.", "category.", "advice.", "plan.", "contact.refus")


def handlers(clock: Clock, gate: Gate) -> Mapping[str, Sequence[Handler]]:
    """The subscriptions of the bank."""
    found: dict[str, Sequence[Handler]] = dict.fromkeys(_LEAVES, (_leave,))
    found["consent.withdrawn"] = (partial(_review, clock, gate), partial(_end_mandate, clock))
    found[EVERY_KIND] = (_audit, partial(_journeys, clock))
    return found


def runs(bank: Bank) -> Mapping[str, Run]:
    """How each kind of errand is run."""
    return {BRIEF: partial(_brief, bank), NEEDS: partial(note_needs, bank), PLAN: partial(_replan, bank)}


def _leave(session: WriteSession, event: Event) -> None:
    for kind in _LEAVES[event.kind]:
        leave(session, event.id, kind, event.subject)


def _review(clock: Clock, gate: Gate, session: WriteSession, event: Event) -> None:
    review(session, event.subject, clock, gate=gate)


def _journeys(clock: Clock, session: WriteSession, event: Event) -> None:
    """Set the customer on the journeys that this event begins, and have those that may wait for it looked at again."""
    from brambling.marketing.outreach import begin, heard, house_journeys

    heard(session, event.subject, event.at)
    beginning = [journey for journey in house_journeys() if journey.moment == event.kind]
    if beginning:
        customer = customers.get(session, event.subject)
        facts = {"gbt4754": customer.gbt4754, "region": customer.region, **{k: str(v) for k, v in event.data.items()}}
        for journey in beginning:
            begin(session, journey, customer.id, event.id, clock, facts)


def _end_mandate(clock: Clock, session: WriteSession, event: Event) -> None:
    """Without consent no mandate stands: what it has swept comes back in the transaction of the withdrawal."""
    from brambling.wealth.advice.service import mandates

    if event.data.get("purpose") == mandates.PURPOSE and mandates.standing(session, event.subject) is not None:
        mandates.revoke(session, event.subject, clock, why="consent-withdrawn")


def _replan(bank: Bank, session: WriteSession, customer_id: UUID) -> None:
    """The twin is another one: plan again where there is a plan, and look again at the account of a mandate."""
    from brambling.credit.lending import known_flows
    from brambling.wealth.advice.service import mandates, replan

    replan(session, customer_id, bank.clock, bus=bank.bus, known_flows=known_flows)
    mandates.sweep_of(session, customer_id, bank.clock, bus=bank.bus, known_flows=known_flows)


def _audit(session: WriteSession, event: Event) -> None:
    if not event.kind.startswith(_AUDITED):
        return
    thing, act = event.kind.split(".", 1)
    detail = {"customer": str(event.subject), **{name: value for name, value in event.data.items() if name != "words"}}
    thing_id = event.data.get(thing) or event.data.get("decision") or event.subject
    record(session, session.actor, act, thing, str(thing_id), now=event.at, detail=detail)


def _brief(bank: Bank, session: WriteSession, customer_id: UUID) -> None:
    from brambling.cfo.service import brief_customer

    brief_customer(session, customer_id, bank.clock)


def note_needs(bank: Bank, session: WriteSession, customer_id: UUID) -> None:
    """Find a customer's needs as of today and ask the gate for a message about each; what it lets pass goes out later."""
    from brambling.app.build import composer, placed
    from brambling.credit.lending import known_flows
    from brambling.marketing import needs

    found = needs.note_needs(session, customer_id, bank.clock, bus=bank.bus, known_flows=known_flows, placed=placed)
    for need in found:
        needs.ask_gate(session, need, bank.clock, gate=bank.gate, compose=composer(bank.clock))
