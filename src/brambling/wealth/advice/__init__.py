"""What to do with idle cash: a plan over a small shelf, above a floor, hardly ever needed early.

- ``plan`` a twin and a shelf into a Plan; ``advise`` the same inside the bank, kept
- ``advise_many`` the plans of a million businesses from arrays; ``tails_of`` and ``lows_of`` make the arrays
- ``fit_holding`` which minimum holding period fits which trade's cycle
- ``shipped_shelf``, ``shelf_from`` the shelf as data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.advice.features import lows_of, tails_of
    from brambling.wealth.advice.readers import shelf_from, shelf_version, shipped_shelf
    from brambling.wealth.advice.rules import Plan, PlanLine, Product, Shelf
    from brambling.wealth.advice.rules.design import Holding, fit_holding
    from brambling.wealth.advice.rules.many import Placements
    from brambling.wealth.advice.service import advise, advise_many, plan

_HOMES = {
    "advise": "service",
    "advise_many": "service",
    "lows_of": "features",
    "tails_of": "features",
    "Holding": "rules.design",
    "Placements": "rules.many",
    "fit_holding": "rules.design",
    "plan": "service",
    "shelf_from": "readers",
    "shelf_version": "readers",
    "shipped_shelf": "readers",
    "Plan": "rules",
    "PlanLine": "rules",
    "Product": "rules",
    "Shelf": "rules",
}

__all__ = [
    "Holding",
    "Placements",
    "Plan",
    "PlanLine",
    "Product",
    "Shelf",
    "advise",
    "advise_many",
    "fit_holding",
    "lows_of",
    "plan",
    "shelf_from",
    "shelf_version",
    "shipped_shelf",
    "tails_of",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
