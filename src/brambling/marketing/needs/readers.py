"""Policies of needs, seasons of trades and descriptions of needs from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.kit.errors import InputRejected, NotFound
from brambling.kit.policy import read_policy
from brambling.marketing.needs.rules import Policy
from brambling.marketing.needs.rules.audience import NeedSpec
from brambling.marketing.needs.rules.seasons import SeasonTable

_POLICIES = Path(__file__).parent / "policies"
_AUDIENCES = Path(__file__).parent / "audiences"


@cache
def shipped_policy(name: str = "sme-1") -> Policy:
    """A policy that comes with this version; raises NotFound for a name it does not have."""
    path = _POLICIES / f"{name}.yaml"
    if not path.exists():
        raise NotFound(f"no policy of needs {name!r}")
    return read_policy(path, Policy)


@cache
def shipped_seasons(name: str = "seasons-1") -> SeasonTable:
    """The table of seasons that comes with this version; raises NotFound for a name it does not have."""
    path = _POLICIES / f"{name}.yaml"
    if not path.exists():
        raise NotFound(f"no table of seasons {name!r}")
    return read_policy(path, SeasonTable)


def shipped_specs() -> tuple[str, ...]:
    """The names of the descriptions of needs that come with this version."""
    return tuple(sorted(path.stem for path in _AUDIENCES.glob("*.yaml")))


def read_spec(source: str | Path) -> NeedSpec:
    """The description of a need in a YAML file, or the shipped one of that name.

    Raises InputRejected that names file and key for what is no such description.
    """
    path = Path(source)
    if path.suffix.lower() not in (".yaml", ".yml") and not path.exists():
        if str(source) not in shipped_specs():
            known = ", ".join(shipped_specs())
            raise InputRejected(f"no need {str(source)!r}", expected=f"a YAML file, or one of {known}")
        path = _AUDIENCES / f"{source}.yaml"
    return read_policy(path, NeedSpec)
