"""The one-to-one expert for one business: asks the three lines, answers with numbers that code computed.

- ``brief`` a bank statement into 13 weeks of cash, what is idle, what could be borrowed, and whether to
- ``brief_of`` the same for a twin that is there already; ``brief_json`` its JSON
- ``brief_customer`` the same for a customer of the bank, kept
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.cfo.report import brief_json
    from brambling.cfo.rules import Assumptions, Compare, Way
    from brambling.cfo.service import brief, brief_customer, brief_of
    from brambling.cfo.shapes import Brief, Day, LowestBalance

_HOMES = {
    "brief": "service",
    "brief_customer": "service",
    "brief_of": "service",
    "brief_json": "report",
    "Assumptions": "rules",
    "Compare": "rules",
    "Way": "rules",
    "Brief": "shapes",
    "Day": "shapes",
    "LowestBalance": "shapes",
}

__all__ = [
    "Assumptions",
    "Brief",
    "Compare",
    "Day",
    "LowestBalance",
    "Way",
    "brief",
    "brief_customer",
    "brief_json",
    "brief_of",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
