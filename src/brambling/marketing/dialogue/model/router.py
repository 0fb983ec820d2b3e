"""Intents learnt from texts, and new texts routed: a guess, how sure it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.engine.learn import Artefact, array_of, array_part
from brambling.engine.search import Embedder
from brambling.kit.errors import InputRejected
from brambling.marketing.dialogue.features import (
    Floats,
    Ints,
    Known,
    Singles,
    Vocabulary,
    Words,
    readable,
    says_something,
    signs,
)
from brambling.marketing.dialogue.model.detector import Detector
from brambling.marketing.dialogue.model.kernel import Solved, kernel_of, solve, targets
from brambling.marketing.dialogue.rules import KEPT, RIGHT, Bools, Thresholds, thresholds
from brambling.marketing.dialogue.shapes import FORMAT, KIND, Progress, Routed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GROUPS = 3  # intents are left out by thirds
OTHERS = 2  # next best intents that are told with a guess
EMBED_AT_ONCE = 64
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Trial:
    """Texts that a fit had not seen: their signs, whether the guess was right, and whether the intent was unknown."""

    signs: Floats
    guess: Ints
    right: Bools
    unknown: Bools


@dataclass(frozen=True)
class Fitted:
    """A router, and the trials its detector and thresholds come from."""

    router: Router
    known: Trial
    left_out: Trial


class Router:
    """Routes texts. Make one with :func:`fit_router` or :func:`router_of`; it does not change afterwards."""

    def __init__(
        self,
        intents: Sequence[str],
        known: Known,
        words: Words,
        rows: csr_matrix,
        meaning: tuple[Singles, Singles] | None,
        weights: Singles,
        detector: Detector,
        limits: Thresholds,
        embedder: Embedder | None,
    ) -> None:
        self.intents = tuple(intents)
        self.thresholds = limits
        self.detector = detector
        self._known, self._words, self._rows, self._weights = known, words, rows, weights
        self._meaning, self._embedder = meaning, embedder

    @property
    def embedder(self) -> str:
        """Name of the embedding model, empty without one."""
        return self._embedder.name if self._embedder is not None else ""

    @cached_property
    def _by_gram(self) -> Any:
        return self._rows.T.tocsr()

    def route(self, texts: Sequence[str]) -> list[Routed]:
        """Each text routed by itself, so what stands beside it in a file changes nothing."""
        out: list[Routed] = []
        for start in range(0, len(texts), EMBED_AT_ONCE):
            part = texts[start : start + EMBED_AT_ONCE]
            vectors = self._embedder.queries([readable(text) for text in part]) if self._embedder is not None else None
            for at, text in enumerate(part):
                out.append(self._one(text, None if vectors is None else vectors[at : at + 1]))
        return out

    def _one(self, text: str, vector: Singles | None) -> Routed:
        words = self._shared_words(text)
        likeness = [words]
        if vector is not None and self._meaning is not None:
            center, vectors = self._meaning
            likeness.append(unit(vector - center) @ vectors.T)
        scores = kernel_of(words, likeness[1] if len(likeness) > 1 else None) @ self._weights
        guess, shown = signs(scores, likeness, self._known)
        speaks = says_something(text)
        confidence = float(self.detector.confidence(shown)[0]) if speaks else 0.0
        order = np.argsort(-scores[0], kind="stable")
        others = tuple(self.intents[i] for i in order if i != guess[0])[:OTHERS]
        action = self.thresholds.action(confidence, says_something=speaks)
        return Routed(action, self.intents[int(guess[0])], confidence, others)

    def _shared_words(self, text: str) -> Singles:
        """Inner products of the text's TF-IDF row with every training row, by walking its grams' own rows alone."""
        places, values = self._words.row(text)
        ends, rows, held = self._by_gram.indptr, self._by_gram.indices, self._by_gram.data
        spans = [slice(ends[place], ends[place + 1]) for place in places]
        if not spans:
            return np.zeros((1, len(self._known.intents)), dtype=np.float32)
        at = np.concatenate([rows[span] for span in spans])
        weight = np.concatenate([held[span] * value for span, value in zip(spans, values, strict=True)])
        return np.bincount(at, weight, minlength=len(self._known.intents))[None, :].astype(np.float32)

    def to_plain(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Data and parts of an artefact. It holds grams and vectors of the training texts, and none of the texts."""
        data = {
            "intents": list(self.intents),
            "words": list(self._words.words.places),
            "characters": list(self._words.characters.places),
            "detector": self.detector.to_plain(),
            "answer": self.thresholds.answer,
            "handover": self.thresholds.handover,
            "embedder": self.embedder,
        }
        small = self._rows.shape[1] <= np.iinfo(np.uint16).max
        parts = {
            "known": array_part(self._known.intents.astype(np.int32)),
            "word_rarity": array_part(self._words.words.rarity.astype(np.float32)),
            "character_rarity": array_part(self._words.characters.rarity.astype(np.float32)),
            "row_ends": array_part(self._rows.indptr.astype(np.int32)),
            "row_grams": array_part(self._rows.indices.astype(np.uint16 if small else np.int32)),
            "row_values": array_part(self._rows.data.astype(np.float16)),
            "weights": array_part(self._weights),
        }
        if self._meaning is not None:
            parts["center"] = array_part(self._meaning[0])
            parts["vectors"] = array_part(self._meaning[1].astype(np.float16))
        return data, parts


