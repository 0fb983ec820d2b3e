"""A poster composed as SVG: words first, then the picture in the room they leave.

Text is measured and broken before it is set; one scale for all of it is lowered until everything fits with the least
room for the picture. Words stand on plain paper, never on the picture, so their contrast is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from brambling.kit.errors import InputRejected, InvariantBroken
from brambling.marketing.creative.model.fonts import Fonts, Style
from brambling.marketing.creative.model.motifs import motif, ornaments, spread
from brambling.marketing.creative.model.palettes import CONTRAST_MIN, PALETTES, Palette, contrast, mixed
from brambling.marketing.creative.model.setting import balanced, wrap
from brambling.marketing.creative.rules.wording import Copy, Draw
from brambling.marketing.creative.shapes import Channel, Line, Poster

SIZES: dict[Channel, tuple[int, int]] = {"feed": (1080, 1080), "story": (1080, 1920), "poster": (750, 1000)}
LAYOUTS = ("window", "column", "roundel", "ledger")
VARIANTS = len(PALETTES) * len(LAYOUTS) * 2
_SCALES = (1.3, 1.2, 1.1, 1.0, 0.94, 0.88, 0.84, 0.8)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Look:
    """Which of the variants: palette, layout, mirrored or not, and the numbers that strew the ornaments."""

    palette: Palette
    layout: str
    mirrored: bool
    numbers: tuple[int, ...]


def look_of(customer: str, seed: int, place: int | None = None) -> Look:
    """The look for a customer. ``place`` counts those alike (same region and trade): neighbours in it look different;
    without it the customer's own hash decides."""
    draw = Draw(seed, "look", customer)
    start = Draw(seed, "look").number("start", VARIANTS)
    at = draw.number("variant", VARIANTS) if place is None else (start + place) % VARIANTS
    numbers = tuple(draw.number(f"ornament {i}", 2**31) for i in range(60))
    # one step further is always another palette and another layout; 64 steps meet each variant once
    palette = PALETTES[3 * at % len(PALETTES)]
    layout = LAYOUTS[(at + at // len(PALETTES)) % len(LAYOUTS)]
    return Look(palette, layout, at >= VARIANTS // 2, numbers)


def compose(copy: Copy, link: str, group: str, season: str, channel: Channel, look: Look, fonts: Fonts) -> Poster:
    """The poster; raises InputRejected when the words of the sheet are too many for the channel."""
    width, height = SIZES[channel]
    # a layout whose words do not fit gives way to the next: a long name is no reason for small print
    for layout in (look.layout, *(other for other in reversed(LAYOUTS) if other != look.layout)):
        look = replace(look, layout=layout)
        page = _Page(copy, width, height, look, fonts)
        made = next((found for scale in _SCALES if (found := page.at(scale)) is not None), None)
        if made is not None:
            break
    else:
        raise InputRejected(f"the sheet's words do not fit on a {channel}", expected="shorter lines in the sheet")
    lines, art, code = made
    _require_legible(lines)
    svg = _svg(
        width,
        height,
        look,
        lines,
        _art(art, group, season, look, (float(width), float(height))),
        page.rules(lines),
        _code(link, code),
    )
    variant = (look.palette.name, look.layout, "mirrored" if look.mirrored else "plain", season)
    return Poster(channel, width, height, svg, tuple(lines), code, art, variant)


def _require_legible(lines: list[Line]) -> None:
    for line in lines:
        if contrast(line.ink, line.ground) < CONTRAST_MIN:
            raise InvariantBroken(f"{line.role}: {line.ink} on {line.ground} is below {CONTRAST_MIN}")


@dataclass
class _Block:
    """Lines set from the top of a block of their own, and how high it is."""

    lines: list[Line]
    height: float

    def moved(self, x: float, y: float) -> list[Line]:
        return [replace(line, x=line.x + x, y=line.y + y) for line in self.lines]


class _Page:
    """Sets one poster at a scale, and says whether it fits."""

    def __init__(self, copy: Copy, width: int, height: int, look: Look, fonts: Fonts) -> None:
        self.copy, self.look, self.fonts = copy, look, fonts
        self.width, self.height = float(width), float(height)
        self.unit = width / 1080
        self.margin = 64 * self.unit
        self.palette = look.palette

    def at(self, scale: float) -> tuple[list[Line], Box, Box] | None:
        """Lines, the picture's box and the code's box at this scale; None when it does not fit."""
        foot, code, top = self._foot()
        layouts: dict[str, Callable[[float, float], tuple[list[Line], Box] | None]] = {
            "window": self._window,
            "column": self._column,
            "roundel": self._roundel,
            "ledger": self._ledger,
        }
        made = layouts[self.look.layout](scale, top)
        return None if made is None else (made[0] + foot, made[1], code)

    # -- blocks ---------------------------------------------------------------------------------------------------------

    def _line(self, role: str, text: str, x: float, y: float, size: float, ink: str, style: Style) -> Line:
        width = self.fonts.width(text, size, style)
        return Line(role, text, x, y, size, width, ink, self.palette.paper, style != "regular", style == "display")

    def _set(
        self,
        role: str,
        text: str,
        width: float,
        size: float,
        ink: str,
        style: Style,
        leading: float,
        even: bool = False,
    ) -> _Block:
        broken = (balanced if even else wrap)(text, width, size, style, self.fonts)
        lines = [
            self._line(role, words, 0, i * leading * size + 0.92 * size, size, ink, style)
            for i, words in enumerate(broken)
        ]
        return _Block(lines, len(broken) * leading * size)

    def _stack(self, blocks: list[tuple[float, _Block]]) -> _Block:
        """Blocks below each other, each after its gap."""
        lines, y = [], 0.0
        for gap, block in blocks:
            y += gap
            lines += block.moved(0, y)
            y += block.height
        return _Block(lines, y)

    def _head(self, width: float, scale: float) -> _Block:
        u, p = self.unit * scale, self.palette
        copy = self.copy
        size = 92 * u
        title = self._title(width, size)
        while len(title.lines) > 2 and size > 64 * u:
            size *= 0.94
            title = self._title(width, size)
        above = [copy.eyebrow]
        if self.fonts.width(copy.eyebrow, 32 * u, "bold") > width:
            above = copy.eyebrow.split(" · ")
        eyebrow = [(0.0, self._set("eyebrow", words, width, 32 * u, p.accent, "bold", 1.35)) for words in above]
        blocks = [
            (0.0, self._stack(eyebrow)),
            (16 * u, title),
        ]
        if copy.to:
            blocks.append((18 * u, self._set("to", copy.to, width, 40 * u, p.ink, "regular", 1.35, even=True)))
        return self._stack(blocks)

    def _title(self, width: float, size: float) -> _Block:
        return self._set("headline", self.copy.headline, width, size, self.palette.ink, "display", 1.22, even=True)

    def _table(self, width: float, scale: float) -> _Block:
        u, p = self.unit * scale, self.palette
        blocks = []
        widths = [
            self.fonts.width(label, 29 * u, "regular") + self.fonts.width(value, 40 * u, "bold")
            for label, value in self.copy.rows
        ]
        beside = max(widths) + 24 * u <= width  # all rows in one manner, or the table falls apart
        for label, value in self.copy.rows:
            left = self._set("label", label, width, 29 * u, p.muted, "regular", 1.35)
            right = self._line("value", value, 0, 0, 40 * u, p.ink, "bold")
            if beside:
                y = 46 * u
                both = [replace(left.lines[0], y=y), replace(right, x=width - right.width, y=y)]
                blocks.append((0.0, _Block(both, 66 * u)))
            else:
                below = self._set("value", value, width, 40 * u, p.ink, "bold", 1.3)
                blocks.append((0.0, self._stack([(12 * u, left), (0.0, below), (8 * u, _Block([], 0))])))
        blocks.append((16 * u, self._set("terms", self.copy.terms, width, 27 * u, p.muted, "regular", 1.42, even=True)))
        return self._stack(blocks)

    def _foot(self) -> tuple[list[Line], Box, float]:
        """Code, risk and small print at the bottom, the same in every layout; returns where it begins."""
        u, p = self.unit * min(1.25, self.height / self.width * 0.9 if self.height > self.width else 1.0), self.palette
        side = 176 * u
        room = self.width - 2 * self.margin - side - 36 * u
        caption = self._set("scan", " ".join(self.copy.scan), room, 27 * u, p.accent, "bold", 1.4)
        risk = self._set("risk", self.copy.risk, room, 27 * u, p.ink, "bold", 1.4, even=True)
        small = [
            self._set("small", text, room, 24 * u, p.muted, "regular", 1.42, even=True) for text in self.copy.small
        ]
        words = self._stack([(0.0, caption), (6 * u, risk), (6 * u, small[0]), *((0.0, block) for block in small[1:])])
        tall = max(side, words.height)
        top = self.height - self.margin * 0.8 - tall
        left = self.margin + (side + 36 * u if self.look.mirrored else 0)
        lines = words.moved(left, top + (tall - words.height) / 2)
        x = self.margin if self.look.mirrored else self.width - self.margin - side
        y = top + (tall - side) / 2
        return lines, (x, y, x + side, y + side), top - 32 * u

    # -- layouts: where head, table and picture stand; the picture gets what is left -----------------------------------

    def _window(self, scale: float, end: float) -> tuple[list[Line], Box] | None:
        """The picture over the whole width on top, words below."""
        u, width = self.unit, self.width - 2 * self.margin
        head, table = self._head(width, scale), self._table(width, scale)
        art = end - 24 * u - table.height - 22 * u - head.height - 40 * u
        if art < 0.21 * self.height:
            return None
        lines = head.moved(self.margin, art + 40 * u)
        return lines + table.moved(self.margin, end - 24 * u - table.height), (0, 0, self.width, art)

    def _ledger(self, scale: float, end: float) -> tuple[list[Line], Box] | None:
        """Head on top, the picture as a band, the figures below."""
        u, width = self.unit, self.width - 2 * self.margin
        head, table = self._head(width, scale), self._table(width, scale)
        top = self.margin + head.height + 34 * u
        bottom = end - 24 * u - table.height - 34 * u
        if bottom - top < 0.19 * self.height:
            return None
        lines = head.moved(self.margin, self.margin) + table.moved(self.margin, end - 24 * u - table.height)
        return lines, (0, top, self.width, bottom)

    def _column(self, scale: float, end: float) -> tuple[list[Line], Box] | None:
        """The picture as a column at one side, words beside it."""
        if self.height > 1.5 * self.width:
            return self._plinth(scale, end)
        u = self.unit
        art = 0.35 * self.width
        width = self.width - art - self.margin - 44 * u
        head, table = self._head(width, scale), self._table(width, scale)
        if self.margin + head.height + 40 * u + table.height > end - 24 * u:
            return None
        left = art + 44 * u if self.look.mirrored else self.margin
        lines = head.moved(left, self.margin) + table.moved(left, end - 24 * u - table.height)
        x = 0.0 if self.look.mirrored else self.width - art
        return lines, (x, 0, x + art, end)

    def _plinth(self, scale: float, end: float) -> tuple[list[Line], Box] | None:
        """The column of a tall page: words first, the picture below them, over the foot."""
        u, width = self.unit, self.width - 2 * self.margin
        head, table = self._head(width, scale), self._table(width, scale)
        y = self.margin + head.height + 44 * u
        top = y + table.height + 48 * u
        if end - top < 0.25 * self.height:
            return None
        lines = head.moved(self.margin, self.margin) + table.moved(self.margin, y)
        return lines, (0, top, self.width, end)

    def _roundel(self, scale: float, end: float) -> tuple[list[Line], Box] | None:
        """The picture in a circle: beside the head where the page is squat, above it where it is tall."""
        u, full = self.unit, self.width - 2 * self.margin
        table = self._table(full, scale)
        bottom = end - 24 * u - table.height
        tall = self.height > 1.5 * self.width
        side = (
            0.0
            if tall
            else min((0.36 if self.height < 1.2 * self.width else 0.41) * self.width, bottom - 24 * u - self.margin)
        )
        head = self._head(full - side - (0 if tall else 36 * u), scale)
        if tall:
            side = min(0.74 * self.width, bottom - 24 * u - head.height - 44 * u - self.margin)
        room = bottom - 24 * u - self.margin - (side + 44 * u if tall else 0)
        if side < (0.48 if tall else 0.24) * self.width or head.height > room + 0.5:
            return None
        at_right = self.look.mirrored if tall else not self.look.mirrored
        x = self.width - self.margin - side if at_right else self.margin
        left = self.margin if tall or at_right else self.margin + side + 36 * u
        y = self.margin + (side + 44 * u if tall else 0)
        centre = self.margin if tall else self.margin + max(0.0, (bottom - 24 * u - self.margin - side) / 2)
        head_y = y if tall else y + max(0.0, (bottom - 24 * u - y - head.height) / 2)
        return head.moved(left, head_y) + table.moved(self.margin, bottom), (x, centre, x + side, centre + side)

    def rules(self, lines: list[Line]) -> str:
        """Hairlines: above each row of figures and above the foot, and the mark before the eyebrow."""
        u, out = self.unit, []
        labels = [line for line in lines if line.role == "label"]
        values = [line for line in lines if line.role == "value"]
        starts = [
            line
            for line in labels
            if not any(abs(line.x - o.x) < 1 and 0 < line.y - o.y < 1.5 * line.size for o in labels)
        ]
        right = max(line.x + line.width for line in values + labels)
        if self.look.layout != "column" or self.height > 1.5 * self.width:
            right = self.width - self.margin
        else:
            right = max(right, min(line.x for line in labels) + self.width * 0.65 - self.margin - 44 * u)
        for line in starts:
            y = line.y - (46 if any(abs(line.y - value.y) < 1 for value in values) else 40) * u * line.size / (29 * u)
            out.append(f"M{line.x:.1f} {y:.1f}H{right:.1f}")
        return f'<path d="{"".join(out)}" stroke="{self.palette.hair}" stroke-width="{2 * u:.1f}"/>'


def _art(box: Box, group: str, season: str, look: Look, size: tuple[float, float]) -> str:
    """Ground, a disc behind the motif, the motif, and the season strewn around it."""
    left, top, right, bottom = box
    p = look.palette
    wide, tall = right - left, bottom - top
    small = min(wide, tall)
    round_ = look.layout == "roundel"
    share = 0.6 if round_ else 0.84 if wide > 1.3 * tall else 0.74
    side = small * share
    x = left + wide * ((0.3 if look.mirrored else 0.7) if wide > 1.6 * tall else 0.5)
    y = top + tall * (0.52 if tall <= 1.3 * wide else 0.55)
    ground = (
        f'<circle cx="{left + wide / 2:.1f}" cy="{top + tall / 2:.1f}" r="{wide / 2:.1f}" fill="{p.block}"/>'
        if round_
        else f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{p.block}"/>'
    )
    radius = side * (0.62 if round_ else 0.68)
    light = mixed(p.light, p.block, 0.12 if _dark(p) else 0.7)
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{light}"/>'
    inner = (left + 0.14 * wide, top + 0.14 * tall, right - 0.14 * wide, bottom - 0.14 * tall) if round_ else box
    places = spread(inner, (x, y, side * 0.68), max(0.6, small / 400), look.numbers)
    strewn = ornaments(season, p.faded(), places[: 4 if round_ else 14])
    drawn = motif(group, p, x - side / 2, y - side / 2, side, look.mirrored)
    return ground + disc + ("" if round_ else _trimmed(box, y, radius, p.paper, size)) + strewn + drawn


def _trimmed(box: Box, y: float, radius: float, paper: str, size: tuple[float, float]) -> str:
    """Paper over what a disc leaves outside its box; a clip would say the same and cost the renderer a layer."""
    left, top, right, bottom = box
    width, height = size
    cut = [
        (0.0, y - radius, width, top) if y - radius < top else None,
        (0.0, bottom, width, min(height, y + radius + 1)) if y + radius > bottom else None,
        (0.0, top, left, bottom) if left > 0 else None,
        (right, top, width, bottom) if right < width else None,
    ]
    return "".join(
        f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" fill="{paper}"/>'
        for x0, y0, x1, y1 in filter(None, cut)
        if x1 > x0 and y1 > y0
    )


def _dark(palette: Palette) -> bool:
    return contrast(palette.paper, "#FFFFFF") > 3


def _code(link: str, box: Box) -> str:
    """The code on white, with its quiet zone of four modules."""
    path, modules = _modules(link)
    x, y, right, _bottom = box
    scale = (right - x) / (modules + 8)
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{right - x:.1f}" height="{right - x:.1f}" rx="{scale * 1.5:.1f}" fill="#FFFFFF"/>'
        f'<path transform="translate({x + 4 * scale:.2f} {y + 4 * scale:.2f}) scale({scale:.4f})" fill="#1B1F24" d="{path}"/>'
    )


@lru_cache(maxsize=256)
def _modules(link: str) -> tuple[str, int]:
    """The code's dark modules as one path, a run of modules a piece, and how many modules a side has."""
    import segno

    matrix = segno.make(link, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            x += 1
    return "".join(runs), len(matrix)


def _svg(width: int, height: int, look: Look, lines: list[Line], art: str, rules: str, code: str) -> str:
    words = "".join(_text(line) for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{look.palette.paper}"/>{art}{rules}{code}{words}</svg>'
    )


def _text(line: Line) -> str:
    style = "display" if line.serif else "bold" if line.bold else "regular"
    return (
        f'<text class="{style}" x="{line.x:.1f}" y="{line.y:.1f}" font-size="{line.size:.1f}" fill="{line.ink}">'
        f"{escape(line.text)}</text>"
    )


def styled(svg: str, fonts: Fonts) -> str:
    """``svg`` with the families of ``fonts`` written into it, as the renderer needs it and a file is kept."""
    for style, face in (("display", fonts.display), ("bold", fonts.bold), ("regular", fonts.regular)):
        svg = svg.replace(f'class="{style}"', f'font-family="{face.family}" font-weight="{face.weight}"')
    return svg
