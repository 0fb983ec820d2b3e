"""What to do with idle cash: a plan over a small shelf, above a floor, hardly ever needed early.

- ``plan`` a twin and a shelf into a Plan; ``advise`` the same inside the bank, kept
- ``shipped_shelf``, ``shelf_from`` the shelf as data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.advice.readers import shelf_from, shelf_version, shipped_shelf
    from brambling.wealth.advice.rules import Plan, PlanLine, Product, Shelf
    from brambling.wealth.advice.service import advise, plan

_HOMES = {
    "advise": "service",
    "plan": "service",
    "shelf_from": "readers",
    "shelf_version": "readers",
    "shipped_shelf": "readers",
    "Plan": "rules",
    "PlanLine": "rules",
    "Product": "rules",
    "Shelf": "rules",
}

__all__ = ["Plan", "PlanLine", "Product", "Shelf", "advise", "plan", "shelf_from", "shelf_version", "shipped_shelf"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
