"""One function for each thing a user can ask of idle-cash advice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank import consent, customers
from brambling.bank.events import Bus, Event
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.wealth.advice import store
from brambling.wealth.advice.features import margins_of
from brambling.wealth.advice.readers import shelf_version, shipped_shelf
from brambling.wealth.advice.rules import Plan, Shelf, lay_out, no_plan

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlows, Statement
    from brambling.perception.cashflow.twin_shapes import Twin

STALE_DAYS = 7  # the calendar of a plan starts today, and so must what is known
_SILENT = Bus()


def plan(twin: Twin, shelf: Shelf | None = None) -> Plan:
    """The idle-cash plan of one twin on ``shelf`` (the shipped one by default), from the day of the twin's origin.

    There is no plan, with the reason, when the balance is unknown, when the shelf is in another currency, when the account
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
    products = tuple(product for product in shelf.products if product.away_days <= twin.horizon_days)
    margins = margins_of(twin, [product.away_days for product in products], floor.minor)
    return lay_out(margins, products, shelf, twin.origin, floor)


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
