"""Give a mandate, look at its account, end it. What moves, moves by the ledger, once, in the look's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.bank import consent, customers, ledger
from brambling.bank.events import Bus, Event
from brambling.bank.ledger import Transfer
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict, NotAllowed, NotFound
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.wealth.advice.features import lows_of
from brambling.wealth.advice.readers import shipped_shelf
from brambling.wealth.advice.rules import Product, Shelf
from brambling.wealth.advice.rules.mandate import (
    LOOK_DAYS,
    EndedWhy,
    Mandate,
    Move,
    Sweep,
    decide,
    require_sweepable,
)
from brambling.wealth.advice.service.plans import STALE_DAYS
from brambling.wealth.advice.store import mandates as store

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlow, KnownFlows, Statement

PURPOSE = "wealth"
_SILENT = Bus()


@dataclass(frozen=True)
class Standing:
    """A mandate as it stands: what is in the product, and the newest looks, the last first."""

    mandate: Mandate
    swept: Money
    sweeps: tuple[Sweep, ...]


def give_mandate(
    session: WriteSession,
    customer_id: UUID,
    *,
    product: str,
    swept_max: Money,
    move_min: Money,
    clock: Clock,
    shelf: Shelf | None = None,
    bus: Bus = _SILENT,
) -> Mandate:
    """The owner's standing order to sweep idle cash into ``product`` and back, in the name of the session's actor.

    Raises NotAllowed without consent to wealth advice, NotFound for a product that is not on the shelf, InputRejected for
    one that does not give money back on the same day, Conflict beside a living mandate.
    """
    customers.get(session, customer_id)
    lock(session, "mandate", customer_id)
    now = clock.now()
    if not consent.has(session, customer_id, PURPOSE, now):
        raise NotAllowed("the business has not agreed to advice on idle cash; a mandate needs that consent")
    require_sweepable(_product(shelf or shipped_shelf(), product))
    known = store.newest_of(session, customer_id)
    if known is not None and known.living:
        raise Conflict("there is a mandate already; end it before another is given")
    mandate = Mandate(new_id(now), customer_id, product, swept_max, move_min, now, session.actor)
    store.insert_mandate(session, mandate)
    for name, key in zip(("current", "swept"), accounts_of(customer_id, swept_max.currency), strict=True):
        ledger.open_account(
            session,
            key,
            "liability",
            swept_max.currency,
            may_be_negative=False,
            name=f"{name} account of {customer_id}",
            opened_at=now,
        )
    data = {"mandate": str(mandate.id), "product": product, "swept_max": str(swept_max)}
    bus.publish(
        session, Event(key_of("event", "advice.mandated", mandate.id), customer_id, "advice.mandated", now, data)
    )
    return mandate


def standing(session: ReadSession, customer_id: UUID) -> Standing | None:
    """The customer's last mandate with what is in the product; None where none was ever given."""
    mandate = store.newest_of(session, customer_id)
    if mandate is None:
        return None
    _here, swept = _balances(session, customer_id, mandate.swept_max.currency)
    return Standing(mandate, swept, tuple(store.sweeps_of(session, mandate)))


def revoke(
    session: WriteSession, customer_id: UUID, clock: Clock, *, why: EndedWhy = "revoked", bus: Bus = _SILENT
) -> Mandate:
    """End the customer's mandate and bring all of the money back, now; nothing moves by it afterwards.

    Ending one that has ended changes nothing. Raises NotFound where none was given.
    """
    lock(session, "mandate", customer_id)
    mandate = store.newest_of(session, customer_id)
    if mandate is None:
        raise NotFound("there is no mandate")
    if not mandate.living:
        return mandate
    now, currency = clock.now(), mandate.swept_max.currency
    _here, swept = _balances(session, customer_id, currency)
    if swept:
        nothing = Money.zero(currency)
        move = Move(-swept, nothing, nothing, Decimal(0))
        _keep(
            session, mandate, Sweep(key_of("sweep", mandate.id, "end"), mandate.id, clock.today(), now, move, why), bus
        )
    store.end_mandate(session, mandate.id, now, session.actor, why)
    data = {"mandate": str(mandate.id), "why": why, "returned": str(swept)}
    bus.publish(
        session,
        Event(key_of("event", "advice.mandate-ended", mandate.id), customer_id, "advice.mandate-ended", now, data),
    )
    ended = store.find(session, mandate.id)
    assert ended is not None
    return ended


