"""How a family writes: dates, amounts, labels, and the arrangement of a form's entries and table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from brambling.world.packs.families import Family
from brambling.world.packs.sheet import GREY, Seal, Sheet, measure, wrap


@dataclass(frozen=True)
class Entry:
    """A field of a form: its name in truth, its usual labels, and its value as printed."""

    key: str
    labels: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Table:
    """Columns (name in truth, labels, share of the width) and rows as printed."""

    columns: tuple[tuple[str, tuple[str, ...], float], ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass
class Drawn:
    """A document: its pages and what they say. ``lines`` of ``fields`` is a list of rows by column name."""

    sheets: list[Sheet]
    fields: dict[str, Any] = field(default_factory=dict)


Arrange = Callable[[Sheet, Family, list[Entry], float], float]


def day(family: Family, value: date) -> str:
    """A date as the family writes it."""
    return {
        "iso": f"{value:%Y-%m-%d}",
        "zh": f"{value:%Y}年{value:%m}月{value:%d}日",
        "slash": f"{value:%Y/%m/%d}",
        "zh-short": f"{value.year}年{value.month}月{value.day}日",
    }[family.date_style]


def official(value: date) -> str:
    """A date as national forms print it, whoever fills them in."""
    return f"{value:%Y}年{value:%m}月{value:%d}日"


def yuan(minor: int, *, grouped: bool = False) -> str:
    """An amount with two decimals."""
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    whole = f"{minor // 100:,}" if grouped else f"{minor // 100}"
    return f"{sign}{whole}.{minor % 100:02d}"


def label(family: Family, words: Sequence[str]) -> str:
    """The family's word for a label; two characters stand apart where the family spaces them."""
    word = words[family.words % len(words)]
    return f"{word[0]}{family.gap}{word[1]}" if len(word) == 2 and family.gap else word


def heading(sheet: Sheet, family: Family, title: str, y: float) -> float:
    """The title in the middle; gives the y below."""
    size = min(20.0, 0.8 * sheet.width / max(len(title), 1))
    sheet.text(sheet.width / 2, y, title, size, family.title, align="middle")
    return y + size * 1.9


def role_of(family: Family, words: str) -> str:
    """Digits and Latin letters stand in the family's figures, all else in its Chinese font."""
    return family.figures if all(ord(sign) < 0x2000 for sign in words) else family.cjk


def entries(sheet: Sheet, family: Family, items: Sequence[Entry], y: float) -> float:
    """Arrange the entries in the family's way; gives the y below."""
    return _ARRANGEMENTS[family.arrangement](sheet, family, list(items), y)


def _lines(sheet: Sheet, family: Family, items: list[Entry], y: float) -> float:
    for item in items:
        head = label(family, item.labels) + (family.colon or "：")
        sheet.text(family.margin, y, head, family.size, family.cjk)
        left = family.margin + measure(head, family.size) + 4
        y = _value(sheet, family, item.value, left, y, sheet.width - family.margin - left)
    return y + 6


def _value(sheet: Sheet, family: Family, words: str, x: float, y: float, width: float, rule: bool = False) -> float:
    for line in wrap(words, width, family.size) or [""]:
        sheet.text(x, y, line, family.size, role_of(family, words))
        if rule:
            sheet.rule(x - 2, y + family.size * 1.35, x + width, y + family.size * 1.35, 0.5, GREY)
        y += family.size * 1.75
    return y


def _blanks(sheet: Sheet, family: Family, items: list[Entry], y: float) -> float:
    """A printed form filled in by hand: the value on a rule."""
    column = max(measure(label(family, item.labels), family.size) for item in items) + 14
    for item in items:
        sheet.text(family.margin, y, label(family, item.labels) + family.colon, family.size, family.cjk)
        left = family.margin + column
        y = _value(sheet, family, item.value, left, y, sheet.width - family.margin - left, rule=True) + 2
    return y + 6


def _twocol(sheet: Sheet, family: Family, items: list[Entry], y: float) -> float:
    width = (sheet.width - 2 * family.margin) / 2
    for place in range(0, len(items), 2):
        bottom = y
        for side, item in enumerate(items[place : place + 2]):
            head = label(family, item.labels) + family.colon
            left = family.margin + side * width
            sheet.text(left, y, head, family.size, family.cjk)
            start = left + measure(head, family.size) + 3
            bottom = max(bottom, _value(sheet, family, item.value, start, y, left + width - start - 8))
        y = bottom
    return y + 6


def _stacked(sheet: Sheet, family: Family, items: list[Entry], y: float) -> float:
    """A small grey label above each value, two beside each other."""
    width = (sheet.width - 2 * family.margin) / 2
    for place in range(0, len(items), 2):
        bottom = y
        for side, item in enumerate(items[place : place + 2]):
            left = family.margin + side * width
            sheet.text(left, y, label(family, item.labels), family.size * 0.8, family.cjk, colour=GREY)
            bottom = max(bottom, _value(sheet, family, item.value, left, y + family.size * 1.2, width - 12))
        y = bottom + 4
    return y + 4


