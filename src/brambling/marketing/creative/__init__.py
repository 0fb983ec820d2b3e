"""Words and a picture for one customer, from approved facts only, and checked against the law.

- ``write`` messages about a product for customers; ``one`` for one of them
- ``draw`` a poster for a message; ``render`` its SVG as PNG
- ``compose`` the message of a need inside the bank
- ``check`` a text against the rulebook; ``read_sheet``, ``shipped_sheets``, ``shipped_rulebook`` the facts and the rules as data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.creative.model import draw, render
    from brambling.marketing.creative.readers import read_customers, read_sheet, shipped_rulebook, shipped_sheets
    from brambling.marketing.creative.rules import Facts, Finding, Rulebook, Sheet, check
    from brambling.marketing.creative.service import compose, one, write
    from brambling.marketing.creative.shapes import Message, Poster

_HOMES = {
    "Facts": "rules",
    "Finding": "rules",
    "Message": "shapes",
    "Poster": "shapes",
    "Rulebook": "rules",
    "Sheet": "rules",
    "check": "rules",
    "compose": "service",
    "draw": "model",
    "one": "service",
    "read_customers": "readers",
    "read_sheet": "readers",
    "render": "model",
    "shipped_rulebook": "readers",
    "shipped_sheets": "readers",
    "write": "service",
}

__all__ = [
    "Facts",
    "Finding",
    "Message",
    "Poster",
    "Rulebook",
    "Sheet",
    "check",
    "compose",
    "draw",
    "one",
    "read_customers",
    "read_sheet",
    "render",
    "shipped_rulebook",
    "shipped_sheets",
    "write",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
