"""Who acts and may: users, roles, sign-in, permissions through one door, four eyes, the audit trail.

- ``may`` and ``require`` the one door to permissions; what roles may do stands in ``policy/``
- ``add_user``, ``change_roles``, ``set_password``, ``deactivate_user``, ``users`` who there is
- ``sign_in``, ``who``, ``sign_out`` sessions by a token whose hash alone is stored
- ``require_second`` and ``four_eyes`` the second pair of eyes, in code and as a database constraint
- ``record`` and ``trail`` the append-only audit trail
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.access.model import may, require
    from brambling.engine.access.rules import ROLES, Entry, SignedIn, SignInFailed, User, require_second
    from brambling.engine.access.service import (
        add_user,
        change_roles,
        deactivate_user,
        record,
        set_password,
        sign_in,
        sign_out,
        trail,
        users,
        who,
    )
    from brambling.engine.access.store import four_eyes

_HOMES = {
    "ROLES": "rules",
    "Entry": "rules",
    "SignInFailed": "rules",
    "SignedIn": "rules",
    "User": "rules",
    "add_user": "service",
    "change_roles": "service",
    "deactivate_user": "service",
    "four_eyes": "store",
    "may": "model",
    "record": "service",
    "require": "model",
    "require_second": "rules",
    "set_password": "service",
    "sign_in": "service",
    "sign_out": "service",
    "trail": "service",
    "users": "service",
    "who": "service",
}

__all__ = [
    "ROLES",
    "Entry",
    "SignInFailed",
    "SignedIn",
    "User",
    "add_user",
    "change_roles",
    "deactivate_user",
    "four_eyes",
    "may",
    "record",
    "require",
    "require_second",
    "set_password",
    "sign_in",
    "sign_out",
    "trail",
    "users",
    "who",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
