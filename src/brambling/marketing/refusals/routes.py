"""What a customer said, heard over HTTP: the words in, what was understood and done out."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from brambling.bank.contact import Gate
from brambling.engine.access import User, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.marketing.refusals import service
from brambling.marketing.refusals.rules import TEXT_LENGTH_MAX


class Said(BaseModel):
    """A customer's words and the channel they came in on."""

    words: str = Field(min_length=1, max_length=TEXT_LENGTH_MAX)
    channel: Literal["sms", "app", "phone", "mail", "wecom"]


class HeardOut(BaseModel):
    """What was understood: ``nothing``, a ``refusal`` or a ``lift``. With ``ask`` the words were not plain."""

    kind: Literal["nothing", "refusal", "lift"]
    scopes: list[str] = []
    channels: list[str] = []
    until: date | None = None
    strength: str = ""
    recorded: list[UUID] = []
    lifted: list[UUID] = []
    ask: bool = False


def router(context: Context, gate: Gate) -> APIRouter:
    """``POST /customers/{id}/heard``."""
    routes = APIRouter(tags=["contact"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.post("/customers/{customer_id}/heard", summary="Hear a customer's words; a no in them holds at once")
    def hear(customer_id: UUID, said: Said, user: Acting) -> HeardOut:
        require(user, "write", "refusal", customer_id)
        with context.db.write(user.name) as session:
            found = service.hear(session, customer_id, said.words, context.clock, channel=said.channel, gate=gate)
        return shown(found)

    return routes


def shown(found: service.Heard | None) -> HeardOut:
    """What was heard as the API shows it."""
    if found is None:
        return HeardOut(kind="nothing")
    wish = found.refusal
    return HeardOut(
        kind="lift" if wish.lifts else "refusal",
        scopes=sorted(wish.scopes),
        channels=sorted(wish.channels),
        until=wish.until,
        strength=wish.strength,
        recorded=list(found.recorded),
        lifted=list(found.lifted),
        ask=found.ask,
    )
