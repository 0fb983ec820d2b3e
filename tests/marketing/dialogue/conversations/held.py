"""Holds a scripted conversation with the assistant and says where it broke what was expected of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from brambling.kit.clock import BEIJING
from brambling.marketing.dialogue.agent.assistant import Assistant, attended, resolved
from brambling.marketing.dialogue.agent.ports import Message
from brambling.marketing.dialogue.evals.cases import Conversation, Expect, Turn, numbers, worlds
from brambling.marketing.dialogue.model.knowledge import Finder, approved
from brambling.marketing.dialogue.report.replies import Desk, reply
from brambling.marketing.dialogue.rules.acts import Act, State
from brambling.marketing.refusals import understand

WORLDS = worlds()
PROMISES = re.compile(
    r"(?<!不)保证|一定会批|已获批|恭喜|包过|will be approved|has been approved|i promise|guaranteed to|congratulations",
    re.I,
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def tools_of(world: str) -> dict[str, Any]:
    """The tools of a business of the worlds file."""
    facts = WORLDS.facts[world]

    def given(name):
        def tool(values):
            if name not in facts or facts[name] == []:
                return None
            return {name: facts[name]} if name in ("balance", "rate", "loans") else facts[name]

        return tool

    def schedule(values):
        for row in facts.get("schedules", []):
            if all(row[key] == values[key] for key in ("amount", "tenor_months", "method")):
                return row
        return None

    names = ("balance", "limit", "rate", "loans", "forecast", "idle_plan", "application")
    return {name: given(name) for name in names} | {"schedule": schedule}


FINDER = Finder(approved())


@dataclass
class Holder:
    """One conversation under way."""

    conversation: Conversation
    finder: Finder = FINDER
    state: State = field(default_factory=State)
    owner: str = ""
    sources: set[Decimal] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tools = tools_of(self.conversation.world)
        self.assistant = Assistant(approved(), self.tools, self.finder)
        self.now = datetime.combine(WORLDS.today, self.conversation.at, BEIJING)
        self.sources |= {abs(number) for number in numbers(WORLDS.facts[self.conversation.world])}

    def faults(self) -> Iterator[str]:
        """What the assistant did not do or should not have done."""
        for number, turn in enumerate(self.conversation.turns, 1):
            for fault in self.turn(turn):
                yield f"{self.conversation.id} {number}: {fault} [{(turn.user or turn.attach or '')[:50]!r}]"

    def turn(self, turn: Turn) -> Iterator[str]:
        if turn.desk:
            self.state = attended(self.state)
            return
        if turn.resolved:
            self.state = resolved(self.state)
            yield from self.state_faults(turn)
            return
        text = turn.user or ""
        before = self.state
        attachments = (turn.attach,) if turn.attach else ()
        turned = self.assistant.turn(
            before, Message(text, self.now, attachments), lambda words: understand(words, self.now.date())
        )
        self.state = State.from_plain(turned.state.to_plain())
        assert self.state == turned.state
        opens = datetime.combine(self.now.date(), time(9), BEIJING)
        desk = Desk(self.conversation.online, opens, opens)
        said = self.worded(turned.acts, reply(turned.acts, approved(), self.state.lang, desk=desk))
        self.owner += " " + text
        for expect in turn.must:
            if not self.shown(expect, turned.acts, said):
                yield f"no {expect.action} {'|'.join(expect.names)} {dict(expect.args) or ''}{expect.text}; {brief(turned.acts)}"
        for expect in turn.must_not:
            if self.shown(expect, turned.acts, said):
                yield f"forbidden {expect.action} {expect.names} {expect.text}; {brief(turned.acts)}"
        yield from self.state_faults(turn)
        yield from self.laws(before, turned.acts, said)

    def worded(self, acts, said: str) -> str:
        return said

    def shown(self, expect: Expect, acts: tuple[Act, ...], said: str) -> bool:
        if expect.action == "say":
            return says(said, expect.text)
        if expect.action == "slot":
            return all(self.state.slots.get(key) == value for key, value in expect.args.items()) or any(
                act.kind == "submit" and expect.args.items() <= act.values.items() for act in acts
            )
        if expect.action == "evidence":
            return any(act.kind == "evidence" and act.text == expect.text for act in acts)
        found = [act for act in acts if act.kind == expect.action]
        if expect.action in ("refuse", "lift") and expect.names:
            return any(
                set(expect.names) <= set(act.name.split(","))
                and (not expect.channels or set(expect.channels) == set(act.values["channels"].split(",")))
                for act in found
            )
        return any(
            (not expect.names or act.name in expect.names) and expect.args.items() <= act.values.items()
            for act in found
        )

    def state_faults(self, turn: Turn) -> Iterator[str]:
        then, state = turn.then, self.state
        if then.handed_over is not None and state.handed_over != then.handed_over:
            yield "hand-over state"
        if then.free and (state.handed_over or state.journey):
            yield "not free"
        if then.journey is not None and state.journey != then.journey:
            yield f"journey {state.journey!r}"
        if any(state.slots.get(key) != value for key, value in then.slots.items()):
            yield f"slots {state.slots}"

    def laws(self, before: State, acts: tuple[Act, ...], said: str) -> Iterator[str]:
        kinds = [act.kind for act in acts]
        if ("handover" in kinds) != (self.state.handed_over and not before.handed_over):
            yield "a hand-over without a task, or a task without telling"
        if kinds.count("submit") > 1 or ("submit" in kinds and not before.confirming):
            yield "handed in without a yes"
        if before.handed_over and not set(kinds) <= {"waiting", "evidence", "refuse", "lift"}:
            yield f"answers beside a person: {kinds}"
        cited = " ".join(approved()[act.name].words[self.state.lang] for act in acts if act.kind == "answer")
        cited += " ".join(approved()[act.name].source for act in acts if act.kind == "answer")
        for match in PROMISES.finditer(said):
            if match.group() not in cited:
                yield f"promises {match.group()!r}"
        for match in NUMBER.finditer(said):
            if not self.known(match.group(), cited, acts):
                yield f"a number from nowhere: {match.group()}"
        for word in re.findall(r"\d{11,}", self.owner):
            if word in said:
                yield "says a personal number back"

    def known(self, number: str, cited: str, acts: tuple[Act, ...]) -> bool:
        plain = number.replace(",", "").rstrip(".")
        tools = " ".join(f"{act.values} {act.facts} {act.text}" for act in (*acts, *self.state.last))
        slots = f"{dict(self.state.slots)} {WORLDS.today}"
        fixed = "3 6 9 12 09 00 18 13 110 120 2026-01-01 7-day 30-day 90-day"
        if re.search(
            rf"(?<!\d){re.escape(plain)}(?!\d)", f"{cited.replace(',', '')} {tools} {slots} {self.owner} {fixed}"
        ):
            return True
        return Decimal(plain) in self.sources or Decimal(plain) / 100 in self.sources


def says(said: str, text: str) -> bool:
    """Whether the reply holds the text; an amount in any usual way of writing it."""
    plain = said.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text.casefold() in said.casefold()
    forms = {f"{value:.2f}", f"{value.normalize():f}", f"{(value / 10000).normalize():f}万"}
    return any(re.search(rf"(?<![\d.]){re.escape(form)}(?!\.?\d)", plain) for form in forms)


def brief(acts: tuple[Act, ...]) -> str:
    return "did " + "; ".join(f"{act.kind} {act.name} {dict(act.values) if act.values else ''}".strip() for act in acts)
