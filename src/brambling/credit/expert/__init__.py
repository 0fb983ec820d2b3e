"""A policy that learns from people, and agreement told honestly.

- ``agree`` two columns of decisions, a person's and a machine's: how far they agree, where not, and who was right
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.expert.service import agree
    from brambling.credit.expert.shapes import Agreement

_HOMES = {"Agreement": "shapes", "agree": "service"}

__all__ = ["Agreement", "agree"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
