"""Who a customer is, which codes are well formed, and when two names are one. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from brambling.kit.errors import InputRejected
from brambling.kit.text.normal import normalise_name

ROLES = ("legal-representative", "owner", "shareholder", "guarantor", "family", "manager")
# channels that need an address of the customer; messages inside our own app need none
ADDRESSED = ("sms", "phone", "mail", "wecom")

_GBT4754 = re.compile(r"[A-T]?\d{2,4}")
_REGION = re.compile(r"\d{6}|\d{9}|\d{12}")


@dataclass(frozen=True)
class Customer:
    """A business the bank knows.

    ``uscc`` the 18-character unified social credit code (GB 32100-2015); ``gbt4754`` its trade in GB/T 4754, section
    letter optional, 2 to 4 digits; ``region`` an administrative division code (6, 9 or 12 digits); ``zone`` an IANA
    time zone. Raises InputRejected for a code that is not well formed.
    """

    id: UUID
    uscc: str
    name: str
    gbt4754: str
    region: str
    zone: str = "Asia/Shanghai"
    synthetic: bool = False
    opened_on: date = field(kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "uscc", checked_uscc(self.uscc))
        if not normalise_name(self.name):
            raise InputRejected("a customer needs a name", column="name")
        if not _GBT4754.fullmatch(self.gbt4754):
            raise InputRejected(
                f"{self.gbt4754!r} is no trade", column="gbt4754", expected="a GB/T 4754 code like 6210"
            )
        if not _REGION.fullmatch(self.region):
            raise InputRejected(f"{self.region!r} is no region", column="region", expected="6, 9 or 12 digits")
        checked_zone(self.zone)


@dataclass(frozen=True)
class Person:
    """A person related to a customer: every field is personal and encrypted at rest."""

    role: str
    name: str
    id_number: str | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InputRejected(f"{self.role!r} is no role", column="role", expected=f"one of {', '.join(ROLES)}")
        if not normalise_name(self.name):
            raise InputRejected("a related person needs a name", column="name")

    def __repr__(self) -> str:
        return f"Person(role={self.role!r})"


@dataclass(frozen=True)
class Block:
    """A live entry of a blocked list that matches a customer.

    ``matched`` is how: ``uscc``, ``name`` (of the business), ``person-id`` or ``person-name``; ``role`` is that of the
    related person, empty for the business itself. ``expires_on`` is the last day it holds, None for ever.
    """

    list_name: str
    matched: str
    role: str
    reason: str
    source: str
    expires_on: date | None


@dataclass(frozen=True)
class BlockList:
    """A blocked list: how many ``entries`` it has, how many are ``live`` today, from how many ``sources``."""

    name: str
    entries: int
    live: int
    sources: int


def checked_uscc(text: str) -> str:
    """The code in its normal spelling; raises InputRejected when length, alphabet or check digit are wrong."""
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    try:
        code: str = uscc.validate(unicodedata.normalize("NFKC", text))
    except InvalidChecksum:
        raise InputRejected(
            f"{text!r} has a wrong check digit", column="uscc", expected="a valid credit code"
        ) from None
    except InvalidLength:
        raise InputRejected(f"{text!r} is not 18 characters long", column="uscc", expected="a credit code") from None
    except ValidationError:
        raise InputRejected(f"{text!r} is no credit code", column="uscc", expected="like 91110000600037341L") from None
    return code


def checked_zone(text: str) -> str:
    """``text`` when it is a time zone; raises InputRejected otherwise."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise InputRejected(f"{text!r} is no time zone", column="zone", expected="like Asia/Shanghai") from None
    return text
