"""Packs: the folder that an applicant hands in, and beside it, never inside, what is true of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from brambling.kit.errors import NotFound
from brambling.kit.files import write_bytes, write_text
from brambling.world.packs import faults as planting
from brambling.world.packs import injections
from brambling.world.packs.families import (
    CORE,
    FAMILIES,
    FAULTS,
    KINDS,
    OPTIONAL,
    OPTIONAL_PER_PACK,
    SPOTS,
    Family,
    Split,
)
from brambling.world.packs.making import Document, make
from brambling.world.packs.paint import font_file
from brambling.world.packs.story import Story, tell
from brambling.world.town import stream

_PREFIX = {
    "csv": "export",
    "pdf": "doc",
    "scan": "scan",
    "image": "IMG",
    "ofd": "fp",
    "xml": "fp",
    "text": "note",
    "video": "VID",
}
# Seeds of packs: those of one split are never those of the other.
_FIRST_SEED = {"dev": 1, "eval": 500_001}


@dataclass(frozen=True)
class Pack:
    """``files`` are what the reader gets, with ``declared`` (the applicant's own word) and ``invoices_seen`` (of others:
    code, number, total in fen); ``truth`` is for the judge alone."""

    name: str
    files: dict[str, bytes]
    declared: dict[str, Any]
    invoices_seen: list[tuple[str, str, int]]
    truth: dict[str, Any]

    def write(self, where: Path) -> Path:
        """Write ``where/folders/NAME/*`` and ``where/truth/NAME{,.declared,.seen}.json``; gives the folder."""
        folder, truth = where / "folders" / self.name, where / "truth"
        folder.mkdir(parents=True, exist_ok=True)
        truth.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            write_bytes(folder / name, data)
        for ending, value in (("", self.truth), (".declared", self.declared), (".seen", self.invoices_seen)):
            write_text(truth / f"{self.name}{ending}.json", json.dumps(value, ensure_ascii=False, indent=1))
        return folder


def make_pack(
    seed: int,
    family: str,
    *,
    kinds: Sequence[str] | None = None,
    faults: Sequence[str] = (),
    injected: dict[str, str] | None = None,
) -> Pack:
    """The pack of a seed, drawn by a family.

    ``kinds`` defaults to the core ones and a few others in turn; ``faults`` are names of ``FAULTS``; ``injected`` gives
    instructions by spot of ``families.SPOTS``. Raises NotFound for a name that is none of these.
    """
    hand = _known(family, FAMILIES, "layout family")
    chosen = list(kinds) if kinds is not None else kinds_of(seed)
    for names, known, what in (
        (chosen, KINDS, "kind of document"),
        (faults, FAULTS, "fault"),
        (injected or {}, SPOTS, "spot"),
    ):
        for name in names:
            _known(name, known, what)
    story = tell(seed)
    planted = [planting.plant(story, fault) for fault in faults]
    documents = [one for kind in chosen for one in make(story, hand, kind, injected or {})]
    _name(documents, seed, injected or {})
    files = {document.name: document.data for document in documents}
    name = f"{family}-{seed:06d}"
    truth = _truth(story, hand, documents) | {
        "faults": [{**asdict(one), "files": [d.name for d in documents if d.kind in one.shows]} for one in planted],
        "injections": [
            {"spot": spot, "text": text, "files": [d.name for d in documents if d.kind == SPOTS[spot]]} for spot, text in (injected or {}).items()
        ],
    }  # fmt: skip
    return Pack(name, files, story.declared, story.invoices_seen, truth)


def _known(name: str, among: dict[str, Any], what: str) -> Any:
    if name not in among:
        raise NotFound(f"no {what} {name!r}; there are: {', '.join(among)}")
    return among[name]


def kinds_of(seed: int) -> list[str]:
    """The core kinds and ``OPTIONAL_PER_PACK`` of the others, which take turns with the seed."""
    first = seed * OPTIONAL_PER_PACK
    return [*CORE, *(OPTIONAL[(first + place) % len(OPTIONAL)] for place in range(OPTIONAL_PER_PACK))]


def make_packs(n: int, split: Split, *, first: int = 0, faulty: bool = True) -> Iterator[Pack]:
    """``n`` packs of a split, one by one: families take turns, every second has one fault, which take turns too.

    ``first`` skips packs; ``faulty=False`` makes all of them clean.
    """
    families = [family.key for family in FAMILIES.values() if family.split == split]
    kinds = list(FAULTS)
    for place in range(first, first + n):
        # the family turns once more after each round of faults, so that every fault meets every family
        family = families[(place + place // (2 * len(kinds))) % len(families)]
        bad = [kinds[place // 2 % len(kinds)]] if faulty and place % 2 else []
        yield make_pack(_FIRST_SEED[split] + place, family, faults=bad)


def make_injected(n: int, split: Split) -> Iterator[Pack]:
    """Packs of the documents that carry hidden instructions, until ``n`` documents have one; otherwise clean."""
    families = [family.key for family in FAMILIES.values() if family.split == split]
    made, place = 0, 0
    while made < n:
        seed = _FIRST_SEED[split] + 250_000 + place
        spots = injections.choose(seed)
        kinds = [kind for kind in KINDS if kind in {SPOTS[spot] for spot in spots}]
        yield make_pack(seed, families[place % len(families)], kinds=kinds, injected=spots)
        made, place = made + len(spots), place + 1


def _name(documents: list[Document], seed: int, injected: dict[str, str]) -> None:
    """File names as phones and scanners give them: they say nothing of the kind."""
    for document in documents:
        number = int(stream(seed, f"packs-name-{document.kind}-{document.place}").integers(1000, 10_000))
        place = list(KINDS).index(document.kind) * 2 + document.place
        stem = f"{_PREFIX[document.carrier]}_{number}{place:02d}"
        if "file_name" in injected and document.kind == SPOTS["file_name"]:
            stem = f"{stem} {injections.file_name(injected['file_name'])}"
        document.name = f"{stem}.{document.suffix}"


def _truth(story: Story, family: Family, documents: list[Document]) -> dict[str, Any]:
    return {
        "synthetic": True, "seed": story.seed, "family": family.key, "split": family.split, "as_of": story.as_of.isoformat(),
        "firm": {
            "name": story.firm.name, "uscc": story.firm.uscc, "legal_representative": story.firm.person, "trade": story.line.key,
            "gbt4754": story.line.gbt4754, "address": story.firm.address,
        },
        "figures": {
            "inflow_minor": story.inflow_minor(), "sales_quarter_minor": story.sales_quarter_minor, "rent_month_minor": story.rent_month_minor,
            "wages_net_month_minor": sum(gross - social for _, gross, social in story.wages),
        },
        "fonts": {role: font_file(role)[0].name for role in (family.cjk, family.figures, family.title)},
        "documents": [
            {
                "file": one.name, "kind": one.kind, "carrier": one.carrier, "pages": one.pages, "fields": one.fields, "capture": one.captured,
                "sha256": hashlib.sha256(one.data).hexdigest(),
            }
            for one in documents
        ],
    }  # fmt: skip
