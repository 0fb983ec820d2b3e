"""Conversations in the running bank: each message one transaction, with all that follows from it.

A promise of a person and the task are written together or not at all. Whether a hand-over is over is asked of the task:
however it was closed, the assistant is back with the next message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping

from brambling.bank import contact, customers
from brambling.bank.events import Event
from brambling.engine.workflow import Task, claim, complete, get_task, inbox, open_task
from brambling.kit.calendar import next_workday
from brambling.kit.clock import BEIJING, Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, LimitExceeded, NotFound
from brambling.kit.ids import new_id
from brambling.marketing import refusals
from brambling.marketing.dialogue import store
from brambling.marketing.dialogue.agent.assistant import Assistant, attended, resolved
from brambling.marketing.dialogue.agent.ports import Message, Tools
from brambling.marketing.dialogue.model.knowledge import Finder, Text
from brambling.marketing.dialogue.report.replies import Desk, reply
from brambling.marketing.dialogue.rules import times
from brambling.marketing.dialogue.rules.acts import Act, State
from brambling.marketing.refusals import Refusal

KIND, ROLE = "conversation", "desk"
CLOSED_BECAUSE = ("resolved", "passed-on", "not-reached", "no-answer-needed")
# minutes until a person has to be there, while the desk is open
DUE_MINUTES: Mapping[str, int] = {
    "threat": 5,
    "fraud": 10,
    "death": 60,
    "hardship": 60,
    "complaint": 120,
    "wish": 30,
    "again": 30,
    "misses": 60,
}
MESSAGE_LENGTH_MAX, MESSAGES_A_MINUTE_MAX = 60_000, 120


@dataclass(frozen=True)
class Said:
    """The assistant's answer to one message: its words, what was done, and the task where a person was called."""

    words: str
    acts: tuple[Act, ...]
    state: State
    task_id: UUID | None


@dataclass(frozen=True)
class Answering:
    """What answers: the approved texts, how they are found, the tools of a customer, the gate and the time."""

    texts: Mapping[str, Text]
    finder: Finder
    gate: contact.Gate
    clock: Clock


def begin(session: WriteSession, customer_id: UUID, channel: str, clock: Clock) -> UUID:
    """Open a conversation with a customer. Raises NotFound for an unknown one."""
    customers.get(session, customer_id)
    now = clock.now()
    key = new_id(now)
    row = {"id": key, "customer_id": customer_id, "channel": channel, "state": State().to_plain(), "task_id": None}
    store.add_conversation(session, {**row, "opened_at": now, "touched_at": now})
    return key


def latest_or_new(session: WriteSession, customer_id: UUID, channel: str, clock: Clock) -> UUID:
    """The customer's conversation of today or the one a person still has; a new one else."""
    now = clock.now()
    for row in store.newest_of(session, customer_id, 1):
        if row["task_id"] is not None or now - row["touched_at"] < timedelta(hours=12):
            key: UUID = row["id"]
            return key
    return begin(session, customer_id, channel, clock)


def say(
    session: WriteSession,
    conversation_id: UUID,
    text: str,
    answering: Answering,
    tools: Tools,
    *,
    attachments: Sequence[str] = (),
) -> Said:
    """Take the owner's message and answer it; everything that follows from it is in this transaction.

    Raises NotFound for an unknown conversation, InputRejected for an empty message, LimitExceeded for one longer than
    60,000 characters and for more than 120 messages within a minute: those before it are answered.
    """
    if not text.strip() and not attachments:
        raise InputRejected("an empty message", expected="words or an attachment")
    if len(text) > MESSAGE_LENGTH_MAX:
        raise LimitExceeded(f"a message of {len(text)} characters; at most {MESSAGE_LENGTH_MAX} are taken")
    row = _locked(session, conversation_id)
    customer = customers.get(session, row["customer_id"])
    zone, now = ZoneInfo(customer.zone), answering.clock.now()
    _require_pace(session, row, now)
    state = _current(session, row)
    assistant = Assistant(answering.texts, tools, answering.finder)

    def hear(words: str) -> Refusal | None:
        found = refusals.hear(session, customer.id, words, answering.clock, channel=row["channel"], gate=answering.gate)
        return found.refusal if found is not None else None

    turned = assistant.turn(state, Message(text, now.astimezone(zone), tuple(attachments)), hear)
    store.add_turn(session, conversation_id, "owner", text or ", ".join(attachments), now)
    task = _follow(session, row, turned.acts, turned.state, answering)
    task_id = task.id if task is not None else (row["task_id"] if turned.state.handed_over else None)
    number = str(task.id)[-8:] if task is not None else ""
    words = reply(turned.acts, answering.texts, turned.state.lang, desk=_desk(now, task), number=number)
    store.add_turn(session, conversation_id, "assistant", words, now, acts=[asdict(act) for act in turned.acts])
    store.save(session, conversation_id, turned.state.to_plain(), task_id, now)
    return Said(words, turned.acts, turned.state, task_id)


