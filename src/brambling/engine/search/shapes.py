"""What is searched and what is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that can be cited by its ``id``."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    ``score`` in 0..1 is the calibrated belief that it answers the query; ``cosine`` (None without an embedder) and
    ``bm25`` are the raw similarities, ``fused`` the reciprocal-rank sum the order comes from.
    """

    passage: Passage
    score: float
    fused: float
    bm25: float
    cosine: float | None
