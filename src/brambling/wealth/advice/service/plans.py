"""One function for each thing a user can ask of idle-cash advice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from brambling.bank import consent, customers
from brambling.bank.events import Bus, Event
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.errors import InputRejected
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.wealth.advice.features import margins_of
from brambling.wealth.advice.readers import shelf_version, shipped_shelf
from brambling.wealth.advice.rules import Plan, Shelf, lay_out, no_plan
from brambling.wealth.advice.rules.many import Ints, Placements, lay_out_many
from brambling.wealth.advice.store import plans as store

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlows, Statement
    from brambling.perception.cashflow.twin_shapes import Twin

ROWS_AT_ONCE = 20_000  # about 30 MB of falls of four products
STALE_DAYS = 7  # the calendar of a plan starts today, and so must what is known
_SILENT = Bus()


def plan(twin: Twin, shelf: Shelf | None = None, *, risk_max: int | None = None) -> Plan:
    """The idle-cash plan of one twin on ``shelf`` (the shipped one by default), from the day of the twin's origin.

    ``risk_max`` (1 to 5) is what the customer bears, the shelf's own where nobody asked. There is no plan, with the reason, when the balance is unknown, when the shelf is in another currency, when the account
    runs short with a chance above the shelf's (nobody places money and borrows it back), and when nothing is idle. Products longer than the simulated time are left out: nothing is known of those days.
    """
    shelf = shelf or shipped_shelf()
    floor = Money(twin.committed_minor(shelf.floor_days), twin.currency)
    if not twin.balance_known:
        return no_plan(twin.currency, floor, Reason("balance-unknown"))
    if twin.currency != shelf.currency:
        return no_plan(twin.currency, floor, Reason("currency-not-served", {"currency": twin.currency}))
    chance = Decimal(twin.p_shortfall()).quantize(Decimal("0.000001"))
    if chance > shelf.p_short_max:
        return no_plan(twin.currency, floor, Reason("gap-first", {"probability": str(chance)}))
    products = shelf.suitable(twin.horizon_days, risk_max)
    if not products:
        return no_plan(twin.currency, floor, Reason("nothing-suits"))
    margins = margins_of(twin, [product.away_days for product in products], floor.minor)
    return lay_out(margins, products, shelf, twin.origin, floor)


def advise_many(
    balance_minor: Ints,
    floor_minor: Ints,
    tails: Ints,
    short: Ints,
    *,
    paths: int,
    shelf: Shelf | None = None,
    risk_max: Ints | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Placements:
    """The plans of many businesses, each to the fen what :func:`plan` gives alone; see docs/algorithms/idle-cash.md.

    ``balance_minor``, ``floor_minor`` and ``short`` (paths that run below zero) are (customer); ``tails`` are the falls
    of the deepest of ``paths`` paths as :func:`features.tails_of` keeps them (customer, kept path, product of the shelf).
    The tails do not depend on balance or floor: kept from the last twin, they give a new plan whenever a balance moves.
    Raises InputRejected for arrays that do not fit each other or the shelf.
    """
    shelf = shelf or shipped_shelf()
    count = balance_minor.size
    bears = np.full(count, shelf.risk_max, dtype=np.int64) if risk_max is None else risk_max
    for name, array in (("floor_minor", floor_minor), ("tails", tails), ("short", short), ("risk_max", bears)):
        if array.shape[0] != count:
            raise InputRejected(f"{name} has {array.shape[0]} rows", expected=f"{count}, one for each balance")
    if count and not 0 <= int(short.min()) <= int(short.max()) <= paths:
        raise InputRejected("short counts more paths than there are", expected=f"0 to {paths}")
    parts = [slice(first, first + rows_at_once) for first in range(0, max(count, 1), rows_at_once)]
    made = [
        lay_out_many(
            balance_minor[rows], floor_minor[rows], tails[rows], short[rows], bears[rows], paths=paths, shelf=shelf
        )
        for rows in parts
    ]
    each = {
        name: np.concatenate([getattr(one, name) for one in made])
        for name in ("amount_minor", "interest_minor", "needed", "early", "reason")
    }
    return Placements(made[0].products, paths=paths, **each)


def advise(
    session: WriteSession,
    customer_id: UUID,
    clock: Clock,
    *,
    seed: int = 7,
    statement: Statement | None = None,
    shelf: Shelf | None = None,
    bus: Bus = _SILENT,
    known_flows: KnownFlows | None = None,
) -> Plan:
    """The idle-cash plan of a customer as of today, kept, with an event on its timeline.

    It is laid out on the customer's one twin, with what ``known_flows`` tells of money here; a statement that is older than ``STALE_DAYS`` gives no plan, and
    neither does a customer without consent to wealth advice, whose statement is then not read. Raises NotFound for an
    unknown customer or one without a statement, InputRejected for one too short for a twin.
    """
    customers.get(session, customer_id)
    now, today, shelf = clock.now(), clock.today(), shelf or shipped_shelf()
    versions, until = {"shelf": shelf_version(shelf)}, None
    if not consent.has(session, customer_id, "wealth", now):
        nothing = Money.zero(shelf.currency)
        found = no_plan(shelf.currency, nothing, Reason("no-consent"))
    else:
        from brambling.perception.cashflow import customer_twin, load_statement

        statement = statement or load_statement(session, customer_id)
        until, age = statement.last_day, (today - statement.last_day).days
        if age > STALE_DAYS:
            found = no_plan(
                statement.currency, Money.zero(statement.currency), Reason("stale-statement", {"days": str(age)})
            )
        else:
            read = customer_twin(session, customer_id, today, known_flows=known_flows, statement=statement, seed=seed)
            made = read.twin
            found, versions = plan(made, shelf), {**versions, **made.versions}
    key = new_id(now)
    store.insert_plan(session, key, customer_id, found, made_at=now, statement_until=until, versions=versions)
    data = {"plan": str(key), "amount": str(found.amount), "reason": found.reasons[0].code}
    bus.publish(session, Event(key_of("event", "advice.planned", key), customer_id, "advice.planned", now, data))
    return found


def replan(
    session: WriteSession, customer_id: UUID, clock: Clock, *, bus: Bus = _SILENT, known_flows: KnownFlows | None = None
) -> Plan | None:
    """A new plan where the customer has one that placed something: the twin has changed. None where there is none."""
    known = store.latest(session, customer_id)
    if known is None or not known.lines:
        return None
    return advise(session, customer_id, clock, bus=bus, known_flows=known_flows)
