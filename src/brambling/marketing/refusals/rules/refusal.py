"""What a reading of a refusal is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

PRODUCTS = ("credit", "wealth", "insurance", "payments")
CHANNELS = ("sms", "app", "phone", "mail", "wecom")
Strength = Literal["soft", "plain", "strong"]

EVERYTHING = frozenset({"all"})
ALL_THAT_SELLS = frozenset({"marketing"})
EVERYWHERE = frozenset({"all"})


@dataclass(frozen=True)
class Refusal:
    """What a message wishes of the bank's messages: to have them ended, or (``lifts``) to have them again.

    ``scopes``: ``all`` (service messages too), ``marketing`` (all that sells), or products. ``channels``: ``all``, or
    some of CHANNELS. ``until`` is the first day on which contact is welcome again, None for ever. ``strength``:
    ``soft`` (put off, or politely declined), ``plain``, ``strong`` (anger, threat). ``clear`` is False where the wish
    was inferred rather than said: it is recorded all the same, in its narrowest sense, and the customer is asked.
    """

    scopes: frozenset[str]
    channels: frozenset[str]
    until: date | None
    strength: Strength
    lifts: bool = False
    clear: bool = True
