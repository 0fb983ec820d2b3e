"""A talk that the bank keeps: turns, versions, automatic answers, tasks for people, expiry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import polars as pl
import pytest

from brambling.bank.events import Bus, timeline
from brambling.engine.workflow import Workflows, complete, executor_id, inbox
from brambling.kit.clock import FixedClock
from brambling.kit.db import Database
from brambling.kit.errors import Conflict
from brambling.wealth.negotiation import Setting, setting_from, store
from brambling.wealth.negotiation import workflow as talking
from brambling.wealth.negotiation.service import talks


@pytest.fixture
def setting(limits: Path) -> Setting:
    return setting_from(limits)


@pytest.fixture
def talk(db: Database, clock: FixedClock, flows: pl.DataFrame, plan: pl.DataFrame, setting: Setting) -> UUID:
    key = uuid4()
    for _time in range(2):  # once more is the same talk
        with db.write("marketer") as session:
            talks.open_talk(session, key, flows, plan, setting.terms, clock=clock)
    return key


@pytest.fixture
def work(db: Database, clock: FixedClock) -> Iterator[Workflows]:
    made = Workflows(db, executor_id(), heartbeat_seconds=60)
    talking.register(made, clock, Bus())
    with made:
        yield made


def test_one_side_at_a_time_and_only_the_newest(db: Database, clock: FixedClock, talk: UUID) -> None:
    with db.write("manager") as session:
        (first,) = store.versions_of(session, talk)
        offer = first.version.offer
        with pytest.raises(Conflict, match="other side's turn"):
            talks.accept(session, talk, "platform", 1, clock=clock)
        with pytest.raises(Conflict, match="not the newest"):
            talks.accept(session, talk, "manager", 2, clock=clock)
        talks.make_offer(session, talk, "manager", offer, 1, clock=clock)
        with pytest.raises(Conflict, match="not the newest"):
            talks.accept(session, talk, "platform", 1, clock=clock)
        ended = talks.accept(session, talk, "platform", 2, clock=clock)
        assert (ended.state, ended.ended_why) == ("accepted", "version 2")
        with pytest.raises(Conflict, match="is accepted"):
            talks.reject(session, talk, "manager", "too late", clock=clock)
        assert sorted(event.kind for event in timeline(session, talk)) == ["plan.accepted", *["plan.offered"] * 2]


def test_two_automatic_sides_come_to_an_end_without_a_person(
    db: Database, clock: FixedClock, talk: UUID, setting: Setting, work: Workflows
) -> None:
    with db.write() as session:
        talks.set_limits(session, talk, "manager", setting.manager, automatic=True)
        talks.set_limits(session, talk, "platform", setting.platform, automatic=True)
    work.run(talking.TALK, str(talk), 1, key=uuid4())
    with db.read() as session:
        kept, said = talks.get(session, talk), store.versions_of(session, talk)
        assert kept.state == "accepted"
        assert said[-1].effects.volatility_bp < said[0].effects.volatility_bp
        assert [one.version.side for one in said] == ["platform", "manager"] * (len(said) // 2) + ["platform"] * (
            len(said) % 2
        )
        assert inbox(session, role="investment_manager") == []


def test_a_side_without_limits_is_asked(db: Database, clock: FixedClock, talk: UUID, work: Workflows) -> None:
    for _time in range(2):
        work.run(talking.TALK, str(talk), 1, key=uuid4())
    with db.write() as session:
        (task,) = inbox(session, role="investment_manager")
        assert task.data["version"] == 1
        complete(session, task.id, "the-manager", "accept", "it calms the flows", at=clock.now())
    work.run(talking.DECIDED, str(task.id), key=uuid4())
    with db.read() as session:
        kept = talks.get(session, talk)
    assert (kept.state, kept.ended_by) == ("accepted", "the-manager")


def test_no_answer_in_time_ends_the_talk(db: Database, clock: FixedClock, talk: UUID, work: Workflows) -> None:
    clock.move(days=4)
    assert talking.sweep(work, clock, Bus()) >= 1
    with db.read() as session:
        assert talks.get(session, talk).state == "expired"


def test_the_task_has_words_in_both_languages(db: Database, talk: UUID, work: Workflows) -> None:
    from brambling.app.taskpages import _reasons, title

    work.run(talking.TALK, str(talk), 1, key=uuid4())
    with db.read() as session:
        (task,) = inbox(session, role="investment_manager")
    assert title(task, "en").startswith("Answer a sales plan of ¥ 7,200,000.00")
    assert title(task, "zh") != title(task, "en")
    (told,) = _reasons(task, "zh")
    assert "fund" in told
