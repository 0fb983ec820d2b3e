"""Policies proposed and released, and the decisions of a challenger."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping

from brambling.bank.decisions.rules import Decision, unsealed
from brambling.bank.decisions.store import decisions
from brambling.credit.underwriting.shapes.policies import Shadow
from brambling.engine.access.store import four_eyes
from brambling.engine.learn.store import releases
from brambling.kit.crypto import mask
from brambling.kit.db import ReadSession, WriteSession, metadata

proposals = sa.Table(
    "policy_proposals",
    metadata,
    sa.Column("release_id", sa.Uuid, sa.ForeignKey("releases.id"), primary_key=True),
    sa.Column("policy", sa.Text, sa.ForeignKey("credit_policies.version"), nullable=False),
    sa.Column("compared_to", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("axioms", JSONB, nullable=False),
    sa.Column("axioms_broken", sa.Integer, nullable=False),
    sa.Column("approver", sa.Text),
    sa.Column("approver_why", sa.Text),
    four_eyes("author", "approver"),
    sa.CheckConstraint("approver IS NULL OR axioms_broken = 0", name="no_broken_axiom"),
    sa.CheckConstraint("(approver IS NULL) = (approver_why IS NULL)", name="said_why"),
)

shadows = sa.Table(
    "shadow_decisions",
    metadata,
    sa.Column("decision_id", sa.Uuid, sa.ForeignKey("decisions.id"), primary_key=True),
    sa.Column("policy", sa.Text, sa.ForeignKey("credit_policies.version"), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reasons", JSONB, nullable=False),
    sa.Column("result", JSONB, nullable=False),
    sa.CheckConstraint("outcome IN ('offer', 'refer', 'decline')", name="outcome"),
    sa.Index("ix_shadow_decisions_policy", "policy", "at"),
)


def insert_proposal(session: WriteSession, **values: Any) -> None:
    session.execute(sa.insert(proposals).values(**_without_numbers(values)))


def update_proposal(session: WriteSession, release_id: UUID, **values: Any) -> None:
    changed = _without_numbers(values)
    session.execute(sa.update(proposals).where(proposals.c.release_id == release_id).values(**changed))


def _without_numbers(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with the numbers of persons masked in what people wrote."""
    return values | {key: mask(values[key]) for key in ("why", "approver_why") if values.get(key)}


def find_proposals(session: ReadSession, release_id: UUID | None = None) -> list[RowMapping]:
    """Proposals with their releases, newest first; one of them where an id is given."""
    columns = (releases.c.slot, releases.c.state, releases.c.proposed_at, releases.c.released_at)
    query = sa.select(proposals, *columns).join(releases, releases.c.id == proposals.c.release_id)
    if release_id is not None:
        query = query.where(proposals.c.release_id == release_id)
    return list(session.rows(query.order_by(releases.c.proposed_at.desc(), releases.c.id.desc())))


def version_at_work(session: ReadSession, slot: str) -> str | None:
    """The version of the policy that is at work in ``slot``."""
    query = sa.select(proposals.c.policy).join(releases, releases.c.id == proposals.c.release_id)
    found = session.scalar(query.where(releases.c.slot == slot, releases.c.state == "released"))
    return None if found is None else str(found)


def insert_shadow(session: WriteSession, shadow: Shadow) -> None:
    row = {**vars(shadow), "reasons": list(shadow.reasons), "result": dict(shadow.result)}
    session.execute(insert(shadows).values(row).on_conflict_do_nothing())


def shadows_of(session: ReadSession, policy: str, limit: int) -> list[tuple[Shadow, Decision]]:
    """The newest decisions that ``policy`` made as a challenger, each with the decision that counts."""
    chained = (decisions.c.body, decisions.c.previous_hash, decisions.c.hash)
    query = sa.select(shadows, *chained).join(decisions, decisions.c.id == shadows.c.decision_id)
    rows = session.rows(query.where(shadows.c.policy == policy).order_by(shadows.c.at.desc()).limit(limit))
    return [
        (
            Shadow(row["decision_id"], row["policy"], row["at"], row["outcome"], tuple(row["reasons"]), row["result"]),
            unsealed(row["body"], row["previous_hash"], row["hash"]),
        )
        for row in rows
    ]


def decisions_since(session: ReadSession, kind: str, since: datetime, limit: int) -> list[Decision]:
    """The newest decisions of ``kind`` since a moment, oldest first."""
    query = sa.select(decisions.c.body, decisions.c.previous_hash, decisions.c.hash)
    query = query.where(decisions.c.kind == kind, decisions.c.at >= since)
    rows = session.rows(query.order_by(decisions.c.number.desc()).limit(limit))
    return [unsealed(row["body"], row["previous_hash"], row["hash"]) for row in rows][::-1]
