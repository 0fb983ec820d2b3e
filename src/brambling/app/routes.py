"""Routes of the engine itself: sign-in, tasks, health."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import text

from brambling import __version__
from brambling.app import tasks as work
from brambling.app.build import Bank
from brambling.engine.access import SignInFailed, User, require, sign_in
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.engine.doors.output import plain
from brambling.engine.workflow import Task, inbox
from brambling.kit.errors import NotAllowed


class Credentials(BaseModel):
    """Name and password."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=1024)


class Token(BaseModel):
    """Send it as ``Authorization: Bearer``."""

    token: str
    until: datetime
    roles: list[str]


class Outcome(BaseModel):
    """What a person decided, and why."""

    outcome: str = Field(min_length=1, max_length=60)
    reason: str = Field(min_length=1, max_length=2000)


class Health(BaseModel):
    """The process and its database answer."""

    status: str
    version: str


def router(bank: Bank) -> APIRouter:
    """``POST /session``, ``GET /tasks``, ``POST /tasks/{id}/claim|complete``, ``GET /health``."""
    routes = APIRouter(tags=["bank"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(bank))]

    @routes.post("/session", summary="Sign in")
    def session(given: Credentials) -> Token:
        with bank.db.write() as writing:
            result = sign_in(writing, given.name, given.password, now=bank.clock.now())
        if isinstance(result, SignInFailed):
            raise NotAllowed(
                "too many tries; wait a quarter of an hour" if result.reason == "locked" else "wrong name or password"
            )
        return Token(token=result.token, until=result.until, roles=list(result.user.roles))

    @routes.get("/tasks", summary="What waits for a person of my roles")
    def tasks(user: Acting) -> list[dict[str, Any]]:
        require(user, "read", "task")
        with bank.db.read() as reading:
            found = {task.id: task for role in user.roles for task in inbox(reading, role=role)}
        return [_shown(task) for task in found.values()]

    @routes.post("/tasks/{task_id}/claim", summary="Take a task")
    def take(task_id: UUID, user: Acting) -> dict[str, Any]:
        with bank.db.write() as writing:
            return _shown(work.take(writing, bank, task_id, user))

    @routes.post("/tasks/{task_id}/complete", summary="Decide a task, with a reason")
    def decide(task_id: UUID, said: Outcome, user: Acting) -> dict[str, Any]:
        with bank.db.write() as writing:
            decided = work.decide(writing, bank, task_id, user, said.outcome, said.reason)
        bank.workflows.follow_up()
        return _shown(decided)

    @routes.get("/health", summary="Whether process and database answer")
    def health() -> Health:
        with bank.db.read() as reading:
            reading.scalar(text("SELECT 1"))
        return Health(status="good", version=__version__)

    return routes


def _shown(task: Task) -> dict[str, Any]:
    shown: dict[str, Any] = plain(task)
    return shown
