"""The chain: who makes what from what, where a business stands in it, and what happens along it.

- ``import_`` folders of chains and GB/T 4754 into the database; ``load`` the graph out of it
- ``place`` a text; ``suppliers``, ``customers`` of a product; ``path`` between two nodes
- ``complete`` what is likely there and not written down; ``exposure`` of a portfolio; ``alerts`` of events
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.perception.industry.rules import ChainEvent, Effect, Finding, propagate
    from brambling.perception.industry.service.completing import complete
    from brambling.perception.industry.service.exposing import alerts, exposure
    from brambling.perception.industry.service.importing import import_, load
    from brambling.perception.industry.service.placing import place
    from brambling.perception.industry.service.walking import customers, path, suppliers
    from brambling.perception.industry.shapes import Alert, Completed, Exposure, Graph, Imported, Placing, Standing

_HOMES = {
    "import_": "service.importing",
    "load": "service.importing",
    "place": "service.placing",
    "suppliers": "service.walking",
    "customers": "service.walking",
    "path": "service.walking",
    "complete": "service.completing",
    "exposure": "service.exposing",
    "alerts": "service.exposing",
    "propagate": "rules",
    "ChainEvent": "rules",
    "Effect": "rules",
    "Finding": "rules",
    "Alert": "shapes",
    "Completed": "shapes",
    "Exposure": "shapes",
    "Graph": "shapes",
    "Imported": "shapes",
    "Placing": "shapes",
    "Standing": "shapes",
}

__all__ = [
    "Alert",
    "ChainEvent",
    "Completed",
    "Effect",
    "Exposure",
    "Finding",
    "Graph",
    "Imported",
    "Placing",
    "Standing",
    "alerts",
    "complete",
    "customers",
    "exposure",
    "import_",
    "load",
    "path",
    "place",
    "propagate",
    "suppliers",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
