"""What a message and a poster come back as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from brambling.kit.i18n import Lang
from brambling.kit.reasons import Reason
from brambling.marketing.creative.rules import Facts, Finding

Status = Literal["written", "silent", "rejected"]
Channel = Literal["feed", "story", "poster"]
CHANNELS: tuple[Channel, ...] = ("feed", "story", "poster")


@dataclass(frozen=True)
class Message:
    """What is said to one customer in one language, or why nothing is.

    ``status``: ``written`` with a ``text`` that broke no rule, ``silent`` with ``reasons``, or ``rejected`` with the
    ``findings`` of the check (``text`` is then empty, ``refused_text`` what was refused). ``by`` is ``template`` or the
    name of the language model whose words stand in it.
    """

    facts: Facts
    lang: Lang
    product: str
    status: Status
    text: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused_text: str = field(default="", repr=False)
    by: str = "template"


@dataclass(frozen=True)
class Line:
    """A line of text on a poster: where it stands (baseline at ``x``, ``y``), how wide it is, its colours and weight."""

    role: str
    text: str
    x: float
    y: float
    size: float
    width: float
    ink: str
    ground: str
    bold: bool = False
    serif: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the ink, a little generous."""
        return self.x, self.y - 0.88 * self.size, self.x + self.width, self.y + 0.14 * self.size


@dataclass(frozen=True)
class Poster:
    """A picture for one customer: its SVG, size, the lines of text on it, the code's box, and which variant it is."""

    channel: Channel
    width: int
    height: int
    svg: str = field(repr=False)
    lines: tuple[Line, ...] = ()
    code_box: tuple[float, float, float, float] = (0, 0, 0, 0)
    art_box: tuple[float, float, float, float] = (0, 0, 0, 0)
    variant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A poster rendered: PNG bytes, and its SVG with the fonts named."""

    channel: Channel
    png: bytes = field(repr=False)
    svg: str = field(repr=False)


@dataclass(frozen=True)
class Drawn:
    """A row of the customers' file: its number from 1, the message, and the pictures (none where nothing is said)."""

    row: int
    message: Message
    pictures: tuple[Picture, ...] = ()
