"""Sales plans negotiated over HTTP: each side sees the offers and what they do, and only its own limits."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field

from brambling.bank.events import Bus
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, kept_upload, user_of
from brambling.engine.workflow import Workflows
from brambling.kit.errors import InputRejected, NotAllowed
from brambling.kit.money import Money, Rate
from brambling.kit.policy import load
from brambling.wealth.negotiation import store
from brambling.wealth.negotiation.readers import setting_from
from brambling.wealth.negotiation.report import effects_plain, offer_plain
from brambling.wealth.negotiation.rules import Grid, Limits, Offer, Side, micro
from brambling.wealth.negotiation.service import talks
from brambling.wealth.negotiation.workflow import ROLE, start

MAX_ROWS = 20_000


class Row(BaseModel):
    """A quota of one day and channel."""

    date: date
    channel: str = Field(max_length=60)
    quota: str = Field(examples=["200000.00"])
    price: str = Field("0", description="A share a year.", examples=["0.0025"])


class Counter(BaseModel):
    """Another offer in answer to a version."""

    version: int = Field(ge=1, description="The version that is answered: the newest.")
    rows: list[Row] = Field(min_length=1, max_length=MAX_ROWS)


class Word(BaseModel):
    """Accept a version."""

    version: int = Field(ge=1)


class No(BaseModel):
    """End the talk without a plan."""

    reason: str = Field(min_length=1, max_length=500)


class LimitsIn(BaseModel):
    """Limits of one's own side, as in a limits file; ``automatic`` lets the bank answer inside them."""

    limits: dict[str, Any]
    automatic: bool = True


class VersionOut(BaseModel):
    """One offer with what it does."""

    number: int
    by: str
    made_at: datetime
    made_by: str
    total: str
    rows: list[dict[str, str]]
    effects: dict[str, Any]


class TalkOut(BaseModel):
    """A negotiation as it stands."""

    id: UUID
    product: str
    state: str
    opened_at: datetime
    expires_at: datetime
    ended_why: str | None
    turn: str | None
    without_plan: dict[str, Any]
    versions: list[VersionOut]


def side_of(user: User) -> Side:
    """The side a user speaks for; raises NotAllowed for who has none."""
    for side, role in ROLE.items():
        if role in user.roles:
            return side
    raise NotAllowed("only an investment manager or the platform's marketer speaks in a negotiation")


