"""Embeddings of many texts, and embeddings that are remembered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brambling.engine.search import LocalEmbedder, RememberingEmbedder
from brambling.engine.search.embedding import Vectors


def test_many_texts_on_several_threads_give_the_vectors_of_each_alone() -> None:
    embedder = LocalEmbedder()
    texts = [f"{'额度' * (at % 5)} question {at}" for at in range(48)]
    together = embedder.queries(texts)
    assert together.shape == (48, 384)
    for at in (0, 15, 16, 31, 47):
        assert np.array_equal(together[at], embedder.queries([texts[at]])[0])


class Counting:
    """Counts how often a text is embedded."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.queries(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(len(texts), 2)


def test_a_text_is_embedded_once() -> None:
    inner = Counting()
    embedder = RememberingEmbedder(inner)
    assert embedder.queries(["a", "bb", "a"]).tolist() == [[1, 1], [2, 1], [1, 1]]
    assert embedder.queries(["bb", "ccc"]).tolist() == [[2, 1], [3, 1]]
    assert embedder.queries([]).shape == (0, 2)
    assert inner.asked == ["a", "bb", "ccc"]
    assert embedder.name == "counting"
