"""The approved texts, and finding the one that answers: by the ways to ask that each text lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from brambling.engine.search import Bm25, Embedder, Index, Passage
from brambling.kit.errors import InputRejected
from brambling.kit.files import read_text
from brambling.marketing.dialogue.rules.acts import Spoken

FOLDER = Path(__file__).parents[1] / "knowledge"
_FIELDS = ("id", "title_en", "title_zh", "source", "valid_from", "asks_en", "asks_zh")
_PARTS = re.compile(r"^## (en|zh)\s*$", re.MULTILINE)
# share of a question's words, by rarity, that a way to ask must hold; and with meaning, how far the nearest way to ask
# stands above the middle of all (cosines of small models bunch: none of the unknown questions of the part of the
# conversations to build with came so far)
WORDS_MIN = 0.62
LIFT_MIN: Mapping[str, float] = {"en": 0.07, "zh": 0.055}


@dataclass(frozen=True)
class Text:
    """One approved text in both languages: titles, words, where they come from, since when, and ways to ask for it."""

    id: str
    titles: Mapping[str, str]
    words: Mapping[str, str]
    source: str
    valid_from: date
    asks: Mapping[str, tuple[str, ...]]


def read_knowledge(folder: Path = FOLDER) -> dict[str, Text]:
    """The texts of a folder by id. Raises InputRejected for one that lacks a field or a language."""
    return {text.id: text for text in (_read(path) for path in sorted(folder.glob("*.md")))}


@cache
def approved() -> dict[str, Text]:
    """The texts that come with the bank, read once."""
    return read_knowledge()


def _read(path: Path) -> Text:
    import yaml

    _, head, body = [*read_text(path, bytes_max=1 << 20).split("---\n", 2), "", ""][:3]
    try:
        values: Any = yaml.safe_load(head)
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict) or any(name not in values for name in _FIELDS):
        raise InputRejected("front matter is not complete", file=path, expected=", ".join(_FIELDS))
    parts = _PARTS.split(body)
    words = {lang: text.strip() for lang, text in zip(parts[1::2], parts[2::2], strict=True)}
    if set(words) != {"en", "zh"}:
        raise InputRejected("a language is missing", file=path, expected="## en and ## zh")
    asks = {lang: tuple(map(str, values[f"asks_{lang}"])) for lang in ("en", "zh")}
    titles = {lang: str(values[f"title_{lang}"]) for lang in ("en", "zh")}
    return Text(str(values["id"]), titles, words, str(values["source"]), values["valid_from"], asks)


class Finder:
    """Finds the text whose ways to ask come nearest to a question; by words alone without an embedder."""

    def __init__(self, texts: Mapping[str, Text], embedder: Embedder | None = None) -> None:
        self._meaning = embedder is not None
        self._index: dict[str, Index] = {}
        for lang in ("en", "zh"):
            passages = [
                Passage(f"{text.id}#{number}", ask)
                for text in texts.values()
                for number, ask in enumerate((*text.asks[lang], text.titles[lang]))
            ]
            self._index[lang] = Index.build(passages, embedder)
        self._words = {lang: Bm25([one.text for one in index.passages]) for lang, index in self._index.items()}

    def find(self, question: str, lang: Spoken) -> str:
        """The id of the text, empty where none is near enough to be an answer."""
        hits = self._index[lang].search(question, len(self._index[lang].passages))
        if not hits:
            return ""
        if self._words[lang].coverage(question).max() >= WORDS_MIN:
            return hits[0].passage.id.partition("#")[0]
        if not self._meaning:
            return ""
        best = max(hits, key=lambda hit: hit.cosine or 0.0)
        lift = (best.cosine or 0.0) - median(hit.cosine or 0.0 for hit in hits)
        return best.passage.id.partition("#")[0] if lift >= LIFT_MIN[lang] else ""

    def candidates(self, question: str, lang: Spoken, most: int = 3) -> Sequence[str]:
        """The ids that come nearest, however far: for a person who answers beside the machine."""
        ids = [hit.passage.id.partition("#")[0] for hit in self._index[lang].search(question, 4 * most)]
        return list(dict.fromkeys(ids))[:most]
