"""An answer in other words, by a language model where one is configured; what does not hold is dropped for the template.

The model sees approved texts and tool results, never the owner's words: nobody can tell it what to do. Only answers are
rephrased. Whatever acts (a confirmation, a hand-over, a refusal) keeps the words that the rules give it, since a promise
in free words would be a promise without a task.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field

from brambling.engine.llm import Answer, Door, drop_ungrounded, load_prompt
from brambling.marketing.dialogue.rules.acts import Act, Spoken

PROMPTS = Path(__file__).parents[1] / "prompts"
LENGTH_MAX, TIMEOUT_S = 800, 8.0
_REPHRASED = frozenset({"answer", "tool", "need"})
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_DIGITS = re.compile(r"\d+(?:[.,:\-/]\d+)*%?")
_PROMISES = re.compile(
    r"保证|一定|肯定|必定|获批|已批|批准|通过审|恭喜|包您|放心交给|转接|转给|转人工|人工|工作人员|已为您|马上放款|无风险|稳赚|guarantee|promise|certain|surely"
    r"|approv|congratulat|transfer|connect you|a person|agent|colleague|no risk|risk-free|will get|will receive|we will|i will|i have|done for you",
    re.IGNORECASE,
)


class Phrased(BaseModel):
    """The answer's shape."""

    words: str = Field(max_length=4 * LENGTH_MAX)


def phrased(words: str, acts: Sequence[Act], lang: Spoken, door: Door, *, timeout_s: float = TIMEOUT_S) -> str:
    """``words`` of a turn as a language model would say them; ``words`` themselves where it may not or does not hold."""
    if not acts or not {act.kind for act in acts} <= _REPHRASED or door.model is None:
        return words
    answer = door.ask(
        load_prompt(PROMPTS, "phrase"),
        Phrased,
        documents={"answer": words},
        values={"language": _LANGUAGES[lang]},
        timeout_s=timeout_s,
    )
    if not isinstance(answer, Answer):
        return words
    said = answer.value.words.strip()
    return said if holds(said, words) else words


def holds(said: str, source: str) -> bool:
    """Whether a rephrasing has every number of its source, as often, none beside them, and no promise of its own."""
    if not said or len(said) > LENGTH_MAX or Counter(_DIGITS.findall(said)) != Counter(_DIGITS.findall(source)):
        return False
    lower = source.lower()
    if any(found.group().lower() not in lower for found in _PROMISES.finditer(said)):
        return False
    _, dropped = drop_ungrounded({"said": said}, source)
    return not dropped
