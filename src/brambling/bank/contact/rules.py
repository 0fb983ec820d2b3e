"""May this message go out now? Pure: message, state, policy and time in; verdict out.

The gate holds unless it knows enough to release: whatever is unknown (``None`` in the state) is a reason to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from brambling.bank.customers.rules import ADDRESSED
from brambling.kit.errors import InputRejected, InvariantBroken

CHANNELS = ("sms", "app", "phone", "mail", "wecom")
PURPOSES = ("service", "marketing")
ALL = "all"
MARKETING = "marketing"
Outcome = Literal["release", "hold", "drop"]


@dataclass(frozen=True)
class Message:
    """One message to one customer. ``id`` is its key: the same message asked twice has the same key.

    ``topic`` is what it is about (credit, wealth, repayment, ...), ``campaign`` who sends it; after ``expires_at`` it
    makes no sense any more.
    """

    id: UUID
    customer_id: UUID
    channel: str
    purpose: str
    topic: str
    campaign: str
    text: str = field(repr=False)
    expires_at: datetime

    def __post_init__(self) -> None:
        if self.expires_at.tzinfo is None:
            raise InvariantBroken(f"message {self.id} has an expiry without zone")


@dataclass(frozen=True)
class Refusal:
    """A customer's no. ``scope``: a topic, ``marketing`` (all that sells) or ``all``; ``channel``: one, or ``all``."""

    scope: str
    channel: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Contact:
    """A message that was sent."""

    at: datetime
    purpose: str


@dataclass(frozen=True)
class State:
    """What is known when a message is judged; None is unknown.

    ``earlier``: what became of a message with the same key (``new`` where there was none, ``open``, ``sent``,
    ``dropped``). ``consents``: purposes consented to now. ``refusals``: those not lifted. ``sent``: what the customer
    was sent in the longest window of the policy or longer. ``reachable``: whether the channel has an address.
    """

    earlier: str | None = None
    zone: str | None = None
    consents: frozenset[str] | None = None
    refusals: tuple[Refusal, ...] | None = None
    sent: tuple[Contact, ...] | None = None
    reachable: bool | None = None


@dataclass(frozen=True)
class Cap:
    """At most ``limit`` sent messages of the purposes in ``counts`` in any ``window_days``, before one in ``holds``."""

    window_days: int
    limit: int
    counts: tuple[str, ...]
    holds: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.window_days < 1 or self.limit < 0:
            raise InputRejected(
                f"a cap of {self.limit} in {self.window_days} days", expected="1 day or more, 0 or more"
            )
        _known_purposes(self.counts + self.holds)


@dataclass(frozen=True)
class Policy:
    """What the gate allows. Quiet hours run from ``quiet_start`` up to ``quiet_end`` (HH:MM), over midnight where the
    end is earlier; equal means none."""

    version: str
    quiet_start: str
    quiet_end: str
    quiet_purposes: tuple[str, ...]
    caps: tuple[Cap, ...]
    duty_topics: tuple[str, ...]
    retry_minutes: int

    def __post_init__(self) -> None:
        _known_purposes(self.quiet_purposes)
        for text in (self.quiet_start, self.quiet_end):
            try:
                time.fromisoformat(text)
            except ValueError:
                raise InputRejected(f"quiet hours: {text!r} is no time of day", expected="like 21:00") from None

    @property
    def window_days_max(self) -> int:
        """How far back a state must know what was sent."""
        return max((cap.window_days for cap in self.caps), default=0)


