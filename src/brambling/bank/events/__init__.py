"""Append-only events: the 360-degree timeline and its subscriptions.

- ``Event`` what happened to whom, when; ``append`` writes it for good
- ``timeline`` of a subject, newest first
- ``Bus`` appends and tells those who listen, in the same transaction
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.events.rules import Event
    from brambling.bank.events.service import Bus, Handler, append, timeline

_HOMES = {"Event": "rules", "Bus": "service", "Handler": "service", "append": "service", "timeline": "service"}

__all__ = ["Bus", "Event", "Handler", "append", "timeline"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
