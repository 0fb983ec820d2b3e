"""Refusals in free text: understood as scope, channel and end, and written into the gate.

- ``understand(text, today)`` reads a ``Refusal`` (or the lifting of one) out of words in Chinese or English
- ``hear(session, customer_id, text, clock, channel=, gate=)`` understands and records it: it holds from the next second
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.refusals.model import understand
    from brambling.marketing.refusals.rules import Refusal
    from brambling.marketing.refusals.service import Heard, hear

_HOMES = {"Refusal": "rules", "understand": "model", "Heard": "service", "hear": "service"}

__all__ = ["Heard", "Refusal", "hear", "understand"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
