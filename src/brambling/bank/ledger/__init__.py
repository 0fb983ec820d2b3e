"""The ledger: double entry, exact, each transfer once.

>>> from brambling.bank.ledger import open_account, post, Transfer

Every verb takes a session first; what is posted in a transaction is there when the transaction is. ``post`` is the only
way money moves: a batch is worth the same as its transfers one after the other, all of them or none. The primary key of
a transfer is the idempotency key of the act behind it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.ledger.rules import Account, Hold, InsufficientFunds, Line, PostResult, Transfer
    from brambling.bank.ledger.service import (
        account,
        accounts,
        balance,
        capture,
        check,
        hold,
        open_account,
        post,
        release,
        release_expired,
        require_sound,
        statement,
        transfers,
    )

_MENU = {
    **dict.fromkeys(("Account", "Hold", "InsufficientFunds", "Line", "PostResult", "Transfer"), "rules"),
    **dict.fromkeys(
        (
            "account",
            "accounts",
            "balance",
            "capture",
            "check",
            "hold",
            "open_account",
            "post",
            "release",
            "release_expired",
            "require_sound",
            "statement",
            "transfers",
        ),
        "service",
    ),
}

__all__ = [
    "Account",
    "Hold",
    "InsufficientFunds",
    "Line",
    "PostResult",
    "Transfer",
    "account",
    "accounts",
    "balance",
    "capture",
    "check",
    "hold",
    "open_account",
    "post",
    "release",
    "release_expired",
    "require_sound",
    "statement",
    "transfers",
]


def __getattr__(name: str) -> Any:
    if name in _MENU:
        return getattr(import_module(f"{__name__}.{_MENU[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
