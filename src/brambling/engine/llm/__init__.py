"""The one door to language models: budget, record and replay; none by default.

A language model reads, argues, drafts and cites; it never sets a number and never decides. Every caller of the door
goes on without an answer: ``ask`` returns an ``Answer`` or a ``NoModel`` with its reason, and never raises for what a
model does.

- ``Door`` asks, with time limit, budget, masking and validation; ``Door.open`` by the settings
- ``Prompt`` and ``load_prompt`` prompts are files, known by their hash
- ``Recorder`` records answers and replays them without a model
- ``grounded`` keeps the numbers that stand in the source, ``drop_ungrounded`` does so for a whole answer
- ``StubModel`` an endpoint on loopback that answers well, lies, obeys documents, breaks JSON, stalls or dies
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.llm.features import Grounded, drop_ungrounded, grounded
    from brambling.engine.llm.model import Door
    from brambling.engine.llm.shapes import Answer, NoModel, Prompt
    from brambling.engine.llm.store import Budget, Recorder, load_prompt
    from brambling.engine.llm.stub import StubModel

_HOMES = {
    "Answer": "shapes",
    "Budget": "store",
    "Door": "model",
    "Grounded": "features",
    "NoModel": "shapes",
    "Prompt": "shapes",
    "Recorder": "store",
    "StubModel": "stub",
    "drop_ungrounded": "features",
    "grounded": "features",
    "load_prompt": "store",
}

__all__ = [
    "Answer",
    "Budget",
    "Door",
    "Grounded",
    "NoModel",
    "Prompt",
    "Recorder",
    "StubModel",
    "drop_ungrounded",
    "grounded",
    "load_prompt",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
