"""Credit policies from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.credit.underwriting.rules import Policy
from brambling.kit.errors import NotFound
from brambling.kit.policy import fingerprint, read_policy

_FOLDER = Path(__file__).parents[1] / "policies"
NEWEST = "sme-1"


@cache
def shipped_policy(name: str = NEWEST) -> Policy:
    """A policy that comes with this version; raises NotFound for a name it does not have."""
    path = _FOLDER / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.yaml")))
        raise NotFound(f"no credit policy {name!r}; there is {known}")
    return read_policy(path, Policy)


def policy_from(path: Path) -> Policy:
    """The bank's own policy file; raises InputRejected where it does not hold (unknown key, legal cap, order)."""
    return read_policy(path, Policy)


def policy_of_text(text: str) -> Policy:
    """The policy in YAML text, as :func:`policy_from` reads a file."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path, Policy)


def policy_version(policy: Policy) -> str:
    """Name and content in one: ``sme-1+3f9c0a1b2c4d``; another content never has the same version."""
    return f"{policy.version}+{fingerprint(policy)[:12]}"
