"""Shelves from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.kit.errors import NotFound
from brambling.kit.policy import fingerprint, read_policy
from brambling.wealth.advice.rules import Shelf

_FOLDER = Path(__file__).parent / "shelves"
NEWEST = "sme-1"


@cache
def shipped_shelf(name: str = NEWEST) -> Shelf:
    """A shelf that comes with this version; raises NotFound for a name it does not have."""
    path = _FOLDER / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.yaml")))
        raise NotFound(f"no shelf {name!r}; there is {known}")
    return read_policy(path, Shelf)


def shelf_from(path: Path) -> Shelf:
    """The bank's own shelf file; raises InputRejected where it does not hold."""
    return read_policy(path, Shelf)


def shelf_version(shelf: Shelf) -> str:
    """Name and content in one; another content never has the same version."""
    return f"{shelf.version}+{fingerprint(shelf)[:12]}"
