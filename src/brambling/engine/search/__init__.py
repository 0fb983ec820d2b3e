"""Finding passages: words (BM25) and meaning (embeddings) fused, with a score that means something.

- ``Embedder`` the port; ``LocalEmbedder`` runs a small multilingual model in this process, ``EndpointEmbedder`` asks an
  OpenAI-compatible endpoint; ``open_embedder`` by the settings
- ``Index.build(passages, embedder).search(query, k)``; ``Bm25`` alone where words are enough
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.engine.search.embedding import (
        Embedder,
        EndpointEmbedder,
        LocalEmbedder,
        RememberingEmbedder,
        open_embedder,
    )
    from brambling.engine.search.features import words
    from brambling.engine.search.model import Bm25, Index
    from brambling.engine.search.shapes import Hit, Passage

_HOMES = {
    "Bm25": "model",
    "Embedder": "embedding",
    "EndpointEmbedder": "embedding",
    "Hit": "shapes",
    "Index": "model",
    "LocalEmbedder": "embedding",
    "Passage": "shapes",
    "RememberingEmbedder": "embedding",
    "open_embedder": "embedding",
    "words": "features",
}

__all__ = [
    "Bm25",
    "Embedder",
    "EndpointEmbedder",
    "Hit",
    "Index",
    "LocalEmbedder",
    "Passage",
    "RememberingEmbedder",
    "open_embedder",
    "words",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
