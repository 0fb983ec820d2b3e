"""The assumptions of the brief from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.cfo.rules import Assumptions
from brambling.kit.errors import NotFound
from brambling.kit.policy import read_policy

_FOLDER = Path(__file__).parent / "policies"


@cache
def shipped_assumptions(name: str = "sme-1") -> Assumptions:
    """The assumptions that come with this version; raises NotFound for a name it does not have."""
    path = _FOLDER / f"{name}.yaml"
    if not path.exists():
        raise NotFound(f"no assumptions {name!r}")
    return read_policy(path, Assumptions)
