"""Policies of needs from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.kit.errors import NotFound
from brambling.kit.policy import read_policy
from brambling.marketing.needs.rules import Policy

_FOLDER = Path(__file__).parent / "policies"


@cache
def shipped_policy(name: str = "sme-1") -> Policy:
    """A policy that comes with this version; raises NotFound for a name it does not have."""
    path = _FOLDER / f"{name}.yaml"
    if not path.exists():
        raise NotFound(f"no policy of needs {name!r}")
    return read_policy(path, Policy)