def router_of(artefact: Artefact, embedder: Embedder | None) -> Router:
    """The router of an artefact.

    Raises InputRejected for another kind or format, for damaged content, and for an embedder other than it was fitted
    with: likeness of two models cannot be compared.
    """
    from scipy.sparse import csr_matrix

    if artefact.kind != KIND or artefact.format != FORMAT:
        raise InputRejected(f"an artefact of kind {artefact.kind!r}", expected=f"kind {KIND!r}, format {FORMAT}")
    try:
        data, part = artefact.data, {name: array_of(content) for name, content in artefact.parts.items()}
        if data["embedder"] != (embedder.name if embedder is not None else ""):
            have = embedder.name if embedder is not None else "none"
            raise InputRejected(f"the embedding model is {have}", expected=data["embedder"] or "none")
        words = Words(
            _vocabulary(data["words"], part["word_rarity"]), _vocabulary(data["characters"], part["character_rarity"])
        )
        count = len(words.words.places) + len(words.characters.places)
        known = Known(part["known"].astype(np.int64), len(data["intents"]))
        content = (part["row_values"].astype(np.float32), part["row_grams"].astype(np.int32), part["row_ends"])
        rows = csr_matrix(content, shape=(len(known.intents), count))
        vectors = part.get("vectors")
        return Router(
            data["intents"],
            known,
            words,
            rows,
            None if vectors is None else (part["center"], vectors.astype(np.float32)),
            part["weights"],
            Detector.from_plain(data["detector"]),
            Thresholds(float(data["answer"]), float(data["handover"])),
            embedder,
        )
    except (KeyError, TypeError, ValueError, AssertionError):
        raise InputRejected("is a damaged dialogue model") from None


def _vocabulary(grams: Sequence[str], rarity: Singles) -> Vocabulary:
    return Vocabulary({gram: place for place, gram in enumerate(grams)}, rarity.astype(np.float64))


