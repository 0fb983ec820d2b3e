"""The written refusals as cases: read, checked, and compared with what a reader of refusals made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text

Split = Literal["dev", "held_out"]
SPLITS: tuple[Split, ...] = ("dev", "held_out")
PRODUCTS = ("credit", "wealth", "insurance", "payments")
SCOPES = ("all", "marketing", *PRODUCTS)
CHANNELS = ("sms", "app", "phone", "mail", "wecom")
STRENGTHS = ("soft", "plain", "strong")
# an open end is right with a rest of at least so many days
OPEN_DAYS_MIN = 14


@dataclass(frozen=True)
class End:
    """When a refusal ends: any first free day from ``earliest`` to ``latest`` is right; None and None is for ever.

    An ``open`` end is a putting-off without a day: any end at least OPEN_DAYS_MIN days away is right, or none.
    """

    earliest: date | None = None
    latest: date | None = None
    open: bool = False

    def allows(self, until: date | None, today: date) -> bool:
        """Whether a reader that found ``until`` (None: for ever) is right."""
        if self.open:
            return until is None or until >= today + timedelta(days=OPEN_DAYS_MIN)
        if self.earliest is None or self.latest is None:
            return until is None
        return until is not None and self.earliest <= until <= self.latest


@dataclass(frozen=True)
class Act:
    """One thing that a message does: a refusal, or the lifting of one, of ``scopes`` on ``channels`` (``all`` alone, or
    some of CHANNELS)."""

    kind: Literal["refuse", "lift"]
    scopes: frozenset[str]
    channels: frozenset[str]
    end: End
    strength: str


@dataclass(frozen=True)
class Case:
    """A message written on ``today``, and what it does: ``acts``, or one of ``also``. No acts: it is no refusal."""

    id: str
    family: str
    lang: str
    text: str
    today: date
    acts: tuple[Act, ...]
    also: tuple[tuple[Act, ...], ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether the message is a refusal."""
        return any(act.kind == "refuse" for act in self.acts)


def load(split: Split) -> tuple[Case, ...]:
    """The cases of a split in their order; raises InputRejected, naming file and family, where one is not well formed."""
    path = Path(__file__).parent / f"{split}.yaml"
    values = _mapping(_yaml(path), path, "the file")
    today = _date(values.get("today"), path, "today")
    if values.get("split") != split:
        raise InputRejected(f"split is {values.get('split')!r}", file=path, expected=split)
    return tuple(case for family in values["families"] for case in _family(family, today, path))


def _yaml(path: Path) -> Any:
    import yaml

    try:
        # every scalar stays text: a reply "no" must not become a flag
        return yaml.load(read_text(path, bytes_max=1 << 20), Loader=yaml.BaseLoader)  # noqa: S506 (makes no objects)
    except yaml.YAMLError as error:
        raise InputRejected(f"is not YAML ({str(error)[:160]!r})", file=path) from None


def _family(family: Any, today: date, path: Path) -> Iterator[Case]:
    values = _mapping(family, path, "a family")
    name = values.get("name", "")
    _keys(values, ("name", "lang", "acts", "also", "messages"), path, name)
    if values.get("lang") not in ("zh", "en") or not values.get("messages"):
        raise InputRejected(f"family {name!r}", file=path, expected="lang zh or en, and messages")
    for number, message in enumerate(values["messages"], 1):
        own = {"text": message} if isinstance(message, str) else _mapping(message, path, f"a message of {name}")
        at = f"{name}/{number}"
        _keys(own, ("text", "acts", "also"), path, at)
        acts, also = own.get("acts", values.get("acts", [])), own.get("also", values.get("also", []))
        if not isinstance(own.get("text"), str) or not own["text"].strip():
            raise InputRejected(f"{at} has no text", file=path)
        yield Case(
            at,
            name,
            values["lang"],
            own["text"],
            today,
            tuple(_act(act, path, at) for act in acts),
            tuple(tuple(_act(act, path, at) for act in other) for other in also),
        )


def _act(value: Any, path: Path, at: str) -> Act:
    values = _mapping(value, path, at)
    _keys(values, ("refuse", "lift", "channels", "until", "strength"), path, at)
    if ("refuse" in values) == ("lift" in values):
        raise InputRejected(f"{at}: an act either refuses or lifts", file=path)
    kind: Literal["refuse", "lift"] = "refuse" if "refuse" in values else "lift"
    scopes, channels = _texts(values[kind]), _texts(values.get("channels", "all"))
    strength = values.get("strength", "plain")
    if not scopes or not scopes <= set(SCOPES) or (len(scopes) > 1 and not scopes <= set(PRODUCTS)):
        raise InputRejected(f"{at}: scopes {sorted(scopes)}", file=path, expected=f"one of {', '.join(SCOPES)}")
    if channels != {"all"} and not (channels and channels <= set(CHANNELS)):
        raise InputRejected(f"{at}: channels {sorted(channels)}", file=path, expected=f"of {', '.join(CHANNELS)}")
    if strength not in STRENGTHS:
        raise InputRejected(f"{at}: strength {strength!r}", file=path, expected=f"one of {', '.join(STRENGTHS)}")
    return Act(kind, scopes, channels, _end(values.get("until", "forever"), path, at), strength)


def _end(value: Any, path: Path, at: str) -> End:
    if value == "forever":
        return End()
    if value == "open":
        return End(open=True)
    days = [value, value] if isinstance(value, str) else value
    earliest, latest = (_date(day, path, at) for day in days)
    if latest < earliest:
        raise InputRejected(f"{at}: ends before it ends", file=path, expected="two days in order")
    return End(earliest, latest)


def _date(value: Any, path: Path, at: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputRejected(f"{at}: {value!r} is no day", file=path, expected="like 2026-11-24") from None


def _texts(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)


def _mapping(value: Any, path: Path, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputRejected(f"{at} is not a mapping", file=path)
    return value


def _keys(values: Mapping[str, Any], known: tuple[str, ...], path: Path, at: str) -> None:
    for key in values:
        if key not in known:
            raise InputRejected(f"{at}: unknown key {key!r}", file=path, expected=f"one of {', '.join(known)}")
