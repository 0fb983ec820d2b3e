"""Conversations over HTTP: the owner's messages, the desk's, the queue, and the measures."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from brambling.engine.access import User, may, require
from brambling.engine.doors.context import Context
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.engine.doors.output import plain
from brambling.kit.db import ReadSession
from brambling.marketing.dialogue.agent.ports import Tools
from brambling.marketing.dialogue.service import conversations, measures
from brambling.marketing.dialogue.service.conversations import MESSAGE_LENGTH_MAX, Answering

# the tools of a customer, over a session
ToolsOf = Callable[[ReadSession, UUID], Tools]
SPAN_DAYS = 28


class Begin(BaseModel):
    """The channel on which the conversation is held."""

    channel: Literal["sms", "app", "phone", "mail", "wecom"] = "app"


class Begun(BaseModel):
    """The conversation that was opened."""

    id: UUID


class MessageIn(BaseModel):
    """The owner's words, and the names of files that came with them."""

    text: str = Field("", max_length=MESSAGE_LENGTH_MAX)
    attachments: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field([], max_length=10)


class Words(BaseModel):
    """What the person at the desk writes."""

    words: str = Field(min_length=1, max_length=4000)


class Closing(BaseModel):
    """Why a matter is closed: a code, and in words."""

    because: Literal["resolved", "passed-on", "not-reached", "no-answer-needed"]
    why: str = Field(min_length=1, max_length=2000)


class Reply(BaseModel):
    """The assistant's answer, what it did, and the task where a person was called."""

    words: str
    acts: list[dict[str, Any]]
    handed_over: bool
    task: UUID | None


def router(context: Context, answering: Answering, tools_of: ToolsOf) -> APIRouter:
    """``/customers/{id}/conversations``, ``/conversations/{id}/...``, ``/desk``, ``/dialogue/...``."""
    routes = APIRouter(tags=["dialogue"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(context))]
    clock = context.clock

    @routes.post("/customers/{customer_id}/conversations", summary="Open a conversation")
    def begin(customer_id: UUID, given: Begin, user: Acting) -> Begun:
        require(user, "write", "conversation", customer_id)
        with context.db.write(user.name) as session:
            return Begun(id=conversations.begin(session, customer_id, given.channel, clock))

    @routes.post("/conversations/{conversation_id}/messages", summary="Say something; the assistant answers")
    def say(conversation_id: UUID, given: MessageIn, user: Acting) -> Reply:
        with context.db.write(user.name) as session:
            row, _ = conversations.read(session, conversation_id, after=10**9)
            require(user, "write", "conversation", row["customer_id"])
            tools = tools_of(session, row["customer_id"])
            said = conversations.say(
                session, conversation_id, given.text, answering, tools, attachments=given.attachments
            )
        acts = [plain(act) for act in said.acts]
        return Reply(words=said.words, acts=acts, handed_over=said.state.handed_over, task=said.task_id)

    @routes.get("/conversations/{conversation_id}", summary="The turns of a conversation, after a number")
    def read(conversation_id: UUID, user: Acting, after: int = 0) -> list[dict[str, Any]]:
        with context.db.read() as session:
            row, turns = conversations.read(session, conversation_id, after=after)
            require(user, "read", "conversation", row["customer_id"])
        desk = may(user, "answer", "conversation")
        return [plain(dict(turn)) for turn in turns if desk or turn["speaker"] != "note"]

    _desk_routes(routes, context, answering)
    _measure_routes(routes, context)
    return routes


def _desk_routes(routes: APIRouter, context: Context, answering: Answering) -> None:
    clock = context.clock
    Acting = Annotated[User, Depends(user_of(context))]

    @routes.get("/desk", summary="Conversations that wait for a person, the earliest deadline first")
    def queue(user: Acting) -> list[dict[str, Any]]:
        require(user, "answer", "conversation")
        with context.db.read() as session:
            return [plain(task) for task in conversations.queue(session)]

    @routes.post("/conversations/{conversation_id}/take", summary="Take a conversation over")
    def take(conversation_id: UUID, user: Acting) -> dict[str, Any]:
        require(user, "answer", "conversation")
        with context.db.write(user.name) as session:
            taken: dict[str, Any] = plain(conversations.take_over(session, conversation_id, user.name, clock))
        return taken

    @routes.post("/conversations/{conversation_id}/desk", summary="Write to the owner as a person", status_code=204)
    def answer(conversation_id: UUID, given: Words, user: Acting) -> None:
        require(user, "answer", "conversation")
        with context.db.write(user.name) as session:
            conversations.answer(session, conversation_id, user.name, given.words, clock)

    @routes.post("/conversations/{conversation_id}/notes", summary="Write a note for the desk", status_code=204)
    def note(conversation_id: UUID, given: Words, user: Acting) -> None:
        require(user, "answer", "conversation")
        with context.db.write(user.name) as session:
            conversations.note(session, conversation_id, user.name, given.words, clock)

    @routes.post("/conversations/{conversation_id}/close", summary="Close the matter, with a reason", status_code=204)
    def close(conversation_id: UUID, given: Closing, user: Acting) -> None:
        require(user, "answer", "conversation")
        with context.db.write(user.name) as session:
            conversations.close(session, conversation_id, user.name, given.because, given.why, answering)


def _measure_routes(routes: APIRouter, context: Context) -> None:
    Acting = Annotated[User, Depends(user_of(context))]

    def span(since: datetime | None) -> tuple[datetime, datetime]:
        now = context.clock.now()
        return (since.astimezone(now.tzinfo) if since else now - timedelta(days=SPAN_DAYS)), now

    @routes.get("/dialogue/measures", summary="Resolved and not back in 72 hours, handed over, time to a person")
    def measured(user: Acting, since: datetime | None = None) -> list[dict[str, Any]]:
        require(user, "answer", "conversation")
        with context.db.read() as session:
            return [plain(one) for one in measures.measures(session, *span(since))]

    @routes.get("/dialogue/unanswered", summary="What owners asked and no approved text answers, with examples")
    def unanswered(user: Acting, since: datetime | None = None) -> list[dict[str, Any]]:
        require(user, "answer", "conversation")
        with context.db.read() as session:
            return [plain(one) for one in measures.unanswered(session, *span(since))]