@dataclass(frozen=True)
class Reason:
    """Why a message does not go out now: a code, its parameters, and from when on it no longer stands (None: no time
    mends it)."""

    code: str
    outcome: Outcome
    params: tuple[tuple[str, str], ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """``release`` now, ``hold`` until something changes (not before ``not_before`` where time alone can mend it), or
    ``drop`` for good. A release has no reasons."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    not_before: datetime | None = None


def judge(message: Message, state: State, policy: Policy, now: datetime) -> Verdict:
    """The verdict on ``message`` at ``now``.

    Every reason is told, not only the first. One reason to drop drops; else one reason to hold holds.
    """
    reasons = (
        *_lifetime(message, state, now),
        *_refused(message, state, policy, now),
        *_permission(message, state),
        *_quiet(message, state, policy, now),
        *_capped(message, state, policy, now),
    )
    if not reasons:
        return Verdict("release")
    if any(reason.outcome == "drop" for reason in reasons):
        return Verdict("drop", reasons)
    times = [reason.not_before for reason in reasons]
    known = [moment for moment in times if moment is not None]
    return Verdict("hold", reasons, max(known) if len(known) == len(times) else None)


def _unknown(what: str) -> Reason:
    return Reason("unknown", "hold", (("what", what),))


def _lifetime(message: Message, state: State, now: datetime) -> Iterator[Reason]:
    if now >= message.expires_at:
        yield Reason("expired", "drop", (("at", message.expires_at.isoformat()),))
    if state.earlier == "sent":
        yield Reason("duplicate", "drop")
    elif state.earlier == "dropped":
        yield Reason("dropped-before", "drop")
    elif state.earlier not in ("new", "open"):
        yield _unknown("earlier")


def _refused(message: Message, state: State, policy: Policy, now: datetime) -> Iterator[Reason]:
    if state.refusals is None:
        yield _unknown("refusals")
        return
    for refusal in state.refusals:
        if binds(refusal, message, policy, now):
            yield Reason("refused", "drop", (("channel", refusal.channel), ("scope", refusal.scope)))


def binds(refusal: Refusal, message: Message, policy: Policy, now: datetime) -> bool:
    """Whether a refusal forbids a message at ``now``.

    A refusal of ``all`` forbids everything. One of a topic forbids whatever is about it, but for service messages on
    what the bank has a duty to tell. One of ``marketing`` forbids all that sells. Each on its channel, or on all.
    A refusal holds from when it is known, whatever its ``at``: clocks of two workers differ, a no does not wait.
    """
    if refusal.until is not None and now >= refusal.until:
        return False
    if refusal.channel not in (ALL, message.channel):
        return False
    if refusal.scope == ALL:
        return True
    if refusal.scope == MARKETING:
        return message.purpose != "service"
    duty = message.purpose == "service" and message.topic in policy.duty_topics
    return refusal.scope == message.topic and not duty


def _permission(message: Message, state: State) -> Iterator[Reason]:
    if message.purpose not in PURPOSES:
        yield _unknown("purpose")
    elif state.consents is None:
        yield _unknown("consent")
    elif message.purpose not in state.consents:
        yield Reason("no-consent", "hold", (("purpose", message.purpose),))
    if message.channel not in CHANNELS:
        yield _unknown("channel")
    elif message.channel in ADDRESSED:
        if state.reachable is None:
            yield _unknown("address")
        elif not state.reachable:
            yield Reason("no-address", "hold", (("channel", message.channel),))


def _quiet(message: Message, state: State, policy: Policy, now: datetime) -> Iterator[Reason]:
    zone = _zone(state.zone)
    if zone is None:
        yield _unknown("zone")
        return
    start, end = time.fromisoformat(policy.quiet_start), time.fromisoformat(policy.quiet_end)
    local = now.astimezone(zone)
    wall = local.time()
    inside = start <= wall < end if start < end else start != end and (wall >= start or wall < end)
    if inside and message.purpose in policy.quiet_purposes:
        params = (("end", policy.quiet_end), ("start", policy.quiet_start), ("zone", str(state.zone)))
        yield Reason("quiet-hours", "hold", params, _next(end, local))


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _next(wall: time, local: datetime) -> datetime:
    """The first moment after ``local`` at which the clock on the wall shows ``wall``, in UTC.

    A clock set back shows a time twice (``fold``); one set forward skips some, and the moment after the gap is taken.
    """
    moments = [
        datetime.combine(local.date() + timedelta(days=days), wall.replace(fold=fold), tzinfo=local.tzinfo).astimezone(
            UTC
        )
        for days in (0, 1)
        for fold in (0, 1)
    ]
    return min(moment for moment in moments if moment > local.astimezone(UTC))


def _capped(message: Message, state: State, policy: Policy, now: datetime) -> Iterator[Reason]:
    if state.sent is None:
        yield _unknown("sent")
        return
    for cap in policy.caps:
        if message.purpose not in cap.holds:
            continue
        window = timedelta(days=cap.window_days)
        counted = sorted(
            contact.at for contact in state.sent if contact.purpose in cap.counts and contact.at > now - window
        )
        if len(counted) >= cap.limit:
            # when this one has left the window there is room for one more; a cap of none never has room
            frees = counted[len(counted) - cap.limit] + window if cap.limit else None
            params = (("limit", str(cap.limit)), ("sent", str(len(counted))), ("window_days", str(cap.window_days)))
            yield Reason("cap", "hold", params, frees)


def _known_purposes(purposes: tuple[str, ...]) -> None:
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise InputRejected(f"{purpose!r} is no purpose", expected=f"one of {', '.join(PURPOSES)}")
