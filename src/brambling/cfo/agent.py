"""A brief in other words, by a language model where one is configured; the template's words stand beside it in any case.

The model gets the finished sentences and may only say them again. It sees no name (each stands as a mark), so it cannot
name anybody the brief does not; a sentence with a number, amount or date that does not stand in the brief is dropped,
and so is one with a mark that is none. Nothing of the brief is taken from its answer: decision and numbers are the same
with and without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from brambling.engine.llm import Answer, Door, drop_ungrounded, load_prompt
from brambling.kit.i18n import Lang

PROMPTS = Path(__file__).parent / "prompts"
SENTENCES_MAX, LENGTH_MAX = 5, 400
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_MARK = re.compile(r"\[\[(\d+)\]\]")
_DIGITS = re.compile(r"\d+(?:[.,:\-/]\d+)*")


class Retold(BaseModel):
    """The answer's shape."""

    sentences: list[str] = Field(max_length=12)


@dataclass(frozen=True)
class Retelling:
    """Sentences of a language model that hold nothing but what the brief holds; ``dropped`` is how many did."""

    sentences: tuple[str, ...]
    dropped: int
    model: str
    prompt_version: str


def retell(lines: Sequence[str], names: Sequence[str], lang: Lang, door: Door) -> Retelling | None:
    """The ``lines`` of a brief in other words; None without a model, without an answer, or when nothing of it holds.

    ``names`` are those of the business's payers and products as they stand in the lines; they never leave the house.
    """
    marks = {name: f"[[{number}]]" for number, name in enumerate(sorted(set(filter(None, names)), key=len), start=1)}
    source = _unmarked("\n".join(lines))
    for name in sorted(marks, key=len, reverse=True):  # a name that is part of another comes after it
        source = source.replace(_unmarked(name), marks[name])
    answer = door.ask(
        load_prompt(PROMPTS, "retell"), Retold, documents={"brief": source}, values={"language": _LANGUAGES[lang]}
    )
    if not isinstance(answer, Answer):
        return None
    said = [sentence.strip() for sentence in answer.value.sentences if sentence.strip()]
    kept = [sentence for sentence in said if _holds(sentence, source, set(marks.values()))][:SENTENCES_MAX]
    if not kept:
        return None
    known = {mark: name for name, mark in marks.items()}
    told = tuple(_MARK.sub(lambda found: known[found.group()], sentence) for sentence in kept)
    return Retelling(told, len(said) - len(kept), answer.model, answer.prompt_version)


def _unmarked(text: str) -> str:
    """``text`` without anything that looks like a mark: what a customer wrote is none."""
    return text.replace("[[", "[ [")


def _holds(sentence: str, source: str, marks: set[str]) -> bool:
    """Whether every number of ``sentence``, as value and as written, stands in ``source``, and every mark is one."""
    if len(sentence) > LENGTH_MAX or "\n" in sentence:
        return False
    if not {found.group() for found in _MARK.finditer(sentence)} <= marks:
        return False
    plain, plain_source = _MARK.sub("", sentence), _MARK.sub("", source)
    if not set(_DIGITS.findall(plain)) <= set(_DIGITS.findall(plain_source)):
        return False
    _, dropped = drop_ungrounded({"sentence": plain}, plain_source)
    return not dropped
