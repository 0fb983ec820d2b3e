"""A memo's summary in other words, by a language model where one is configured; the memo's own words stand beside it.

The model gets finished sentences in which every name of the record is a mark, and may only say them again. A sentence
is dropped when it holds a number that does not stand in the record, as value and as written, a mark that is none, or a
name that the record does not have. Nothing of the memo is taken from its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, Field

from brambling.credit.underwriting.shapes.memo import Memo, Retold
from brambling.engine.llm import Answer, Door, drop_ungrounded, load_prompt
from brambling.kit.i18n import Lang

PROMPTS = Path(__file__).parent / "prompts"
SENTENCES_MAX, LENGTH_MAX = 6, 400
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_MARK = re.compile(r"\[\[(\d+)\]\]")
_DIGITS = re.compile(r"\d+(?:[.,:\-/]\d+)*")
_CAPITAL = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][A-Za-z&'-]+")
# What a Chinese business or person is called by at the end; the words before it must stand in the record.
_CHINESE = re.compile(
    r"([\u4e00-\u9fff]{2})(公司|集团|银行|工厂|商行|商店|超市|合作社|事务所|经营部|先生|女士|经理|总监)"
)
_ANYBODY = {"该", "本", "这", "我", "贵", "家", "的", "向", "由", "与", "和", "在", "客户", "企业", "贷款"}


class Sentences(BaseModel):
    """The answer's shape."""

    sentences: list[str] = Field(max_length=12)


def retold(memo: Memo, door: Door, names: Sequence[str] = ()) -> Memo:
    """``memo`` with its summary told again; unchanged without a model, without an answer, or when nothing of it holds.

    The business's name and ``names`` never leave the house, nor do the free words of persons.
    """
    hidden = sorted({memo.name, *names} - {""})
    marks = {name: f"[[{number}]]" for number, name in enumerate(hidden, start=1)}
    source = _marked(memo.text, marks)
    answer = door.ask(
        load_prompt(PROMPTS, "memo"),
        Sentences,
        documents={"memo": source},
        values={"language": _LANGUAGES[memo.lang]},
    )
    if not isinstance(answer, Answer):
        return memo
    said = [sentence.strip() for sentence in answer.value.sentences if sentence.strip()]
    kept = [sentence for sentence in said if holds(sentence, source, memo.lang)][:SENTENCES_MAX]
    if not kept:
        return memo
    known = {mark: name for name, mark in marks.items()}
    told = tuple(_MARK.sub(lambda found: known[found.group()], sentence) for sentence in kept)
    return replace(memo, retold=Retold(told, len(said) - len(kept), answer.model))


def _marked(text: str, marks: dict[str, str]) -> str:
    source = text.replace("[[", "[ [")
    for name in sorted(marks, key=len, reverse=True):  # a name that is part of another comes after it
        source = source.replace(name.replace("[[", "[ ["), marks[name])
    return source


def holds(sentence: str, source: str, lang: Lang) -> bool:
    """Whether every number, mark and name of ``sentence`` stands in ``source``."""
    if len(sentence) > LENGTH_MAX or "\n" in sentence:
        return False
    if not {found.group() for found in _MARK.finditer(sentence)} <= {found.group() for found in _MARK.finditer(source)}:
        return False
    plain, plain_source = _MARK.sub("", sentence), _MARK.sub("", source)
    if not set(_DIGITS.findall(plain)) <= set(_DIGITS.findall(plain_source)):
        return False
    _, dropped = drop_ungrounded({"sentence": plain}, plain_source)
    return not dropped and _names_stand(plain, plain_source, lang)


def _names_stand(plain: str, source: str, lang: Lang) -> bool:
    words = {word.casefold() for word in re.findall(r"[A-Za-z&'-]+", source)}
    if lang == "en" and any(word.casefold() not in words for word in _CAPITAL.findall(plain)):
        return False
    for before, kind in _CHINESE.findall(plain):
        if before[-1] in _ANYBODY or before in _ANYBODY or before + kind in source:
            continue
        return False
    return lang == "en" or all(word.casefold() in words for word in re.findall(r"[A-Za-z]{2,}", plain))
