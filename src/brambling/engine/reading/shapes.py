"""A text with the places it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brambling.engine.reading.rules import Kind


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points (1/72 inch), measured from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the document, from 1; sizes in points, 0 where the format has none.

    ``scanned`` says that the page holds an image and no text: it needs OCR.
    """

    number: int
    width: float
    height: float
    scanned: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the document: ``text.text[start:end]`` is its text, ``box`` where it stands on its page (None: no layout)."""

    page: int
    start: int
    end: int
    text: str
    box: Box | None


@dataclass(frozen=True)
class Text:
    """What a document says. ``sha256`` is of its bytes."""

    name: str
    kind: Kind
    sha256: str
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]

    def at(self, start: int, end: int) -> tuple[Block, ...]:
        """The blocks that ``text[start:end]`` touches: where a citation stands."""
        return tuple(block for block in self.blocks if block.start < end and block.end > start)


def text_of(name: str, kind: Kind, sha256: str, found: dict[str, Any]) -> Text:
    """The Text of what the reader wrote: pages, and lines by page with their boxes."""
    blocks: list[Block] = []
    parts: list[str] = []
    at = 0
    for page, words, box in found["lines"]:
        parts.append(words)
        blocks.append(Block(page, at, at + len(words), words, Box(*box) if box else None))
        at += len(words) + 1
    pages = tuple(Page(*page) for page in found["pages"])
    return Text(name, kind, sha256, "\n".join(parts), pages, tuple(blocks))
