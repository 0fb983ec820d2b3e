"""Files damaged on purpose: every kind of harm that a download, an editor or an enemy does, drawn from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

ODD_WORDS = (
    b"",
    b"null",
    b"-",
    b"1e999",
    b"NaN",
    b"9" * 40,
    "１２".encode(),
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"[/x]",
    b"-0",
    b"\n",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "[/bold]",
    "1e999",
    "2026-02-30",
    [],
    {},
    [1],
    [[]],
    {"x": 1},
)


def damaged(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` damaged copies of ``data``: cut, flipped, lines lost, doubled or swapped, words put in."""
    chance = random.Random(seed)
    for _ in range(count):
        copy = data
        for _ in range(chance.choice((1, 1, 2, 5))):
            copy = chance.choice((_cut, _flip, _lines, _word))(copy, chance)
        yield copy


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] if chance.random() < 0.5 else data[:start] + data[start + chance.randrange(1, 200) :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return b"\x80"
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def _lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    way = chance.randrange(3)
    if way == 0:
        del lines[one]
    elif way == 1:
        lines.insert(other, lines[one])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _word(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(ODD_WORDS) + data[place + chance.choice((0, 1, 8)) :]


def mistold(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` copies of a JSON file in which one value became another, or one key is gone."""
    chance = random.Random(seed)
    whole = json.loads(data)
    ways = list(_ways(whole, ()))
    for _ in range(count):
        copy = json.loads(data)
        *path, last = chance.choice(ways)
        holder = copy
        for key in path:
            holder = holder[key]
        if chance.random() < 0.2:
            del holder[last]
        else:
            holder[last] = chance.choice(ODD_VALUES)
        yield json.dumps(copy).encode()


def _ways(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inner)[:40]:
        yield (*path, key)
        yield from _ways(item, (*path, key))
