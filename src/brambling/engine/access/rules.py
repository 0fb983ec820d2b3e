"""Users, roles and what holds of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from brambling.kit.errors import InputRejected, NotAllowed

ROLES = (
    "owner",  # of a small business: sees what is his own
    "officer",
    "modeller",
    "approver",
    "investment_manager",
    "company_manager",  # of a wealth company: no person of the bank, sees his own company's products
    "marketer",
    "desk",
    "operator",
    "auditor",
)
# Acting for the bank and checking the bank are never one person's; nor is making a model and releasing it.
APART = (frozenset({"auditor", "operator"}), frozenset({"modeller", "approver"}))

PASSWORD_LENGTH_MIN = 12  # NIST SP 800-63B asks for length, not for kinds of characters
SESSION_HOURS = 12
FAILURES_MAX = 5
FAILURES_WINDOW = timedelta(minutes=15)

_NAME = re.compile(r"^[\w.@+-]{2,64}$")


@dataclass(frozen=True)
class User:
    """Who acts. ``business_id`` is the business of an ``owner``, None for people of the bank."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    business_id: UUID | None
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """A session: give ``token`` to the browser; only its hash is stored."""

    user: User
    token: str
    until: datetime


@dataclass(frozen=True)
class SignInFailed:
    """Why nobody was signed in: ``wrong`` (name or password, it is not said which) or ``locked`` (too many tries)."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the audit trail: ``actor`` did ``act`` to ``thing``."""

    number: int
    at: datetime
    actor: str
    act: str
    thing: str
    thing_id: str
    detail: Mapping[str, Any]


def checked_name(name: str) -> str:
    """The user name in its stored form (lower case); raises InputRejected when it is none."""
    if not _NAME.match(name):
        raise InputRejected(f"{name!r} is not a user name", expected="2 to 64 letters, digits, or . _ @ + -")
    return name.lower()


def checked_password(password: str, name: str) -> str:
    """The password; raises InputRejected when it is too short or is the name."""
    if len(password) < PASSWORD_LENGTH_MIN or password.lower() == name.lower():
        raise InputRejected(
            "the password is too weak", expected=f"at least {PASSWORD_LENGTH_MIN} characters that are not the name"
        )
    if len(password) > 1024:
        raise InputRejected("the password is too long", expected="at most 1,024 characters")
    return password


def checked_roles(roles: Sequence[str], business_id: UUID | None) -> tuple[str, ...]:
    """The roles without doubles, in the order of ``ROLES``.

    Raises InputRejected for an unknown role, for none, for an owner without a business or together with a role of
    the bank, for a manager of a wealth company with another role, and for roles that one person must not hold together.
    """
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        said = f"{unknown[0]!r} is no role" if unknown else "a user needs a role"
        raise InputRejected(said, expected=f"one of {' '.join(ROLES)}")
    kept = tuple(role for role in ROLES if role in roles)
    if ("owner" in kept) != (business_id is not None) or ("owner" in kept and len(kept) > 1):
        raise InputRejected(
            "an owner has one business and no role of the bank", expected="owner alone, with a business"
        )
    if "company_manager" in kept and len(kept) > 1:
        raise InputRejected("a manager of a wealth company has no role of the bank", expected="company_manager alone")
    for pair in APART:
        if pair <= set(kept):
            raise InputRejected(f"one person cannot be {' and '.join(sorted(pair))}", expected="two users")
    return kept


def require_second(first: str | UUID, second: str | UUID) -> None:
    """Four eyes: raises NotAllowed when the second person is the first. The database asks again (``four_eyes``)."""
    if str(first) == str(second):
        raise NotAllowed("four eyes: somebody else has to do this")