def sweep(
    session: WriteSession,
    mandate_id: UUID,
    clock: Clock,
    *,
    bus: Bus = _SILENT,
    known_flows: KnownFlows | None = None,
    shelf: Shelf | None = None,
) -> Sweep | None:
    """Look at a mandate's account and move what is to be moved; None once it has ended.

    The same state on the same day is looked at once: asking again returns what was decided. Without consent the mandate
    ends here and the money comes back. Where nothing can be known (a statement older than ``STALE_DAYS``, no balance) all
    of it comes back, too, and the mandate stands. ``known_flows`` must tell of both accounts; by itself this does.
    """
    found = store.find(session, mandate_id)
    if found is None:
        raise NotFound(f"there is no mandate {mandate_id}")
    lock(session, "mandate", found.customer_id)
    mandate = store.find(session, mandate_id)
    assert mandate is not None
    now, today, customer_id = clock.now(), clock.today(), mandate.customer_id
    if not mandate.living:
        return None
    if not consent.has(session, customer_id, PURPOSE, now):
        revoke(session, customer_id, clock, why="consent-withdrawn", bus=bus)
        return None
    from brambling.perception.cashflow import load_statement

    statement = load_statement(session, customer_id)
    here, swept = _balances(session, customer_id, mandate.swept_max.currency)
    key = key_of("sweep", mandate.id, today, statement.last_day, here.minor, swept.minor)
    known = store.find_sweep(session, key, here.currency)
    if known is not None:
        return known
    move, reason = _look(session, mandate, statement, here, swept, today, known_flows or here_flows, shelf)
    made = Sweep(key, mandate.id, today, now, move, reason)
    _keep(session, mandate, made, bus)
    return made


def _look(
    session: ReadSession,
    mandate: Mandate,
    statement: Statement,
    here: Money,
    swept: Money,
    today: date,
    known_flows: KnownFlows,
    shelf: Shelf | None,
) -> tuple[Move, str]:
    shelf = shelf or shipped_shelf()
    nothing = Money.zero(here.currency)
    back = Move(-swept, nothing, nothing, Decimal(0))
    if (today - statement.last_day).days > STALE_DAYS:
        return back, "stale-statement"
    from brambling.perception.cashflow import customer_twin

    twin = customer_twin(session, mandate.customer_id, today, known_flows=known_flows, statement=statement).twin
    if not twin.balance_known or twin.currency != here.currency:
        return back, "balance-unknown"
    floor = Money(twin.committed_minor(shelf.floor_days), here.currency)
    move = decide(
        twin.start_balance_minor,
        here,
        swept,
        lows_of(twin, [LOOK_DAYS])[:, 0],
        floor,
        mandate=mandate,
        step=_product(shelf, mandate.product).amount_step,
        p_below_max=shelf.p_early_max,
    )
    return move, "swept" if move.amount else "enough"


def _keep(session: WriteSession, mandate: Mandate, made: Sweep, bus: Bus) -> None:
    """Write the look, and post its move under the same key."""
    store.insert_sweep(session, made)
    amount = made.move.amount
    if not amount:
        return
    current, product = accounts_of(mandate.customer_id, amount.currency)
    goes_in = amount.minor > 0
    transfer = Transfer(
        made.id,
        debit=current if goes_in else product,
        credit=product if goes_in else current,
        amount=abs(amount),
        at=made.at,
        kind="sweep-in" if goes_in else "sweep-out",
        memo=mandate.product,
    )
    ledger.post(session, [transfer])
    data = {"mandate": str(mandate.id), "amount": str(amount), "keep": str(made.move.keep), "reason": made.reason}
    bus.publish(session, Event(made.id, mandate.customer_id, "advice.swept", made.at, data))


def accounts_of(customer_id: UUID, currency: str) -> tuple[UUID, UUID]:
    """The customer's current account here, and the one for what is in the same-day product."""
    return key_of("account", "current", customer_id, currency), key_of("account", "swept", customer_id, currency)


def here_flows(session: ReadSession, customer_id: UUID, currency: str, today: date) -> list[KnownFlow]:
    """What is in both accounts, as money known today."""
    from brambling.perception.cashflow.shapes import KnownFlow

    return [KnownFlow(today, money.minor) for money in _balances(session, customer_id, currency)]


def _balances(session: ReadSession, customer_id: UUID, currency: str) -> tuple[Money, Money]:
    """What is free in the current account, and what is in the product."""
    current, product = accounts_of(customer_id, currency)
    found = ledger.accounts(session, [current, product])
    nothing = Money.zero(currency)
    return (
        found[current].available if current in found else nothing,
        found[product].balance if product in found else nothing,
    )


def _product(shelf: Shelf, code: str) -> Product:
    for product in shelf.products:
        if product.code == code:
            return product
    raise NotFound(f"the shelf has no product {code!r}")


def living(session: ReadSession) -> list[UUID]:
    """The mandates to look at."""
    return store.living(session)


def sweep_of(session: WriteSession, customer_id: UUID, clock: Clock, *, bus: Bus, known_flows: KnownFlows) -> None:
    """Look again at the customer's mandate, where there is one: the twin has changed."""
    mandate = store.newest_of(session, customer_id)
    if mandate is not None and mandate.living:
        sweep(session, mandate.id, clock, bus=bus, known_flows=known_flows)


def check(session: ReadSession) -> list[str]:
    """One line for every place where mandates, sweeps and ledger contradict each other; empty when all is sound."""
    return store.broken(session)
