"""How much we lend, at what price, and why.

- ``offer`` facts and policy in; Offer, Decline or Refer out (pure)
- ``facts_of`` a twin into those facts; ``assess`` both in one step on a statement's twin, without a database
- ``apply`` the same inside the bank: load, decide, record, in one transaction
- ``shipped_policy``, ``policy_from`` the versioned policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.underwriting.features import Standing, facts_of
    from brambling.credit.underwriting.readers import policy_from, policy_version, shipped_policy
    from brambling.credit.underwriting.rules import (
        Change,
        Decline,
        Facts,
        Instalment,
        LimitLine,
        Offer,
        Outcome,
        Policy,
        Reason,
        Refer,
        offer,
    )
    from brambling.credit.underwriting.service import Application, UnderwritingReplayer, apply, assess

_HOMES = {
    "Application": "service",
    "UnderwritingReplayer": "service",
    "apply": "service",
    "assess": "service",
    "Standing": "features",
    "facts_of": "features",
    "policy_from": "readers",
    "policy_version": "readers",
    "shipped_policy": "readers",
    "Change": "rules",
    "Decline": "rules",
    "Facts": "rules",
    "Instalment": "rules",
    "LimitLine": "rules",
    "Offer": "rules",
    "Outcome": "rules",
    "Policy": "rules",
    "Reason": "rules",
    "Refer": "rules",
    "offer": "rules",
}

__all__ = [
    "Application",
    "Change",
    "Decline",
    "Facts",
    "Instalment",
    "LimitLine",
    "Offer",
    "Outcome",
    "Policy",
    "Reason",
    "Refer",
    "Standing",
    "UnderwritingReplayer",
    "apply",
    "assess",
    "facts_of",
    "offer",
    "policy_from",
    "policy_version",
    "shipped_policy",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
