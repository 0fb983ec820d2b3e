"""The tables of customers, what belongs to them, and blocked lists; every query on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import RowMapping

from brambling.kit.db import ReadSession, WriteSession, metadata

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("uscc", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_hash", sa.LargeBinary, nullable=False, index=True),
    sa.Column("gbt4754", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("synthetic", sa.Boolean, nullable=False),
    sa.Column("opened_on", sa.Date, nullable=False),
)
related_persons = sa.Table(
    "related_persons",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("name_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("name_hash", sa.LargeBinary, nullable=False, index=True),
    sa.Column("id_encrypted", sa.LargeBinary),
    sa.Column("id_hash", sa.LargeBinary, index=True),
)
customer_addresses = sa.Table(
    "customer_addresses",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("address_hash", sa.LargeBinary, nullable=False, index=True),
    sa.UniqueConstraint("customer_id", "channel"),
)
customer_bank_accounts = sa.Table(
    "customer_bank_accounts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("bank", sa.Text, nullable=False),
    sa.Column("number_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("number_hash", sa.LargeBinary, nullable=False, index=True),
    sa.UniqueConstraint("customer_id", "number_hash"),
)
blocked_entries = sa.Table(
    "blocked_entries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("list_name", sa.Text, nullable=False),
    sa.Column("entry_hash", sa.LargeBinary, nullable=False),
    sa.Column("uscc", sa.Text, index=True),
    sa.Column("id_hash", sa.LargeBinary, index=True),
    sa.Column("id_encrypted", sa.LargeBinary),
    sa.Column("name_hash", sa.LargeBinary, index=True),
    sa.Column("name_encrypted", sa.LargeBinary),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("expires_on", sa.Date),
    sa.UniqueConstraint("list_name", "entry_hash"),
    sa.CheckConstraint("uscc IS NOT NULL OR id_hash IS NOT NULL OR name_hash IS NOT NULL", name="names_somebody"),
)


def insert_rows(session: WriteSession, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of one of the tables above."""
    if rows:
        session.execute(sa.insert(table), list(rows))


def insert_customer(session: WriteSession, row: Mapping[str, Any]) -> bool:
    """False when the id or the credit code is already there."""
    statement = insert(customers).values(**row).on_conflict_do_nothing()
    return session.scalar(statement.returning(customers.c.id)) is not None


def find(session: ReadSession, customer_id: UUID) -> RowMapping | None:
    return session.first(sa.select(customers).where(customers.c.id == customer_id))