def _require_pace(session: ReadSession, row: RowMapping, now: datetime) -> None:
    minute = now - timedelta(minutes=1)
    recent = [t for t in store.transcript(session, row["id"]) if t["speaker"] == "owner" and t["at"] > minute]
    if len(recent) >= MESSAGES_A_MINUTE_MAX:
        raise LimitExceeded(f"more than {MESSAGES_A_MINUTE_MAX} messages within a minute; please wait a moment")


def _locked(session: WriteSession, conversation_id: UUID) -> RowMapping:
    row = store.find(session, conversation_id, lock=True)
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return row


def _current(session: ReadSession, row: RowMapping) -> State:
    """The state; a hand-over whose task has ended is over."""
    state = State.from_plain(row["state"])
    if state.handed_over and row["task_id"] is not None and get_task(session, row["task_id"]).ended:
        return resolved(state)
    return state


# -- what follows -------------------------------------------------------------------------------------------------------


def _follow(
    session: WriteSession, row: RowMapping, acts: Iterable[Act], state: State, answering: Answering
) -> Task | None:
    """Tasks and events of a turn; the task of the hand-over, if there is one."""
    now, customer_id, opened = answering.clock.now(), row["customer_id"], None
    acts = tuple(acts)
    for act in acts:
        data: dict[str, Any] = {"conversation": str(row["id"]), "channel": row["channel"]}
        if act.kind == "handover":
            opened = open_task(session, _task(session, row, act, state, now))
            _publish(session, answering, customer_id, "dialogue.handed-over", {**data, "reason": act.name})
        elif act.kind == "submit" and act.name == "loan-application":
            open_task(session, _application_task(row, act, now))
            _publish(session, answering, customer_id, "application.asked", {**data, **act.values})
        elif act.kind == "need":
            _publish(session, answering, customer_id, "need.heard", {**data, "need": act.name})
        elif act.kind == "complaint":
            _publish(session, answering, customer_id, "complaint.registered", data)
        elif act.kind == "evidence":
            _publish(session, answering, customer_id, "evidence.received", {**data, "name": act.text})
    assert state.handed_over == (opened is not None or (row["task_id"] is not None and state.handed_over))
    return opened


def _publish(session: WriteSession, answering: Answering, subject: UUID, kind: str, data: dict[str, Any]) -> None:
    now = answering.clock.now()
    answering.gate.bus.publish(session, Event(new_id(now), subject, kind, now, data))


def _task(session: ReadSession, row: RowMapping, act: Act, state: State, now: datetime) -> Task:
    """What the person gets: why, what was said and tried, the facts that were given."""
    said = store.transcript(session, row["id"])
    tried = [a for turn in said for a in turn["acts"] if a["kind"] in ("answer", "tool", "unknown", "clarify")]
    data = {
        "conversation": str(row["id"]),
        "summary": [turn["words"][:200] for turn in said if turn["speaker"] == "owner"][-5:],
        "tried": [f"{a['kind']} {a['name']}".strip() for a in tried][-10:],
        "facts": [{"tool": a["name"], "facts": a["facts"]} for a in tried if a["kind"] == "tool"][-6:],
        "lang": state.lang,
        "outcomes": list(CLOSED_BECAUSE),
        "slots": dict(act.values),
    }
    due = due_of(act, now)
    return Task(new_id(now), KIND, row["customer_id"], ROLE, now, max(due, now), act.name, data)


def due_of(act: Act, now: datetime) -> datetime:
    """By when a person has to be there: the call's time, else so many minutes of an open desk."""
    if "at" in act.values:
        day, at = date.fromisoformat(act.values["on"]), time.fromisoformat(act.values["at"])
        return datetime.combine(day, at, BEIJING)
    return opens_from(now) + timedelta(minutes=DUE_MINUTES[act.name])


def opens_from(now: datetime) -> datetime:
    """The moment from which the desk is open: now, or the next opening."""
    here = now.astimezone(BEIJING)
    if times.desk_open(here.date(), here.time()):
        return here
    day = here.date()
    if not times.desk_open(day, times.DESK_OPENS) or here.time() >= times.DESK_CLOSES:
        day = next_workday(day + timedelta(days=1))
    return datetime.combine(day, times.DESK_OPENS, BEIJING)


