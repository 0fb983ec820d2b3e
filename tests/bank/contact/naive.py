"""A second gate, written apart from the first: minute by minute, list by list, no cleverness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from brambling.bank.contact import Message, Policy, State

KNOWN = {"sms", "app", "phone", "mail", "wecom"}


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def is_quiet(policy: Policy, zone: str, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return minute in quiet_minutes(policy.quiet_start, policy.quiet_end)


@cache
def quiet_minutes(start: str, end: str) -> frozenset[int]:
    quiet, step = set(), minutes(start)
    while step != minutes(end):
        quiet.add(step)
        step = (step + 1) % 1440
    return frozenset(quiet)


def over_cap(policy: Policy, purpose: str, sent: list[tuple[datetime, str]], now: datetime) -> bool:
    for cap in policy.caps:
        if purpose in cap.holds:
            seen = 0
            for at, other in sent:
                if other in cap.counts and (now - at).total_seconds() < cap.window_days * 86_400:
                    seen += 1
            if seen >= cap.limit:
                return True
    return False


def is_refused(policy: Policy, message: Message, state: State, now: datetime) -> bool:
    for no in state.refusals or ():
        over = no.until is not None and no.until <= now
        here = no.channel == "all" or no.channel == message.channel
        if over or not here:
            continue
        if no.scope == "all":
            return True
        if no.scope == "marketing" and message.purpose == "marketing":
            return True
        if no.scope == message.topic:
            if message.purpose == "marketing":
                return True
            if message.topic not in policy.duty_topics:
                return True
    return False


def naive(message: Message, state: State, policy: Policy, now: datetime) -> str:
    """release, hold or drop."""
    if not now < message.expires_at:
        return "drop"
    if state.earlier in ("sent", "dropped"):
        return "drop"
    if is_refused(policy, message, state, now):
        return "drop"
    unknown = None in (state.earlier, state.zone, state.consents, state.refusals, state.sent)
    if unknown or message.channel not in KNOWN:
        return "hold"
    assert state.consents is not None and state.zone is not None and state.sent is not None
    if message.purpose not in state.consents:
        return "hold"
    if message.channel != "app" and not state.reachable:
        return "hold"
    if message.purpose in policy.quiet_purposes and is_quiet(policy, state.zone, now):
        return "hold"
    if over_cap(policy, message.purpose, [(contact.at, contact.purpose) for contact in state.sent], now):
        return "hold"
    return "release"


def first_open_minute(
    message: Message, state: State, policy: Policy, now: datetime, minutes_max: int
) -> datetime | None:
    """The first whole minute after ``now`` at which the naive gate releases, found by trying each."""
    moment = now.astimezone(UTC)
    for _ in range(minutes_max):
        moment += timedelta(minutes=1)
        if naive(message, state, policy, moment) == "release":
            return moment
    return None
