"""The same expert behind a language model: it reads a decision, writes an opinion with quotes, and may refer.

It cannot approve, and it changes no number: what it says is text beside the decision. A sentence whose quote does not
stand in the application letter for letter, or that holds a number which does not stand there, is dropped; a wish to
refer counts only with a sentence that was kept. Applications that it drafts for the stage ``enlarged`` are taken only
where the axioms alone imply the decision that it claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from brambling.credit.axioms.features import typed
from brambling.credit.expert.model.grounds import Grounds
from brambling.credit.expert.shapes.policy import Decisions, Floats, Ints
from brambling.engine.llm import Answer, Door, NoModel, drop_ungrounded, load_prompt
from brambling.kit.i18n import Lang

if TYPE_CHECKING:
    import polars as pl

_PROMPTS = Path(__file__).parent / "prompts"
_LANGUAGES: Mapping[Lang, str] = {"en": "English", "zh": "Chinese"}
QUOTE_CHARACTERS_MIN = 3
DRAFTS_EACH, APPLICATIONS_ASKED = 4, 10


class Sentence(BaseModel):
    """One sentence and the words of the application that it rests on."""

    text: str = Field(max_length=400)
    quote: str = Field(max_length=200)


class OpinionShape(BaseModel):
    """What the model may answer: there is no word for approving."""

    stance: Literal["agree", "refer"]
    sentences: list[Sentence] = Field(max_length=6)


class DraftShape(BaseModel):
    """A drafted application: the fields that change, and the claim."""

    changes: dict[str, float]
    claim: Literal["approve", "decline"]


class DraftsShape(BaseModel):
    """Drafts of one application."""

    drafts: list[DraftShape] = Field(max_length=12)


@dataclass(frozen=True)
class Opinion:
    """What was kept: sentences with the span (start, end) of their quote in ``document``, and whether to refer.

    ``missing`` says why there is none.
    """

    sentences: tuple[tuple[str, int, int], ...] = ()
    refers: bool = False
    document: str = ""
    dropped: int = 0
    missing: str = ""


def document_of(application: Mapping[str, Any]) -> str:
    """An application as lines ``field: value``."""
    return "\n".join(f"{name}: {value}" for name, value in application.items() if value is not None)


def opinion(
    door: Door, application: Mapping[str, Any], decision: str, reasons: Sequence[str], *, lang: Lang = "en"
) -> Opinion:
    """The opinion of the configured model on a decision; without one, or where nothing it says holds, none."""
    document = document_of(application)
    told = f"decision: {decision}\nreasons: {'; '.join(reasons)}"
    answer = door.ask(
        load_prompt(_PROMPTS, "opinion"),
        OpinionShape,
        documents={"application": document, "decision": told},
        values={"language": _LANGUAGES[lang]},
    )
    if isinstance(answer, NoModel):
        return Opinion(document=document, missing=answer.reason)
    return _kept(answer, document)


def _kept(answer: Answer[OpinionShape], document: str) -> Opinion:
    kept = []
    for one in answer.value.sentences:
        quote = one.quote.strip()
        start = document.find(quote) if len(quote) >= QUOTE_CHARACTERS_MIN else -1
        _, lost = drop_ungrounded({"text": one.text}, document)
        if start >= 0 and not lost and one.text.strip():
            kept.append((one.text.strip(), start, start + len(quote)))
    refers = answer.value.stance == "refer" and bool(kept)
    dropped = len(answer.value.sentences) - len(kept)
    return Opinion(tuple(kept), refers, document, dropped, "" if kept else "nothing-held")


def after_opinion(decision: str, found: Opinion) -> str:
    """The decision once the model has read it: the same, or a person's. It never becomes an approval."""
    return "refer" if found.refers else decision


# -- drafts --------------------------------------------------------------------------------------------------------


class Drafts:
    """Asks a door for applications; counts what it drafted and what the axioms let in."""

    def __init__(self, door: Door, *, seed: int = 7) -> None:
        self._door, self._seed = door, seed
        self.drafted = 0
        self.accepted = 0
        self.missing = ""

    def __call__(self, given: Decisions, grounds: Grounds, rows: Ints) -> tuple[pl.DataFrame, Floats] | None:
        """Accepted drafts of a few of these rows as a table with their decisions; None where there are none."""
        fields = [name for name in grounds.directions if name in given.frame.columns]
        if not fields:
            self.missing = "no-directions"
            return None
        rng = np.random.default_rng(self._seed)
        made: list[dict[str, Any]] = []
        decided: list[float] = []
        for row in sorted(rng.permutation(rows)[:APPLICATIONS_ASKED].tolist()):
            base = _typed_row(given, row)
            for draft in self._asked(base, bool(given.approved[row]), fields, grounds):
                self.drafted += 1
                if implied(draft, base, bool(given.approved[row]), grounds):
                    made.append({**base, **draft.changes})
                    decided.append(float(given.approved[row]))
        self.accepted += len(made)
        if not made:
            return None
        import polars as pl

        return pl.DataFrame(made, infer_schema_length=None, strict=False), np.array(decided)

    def _asked(
        self, base: Mapping[str, Any], approved: bool, fields: Sequence[str], grounds: Grounds
    ) -> list[DraftShape]:
        word = "approve" if approved else "decline"
        arrows = ", ".join(
            f"{name} ({'higher' if grounds.directions[name] > 0 else 'lower'} is better)" for name in fields
        )
        answer = self._door.ask(
            load_prompt(_PROMPTS, "drafts"),
            DraftsShape,
            documents={"application": f"{document_of(base)}\ndecision: {word}"},
            values={"count": str(DRAFTS_EACH), "fields": arrows},
        )
        if isinstance(answer, NoModel):
            self.missing = answer.reason
            return []
        return answer.value.drafts


def _typed_row(given: Decisions, row: int) -> dict[str, Any]:
    frame = given.frame.drop([name for name in given.roles if name in given.frame.columns])
    return {name: typed([frame[name][row]], spelled=given.spelled)[1][0] for name in frame.columns}


def implied(draft: DraftShape, base: Mapping[str, Any], approved: bool, grounds: Grounds) -> bool:
    """Whether the axioms imply what the draft claims: every change is of a field with a direction, and all go the way
    that a person who decided the base so would have to follow."""
    if draft.claim != ("approve" if approved else "decline") or not draft.changes:
        return False
    for name, value in draft.changes.items():
        way = grounds.directions.get(name, 0)
        before = base.get(name)
        if not way or not isinstance(before, int | float) or isinstance(before, bool):
            return False
        try:
            moved = (Decimal(str(value)) - Decimal(str(before))) * way
        except InvalidOperation:
            return False
        if not moved.is_finite() or (moved <= 0 if approved else moved >= 0) or before * value < 0:
            return False
    facts = {**base, **draft.changes}
    vetoed = any(clause.bound is None and clause.applies(facts) for clause in grounds.clauses)
    return not (approved and vetoed)
