"""Recorded outcomes with inputs, versions and reasons, chained by hash; replay capsules.

- ``Draft``, ``Decision``; ``record``, ``get``, ``list_for``, ``head``, ``verify_chain``
- ``capsule`` writes one file that ``replay`` proves with a ``Replayer`` of its kind; ``open_capsule``, ``environment``
- ``grid_probability``, ``grid_money`` where floats enter rules
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.decisions.capsules import (
        Capsule,
        Replayer,
        ReplayReport,
        capsule,
        environment,
        open_capsule,
        replay,
    )
    from brambling.bank.decisions.report import replay_lines
    from brambling.bank.decisions.rules import Decision, Difference, Draft, grid_money, grid_probability
    from brambling.bank.decisions.service import get, head, list_for, record, verify_chain

_HOMES = {
    "Draft": "rules",
    "Decision": "rules",
    "Difference": "rules",
    "record": "service",
    "get": "service",
    "list_for": "service",
    "head": "service",
    "verify_chain": "service",
    "capsule": "capsules",
    "open_capsule": "capsules",
    "environment": "capsules",
    "replay": "capsules",
    "Replayer": "capsules",
    "ReplayReport": "capsules",
    "Capsule": "capsules",
    "grid_probability": "rules",
    "grid_money": "rules",
    "replay_lines": "report",
}

__all__ = [
    "Capsule",
    "Decision",
    "Difference",
    "Draft",
    "ReplayReport",
    "Replayer",
    "capsule",
    "environment",
    "get",
    "grid_money",
    "grid_probability",
    "head",
    "list_for",
    "open_capsule",
    "record",
    "replay",
    "replay_lines",
    "verify_chain",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
