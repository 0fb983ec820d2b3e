"""The table of what persons said of decisions, and every query on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from brambling.credit.underwriting.shapes.opinions import Opinion
from brambling.kit.crypto import mask
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money

_MOMENT = sa.DateTime(timezone=True)

opinions = sa.Table(
    "credit_opinions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("decision_id", sa.Uuid, sa.ForeignKey("decisions.id"), nullable=False),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("machine", sa.Text, nullable=False),
    sa.Column("machine_limit_minor", sa.BigInteger, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("person_limit_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("said_by", sa.Text, nullable=False),
    sa.Column("said_at", _MOMENT, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("second_by", sa.Text),
    sa.Column("effect_id", sa.Uuid, sa.ForeignKey("decisions.id")),
    sa.Column("judged", sa.Text),
    sa.Column("judged_by", sa.Text),
    sa.Column("judged_at", _MOMENT),
    sa.Column("judged_why", sa.Text),
    sa.UniqueConstraint("decision_id", "said_by", "kind"),
    sa.CheckConstraint("kind IN ('opinion', 'confirmation', 'override')", name="kind"),
    sa.CheckConstraint("machine IN ('approve', 'refer', 'decline')", name="machine"),
    sa.CheckConstraint("person IN ('approve', 'decline')", name="person"),
    sa.CheckConstraint("state IN ('said', 'waiting', 'done', 'rejected')", name="state"),
    sa.CheckConstraint("judged IN ('person', 'machine')", name="judged"),
    sa.CheckConstraint("second_by IS NULL OR second_by <> said_by", name="four_eyes"),
    sa.CheckConstraint("judged_by IS NULL OR judged_by <> said_by", name="not_by_oneself"),
    sa.CheckConstraint(
        "(judged IS NULL) = (judged_by IS NULL) AND (judged IS NULL) = (judged_why IS NULL)", name="judged_whole"
    ),
    sa.CheckConstraint("(person = 'approve') = (person_limit_minor > 0)", name="limit_of_an_approval"),
    sa.Index("ix_credit_opinions_unjudged", "said_at", postgresql_where=sa.text("judged IS NULL")),
    sa.Index("ix_credit_opinions_customer_id", "customer_id"),
)


def insert_opinion(session: WriteSession, one: Opinion) -> None:
    values = {key: value for key, value in vars(one).items() if key not in ("machine_limit", "person_limit")}
    values |= {
        "machine_limit_minor": one.machine_limit.minor,
        "person_limit_minor": one.person_limit.minor,
        "currency": one.person_limit.currency,
        "why": mask(one.why),
    }
    session.execute(sa.insert(opinions).values(values))


def update_opinion(session: WriteSession, opinion_id: UUID, **values: Any) -> None:
    values |= {key: mask(values[key]) for key in ("why", "judged_why") if values.get(key)}
    session.execute(sa.update(opinions).where(opinions.c.id == opinion_id).values(**values))


def find_opinion(session: ReadSession, opinion_id: UUID, *, lock: bool = False) -> Opinion | None:
    query = sa.select(opinions).where(opinions.c.id == opinion_id)
    row = session.first(query.with_for_update() if lock else query)
    return None if row is None else _opinion(row)


def opinions_on(session: ReadSession, decision_id: UUID) -> list[Opinion]:
    """What was said of one decision, oldest first."""
    query = sa.select(opinions).where(opinions.c.decision_id == decision_id).order_by(opinions.c.said_at)
    return [_opinion(row) for row in session.rows(query)]


def all_opinions(session: ReadSession, limit: int, *, kind: str = "", unjudged: bool = False) -> list[Opinion]:
    """The newest opinions of a kind; those not judged yet oldest first."""
    query = sa.select(opinions).limit(limit)
    if kind:
        query = query.where(opinions.c.kind == kind)
    if unjudged:
        query = query.where(opinions.c.judged.is_(None)).order_by(opinions.c.said_at)
    else:
        query = query.order_by(opinions.c.said_at.desc())
    return [_opinion(row) for row in session.rows(query)]


def _opinion(row: RowMapping) -> Opinion:
    values = {key: row[key] for key in row if not key.endswith("_minor") and key != "currency"}
    return Opinion(
        **values,
        machine_limit=Money(row["machine_limit_minor"], row["currency"]),
        person_limit=Money(row["person_limit_minor"], row["currency"]),
    )