def _grid(pairs: int, *, shaded: bool = False, ruled: bool = False) -> Arrange:
    def draw(sheet: Sheet, family: Family, items: list[Entry], y: float) -> float:
        span = (sheet.width - 2 * family.margin) / pairs
        head = min(span * 0.45, max(measure(label(family, item.labels), family.size) for item in items) + 12)
        for place in range(0, len(items), pairs):
            group = items[place : place + pairs]
            cells = [wrap(item.value, span - head - 8, family.size) or [""] for item in group]
            height = max(len(cell) for cell in cells) * family.size * 1.5 + family.size * 0.7
            for side, (item, cell) in enumerate(zip(group, cells, strict=True)):
                left = family.margin + side * span
                if shaded:
                    sheet.area(left, y, head, height, (228, 232, 238))
                if ruled:
                    sheet.rule(left, y + height, left + span, y + height, 0.6, GREY)
                else:
                    sheet.box(left, y, span, height)
                    sheet.rule(left + head, y, left + head, y + height)
                word = label(family, item.labels)
                fit = min(family.size, (head - 9) / measure(word, 1.0))
                sheet.text(left + 5, y + family.size * 0.5, word, fit, family.cjk)
                for k, line in enumerate(cell):
                    top = y + family.size * (0.5 + 1.5 * k)
                    sheet.text(left + head + 5, top, line, family.size, role_of(family, item.value))
            y += height
        return y + 10

    return draw


_ARRANGEMENTS: dict[str, Arrange] = {
    "grid2": _grid(1), "grid4": _grid(2), "lines": _lines, "ruled": _grid(1, ruled=True), "stacked": _stacked,
    "twocol": _twocol, "shaded": _grid(2, shaded=True), "blanks": _blanks,
}  # fmt: skip


def table(sheet: Sheet, family: Family, shown: Table, y: float, *, size: float = 0.0) -> float:
    """A table with a head; its rules are the family's. Gives the y below."""
    size = size or family.size * 0.9
    height, width = size * 1.9, sheet.width - 2 * family.margin
    lefts = [family.margin]
    for _, _, share in shown.columns:
        lefts.append(lefts[-1] + share * width)
    heads = tuple(names[family.words % len(names)] for _, names, _ in shown.columns)
    if family.arrangement in {"shaded", "stacked"}:
        sheet.area(lefts[0], y, width, height, (228, 232, 238))
    body = [heads, *shown.rows, *([shown.total] if shown.total else [])]
    for row in body:
        for left, right, words in zip(lefts[:-1], lefts[1:], row, strict=True):
            fit = min(size, (right - left - 6) / max(measure(words, 1.0), 0.1))
            number = row is not heads and bool(words) and words.lstrip("-¥￥")[:1].isdigit() and "." in words
            x, align = (right - 3, "right") if number else (left + 3, "left")
            sheet.text(x, y + (height - fit) / 2 - 1, words, fit, role_of(family, words), align=align)
        sheet.rule(lefts[0], y, lefts[-1], y, 0.6)
        y += height
    sheet.rule(lefts[0], y, lefts[-1], y, 0.8)
    if family.arrangement not in {"lines", "ruled", "stacked"}:
        for left in lefts:
            sheet.rule(left, y - height * len(body), left, y, 0.6)
    return y + 8


def rows_of(shown: Table) -> list[dict[str, str]]:
    """A table's rows by column name, for truth."""
    names = [key for key, _, _ in shown.columns]
    return [dict(zip(names, row, strict=True)) for row in shown.rows]


def form(
    family: Family, title: str, items: Sequence[Entry], shown: Table | None = None, notes: Sequence[str] = (), seal: Seal | None = None,
    *, landscape: bool = False,
) -> Drawn:  # fmt: skip
    """A form: title, entries, a table, notes and a seal at the foot."""
    sheet = Sheet(842, 595) if landscape else Sheet()
    y = heading(sheet, family, title, 46)
    y = entries(sheet, family, items, y + 6)
    if shown:
        y = table(sheet, family, shown, y + 4)
    for note in notes:
        y = sheet.block(family.margin, y + 4, sheet.width - 2 * family.margin, note, family.size, family.cjk)
    if seal:
        sheet.add(Seal(min(seal.x, sheet.width - 80), min(y + 66, sheet.height - 70), seal.name, seal.label, seal.radius, seal.oval, seal.colour))  # fmt: skip
    fields: dict[str, Any] = {item.key: item.value for item in items}
    if shown:
        fields["lines"] = rows_of(shown)
    return Drawn([sheet], fields)
