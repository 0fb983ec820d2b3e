"""The scripted conversations as cases: read whole, every word of their small language checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text
from brambling.marketing.refusals.evals.cases import CHANNELS, SCOPES

Split = Literal["dev", "held_out"]
SPLITS: tuple[Split, ...] = ("dev", "held_out")

TOOLS: Mapping[str, tuple[str, ...]] = {
    "balance": (),
    "limit": (),
    "rate": (),
    "schedule": ("amount", "tenor_months", "method"),
    "loans": (),
    "forecast": (),
    "idle_plan": (),
    "application": (),
}
# what a world tells each tool stands under the tool's name, but for schedules
_FACTS = (*(tool for tool in TOOLS if tool != "schedule"), "schedules")
JOURNEYS: Mapping[str, tuple[str, ...]] = {"loan-application": ("amount", "tenor_months"), "callback": ("on", "at")}
SLOTS = tuple(slot for slots in JOURNEYS.values() for slot in slots)
METHODS = ("annuity", "equal-principal", "bullet")
# the graver first: where several apply, the first counts
REASONS = ("threat", "fraud", "death", "hardship", "complaint", "wish", "again", "misses")
NEEDS = ("credit", "wealth")

# what stands after each action: nothing, one of some names, pairs of key and value, or free text
_PLAIN = ("confirm", "drop", "clarify", "unknown", "repeat", "waiting", "complaint", "greet")
_NAMED: Mapping[str, tuple[str, ...]] = {
    "tool": tuple(TOOLS),
    "submit": tuple(JOURNEYS),
    "ask": SLOTS,
    "handover": REASONS,
    "need": NEEDS,
    "refuse": SCOPES,
    "lift": SCOPES,
}
ACTIONS = (*_PLAIN, *_NAMED, "answer", "slot", "say", "evidence")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Expect:
    """One action. ``names``: what it is about, any of them (topics, a tool, a journey, reasons; empty: whichever);
    ``args``: at least these arguments or slots; ``channels``: of a refusal; ``text``: what is said or kept."""

    action: str
    names: tuple[str, ...] = ()
    args: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class State:
    """What holds after a turn; None is not asked for. ``free`` is neither handed over nor in a journey."""

    handed_over: bool | None = None
    free: bool | None = None
    journey: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """A message of the owner (``user``, ``attach`` or both), of the person at the desk, or ``resolved`` by that person."""

    user: str | None = None
    attach: str | None = None
    desk: str | None = None
    resolved: bool = False
    must: tuple[Expect, ...] = ()
    must_not: tuple[Expect, ...] = ()
    then: State = State()


@dataclass(frozen=True)
class Conversation:
    """A scripted conversation with the owner of ``world``. ``at`` is the time of day in Beijing when it begins."""

    id: str
    lang: str
    split: Split
    world: str
    turns: tuple[Turn, ...]
    online: bool = True
    at: time = time(10, 0)

    def expects(self, action: str) -> bool:
        """Whether some turn must show this action."""
        return any(expect.action == action for turn in self.turns for expect in turn.must)


@dataclass(frozen=True)
class Worlds:
    """The businesses: by name, what each tool gives (plain text, numbers as text), on the day ``today``."""

    today: date
    facts: Mapping[str, Mapping[str, Any]]


def topics() -> frozenset[str]:
    """The ids of the approved knowledge texts."""
    return frozenset(path.stem for path in (_HERE.parent / "knowledge").glob("*.md"))


def worlds() -> Worlds:
    """The businesses of ``worlds.yaml``; raises InputRejected for one with a fact that no tool gives."""
    path = _HERE / "worlds.yaml"
    values = _mapping(_yaml(path), path, "the file")
    for name, facts in values["worlds"].items():
        _keys(_mapping(facts, path, name), _FACTS, path, name)
    return Worlds(date.fromisoformat(values["today"]), values["worlds"])


def load(split: Split) -> tuple[Conversation, ...]:
    """The conversations of a split, file by file; raises InputRejected, naming file and turn, for one not well formed."""
    known, topic_ids = worlds(), topics()
    found = []
    for path in sorted((_HERE / "conversations" / split).glob("*.yaml")):
        values = _mapping(_yaml(path), path, "the file")
        _keys(values, ("split", "lang", "conversations"), path, "the file")
        if values.get("split") != split or values.get("lang") not in ("zh", "en"):
            raise InputRejected("split or lang", file=path, expected=f"split {split}, lang zh or en")
        reader = _Reader(path, topic_ids)
        found += [reader.conversation(each, split, values["lang"], known) for each in values["conversations"]]
    return tuple(found)


@dataclass(frozen=True)
class _Reader:
    """Reads one file; every complaint names the file and the place."""

    path: Path
    topics: frozenset[str]

    def conversation(self, value: Any, split: Split, lang: str, known: Worlds) -> Conversation:
        values = _mapping(value, self.path, "a conversation")
        name = str(values.get("id", "a conversation without id"))
        _keys(values, ("id", "world", "online", "at", "turns"), self.path, name)
        if values.get("world") not in known.facts or not values.get("turns"):
            raise InputRejected(f"{name}: world or turns", file=self.path, expected="a known world, and turns")
        turns = tuple(self.turn(turn, f"{name} turn {number}") for number, turn in enumerate(values["turns"], 1))
        online = values.get("online", "true") == "true"
        return Conversation(
            name, lang, split, values["world"], turns, online, time.fromisoformat(values.get("at", "10:00"))
        )

    def turn(self, value: Any, at: str) -> Turn:
        values = _mapping(value, self.path, at)
        _keys(values, ("user", "attach", "times", "desk", "event", "must", "must_not", "then"), self.path, at)
        owner = values.keys() & {"user", "attach"}
        if bool(owner) + ("desk" in values) + ("event" in values) != 1:
            raise InputRejected(f"{at}: who speaks", file=self.path, expected="user or attach, desk, or event")
        if values.get("event", "resolved") != "resolved":
            raise InputRejected(f"{at}: event {values['event']!r}", file=self.path, expected="resolved")
        if not owner and (values.get("must") or values.get("must_not")):
            raise InputRejected(f"{at}: the assistant answers the owner only", file=self.path)
        user = values.get("user")
        return Turn(
            user * int(values.get("times", "1")) if user is not None else None,
            values.get("attach"),
            values.get("desk"),
            "event" in values,
            tuple(self.expect(text, at, whole=True) for text in values.get("must", ())),
            tuple(self.expect(text, at, whole=False) for text in values.get("must_not", ())),
            self.state(values.get("then", ()), at),
        )

    def expect(self, text: str, at: str, *, whole: bool) -> Expect:
        """``whole``: the action says what it is about; without, any will do."""
        action, _, rest = text.partition(" ")
        if action not in ACTIONS:
            raise InputRejected(
                f"{at}: unknown action {text!r}", file=self.path, expected=f"one of {', '.join(ACTIONS)}"
            )
        if action in _PLAIN:
            if rest:
                raise InputRejected(f"{at}: {text!r}", file=self.path, expected=f"{action} alone")
            return Expect(action)
        if not rest:
            if whole or action in ("say", "slot"):
                raise InputRejected(f"{at}: {text!r} says nothing more", file=self.path)
            return Expect(action)
        if action in ("say", "evidence"):
            return Expect(action, text=rest)
        if action == "slot":
            return Expect(action, args=self.pairs(rest.split(), SLOTS, at))
        return self.named(action, rest.split(), at)

    def named(self, action: str, words: Sequence[str], at: str) -> Expect:
        """Names that may stand for each other, then channels of a refusal or arguments."""
        names, known = tuple(words[0].split("|")), self.topics if action == "answer" else _NAMED[action]
        for name in names:
            if name not in known:
                raise InputRejected(
                    f"{at}: {action} {name!r}", file=self.path, expected=f"of {', '.join(sorted(known))}"
                )
        if action in ("refuse", "lift"):
            channels = tuple(channel for word in words[1:] for channel in word.split(","))
            if not set(channels) <= set(CHANNELS):
                raise InputRejected(f"{at}: channels {channels}", file=self.path, expected=f"of {', '.join(CHANNELS)}")
            return Expect(action, names, channels=channels)
        keys = {"tool": TOOLS, "submit": JOURNEYS}.get(action, {}).get(names[0], ())
        return Expect(action, names, self.pairs(words[1:], keys, at))

    def pairs(self, words: Sequence[str], keys: Sequence[str], at: str) -> dict[str, str]:
        found = {}
        for word in words:
            key, equals, value = word.partition("=")
            if not equals or key not in keys or not _fits(key, value):
                raise InputRejected(f"{at}: {word!r}", file=self.path, expected=f"KEY=VALUE with {', '.join(keys)}")
            found[key] = value
        return found

    def state(self, texts: Sequence[str], at: str) -> State:
        handed_over = free = journey = None
        slots: dict[str, str] = {}
        for text in texts:
            first, *rest = text.split()
            if text == "handed-over":
                handed_over = True
            elif text == "free":
                free = True
            elif first == "journey" and len(rest) == 1 and rest[0] in JOURNEYS:
                journey = rest[0]
            elif first == "slots" and rest:
                slots |= self.pairs(rest, SLOTS, at)
            else:
                raise InputRejected(f"{at}: state {text!r}", file=self.path, expected="as README.md lists")
        return State(handed_over, free, journey, slots)


def _fits(key: str, value: str) -> bool:
    """Whether a value is written in the one form that its slot or argument has."""
    try:
        if key == "amount":
            return f"{Decimal(value):.2f}" == value
        if key == "tenor_months":
            return str(int(value)) == value
        if key == "on":
            return date.fromisoformat(value).isoformat() == value
        if key == "at":
            return time.fromisoformat(value).strftime("%H:%M") == value
    except (ValueError, InvalidOperation):
        return False
    return key == "method" and value in METHODS


def numbers(facts: Any) -> Iterator[Decimal]:
    """Every number in what a world tells its tools."""
    if isinstance(facts, Mapping):
        for value in facts.values():
            yield from numbers(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from numbers(value)
    else:
        try:
            yield Decimal(str(facts).rstrip("%"))
        except InvalidOperation:
            return


def _yaml(path: Path) -> Any:
    import yaml

    try:
        # every scalar stays text: the tests compare figures as they are written
        return yaml.load(read_text(path, bytes_max=1 << 20), Loader=yaml.BaseLoader)  # noqa: S506 (makes no objects)
    except yaml.YAMLError as error:
        raise InputRejected(f"is not YAML ({str(error)[:160]!r})", file=path) from None


def _mapping(value: Any, path: Path, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputRejected(f"{at} is not a mapping", file=path)
    return value


def _keys(values: Mapping[str, Any], known: Sequence[str], path: Path, at: str) -> None:
    for key in values:
        if key not in known:
            raise InputRejected(f"{at}: unknown key {key!r}", file=path, expected=f"one of {', '.join(known)}")
