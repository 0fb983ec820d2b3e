"""The sweep mandate over HTTP: given by the owner, read by whoever may, ended at once."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from brambling.bank.events import Bus
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.kit.errors import NotFound
from brambling.kit.money import Money
from brambling.perception.cashflow.shapes import KnownFlows
from brambling.wealth.advice.service import mandates


class Order(BaseModel):
    """What the owner allows until further notice."""

    product: str = Field(max_length=60, description="A same-day product of the shelf.", examples=["cash-t0"])
    swept_max: str = Field(description="The most that may be in the product.", examples=["200000.00"])
    move_min: str = Field("1000.00", description="The least amount that is moved in.")


class LookOut(BaseModel):
    """One look at the account: what moved (negative: back), and what had to stay."""

    at: datetime
    amount: str
    keep: str
    floor: str
    probability_below_floor: float
    reason: str


class MandateOut(BaseModel):
    """A mandate as it stands, with its newest looks."""

    id: UUID
    product: str
    swept_max: str
    move_min: str
    given_at: datetime
    given_by: str
    ended_at: datetime | None
    ended_why: str | None
    swept: str
    looks: list[LookOut]


def router(context: Context, bus: Bus, known_flows: KnownFlows) -> APIRouter:
    """``POST``, ``GET`` and ``DELETE /customers/{id}/mandate``."""
    routes = APIRouter(tags=["wealth"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    def shown(customer_id: UUID) -> MandateOut:
        with context.db.read() as session:
            found = mandates.standing(session, customer_id)
        if found is None:
            raise NotFound("there is no mandate")
        given = found.mandate
        return MandateOut(
            id=given.id,
            product=given.product,
            swept_max=str(given.swept_max),
            move_min=str(given.move_min),
            given_at=given.given_at,
            given_by=given.given_by,
            ended_at=given.ended_at,
            ended_why=given.ended_why,
            swept=str(found.swept),
            looks=[
                LookOut(
                    at=one.at,
                    amount=str(one.move.amount),
                    keep=str(one.move.keep),
                    floor=str(one.move.floor),
                    probability_below_floor=float(one.move.p_below),
                    reason=one.reason,
                )
                for one in found.sweeps
            ],
        )

    @routes.post("/customers/{customer_id}/mandate", summary="A standing order to sweep idle cash in and back")
    def give(customer_id: UUID, order: Order, user: Acting) -> MandateOut:
        """Only the owner gives it. The account is looked at right away, and every hour from then on."""
        require(user, "give", "mandate", customer_id)
        with context.db.write(user.name) as session:
            made = mandates.give_mandate(
                session,
                customer_id,
                product=order.product,
                swept_max=Money.of(order.swept_max),
                move_min=Money.of(order.move_min),
                clock=context.clock,
                bus=bus,
            )
            mandates.sweep(session, made.id, context.clock, bus=bus, known_flows=known_flows)
        return shown(customer_id)

    @routes.get("/customers/{customer_id}/mandate", summary="The mandate as it stands")
    def get(customer_id: UUID, user: Acting) -> MandateOut:
        require(user, "read", "plan", customer_id)
        return shown(customer_id)

    @routes.delete("/customers/{customer_id}/mandate", summary="End the mandate; the money is back at once")
    def end(customer_id: UUID, user: Acting) -> MandateOut:
        require(user, "end", "mandate", customer_id)
        with context.db.write(user.name) as session:
            mandates.revoke(session, customer_id, context.clock, bus=bus)
        return shown(customer_id)

    return routes
