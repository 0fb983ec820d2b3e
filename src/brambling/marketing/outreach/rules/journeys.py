"""A journey: what is told when, what is waited for, and what is wrong with it. Pure.

A journey is a graph without loops that starts at one step. It never says that a message goes out: it asks, and the gate
judges again at that moment, so a consent withdrawn under way holds whatever the journey had planned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from brambling.bank.contact.rules import CHANNELS, PURPOSES
from brambling.kit.errors import InputRejected
from brambling.marketing.uplift.rules.holdout import held_out

END = "end"
# Events of the bank that a journey may start at or wait for.
EVENTS = (
    "need.found",
    "statement.imported",
    "credit.decided",
    "loan.paid",
    "loan.repaid",
    "advice.planned",
    "consent.given",
    "contact.sent",
    "contact.refused",
)
DO = ("send", "wait", "branch", "cohort")
_STOP_LINE = re.compile(r"退订|拒收|回复?\s*(?:TD?|R|N)\b|\bstop\b|unsubscribe|opt[- ]?out", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One step. ``do`` is ``send`` (``channel``, ``text``, and ``window`` as HH:MM-HH:MM in the customer's zone), ``wait``
    (for ``event``, at most ``days``: ``then`` where it came, ``otherwise`` where it did not; without an event, only the
    days), ``branch`` (``fact`` of the customer equal to ``equals``) or ``cohort`` (a random ``share``). ``then`` and
    ``otherwise`` name steps, or ``end``."""

    name: str
    do: str
    then: str = END
    otherwise: str = END
    channel: str = ""
    text: str = ""
    window: str = ""
    event: str = ""
    days: int = 0
    fact: str = ""
    equals: str = ""
    share: Decimal = Decimal(0)


