"""Work that waits for a person: who may take it, who may decide, and what a second pair of eyes does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brambling.engine.workflow import (
    Task,
    cancel,
    claim,
    complete,
    get_task,
    hand_back,
    inbox,
    open_task,
    overdue,
    rules,
)
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, NotAllowed, NotFound
from brambling.kit.ids import key_of

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


def task(word: str = "one", **changes: Any) -> Task:
    given: dict[str, Any] = {"four_eyes": False, **changes}
    return Task(
        id=key_of("task", word),
        kind="credit-refer",
        subject=key_of("shop"),
        role=given.pop("role", "officer"),
        opened_at=AT,
        due_at=given.pop("due_at", AT + timedelta(days=1)),
        reason=given.pop("reason", "limit-above-policy"),
        data={"limit": "800000.00"},
        **given,
    )


def test_one_person_takes_a_task_and_decides() -> None:
    taken = rules.claim(task(), "li", AT)
    assert rules.claim(taken, "li", AT) is taken
    with pytest.raises(Conflict, match="with li"):
        rules.claim(taken, "wang", AT)
    with pytest.raises(NotAllowed):
        rules.complete(taken, "wang", AT, "approve", "fine")
    done = rules.complete(taken, "li", AT, "approve", "good books")
    assert (done.status, done.outcome, done.decided_by, done.second_by) == ("done", "approve", "li", None)
    assert rules.complete(done, "li", AT, "approve", "good books") is done
    for late in (lambda: rules.complete(done, "li", AT, "decline", "no"), lambda: rules.cancel(done, "li", AT, "no")):
        with pytest.raises(Conflict, match="is done"):
            late()
    assert [(entry["by"], entry["move"]) for entry in done.log] == [("li", "claim"), ("li", "approve")]


def test_four_eyes_need_two_people_of_one_mind() -> None:
    once = rules.complete(task(four_eyes=True), "li", AT, "approve", "good books")
    assert (once.status, once.assignee) == ("open", None)
    with pytest.raises(NotAllowed, match="four eyes"):
        rules.complete(once, "li", AT, "approve", "still good")
    with pytest.raises(NotAllowed, match="four eyes"):
        rules.claim(once, "li", AT)
    done = rules.complete(once, "wang", AT, "approve", "agreed")
    assert (done.status, done.decided_by, done.second_by) == ("done", "li", "wang")


def test_a_second_person_of_another_mind_sets_the_decision_aside() -> None:
    once = rules.complete(task(four_eyes=True), "li", AT, "approve", "good books")
    aside = rules.complete(once, "wang", AT, "decline", "the landlord is the owner")
    assert (aside.status, aside.outcome, aside.decided_by) == ("open", None, None)
    assert [entry["move"] for entry in aside.log] == ["approve", "decline"]
    assert rules.complete(aside, "li", AT, "decline", "right").decided_by == "li"


def test_a_task_given_back_is_open_and_a_task_without_reason_is_refused() -> None:
    taken = rules.claim(task(), "li", AT)
    assert rules.hand_back(taken, "li", AT, "on leave").assignee is None
    with pytest.raises(Conflict):
        rules.hand_back(task(), "li", AT, "on leave")
    for refused in (
        lambda: rules.complete(taken, "li", AT, "approve", " "),
        lambda: rules.complete(taken, "li", AT, "", "because"),
    ):
        with pytest.raises(InputRejected):
            refused()
    with pytest.raises(NotAllowed, match="assigned to li"):
        rules.claim(task(assignee="li"), "wang", AT)


def test_a_task_is_stored_whole_and_opened_once(db: Database) -> None:
    with db.write() as session:
        opened = open_task(session, task())
        assert open_task(session, task(reason="another")) == opened
        claim(session, opened.id, "li", AT)
        complete(session, opened.id, "li", "approve", "good books", at=AT)
    with db.read() as session:
        found = get_task(session, opened.id)
        assert (found.status, found.outcome, found.data) == ("done", "approve", {"limit": "800000.00"})
        assert len(found.log) == 2
        with pytest.raises(NotFound):
            get_task(session, UUID(int=1))


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"role": ""}, {"due_at": AT - timedelta(days=1)}])
def test_a_task_that_does_not_say_who_why_or_when_is_refused(db: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputRejected), db.write() as session:
        open_task(session, task(**wrong))


def test_the_inbox_shows_what_one_may_do_next(db: Database) -> None:
    with db.write() as session:
        for word, changes in {
            "later": {"due_at": AT + timedelta(days=9)},
            "soon": {"due_at": AT + timedelta(hours=1)},
            "wang's": {},
            "eyes": {"four_eyes": True},
            "other": {"role": "operator"},
        }.items():
            open_task(session, task(word, **changes))
        claim(session, key_of("task", "wang's"), "wang", AT)
        complete(session, key_of("task", "eyes"), "li", "approve", "fine", at=AT)

    def words(**who: str) -> list[str]:
        with db.read() as session:
            ids = [found.id for found in inbox(session, **who)]
        names = {key_of("task", word): word for word in ("later", "soon", "wang's", "eyes", "other")}
        return [names[one] for one in ids]

    assert words(role="officer", actor="li") == ["soon", "later"]
    assert sorted(words(role="officer", actor="wang")) == ["eyes", "later", "soon", "wang's"]
    assert words(actor="wang") == ["wang's"]
    assert sorted(words(role="officer")) == ["eyes", "later", "soon", "wang's"]
    assert words(role="operator") == ["other"]
    with db.write() as session:
        assert [found.id for found in overdue(session, AT + timedelta(hours=2))] == [key_of("task", "soon")]
        hand_back(session, key_of("task", "wang's"), "wang", AT, "leave")
        cancel(session, key_of("task", "soon"), "li", "withdrawn", at=AT)
    assert "soon" not in words(role="officer", actor="li")


def test_four_eyes_hold_in_the_database_too(db: Database) -> None:
    with db.write() as session:
        key = open_task(session, task(four_eyes=True)).id
    for change in (
        "decided_by = 'li', second_by = 'li'",
        "second_by = 'li'",
        "status = 'done', outcome = 'approve', decided_by = 'li'",
        "status = 'claimed'",
    ):
        with pytest.raises(DBAPIError, match="ck_tasks"), db.write() as session:
            session.execute(text(f"UPDATE tasks SET {change} WHERE id = :id"), {"id": key})