def unit(vectors: Singles) -> Singles:
    """Rows of length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: Singles = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return rows


def fit_router(
    texts: Sequence[str],
    intents: Sequence[str],
    numbers: Ints,
    *,
    embedder: Embedder | None,
    right_min: float = RIGHT,
    kept_min: float = KEPT,
    seed: int = 7,
    said: Progress | None = None,
) -> Fitted:
    """Learn from ``texts`` with ``numbers`` of their ``intents`` (-1 for a labelled unknown).

    Every figure comes from texts the fit had not seen: known ones by exact leave-one-out, unknown ones by leaving each
    third of the intents out of a fit of the rest. No unknown text sets a threshold.
    """
    say = said or (lambda what, done, total: None)
    words = Words.learn(texts)
    rows = words.encode(texts)
    rows.data = rows.data.astype(np.float16).astype(np.float32)  # as they are kept, so that a reload changes nothing
    meaning = _meaning(texts, embedder, say) if embedder is not None else None
    likeness = [np.asarray((rows @ rows.T).todense(), dtype=np.float32)]
    if meaning is not None:
        likeness.append(meaning[1] @ meaning[1].T)
    known, left_out = _leave_out(likeness, numbers, len(intents), np.random.default_rng(seed), say)
    detector = Detector.learn(
        np.concatenate([known.signs, left_out.signs]),
        np.concatenate([known.right, left_out.right]),
        np.concatenate([known.unknown, left_out.unknown]),
    )
    everything = Known(numbers, len(intents))
    solved, unseen = _fit_rows(likeness, np.arange(len(numbers)), everything)
    asked = ~unseen.unknown
    limits = thresholds(
        detector.confidence(unseen.signs[asked]), unseen.right[asked], right_min=right_min, kept_min=kept_min
    )
    say("fit", GROUPS + 1, GROUPS + 1)
    router = Router(intents, everything, words, rows, meaning, solved.weights, detector, limits, embedder)
    return Fitted(router, unseen, left_out)


def _meaning(texts: Sequence[str], embedder: Embedder, say: Progress) -> tuple[Singles, Singles]:
    """The mean embedding, and the embeddings around it at length 1: small models crowd into a corner of their space."""
    parts = []
    step = 4 * EMBED_AT_ONCE
    for start in range(0, len(texts), step):
        parts.append(embedder.queries([readable(text) for text in texts[start : start + step]]))
        say("embed", min(start + step, len(texts)), len(texts))
    vectors = np.vstack(parts)
    center: Singles = vectors.mean(axis=0, keepdims=True).astype(np.float32)
    return center, unit(vectors - center).astype(np.float16).astype(np.float32)


def _leave_out(
    likeness: Sequence[Singles], numbers: Ints, count: int, random: np.random.Generator, say: Progress
) -> tuple[Trial, Trial]:
    """Each third of the intents left out of one fit: trials of the known texts, and of those left out."""
    groups = min(GROUPS, count)
    group = random.permutation(count) % groups
    group_of_row = np.where(numbers >= 0, group[np.maximum(numbers, 0)], -1)
    known, left_out = [], []
    for turn in range(groups):
        inside, outside = np.flatnonzero(group_of_row != turn), np.flatnonzero(group_of_row == turn)
        kept = np.flatnonzero(group != turn)
        renumbered = np.full(count + 1, -1)
        renumbered[kept] = np.arange(len(kept))
        part = Known(renumbered[numbers[inside]], len(kept))
        solved, unseen = _fit_rows(likeness, inside, part)
        known.append(unseen)
        left_out.append(_ask(likeness, outside, inside, part, solved))
        say("fit", turn + 1, GROUPS + 1)
    return _joined(known), _joined(left_out)


def _fit_rows(likeness: Sequence[Singles], rows: Ints, part: Known) -> tuple[Solved, Trial]:
    """A fit on ``rows``, and each of them as a fit without it would see it."""
    square = np.ix_(rows, rows)
    kernel = kernel_of(likeness[0][square], likeness[1][square] if len(likeness) > 1 else None)
    solved = solve(kernel, targets(part.intents, part.count))
    trials = []
    for at in _pieces(np.arange(len(rows))):
        near = [kind[np.ix_(rows[at], rows)] for kind in likeness]
        guess, shown = signs(solved.unseen[at], near, part, at)
        wanted = part.intents[at]
        trials.append(Trial(shown, guess, guess == wanted, wanted < 0))
    return solved, _joined(trials)


def _ask(likeness: Sequence[Singles], asked: Ints, rows: Ints, part: Known, solved: Solved) -> Trial:
    """Texts of intents that were left out, asked to a fit on ``rows``."""
    trials = []
    for at in _pieces(asked):
        near = [kind[np.ix_(at, rows)] for kind in likeness]
        scores = kernel_of(near[0], near[1] if len(near) > 1 else None) @ solved.weights
        guess, shown = signs(scores, near, part)
        trials.append(Trial(shown, guess, np.zeros(len(at), dtype=bool), np.ones(len(at), dtype=bool)))
    return _joined(trials)


def _pieces(places: Ints) -> Iterator[Ints]:
    for start in range(0, len(places), _ROWS_AT_ONCE):
        yield places[start : start + _ROWS_AT_ONCE]


def _joined(trials: Sequence[Trial]) -> Trial:
    return Trial(
        np.concatenate([one.signs for one in trials]),
        np.concatenate([one.guess for one in trials]),
        np.concatenate([one.right for one in trials]),
        np.concatenate([one.unknown for one in trials]),
    )
