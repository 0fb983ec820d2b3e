"""The demo's door, and what follows from a decided task, without a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from brambling.app import tasks
from brambling.app.build import Bank
from brambling.app.walkin import GUESTS, WalkIn
from brambling.engine.access import User, add_user, users, who
from brambling.engine.workflow import Task, open_task
from brambling.kit.errors import InputRejected, NotAllowed, NotFound
from brambling.kit.ids import new_id

PASSWORD = "long enough for everyone"


def test_every_guest_signs_in(bank: Bank) -> None:
    walk_in = WalkIn(owner_of=new_id(bank.clock.now()))
    for guest in GUESTS:
        with bank.db.write() as session:
            token = walk_in.enter(session, bank, guest.name)
        with bank.db.read() as session:
            user = who(session, token, now=bank.clock.now())
        assert user is not None
        assert (user.name, user.roles) == (guest.name, (guest.role,))


def test_coming_in_again_ends_the_session_before(bank: Bank) -> None:
    with bank.db.write() as session:
        first = WalkIn().enter(session, bank, "demo-desk")
        second = WalkIn().enter(session, bank, "demo-desk")
    with bank.db.read() as session:
        assert who(session, first, now=bank.clock.now()) is None
        assert who(session, second, now=bank.clock.now()) is not None
        assert [user.name for user in users(session)] == ["demo-desk"]


def test_the_door_lets_nobody_become_a_user_of_the_bank(bank: Bank) -> None:
    with bank.db.write() as session:
        add_user(session, "lin", PASSWORD, ["operator"], now=bank.clock.now(), actor="test")
    with bank.db.write() as session, pytest.raises(NotFound):
        WalkIn().enter(session, bank, "lin")


def test_without_a_business_there_is_no_owner_to_play() -> None:
    assert "demo-owner" not in WalkIn().guests
    assert WalkIn().key != WalkIn().key


def _user(bank: Bank, name: str, role: str) -> User:
    with bank.db.write() as session:
        return add_user(session, name, PASSWORD, [role], now=bank.clock.now(), actor="test")


def _task(bank: Bank) -> Task:
    now = bank.clock.now()
    data = {"principal": "1000.00", "why": "on a list", "outcomes": ["pay", "cancel"]}
    task = Task(
        new_id(now), "payout-stopped", new_id(now), "operator", now, now + timedelta(days=1), "payout-refused", data
    )
    with bank.db.write() as session:
        return open_task(session, task)


def test_only_an_outcome_of_the_task_is_taken(bank: Bank) -> None:
    task, user = _task(bank), _user(bank, "apa", "approver")
    with bank.db.write() as session, pytest.raises(NotAllowed, match="role operator"):
        tasks.decide(session, bank, task.id, user, "pay", "why not")


def test_a_person_sees_what_waits_for_the_own_role(bank: Bank) -> None:
    task, other = _task(bank), _user(bank, "apa", "approver")
    assert tasks.outcomes_of(task) == ("pay", "cancel")
    with bank.db.read() as session:
        assert tasks.waiting(session, other) == []


def test_an_outcome_that_is_none_is_refused_in_words(bank: Bank) -> None:
    now = bank.clock.now()
    user = _user(bank, "apa", "approver")
    task = Task(new_id(now), "credit-refer", new_id(now), "approver", now, now + timedelta(days=1), "above-authority")
    with bank.db.write() as session:
        open_task(session, task)
        assert [one.id for one in tasks.waiting(session, user)] == [task.id]
        with pytest.raises(InputRejected, match="approve, reject"):
            tasks.decide(session, bank, task.id, user, "perhaps", "who knows")
