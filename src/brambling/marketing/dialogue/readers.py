"""The intents file and the file of texts, every fault in them as one clear line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.marketing.dialogue.features import Ints, clean, says_something
from brambling.marketing.dialogue.rules import Note

if TYPE_CHECKING:
    import polars as pl

INTENTS_MIN, TEXTS_MIN, EXAMPLES_FEW = 2, 6, 5
ROWS_MAX = 16_000  # a fit keeps some four squares of this many rows in memory (about 4 GB)
UNKNOWN_NAMES = ("oos", "out_of_scope", "out-of-scope", "ood")


@dataclass(frozen=True)
class Examples:
    """Texts with the numbers of their intents (-1 for a labelled unknown), and the intents in the order of the alphabet."""

    texts: list[str]
    intents: list[str]
    numbers: Ints
    notes: tuple[Note, ...]


def read_intents(source: Any, *, unknown: str, mapping: Mapping[str, str] | None, seed: int) -> Examples:
    """The examples in ``source`` (columns text, intent).

    ``unknown`` names the intent that means none of the others; without it the usual names are known (oos,
    out_of_scope). Raises InputRejected for an empty cell, fewer than two intents or six texts, an ``unknown`` that is
    not there.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    frame = read_table(source, [Column("text"), Column("intent")], mapping)
    if unknown and unknown not in set(frame["intent"]):
        raise InputRejected(f"no intent {unknown!r}", file=file, column="intent", expected="the name for unknown texts")
    names = {unknown} if unknown else {name for name in set(frame["intent"]) if name.lower() in UNKNOWN_NAMES}
    rows, notes = _usable(frame["text"].to_list(), frame["intent"].to_list())
    counts = Counter(intent for _, intent in rows if intent not in names)
    if len(counts) < INTENTS_MIN:
        have = f"only the intent {next(iter(counts))!r}" if counts else "no intent"
        raise InputRejected(
            have, file=file, column="intent", expected="two intents or more: one leaves nothing to route"
        )
    if len(rows) < TEXTS_MIN:
        raise InputRejected(f"{len(rows)} texts", file=file, column="text", expected=f"{TEXTS_MIN} or more")
    few = sorted(intent for intent, count in counts.items() if count < EXAMPLES_FEW)
    if few:
        notes.append(Note("few-examples", {"count": len(few), "least": EXAMPLES_FEW, "intent": few[0]}))
    if len(rows) > ROWS_MAX:
        notes.append(Note("sampled", {"rows": ROWS_MAX, "total": len(rows)}))
        rows = _drawn(rows, seed)
    intents = sorted(counts)
    places = {intent: place for place, intent in enumerate(intents)}
    numbers = np.array([places.get(intent, -1) for _, intent in rows], dtype=np.int64)
    return Examples([text for text, _ in rows], intents, numbers, tuple(notes))


def _usable(texts: list[str], intents: list[str]) -> tuple[list[tuple[str, str]], list[Note]]:
    """Rows that can teach: none without words, none twice; and what must be said of the others."""
    seen: dict[str, str] = {}
    rows: list[tuple[str, str]] = []
    silent = twins = 0
    disputed: dict[str, int] = {}
    for at, (text, intent) in enumerate(zip(texts, intents, strict=True)):
        key = clean(text)
        if not says_something(text):
            silent += 1
        elif seen.get(key) == intent:
            twins += 1
        else:
            if key in seen:
                disputed.setdefault(key, at + 1)
            seen.setdefault(key, intent)
            rows.append((text, intent))
    notes = [Note("no-words", {"rows": silent})] if silent else []
    notes += [Note("twins", {"rows": twins})] if twins else []
    if disputed:
        notes.append(Note("disputed", {"texts": len(disputed), "row": min(disputed.values())}))
    return rows, notes


def _drawn(rows: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """``ROWS_MAX`` rows, about the same share of each intent, at least one of each; in the order of the file."""
    random = np.random.default_rng(seed)
    places: dict[str, list[int]] = {}
    for at, (_, intent) in enumerate(rows):
        places.setdefault(intent, []).append(at)
    # a row's rank within its intent over the size of it: cutting all at one rank takes the same share of each
    ranked = []
    for own in places.values():
        mixed = random.permutation(len(own))
        ranked += [(rank / len(own), own[place]) for rank, place in enumerate(mixed)]
    return [rows[at] for at in sorted(at for _, at in sorted(ranked)[:ROWS_MAX])]


def read_texts(source: Any, mapping: Mapping[str, str] | None) -> pl.DataFrame:
    """The file with its column ``text``; an empty text stays, as an empty one."""
    import polars as pl

    frame = read_table(source, [Column("text", nullable=True)], mapping)
    return frame.with_columns(pl.col("text").fill_null(""))
