"""The one gate: ask it, send through it, refuse, and let what was held go when its time comes.

Everything that may change a verdict on a customer's messages (a send, a refusal, a consent) takes that customer's lock
for its transaction. So caps hold with any number of workers, and once :func:`refuse` has returned no message leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from brambling.bank.consent import service as consent
from brambling.bank.contact import store
from brambling.bank.contact.channels import ChannelPort, Delivery
from brambling.bank.contact.rules import (
    ALL,
    CHANNELS,
    Message,
    Outcome,
    Policy,
    Reason,
    Refusal,
    State,
    Verdict,
    judge,
)
from brambling.bank.customers import service as customers
from brambling.bank.customers.rules import ADDRESSED
from brambling.bank.events.rules import Event
from brambling.bank.events.service import Bus
from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher, row_key
from brambling.kit.db import Database, ReadSession, WriteSession
from brambling.kit.db.locks import lock, try_lock
from brambling.kit.errors import BramblingError, Conflict, InputRejected, NotFound, PartUnavailable
from brambling.kit.ids import new_id
from brambling.kit.log import logger
from brambling.kit.policy import read_policy

_SILENT = Bus()
_KINDS = {"release": "contact.released", "hold": "contact.held", "drop": "contact.dropped"}
_ADDRESSED_TO = ("customer_id", "channel", "purpose", "topic", "campaign")
_SAME = (*_ADDRESSED_TO, "expires_at")


@dataclass(frozen=True)
class Sent:
    """What became of a message: ``sent``, ``held`` or ``dropped``, and the verdict behind it."""

    message_id: UUID
    outcome: str
    verdict: Verdict


@dataclass(frozen=True)
class Swept:
    """What a sweep did. ``busy`` messages belong to customers whom another worker was serving, ``failed`` ones broke;
    the next sweep tries both again."""

    sent: int
    held: int
    dropped: int
    busy: int
    failed: int


@dataclass(frozen=True)
class Entry:
    """One line of the contact ledger: a message, what became of it, and the latest verdict."""

    message: Message
    state: str
    asked_at: datetime
    judged_at: datetime
    sent_at: datetime | None
    not_before: datetime | None
    outcome: Outcome
    reasons: tuple[Reason, ...]
    policy_version: str

    @property
    def verdict(self) -> Verdict:
        """The latest verdict on the message."""
        return Verdict(self.outcome, self.reasons, self.not_before)


@cache
def standard_policy() -> Policy:
    """The policy that ships with the house."""
    return read_policy(Path(__file__).parent / "policies" / "gate-1.yaml", Policy)


@dataclass(frozen=True)
class Gate:
    """What judging needs besides the message: the policy, the cipher and who is told. The defaults are the house's."""

    policy: Policy | None = None
    cipher: FieldCipher | None = None
    bus: Bus = _SILENT

    @property
    def rules(self) -> Policy:
        return self.policy or standard_policy()

    @property
    def keys(self) -> FieldCipher:
        return customers.house_cipher(self.cipher)


_HOUSE = Gate()


# -- asking and sending -------------------------------------------------------------------------------------------------


def ask(session: WriteSession, message: Message, clock: Clock, *, gate: Gate = _HOUSE, revise: bool = False) -> Verdict:
    """Put ``message`` before the gate without sending it; the verdict is kept in the ledger.

    A message that is not dropped stays open: :func:`send` or the next :func:`release_due` judges it again and sends it.
    With ``revise`` new words and a new expiry replace those of an open message with its key; one that was sent or
    dropped stays as it was, and is never sent twice. Raises NotFound for an unknown customer and Conflict when another
    message has its key.
    """
    return _pass(session, _revised(session, message, gate) if revise else message, clock.now(), None, gate)


def send(
    session: WriteSession,
    message: Message,
    clock: Clock,
    channel: ChannelPort,
    *,
    gate: Gate = _HOUSE,
    revise: bool = False,
) -> Sent:
    """Judge ``message`` and, when released, hand it to ``channel``: the only way out of the house.

    The hand-over lies inside the transaction that marks it as sent, under the customer's lock. A crash between the two
    leads to a second hand-over with the same key, which the channel must swallow. A channel that does not answer holds
    the message for a while. ``revise`` as in :func:`ask`. Raises NotFound and Conflict as :func:`ask` does.
    """
    message = _revised(session, message, gate) if revise else message
    verdict = _pass(session, message, clock.now(), channel, gate)
    words = {"release": "sent", "hold": "held", "drop": "dropped"}
    return Sent(message.id, words[verdict.outcome], verdict)