@dataclass(frozen=True)
class Journey:
    """A journey as its YAML file says it. ``moment`` is the event that starts it, for customers of whom every fact in
    ``segment`` is as written; after ``expires_days`` nothing of it happens any more."""

    name: str
    version: str
    moment: str
    purpose: str
    topic: str
    expires_days: int
    start: str
    steps: tuple[Step, ...]
    segment: dict[str, str] | None = None

    @property
    def by_name(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a journey: a code, the step, and what was found there."""

    code: str
    step: str = ""
    found: str = ""


def faults(journey: Journey) -> list[Fault]:
    """Everything that is wrong with a journey; empty is right."""
    found = list(_head_faults(journey))
    for step in journey.steps:
        found += _step_faults(step, journey)
    if not any(fault.code in ("unknown-step", "step-twice") for fault in found):
        found += _shape_faults(journey)
    return found


def clashes(journeys: Iterable[Journey]) -> list[Fault]:
    """Two journeys for one moment and segment: a customer would be in both, and nobody could say which message is why."""
    found: list[Fault] = []
    seen: list[Journey] = []
    for journey in journeys:
        for other in seen:
            mine, theirs = journey.segment or {}, other.segment or {}
            apart = any(mine[key] != theirs[key] for key in mine.keys() & theirs.keys())
            if journey.moment == other.moment and not apart:
                found.append(Fault("one-moment", found=f"{other.name}, {journey.name}: {journey.moment}"))
        seen.append(journey)
    return found


def _head_faults(journey: Journey) -> Iterator[Fault]:
    if journey.moment not in EVENTS:
        yield Fault("unknown-event", found=journey.moment)
    if journey.purpose not in PURPOSES:
        yield Fault("unknown-purpose", found=journey.purpose)
    if not 1 <= journey.expires_days <= 366:
        yield Fault("no-expiry", found=str(journey.expires_days))
    names = [step.name for step in journey.steps]
    yield from (Fault("step-twice", name) for name in sorted({name for name in names if names.count(name) > 1}))
    if journey.start not in names:
        yield Fault("unknown-step", found=journey.start)


def _step_faults(step: Step, journey: Journey) -> Iterator[Fault]:
    if step.do not in DO:
        yield Fault("unknown-act", step.name, step.do)
    yield from (
        Fault("unknown-step", step.name, name) for name in _next(step) if name != END and name not in journey.by_name
    )
    if step.do == "send":
        if step.channel not in CHANNELS:
            yield Fault("unknown-channel", step.name, step.channel)
        if not step.text.strip():
            yield Fault("no-text", step.name)
        elif journey.purpose == "marketing" and not _STOP_LINE.search(step.text):
            yield Fault("no-stop-line", step.name)
        try:
            window_of(step)
        except ValueError:
            yield Fault("bad-window", step.name, step.window)
    if step.do == "wait":
        if step.event and step.event not in EVENTS:
            yield Fault("unknown-event", step.name, step.event)
        if not 1 <= step.days <= journey.expires_days:
            yield Fault("bad-wait", step.name, str(step.days))
    if step.do == "cohort" and not 0 < step.share < 1:
        yield Fault("bad-share", step.name, str(step.share))
    if step.do == "branch" and not step.fact:
        yield Fault("no-fact", step.name)


def _next(step: Step) -> tuple[str, ...]:
    return (step.then,) if step.do == "send" else (step.then, step.otherwise)


def _shape_faults(journey: Journey) -> Iterator[Fault]:
    """Loops and steps that nobody reaches, by a walk that keeps its way."""
    steps, reached, looped = journey.by_name, set[str](), set[str]()

    def walk(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            looped.add(name)
            return
        if name == END or name in reached:
            return
        for after in _next(steps[name]):
            walk(after, (*way, name))
        reached.add(name)

    walk(journey.start, ())
    yield from (Fault("loop", name) for name in sorted(looped))
    yield from (Fault("unreachable", name) for name in steps if name not in reached)


def window_of(step: Step) -> tuple[time, time] | None:
    """The hours of a send step, None for any; raises ValueError where they are none or end before they begin."""
    if not step.window:
        return None
    start, _, end = step.window.partition("-")
    hours = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    if hours[0] >= hours[1]:
        raise ValueError(step.window)
    return hours


# -- the next step ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """What happens now: ``send`` this step's message and go on to ``step``, or be at ``step`` and come back at
    ``due_at`` (None: at once)."""

    step: str
    send: bool = False
    due_at: datetime | None = None


def move(
    journey: Journey,
    at: str,
    *,
    entered_at: datetime,
    now: datetime,
    facts: Mapping[str, str],
    happened: bool,
    who: str,
    zone: ZoneInfo,
) -> Move:
    """The move of a customer who came to step ``at`` at ``entered_at``. ``happened`` says whether what the step waits for
    has happened since; ``who`` names the customer for the cohorts, the same one always falls into the same."""
    step = journey.by_name[at]
    if step.do == "send":
        opens = _opens(step, now, zone)
        return Move(at, due_at=opens) if opens else Move(step.then, send=True)
    if step.do == "wait":
        over = entered_at + timedelta(days=step.days)
        if happened:
            return Move(step.then)
        return Move(step.otherwise if step.event else step.then) if now >= over else Move(at, due_at=over)
    if step.do == "branch":
        return Move(step.then if facts.get(step.fact) == step.equals else step.otherwise)
    inside = held_out(who, float(step.share), f"{journey.name}/{journey.version}/{step.name}")
    return Move(step.then if inside else step.otherwise)


def _opens(step: Step, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the window of a send step opens; None where it is open."""
    hours = window_of(step)
    local = now.astimezone(zone)
    if hours is None or hours[0] <= local.time() < hours[1]:
        return None
    day = local.date() if local.time() < hours[0] else local.date() + timedelta(days=1)
    return datetime.combine(day, hours[0], zone)


def stops(texts: Mapping[str, str]) -> None:
    """Raises InputRejected where one of ``texts`` does not say how to stop."""
    for name, text in texts.items():
        if not _STOP_LINE.search(text):
            raise InputRejected(f"text {name} has no stop line", expected="how to stop, like 回复T退订 or reply STOP")


def checked(journey: Journey) -> Journey:
    """``journey`` where nothing is wrong with it; raises InputRejected that names the first fault."""
    wrong = faults(journey)
    if wrong:
        first = wrong[0]
        place = f"step {first.step}: " if first.step else ""
        raise InputRejected(f"journey {journey.name}: {place}{first.code} {first.found}".rstrip())
    return journey
