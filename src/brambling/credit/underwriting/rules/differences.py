"""What one policy says otherwise than another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brambling.credit.underwriting.rules.policy import Policy
from brambling.kit.policy import dump


@dataclass(frozen=True)
class Difference:
    """One key whose value differs; ``before`` or ``after`` is empty where the key is not there."""

    key: str
    before: str
    after: str


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Every key that differs, in the order of the policy; bands are told apart by their names."""
    before, after = _flat(dump(old)), _flat(dump(new))
    keys = [*before, *(key for key in after if key not in before)]
    return tuple(
        Difference(key, before.get(key, ""), after.get(key, "")) for key in keys if before.get(key) != after.get(key)
    )


def _flat(plain: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in plain.items():
        if key == "bands":
            for band in value:
                found |= {f"bands.{band['name']}.{name}": str(item) for name, item in band.items() if name != "name"}
        else:
            found[key] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return found
