"""A talk that the bank keeps: opened on a forecast, moved by one side at a time, ended once.

Each verb locks the negotiation, so two sides that speak at once are heard one after the other, and the number of the
version that is answered must be the newest: nobody accepts what has just been replaced.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from brambling.bank.events import Bus, Event
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotFound
from brambling.kit.ids import key_of
from brambling.wealth.ladder.readers import market_from
from brambling.wealth.negotiation import store
from brambling.wealth.negotiation.features import effects_of, wanted_by_manager
from brambling.wealth.negotiation.readers import read_offer
from brambling.wealth.negotiation.rules import Limits, Offer, Side, Stand, State, Version, concession, room_of
from brambling.wealth.negotiation.service.files import ground_of
from brambling.wealth.negotiation.shapes import Terms
from brambling.wealth.negotiation.store import Bounds, Kept, Said

DAYS_OPEN, DAYS_OPEN_MAX = 3, 30
OTHER: dict[Side, Side] = {"manager": "platform", "platform": "manager"}
Answer = Literal["accepted", "countered", "waits", "ended"]
_SILENT = Bus()


def open_talk(
    session: WriteSession,
    negotiation_id: UUID,
    flows: Any,
    plan: Any,
    terms: Terms,
    *,
    clock: Clock,
    holdings: Any = None,
    product: str | None = None,
    days_open: int = DAYS_OPEN,
    bus: Bus = _SILENT,
) -> Kept:
    """Put the platform's ``plan`` on the table as version 1, with the joint paths of ``flows`` that all is counted on.

    The same id again returns the talk that is there. Raises InputRejected for input that cannot be used.
    """
    if not 1 <= days_open <= DAYS_OPEN_MAX:
        raise InputRejected(f"open for {days_open} days", expected=f"1 to {DAYS_OPEN_MAX}")
    known = store.find(session, negotiation_id)
    if known is not None:
        return known
    proposal, grid, named = read_offer(plan, terms.lot, product=product)
    ground, _made, name = ground_of(flows, grid, terms, holdings, product=named)
    now = clock.now()
    kept = Kept(
        negotiation_id, name, "open", now, session.actor, now + timedelta(days=days_open), None, None, None, False,
        terms, grid, effects_of(ground, grid, None, terms),
    )  # fmt: skip
    if not store.insert(session, kept, ground):
        return get(session, negotiation_id)
    _say(session, kept, "platform", proposal, 0.0, clock, bus)
    return kept


def set_limits(session: WriteSession, negotiation_id: UUID, side: Side, limits: Limits, *, automatic: bool) -> None:
    """Set the limits of a side, which the other never sees; with ``automatic`` the bank answers for it inside them.

    What the side wants is its last offer; the manager who has made none wants the plan laid on the days where money is
    expected to leave. Raises InputRejected for limits that no offer can keep, Conflict once the talk has ended.
    """
    kept = _open(session, negotiation_id)
    room = room_of(limits, kept.grid)
    room.require_possible(side)
    said = store.versions_of(session, negotiation_id)
    own = [one.version.offer for one in said if one.version.side == side]
    if own:
        wanted = room.within(own[-1])
    elif side == "manager":
        ground = store.ground_of(session, negotiation_id, market_from(None))
        wanted = wanted_by_manager(ground, kept.grid, said[0].version.offer, room, kept.terms)
    else:
        wanted = room.within(said[0].version.offer)
    store.set_bounds(session, negotiation_id, side, Bounds(limits, automatic, wanted))
    store.set_answered(session, negotiation_id, answered=False)


def make_offer(
    session: WriteSession,
    negotiation_id: UUID,
    side: Side,
    offer: Offer,
    number: int,
    *,
    clock: Clock,
    bus: Bus = _SILENT,
) -> Said:
    """Answer version ``number`` with another offer. Raises Conflict out of turn, or when it is not the newest."""
    kept = _open(session, negotiation_id)
    _require_turn(session, kept, side, number)
    if offer.lots.shape != kept.grid.shape or offer.total <= 0 or (offer.lots < 0).any():
        raise InputRejected("the offer does not fit the plan's days and channels", expected="quotas of 0 or more")
    return _say(session, kept, side, offer, 0.0, clock, bus)


def accept(
    session: WriteSession, negotiation_id: UUID, side: Side, number: int, *, clock: Clock, bus: Bus = _SILENT
) -> Kept:
    """Accept the other side's version ``number``. Raises Conflict out of turn, or when it is not the newest."""
    kept = _open(session, negotiation_id)
    _require_turn(session, kept, side, number)
    return _end(session, kept, "accepted", f"version {number}", clock, bus)


