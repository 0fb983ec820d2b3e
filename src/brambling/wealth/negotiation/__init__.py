"""The sales plan, negotiated in versions between a wealth company's manager and the platform that sells.

- ``negotiate`` both sides on files: every offer with what it does to forecast, reserve, yield and breach probability
- ``kept`` the promise beside what came
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.negotiation.readers import setting_from
    from brambling.wealth.negotiation.service import kept, negotiate
    from brambling.wealth.negotiation.shapes import Effects, Kept, Negotiation, Setting, Terms

_HOMES = {
    "negotiate": "service",
    "kept": "service",
    "setting_from": "readers",
    "Effects": "shapes",
    "Kept": "shapes",
    "Negotiation": "shapes",
    "Setting": "shapes",
    "Terms": "shapes",
}

__all__ = ["Effects", "Kept", "Negotiation", "Setting", "Terms", "kept", "negotiate", "setting_from"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
