"""A page as a list of marks in points (1/72 inch, from the top left corner): drawn as image, PDF or OFD by others."""

from __future__ import annotations

from dataclasses import dataclass, field

INK = (25, 25, 30)
GREY = (120, 120, 125)
RED = (200, 30, 35)


@dataclass(frozen=True)
class Text:
    """Words with their top left corner; ``role`` names a font."""

    x: float
    y: float
    words: str
    size: float
    role: str
    colour: tuple[int, int, int] = INK


@dataclass(frozen=True)
class Rule:
    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.8
    colour: tuple[int, int, int] = INK


@dataclass(frozen=True)
class Area:
    x: float
    y: float
    width: float
    height: float
    fill: tuple[int, int, int]


@dataclass(frozen=True)
class Seal:
    """A seal: ``name`` on the arc, ``label`` below its middle; oval ones are the tax bureau's and for invoices."""

    x: float  # middle
    y: float
    name: str
    label: str = ""
    radius: float = 55
    oval: bool = False
    colour: tuple[int, int, int] = RED


@dataclass(frozen=True)
class Code:
    """A QR code."""

    x: float
    y: float
    size: float
    words: str


Mark = Text | Rule | Area | Seal | Code


@dataclass
class Sheet:
    """One page that is being drawn; sizes default to A4 upright."""

    width: float = 595.0
    height: float = 842.0
    paper: tuple[int, int, int] = (253, 253, 251)
    marks: list[Mark] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        role: str,
        *,
        align: str = "left",
        colour: tuple[int, int, int] = INK,
    ) -> None:
        """Write ``words`` at their left, middle or right end."""
        if not words:
            return
        shift = {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * measure(words, size)
        self.marks.append(Text(x - shift, y, words, size, role, colour))

    def block(
        self, x: float, y: float, width: float, words: str, size: float, role: str, *, leading: float = 1.5
    ) -> float:
        """Write ``words`` wrapped to ``width``; gives the y below."""
        for line in wrap(words, width, size):
            self.text(x, y, line, size, role)
            y += size * leading
        return y

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.8, colour: tuple[int, int, int] = INK
    ) -> None:
        self.marks.append(Rule(x1, y1, x2, y2, width, colour))

    def box(
        self, x: float, y: float, width: float, height: float, line: float = 0.8, colour: tuple[int, int, int] = INK
    ) -> None:
        """An outline."""
        for one in ((x, y, x + width, y), (x, y + height, x + width, y + height), (x, y, x, y + height), (x + width, y, x + width, y + height)):  # fmt: skip
            self.rule(*one, line, colour)

    def area(self, x: float, y: float, width: float, height: float, fill: tuple[int, int, int]) -> None:
        self.marks.append(Area(x, y, width, height, fill))

    def add(self, mark: Mark) -> None:
        self.marks.append(mark)


def measure(words: str, size: float) -> float:
    """The width that ``words`` take at most: a Chinese character is square, all else is little over half."""
    return size * sum(1.0 if ord(sign) > 0x2000 else 0.58 for sign in words)


def wrap(words: str, width: float, size: float) -> list[str]:
    """Lines of at most ``width``; digits and Latin letters stay together where they can."""
    lines: list[str] = []
    line = ""
    for token in _tokens(words):
        if line and measure(line + token, size) > width:
            lines.append(line)
            line = ""
        line += token
    return [*lines, line] if line else lines


def _tokens(words: str) -> list[str]:
    tokens: list[str] = []
    for sign in words:
        if (
            tokens and ord(sign) < 0x2000 and sign != " " and ord(tokens[-1][-1]) < 0x2000 and len(tokens[-1]) < 30
        ) or (tokens and sign in "，。、；：）》”"):
            tokens[-1] += sign
        else:
            tokens.append(sign)
    return tokens
