"""The written corpus: owners' messages in phrasing families, read from the package and its slots filled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text

FOLDER = Path(__file__).resolve().parent.parent / "corpus"
# a line with slots is said with so many fillings; the phrasing stays one, and so does its weight
FILLINGS = 3
_SLOT = re.compile(r"\{(\w+)\}")
_TRUTH = re.compile(r"\s+>>\s+")


@dataclass(frozen=True)
class Written:
    """One message. ``family`` is its phrasing family in its language, ``theme`` the same without the language;
    ``written`` numbers the line it was filled from. ``truth`` holds what of ``scopes``, ``channels``, ``until`` and
    ``strength`` the corpus states."""

    text: str
    lang: str
    family: str
    refuses: bool
    written: int
    truth: Mapping[str, str] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        return self.family.partition("-")[2]


def version() -> str:
    """A hash of everything the corpus says."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.yaml")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read() -> tuple[Written, ...]:
    """Every message of the corpus in the order of its files; raises InputRejected where one is not well formed."""
    fillings = _yaml(FOLDER / "slots.yaml")
    found: list[Written] = []
    for path in sorted(FOLDER.glob("??_*.yaml")):
        values = _yaml(path)
        if values.get("lang") not in ("zh", "en") or values.get("is") not in ("refusal", "other"):
            raise InputRejected("says not what it holds", file=path, expected="lang zh or en, is refusal or other")
        for family in values["families"]:
            found.extend(_family(family, values, fillings[values["lang"]], path, len(found)))
    return tuple(found)


def _yaml(path: Path) -> Any:
    import yaml

    try:
        # every scalar stays text: a reply "no" must not become a flag
        return yaml.load(read_text(path, bytes_max=1 << 20), Loader=yaml.BaseLoader)  # noqa: S506 (makes no objects)
    except yaml.YAMLError as error:
        raise InputRejected(f"is not YAML ({str(error)[:160]!r})", file=path) from None


def _family(
    family: Mapping[str, str], values: Mapping[str, Any], fillings: Mapping[str, list[str]], path: Path, base: int
) -> Iterator[Written]:
    name, lines = family.get("family", ""), family.get("lines", "").splitlines()
    if not name.startswith(f"{values['lang']}-") or not lines:
        raise InputRejected(f"family {name!r}", file=path, expected="a name that begins with the language, and lines")
    shared = {key: said for key, said in family.items() if key not in ("family", "lines")}
    for number, line in enumerate(lines):
        words, *own = _TRUTH.split(line.strip(), maxsplit=1)
        truth = shared | dict(part.split("=", 1) for part in (own[0].split() if own else ()))
        for text in _filled(words, fillings, number):
            yield Written(text, values["lang"], name, values["is"] == "refusal", base + number, truth)


def _filled(words: str, fillings: Mapping[str, list[str]], number: int) -> list[str]:
    """The line with its slots filled: which words stand in it follows from its place alone."""
    if not _SLOT.search(words):
        return [words]
    return list(dict.fromkeys(_turn(words, fillings, number * FILLINGS + turn) for turn in range(FILLINGS)))


def _turn(words: str, fillings: Mapping[str, list[str]], at: int) -> str:
    def choose(slot: re.Match[str]) -> str:
        choices = fillings[slot[1]]
        return choices[(at * 7 + slot.start()) % len(choices)]

    return _SLOT.sub(choose, words)
