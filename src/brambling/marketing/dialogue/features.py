"""Texts as sparse numbers, and what a routed text shows of being known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brambling.kit.crypto import mask
from brambling.kit.text import ngrams, normalise

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

CHARACTERS_MAX = 1000  # what a question says it says early; beyond that a text costs time and adds noise
NEIGHBOURS = 10
ENERGY_SHARPNESS = 3.0

_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+|[^\w\s]")
_MASKED = re.compile(r"\*+\w{4}")  # as the mask leaves a number: stars and its last four characters
_CHINESE_SIZES, _LATIN_SIZES = (1, 2, 3), (2, 3, 4, 5)


def readable(text: str) -> str:
    """The text as it is embedded: widths folded, spaces made one, at most ``CHARACTERS_MAX`` characters.

    Identity, account and phone numbers become one sign: they say nothing of the intent, and a model must not hold them.
    """
    folded = normalise(text[: 4 * CHARACTERS_MAX])[:CHARACTERS_MAX]
    return _MASKED.sub("#", mask(folded))


def clean(text: str) -> str:
    """The text as its words are read: as it is embedded, in lower case."""
    return readable(text).lower()


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or an ideograph in the text (emoji and dots say nothing)."""
    return any(char.isalnum() for char in clean(text))


def word_grams(text: str) -> list[str]:
    """Words and pairs of neighbouring words; Chinese words are pairs of characters."""
    words: list[str] = []
    for run in _RUNS.findall(clean(text)):
        words += ngrams(run, 2) if _is_chinese(run) else [run]
    return words + [f"{one} {next_}" for one, next_ in pairwise(words)]


def character_grams(text: str) -> list[str]:
    """Runs of 1 to 3 Chinese characters, and of 2 to 5 Latin ones inside a word with its borders."""
    found: list[str] = []
    for run in _RUNS.findall(clean(text)):
        sizes, whole = (_CHINESE_SIZES, run) if _is_chinese(run) else (_LATIN_SIZES, f" {run} ")
        for size in sizes:
            found += [whole[i : i + size] for i in range(len(whole) - size + 1)]
    return found


def _is_chinese(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff"


@dataclass(frozen=True)
class Vocabulary:
    """The grams of one kind that training texts share, with their rarity (idf), in the order of their numbers."""

    places: Mapping[str, int]
    rarity: Floats

    @classmethod
    def learn(cls, documents: Sequence[Sequence[str]], *, documents_min: int = 2) -> Vocabulary:
        """Grams that stand in at least ``documents_min`` documents (in all, where nothing is shared)."""
        counts: Counter[str] = Counter()
        for document in documents:
            counts.update(set(document))
        kept = sorted(gram for gram, count in counts.items() if count >= documents_min) or sorted(counts)
        rarity = np.log((1 + len(documents)) / (1 + np.array([counts[gram] for gram in kept], dtype=float))) + 1
        return cls({gram: place for place, gram in enumerate(kept)}, rarity.astype(np.float32).astype(np.float64))

    def row(self, document: Sequence[str]) -> tuple[list[int], Floats]:
        """Places and TF-IDF values, of length 1 together (none where no gram is known); a count enters as 1 + its log."""
        counts = Counter(gram for gram in document if gram in self.places)
        at = [self.places[gram] for gram in counts]
        values = (1 + np.log(np.array(list(counts.values()), dtype=float))) * self.rarity[at] if at else np.zeros(0)
        return at, values / max(float(np.sqrt(values @ values)), 1e-12)


@dataclass(frozen=True)
class Words:
    """The two vocabularies as one: a row is half word grams and half character grams, of length 1 at most."""

    words: Vocabulary
    characters: Vocabulary

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Words:
        """The vocabularies of the training texts."""
        return cls(
            Vocabulary.learn([word_grams(text) for text in texts]),
            Vocabulary.learn([character_grams(text) for text in texts]),
        )

    def row(self, text: str) -> tuple[Ints, Singles]:
        """Places and values of one text."""
        words, word_values = self.words.row(word_grams(text))
        characters, values = self.characters.row(character_grams(text))
        places = np.array([*words, *(len(self.words.places) + at for at in characters)], dtype=np.int64)
        return places, (np.concatenate([word_values, values]) * np.sqrt(0.5)).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of the texts."""
        from scipy.sparse import csr_matrix

        found = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in found)])
        places = np.concatenate([places for places, _ in found]).astype(np.int32)
        values = np.concatenate([values for _, values in found])
        shape = (len(texts), len(self.words.places) + len(self.characters.places))
        rows = csr_matrix((values, places, ends), shape=shape)
        rows.sort_indices()
        return rows


@dataclass(frozen=True)
class Known:
    """The intent of each training row (-1 for a labelled unknown), as numbers and as a table of members."""

    intents: Ints
    count: int

    @cached_property
    def members(self) -> Singles:
        """1 where a training row (down) has an intent (across); the last column is the labelled unknown."""
        table = np.zeros((len(self.intents), self.count + 1), dtype=np.float32)
        table[np.arange(len(self.intents)), self.intents] = 1
        return table


def signs(scores: Singles, likeness: Sequence[Singles], known: Known, own: Ints | None = None) -> tuple[Ints, Floats]:
    """The guessed intent of each row, and what shows whether it is right: margins, energy, neighbours, centroids.

    ``scores`` (rows, intents); ``likeness`` one array (rows, training rows) for each kind of likeness; ``own`` the
    training row that each row itself is, left out of its neighbours and its centroid (None for new texts). Columns have
    the same meaning for every kind of likeness.
    """
    at = np.arange(len(scores))
    guess = scores.argmax(axis=1)
    best = scores[at, guess].astype(float)
    second = np.partition(scores, -2, axis=1)[:, -2].astype(float) if known.count > 1 else np.full(len(scores), -1.0)
    energy = np.log(np.exp(ENERGY_SHARPNESS * (scores.astype(float) + 1)).mean(axis=1)) / ENERGY_SHARPNESS
    columns = [best, second, best - second, energy, (scores > -0.5).sum(axis=1).astype(float)]
    for kind in likeness:
        columns += _neighbours(kind, guess, known, own)
    return guess, np.column_stack(columns)


def _neighbours(kind: Singles, guess: Ints, known: Known, own: Ints | None) -> list[Floats]:
    """Nearest likeness, its mean over 5, share with the guess, lead of the guess, its nearest, its centroid, that's lead."""
    rows, intents = np.arange(len(kind)), known.intents
    near = kind.copy()
    sums = kind @ known.members
    counts = np.tile(known.members.sum(axis=0), (len(kind), 1))
    if own is not None:
        near[rows, own] = -1
        sums[rows, intents[own]] -= kind[rows, own]
        counts[rows, intents[own]] -= 1
    size = min(NEIGHBOURS, near.shape[1])
    places = np.argpartition(-near, size - 1, axis=1)[:, :size]
    values = np.sort(np.take_along_axis(near, places, axis=1), axis=1)[:, ::-1].astype(float)
    share = (intents[places] == guess[:, None]).mean(axis=1)
    centroids = (sums / np.maximum(counts, 1))[:, : known.count].astype(float)
    centroid = centroids[rows, guess].copy()
    centroids[rows, guess] = -1
    same = intents[None, :] == guess[:, None]
    inside = np.where(same, near, -1).max(axis=1).astype(float)
    outside = np.where(same, -1, near).max(axis=1).astype(float)
    lead = centroid - centroids.max(axis=1)
    return [values[:, 0], values[:, :5].mean(axis=1), share, inside - outside, inside, centroid, lead]