def _desk(now: datetime, task: Task | None) -> Desk:
    opens = opens_from(now)
    due = task.due_at.astimezone(BEIJING) if task is not None else opens
    return Desk(opens <= now, opens, due)


def _application_task(row: RowMapping, act: Act, now: datetime) -> Task:
    """The application as it was said: an officer takes it up with the business's statement; nothing is decided."""
    data = {"conversation": str(row["id"]), **act.values}
    due = opens_from(now) + timedelta(days=1)
    return Task(new_id(now), "loan-application", row["customer_id"], "officer", now, due, "asked-in-conversation", data)


# -- the desk -----------------------------------------------------------------------------------------------------------


def queue(session: ReadSession, actor: str | None = None) -> list[Task]:
    """Conversations that wait for the desk, the earliest deadline first."""
    return [task for task in inbox(session, role=ROLE, actor=actor) if task.kind == KIND]


def take(session: WriteSession, task_id: UUID, actor: str, clock: Clock) -> Task:
    """Take a conversation over. Raises Conflict when somebody has it."""
    return claim(session, task_id, actor, clock.now())


def take_over(session: WriteSession, conversation_id: UUID, actor: str, clock: Clock) -> Task:
    """Take over the conversation itself. Raises Conflict while no hand-over is open or another has it."""
    return take(session, _mine(session, _locked(session, conversation_id), actor).id, actor, clock)


def answer(session: WriteSession, conversation_id: UUID, actor: str, words: str, clock: Clock) -> None:
    """The person at the desk writes to the owner. Raises Conflict while no hand-over is open or another has it."""
    row = _locked(session, conversation_id)
    _mine(session, row, actor)
    if not words.strip():
        raise InputRejected("an empty message", expected="words")
    state = _current(session, row)
    store.add_turn(session, conversation_id, "desk", words, clock.now(), author=actor)
    store.save(session, conversation_id, attended(state).to_plain(), row["task_id"], clock.now())


def note(session: WriteSession, conversation_id: UUID, actor: str, words: str, clock: Clock) -> None:
    """Write a note that only the desk reads."""
    row = _locked(session, conversation_id)
    store.add_turn(session, conversation_id, "note", words, clock.now(), author=actor)
    store.save(session, conversation_id, row["state"], row["task_id"], clock.now())


def close(
    session: WriteSession, conversation_id: UUID, actor: str, because: str, why: str, answering: Answering
) -> None:
    """The person closes the matter with a reason; the assistant is back. Raises InputRejected for a reason that is none,
    Conflict while no hand-over is open."""
    if because not in CLOSED_BECAUSE:
        raise InputRejected(f"{because!r} closes nothing", expected=f"one of {', '.join(CLOSED_BECAUSE)}")
    row = _locked(session, conversation_id)
    task = _mine(session, row, actor)
    now = answering.clock.now()
    complete(session, task.id, actor, because, why, at=now)
    store.save(session, conversation_id, resolved(_current_open(row)).to_plain(), None, now)
    data = {"conversation": str(conversation_id), "because": because, "reason": task.reason}
    _publish(session, answering, row["customer_id"], "dialogue.closed", data)


def _current_open(row: RowMapping) -> State:
    return State.from_plain(row["state"])


def _mine(session: ReadSession, row: RowMapping, actor: str) -> Task:
    if row["task_id"] is None:
        raise Conflict("this conversation is not with a person")
    task = get_task(session, row["task_id"])
    if task.ended or task.assignee not in (None, actor):
        raise Conflict(
            f"this conversation is with {task.assignee}" if not task.ended else "this conversation is closed"
        )
    return task


def read(session: ReadSession, conversation_id: UUID, *, after: int = 0) -> tuple[RowMapping, Sequence[RowMapping]]:
    """A conversation and its turns after number ``after``. Raises NotFound."""
    row = store.find(session, conversation_id)
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return row, store.transcript(session, conversation_id, after=after)


def draft(session: ReadSession, conversation_id: UUID, finder: Finder, texts: Mapping[str, Text]) -> list[Text]:
    """Approved texts that come nearest to the owner's last message: drafts for the person at the desk."""
    row, said = read(session, conversation_id)
    words = [turn["words"] for turn in said if turn["speaker"] == "owner"]
    state = replace(State.from_plain(row["state"]))
    return [texts[topic] for topic in finder.candidates(words[-1], state.lang)] if words else []
