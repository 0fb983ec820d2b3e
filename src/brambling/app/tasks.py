"""Deciding a task that waits for a person, and what follows from it; routes and pages come here."""

from __future__ import annotations

from uuid import UUID

from brambling.app.build import Bank
from brambling.engine.access import User, require, require_second
from brambling.engine.workflow import Task, claim, complete, get_task, hand_back, inbox
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import InputRejected, NotAllowed

# What a person may answer, by kind of task; a task may also bring its own in ``data["outcomes"]``.
OUTCOMES = {"credit-refer": ("approve", "reject"), "credit-override": ("approve", "reject"), "invariant": ("mended",)}


def waiting(session: ReadSession, user: User) -> list[Task]:
    """What waits for the user, the earliest deadline first: not what others have, nor what needs other eyes now."""
    found = {task.id: task for role in user.roles for task in inbox(session, role=role, actor=user.name)}
    return sorted(found.values(), key=lambda task: (task.due_at, task.id))


def outcomes_of(task: Task) -> tuple[str, ...]:
    """What may be decided; empty where any words will do."""
    return tuple(task.data.get("outcomes", ())) or OUTCOMES.get(task.kind, ())


def take(session: WriteSession, bank: Bank, task_id: UUID, user: User) -> Task:
    """Claim a task. Raises NotAllowed for another role, Conflict when somebody has it."""
    _mine(session, task_id, user)
    return claim(session, task_id, user.name, bank.clock.now())


def give_back(session: WriteSession, bank: Bank, task_id: UUID, user: User, reason: str) -> Task:
    """Give a claimed task back to its role."""
    _mine(session, task_id, user)
    return hand_back(session, task_id, user.name, bank.clock.now(), reason)


def decide(session: WriteSession, bank: Bank, task_id: UUID, user: User, outcome: str, reason: str) -> Task:
    """Decide a task, in one transaction with what it decides.

    A referred offer is opened or withdrawn as soon as the second person agrees. Raises InputRejected for an outcome that
    is none, NotAllowed for another role or the same pair of eyes twice. A workflow that waits for the task goes on
    by ``bank.workflows.follow_up()`` after the commit, and in any case at the next sweep.
    """
    task = _mine(session, task_id, user)
    allowed = outcomes_of(task)
    if allowed and outcome not in allowed:
        raise InputRejected(f"{outcome!r} is no outcome of this task", expected=f"one of {', '.join(allowed)}")
    if task.kind in ("accept-on-behalf", "credit-override"):
        require_second(task.data["noted_by"], user.name)
    done = complete(session, task_id, user.name, outcome, reason, at=bank.clock.now())
    if done.status == "done" and done.kind == "credit-refer":
        from brambling.credit.underwriting import confirm

        confirm(session, UUID(done.data["decision"]), done.id, bus=bank.bus)
    if done.status == "done" and done.kind == "credit-override":
        from brambling.credit.underwriting.service.opinions import second

        second(session, done.id, clock=bank.clock, bus=bank.bus)
    return done


def _mine(session: ReadSession, task_id: UUID, user: User) -> Task:
    require(user, "write", "task")
    task = get_task(session, task_id)
    if task.role not in user.roles:
        raise NotAllowed(f"this task is for the role {task.role}")
    return task
