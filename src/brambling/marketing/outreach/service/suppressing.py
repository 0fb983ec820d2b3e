"""Whom outside platforms must leave alone, as hashes: a refusal made here enters every platform's suppression list.

A platform compares SHA-256 of the address in the form it asks for; with a salt agreed with it nobody else can. What is
written is an address's hash and nothing about its owner, the reason least of all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from brambling.bank import consent, contact, customers
from brambling.kit.clock import Clock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import ReadSession
from brambling.kit.errors import InputRejected

IDENTIFIERS = ("phone", "mail")
PLATFORMS = ("any", "e164", "bare")


def suppressed(
    session: ReadSession, clock: Clock, *, platform: str = "any", salt: str = "", cipher: FieldCipher | None = None
) -> list[tuple[str, str]]:
    """``(identifier, hash)`` of everybody who must not be shown our advertising anywhere, sorted and without doubles.

    Everybody is on it who has refused all or all that sells, has not consented to marketing or withdrew it, or is on a
    blocked list. ``platform`` says how a phone number is written before hashing: ``e164`` (+86...), ``bare`` (without
    country), or both. Raises InputRejected for a platform of another name.
    """
    if platform not in PLATFORMS:
        raise InputRejected(f"{platform!r} is no platform", expected=", ".join(PLATFORMS))
    now, today = clock.now(), clock.today()
    found: set[tuple[str, str]] = set()
    for customer_id in _everyone(session):
        if may_be_shown(session, customer_id, now, today):
            continue
        for channel in ("sms", "phone", "mail"):
            address = customers.address(session, customer_id, channel, cipher=cipher)
            if address:
                kind = "mail" if channel == "mail" else "phone"
                found |= {(kind, _hash(form, salt)) for form in forms(kind, address, platform)}
    return sorted(found)


def may_be_shown(session: ReadSession, customer_id: UUID, now: datetime, today: date) -> bool:
    """Whether a customer may be part of an audience outside: consented, not refused whatever the channel, not blocked."""
    if not consent.has(session, customer_id, "marketing", now) or customers.blocked(session, customer_id, today):
        return False
    return not any(no.until is None or no.until > now for _, no in contact.refusals(session, customer_id))


def forms(kind: str, address: str, platform: str) -> list[str]:
    """How an address is written before it is hashed."""
    if kind == "mail":
        return [address.strip().lower()]
    bare = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[^\d+]", "", address))
    international = bare if bare.startswith("+") else f"+86{bare}"
    return {"any": [bare, international], "e164": [international], "bare": [bare]}[platform]


def _hash(text: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _everyone(session: ReadSession) -> Iterator[UUID]:
    after: UUID | None = None
    while page := customers.ids_after(session, after):
        yield from page
        after = page[-1]
