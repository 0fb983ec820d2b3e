"""One statement about a business with its evidence, and the table of them.

- ``Claim``; ``add`` it for good, ``list_for`` a subject
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.claims.rules import Claim
    from brambling.bank.claims.service import add, list_for

_HOMES = {"Claim": "rules", "add": "service", "list_for": "service"}

__all__ = ["Claim", "add", "list_for"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
