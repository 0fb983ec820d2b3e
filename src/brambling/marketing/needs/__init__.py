"""Which need a business has, and when a message about it is of use.

- ``find_needs`` a twin into needs (pure of any bank); ``note_needs`` a customer's, kept
- ``ask_gate`` whether a message about a need may go out; ``send`` it through the gate; ``message_of`` that message
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.needs.readers import shipped_policy
    from brambling.marketing.needs.rules import Need, Policy, Signals, needs_of
    from brambling.marketing.needs.service import ask_gate, find_needs, message_of, note_needs, send

_HOMES = {
    "ask_gate": "service",
    "find_needs": "service",
    "message_of": "service",
    "note_needs": "service",
    "send": "service",
    "shipped_policy": "readers",
    "Need": "rules",
    "Policy": "rules",
    "Signals": "rules",
    "needs_of": "rules",
}

__all__ = [
    "Need",
    "Policy",
    "Signals",
    "ask_gate",
    "find_needs",
    "message_of",
    "needs_of",
    "note_needs",
    "send",
    "shipped_policy",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
