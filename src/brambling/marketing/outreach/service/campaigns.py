"""Campaigns: open one, put customers in, note what came of it, read it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from brambling.bank import contact
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict, NotFound
from brambling.kit.ids import key_of
from brambling.kit.policy import dump, load
from brambling.marketing.outreach import store
from brambling.marketing.outreach.rules.campaigns import (
    CONTACTED,
    Campaign,
    Member,
    Result,
    arm_of,
    result_of,
    shares_of,
    variant_of,
)
from brambling.marketing.outreach.rules.journeys import stops

# A refusal within a week of a message is laid at its door.
BLAME = timedelta(days=7)


def open_campaign(session: WriteSession, campaign: Campaign, at: datetime) -> None:
    """Open a campaign; the same again changes nothing. Raises Conflict for another one of its name, InputRejected where a
    copy has no stop line."""
    stops(campaign.texts)
    if not store.add_campaign(session, campaign.name, dump(campaign), at) and get(session, campaign.name) != campaign:
        raise Conflict(f"campaign {campaign.name!r} is already open with other content")


def get(session: ReadSession, name: str) -> Campaign:
    """The campaign; raises NotFound."""
    row = store.find_campaign(session, name)
    if row is None:
        raise NotFound(f"no campaign {name!r}")
    return load(Campaign, row["definition"])


def put_in(
    session: WriteSession, name: str, customers: Iterable[UUID], clock: Clock, *, seed: int, gate: contact.Gate
) -> dict[str, int]:
    """Put customers into a campaign: its hold-outs are left alone, for all others the gate is asked. Counts by arm.

    The shares of the copies are those of what is known when the batch comes in. Who is in already stays as he is; what
    the gate lets pass goes out by its own sweep, judged again at that moment.
    """
    campaign, now = get(session, name), clock.now()
    lock(session, "campaign", name)
    shares = {copy: share for copy, (_, share) in shares_of(campaign, members(session, name, gate), seed).items()}
    counts: dict[str, int] = {}
    for customer_id in customers:
        arm = arm_of(campaign, str(customer_id))
        variant = variant_of(campaign, str(customer_id), shares) if arm == CONTACTED else None
        row = {"campaign": name, "customer_id": customer_id, "arm": arm, "variant": variant, "joined_at": now}
        if not store.add_member(session, row):
            continue
        counts[arm] = counts.get(arm, 0) + 1
        if variant is not None:
            contact.ask(session, _message(campaign, customer_id, variant, now), clock, gate=gate)
    return counts


def note_success(session: WriteSession, name: str, customer_id: UUID, at: datetime) -> bool:
    """Note that a member did what the campaign is for, contacted or not; True the first time."""
    return store.mark_success(session, name, customer_id, at)


def members(session: ReadSession, name: str, gate: contact.Gate) -> list[Member]:
    """The members with what became of their message; a refusal counts against the copy sent in the week before it."""
    found = []
    for row in store.members(session, name):
        sent_at = _sent_at(session, name, row["customer_id"], gate) if row["arm"] == CONTACTED else None
        noes = contact.refusals(session, row["customer_id"]) if sent_at else []
        refused = any(sent_at is not None and sent_at <= no.at < sent_at + BLAME for _, no in noes)
        found.append(
            Member(row["arm"], row["variant"] or "", sent_at is not None, row["succeeded_at"] is not None, refused)
        )
    return found


def read_out(session: ReadSession, name: str, *, seed: int, gate: contact.Gate) -> Result:
    """What came of a campaign so far; raises NotFound."""
    return result_of(get(session, name), members(session, name, gate), seed)


def _sent_at(session: ReadSession, name: str, customer_id: UUID, gate: contact.Gate) -> datetime | None:
    key = key_of("campaign", name, customer_id)
    for entry in contact.ledger(session, customer_id, state="sent", gate=gate):
        if entry.message.id == key:
            return entry.sent_at
    return None


def _message(campaign: Campaign, customer_id: UUID, variant: str, now: datetime) -> contact.Message:
    return contact.Message(
        id=key_of("campaign", campaign.name, customer_id),
        customer_id=customer_id,
        channel=campaign.channel,
        purpose="marketing",
        topic=campaign.topic,
        campaign=campaign.name,
        text=campaign.texts[variant],
        expires_at=now + timedelta(days=campaign.days),
    )
