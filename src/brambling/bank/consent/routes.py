"""Consent over HTTP: what holds, its history, and a change by the owner or by the bank on his behalf."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from brambling.bank import customers
from brambling.bank.consent import service
from brambling.bank.consent.rules import ON_BEHALF, OWN, PURPOSES, Change
from brambling.bank.events import Bus
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, IdempotencyKey, id_of, user_of
from brambling.kit.db import ReadSession
from brambling.kit.errors import InputRejected

Purpose = Literal["statement", "credit", "wealth", "service", "marketing"]


class NewChange(BaseModel):
    """A consent given or withdrawn; it holds at once."""

    purpose: Purpose
    given: bool
    until: AwareDatetime | None = Field(None, description="When a given consent ends by itself; never when absent.")
    basis: Literal["in-person", "phone", "letter"] | None = Field(
        None, description="How the customer told the bank. Needed from people of the bank; an owner acts for himself."
    )


class ChangeOut(BaseModel):
    """One change of the history."""

    purpose: str
    given: bool
    at: datetime
    until: datetime | None
    noted_by: str
    basis: str


class ConsentsOut(BaseModel):
    """What the customer consents to now, and every change, the first first."""

    holds: dict[str, bool]
    history: list[ChangeOut]


def basis_of(user: User, customer_id: UUID, told: str | None) -> str:
    """How the bank knows: an owner acts for himself, everybody else says how he was told.

    Raises InputRejected when somebody of the bank does not say it.
    """
    if user.business_id == customer_id:
        return OWN
    if told not in ON_BEHALF:
        raise InputRejected(
            "how the customer told the bank is missing", column="basis", expected=f"one of {', '.join(ON_BEHALF)}"
        )
    return told


def router(context: Context, bus: Bus) -> APIRouter:
    """``GET`` and ``POST /customers/{id}/consents``."""
    routes = APIRouter(tags=["consent"], prefix="/customers/{customer_id}/consents", responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    def shown(session: ReadSession, customer_id: UUID) -> ConsentsOut:
        now = context.clock.now()
        holds = {purpose: service.has(session, customer_id, purpose, now) for purpose in PURPOSES}
        return ConsentsOut(holds=holds, history=[_shown(change) for change in service.history(session, customer_id)])

    @routes.get("", summary="What a customer consents to, with its history")
    def look(customer_id: UUID, user: Acting) -> ConsentsOut:
        require(user, "read", "consent", customer_id)
        with context.db.read() as session:
            customers.get(session, customer_id)
            return shown(session, customer_id)

    @routes.post("", summary="Give or withdraw a consent; it holds from the next second")
    def change(customer_id: UUID, new: NewChange, key: IdempotencyKey, user: Acting) -> ConsentsOut:
        require(user, "write", "consent", customer_id)
        basis, unique = basis_of(user, customer_id, new.basis), id_of("consent", key, user.id)
        now = context.clock.now()
        with context.db.write(user.name) as session:
            if new.given:
                service.give(session, customer_id, new.purpose, now, new.until, basis=basis, key=unique, bus=bus)
            else:
                service.withdraw(session, customer_id, new.purpose, now, basis=basis, key=unique, bus=bus)
            return shown(session, customer_id)

    return routes


def _shown(change: Change) -> ChangeOut:
    return ChangeOut(
        purpose=change.purpose,
        given=change.given,
        at=change.at,
        until=change.until,
        noted_by=change.noted_by,
        basis=change.basis,
    )
