"""Tables of underwriting: the policies that decided, applications, and offers as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping

from brambling.credit.underwriting.rules import Instalment, Policy
from brambling.credit.underwriting.shapes import Application, OpenOffer
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money, Rate
from brambling.kit.policy import dump, load

credit_policies = sa.Table(
    "credit_policies",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
)

applications = sa.Table(
    "applications",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("requested_minor", sa.BigInteger),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("decision_id", sa.Uuid, sa.ForeignKey("decisions.id"), nullable=False, unique=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.CheckConstraint("outcome IN ('offer', 'refer', 'decline')", name="outcome"),
    sa.CheckConstraint("requested_minor > 0", name="requested"),
    sa.Index("ix_applications_customer_id", "customer_id", "applied_at"),
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("decision_id", sa.Uuid, sa.ForeignKey("decisions.id"), primary_key=True),
    sa.Column("application_id", sa.Uuid, sa.ForeignKey("applications.id"), nullable=False, unique=True),
    sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("limit_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("rate_annual", sa.Numeric, nullable=False),
    sa.Column("tenor_days", sa.Integer, nullable=False),
    sa.Column("schedule", JSONB, nullable=False),
    sa.Column("risk_band", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("expires_on", sa.Date, nullable=False),
    sa.CheckConstraint("limit_minor > 0", name="limit"),
    sa.CheckConstraint("rate_annual >= 0", name="rate_annual"),
    sa.CheckConstraint("tenor_days > 0", name="tenor_days"),
    sa.CheckConstraint("status IN ('waiting', 'open', 'withdrawn', 'taken')", name="status"),
)


def keep_policy(session: WriteSession, version: str, policy: Policy, at: datetime) -> None:
    """Keep the text of a policy that decides; the same version again changes nothing."""
    row = {"version": version, "content": dump(policy), "first_used_at": at}
    session.execute(insert(credit_policies).values(row).on_conflict_do_nothing())


def policy_of(session: ReadSession, version: str) -> Policy | None:
    """A policy that decided once, None for a version that never did."""
    content = session.scalar(sa.select(credit_policies.c.content).where(credit_policies.c.version == version))
    return None if content is None else load(Policy, content, currency=content["currency"])


def insert_application(session: WriteSession, application: Application, currency: str) -> None:
    asked = application.requested
    row = {
        "id": application.id,
        "customer_id": application.customer_id,
        "requested_minor": None if asked is None else asked.minor,
        "currency": currency,
        "applied_at": application.applied_at,
        "decision_id": application.decision_id,
        "outcome": application.outcome,
    }
    session.execute(sa.insert(applications).values(row))


def find_application(session: ReadSession, application_id: UUID) -> Application | None:
    row = session.first(sa.select(applications).where(applications.c.id == application_id))
    return _application(row) if row else None


def applications_of(session: ReadSession, customer_id: UUID, limit: int) -> list[Application]:
    """Applications of a customer, newest first."""
    query = sa.select(applications).where(applications.c.customer_id == customer_id)
    return [_application(row) for row in session.rows(query.order_by(applications.c.applied_at.desc()).limit(limit))]


def newest_applications(session: ReadSession, outcome: str, limit: int) -> list[Application]:
    """Applications of all customers, newest first; those with ``outcome`` where one is given."""
    query = sa.select(applications).order_by(applications.c.applied_at.desc(), applications.c.id).limit(limit)
    return [
        _application(row) for row in session.rows(query.where(applications.c.outcome == outcome) if outcome else query)
    ]


def _application(row: RowMapping) -> Application:
    asked = row["requested_minor"]
    return Application(
        row["id"],
        row["customer_id"],
        None if asked is None else Money(asked, row["currency"]),
        row["applied_at"],
        row["decision_id"],
        row["outcome"],
    )


def insert_offer(session: WriteSession, offer: OpenOffer) -> None:
    row = {
        "decision_id": offer.decision_id,
        "application_id": offer.application_id,
        "customer_id": offer.customer_id,
        "limit_minor": offer.limit.minor,
        "currency": offer.limit.currency,
        "rate_annual": offer.rate_annual.annual,
        "tenor_days": offer.tenor_days,
        "schedule": dump(offer.schedule),
        "risk_band": offer.risk_band,
        "status": offer.status,
        "expires_on": offer.expires_on,
    }
    session.execute(sa.insert(offers).values(row))


def find_offer(session: ReadSession, decision_id: UUID, *, lock: bool = False) -> OpenOffer | None:
    """The offer of a decision; with ``lock`` nobody else changes it before this transaction ends."""
    query = sa.select(offers).where(offers.c.decision_id == decision_id)
    row = session.first(query.with_for_update() if lock else query)
    if row is None:
        return None
    currency = row["currency"]
    return OpenOffer(
        decision_id=row["decision_id"],
        application_id=row["application_id"],
        customer_id=row["customer_id"],
        limit=Money(row["limit_minor"], currency),
        rate_annual=Rate(row["rate_annual"]),
        tenor_days=row["tenor_days"],
        schedule=tuple(load(Instalment, part, currency=currency) for part in row["schedule"]),
        risk_band=row["risk_band"],
        status=row["status"],
        expires_on=row["expires_on"],
    )


def limits_of(session: ReadSession, decision_ids: Sequence[UUID]) -> dict[UUID, Money]:
    """The limits of the offers of these decisions; a decline has none."""
    query = sa.select(offers.c.decision_id, offers.c.limit_minor, offers.c.currency)
    rows = session.rows(query.where(offers.c.decision_id.in_(decision_ids)))
    return {row["decision_id"]: Money(row["limit_minor"], row["currency"]) for row in rows}


def withdraw_open(session: WriteSession, customer_id: UUID) -> None:
    """Withdraw what is still open or waiting for a person among the offers of a business."""
    still = sa.and_(offers.c.customer_id == customer_id, offers.c.status.in_(("open", "waiting")))
    session.execute(sa.update(offers).where(still).values(status="withdrawn"))


def set_status(session: WriteSession, decision_id: UUID, status: str) -> None:
    session.execute(sa.update(offers).where(offers.c.decision_id == decision_id).values(status=status))


def offer_of_application(session: ReadSession, application_id: UUID) -> OpenOffer | None:
    """The offer that an application has at present, locked until the transaction ends."""
    query = sa.select(offers.c.decision_id).where(offers.c.application_id == application_id).with_for_update()
    found = session.scalar(query)
    return None if found is None else find_offer(session, found, lock=True)


def drop_offer(session: WriteSession, decision_id: UUID) -> None:
    """Take an offer away in whose place another one comes."""
    session.execute(sa.delete(offers).where(offers.c.decision_id == decision_id))
