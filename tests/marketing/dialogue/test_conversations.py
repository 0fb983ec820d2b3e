"""A conversation in the running bank: what is promised is a task, what is refused holds, what is said stays private."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.marketing.dialogue.conversations.held import FINDER, tools_of

from brambling.bank import contact, customers, events
from brambling.bank.contact import Gate
from brambling.bank.customers import Customer
from brambling.bank.events import Bus
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.errors import Conflict, InputRejected, LimitExceeded
from brambling.marketing.dialogue.model.knowledge import approved
from brambling.marketing.dialogue.service import conversations, measures

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Beijing, a Tuesday


class Talk:
    """One owner in conversation on a database."""

    def __init__(self, db, now: datetime = MORNING, world: str = "hardware-store") -> None:
        self.db, self.clock, self.tools = db, FixedClock(now), tools_of(world)
        cipher = FieldCipher.fresh()
        self.answering = conversations.Answering(approved(), FINDER, Gate(cipher=cipher, bus=Bus()), self.clock)
        self.customer = uuid4()
        shop = Customer(
            self.customer, "91110000600037341L", "Hardware", "5261", "350211", opened_on=now.date(), synthetic=True
        )
        with db.write() as session:
            customers.add(session, shop, cipher=cipher)
            self.id = conversations.begin(session, self.customer, "app", self.clock)

    def say(self, text: str, *attachments: str) -> conversations.Said:
        with self.db.write() as session:
            return conversations.say(session, self.id, text, self.answering, self.tools, attachments=attachments)

    def queue(self):
        with self.db.read() as session:
            return conversations.queue(session)

    def kinds(self):
        with self.db.read() as session:
            return [event.kind for event in events.timeline(session, self.customer)]


@pytest.fixture
def talk(db):
    return Talk(db)


def test_a_promise_of_a_person_is_a_task_with_what_was_said_and_tried(talk):
    talk.say("我的额度是多少")
    said = talk.say("转人工")
    (task,) = talk.queue()
    assert task.id == said.task_id
    assert task.reason == "wish"
    assert task.data["summary"] == ["我的额度是多少", "转人工"]
    assert task.data["tried"] == ["tool limit"]
    assert task.data["facts"][0]["facts"]["amount"] == "300000.00"
    assert task.due_at == MORNING + timedelta(minutes=30)
    assert "dialogue.handed-over" in talk.kinds()


def test_a_message_during_a_hand_over_opens_no_second_task_and_gets_no_answer(talk):
    talk.say("I want to speak to a human")
    for text in ("what is the rate", "hello?", "I want to speak to a human"):
        said = talk.say(text)
        assert [act.kind for act in said.acts] == ["waiting"]
    assert len(talk.queue()) == 1


def test_person_and_owner_talk_and_after_closing_the_assistant_is_back(talk):
    task = talk.say("agent please").task_id
    with talk.db.write() as session:
        conversations.take(session, task, "lin", talk.clock)
        conversations.answer(session, talk.id, "lin", "Hello, this is Lin", talk.clock)
    with pytest.raises(Conflict), talk.db.write() as session:
        conversations.answer(session, talk.id, "mei", "me too", talk.clock)
    with pytest.raises(InputRejected), talk.db.write() as session:
        conversations.close(session, talk.id, "lin", "bored", "x", talk.answering)
    with talk.db.write() as session:
        conversations.note(session, talk.id, "lin", "calm now", talk.clock)
        conversations.close(session, talk.id, "lin", "resolved", "explained", talk.answering)
    assert talk.queue() == []
    assert next(act.kind for act in talk.say("what is the interest rate").acts) == "answer"


def test_a_task_closed_elsewhere_ends_the_hand_over(talk):
    from brambling.engine.workflow import complete

    task = talk.say("转人工").task_id
    with talk.db.write() as session:
        complete(session, task, "lin", "resolved", "by phone", at=talk.clock.now())
    assert not talk.say("几点下班").state.handed_over


def test_at_night_the_task_is_kept_with_a_time(db):
    talk = Talk(db, datetime(2026, 11, 27, 14, 30, tzinfo=UTC))  # Friday, 22:30 in Beijing
    said = talk.say("我要找客服")
    assert "2026-11-30" in said.words
    assert talk.queue()[0].due_at == datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


def test_a_refusal_in_conversation_holds_at_the_gate_also_while_a_person_has_it(talk):
    talk.say("别再给我发贷款广告了")
    talk.say("转人工")
    talk.say("也不要打电话推销")
    with talk.db.read() as session:
        scopes = {(no.scope, no.channel) for _, no in contact.refusals(session, talk.customer)}
    assert scopes == {("credit", "all"), ("marketing", "phone")}


def test_needs_complaints_evidence_and_applications_become_events(talk):
    talk.say("年底要备货,手头有点紧")
    talk.say("申请10万六个月")
    talk.say("确认")
    talk.say("", "statement.csv")
    said = talk.say("你们多扣了我钱,我要投诉")
    assert {"need.heard", "application.asked", "evidence.received", "complaint.registered"} <= set(talk.kinds())
    assert str(said.task_id)[-8:] in said.words


def test_personal_numbers_are_kept_masked(talk):
    talk.say("我身份证999101199001010017,手机13800138000,查下我的贷款")
    with talk.db.read() as session:
        _, turns = conversations.read(session, talk.id)
    assert not any("999101199001010017" in turn["words"] or "13800138000" in turn["words"] for turn in turns)


def test_a_flood_is_stopped_and_what_came_before_is_answered(talk, monkeypatch):
    monkeypatch.setattr(conversations, "MESSAGES_A_MINUTE_MAX", 20)
    for _ in range(20):
        talk.say("利率多少")
    with pytest.raises(LimitExceeded):
        talk.say("利率多少")
    talk.clock.move(minutes=2)
    assert talk.say("利率多少").acts


def test_rough_input_is_answered_or_refused_in_one_line(talk):
    assert [act.kind for act in talk.say("😡😡").acts] == ["clarify"]
    assert talk.say("利率" * 25_000).acts
    with pytest.raises(LimitExceeded):
        talk.say("x" * 60_001)
    with pytest.raises(InputRejected):
        talk.say("   ")


def test_resolved_means_nobody_was_needed_and_nobody_came_back(talk):
    talk.say("利率多少")
    talk.clock.move(days=4)
    with talk.db.read() as session:
        found = measures.measures(session, MORNING - timedelta(days=1), talk.clock.now())
    assert [(one.topic, one.conversations, one.resolved) for one in found] == [("", 1, 1), ("loan-rate", 1, 1)]
    with talk.db.write() as session:
        conversations.begin(session, talk.customer, "app", talk.clock)


def test_what_nobody_could_answer_is_proposed_with_examples(db):
    talk = Talk(db)
    for text in ("can you fix my oven", "利率多少", "do you repair an oven"):
        talk.say(text)
    with talk.db.read() as session:
        (found,) = measures.unanswered(session, MORNING - timedelta(days=1), MORNING + timedelta(days=1))
    assert (found.theme, found.questions) == ("oven", 2)
