"""The pure gate against a naive one, and the laws that hold for every message."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from brambling.bank.contact import Contact, Message, Policy, Refusal, State, judge, standard_policy, verdict_text
from brambling.bank.contact.report import REASONS
from brambling.kit.errors import InputRejected, InvariantBroken

sys.path.insert(0, str(Path(__file__).parent))
from naive import first_open_minute, naive

POLICY = standard_policy()
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # in Beijing
ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Europe/Prague", "America/New_York", "Australia/Lord_Howe", "UTC"]
TOPICS = ["credit", "wealth", "repayment"]
CHANNELS = ["sms", "app", "phone"]
MESSAGE = Message(UUID(int=1), UUID(int=2), "sms", "marketing", "credit", "spring", "text", NOON + timedelta(days=3))
OPEN = State("new", "Asia/Shanghai", frozenset({"marketing", "service"}), (), (), True)

instants = st.integers(0, 400 * 24 * 60).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
refusals = st.builds(
    Refusal,
    scope=st.sampled_from([*TOPICS, "marketing", "all"]),
    channel=st.sampled_from([*CHANNELS, "all"]),
    at=instants,
    until=st.none() | instants,
)
contacts = st.builds(Contact, at=instants, purpose=st.sampled_from(["service", "marketing"]))
messages = st.builds(
    Message,
    id=st.just(UUID(int=1)),
    customer_id=st.just(UUID(int=2)),
    channel=st.sampled_from([*CHANNELS, "pigeon"]),
    purpose=st.sampled_from(["service", "marketing"]),
    topic=st.sampled_from(TOPICS),
    campaign=st.just("c"),
    text=st.just("t"),
    expires_at=instants,
)
states = st.builds(
    State,
    earlier=st.sampled_from(["new", "new", "open", "open", "sent", "dropped", None]),
    zone=st.sampled_from([*ZONES, None]),
    consents=st.none() | st.frozensets(st.sampled_from(["service", "marketing"])),
    refusals=st.none() | st.lists(refusals, max_size=2).map(tuple),
    sent=st.none() | st.lists(contacts, max_size=4).map(tuple),
    reachable=st.sampled_from([True, True, False, None]),
)


def codes(message: Message, state: State, now: datetime = NOON, policy: Policy = POLICY) -> list[str]:
    return [reason.code for reason in judge(message, state, policy, now).reasons]


@given(messages, states, instants)
@settings(max_examples=400)
def test_the_verdict_is_that_of_the_naive_gate(message: Message, state: State, now: datetime) -> None:
    verdict = judge(message, state, POLICY, now)
    assert verdict.outcome == naive(message, state, POLICY, now)
    assert (verdict.outcome == "release") == (not verdict.reasons)
    assert verdict.not_before is None or verdict.not_before > now
    assert all(reason.code in REASONS for reason in verdict.reasons)
    assert verdict_text(verdict, "UTC", "en") and verdict_text(verdict, "UTC", "zh")


@given(st.sampled_from(ZONES), instants, st.lists(st.integers(0, 8 * 24 * 60), max_size=2))
@settings(max_examples=15, deadline=None)
def test_not_before_is_the_first_minute_that_is_open(zone: str, now: datetime, ago: list[int]) -> None:
    message = replace(MESSAGE, expires_at=now + timedelta(days=60))
    state = replace(OPEN, zone=zone, sent=tuple(Contact(now - timedelta(minutes=m), "marketing") for m in ago))
    verdict = judge(message, state, POLICY, now)
    moment, steps = now, 0
    while verdict.outcome == "hold":
        assert verdict.not_before is not None and verdict.not_before > moment
        moment, steps = verdict.not_before, steps + 1
        verdict = judge(message, state, POLICY, moment)
    if steps:
        # judged again whenever it says so, it goes out at the very first minute that the naive gate opens
        assert moment == first_open_minute(message, state, POLICY, now, 9 * 24 * 60)


@given(messages, states, instants)
@settings(max_examples=200)
def test_knowing_less_never_releases(message: Message, state: State, now: datetime) -> None:
    for field in ("earlier", "zone", "consents", "refusals", "sent"):
        assert judge(message, replace(state, **{field: None}), POLICY, now).outcome != "release"  # type: ignore[arg-type]
    if message.channel == "sms":
        assert judge(message, replace(state, reachable=None), POLICY, now).outcome != "release"


@given(messages, states, instants, refusals, contacts)
@settings(max_examples=200)
def test_one_more_refusal_or_contact_never_opens_the_gate(
    message: Message, state: State, now: datetime, no: Refusal, contact: Contact
) -> None:
    rank = {"release": 0, "hold": 1, "drop": 2}
    before = rank[judge(message, state, POLICY, now).outcome]
    if state.refusals is not None:
        more = replace(state, refusals=(*state.refusals, no))
        assert rank[judge(message, more, POLICY, now).outcome] >= before
    if state.sent is not None:
        more = replace(state, sent=(*state.sent, contact))
        assert rank[judge(message, more, POLICY, now).outcome] >= before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "Mars/Olympus"}, "unknown"),
        ({"consents": frozenset({"service"})}, "no-consent"),
        ({"reachable": False}, "no-address"),
        ({"earlier": "sent"}, "duplicate"),
        ({"refusals": (Refusal("credit", "all", NOON),)}, "refused"),
        ({"refusals": (Refusal("marketing", "sms", NOON + timedelta(hours=1)),)}, "refused"),
        ({"sent": (Contact(NOON - timedelta(hours=23), "marketing"),)}, "cap"),
        ({"sent": tuple(Contact(NOON - timedelta(minutes=m), "service") for m in (1, 2, 3))}, "cap"),
    ],
)
def test_each_reason_is_told(change: dict[str, object], code: str) -> None:
    assert codes(MESSAGE, OPEN) == []
    assert codes(MESSAGE, replace(OPEN, **change)) == [code]  # type: ignore[arg-type]


def test_a_duty_message_passes_a_refused_topic_but_not_a_refusal_of_all() -> None:
    duty = replace(MESSAGE, purpose="service", topic="repayment")
    assert (
        codes(duty, replace(OPEN, refusals=(Refusal("repayment", "all", NOON), Refusal("marketing", "all", NOON))))
        == []
    )
    assert codes(duty, replace(OPEN, refusals=(Refusal("all", "all", NOON),))) == ["refused"]
    assert codes(replace(duty, topic="credit"), replace(OPEN, refusals=(Refusal("credit", "all", NOON),))) == [
        "refused"
    ]


def test_quiet_hours_are_those_of_the_customer() -> None:
    evening = datetime(2026, 3, 10, 13, 30, tzinfo=UTC)  # 21:30 in Beijing, 14:30 in Prague
    verdict = judge(MESSAGE, OPEN, POLICY, evening)
    assert verdict.not_before == datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
    assert "21:00" in verdict_text(verdict, "Asia/Shanghai", "en") and "2026-03-11 09:00" in verdict_text(
        verdict, "Asia/Shanghai", "en"
    )
    assert judge(MESSAGE, replace(OPEN, zone="Europe/Prague"), POLICY, evening).outcome == "release"


def test_without_quiet_hours_and_with_a_cap_of_none() -> None:
    free = replace(POLICY, quiet_end=POLICY.quiet_start, caps=())
    assert judge(MESSAGE, OPEN, free, datetime(2026, 3, 10, 18, tzinfo=UTC)).outcome == "release"
    never = replace(POLICY, caps=(replace(POLICY.caps[0], limit=0),))
    verdict = judge(MESSAGE, OPEN, never, NOON)
    assert (verdict.outcome, verdict.not_before) == ("hold", None)


def test_a_policy_or_message_without_sense_is_refused() -> None:
    with pytest.raises(InputRejected, match="no time of day"):
        replace(POLICY, quiet_start="25:00")
    with pytest.raises(InputRejected, match="no purpose"):
        replace(POLICY, quiet_purposes=("spam",))
    with pytest.raises(InputRejected, match="a cap of"):
        replace(POLICY.caps[0], window_days=0)
    with pytest.raises(InvariantBroken):
        replace(MESSAGE, expires_at=datetime(2026, 3, 11))


class Campaigns(RuleBasedStateMachine):
    """Many campaigns, one customer, time that moves: at every moment both gates agree and the caps hold."""

    @initialize(zone=st.sampled_from(ZONES))
    def begin(self, zone: str) -> None:
        self.now = NOON
        self.zone = zone
        self.consents: set[str] = set()
        self.refusals: list[Refusal] = []
        self.sent: list[Contact] = []
        self.open: dict[UUID, Message] = {}
        self.became: dict[UUID, str] = {}
        self.keys = count(1)

    def state(self, message: Message) -> State:
        earlier = self.became.get(message.id, "new")
        return State(earlier, self.zone, frozenset(self.consents), tuple(self.refusals), tuple(self.sent), True)

    def put(self, message: Message) -> None:
        state = self.state(message)
        verdict = judge(message, state, POLICY, self.now)
        assert verdict.outcome == naive(message, state, POLICY, self.now)
        if state.earlier in ("sent", "dropped"):
            assert verdict.outcome == "drop"
            return
        self.became[message.id] = {"release": "sent", "hold": "open", "drop": "dropped"}[verdict.outcome]
        self.open.pop(message.id, None)
        if verdict.outcome == "hold":
            self.open[message.id] = message
        if verdict.outcome == "release":
            self.sent.append(Contact(self.now, message.purpose))

    @rule(minutes=st.integers(1, 3 * 24 * 60))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(purpose=st.sampled_from(["marketing", "service"]), given=st.booleans())
    def consent(self, purpose: str, given: bool) -> None:
        (self.consents.add if given else self.consents.discard)(purpose)

    @rule(no=refusals, days=st.none() | st.integers(1, 20))
    def refuse(self, no: Refusal, days: int | None) -> None:
        until = None if days is None else self.now + timedelta(days=days)
        # mostly refusals that end, so that the campaign goes on
        self.refusals.append(replace(no, at=self.now, until=until or self.now + timedelta(hours=6)))

    @rule(
        channel=st.sampled_from(CHANNELS),
        purpose=st.sampled_from(["marketing", "service"]),
        topic=st.sampled_from(TOPICS),
        hours=st.integers(0, 200),
    )
    def message(self, channel: str, purpose: str, topic: str, hours: int) -> None:
        key, expires = UUID(int=next(self.keys)), self.now + timedelta(hours=hours)
        self.put(Message(key, UUID(int=2), channel, purpose, topic, "c", "t", expires))

    @precondition(lambda self: self.open)
    @rule()
    def sweep(self) -> None:
        for message in list(self.open.values()):
            self.put(message)

    @precondition(lambda self: self.became)
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.became)))
        self.put(self.open.get(key, replace(MESSAGE, id=key, expires_at=self.now + timedelta(days=9))))

    @invariant()
    def caps_hold(self) -> None:
        marketing = [contact.at for contact in self.sent if contact.purpose == "marketing"]
        for days, limit in ((1, 1), (7, 2), (30, 4)):
            for first in marketing:
                assert sum(first <= at < first + timedelta(days=days) for at in marketing) <= limit


TestCampaigns = Campaigns.TestCase
TestCampaigns.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def campaign(events: int, seed: int, customers: int) -> dict[str, int]:
    """Random messages, refusals and consents over ``customers``; both gates judge each message. Counts outcomes."""
    draw = random.Random(seed)
    now, counts = NOON, {"release": 0, "hold": 0, "drop": 0}
    consents = [{"marketing", "service"} for _ in range(customers)]
    no: list[list[Refusal]] = [[] for _ in range(customers)]
    sent: list[list[Contact]] = [[] for _ in range(customers)]
    for number in range(events):
        now += timedelta(seconds=draw.randrange(1, 240))
        who = draw.randrange(customers)
        chance = draw.random()
        if chance < 0.01:
            until = now + timedelta(hours=draw.randrange(1, 400))
            no[who].append(
                Refusal(draw.choice([*TOPICS, "marketing", "all"]), draw.choice([*CHANNELS, "all"]), now, until)
            )
            no[who] = no[who][-5:]
            continue
        if chance < 0.02:
            consents[who] ^= {draw.choice(["marketing", "service"])}
            continue
        purpose, topic, channel = draw.choice(["marketing", "service"]), draw.choice(TOPICS), draw.choice(CHANNELS)
        expires = now + timedelta(hours=draw.randrange(0, 100))
        message = Message(UUID(int=number), UUID(int=who), channel, purpose, topic, "c", "t", expires)
        recent = tuple(contact for contact in sent[who] if contact.at > now - timedelta(days=30))
        state = State("new", ZONES[who % len(ZONES)], frozenset(consents[who]), tuple(no[who]), recent, True)
        verdict = judge(message, state, POLICY, now)
        assert verdict.outcome == naive(message, state, POLICY, now)
        counts[verdict.outcome] += 1
        if verdict.outcome == "release":
            sent[who] = [*recent, Contact(now, purpose)]
            marketing = [contact.at for contact in sent[who] if contact.purpose == "marketing"]
            assert purpose == "service" or sum(at > now - timedelta(days=7) for at in marketing) <= 2
    return counts


def test_a_campaign_over_many_customers_agrees_with_the_naive_gate() -> None:
    counts = campaign(3_000, seed=7, customers=60)
    assert min(counts.values()) > 50


@pytest.mark.story
def test_a_million_events_agree_with_the_naive_gate() -> None:
    counts = campaign(1_000_000, seed=11, customers=20_000)
    assert min(counts.values()) > 10_000
