"""Tables of tasks and of executors, and every query on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping

from brambling.engine.workflow.rules import Task
from brambling.kit.db import ReadSession, WriteSession, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("four_eyes", Boolean, nullable=False),
    Column("assignee", Text),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("decided_by", Text),
    Column("second_by", Text),
    Column("then", Text),
    Column("log", JSONB, nullable=False),
    Column("followed_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('open', 'claimed', 'done', 'cancelled')", name="status"),
    CheckConstraint("status <> 'claimed' OR assignee IS NOT NULL", name="claimed"),
    CheckConstraint("second_by IS NULL OR (decided_by IS NOT NULL AND second_by <> decided_by)", name="four_eyes"),
    CheckConstraint(
        "status <> 'done' OR (outcome IS NOT NULL AND decided_by IS NOT NULL AND (second_by IS NOT NULL OR NOT four_eyes))",
        name="done",
    ),
    Index("ix_tasks_inbox", "role", "due_at", postgresql_where=text("status IN ('open', 'claimed')")),
    Index("ix_tasks_assignee", "assignee", "due_at", postgresql_where=text("status IN ('open', 'claimed')")),
    Index("ix_tasks_subject", "subject", "opened_at"),
    Index(
        "ix_tasks_follow",
        "id",
        postgresql_where=text("status = 'done' AND \"then\" IS NOT NULL AND followed_at IS NULL"),
    ),
)

executors = Table(
    "workflow_executors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

duties = Table(
    "duties",
    metadata,
    Column("name", Text, primary_key=True),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("findings", JSONB, nullable=False),
)
errands = Table(
    "errands",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("left_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Index("ix_errands_not_before", "not_before"),
)

_FIELDS = tuple(Task.__dataclass_fields__)
_COLUMNS = [tasks.c[name] for name in _FIELDS]
_GOING = tasks.c.status.in_(("open", "claimed"))


def _task(row: RowMapping) -> Task:
    return Task(**{**row, "log": tuple(row["log"])})


# -- tasks ----------------------------------------------------------------------------------------------------------


def add_task(session: WriteSession, task: Task) -> bool:
    """Write a task unless its id is taken; say whether it was written."""
    values = {name: getattr(task, name) for name in _FIELDS}
    statement = insert(tasks).values({**values, "log": list(task.log)}).on_conflict_do_nothing()
    return session.execute(statement).rowcount == 1


def find_task(session: ReadSession, task_id: UUID, *, lock: bool = False) -> Task | None:
    """The task, or None; with ``lock`` nobody else changes it until this transaction ends."""
    query = select(*_COLUMNS).where(tasks.c.id == task_id)
    row = session.first(query.with_for_update() if lock else query)
    return _task(row) if row is not None else None


def save_task(session: WriteSession, task: Task) -> None:
    """Write what a move may change of a locked task."""
    changing = ("assignee", "status", "outcome", "decided_by", "second_by")
    values = {name: getattr(task, name) for name in changing}
    session.execute(update(tasks).where(tasks.c.id == task.id).values({**values, "log": list(task.log)}))


def waiting(session: ReadSession, role: str | None, actor: str | None, limit: int) -> list[Task]:
    """Tasks that a role, a person, or a person in a role may work on, the most urgent first."""
    query = select(*_COLUMNS).where(_GOING)
    if role is not None:
        mine = tasks.c.assignee == actor if actor is not None else tasks.c.assignee.is_not(None)
        query = query.where(or_(and_(tasks.c.role == role, tasks.c.assignee.is_(None)), mine & (tasks.c.role == role)))
    elif actor is not None:
        query = query.where(tasks.c.assignee == actor)
    if actor is not None:  # who has decided waits for the second pair of eyes
        query = query.where(tasks.c.decided_by.is_distinct_from(actor))
    return [_task(row) for row in session.rows(query.order_by(tasks.c.due_at, tasks.c.id).limit(limit))]


def late(session: ReadSession, now: datetime, limit: int) -> list[Task]:
    """Tasks past their deadline, the latest first."""
    query = select(*_COLUMNS).where(_GOING, tasks.c.due_at < now).order_by(tasks.c.due_at)
    return [_task(row) for row in session.rows(query.limit(limit))]


def to_follow(session: ReadSession, limit: int) -> list[Task]:
    """Done tasks whose next workflow has not been started."""
    query = select(*_COLUMNS).where(tasks.c.status == "done", tasks.c.then.is_not(None), tasks.c.followed_at.is_(None))
    return [_task(row) for row in session.rows(query.limit(limit))]


def mark_followed(session: WriteSession, task_id: UUID) -> None:
    """The next workflow of a done task is started."""
    session.execute(update(tasks).where(tasks.c.id == task_id).values(followed_at=func.now()))


# -- executors: times are the database's, the one clock that all of them see ------------------------------------------


def beat(session: WriteSession, executor_id: str) -> None:
    """This executor is alive."""
    statement = insert(executors).values(
        id=executor_id, started_at=func.clock_timestamp(), seen_at=func.clock_timestamp()
    )
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": func.clock_timestamp()}))


def end(session: WriteSession, executor_id: str) -> None:
    """This executor stops by its own will: what it leaves behind can be taken over at once."""
    session.execute(update(executors).where(executors.c.id == executor_id).values(seen_at=text("'-infinity'")))


def silent(session: ReadSession, seconds: float) -> Sequence[str]:
    """Executors that have not been heard of for ``seconds``."""
    old = executors.c.seen_at < func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return [row[0] for row in session.tuples(select(executors.c.id).where(old))]


_BURY = text(
    """
    DELETE FROM workflow_executors e WHERE e.id = :id AND NOT EXISTS (
        SELECT 1 FROM dbos.workflow_status w WHERE w.executor_id = e.id AND w.status = 'PENDING')
    """
)


def bury(session: WriteSession, executor_id: str) -> None:
    """Forget a silent executor once nothing is left in its name."""
    session.execute(_BURY, {"id": executor_id})


# -- duties and errands: times are the database's here, too -----------------------------------------------------------


def begin_duty(session: WriteSession, name: str, seconds: float) -> bool:
    """Take a duty that has not begun for ``seconds``; of all processes only one is told True."""
    statement = insert(duties).values(name=name, began_at=func.clock_timestamp(), findings=[])
    old = duties.c.began_at < func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    taken = statement.on_conflict_do_update(
        index_elements=["name"], set_={"began_at": func.clock_timestamp()}, where=old
    )
    return session.scalar(taken.returning(duties.c.name)) is not None


def end_duty(session: WriteSession, name: str, findings: Sequence[str]) -> None:
    """Write down what a duty found."""
    ended = {"ended_at": func.clock_timestamp(), "findings": list(findings)}
    session.execute(update(duties).where(duties.c.name == name).values(ended))


def all_duties(session: ReadSession) -> Sequence[RowMapping]:
    """Name, times and findings of every duty, by name."""
    return session.rows(select(duties).order_by(duties.c.name))


def add_errand(session: WriteSession, errand_id: UUID, kind: str, subject: UUID) -> None:
    """Leave an errand; one that is there stays."""
    now = func.clock_timestamp()
    row = {"id": errand_id, "kind": kind, "subject": subject, "left_at": now, "tries": 0, "not_before": now}
    session.execute(insert(errands).values(row).on_conflict_do_nothing())


def take_errand(session: WriteSession, kinds: Sequence[str]) -> RowMapping | None:
    """One errand that is due, which nobody else gets until this transaction ends."""
    due = select(errands).where(errands.c.kind.in_(kinds), errands.c.not_before <= func.clock_timestamp())
    return session.first(due.order_by(errands.c.not_before).limit(1).with_for_update(skip_locked=True))


def drop_errand(session: WriteSession, errand_id: UUID, kind: str) -> None:
    """An errand is done."""
    session.execute(errands.delete().where(errands.c.id == errand_id, errands.c.kind == kind))


def put_off(session: WriteSession, errand_id: UUID, kind: str, seconds: float) -> None:
    """An errand failed: it is tried again after ``seconds``."""
    later = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    which = update(errands).where(errands.c.id == errand_id, errands.c.kind == kind)
    session.execute(which.values(tries=errands.c.tries + 1, not_before=later))


def tried_often(session: ReadSession, tries: int) -> Sequence[RowMapping]:
    """Errands that have failed at least ``tries`` times."""
    return session.rows(select(errands).where(errands.c.tries >= tries).order_by(errands.c.left_at).limit(100))
