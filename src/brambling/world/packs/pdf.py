"""Sheets as a PDF with a text layer, written by hand: same sheets, same bytes.

Text stands in the predefined font STSong-Light with the encoding UniGB-UCS2-H (PDF 1.4, 5.6: no font is embedded), as
many bank systems print it. ``append`` changes a page as an editor does: an incremental save behind the first ending.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from brambling.world.packs.paint import arc, code_rows
from brambling.world.packs.sheet import Area, Code, Rule, Seal, Sheet, Text, measure

_HEAD = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/{0}/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    "/BaseFont/{0}/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500]/FontDescriptor"
    "<</Type/FontDescriptor/FontName/{0}/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
    "/CapHeight 880/StemV 93>>>>]>>"
)
_CATALOGUE, _PAGES, _INFO, _FONT_PLACE, _FIRST_PAGE = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Origin:
    """What a PDF says of its making; ``made_on`` is written as ``D:YYYYMMDDhhmmss``."""

    producer: str
    creator: str
    made_on: str
    title: str = ""


def pdf(sheets: Sequence[Sheet], origin: Origin) -> bytes:
    """The sheets as one PDF."""
    kids = " ".join(f"{_FIRST_PAGE + 2 * k} 0 R" for k in range(len(sheets)))
    objects = {
        _CATALOGUE: b"<</Type/Catalog/Pages 2 0 R>>",
        _PAGES: f"<</Type/Pages/Kids[{kids}]/Count {len(sheets)}>>".encode(),
        _INFO: _info(origin),
        _FONT_PLACE: _FONT.format("STSong-Light").encode(),
    }
    for k, sheet in enumerate(sheets):
        place = _FIRST_PAGE + 2 * k
        objects[place] = _page(sheet, f"{place + 1} 0 R", f"/F1 {_FONT_PLACE} 0 R")
        objects[place + 1] = _stream(_content(sheet))
    return _save(_HEAD, objects, len(objects) + 1, previous=None)


def append(document: bytes, sheet: Sheet, page: int, cover: Sequence[Area | Text], origin: Origin) -> bytes:
    """``document`` with page ``page`` (from 0, drawn as ``sheet``) painted over by ``cover`` in another font."""
    size = int(document.rsplit(b"/Size ", 1)[1].split(b"/", 1)[0])
    previous = int(document.rsplit(b"startxref\n", 1)[1].split(b"\n", 1)[0])
    place = _FIRST_PAGE + 2 * page
    over = Sheet(sheet.width, sheet.height, marks=list(cover))
    objects = {
        _INFO: _info(origin),
        place: _page(sheet, f"[{place + 1} 0 R {size} 0 R]", f"/F1 {_FONT_PLACE} 0 R/F2 {size + 1} 0 R"),
        size: _stream(_content(over, font="F2")),
        size + 1: _FONT.format("SimHei").encode(),
    }
    return _save(document, objects, size + 2, previous)


def _save(head: bytes, objects: dict[int, bytes], size: int, previous: int | None) -> bytes:
    parts, at = [head], len(head)
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = at
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"xref\n" + (b"0 1\n0000000000 65535 f \n" if previous is None else b"")
    for number, place in places.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, place)
    back = b"" if previous is None else b"/Prev %d" % previous
    table += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, _INFO, back, at)
    return b"".join([*parts, table])


def _info(origin: Origin) -> bytes:
    words = {"Producer": origin.producer, "Creator": origin.creator, "Title": origin.title}
    entries = "".join(
        f"/{key}<{(chr(0xFEFF) + value).encode('utf-16-be').hex()}>" for key, value in words.items() if value
    )
    return f"<<{entries}/CreationDate({origin.made_on})/ModDate({origin.made_on})>>".encode()


def _page(sheet: Sheet, contents: str, fonts: str) -> bytes:
    return (
        f"<</Type/Page/Parent {_PAGES} 0 R/MediaBox[0 0 {sheet.width:g} {sheet.height:g}]"
        f"/Resources<</Font<<{fonts}>>>>/Contents {contents}>>"
    ).encode()


def _stream(content: bytes) -> bytes:
    import zlib

    packed = zlib.compress(content, 6)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed)


def _content(sheet: Sheet, font: str = "F1") -> bytes:
    out: list[str] = []
    for mark in sheet.marks:
        if isinstance(mark, Text):
            baseline = sheet.height - mark.y - mark.size * 0.88
            out.append(_words(mark.words, mark.size, f"1 0 0 1 {mark.x:.2f} {baseline:.2f}", mark.colour, font))
        elif isinstance(mark, Rule):
            ends = f"{mark.x1:.2f} {sheet.height - mark.y1:.2f} m {mark.x2:.2f} {sheet.height - mark.y2:.2f} l S"
            out.append(f"{_colour(mark.colour)} RG {mark.width:.2f} w {ends}")
        elif isinstance(mark, Area):
            corner = f"{mark.x:.2f} {sheet.height - mark.y - mark.height:.2f}"
            out.append(f"{_colour(mark.fill)} rg {corner} {mark.width:.2f} {mark.height:.2f} re f")
        elif isinstance(mark, Code):
            out.append(_code(mark, sheet.height))
        elif isinstance(mark, Seal):
            out.append(_seal(mark, sheet.height, font))
    return "\n".join(out).encode()


def _colour(colour: tuple[int, int, int]) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


def _words(words: str, size: float, matrix: str, colour: tuple[int, int, int], font: str) -> str:
    return f"BT {_colour(colour)} rg /{font} {size:g} Tf {matrix} Tm <{words.encode('utf-16-be').hex()}> Tj ET"


def _code(code: Code, height: float) -> str:
    rows = code_rows(code.words)
    side = code.size / len(rows)
    squares = [
        f"{code.x + column * side:.2f} {height - code.y - (row + 1) * side:.2f} {side:.2f} {side:.2f} re"
        for row, modules in enumerate(rows)
        for column, module in enumerate(modules)
        if module
    ]
    return "0 g " + " ".join(squares) + " f"


def _seal(seal: Seal, height: float, font: str) -> str:
    across, up = seal.radius, seal.radius * (0.68 if seal.oval else 1.0)
    x, y = seal.x, height - seal.y
    curve = [(x + across * math.cos(t * math.pi / 30), y + up * math.sin(t * math.pi / 30)) for t in range(61)]
    path = " ".join(f"{px:.2f} {py:.2f} {'l' if k else 'm'}" for k, (px, py) in enumerate(curve))
    out = [f"{_colour(seal.colour)} RG 1.6 w {path} S"]
    size = across * min(0.27, 2.9 / max(len(seal.name), 8))
    for sign, (angle, turn) in zip(seal.name, arc(len(seal.name), across - size * 1.2, up - size * 1.2), strict=True):
        px, py = x + (across - size * 1.2) * math.sin(angle), y + (up - size * 1.2) * math.cos(angle)
        cos, sin = math.cos(turn), math.sin(turn)
        matrix = f"{cos:.3f} {-sin:.3f} {sin:.3f} {cos:.3f} {px - size / 2 * cos:.2f} {py + size / 2 * sin:.2f}"
        out.append(_words(sign, size, matrix, seal.colour, font))
    if seal.label:
        left = x - measure(seal.label, across * 0.17) / 2
        matrix = f"1 0 0 1 {left:.2f} {y - up * 0.55:.2f}"
        out.append(_words(seal.label, across * 0.17, matrix, seal.colour, font))
    return "\n".join(out)
