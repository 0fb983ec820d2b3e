"""A sheet as an image. Fonts are those of Debian packages; a role falls back to Noto where its own is not installed."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brambling.kit.errors import PartUnavailable
from brambling.world.packs.families import SEAL_OPACITY
from brambling.world.packs.sheet import Area, Code, Rule, Seal, Sheet, Text

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

_FOLDER = Path("/usr/share/fonts")
_NOTO = "opentype/noto/Noto{}CJK-{}.ttc"
_SIMPLIFIED, _MONO = 2, 7  # places in the Noto collections

# role -> (file, place in the collection), the wished for first; packages: fonts-noto-cjk, fonts-arphic-uming,
# fonts-arphic-ukai, fonts-wqy-zenhei, fonts-liberation, fonts-dejavu
ROLES: dict[str, tuple[tuple[str, int], ...]] = {
    "song": ((_NOTO.format("Serif", "Regular"), _SIMPLIFIED),),
    "song-bold": ((_NOTO.format("Serif", "Bold"), _SIMPLIFIED),),
    "hei": ((_NOTO.format("Sans", "Regular"), _SIMPLIFIED),),
    "hei-bold": ((_NOTO.format("Sans", "Bold"), _SIMPLIFIED),),
    "cjkmono": ((_NOTO.format("Sans", "Regular"), _MONO),),
    "zen": (("truetype/wqy/wqy-zenhei.ttc", 0), (_NOTO.format("Sans", "Regular"), _SIMPLIFIED)),
    "ming": (("truetype/arphic/uming.ttc", 0), (_NOTO.format("Serif", "Regular"), _SIMPLIFIED)),
    "kai": (("truetype/arphic/ukai.ttc", 0), (_NOTO.format("Serif", "Regular"), _SIMPLIFIED)),
    "sans": (("truetype/liberation/LiberationSans-Regular.ttf", 0), (_NOTO.format("Sans", "Regular"), _SIMPLIFIED)),
    "serif": (("truetype/liberation/LiberationSerif-Regular.ttf", 0), (_NOTO.format("Serif", "Regular"), _SIMPLIFIED)),
    "mono": (("truetype/liberation/LiberationMono-Regular.ttf", 0), (_NOTO.format("Sans", "Regular"), _MONO)),
    "typewriter": (("truetype/dejavu/DejaVuSansMono.ttf", 0), (_NOTO.format("Sans", "Regular"), _MONO)),
    "dejavu": (("truetype/dejavu/DejaVuSans.ttf", 0), (_NOTO.format("Sans", "Regular"), _SIMPLIFIED)),
}


def font_file(role: str) -> tuple[Path, int]:
    """The installed file of a role; raises PartUnavailable when not even Noto CJK is there."""
    for name, place in ROLES[role]:
        if (_FOLDER / name).exists():
            return _FOLDER / name, place
    raise PartUnavailable("document packs need Chinese fonts: install the Debian package fonts-noto-cjk")


@cache
def font(role: str, pixels: int) -> Any:
    from PIL import ImageFont

    path, place = font_file(role)
    return ImageFont.truetype(str(path), pixels, index=place)


def paint(sheet: Sheet, dpi: int, rng: np.random.Generator) -> Image.Image:
    """The sheet in RGB; seals are turned and covered a little at random, as a hand would set them."""
    from PIL import Image, ImageDraw

    scale = dpi / 72
    image = Image.new("RGB", (round(sheet.width * scale), round(sheet.height * scale)), sheet.paper)
    pen = ImageDraw.Draw(image)
    for mark in sheet.marks:
        if isinstance(mark, Area):
            box = (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
            pen.rectangle([value * scale for value in box], fill=mark.fill)
        elif isinstance(mark, Rule):
            ends = [value * scale for value in (mark.x1, mark.y1, mark.x2, mark.y2)]
            pen.line(ends, fill=mark.colour, width=max(1, round(mark.width * scale)))
        elif isinstance(mark, Text):
            pen.text(
                (mark.x * scale, mark.y * scale), mark.words, fill=mark.colour, font=font(mark.role, max(6, round(mark.size * scale)))
            )  # fmt: skip
        elif isinstance(mark, Code):
            _paint_code(image, mark, scale)
    for mark in sheet.marks:
        if isinstance(mark, Seal):
            _paint_seal(image, mark, scale, rng)
    return image


def code_rows(words: str) -> list[list[bool]]:
    """The modules of a QR code, with its quiet zone."""
    import segno

    return [[bool(module) for module in row] for row in segno.make(words, error="m", micro=False).matrix_iter(border=2)]


def _paint_code(image: Image.Image, code: Code, scale: float) -> None:
    from PIL import Image

    rows = code_rows(code.words)
    small = Image.new("L", (len(rows), len(rows)))
    small.putdata([0 if module else 255 for row in rows for module in row])
    side = round(code.size * scale)
    image.paste(small.resize((side, side), Image.Resampling.NEAREST), (round(code.x * scale), round(code.y * scale)))


def _paint_seal(image: Image.Image, seal: Seal, scale: float, rng: np.random.Generator) -> None:
    from PIL import Image, ImageDraw

    from brambling.world.packs.families import SEAL_DEGREES

    width = seal.radius * scale
    height = width * (0.68 if seal.oval else 1.0)
    side = round(width * 2 + 8)
    layer = Image.new("L", (side, side))
    pen = ImageDraw.Draw(layer)
    middle = side / 2
    line = max(2, round(1.6 * scale))
    pen.ellipse([middle - width, middle - height, middle + width, middle + height], outline=255, width=line)
    _arc(layer, seal.name, middle, width, height, scale)
    if not seal.oval:
        _star(pen, middle, width * 0.26)
    if seal.label:
        size = max(8, round(seal.radius * scale * 0.17))
        face = font("song-bold", size)
        pen.text((middle - face.getlength(seal.label) / 2, middle + height * 0.38), seal.label, fill=255, font=face)
    layer = layer.rotate(float(rng.uniform(-SEAL_DEGREES, SEAL_DEGREES)), Image.Resampling.BICUBIC)
    opacity = float(rng.uniform(*SEAL_OPACITY))
    layer = layer.point([round(value * opacity) for value in range(256)])
    ink = Image.new("RGB", layer.size, seal.colour)
    image.paste(ink, (round(seal.x * scale - middle), round(seal.y * scale - middle)), layer)


def _arc(layer: Image.Image, name: str, middle: float, width: float, height: float, scale: float) -> None:
    """The name along the upper arc, each character upright to the middle."""
    from PIL import Image, ImageDraw

    size = max(9, round(width * min(0.27, 2.9 / max(len(name), 8))))
    face = font("song-bold", size)
    for sign, (angle, turn) in zip(name, arc(len(name), width - size * 0.85, height - size * 0.85), strict=True):
        box = Image.new("L", (size * 2, size * 2))
        ImageDraw.Draw(box).text((size, size), sign, fill=255, font=face, anchor="mm")
        box = box.rotate(-math.degrees(turn), Image.Resampling.BICUBIC)
        x = middle + (width - size * 0.85) * math.sin(angle) - size
        y = middle - (height - size * 0.85) * math.cos(angle) - size
        layer.paste(255, (round(x), round(y)), box)


@cache
def arc(count: int, across: float, up: float) -> list[tuple[float, float]]:
    """Where ``count`` characters stand on an ellipse and how each is turned, clockwise from the top, at equal distances."""
    span = math.radians(min(250, 18 * count + 20))
    steps = 240
    angles = [span * (k / steps - 0.5) for k in range(steps + 1)]
    points = [(across * math.sin(angle), -up * math.cos(angle)) for angle in angles]
    length = [0.0]
    for (x1, y1), (x2, y2) in pairwise(points):
        length.append(length[-1] + math.hypot(x2 - x1, y2 - y1))
    places = []
    for k in range(count):
        wished = length[-1] * (k + 0.5) / count
        at = next(step for step in range(steps + 1) if length[step] >= wished)
        angle = angles[at]
        places.append((angle, math.atan2(up * math.sin(angle), across * math.cos(angle))))
    return places


def _star(pen: Any, middle: float, radius: float) -> None:
    points = []
    for place in range(10):
        reach = radius if place % 2 == 0 else radius * 0.382
        angle = -math.pi / 2 + place * math.pi / 5
        points.append((middle + reach * math.cos(angle), middle + reach * math.sin(angle)))
    pen.polygon(points, fill=255)
