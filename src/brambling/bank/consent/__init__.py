"""Consent with purpose, and its withdrawal: by the customer himself, or noted by somebody of the bank on his behalf.

- ``PURPOSES``, ``Change``; ``give``, ``withdraw``, ``has`` at a moment, ``history``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.consent.rules import PURPOSES, Change
    from brambling.bank.consent.service import give, has, history, withdraw

_HOMES = {
    "PURPOSES": "rules",
    "Change": "rules",
    "give": "service",
    "has": "service",
    "history": "service",
    "withdraw": "service",
}

__all__ = ["PURPOSES", "Change", "give", "has", "history", "withdraw"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
