"""What can be asked of tasks. Each verb works in the caller's transaction; nothing here commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from brambling.engine.workflow import rules, store
from brambling.engine.workflow.rules import Task
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import InputRejected, NotFound


def open_task(session: WriteSession, task: Task) -> Task:
    """Open a task, or return the one that was opened with the same id: a step that runs twice opens one.

    Raises InputRejected for a task that does not say who, why or until when.
    """
    if not (task.kind and task.role and task.reason):
        raise InputRejected(f"task {task.id} is incomplete", expected="a kind, a role and a reason")
    if task.due_at < task.opened_at:
        raise InputRejected(f"task {task.id} is due before it is opened", expected="a later deadline")
    return task if store.add_task(session, task) else get_task(session, task.id)


def get_task(session: ReadSession, task_id: UUID) -> Task:
    """The task; raises NotFound."""
    found = store.find_task(session, task_id)
    if found is None:
        raise NotFound(f"there is no task {task_id}")
    return found


def claim(session: WriteSession, task_id: UUID, actor: str, at: datetime) -> Task:
    """Take a task. Raises Conflict when another has it, NotAllowed for whom it is not."""
    return _move(session, task_id, lambda task: rules.claim(task, actor, at))


def hand_back(session: WriteSession, task_id: UUID, actor: str, at: datetime, reason: str) -> Task:
    """Give a claimed task back to its role."""
    return _move(session, task_id, lambda task: rules.hand_back(task, actor, at, reason))


def complete(session: WriteSession, task_id: UUID, actor: str, outcome: str, reason: str, *, at: datetime) -> Task:
    """Decide. With four eyes the task is ``done`` only when a second person decided the same.

    The workflow named by ``then`` goes on afterwards: at once by ``Workflows.follow_up`` after the commit, and in any
    case at the next sweep.
    """
    return _move(session, task_id, lambda task: rules.complete(task, actor, at, outcome, reason))


def cancel(session: WriteSession, task_id: UUID, actor: str, reason: str, *, at: datetime) -> Task:
    """End a task whose work is no longer needed."""
    return _move(session, task_id, lambda task: rules.cancel(task, actor, at, reason))


def _move(session: WriteSession, task_id: UUID, move: Callable[[Task], Task]) -> Task:
    task = store.find_task(session, task_id, lock=True)
    if task is None:
        raise NotFound(f"there is no task {task_id}")
    moved = move(task)
    if moved is not task:
        store.save_task(session, moved)
    return moved


def inbox(session: ReadSession, *, role: str | None = None, actor: str | None = None, limit: int = 100) -> list[Task]:
    """Tasks waiting for ``role``, or for ``actor``, or for ``actor`` in ``role``; the earliest deadline first.

    Given both, it leaves out what is with others and what waits for a second person after ``actor`` decided.
    """
    return store.waiting(session, role, actor, limit)


def overdue(session: ReadSession, now: datetime, limit: int = 100) -> list[Task]:
    """Tasks past their deadline, the longest overdue first."""
    return store.late(session, now, limit)