def find_many(session: ReadSession, customer_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    return session.rows(sa.select(customers).where(customers.c.id.in_(customer_ids)))


def ids_after(session: ReadSession, after: UUID | None, limit: int) -> list[UUID]:
    """The next page of ids in their order."""
    query = sa.select(customers.c.id).order_by(customers.c.id).limit(limit)
    if after is not None:
        query = query.where(customers.c.id > after)
    return list(session.connection.scalars(query))


def find_uscc(session: ReadSession, uscc: str) -> RowMapping | None:
    return session.first(sa.select(customers).where(customers.c.uscc == uscc))


def like(session: ReadSession, text: str, limit: int) -> Sequence[RowMapping]:
    """Customers whose name contains ``text`` or whose credit code begins with it, those that begin with it first."""
    begins = sa.or_(
        customers.c.name.istartswith(text, autoescape=True), customers.c.uscc.istartswith(text, autoescape=True)
    )
    query = sa.select(customers).where(sa.or_(begins, customers.c.name.icontains(text, autoescape=True)))
    return session.rows(query.order_by(begins.desc(), customers.c.name, customers.c.id).limit(limit))


def persons_of(session: ReadSession, customer_id: UUID) -> Sequence[RowMapping]:
    query = sa.select(related_persons).where(related_persons.c.customer_id == customer_id)
    return session.rows(query.order_by(related_persons.c.role, related_persons.c.id))


def sharing_a_person(session: ReadSession, customer_id: UUID, roles: Sequence[str]) -> list[UUID]:
    """Other customers with the same person in one of ``roles``: the same identity number, where both have one."""
    mine, theirs = related_persons.alias("mine"), related_persons.alias("theirs")
    same = sa.and_(mine.c.id_hash == theirs.c.id_hash, mine.c.customer_id != theirs.c.customer_id)
    query = sa.select(theirs.c.customer_id).distinct().select_from(mine.join(theirs, same))
    query = query.where(mine.c.customer_id == customer_id, mine.c.role.in_(roles), theirs.c.role.in_(roles))
    return [row["customer_id"] for row in session.rows(query.order_by(theirs.c.customer_id))]


def upsert_address(session: WriteSession, row: Mapping[str, Any]) -> None:
    """One address a channel: a new one replaces the old."""
    statement = insert(customer_addresses).values(**row)
    changed = {name: statement.excluded[name] for name in ("id", "address_encrypted", "address_hash")}
    session.execute(statement.on_conflict_do_update(index_elements=["customer_id", "channel"], set_=changed))


def find_address(session: ReadSession, customer_id: UUID, channel: str) -> RowMapping | None:
    table = customer_addresses
    return session.first(sa.select(table).where(table.c.customer_id == customer_id, table.c.channel == channel))


def insert_account(session: WriteSession, row: Mapping[str, Any]) -> None:
    """An account that is already known stays as it is."""
    session.execute(insert(customer_bank_accounts).values(**row).on_conflict_do_nothing())


def accounts_of(session: ReadSession, customer_id: UUID) -> Sequence[RowMapping]:
    table = customer_bank_accounts
    return session.rows(sa.select(table).where(table.c.customer_id == customer_id).order_by(table.c.bank, table.c.id))


def upsert_blocks(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """New entries of a list; an entry that is known gets the new reason, source and dates."""
    statement = insert(blocked_entries)
    changed = {name: statement.excluded[name] for name in ("reason", "source", "starts_on", "expires_on")}
    upsert = statement.on_conflict_do_update(index_elements=["list_name", "entry_hash"], set_=changed)
    session.execute(upsert, list(rows))


def block_lists(session: ReadSession, today: date) -> Sequence[RowMapping]:
    """Each list with how many entries it has, how many hold on ``today``, and its sources."""
    table = blocked_entries
    live = sa.and_(table.c.starts_on <= today, sa.or_(table.c.expires_on.is_(None), table.c.expires_on >= today))
    query = sa.select(
        table.c.list_name.label("name"),
        sa.func.count().label("entries"),
        sa.func.count().filter(live).label("live"),
        sa.func.count(table.c.source.distinct()).label("sources"),
    )
    return session.rows(query.group_by(table.c.list_name).order_by(table.c.list_name))


def end_others(session: WriteSession, list_name: str, kept: Sequence[bytes], last_day: date) -> None:
    """Let the live entries of a list that are not among ``kept`` end on ``last_day``."""
    table = blocked_entries
    is_kept = table.c.entry_hash == sa.any_(sa.literal(list(kept), ARRAY(sa.LargeBinary)))
    statement = sa.update(table).where(
        table.c.list_name == list_name,
        ~is_kept,
        sa.or_(table.c.expires_on.is_(None), table.c.expires_on > last_day),
    )
    session.execute(statement.values(expires_on=last_day))


def matches(session: ReadSession, customer_id: UUID, today: date) -> Sequence[RowMapping]:
    """Live entries that match the customer or one of its related persons, with ``matched`` and ``role``.

    An entry with an identity number is about that person alone, so its name is not compared: many share a name.
    """
    return session.rows(_matching(), {"customer": customer_id, "today": today})


@cache  # a statement of this size costs more to put together than to run, and it stands before every decision
def _matching() -> sa.Select[Any]:
    customer, today = sa.bindparam("customer", type_=sa.Uuid), sa.bindparam("today", type_=sa.Date)
    entry, who, person = blocked_entries, customers, related_persons
    about = [entry.c.list_name, entry.c.reason, entry.c.source, entry.c.expires_on]
    live = sa.and_(entry.c.starts_on <= today, sa.or_(entry.c.expires_on.is_(None), entry.c.expires_on >= today))
    name_only = entry.c.id_hash.is_(None)

    def match(matched: str, role: Any, other: sa.Table, same: Any, of: Any) -> sa.Select[Any]:
        columns = [*about, sa.literal(matched).label("matched"), role.label("role")]
        return sa.select(*columns).select_from(entry.join(other, same)).where(of == customer, live)

    nobody = sa.literal("")
    by_name = sa.and_(entry.c.name_hash == who.c.name_hash, name_only)
    by_person_name = sa.and_(entry.c.name_hash == person.c.name_hash, name_only, entry.c.uscc.is_(None))
    found = sa.union(
        match("uscc", nobody, who, entry.c.uscc == who.c.uscc, who.c.id),
        match("name", nobody, who, by_name, who.c.id),
        match("person-id", person.c.role, person, entry.c.id_hash == person.c.id_hash, person.c.customer_id),
        match("person-name", person.c.role, person, by_person_name, person.c.customer_id),
    ).subquery()
    return sa.select(found).order_by(found.c.list_name, found.c.matched, found.c.role, found.c.reason)
