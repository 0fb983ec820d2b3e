"""Two sentences of a message in other words, by a language model where one is configured.

The model sees marks in place of every figure, day and name, so it cannot state one; its sentences are taken only when
each mark stands in them exactly once and nothing that reads as a number is beside them, and the whole message then
passes the same check as any other. Else the template's words stay: figures are the same with and without a model.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from brambling.engine.llm import Answer, Door, load_prompt
from brambling.marketing.creative.rules import Draft, claims_of
from brambling.marketing.creative.rules.wording import MARK, VARIED

PROMPTS = Path(__file__).parent / "prompts"
LENGTH_MAX = 160
TIMEOUT_S = 20.0
_FIGURE = re.compile(rf"{MARK}|[¥￥]?\s?\d[\d,.\-%]*(?:\s?(?:万元|元|天|个月|days?|months?))?|“[^”]*”")
_SIGN = re.compile(r"\[\[\d+\]\]")
_LANGUAGES = {"zh": "Chinese", "en": "English"}


class Varied(BaseModel):
    """The answer's shape."""

    why: str
    invite: str


class Voice:
    """A language model as the second voice of a run; one that does not answer is not asked again in it."""

    def __init__(self, door: Door, *, timeout_s: float = TIMEOUT_S) -> None:
        self._door, self._timeout_s = door, timeout_s
        self._gone = door.model is None

    def vary(self, draft: Draft) -> tuple[Draft, str] | None:
        """``draft`` with two sentences in a model's words, and that model's name; None where the template's stay."""
        parts = dict(draft.parts)
        if self._gone or "whole" in parts:
            return None
        marks: dict[str, str] = {}
        source = {role: _marked(parts[role], marks) for role in VARIED}
        answer = self._door.ask(
            load_prompt(PROMPTS, "vary"),
            Varied,
            documents={"sentences": "\n".join(f"{role}: {text}" for role, text in source.items())},
            values={"language": _LANGUAGES[draft.lang]},
            timeout_s=self._timeout_s,
        )
        if not isinstance(answer, Answer):
            self._gone = answer.reason in ("timeout", "unreachable", "budget")
            return None
        for role in VARIED:
            said = getattr(answer.value, role).strip()
            if not _holds(said, source[role]):
                return None
            parts[role] = _SIGN.sub(lambda found: marks[found.group()], said)
        kept = tuple((role, parts[role]) for role, _text in draft.parts)
        return Draft(draft.lang, draft.name, kept, draft.claims), answer.model


def _marked(text: str, marks: dict[str, str]) -> str:
    def mark(found: re.Match[str]) -> str:
        sign = f"[[{len(marks) + 1}]]"
        marks[sign] = found.group()
        return sign

    return _FIGURE.sub(mark, text)


def _holds(said: str, source: str) -> bool:
    """One line, not much longer, the same marks each once, and no number beside them."""
    if not said or "\n" in said or len(said) > LENGTH_MAX or MARK in said or "{" in said:
        return False
    if sorted(_SIGN.findall(said)) != sorted(_SIGN.findall(source)):
        return False
    bare = _SIGN.sub(" ", said)
    return not any(ch.isdigit() for ch in bare) and not claims_of(bare)