def release_due(
    database: Database, clock: Clock, channel: ChannelPort, *, gate: Gate = _HOUSE, limit: int = 500
) -> Swept:
    """Judge again up to ``limit`` open messages whose time has come and send those that are released.

    One transaction a message. A customer whom another worker is serving is left for the next sweep, so two sweeps
    never wait for each other.
    """
    with database.read() as reading:
        ids = store.due(reading, clock.now(), limit)
    done = dict.fromkeys(("sent", "held", "dropped", "busy", "failed"), 0)
    for contact_id in ids:
        try:
            done[_release_one(database, contact_id, clock, channel, gate)] += 1
        except BramblingError as error:  # one broken message must not keep all others in
            logger("contact").error("release failed", message=str(contact_id), error=str(error))
            done["failed"] += 1
    return Swept(**done)


def review(session: WriteSession, customer_id: UUID, clock: Clock, *, gate: Gate = _HOUSE) -> int:
    """Judge the customer's open messages again without sending any, so that the ledger says at once what no longer may
    go out; returns how many there were."""
    lock(session, "contact", customer_id)  # before they are read: nobody sends or revises them meanwhile
    ids = store.open_of(session, customer_id)
    for contact_id in ids:
        row = store.find(session, contact_id)
        if row is not None:
            _pass(session, _message(row, gate.keys), clock.now(), None, gate)
    return len(ids)


def _release_one(database: Database, contact_id: UUID, clock: Clock, channel: ChannelPort, gate: Gate) -> str:
    with database.write() as session:
        row = store.find(session, contact_id)
        if row is None or not try_lock(session, "contact", row["customer_id"]):
            return "busy"
        row = store.find(session, contact_id)  # again, under the lock: it may have gone out or been revised
        if row is None or row["state"] != "open":
            return "busy"
        return send(session, _message(row, gate.keys), clock, channel, gate=gate).outcome


def _revised(session: WriteSession, message: Message, gate: Gate) -> Message:
    """The message that counts under the key: the new one where it may replace an open one, else the one that is there."""
    lock(session, "contact", message.customer_id)
    row = store.find(session, message.id)
    if row is None or any(row[name] != getattr(message, name) for name in _ADDRESSED_TO):
        return message  # new, or somebody else's key, which is a conflict
    there = _message(row, gate.keys)
    if row["state"] != "open" or there == message:
        return there
    encrypted = gate.keys.encrypt(message.text, row_key("contacts", "text", message.id))
    store.update_contact(session, message.id, {"text_encrypted": encrypted, "expires_at": message.expires_at})
    return message


def _pass(session: WriteSession, message: Message, now: datetime, channel: ChannelPort | None, gate: Gate) -> Verdict:
    customer = customers.get(session, message.customer_id)
    lock(session, "contact", message.customer_id)
    row = store.find(session, message.id)
    if row is not None and (_message(row, gate.keys) != message):
        raise Conflict(f"message {message.id} is already there with other content")
    address = None
    if message.channel in ADDRESSED:
        address = customers.address(session, message.customer_id, message.channel, cipher=gate.cipher)
    state = State(
        earlier=row["state"] if row else "new",
        zone=customer.zone,
        consents=_consents(session, message.customer_id, now),
        refusals=tuple(refusal for _, refusal in store.standing_refusals(session, message.customer_id)),
        sent=store.sent_since(session, message.customer_id, now - timedelta(days=gate.rules.window_days_max)),
        reachable=address is not None or message.channel not in ADDRESSED,
    )
    verdict = judge(message, state, gate.rules, now)
    if channel is not None and verdict.outcome == "release":
        verdict = _deliver(message, address, channel, now, gate.rules)
    sent = channel is not None and verdict.outcome == "release"
    passage = _Passage(message, row, verdict, now, sent)
    _write_contact(session, passage, gate)
    _write_verdict(session, passage, gate)
    return verdict


