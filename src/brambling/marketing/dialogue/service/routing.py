"""What a user can ask of routing: learn from examples, and route texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from brambling.engine.learn import Artefact, read_artefact
from brambling.engine.search import Embedder, open_embedder
from brambling.kit.errors import InputRejected
from brambling.kit.settings import settings
from brambling.marketing.dialogue.features import Floats, Ints
from brambling.marketing.dialogue.model.router import Fitted, Router, fit_router, router_of
from brambling.marketing.dialogue.readers import Examples, read_intents, read_texts
from brambling.marketing.dialogue.rules import KEPT, RIGHT, Action, Note
from brambling.marketing.dialogue.shapes import FORMAT, KIND, DialogueFit, IntentFigures, Progress, RoutedTable

RESULTS = ("row", "action", "intent", "confidence")
CURVE_POINTS = 50


def fit(
    intents: Any,
    *,
    unknown: str = "",
    embeddings: bool = True,
    embedder: Embedder | None = None,
    right_min: float = RIGHT,
    kept_min: float = KEPT,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    said: Progress | None = None,
) -> DialogueFit:
    """Learn to route from examples (a path or any dataframe with columns text and intent).

    ``unknown`` names the intent for texts that belong to none (oos and out_of_scope are known); ``embeddings`` False
    leaves meaning out and looks at words alone, ``embedder`` is the one to use instead of the installation's.
    ``right_min`` is the share of answers that must be right, ``kept_min`` the share of known questions that must not be
    handed over. Raises InputRejected as ``read_intents``, and for shares outside 0 to 1.
    """
    for name, share in (("right", right_min), ("kept", kept_min)):
        if not 0 < share < 1:
            raise InputRejected(f"a share {name} of {share}", expected="more than 0 and less than 1")
    read = read_intents(intents, unknown=unknown, mapping=mapping, seed=seed)
    chosen = (embedder or open_embedder(settings())) if embeddings else None
    made = fit_router(
        read.texts,
        read.intents,
        read.numbers,
        embedder=chosen,
        right_min=right_min,
        kept_min=kept_min,
        seed=seed,
        said=said,
    )
    return _told(read, made, right_min, kept_min, seed)


def _told(read: Examples, made: Fitted, right_min: float, kept_min: float, seed: int) -> DialogueFit:
    router, limits = made.router, made.router.thresholds
    asked = ~made.known.unknown
    right = made.known.right[asked]
    sure = router.detector.confidence(made.known.signs[asked])
    answered, kept = sure >= limits.answer, sure >= limits.handover
    out = router.detector.confidence(made.left_out.signs)
    notes = read.notes
    if limits.answer > 1:
        notes = (*notes, Note("never-right", {"right": f"{right_min:.1%}"}))
    return DialogueFit(
        router=router,
        rows=len(read.texts),
        intents=len(read.intents),
        unknown_rows=int((read.numbers < 0).sum()),
        right=right_min,
        kept=kept_min,
        accuracy=float(right.mean()),
        answered=float(answered.mean()),
        answered_right=float(right[answered].mean()) if answered.any() else 1.0,
        kept_found=float(kept.mean()),
        kept_right=float(right[kept].mean()) if kept.any() else 1.0,
        unknown_handed_over=float((out < limits.handover).mean()) if out.size else None,
        unknown_answered=float((out >= limits.answer).mean()) if out.size else None,
        per_intent=_per_intent(read, made.known.guess[asked], answered),
        curve=_curve(sure, right.astype(float)),
        notes=notes,
        seed=seed,
    )


def _per_intent(read: Examples, guess: Ints, answered: Any) -> tuple[IntentFigures, ...]:
    """Figures of each intent, the one guessed worst first."""
    numbers = read.numbers[read.numbers >= 0]
    out = []
    for place, intent in enumerate(read.intents):
        own = numbers == place
        wrong = Counter(guess[own & (guess != place)].tolist()).most_common(1)
        taken_for = read.intents[wrong[0][0]] if wrong else ""
        right = float((guess[own] == place).mean())
        out.append(IntentFigures(intent, int(own.sum()), right, float(answered[own].mean()), taken_for))
    return tuple(sorted(out, key=lambda one: (one.right, one.intent)))


def _curve(confidence: Floats, right: Floats) -> tuple[tuple[float, float], ...]:
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.unique(np.linspace(len(order) / CURVE_POINTS, len(order), CURVE_POINTS).astype(int).clip(1)) - 1
    return tuple((float((end + 1) / len(order)), float(share[end])) for end in ends)


def artefact(made: DialogueFit, created_by: str, created_at: datetime) -> Artefact:
    """The router as a file's content; what was found is its metadata."""
    data, parts = made.router.to_plain()
    found = {"rows": made.rows, "intents": made.intents, "accuracy": made.accuracy, "seed": made.seed}
    return Artefact(KIND, FORMAT, created_by, created_at, data=data, parts=parts, metadata=found)


def load(source: Path | str | Artefact, embedder: Embedder | None = None) -> Router:
    """The router in a file or artefact, with the embedder of the installation where it was fitted with one.

    Raises InputRejected for another kind, damaged content, and another embedding model than it was fitted with.
    """
    found = source if isinstance(source, Artefact) else read_artefact(Path(source), kind=KIND)
    if not found.data.get("embedder"):
        return router_of(found, None)
    return router_of(found, embedder or open_embedder(settings()))


def route(
    model: Path | str | Artefact | Router | DialogueFit,
    texts: Any,
    *,
    mapping: Mapping[str, str] | None = None,
    said: Progress | None = None,
) -> RoutedTable:
    """Texts (a path or any dataframe with a column text) with ``row, action, intent, confidence`` before their columns."""
    import polars as pl

    if isinstance(model, DialogueFit):
        router = model.router
    else:
        router = model if isinstance(model, Router) else load(model)
    frame = read_texts(texts, mapping)
    asked = frame["text"].to_list()
    routed = []
    for start in range(0, len(asked), 256):
        routed += router.route(asked[start : start + 256])
        if said is not None:
            said("route", len(routed), len(asked))
    results = pl.DataFrame(
        {
            "row": range(1, len(routed) + 1),
            "action": [one.action for one in routed],
            "intent": [one.intent for one in routed],
            "confidence": [one.confidence for one in routed],
        },
        schema={"row": pl.Int64, "action": pl.String, "intent": pl.String, "confidence": pl.Float64},
    )
    twins = [name for name in RESULTS if name in frame.columns]
    found = Counter(one.action for one in routed)
    order: tuple[Action, ...] = ("answer", "clarify", "handover")
    return RoutedTable(
        pl.concat([results, frame.drop(twins)], how="horizontal"),
        {action: found[action] for action in order},
        tuple(Note("replaced", {"column": name}) for name in twins),
    )