def router(context: Context, workflows: Workflows, bus: Bus) -> APIRouter:
    """``/sales-plans``: open, read, offer, accept, reject, and the limits of one's own side."""
    routes = APIRouter(tags=["wealth"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]
    clock = context.clock

    def shown(negotiation_id: UUID) -> TalkOut:
        with context.db.read() as session:
            kept, said = talks.get(session, negotiation_id), store.versions_of(session, negotiation_id)
        return _out(kept, said)

    @routes.post("/sales-plans", summary="Put a sales plan on the table")
    def propose(
        user: Acting,
        key: IdempotencyKey,
        flows: Annotated[UploadFile, File(description="Daily flows of the product.")],
        plan: Annotated[UploadFile, File(description="date, product, channel, quota, price.")],
        limits: Annotated[UploadFile, File(description="A limits file; your own side's limits are kept.")],
        product: Annotated[str | None, Form(max_length=200)] = None,
        automatic: Annotated[bool, Form()] = True,
    ) -> TalkOut:
        """The other side answers by its own limits, or a task waits for it."""
        require(user, "write", "negotiation")
        side = side_of(user)
        found = id_of("sales-plan", key, user.name)
        with kept_upload(flows) as flows_file, kept_upload(plan) as plan_file, kept_upload(limits) as limits_file:
            setting = setting_from(limits_file)
            with context.db.write(user.name) as session:
                fresh = store.find(session, found) is None
                talks.open_talk(
                    session, found, flows_file, plan_file, setting.terms, clock=clock, product=product, bus=bus
                )
                if fresh:
                    talks.set_limits(session, found, side, getattr(setting, side), automatic=automatic)
        start(workflows, found, 1)
        return shown(found)

    @routes.get("/sales-plans", summary="Negotiations, open ones first")
    def every(user: Acting) -> list[TalkOut]:
        require(user, "read", "negotiation")
        with context.db.read() as session:
            return [_out(kept, store.versions_of(session, kept.id)) for kept in store.newest(session, 50)]

    @routes.get("/sales-plans/{negotiation_id}", summary="A negotiation with every version")
    def one(negotiation_id: UUID, user: Acting) -> TalkOut:
        require(user, "read", "negotiation")
        return shown(negotiation_id)

    @routes.put("/sales-plans/{negotiation_id}/limits", summary="The limits of my side; the other never sees them")
    def bound(negotiation_id: UUID, given: LimitsIn, user: Acting) -> TalkOut:
        require(user, "write", "negotiation")
        with context.db.write(user.name) as session:
            kept = talks.get(session, negotiation_id)
            limits = load(Limits, given.limits, currency=kept.grid.lot.currency)
            talks.set_limits(session, negotiation_id, side_of(user), limits, automatic=given.automatic)
        return shown(negotiation_id)

    @routes.post("/sales-plans/{negotiation_id}/offers", summary="Another offer")
    def counter(negotiation_id: UUID, given: Counter, user: Acting) -> TalkOut:
        require(user, "write", "negotiation")
        with context.db.write(user.name) as session:
            offer = _offer(given.rows, talks.get(session, negotiation_id).grid)
            said = talks.make_offer(session, negotiation_id, side_of(user), offer, given.version, clock=clock, bus=bus)
        start(workflows, negotiation_id, said.version.number)
        return shown(negotiation_id)

    @routes.post("/sales-plans/{negotiation_id}/accept", summary="Accept the newest version")
    def accept(negotiation_id: UUID, given: Word, user: Acting) -> TalkOut:
        require(user, "write", "negotiation")
        with context.db.write(user.name) as session:
            talks.accept(session, negotiation_id, side_of(user), given.version, clock=clock, bus=bus)
        return shown(negotiation_id)

    @routes.post("/sales-plans/{negotiation_id}/reject", summary="End the talk without a plan")
    def reject(negotiation_id: UUID, given: No, user: Acting) -> TalkOut:
        require(user, "write", "negotiation")
        with context.db.write(user.name) as session:
            talks.reject(session, negotiation_id, side_of(user), given.reason, clock=clock, bus=bus)
        return shown(negotiation_id)

    return routes


def _out(kept: store.Kept, said: list[store.Said]) -> TalkOut:
    return TalkOut(
        id=kept.id,
        product=kept.product,
        state=kept.state,
        opened_at=kept.opened_at,
        expires_at=kept.expires_at,
        ended_why=kept.ended_why,
        turn=talks.turn_of(said) if kept.state == "open" else None,
        without_plan=effects_plain(kept.effects, kept.grid),
        versions=[
            VersionOut(
                number=one.version.number,
                by=one.version.side,
                made_at=one.made_at,
                made_by=one.made_by,
                total=str(kept.grid.lot * one.version.offer.total),
                rows=offer_plain(one.version.offer, kept.grid),
                effects=effects_plain(one.effects, kept.grid),
            )
            for one in said
        ],
    )


def _offer(rows: list[Row], grid: Grid) -> Offer:
    lots, price = np.zeros(grid.shape, dtype=np.int64), np.zeros(grid.shape, dtype=np.int64)
    for number, row in enumerate(rows, start=1):
        if row.date not in grid.days or row.channel not in grid.channels:
            raise InputRejected(f"{row.date} {row.channel!r} is not in the plan", row=number, column="date")
        quota = Money.of(row.quota, grid.lot.currency)
        if quota.minor < 0 or quota.minor % grid.lot.minor:
            raise InputRejected(
                f"{quota} is no quota", row=number, column="quota", expected=f"whole lots of {grid.lot}"
            )
        rate = Rate.of(row.price)
        if not Decimal(0) <= rate.annual < 1:
            raise InputRejected(f"{row.price} is no price", row=number, column="price", expected="0 or more, below 1")
        place = grid.days.index(row.date), grid.channels.index(row.channel)
        lots[place], price[place] = quota.minor // grid.lot.minor, micro(rate, 0)
    return Offer(lots, price)
