"""Subscriptions and redemptions, forecast.

``forecast(flows, horizon)`` takes a file or frame of daily flows and gives every product's subscriptions, redemptions
and net with bands, coherent over a hierarchy, and joint paths for what comes after (ladder, negotiation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.wealth.flows.service import forecast as forecast
    from brambling.wealth.flows.shapes import Forecast as Forecast

__all__ = ["Forecast", "forecast"]


def __getattr__(name: str) -> Any:
    if name == "forecast":
        from brambling.wealth.flows.service import forecast

        return forecast
    if name == "Forecast":
        from brambling.wealth.flows.shapes import Forecast

        return Forecast
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
