"""What goes through the door and what comes back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from brambling.kit.crypto import mask
from brambling.kit.errors import InputRejected

T = TypeVar("T", bound=BaseModel)
Reason = Literal["none", "budget", "timeout", "unreachable", "bad-answer", "not-recorded"]

_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Prompt:
    """The words of a prompt file; ``{{name}}`` stands for a value. ``version`` is the hash of the words."""

    name: str
    words: str

    @property
    def version(self) -> str:
        return f"{self.name}@{hashlib.sha256(self.words.encode()).hexdigest()[:12]}"

    def filled(self, values: Mapping[str, str]) -> str:
        """The words with their values; raises InputRejected when one is missing or one is of no use."""
        wanted = set(_FIELD.findall(self.words))
        if wanted != set(values):
            odd = sorted(wanted ^ set(values))
            raise InputRejected(f"prompt {self.name}: the values do not fit", expected=f"exactly {', '.join(odd)}")
        return _FIELD.sub(lambda match: values[match.group(1)], self.words)


@dataclass(frozen=True)
class Request:
    """One question, as it leaves the house: personal numbers are masked already."""

    model: str
    prompt_version: str
    instructions: str
    documents: Mapping[str, str]
    shape: Mapping[str, Any]  # JSON schema of the answer

    @classmethod
    def of(
        cls,
        *,
        model: str,
        prompt: Prompt,
        values: Mapping[str, str],
        documents: Mapping[str, str],
        shape: type[BaseModel],
    ) -> Request:
        """The request with everything masked that could name a person by a number."""
        instructions = prompt.filled({name: mask(value) for name, value in values.items()})
        masked = {mask(name): mask(text) for name, text in documents.items()}
        return cls(model, prompt.version, instructions, masked, shape.model_json_schema())

    @property
    def key(self) -> str:
        """The hash that finds a recorded answer: the same question, the same key."""
        text = json.dumps(self.plain(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "prompt": self.prompt_version,
            "instructions": self.instructions,
            "documents": dict(self.documents),
            "shape": self.shape,
        }

    @property
    def user_text(self) -> str:
        """The documents in their frame. A document cannot close the frame: its own marks are broken up."""
        parts = []
        for name, text in self.documents.items():
            inner = text.replace("<<<", "< < <").replace(">>>", "> > >")
            label = re.sub(r"[<>\n]", " ", name)
            parts.append(f"<<<DOCUMENT {label}>>>\n{inner}\n<<<END>>>")
        return "\n\n".join(parts) or "(no documents)"


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What a model said, valid by its shape. Numbers in it are claims: ground them before use."""

    value: T
    model: str
    prompt_version: str
    request_key: str
    tokens_in: int
    tokens_out: int
    replayed: bool = False


@dataclass(frozen=True)
class NoModel:
    """No answer, and why. The caller goes on by rules; ``detail`` is for the log."""

    reason: Reason
    detail: str = ""
