"""Chinese fonts of this machine, and how wide a text is in them.

The widths come from the font itself (OpenType ``cmap`` and ``hmtx``), so that lines are broken before anything is drawn;
the renderer is given the same files and loads no others.
"""

from __future__ import annotations

import mmap
import os
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from brambling.kit.errors import InputRejected

Style = Literal["regular", "bold", "display"]

# In order of preference; each holds simplified Chinese and Latin.
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Zen Hei")
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC")
FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/Library/Fonts", "~/Library/Fonts",
)  # fmt: skip
HOW = "a font such as Noto Sans CJK: apt install fonts-noto-cjk, or --fonts with a folder that has one"
_SUFFIXES = (".ttc", ".ttf", ".otf")


@dataclass(frozen=True, eq=False)
class Face:
    """One face of a font file: its family, weight, and the advance of each character in parts of an em."""

    path: Path
    family: str
    weight: int
    units: int
    starts: tuple[int, ...] = field(repr=False)
    ranges: tuple[tuple[int, int, int], ...] = field(repr=False)  # first and last character, glyph of the first
    advances: tuple[int, ...] = field(repr=False)

    def advance(self, ch: str) -> float | None:
        """Width of ``ch`` in ems, None where the font does not have it."""
        code = ord(ch)
        at = bisect_right(self.starts, code) - 1
        if at < 0 or code > self.ranges[at][1]:
            return None
        glyph = self.ranges[at][2] + code - self.ranges[at][0]
        return self.advances[min(glyph, len(self.advances) - 1)] / self.units


@dataclass(frozen=True, eq=False)
class Fonts:
    """The three faces of a poster; ``display`` is the serif of headlines, or the bold sans where there is none."""

    regular: Face
    bold: Face
    display: Face

    @property
    def files(self) -> list[str]:
        """The files the renderer needs."""
        return sorted({str(face.path) for face in (self.regular, self.bold, self.display)})

    def face(self, style: Style) -> Face:
        """The face of a style."""
        return {"regular": self.regular, "bold": self.bold, "display": self.display}[style]

    def width(self, text: str, size: float, style: Style) -> float:
        """Width of ``text`` at ``size``; a character that the font lacks counts one em."""
        face = self.face(style)
        return size * sum(_advance(face, ch) for ch in text)

    def drawable(self, text: str) -> str:
        """``text`` without the characters that this font cannot draw."""
        return "".join(ch for ch in text if self.regular.advance(ch) is not None)


@lru_cache(maxsize=20_000)
def _advance(face: Face, ch: str) -> float:
    found = face.advance(ch)
    return 1.0 if found is None else found


@cache
def find_fonts(folder: Path | None = None) -> Fonts:
    """The fonts in ``folder``, else those of this machine; raises InputRejected, saying how to get one, without any."""
    folders = [folder] if folder is not None else [Path(name).expanduser() for name in FOLDERS]
    files = sorted(file for where in folders for file in _files(where))
    wanted = {*SANS, *SERIF}
    faces = [face for file in files for face in _faces(file, wanted)]
    sans = _first(faces, SANS)
    if not sans:
        where = str(folder) if folder is not None else "the folders of this machine"
        raise InputRejected(f"no Chinese font in {where}", expected=HOW)
    serif = _first(faces, SERIF)
    regular = min(sans, key=lambda face: abs(face.weight - 400))
    bold = min(sans, key=lambda face: abs(face.weight - 700))
    display = min(serif, key=lambda face: abs(face.weight - 700)) if serif else bold
    return Fonts(regular, bold, display)


def _files(folder: Path) -> Iterator[Path]:
    for root, _folders, names in os.walk(folder):
        yield from (Path(root) / name for name in names if name.lower().endswith(_SUFFIXES))


def _first(faces: Sequence[Face], families: Sequence[str]) -> list[Face]:
    for family in families:
        if found := [face for face in faces if face.family == family]:
            return found
    return []


def _faces(path: Path, wanted: set[str]) -> Iterator[Face]:
    """The faces of a file whose family is wanted; a file that is no font is passed over."""
    try:
        with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
            offsets = [0]
            if data[:4] == b"ttcf":
                offsets = list(struct.unpack_from(f">{struct.unpack_from('>I', data, 8)[0]}I", data, 12))
            for offset in offsets:
                tables = _tables(data, offset)
                family = _family(data, tables[b"name"])
                if family in wanted:
                    yield _face(path, data, tables, family)
    except (OSError, ValueError, KeyError, struct.error):
        return


def _tables(data: mmap.mmap, offset: int) -> dict[bytes, int]:
    count = struct.unpack_from(">H", data, offset + 4)[0]
    records = (struct.unpack_from(">4sIII", data, offset + 12 + 16 * i) for i in range(count))
    return {tag: start for tag, _sum, start, _length in records}


def _family(data: mmap.mmap, at: int) -> str:
    _format, count, strings = struct.unpack_from(">HHH", data, at)
    for i in range(count):
        platform, _encoding, language, name, length, offset = struct.unpack_from(">6H", data, at + 6 + 12 * i)
        if platform == 3 and language == 0x409 and name == 1:
            start = at + strings + offset
            return data[start : start + length].decode("utf-16-be")
    return ""


def _face(path: Path, data: mmap.mmap, tables: dict[bytes, int], family: str) -> Face:
    units = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    weight = struct.unpack_from(">H", data, tables[b"OS/2"] + 4)[0]
    metrics = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    advances = struct.unpack_from(f">{2 * metrics}H", data, tables[b"hmtx"])[::2]
    ranges = tuple(sorted(_ranges(data, tables[b"cmap"])))
    return Face(path, family, weight, units, tuple(low for low, _high, _glyph in ranges), ranges, advances)


def _ranges(data: mmap.mmap, at: int) -> list[tuple[int, int, int]]:
    """Characters to glyphs as runs, from the table for all of Unicode (format 12), else that of its first plane (4)."""
    count = struct.unpack_from(">H", data, at + 2)[0]
    found = {}
    for i in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, at + 4 + 8 * i)
        found[struct.unpack_from(">H", data, at + offset)[0]] = at + offset
    if 12 in found:
        groups = struct.unpack_from(">I", data, found[12] + 12)[0]
        flat = struct.unpack_from(f">{3 * groups}I", data, found[12] + 16)
        return list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    return _segments(data, found[4])


def _segments(data: mmap.mmap, at: int) -> list[tuple[int, int, int]]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
    base = at + 16 + 6 * count
    out = []
    for i, (low, high, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        offset = struct.unpack_from(">H", data, base + 2 * i)[0]
        if offset == 0:
            out.append((low, high, (low + delta) & 0xFFFF))
            continue
        for code in range(low, min(high, 0xFFFE) + 1):
            glyph = struct.unpack_from(">H", data, base + 2 * i + offset + 2 * (code - low))[0]
            if glyph:
                out.append((code, code, (glyph + delta) & 0xFFFF))
    return out
