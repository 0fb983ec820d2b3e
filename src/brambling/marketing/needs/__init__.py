"""Which need a business has, whom a need is for, and when a message about it is of use.

- ``find_needs`` a twin into needs (pure of any bank); ``note_needs`` a customer's, kept
- ``audience`` customers through the funnel of a described need; ``audience_of`` the bank's own customers,
  and their ``export`` through the gate
- ``NeedFinder`` learns needs from the statements that followed
- ``ask_gate`` whether a message about a need may go out; ``send`` it through the gate; ``message_of`` that message
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.needs.model import NeedFinder
    from brambling.marketing.needs.readers import read_spec, shipped_policy, shipped_specs
    from brambling.marketing.needs.rules import Need, Policy, Signals, needs_of
    from brambling.marketing.needs.rules.audience import NeedSpec
    from brambling.marketing.needs.service.audiences import audience
    from brambling.marketing.needs.service.customers import audience_of, export
    from brambling.marketing.needs.service.finding import ask_gate, find_needs, message_of, note_needs, send
    from brambling.marketing.needs.shapes import Audience

_HOMES = {
    "Audience": "shapes",
    "Need": "rules",
    "NeedSpec": "rules.audience",
    "Policy": "rules",
    "Signals": "rules",
    "ask_gate": "service.finding",
    "audience": "service.audiences",
    "audience_of": "service.customers",
    "export": "service.customers",
    "NeedFinder": "model",
    "find_needs": "service.finding",
    "message_of": "service.finding",
    "needs_of": "rules",
    "note_needs": "service.finding",
    "read_spec": "readers",
    "send": "service.finding",
    "shipped_policy": "readers",
    "shipped_specs": "readers",
}

__all__ = [
    "Audience",
    "Need",
    "NeedFinder",
    "NeedSpec",
    "Policy",
    "Signals",
    "ask_gate",
    "audience",
    "audience_of",
    "export",
    "find_needs",
    "message_of",
    "needs_of",
    "note_needs",
    "read_spec",
    "send",
    "shipped_policy",
    "shipped_specs",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
