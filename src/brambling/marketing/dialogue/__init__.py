"""A conversation that answers, acts, and hands over.

- ``fit``, ``route``, ``load`` intents learnt from examples; unknown questions are known as unknown
- ``Router``, ``Routed`` a router at work, and one routed text
- ``Talk(clock, tools).say(text)`` a conversation on tools of one's own
- ``Matcher`` whether two questions ask the same
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.dialogue.model.pairs import Matcher
    from brambling.marketing.dialogue.model.router import Router
    from brambling.marketing.dialogue.service import artefact, fit, load, route
    from brambling.marketing.dialogue.service.talking import Talk
    from brambling.marketing.dialogue.shapes import DialogueFit, Routed, RoutedTable

_HOMES = {
    "DialogueFit": "shapes",
    "Matcher": "model.pairs",
    "Routed": "shapes",
    "RoutedTable": "shapes",
    "Router": "model.router",
    "Talk": "service.talking",
    "artefact": "service",
    "fit": "service",
    "load": "service",
    "route": "service",
}

__all__ = ["DialogueFit", "Matcher", "Routed", "RoutedTable", "Router", "Talk", "artefact", "fit", "load", "route"]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
