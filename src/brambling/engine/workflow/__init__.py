"""Durable work: steps that survive a kill, timers, queues, and work that waits for a person.

>>> workflows = Workflows(db, executor_id=executor_id())
>>> @workflows.register("payout/1")
... def pay_out(work, loan_id): ...
>>> workflows.launch()

``Workflows`` wraps DBOS, which keeps its own tables (schema ``dbos``) in the same PostgreSQL. Work that waits for a
person is one primitive, the ``Task``: its verbs (``open_task``, ``claim``, ``complete``, ...) take a session first and
need no running workflow; nothing holds a thread while a person thinks. What the bank does by itself are duties, which
come round, and errands, which a transaction leaves for afterwards: see ``duties``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.workflow.duties import Attendance, Done, Duty, attend, attended, leave, run_errands
    from brambling.engine.workflow.rules import Task
    from brambling.engine.workflow.service import (
        cancel,
        claim,
        complete,
        get_task,
        hand_back,
        inbox,
        open_task,
        overdue,
    )
    from brambling.engine.workflow.workflow import Handle, Workflows, executor_id

_MENU = {
    **dict.fromkeys(("Attendance", "Done", "Duty", "attend", "attended", "leave", "run_errands"), "duties"),
    "Task": "rules",
    **dict.fromkeys(
        ("cancel", "claim", "complete", "get_task", "hand_back", "inbox", "open_task", "overdue"), "service"
    ),
    **dict.fromkeys(("Handle", "Workflows", "executor_id"), "workflow"),
}

__all__ = [
    "Attendance",
    "Done",
    "Duty",
    "Handle",
    "Task",
    "Workflows",
    "attend",
    "attended",
    "cancel",
    "claim",
    "complete",
    "executor_id",
    "get_task",
    "hand_back",
    "inbox",
    "leave",
    "open_task",
    "overdue",
    "run_errands",
]


def __getattr__(name: str) -> Any:
    if name in _MENU:
        return getattr(import_module(f"{__name__}.{_MENU[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
