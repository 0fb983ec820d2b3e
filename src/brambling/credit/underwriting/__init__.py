"""How much we lend, at what price, and why.

- ``offer`` facts and policy in; Offer, Decline or Refer out (pure)
- ``facts_of`` a twin into those facts; ``assess`` both in one step on a statement's twin, without a database
- ``apply`` the same inside the bank: load, decide, record, in one transaction; ``confirm`` what a person decided on a
  referral; ``take`` an offer (lending does); ``export_capsule`` and ``UnderwritingReplayer`` for replay
- ``policy_at_work`` the policy that was released; ``shipped_policy``, ``policy_from`` versioned policies; ``backtest`` one policy against another on a file
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.underwriting.features import Standing, facts_of
    from brambling.credit.underwriting.readers import policy_from, policy_version, shipped_policy
    from brambling.credit.underwriting.replaying import UnderwritingReplayer
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
        Span,
        offer,
    )
    from brambling.credit.underwriting.service import (
        apply,
        assess,
        confirm,
        export_capsule,
        least_acceptable,
        open_offer,
        take,
    )
    from brambling.credit.underwriting.service.backtesting import backtest
    from brambling.credit.underwriting.service.releasing import policy_at_work
    from brambling.credit.underwriting.shapes import Application, OpenOffer

_HOMES = {
    "Application": "shapes",
    "OpenOffer": "shapes",
    "confirm": "service",
    "export_capsule": "service",
    "least_acceptable": "service",
    "open_offer": "service",
    "take": "service",
    "UnderwritingReplayer": "replaying",
    "apply": "service",
    "backtest": "service.backtesting",
    "assess": "service",
    "Standing": "features",
    "facts_of": "features",
    "policy_at_work": "service.releasing",
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
    "Span": "rules",
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
    "OpenOffer",
    "Outcome",
    "Policy",
    "Reason",
    "Refer",
    "Span",
    "Standing",
    "UnderwritingReplayer",
    "apply",
    "assess",
    "backtest",
    "confirm",
    "export_capsule",
    "facts_of",
    "least_acceptable",
    "offer",
    "open_offer",
    "policy_at_work",
    "policy_from",
    "policy_version",
    "shipped_policy",
    "take",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
