"""Uplift: whom contact helps, whom to leave alone, and how to spend few contacts on many customers.

- ``fit``, ``score`` learn from past sends what contact changed, and say it for each customer with an interval
- ``allocate`` spends a budget and channel capacities on scored customers, never more than k contacts each
- ``calls`` walks through past calls in time: who to call first, and when to stop calling
- ``evaluate_policy`` what another policy would have earned on logged sends (IPS, SNIPS, DR), or that the log cannot say
- ``held_out``, ``read_out`` global and campaign hold-outs and their read-out
- ``Variants`` copy variants by a bandit with guardrails
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.uplift.model.offpolicy import evaluate_policy
    from brambling.marketing.uplift.model.qini import qini
    from brambling.marketing.uplift.rules.holdout import held_out, read_out
    from brambling.marketing.uplift.rules.variants import Variants
    from brambling.marketing.uplift.service import allocate, calls, fit, load, score
    from brambling.marketing.uplift.shapes import Allocation, CallPlan, UpliftFit

_HOMES = {
    "Allocation": "shapes",
    "CallPlan": "shapes",
    "UpliftFit": "shapes",
    "Variants": "rules.variants",
    "allocate": "service",
    "calls": "service",
    "evaluate_policy": "model.offpolicy",
    "fit": "service",
    "held_out": "rules.holdout",
    "load": "service",
    "qini": "model.qini",
    "read_out": "rules.holdout",
    "score": "service",
}

__all__ = [
    "Allocation",
    "CallPlan",
    "UpliftFit",
    "Variants",
    "allocate",
    "calls",
    "evaluate_policy",
    "fit",
    "held_out",
    "load",
    "qini",
    "read_out",
    "score",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