def reject(
    session: WriteSession, negotiation_id: UUID, side: Side, why: str, *, clock: Clock, bus: Bus = _SILENT
) -> Kept:
    """End the talk without a plan; either side may, at any time, with a reason."""
    if not why.strip():
        raise InputRejected("a rejection without a reason", expected="why, in a few words")
    return _end(session, _open(session, negotiation_id), "rejected", f"{side}: {why.strip()}", clock, bus)


def expire(session: WriteSession, negotiation_id: UUID, *, clock: Clock, bus: Bus = _SILENT) -> bool:
    """End a talk whose time is over; says whether this ended it."""
    kept = store.find(session, negotiation_id, lock=True)
    if kept is None or kept.state != "open" or kept.expires_at > clock.now():
        return False
    _end(session, kept, "expired", "no answer in time", clock, bus)
    return True


def answer(session: WriteSession, negotiation_id: UUID, *, clock: Clock, bus: Bus = _SILENT) -> Answer:
    """Answer the newest version for the side whose turn it is, where it lets the bank and inside its limits.

    ``waits`` means that a person of that side has to speak: it has set no limits, or has nothing left to give.
    """
    kept = store.find(session, negotiation_id, lock=True)
    if kept is None:
        raise NotFound(f"there is no negotiation {negotiation_id}")
    if kept.state != "open":
        return "ended"
    said = store.versions_of(session, negotiation_id)
    last = said[-1].version
    side = OTHER[last.side]
    bounds = store.bounds_of(session, kept, side)
    heard = [one.version.offer for one in said if one.version.side == last.side]
    own = [one.version for one in said if one.version.side == side]
    if bounds is not None and bounds.automatic:
        stand = Stand(side, bounds.wanted, room_of(bounds.limits, kept.grid), bounds.limits)
        rounds, round_ = kept.terms.rounds, len(own)
        if stand.accepts(heard, round_, rounds):
            session.actor = f"bank for the {side}"
            _end(session, kept, "accepted", f"version {last.number}", clock, bus)
            return "accepted"
        if round_ <= rounds:
            offer = stand.counter(heard, round_, rounds)
            session.actor = f"bank for the {side}"
            _say(session, kept, side, offer, concession(round_, rounds, bounds.limits.pace), clock, bus)
            return "countered"
    store.set_answered(session, negotiation_id, answered=True)
    return "waits"


def get(session: ReadSession, negotiation_id: UUID) -> Kept:
    """The negotiation; raises NotFound."""
    found = store.find(session, negotiation_id)
    if found is None:
        raise NotFound(f"there is no negotiation {negotiation_id}")
    return found


def turn_of(said: list[Said]) -> Side:
    """Whose turn it is."""
    return OTHER[said[-1].version.side]


def _open(session: WriteSession, negotiation_id: UUID) -> Kept:
    kept = store.find(session, negotiation_id, lock=True)
    if kept is None:
        raise NotFound(f"there is no negotiation {negotiation_id}")
    if kept.state != "open":
        raise Conflict(f"the negotiation is {kept.state}")
    return kept


def _require_turn(session: ReadSession, kept: Kept, side: Side, number: int) -> None:
    last = store.versions_of(session, kept.id)[-1].version
    if number != last.number:
        raise Conflict(f"version {number} is not the newest, version {last.number} is")
    if last.side == side:
        raise Conflict(f"version {number} is the {side}'s own; it is the other side's turn")


def _say(session: WriteSession, kept: Kept, side: Side, offer: Offer, given: float, clock: Clock, bus: Bus) -> Said:
    ground = store.ground_of(session, kept.id, market_from(None))
    number = len(store.versions_of(session, kept.id)) + 1
    said = Said(
        Version(number, side, offer, given),
        clock.now(),
        session.actor,
        effects_of(ground, kept.grid, offer, kept.terms),
    )
    store.insert_version(session, kept.id, said)
    store.set_answered(session, kept.id, answered=False)
    data = {"version": number, "by": side, "total": str(kept.grid.lot * offer.total)}
    key = key_of("event", "plan.offered", kept.id, number)
    bus.publish(session, Event(key, kept.id, "plan.offered", said.made_at, data))
    return said


def _end(session: WriteSession, kept: Kept, state: State, why: str, clock: Clock, bus: Bus) -> Kept:
    now = clock.now()
    store.end(session, kept.id, state, now, session.actor, why)
    bus.publish(session, Event(key_of("event", "plan.ended", kept.id), kept.id, f"plan.{state}", now, {"why": why}))
    return get(session, kept.id)
