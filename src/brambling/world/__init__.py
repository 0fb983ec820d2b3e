"""The synthetic town: seeded businesses with known truth. Stands beside the house; imports the kit only.

- :mod:`town` what a town is (``Town``) and what comes out of it (``Simulation``)
- :mod:`trades`, :mod:`timeline` what the trades are, and the days with their calendar, weather and shocks
- :mod:`population`, :mod:`registry`, :mod:`names`, :mod:`network` who there is, and who buys from whom
- :mod:`schedule`, :mod:`taxes`, :mod:`economy` what falls due, and how each day is lived through
- :mod:`statements`, :mod:`truth`, :mod:`responses`, :mod:`funds` what is seen, and what is true
- :mod:`build` a town in memory or streamed to Parquet; :mod:`layouts` one statement as a bank would print it

>>> from brambling.world import Town, build, statement_csv
>>> simulation = build(Town(seed=7, businesses=20, months=3))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.world.build import build, read, write
    from brambling.world.layouts import DIALECTS, statement_csv
    from brambling.world.town import Simulation, Town

_HOMES = {
    "DIALECTS": "layouts",
    "Simulation": "town",
    "Town": "town",
    "build": "build",
    "read": "build",
    "statement_csv": "layouts",
    "write": "build",
}

__all__ = ["DIALECTS", "Simulation", "Town", "build", "read", "statement_csv", "write"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
