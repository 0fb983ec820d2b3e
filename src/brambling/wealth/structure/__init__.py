"""The nature of the money: what kind it is, how long it stays, who holds it, and what changed.

- ``structure`` from trades or statements: kinds with probability and stay, run-off, concentration, alerts, drift
- ``look``, ``publish``, ``import_trades``, ``add_company``, ``appoint`` many wealth companies on one bank
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.structure.service.companies import add_company as add_company
    from brambling.wealth.structure.service.companies import appoint as appoint
    from brambling.wealth.structure.service.companies import import_trades as import_trades
    from brambling.wealth.structure.service.companies import look as look
    from brambling.wealth.structure.service.companies import publish as publish
    from brambling.wealth.structure.service.structure import structure as structure
    from brambling.wealth.structure.shapes import Structure as Structure

_HOMES = {
    "Structure": "shapes",
    "add_company": "service.companies",
    "appoint": "service.companies",
    "import_trades": "service.companies",
    "look": "service.companies",
    "publish": "service.companies",
    "structure": "service.structure",
}

__all__ = ["Structure", "add_company", "appoint", "import_trades", "look", "publish", "structure"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
