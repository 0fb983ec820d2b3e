"""Work waiting for a person: one shape and its moves, pure.

    open --claim--> claimed --complete--> done
     ^                 |
     +---hand back-----+        cancel: from open or claimed

With four eyes the first ``complete`` records a decision and opens the task again for somebody else; the second one by
another person, with the same outcome, makes it done. A second person who decides otherwise sets the first decision
aside: the task is open again with nothing decided, and its log says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from brambling.kit.errors import Conflict, InputRejected, NotAllowed

Status = Literal["open", "claimed", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Task:
    """Work that waits for a person.

    ``kind`` says what is to be decided (``credit-refer``), ``subject`` whom it is about, ``role`` who may, ``reason``
    why it is here (a reason code; texts live with the room that opened it), ``data`` what the person sees beside it.
    ``then`` names the workflow that goes on with the task's id once it is done. ``log`` keeps every move: who, when,
    what, why.
    """

    id: UUID
    kind: str
    subject: UUID
    role: str
    opened_at: datetime
    due_at: datetime
    reason: str
    data: dict[str, Any] = field(default_factory=dict)
    four_eyes: bool = False
    assignee: str | None = None
    status: Status = "open"
    outcome: str | None = None
    decided_by: str | None = None
    second_by: str | None = None
    then: str | None = None
    log: tuple[dict[str, str], ...] = ()

    @property
    def ended(self) -> bool:
        """Nothing more can happen to it."""
        return self.status in ("done", "cancelled")


def claim(task: Task, actor: str, at: datetime) -> Task:
    """``actor`` takes the task. Taking one's own again changes nothing."""
    _require_going(task)
    _require_other_eyes(task, actor)
    if task.status == "claimed":
        if task.assignee == actor:
            return task
        raise Conflict(f"task {task.id} is with {task.assignee}")
    if task.assignee not in (None, actor):
        raise NotAllowed(f"task {task.id} is assigned to {task.assignee}")
    return _moved(task, actor, at, "claim", "", status="claimed", assignee=actor)


def hand_back(task: Task, actor: str, at: datetime, reason: str) -> Task:
    """``actor`` gives a claimed task back to its role."""
    _require_going(task)
    if task.status != "claimed" or task.assignee != actor:
        raise Conflict(f"task {task.id} is not with {actor}")
    return _moved(task, actor, at, "hand-back", _reason(reason), status="open", assignee=None)


def complete(task: Task, actor: str, at: datetime, outcome: str, reason: str) -> Task:
    """``actor`` decides. The same decision again changes nothing; see the module for four eyes."""
    if task.status == "done" and task.outcome == outcome and actor in (task.decided_by, task.second_by):
        return task
    _require_going(task)
    if not outcome.strip():
        raise InputRejected(f"task {task.id} is completed without an outcome", expected="what was decided")
    if task.assignee not in (None, actor):
        raise NotAllowed(f"task {task.id} is with {task.assignee}")
    words = _reason(reason)
    if not task.four_eyes:
        return _moved(task, actor, at, outcome, words, status="done", outcome=outcome, decided_by=actor)
    if task.decided_by is None:
        free = {"status": "open", "assignee": None}
        return _moved(task, actor, at, outcome, words, outcome=outcome, decided_by=actor, **free)
    _require_other_eyes(task, actor)
    if outcome != task.outcome:
        free = {"status": "open", "assignee": None, "outcome": None, "decided_by": None}
        return _moved(task, actor, at, outcome, words, **free)
    return _moved(task, actor, at, outcome, words, status="done", second_by=actor)


def cancel(task: Task, actor: str, at: datetime, reason: str) -> Task:
    """The work is no longer needed. Cancelling again changes nothing."""
    if task.status == "cancelled":
        return task
    _require_going(task)
    return _moved(task, actor, at, "cancel", _reason(reason), status="cancelled")


def _require_going(task: Task) -> None:
    if task.ended:
        raise Conflict(f"task {task.id} is {task.status}")


def _require_other_eyes(task: Task, actor: str) -> None:
    if task.four_eyes and task.decided_by == actor:
        raise NotAllowed(f"task {task.id} needs four eyes: {actor} has decided, somebody else must confirm")


def _reason(words: str) -> str:
    if not words.strip():
        raise InputRejected("a decision without a reason", expected="why, in a few words")
    return words.strip()


def _moved(task: Task, actor: str, at: datetime, move: str, words: str, **changes: Any) -> Task:
    entry = {"by": actor, "at": at.isoformat(), "move": move, "reason": words}
    return replace(task, log=(*task.log, entry), **changes)
