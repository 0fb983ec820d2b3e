"""Routes of the engine itself: sign-in, tasks, health."""

# No deferred annotations here: FastAPI reads the types of handlers that are made inside a function.

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from brambling import __version__
from brambling.app import tasks as work
from brambling.app.build import Bank
from brambling.engine.access import SignInFailed, User, require, sign_in
from brambling.engine.doors.http import PROBLEMS, user_of
from brambling.engine.doors.output import plain
from brambling.engine.workflow import Task, attended, inbox


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
    """The process and its database answer; ``findings`` while an invariant is broken or a duty fails."""

    status: Literal["good", "findings"]
    version: str
    checked_at: datetime | None = Field(None, description="When the invariants were last looked at.")
    findings: list[str] = Field(description="The checks that found something, by name; what, a task tells.")


def router(bank: Bank) -> APIRouter:
    """``POST /session``, ``GET /tasks``, ``POST /tasks/{id}/claim|complete``, ``GET /health``."""
    routes = APIRouter(tags=["bank"], responses=PROBLEMS)
    Acting = Annotated[User, Depends(user_of(bank))]

    @routes.post("/session", summary="Sign in")
    def session(given: Credentials) -> Token:
        with bank.db.write() as writing:
            result = sign_in(writing, given.name, given.password, now=bank.clock.now())
        if isinstance(result, SignInFailed):
            raise _not_signed_in(result, bank.clock.now())
        return Token(token=result.token, until=result.until, roles=list(result.user.roles))

    @routes.get("/tasks", summary="What waits for a person of my roles")
    def tasks(user: Acting) -> list[dict[str, Any]]:
        require(user, "read", "task")
        with bank.db.read() as reading:
            found = {task.id: task for role in user.roles for task in inbox(reading, role=role)}
        return [_shown(task) for task in found.values()]

    @routes.post("/tasks/{task_id}/claim", summary="Take a task")
    def take(task_id: UUID, user: Acting) -> dict[str, Any]:
        with bank.db.write(user.name) as writing:
            return _shown(work.take(writing, bank, task_id, user))

    @routes.post("/tasks/{task_id}/complete", summary="Decide a task, with a reason")
    def decide(task_id: UUID, said: Outcome, user: Acting) -> dict[str, Any]:
        with bank.db.write(user.name) as writing:
            decided = work.decide(writing, bank, task_id, user, said.outcome, said.reason)
        bank.workflows.follow_up()
        return _shown(decided)

    @routes.get("/health", summary="Whether process and database answer, and the invariants hold")
    def health() -> Health:
        with bank.db.read() as reading:
            done = attended(reading)
        checked = [one.ended_at for one in done if one.name.startswith("check ") and one.ended_at is not None]
        wrong = [one.name for one in done if one.findings]
        return Health(
            status="findings" if wrong else "good",
            version=__version__,
            checked_at=min(checked, default=None),
            findings=wrong,
        )

    return routes


def _not_signed_in(failed: SignInFailed, now: datetime) -> HTTPException:
    if failed.until is None:
        return HTTPException(401, "wrong name or password", {"WWW-Authenticate": "Bearer"})
    seconds = max(1, int((failed.until - now).total_seconds()))
    return HTTPException(429, "too many tries; wait a quarter of an hour", {"Retry-After": str(seconds)})


def _shown(task: Task) -> dict[str, Any]:
    shown: dict[str, Any] = plain(task)
    return shown
