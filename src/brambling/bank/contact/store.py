"""The ledger of contacts: messages, every verdict on them, refusals; every query on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from brambling.bank.contact.rules import Contact, Refusal
from brambling.kit.db import ReadSession, WriteSession, metadata

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("text_encrypted", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("state IN ('open', 'sent', 'dropped')", name="state"),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    sa.Index("ix_contacts_sent", "customer_id", "sent_at", postgresql_where=sa.text("state = 'sent'")),
    sa.Index("ix_contacts_open", "judged_at", postgresql_where=sa.text("state = 'open'")),
)
contact_verdicts = sa.Table(
    "contact_verdicts",
    metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    sa.Column("policy_version", sa.Text, nullable=False),
    sa.Column("sent", sa.Boolean, nullable=False),
    sa.CheckConstraint("outcome IN ('release', 'hold', 'drop')", name="outcome"),
    sa.CheckConstraint("outcome = 'release' OR NOT sent", name="only_released_is_sent"),
)
contact_refusals = sa.Table(
    "contact_refusals",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True)),
    sa.Column("after_verdict", sa.BigInteger, nullable=False),
    sa.Column("words_encrypted", sa.LargeBinary, nullable=False),
)
contact_refusal_lifts = sa.Table(
    "contact_refusal_lifts",
    metadata,
    sa.Column("refusal_id", sa.Uuid, sa.ForeignKey("contact_refusals.id"), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("after_verdict", sa.BigInteger, nullable=False),
    sa.Column("words_encrypted", sa.LargeBinary, nullable=False),
)


def find(session: ReadSession, contact_id: UUID) -> RowMapping | None:
    return session.first(sa.select(contacts).where(contacts.c.id == contact_id))


def insert_row(session: WriteSession, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Write one row of one of the tables above."""
    session.execute(sa.insert(table).values(**row))


def update_contact(session: WriteSession, contact_id: UUID, values: Mapping[str, Any]) -> None:
    session.execute(sa.update(contacts).where(contacts.c.id == contact_id).values(**values))


def sent_since(session: ReadSession, customer_id: UUID, since: datetime) -> tuple[Contact, ...]:
    """What the customer was sent after ``since``, over all campaigns and channels."""
    query = sa.select(contacts.c.sent_at, contacts.c.purpose).where(
        contacts.c.customer_id == customer_id, contacts.c.state == "sent", contacts.c.sent_at > since
    )
    return tuple(Contact(row["sent_at"], row["purpose"]) for row in session.rows(query))


def standing_refusals(session: ReadSession, customer_id: UUID) -> list[tuple[UUID, Refusal]]:
    """Refusals that were not lifted, the oldest first."""
    table, lifts = contact_refusals, contact_refusal_lifts
    query = (
        sa.select(table)
        .outerjoin(lifts, lifts.c.refusal_id == table.c.id)
        .where(table.c.customer_id == customer_id, lifts.c.refusal_id.is_(None))
        .order_by(table.c.at, table.c.id)
    )
    return [(row["id"], Refusal(row["scope"], row["channel"], row["at"], row["until"])) for row in session.rows(query)]


def find_refusal(session: ReadSession, refusal_id: UUID) -> RowMapping | None:
    return session.first(sa.select(contact_refusals).where(contact_refusals.c.id == refusal_id))


def is_lifted(session: ReadSession, refusal_id: UUID) -> bool:
    table = contact_refusal_lifts
    return session.first(sa.select(table).where(table.c.refusal_id == refusal_id)) is not None


def due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """Open messages that time may have mended or ended; those judged longest ago first, so that none is starved."""
    table = contacts
    ready = sa.or_(table.c.not_before.is_(None), table.c.not_before <= now, table.c.expires_at <= now)
    query = sa.select(table.c.id).where(table.c.state == "open", table.c.judged_at < now, ready)
    return list(session.connection.scalars(query.order_by(table.c.judged_at, table.c.id).limit(limit)))


def open_of(session: ReadSession, customer_id: UUID) -> list[UUID]:
    """The open messages of a customer."""
    query = sa.select(contacts.c.id).where(contacts.c.customer_id == customer_id, contacts.c.state == "open")
    return list(session.connection.scalars(query.order_by(contacts.c.id)))


def newest(
    session: ReadSession, customer_id: UUID | None, limit: int, *, state: str = "", channel: str = ""
) -> list[RowMapping]:
    """Messages with their latest verdict, the one judged last first; of one customer, state or channel where given."""
    latest = (
        sa.select(contact_verdicts)
        .where(contact_verdicts.c.contact_id == contacts.c.id)
        .order_by(contact_verdicts.c.number.desc())
        .limit(1)
        .lateral()
    )
    query = sa.select(contacts, latest.c.outcome, latest.c.reasons, latest.c.policy_version).join(latest, sa.true())
    if customer_id is not None:
        query = query.where(contacts.c.customer_id == customer_id)
    if state:
        query = query.where(contacts.c.state == state)
    if channel:
        query = query.where(contacts.c.channel == channel)
    return list(session.rows(query.order_by(contacts.c.judged_at.desc(), contacts.c.id.desc()).limit(limit)))


def verdicts_of(session: ReadSession, contact_id: UUID) -> list[RowMapping]:
    """Every verdict on a message, the first first."""
    table = contact_verdicts
    return list(session.rows(sa.select(table).where(table.c.contact_id == contact_id).order_by(table.c.number)))


def last_verdict(session: ReadSession) -> int:
    """The highest verdict number so far. Read under a customer's lock, it divides that customer's verdicts exactly into
    those before and those after: no clock is asked."""
    return int(session.scalar(sa.select(sa.func.coalesce(sa.func.max(contact_verdicts.c.number), 0))) or 0)


def sent_past_a_refusal(session: ReadSession) -> list[UUID]:
    """Messages sent after a refusal of everything, or of all that sells, on their channel was written, before it ended
    and before it was lifted: there must be none."""
    refusal, lift, verdict = contact_refusals, contact_refusal_lifts, contact_verdicts
    covers = sa.or_(
        refusal.c.scope == "all", sa.and_(refusal.c.scope == "marketing", contacts.c.purpose == "marketing")
    )
    query = (
        sa.select(contacts.c.id)
        .join(verdict, verdict.c.contact_id == contacts.c.id)
        .join(refusal, refusal.c.customer_id == contacts.c.customer_id)
        .outerjoin(lift, lift.c.refusal_id == refusal.c.id)
        .where(
            verdict.c.sent,
            covers,
            refusal.c.channel.in_(["all", contacts.c.channel]),
            verdict.c.number > refusal.c.after_verdict,
            sa.or_(refusal.c.until.is_(None), verdict.c.at < refusal.c.until),
            sa.or_(lift.c.after_verdict.is_(None), verdict.c.number <= lift.c.after_verdict),
        )
        .distinct()
    )
    return list(session.connection.scalars(query))


def sent_without_release(session: ReadSession) -> list[UUID]:
    """Messages that are marked as sent without a verdict that sent them: there must be none."""
    verdict = contact_verdicts
    sending = sa.exists().where(verdict.c.contact_id == contacts.c.id, verdict.c.sent)
    return list(session.connection.scalars(sa.select(contacts.c.id).where(contacts.c.state == "sent", ~sending)))
