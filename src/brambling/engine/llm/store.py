"""What the door keeps in files: prompts, recorded answers, the tokens of the day."""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from brambling.engine.llm.shapes import Prompt, Request
from brambling.kit.errors import InputRejected, LimitExceeded, NotFound
from brambling.kit.files import write_text

_FORMAT = 1


def load_prompt(folder: Path, name: str) -> Prompt:
    """The prompt in ``folder/name.md``; raises NotFound when there is none."""
    path = folder / f"{name}.md"
    if not path.exists():
        raise NotFound(f"there is no prompt {name} in {folder.name}")
    return Prompt(name, path.read_text(encoding="utf-8").strip())


@dataclass(frozen=True)
class Recorder:
    """Keeps answers as one JSON file each, found by the hash of the question.

    ``record`` writes what a model says, ``replay`` gives it back without one, ``off`` does neither.
    """

    folder: Path | None = None
    mode: Literal["off", "record", "replay"] = "off"

    def __post_init__(self) -> None:
        if (self.folder is None) != (self.mode == "off"):
            raise InputRejected("a recorder that is not off needs a folder")

    def find(self, request: Request) -> dict[str, Any] | None:
        """The recorded answer to exactly this question; None when there is none or nothing is replayed."""
        if self.mode != "replay" or self.folder is None:
            return None
        path = self.folder / f"{request.key}.json"
        if not path.exists():
            return None
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if kept.get("format") != _FORMAT or kept.get("request") != request.plain():
            raise InputRejected("is no recording of this question", file=path, expected=f"format {_FORMAT}")
        return kept

    def keep(self, request: Request, value: Any, tokens_in: int, tokens_out: int) -> None:
        """Write the answer down, whole or not at all; nothing unless recording."""
        if self.mode != "record" or self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {
            "format": _FORMAT,
            "request": request.plain(),
            "value": value,
            "tokens_in": tokens_in,
            "tokens_out": tokens_out,
        }
        write_text(self.folder / f"{request.key}.json", json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


@dataclass(frozen=True)
class Budget:
    """Tokens that may be used in a day, over all processes that share ``folder``."""

    folder: Path
    tokens_max: int

    def used(self, day: date) -> int:
        """Tokens used on ``day`` so far."""
        path = self._path(day)
        return int(path.read_text()) if path.exists() else 0

    def spend(self, day: date, tokens: int) -> None:
        """Take ``tokens`` from the day; raises LimitExceeded, taking none, when they are not left."""
        self._change(day, tokens, limit=self.tokens_max)

    def settle(self, day: date, difference: int) -> None:
        """Correct what was spent by an estimate once the true number is known."""
        self._change(day, difference, limit=None)

    def _change(self, day: date, tokens: int, limit: int | None) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path(day).open("a+", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            handle.seek(0)
            used = int(handle.read() or 0)
            if limit is not None and used + tokens > limit:
                raise LimitExceeded(
                    f"the language model may use {limit:,} tokens a day; {max(0, limit - used):,} are left, {tokens:,} needed"
                )
            handle.seek(0)
            handle.truncate()
            handle.write(str(max(0, used + tokens)))

    def _path(self, day: date) -> Path:
        return self.folder / f"tokens-{day.isoformat()}.txt"