def _deliver(message: Message, address: str | None, channel: ChannelPort, now: datetime, policy: Policy) -> Verdict:
    try:
        channel.deliver(Delivery(message.id, message.customer_id, message.channel, address, message.text))
    except PartUnavailable:
        later = now + timedelta(minutes=policy.retry_minutes)
        return Verdict("hold", (Reason("channel-failed", "hold", (("channel", message.channel),), later),), later)
    return Verdict("release")


def _consents(session: ReadSession, customer_id: UUID, now: datetime) -> frozenset[str]:
    """Purposes consented to now. A withdrawal counts from when it is known, also where another worker's clock is ahead."""
    changes = consent.history(session, customer_id)
    withdrawn = {change.purpose for change in changes if not change.given and change.at > now}
    given = {change.purpose for change in changes if change.given}
    return frozenset(purpose for purpose in given - withdrawn if consent.has(session, customer_id, purpose, now))


@dataclass(frozen=True)
class _Passage:
    """One message at the gate: its row before (None for a new one), the verdict, and whether it was handed over."""

    message: Message
    row: RowMapping | None
    verdict: Verdict
    at: datetime
    sent: bool


def _write_contact(session: WriteSession, passage: _Passage, gate: Gate) -> None:
    message, row, outcome = passage.message, passage.row, passage.verdict.outcome
    state = "sent" if passage.sent else "dropped" if outcome == "drop" else "open"
    changing = {"state": state, "judged_at": passage.at, "not_before": passage.verdict.not_before}
    if passage.sent:
        changing["sent_at"] = passage.at
    if row is None:
        fixed: dict[str, Any] = {name: getattr(message, name) for name in ("id", *_SAME)}
        fixed["text_encrypted"] = gate.keys.encrypt(message.text, row_key("contacts", "text", message.id))
        store.insert_row(session, store.contacts, {**fixed, "asked_at": passage.at, **changing})
    elif row["state"] == "open":  # what was sent or dropped stays so
        store.update_contact(session, message.id, changing)


def _write_verdict(session: WriteSession, passage: _Passage, gate: Gate) -> None:
    message, verdict = passage.message, passage.verdict
    reasons = [_plain(reason) for reason in verdict.reasons]
    latest = store.verdicts_of(session, message.id)[-1:] if passage.row else []
    if latest and not passage.sent and (latest[0]["outcome"], latest[0]["reasons"]) == (verdict.outcome, reasons):
        return  # a sweep that finds nothing new does not fill the ledger
    row = {"contact_id": message.id, "at": passage.at, "outcome": verdict.outcome, "reasons": reasons}
    more = {"not_before": verdict.not_before, "policy_version": gate.rules.version, "sent": passage.sent}
    store.insert_row(session, store.contact_verdicts, {**row, **more})
    kind = "contact.sent" if passage.sent else _KINDS[verdict.outcome]
    data = {name: getattr(message, name) for name in ("channel", "purpose", "topic", "campaign")}
    data |= {"message": str(message.id), "reasons": [reason.code for reason in verdict.reasons]}
    gate.bus.publish(session, Event(new_id(passage.at), message.customer_id, kind, passage.at, data))


# -- refusing -------------------------------------------------------------------------------------------------------------


def refuse(
    session: WriteSession,
    customer_id: UUID,
    scope: str,
    channel: str,
    *,
    at: datetime,
    words: str,
    until: datetime | None = None,
    gate: Gate = _HOUSE,
) -> UUID:
    """Note a customer's no and return its id. ``scope`` is a topic, ``marketing`` or ``all``; ``channel`` one or ``all``.

    Waits for a message that is on its way to this customer; once it has returned, none leaves that it forbids. ``words``
    are the customer's own, kept encrypted. Raises InputRejected for an unknown channel or an end before the beginning.
    """
    if channel not in (ALL, *CHANNELS):
        raise InputRejected(f"{channel!r} is no channel", column="channel", expected=f"all or {', '.join(CHANNELS)}")
    if not scope.strip():
        raise InputRejected("a refusal needs a scope", column="scope", expected="a topic, marketing or all")
    if until is not None and until <= at:
        raise InputRejected("a refusal ends before it begins", column="until", expected="a later time")
    customers.get(session, customer_id)
    lock(session, "contact", customer_id)
    key = new_id(at)
    row = {"id": key, "customer_id": customer_id, "scope": scope, "channel": channel, "at": at, "until": until}
    encrypted = gate.keys.encrypt(words, row_key("contact_refusals", "words", key))
    after = store.last_verdict(session)
    store.insert_row(session, store.contact_refusals, {**row, "words_encrypted": encrypted, "after_verdict": after})
    data = {"refusal": str(key), "scope": scope, "channel": channel, "until": until.isoformat() if until else None}
    gate.bus.publish(session, Event(new_id(at), customer_id, "contact.refused", at, data))
    return key


