"""Many wealth companies on one bank: who they are, what their customers trade, what they are told, and every look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np

from brambling.engine.access import User, may, record, require
from brambling.kit.clock import Clock
from brambling.kit.db import Database, ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotAllowed, NotFound
from brambling.kit.ids import key_of, new_id
from brambling.wealth.structure.features.lots import lots_of
from brambling.wealth.structure.features.purposes import by_rhythm
from brambling.wealth.structure.model.nature import nature_of
from brambling.wealth.structure.readers import Read, of_daily, trades_frame
from brambling.wealth.structure.rules.kinds import KINDS
from brambling.wealth.structure.rules.releasing import Release, release
from brambling.wealth.structure.service.structure import of_trades, split
from brambling.wealth.structure.shapes import Structure, Trades
from brambling.wealth.structure.store import companies as store
from brambling.wealth.structure.store import looks, releases


def add_company(
    session: WriteSession, name: str, products: Sequence[str], *, now: datetime, synthetic: bool = False
) -> UUID:
    """A wealth company and its products; known ones stay. Raises Conflict for a product that another company has."""
    company = store.insert_company(session, new_id(now), name)
    store.insert_products(session, company, products, synthetic)
    for code, owner in store.company_of_products(session, products).items():
        if owner != company:
            raise Conflict(f"the product {code!r} is another company's")
    record(session, session.actor, "add", "company", company, now=now, detail={"products": len(products)})
    return company


def appoint(session: WriteSession, user: User, company: UUID, *, now: datetime, login: str | None = None) -> None:
    """Let a user read for a company. ``login`` is his own user of the database, for tools that speak SQL.

    Raises NotAllowed for a user with a role of the bank: he would see with one role what the other must not.
    """
    if _of_bank(user) or not may(user, "read", "structure"):
        raise NotAllowed(
            f"{user.name} is of the bank; a manager of a wealth company has the role company_manager alone"
        )
    store.upsert_manager(session, user.id, company, login)
    record(session, session.actor, "appoint", "company", company, now=now, detail={"user": user.name})


def import_trades(
    session: WriteSession, source: Any, mapping: Mapping[str, str] | None = None, *, now: datetime
) -> int:
    """Keep customers' trades; returns how many days of trading were written. A file may be imported again.

    Customers become ids (a UUID in the file is kept, any other name is hashed), names are not kept. Raises
    InputRejected for a product that belongs to no company yet.
    """
    frame = trades_frame(source, mapping)
    codes = frame["product"].unique().sort().to_list()
    owners = store.company_of_products(session, codes)
    unknown = [code for code in codes if code not in owners]
    if unknown:
        raise InputRejected(f"the product {unknown[0]!r} belongs to no company", column="product",
                            expected="a product of a company that was added")  # fmt: skip
    daily = frame.group_by("product", "customer", "date", maintain_order=True).sum()
    rows = [
        {
            "product": row["product"],
            "customer_id": customer_id(row["customer"]),
            "day": row["date"],
            "subscription_minor": row["subscription_minor"],
            "redemption_minor": row["redemption_minor"],
        }
        for row in daily.select("product", "customer", "date", "subscription_minor", "redemption_minor").to_dicts()
    ]
    store.upsert_trades(session, rows)
    for code in codes:
        store.sum_flows(session, code, owners[code])
    record(session, session.actor, "import", "trades", "file", now=now, detail={"rows": len(rows)})
    return len(rows)


def customer_id(name: str) -> UUID:
    """The id of a customer of a file."""
    try:
        return UUID(name)
    except ValueError:
        return key_of("fund-customer", name)


def publish(session: WriteSession, product: str, day: date, *, now: datetime) -> Release | None:
    """Release the nature of a product's money as of ``day`` to its company, or None where it may not be.

    It may not where a difference to an earlier release would tell of fewer than 20 customers; the earlier one then
    stands. Raises NotFound for an unknown product or one without two weeks of trades, Conflict for a day that is
    released or lies before one that is.
    """
    owner = store.company_of_products(session, [product]).get(product)
    if owner is None:
        raise NotFound(f"no product {product!r}")
    releases.lock_product(session, product)
    earlier = releases.releases_of(session, product)
    if any(known >= day for known in earlier):
        raise Conflict(f"{product!r} is released as of {max(earlier)} already")
    trades = _trades(session, product, day)
    parts = parts_of(trades, (day - trades.origin).days)
    made = release({UUID(name): amounts for name, amounts in parts.items()}, earlier.values())
    if made is not None:
        releases.insert_release(session, product, day, owner, made)
    outcome = "released" if made is not None else "held back"
    record(
        session, session.actor, "publish", "structure", product, now=now, detail={"day": str(day), "outcome": outcome}
    )
    return made


def parts_of(trades: Trades, day: int) -> dict[str, list[int]]:
    """By customer the money of each kind on the evening of ``day``, in fen."""
    lots = lots_of(trades).at(day)
    there = lots.standing()
    amounts = split(there.amount, nature_of(lots, day, len(trades.customers)).chances(there, day))
    table = np.zeros((len(trades.customers), len(KINDS)), dtype=np.int64)
    np.add.at(table, there.customer, amounts)
    return {trades.customers[row]: table[row].tolist() for row in np.flatnonzero(table.any(axis=1)).tolist()}


def structure_of(session: ReadSession, product: str) -> Structure:
    """The structure of one product from the bank's own trades: for people of the bank alone.

    Raises NotFound for a product without trades.
    """
    newest = store.flows_of(session, product)
    until = newest[-1]["day"] if newest else date.max
    return of_trades(Read(_trades(session, product, until), ()))


def _trades(session: ReadSession, product: str, until: date) -> Trades:
    import polars as pl

    rows = store.trades_of(session, product, until)
    if not rows:
        raise NotFound(f"{product!r} has no trades up to {until}")
    daily = pl.DataFrame({
        "customer": [str(row["customer_id"]) for row in rows],
        "product": [product] * len(rows),
        "date": [row["day"] for row in rows],
        "amount": [row["subscription_minor"] - row["redemption_minor"] for row in rows],
    }).filter(pl.col("amount") != 0)  # fmt: skip
    trades, _ = of_daily(daily, rows[0]["day"], until)
    return replace(trades, purpose=by_rhythm(trades))


# -- looks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """What is open to read, and for whom: ``company`` is None for people of the bank, who see all."""

    session: ReadSession
    company: UUID | None


def _of_bank(user: User) -> bool:
    """Whether the user sees every company's products by his own role."""
    return may(user, "read", "fund")


@contextmanager
def look(db: Database, user: User, clock: Clock, thing_id: str = "all") -> Iterator[Look]:
    """Read products, flows and structures as ``user``: people of the bank all, a manager his own company's.

    The look stands in the audit trail before the first row is read. Raises NotAllowed for a user who may not read
    structures, and for a manager who was appointed by nobody.
    """
    require(user, "read", "structure")
    word = None
    with db.write(user.name) as session:
        company = store.company_of(session, user.id)
        if company is None and not _of_bank(user):
            raise NotAllowed(f"{user.name} manages for no company yet")
        seen_as = "bank" if company is None else str(company)
        record(session, user.name, "look", "structure", thing_id, now=clock.now(), detail={"company": seen_as})
        if company is not None:
            word = looks.new_pass(session, company)
    if word is None:
        with db.read() as reading:
            yield Look(reading, None)
        return
    try:
        with looks.as_manager(db, word) as reading:
            yield Look(reading, company)
    finally:
        with db.write(user.name) as session:
            looks.delete_pass(session, word)
