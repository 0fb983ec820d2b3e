"""Assets against liabilities.

- ``ladder`` gaps by day, rule lights, stress, and what to buy and sell
- ``backtest`` a forecast-driven ladder against a fixed one and against none, on real flows and a real curve
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.ladder.service.backtest import backtest as backtest
    from brambling.wealth.ladder.service.ladder import ladder as ladder
    from brambling.wealth.ladder.shapes import Backtest as Backtest
    from brambling.wealth.ladder.shapes import Ladder as Ladder

_HOMES = {"ladder": "service.ladder", "backtest": "service.backtest", "Ladder": "shapes", "Backtest": "shapes"}

__all__ = ["Backtest", "Ladder", "backtest", "ladder"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
