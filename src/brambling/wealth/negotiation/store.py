"""Negotiations, the limits of each side, and every version of the offer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from brambling.kit.crypto import mask
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money
from brambling.kit.policy import dump, load
from brambling.wealth.ladder.rules import Market
from brambling.wealth.negotiation.features import Ground
from brambling.wealth.negotiation.rules import Grid, Limits, Offer, Side, State, Version
from brambling.wealth.negotiation.shapes import Effects, Terms

negotiations = sa.Table(
    "negotiations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Text),
    sa.Column("ended_why", sa.Text),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("terms", JSONB, nullable=False),
    sa.Column("grid", JSONB, nullable=False),
    sa.Column("ground", sa.LargeBinary, nullable=False),
    sa.Column("effects", JSONB, nullable=False),
    sa.CheckConstraint("state IN ('open', 'accepted', 'rejected', 'expired')", name="state"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    sa.Index("ix_negotiations_open", "expires_at", postgresql_where=sa.text("state = 'open'")),
)
limits = sa.Table(
    "negotiation_limits",
    metadata,
    sa.Column("negotiation_id", sa.Uuid, sa.ForeignKey("negotiations.id"), primary_key=True),
    sa.Column("side", sa.Text, primary_key=True),
    sa.Column("automatic", sa.Boolean, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("wanted", JSONB, nullable=False),
    sa.CheckConstraint("side IN ('manager', 'platform')", name="side"),
)
versions = sa.Table(
    "negotiation_versions",
    metadata,
    sa.Column("negotiation_id", sa.Uuid, sa.ForeignKey("negotiations.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("given", sa.Float, nullable=False),
    sa.Column("offer", JSONB, nullable=False),
    sa.Column("effects", JSONB, nullable=False),
    sa.CheckConstraint("side IN ('manager', 'platform')", name="side"),
    sa.CheckConstraint("number > 0", name="number"),
)


@dataclass(frozen=True, eq=False)
class Kept:
    """A negotiation as it is kept. ``answered`` is false while nobody has looked at the newest version."""

    id: UUID
    product: str
    state: State
    opened_at: datetime
    opened_by: str
    expires_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    answered: bool
    terms: Terms
    grid: Grid
    effects: Effects


@dataclass(frozen=True, eq=False)
class Said:
    """A version with who made it when, and what it does."""

    version: Version
    made_at: datetime
    made_by: str
    effects: Effects


@dataclass(frozen=True, eq=False)
class Bounds:
    """The limits of one side, whether it answers by itself, and what it wants."""

    limits: Limits
    automatic: bool
    wanted: Offer


def insert(session: WriteSession, kept: Kept, ground: Ground) -> bool:
    """Keep a new negotiation; False when its id is already there."""
    from sqlalchemy.dialects.postgresql import insert as pg_insert

    row = {
        "id": kept.id,
        "product": kept.product,
        "state": kept.state,
        "opened_at": kept.opened_at,
        "opened_by": kept.opened_by,
        "expires_at": kept.expires_at,
        "answered": kept.answered,
        "terms": dump(kept.terms),
        "grid": _grid_plain(kept.grid),
        "ground": _packed(ground),
        "effects": asdict(kept.effects),
    }
    statement = pg_insert(negotiations).values(row).on_conflict_do_nothing().returning(negotiations.c.id)
    return session.scalar(statement) is not None


_COLUMNS = [column for column in negotiations.c if column.name != "ground"]


def find(session: ReadSession, negotiation_id: UUID, *, lock: bool = False) -> Kept | None:
    """The negotiation; with ``lock`` nobody else moves it until this transaction ends."""
    query = sa.select(*_COLUMNS).where(negotiations.c.id == negotiation_id)
    row = session.first(query.with_for_update() if lock else query)
    return _kept(row) if row else None


def newest(session: ReadSession, limit: int) -> list[Kept]:
    """The newest negotiations, open ones first."""
    query = sa.select(*_COLUMNS).order_by(negotiations.c.state != "open", negotiations.c.opened_at.desc())
    return [_kept(row) for row in session.rows(query.limit(limit))]


def unanswered(session: ReadSession) -> list[UUID]:
    """Open negotiations of whose newest version nobody has been told."""
    query = sa.select(negotiations.c.id).where(negotiations.c.state == "open", ~negotiations.c.answered)
    return [row[0] for row in session.tuples(query)]


def overdue(session: ReadSession, now: datetime) -> list[UUID]:
    """Open negotiations whose time is over."""
    query = sa.select(negotiations.c.id).where(negotiations.c.state == "open", negotiations.c.expires_at <= now)
    return [row[0] for row in session.tuples(query)]


def ground_of(session: ReadSession, negotiation_id: UUID, market: Market) -> Ground:
    """The joint paths that a negotiation is counted on."""
    packed = session.scalar(sa.select(negotiations.c.ground).where(negotiations.c.id == negotiation_id))
    with np.load(io.BytesIO(packed)) as parts:
        return Ground(parts["days"], parts["subscription"], parts["redemption"], parts["liquid"], market)


def end(session: WriteSession, negotiation_id: UUID, state: State, at: datetime, by: str, why: str) -> None:
    values = {"state": state, "ended_at": at, "ended_by": by, "ended_why": mask(why), "answered": True}
    session.execute(sa.update(negotiations).where(negotiations.c.id == negotiation_id).values(values))


def set_answered(session: WriteSession, negotiation_id: UUID, answered: bool) -> None:
    session.execute(sa.update(negotiations).where(negotiations.c.id == negotiation_id).values(answered=answered))


def set_bounds(session: WriteSession, negotiation_id: UUID, side: Side, bounds: Bounds) -> None:
    """Write the limits of a side, in place of those before."""
    from sqlalchemy.dialects.postgresql import insert as pg_insert

    row = {"automatic": bounds.automatic, "content": dump(bounds.limits), "wanted": _offer_plain(bounds.wanted)}
    statement = pg_insert(limits).values(negotiation_id=negotiation_id, side=side, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["negotiation_id", "side"], set_=row))


def bounds_of(session: ReadSession, kept: Kept, side: Side) -> Bounds | None:
    """The limits of a side; None where it has set none."""
    row = session.first(sa.select(limits).where(limits.c.negotiation_id == kept.id, limits.c.side == side))
    if row is None:
        return None
    found = load(Limits, row["content"], currency=kept.grid.lot.currency)
    return Bounds(found, row["automatic"], _offer(row["wanted"]))


def insert_version(session: WriteSession, negotiation_id: UUID, said: Said) -> None:
    version = said.version
    row = {
        "negotiation_id": negotiation_id,
        "number": version.number,
        "side": version.side,
        "made_at": said.made_at,
        "made_by": said.made_by,
        "given": version.given,
        "offer": _offer_plain(version.offer),
        "effects": asdict(said.effects),
    }
    session.execute(sa.insert(versions).values(row))


def versions_of(session: ReadSession, negotiation_id: UUID) -> list[Said]:
    """Every version, the first first."""
    query = sa.select(versions).where(versions.c.negotiation_id == negotiation_id).order_by(versions.c.number)
    return [_said(row) for row in session.rows(query)]


# -- plain forms --------------------------------------------------------------------------------------------------------


def _packed(ground: Ground) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(
        out, days=ground.days, subscription=ground.subscription, redemption=ground.redemption, liquid=ground.liquid
    )
    return out.getvalue()


def _grid_plain(grid: Grid) -> dict[str, Any]:
    days = [day.isoformat() for day in grid.days]
    return {"days": days, "channels": list(grid.channels), "lot": str(grid.lot), "currency": grid.lot.currency}


def _offer_plain(offer: Offer) -> dict[str, Any]:
    return {"lots": offer.lots.tolist(), "price": offer.price.tolist()}


def _offer(values: Mapping[str, Any]) -> Offer:
    return Offer(np.array(values["lots"], dtype=np.int64), np.array(values["price"], dtype=np.int64))


def _effects(values: Mapping[str, Any]) -> Effects:
    return Effects(**{**values, "net_minor": tuple(values["net_minor"])})


def _kept(row: RowMapping) -> Kept:
    plain = row["grid"]
    lot = Money.of(plain["lot"], plain["currency"])
    grid = Grid(tuple(date.fromisoformat(day) for day in plain["days"]), tuple(plain["channels"]), lot)
    return Kept(
        id=row["id"],
        product=row["product"],
        state=cast("State", row["state"]),
        opened_at=row["opened_at"],
        opened_by=row["opened_by"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        ended_why=row["ended_why"],
        answered=row["answered"],
        terms=load(Terms, row["terms"], currency=lot.currency),
        grid=grid,
        effects=_effects(row["effects"]),
    )


def _said(row: RowMapping) -> Said:
    version = Version(row["number"], cast("Side", row["side"]), _offer(row["offer"]), row["given"])
    return Said(version, row["made_at"], row["made_by"], _effects(row["effects"]))
