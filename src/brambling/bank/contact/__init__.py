"""The one gate for messages: consent, refusal, quiet hours, caps, expiry, and the only send.

- ``Message``: ``ask`` the gate, ``send`` through it; ``release_due`` sends what was held when its time comes
- ``refuse`` and ``lift`` a refusal, ``refusals`` that stand
- ``ledger`` of contacts with every verdict, ``verdicts`` on one message, ``check`` of the invariants
- ``judge`` the pure rules on ``State`` and ``Policy``; ``Gate`` bundles policy, cipher and bus; ``verdict_text`` for people
- ``ChannelPort`` the way out; ``MemoryChannel`` and ``LogChannel`` ship with it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.contact.channels import ChannelPort, Delivery, LogChannel, MemoryChannel
    from brambling.bank.contact.report import reason_text, verdict_text
    from brambling.bank.contact.rules import Cap, Contact, Message, Policy, Reason, Refusal, State, Verdict, judge
    from brambling.bank.contact.service import (
        Entry,
        Gate,
        Sent,
        Swept,
        ask,
        check,
        ledger,
        lift,
        refusals,
        refuse,
        release_due,
        review,
        send,
        standard_policy,
        verdicts,
    )

_HOMES = {
    "Message": "rules",
    "State": "rules",
    "Policy": "rules",
    "Reason": "rules",
    "Refusal": "rules",
    "Contact": "rules",
    "Cap": "rules",
    "Verdict": "rules",
    "judge": "rules",
    "ask": "service",
    "send": "service",
    "release_due": "service",
    "review": "service",
    "refuse": "service",
    "lift": "service",
    "refusals": "service",
    "ledger": "service",
    "verdicts": "service",
    "check": "service",
    "standard_policy": "service",
    "Gate": "service",
    "Sent": "service",
    "Swept": "service",
    "Entry": "service",
    "ChannelPort": "channels",
    "Delivery": "channels",
    "MemoryChannel": "channels",
    "LogChannel": "channels",
    "reason_text": "report",
    "verdict_text": "report",
}

__all__ = [
    "Cap",
    "ChannelPort",
    "Contact",
    "Delivery",
    "Entry",
    "Gate",
    "LogChannel",
    "MemoryChannel",
    "Message",
    "Policy",
    "Reason",
    "Refusal",
    "Sent",
    "State",
    "Swept",
    "Verdict",
    "ask",
    "check",
    "judge",
    "ledger",
    "lift",
    "reason_text",
    "refusals",
    "refuse",
    "release_due",
    "review",
    "send",
    "standard_policy",
    "verdict_text",
    "verdicts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
