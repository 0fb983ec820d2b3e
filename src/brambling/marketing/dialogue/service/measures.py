"""Honest measures: what was resolved and stayed so, what was handed over, how fast, and what nobody could answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from brambling.engine.search import words
from brambling.kit.db import ReadSession
from brambling.marketing.dialogue import store

BACK_HOURS = 72
EXAMPLES = 5


@dataclass(frozen=True)
class Measures:
    """Of one week and topic (empty: all): conversations begun, those without a person whose owner was not back within
    72 hours, those handed over, seconds until a person wrote (median, None where none did), messages answered with
    nothing known."""

    week: str
    topic: str
    conversations: int
    resolved: int
    handed_over: int
    seconds_to_person: float | None
    unknown: int


@dataclass(frozen=True)
class Unanswered:
    """A theme that the knowledge lacks: words that its questions share, how many there were, and examples."""

    theme: str
    questions: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class _Talk:
    customer: UUID
    began: datetime
    topic: str
    handed_at: datetime | None
    person_at: datetime | None
    unknown: int


def measures(session: ReadSession, since: datetime, until: datetime) -> list[Measures]:
    """Measures by week, then by week and first topic. A conversation younger than 72 hours at ``until`` counts nowhere:
    whether its owner comes back is not known yet."""
    talks = _talks(store.between(session, since, until))
    begun = defaultdict(list)
    for talk in talks:
        begun[talk.customer].append(talk.began)
    settled = [talk for talk in talks if talk.began + timedelta(hours=BACK_HOURS) <= until]
    groups: dict[tuple[str, str], list[_Talk]] = defaultdict(list)
    for talk in settled:
        week = f"{talk.began:%G-W%V}"
        for topic in dict.fromkeys(("", talk.topic)):
            groups[week, topic].append(talk)
    return [_measured(key, group, begun) for key, group in sorted(groups.items())]


def _measured(key: tuple[str, str], group: list[_Talk], begun: dict[UUID, list[datetime]]) -> Measures:
    waits = [(t.person_at - t.handed_at).total_seconds() for t in group if t.handed_at and t.person_at]
    stayed = sum(t.handed_at is None and t.unknown == 0 and not _back(t, begun[t.customer]) for t in group)
    handed = sum(t.handed_at is not None for t in group)
    unknown = sum(t.unknown for t in group)
    return Measures(*key, len(group), stayed, handed, median(waits) if waits else None, unknown)


def _back(talk: _Talk, begun: Sequence[datetime]) -> bool:
    later = timedelta(hours=BACK_HOURS)
    return any(talk.began < at <= talk.began + later for at in begun)


def _talks(rows: Sequence[RowMapping]) -> list[_Talk]:
    found: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["conversation_id"]].append(row)
    return [_talk(turns) for turns in found.values()]


def _talk(turns: list[RowMapping]) -> _Talk:
    acts: list[tuple[dict[str, Any], datetime]] = [(act, turn["at"]) for turn in turns for act in turn["acts"]]
    topic = next((act["name"] for act, _ in acts if act["kind"] in ("answer", "tool", "handover")), "")
    handed = next((at for act, at in acts if act["kind"] == "handover"), None)
    person = next((turn["at"] for turn in turns if turn["speaker"] == "desk"), None)
    unknown = sum(act["kind"] == "unknown" for act, _ in acts)
    return _Talk(turns[0]["customer_id"], turns[0]["at"], topic, handed, person, unknown)


def unanswered(session: ReadSession, since: datetime, until: datetime, *, least: int = 2) -> list[Unanswered]:
    """What owners asked and nobody had approved a text for, by the rarest word that at least ``least`` questions share;
    the most asked first. Each is a proposal for new knowledge, with examples."""
    questions = _unknown_questions(store.between(session, since, until))
    count = Counter(word for question in questions for word in set(words(question)))
    themes: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        shared = [word for word in set(words(question)) if count[word] >= least]
        theme = min(shared, key=lambda word: (-len(word) if word.isascii() else -2, count[word], word), default="")
        themes[theme].append(question)
    found = [
        Unanswered(theme, len(asked), tuple(dict.fromkeys(asked))[:EXAMPLES])
        for theme, asked in themes.items()
        if theme and len(asked) >= least
    ]
    return sorted(found, key=lambda one: (-one.questions, one.theme))


def _unknown_questions(rows: Sequence[RowMapping]) -> list[str]:
    found, before = [], ""
    for row in rows:
        if row["speaker"] == "owner":
            before = row["words"]
        elif any(act["kind"] == "unknown" or act.get("name") == "misses" for act in row["acts"]):
            found.append(before)
    return found
