"""The contact ledger and refusals over HTTP. Sending has no route: only the house's own lines send, through the gate."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from brambling.bank.contact import service
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, user_of


class ContactOut(BaseModel):
    """A message with what became of it and why; the text is not shown here."""

    id: UUID
    customer_id: UUID
    channel: str
    purpose: str
    topic: str
    state: str
    outcome: str
    reasons: list[str]
    judged_at: datetime
    sent_at: datetime | None
    not_before: datetime | None


class NewRefusal(BaseModel):
    """A customer's no: which topics, on which channels, until when (for ever when absent), in the customer's words."""

    scope: str = Field("marketing", description="A topic, ``marketing`` or ``all``.")
    channel: str = Field("all", description="A channel or ``all``.")
    until: AwareDatetime | None = None
    words: str = Field(min_length=1, max_length=2000)


class RefusalOut(BaseModel):
    """The refusal that was noted; it holds from now on."""

    id: UUID


def router(context: Context, gate: service.Gate) -> APIRouter:
    """``GET /contacts``, ``POST /customers/{id}/refusals``."""
    routes = APIRouter(tags=["contact"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.get("/contacts", summary="The contact ledger, newest first")
    def contacts(
        user: Acting, customer_id: UUID | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> list[ContactOut]:
        require(user, "read", "contact", customer_id)
        with context.db.read() as session:
            entries = service.ledger(session, customer_id, limit, gate=gate)
        return [
            ContactOut(
                id=entry.message.id,
                customer_id=entry.message.customer_id,
                channel=entry.message.channel,
                purpose=entry.message.purpose,
                topic=entry.message.topic,
                state=entry.state,
                outcome=entry.outcome,
                reasons=[reason.code for reason in entry.reasons],
                judged_at=entry.judged_at,
                sent_at=entry.sent_at,
                not_before=entry.not_before,
            )
            for entry in entries
        ]

    @routes.post("/customers/{customer_id}/refusals", status_code=201, summary="Note a customer's no; it holds at once")
    def refuse(customer_id: UUID, no: NewRefusal, user: Acting) -> RefusalOut:
        require(user, "write", "refusal", customer_id)
        with context.db.write(user.name) as session:
            kept = service.refuse(
                session,
                customer_id,
                no.scope,
                no.channel,
                at=context.clock.now(),
                words=no.words,
                until=no.until,
                gate=gate,
            )
        return RefusalOut(id=kept)

    return routes
