"""Durable work: results are kept, steps are not repeated once recorded, and others take over what a dead process left."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from brambling.engine.workflow import Task, Workflows, complete, executor_id, open_task
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import Conflict, Failure, InputRejected, NotFound
from brambling.kit.ids import key_of

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def marks(db: Database) -> None:
    with db.write() as session:
        session.execute(text("CREATE TABLE marks (word text NOT NULL)"))


def mark(word: str) -> Callable[[WriteSession], str]:
    def work(session: WriteSession) -> str:
        session.execute(text("INSERT INTO marks VALUES (:word)"), {"word": word})
        return word

    return work


def words(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(row[0] for row in session.tuples(text("SELECT word FROM marks")))


def eventually(true: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def register(workflows: Workflows) -> None:
    @workflows.register("two-marks/1")
    def two_marks(work: Workflows, word: str) -> list[str]:
        return [work.step("first", mark(f"{word} 1")), work.step("second", mark(f"{word} 2"))]


def test_a_key_is_one_run_whichever_way_it_is_asked_for(workflows: Workflows, db: Database) -> None:
    register(workflows)
    with workflows:
        key = key_of("a")
        assert workflows.run("two-marks/1", "a", key=key) == ["a 1", "a 2"]
        assert workflows.run("two-marks/1", "a", key=key) == ["a 1", "a 2"]
        assert workflows.start("two-marks/1", "a", key=key).result() == ["a 1", "a 2"]
    assert words(db) == ["a 1", "a 2"]


def test_a_step_commits_or_leaves_nothing_and_its_error_keeps_its_kind(workflows: Workflows, db: Database) -> None:
    def refuse(session: WriteSession) -> None:
        mark("half")(session)
        raise InputRejected("no such thing", column="x")

    def fail(session: WriteSession) -> None:
        raise ZeroDivisionError("zero")

    @workflows.register("refuses/1")
    def refuses(work: Workflows) -> None:
        work.step("refuse", refuse)

    @workflows.register("fails/1")
    def fails(work: Workflows) -> None:
        work.step("fail", fail)

    with workflows:
        for _ in range(2):  # as it happens, and read back
            with pytest.raises(InputRejected, match="column 'x': no such thing"):
                workflows.run("refuses/1", key=key_of("r"))
        with pytest.raises(ZeroDivisionError):
            workflows.run("fails/1", key=key_of("f"))
        with pytest.raises(Failure, match="ZeroDivisionError: zero"):
            workflows.run("fails/1", key=key_of("f"))
    assert words(db) == []


def test_a_step_is_tried_again_while_the_database_is_away(workflows: Workflows) -> None:
    tries = []

    def flaky(session: WriteSession) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return len(tries)

    @workflows.register("flaky/1")
    def body(work: Workflows) -> int:
        return work.step("flaky", flaky)

    with workflows:
        assert workflows.run("flaky/1", key=key_of("flaky")) == 3


def test_a_timer_is_a_row_and_a_queue_takes_its_turn(workflows: Workflows, db: Database) -> None:
    register(workflows)
    with workflows:
        workflows.queue("slow", concurrency=1)
        later = workflows.start("two-marks/1", "late", key=key_of("late"), after_seconds=3600)
        soon = workflows.start("two-marks/1", "soon", key=key_of("soon"), after_seconds=0.1)
        queued = [workflows.enqueue("slow", "two-marks/1", f"q{n}", key=key_of("q", n)) for n in range(2)]
        assert [handle.result()[0] for handle in queued] == ["q0 1", "q1 1"]
        assert soon.result() == ["soon 1", "soon 2"]
        assert later.status() == "DELAYED"
    assert "late 1" not in words(db)


def test_sleep_inside_a_workflow(workflows: Workflows) -> None:
    @workflows.register("naps/1")
    def naps(work: Workflows) -> str:
        work.sleep(0.01)
        return "awake"

    with workflows:
        assert workflows.run("naps/1", key=key_of("nap")) == "awake"


def test_one_per_process_and_afresh_after_close(workflows: Workflows, db: Database) -> None:
    register(workflows)
    with pytest.raises(NotFound):
        workflows.run("two-marks/1", "a", key=key_of("a"))
    with workflows:
        with pytest.raises(Conflict, match="another Workflows"):
            Workflows(db, executor_id()).launch()
        with pytest.raises(Conflict, match="after the launch"):
            workflows.register("late/1")
        with pytest.raises(NotFound, match="'nothing/1'"):
            workflows.run("nothing/1", key=key_of("n"))
    with workflows:
        assert workflows.run("two-marks/1", "again", key=key_of("again")) == ["again 1", "again 2"]


def abandon(db: Database, key: str, executor: str) -> None:
    """Make a finished run look as if its executor had died between the first step's record and the second's commit."""
    with db.write() as session:
        session.execute(
            text("UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = :e WHERE workflow_uuid = :k"),
            {"e": executor, "k": key},
        )
        session.execute(
            text("DELETE FROM dbos.operation_outputs WHERE workflow_uuid = :k AND function_name = 'second'"), {"k": key}
        )


def test_the_sweep_takes_over_what_a_silent_executor_left(workflows: Workflows, db: Database) -> None:
    register(workflows)
    with workflows:
        workflows.run("two-marks/1", "a", key=key_of("a"))
        with db.write() as session:
            session.execute(text("INSERT INTO workflow_executors VALUES ('dead', now(), now() - interval '1 minute')"))
        abandon(db, str(key_of("a")), "dead")
        # the first step is not run again, the second is
        eventually(lambda: words(db) == ["a 1", "a 2", "a 2"])
        eventually(lambda: executors(db) == [workflows.executor_id])


def test_a_living_executor_keeps_its_own(workflows: Workflows, db: Database) -> None:
    register(workflows)
    with workflows:
        workflows.run("two-marks/1", "a", key=key_of("a"))
        with db.write() as session:
            session.execute(text("INSERT INTO workflow_executors VALUES ('alive', now(), now() + interval '1 hour')"))
        abandon(db, str(key_of("a")), "alive")
        assert workflows.sweep() == 0
    assert words(db) == ["a 1", "a 2"]


def executors(db: Database) -> list[str]:
    with db.read() as session:
        return [row[0] for row in session.tuples(text("SELECT id FROM workflow_executors WHERE seen_at > '-infinity'"))]


def test_a_done_task_starts_what_comes_next_once(workflows: Workflows, db: Database) -> None:
    @workflows.register("after/1")
    def after(work: Workflows, task_id: str) -> str:
        return work.step("after", mark(task_id))

    key = key_of("task")
    task = Task(key, "refer", key, "officer", AT, AT + timedelta(days=1), "why", then="after/1", four_eyes=True)
    with workflows:
        with db.write() as session:
            open_task(session, task)
            complete(session, key, "li", "approve", "fine", at=AT)
        assert workflows.follow_up() == 0
        with db.write() as session:
            complete(session, key, "wang", "approve", "fine", at=AT)
        eventually(lambda: words(db) == [str(key)])  # by the sweep, nobody asked
        assert workflows.follow_up() == 0


def test_a_room_can_hook_into_the_sweep(workflows: Workflows) -> None:
    calls: list[int] = []
    workflows.on_sweep(lambda swept: len(calls))
    workflows.on_sweep(lambda swept: calls.append(1) or 1)
    with workflows:
        eventually(lambda: len(calls) >= 2)


def test_points_surround_every_commit(db: Database) -> None:
    seen: list[str] = []
    workflows = Workflows(db, executor_id(), at_point=seen.append)
    register(workflows)
    with workflows:
        workflows.run("two-marks/1", "a", key=key_of("a"))
    assert seen == [
        "two-marks/1:start",
        *("first:begin", "first:uncommitted", "first:committed"),
        *("second:begin", "second:uncommitted", "second:committed"),
        "two-marks/1:end",
    ]