def lift(session: WriteSession, refusal_id: UUID, at: datetime, words: str, *, gate: Gate = _HOUSE) -> None:
    """Note that the customer took a refusal back; only the customer can. Lifting it twice changes nothing.

    Raises NotFound when there is no such refusal.
    """
    row = store.find_refusal(session, refusal_id)
    if row is None:
        raise NotFound(f"no refusal {refusal_id}")
    lock(session, "contact", row["customer_id"])
    if store.is_lifted(session, refusal_id):
        return
    encrypted = gate.keys.encrypt(words, row_key("contact_refusal_lifts", "words", refusal_id))
    lifted = {"refusal_id": refusal_id, "at": at, "words_encrypted": encrypted}
    store.insert_row(session, store.contact_refusal_lifts, {**lifted, "after_verdict": store.last_verdict(session)})
    data = {"refusal": str(refusal_id), "scope": row["scope"], "channel": row["channel"]}
    gate.bus.publish(session, Event(new_id(at), row["customer_id"], "contact.refusal-lifted", at, data))


def refusals(session: ReadSession, customer_id: UUID) -> list[tuple[UUID, Refusal]]:
    """The customer's refusals that stand (some may have ended by themselves), the oldest first, with their ids."""
    return store.standing_refusals(session, customer_id)


# -- the ledger of contacts -----------------------------------------------------------------------------------------------


def ledger(
    session: ReadSession,
    customer_id: UUID | None = None,
    limit: int = 100,
    *,
    state: str = "",
    channel: str = "",
    gate: Gate = _HOUSE,
) -> list[Entry]:
    """Messages with what became of them and why, the one judged last first.

    Of one customer, in one state (``open``, ``sent``, ``dropped``), or on one channel where given.
    """
    times = ("state", "asked_at", "judged_at", "sent_at", "not_before", "outcome", "policy_version")
    return [
        Entry(_message(row, gate.keys), **{name: row[name] for name in times}, reasons=_reasons(row["reasons"]))
        for row in store.newest(session, customer_id, limit, state=state, channel=channel)
    ]


def verdicts(session: ReadSession, message_id: UUID) -> list[tuple[datetime, Verdict]]:
    """Every verdict on a message with its time, the first first."""
    return [
        (row["at"], Verdict(row["outcome"], _reasons(row["reasons"]), row["not_before"]))
        for row in store.verdicts_of(session, message_id)
    ]


def check(session: ReadSession) -> list[str]:
    """The invariants of the gate, asserted in production: one line for each message that breaks one; empty is right."""
    past = [f"message {key} was sent past a refusal" for key in store.sent_past_a_refusal(session)]
    return past + [f"message {key} was sent without a release" for key in store.sent_without_release(session)]


def _message(row: RowMapping, cipher: FieldCipher) -> Message:
    text = cipher.decrypt(row["text_encrypted"], row_key("contacts", "text", row["id"]))
    return Message(row["id"], **{name: row[name] for name in _SAME}, text=text)


def _plain(reason: Reason) -> dict[str, Any]:
    until = reason.not_before.isoformat() if reason.not_before else None
    return {"code": reason.code, "outcome": reason.outcome, "params": dict(reason.params), "not_before": until}


def _reasons(rows: list[dict[str, Any]]) -> tuple[Reason, ...]:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return tuple(
        Reason(row["code"], row["outcome"], tuple(row["params"].items()), moment(row["not_before"])) for row in rows
    )
