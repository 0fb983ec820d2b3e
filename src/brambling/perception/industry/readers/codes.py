"""GB/T 4754: ``code, name, parent, level``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.perception.industry.readers.collecting import Collector
from brambling.perception.industry.rules import CODES_2011
from brambling.perception.industry.shapes import ChainFile

LEVELS = {1: "section", 2: "division", 3: "group", 4: "class"}


def read_codes(path: Path, as_of: date) -> ChainFile:
    """The classification as nodes of kind ``class``; raises InputRejected for two rows of one code.

    A parent that is not in the file is reported as an orphan, a code that only the 2011 edition has as such.
    """
    rows = read_table(path, [Column("code"), Column("name"), Column("parent", required=False, nullable=True)])
    codes = rows["code"].to_list()
    known = set(codes)
    if len(known) != len(codes):
        twice = next(i for i, code in enumerate(codes) if code in codes[:i])
        raise InputRejected(
            f"code {codes[twice]} stands twice", file=path, row=twice + 1, column="code", expected="each code once"
        )
    found = Collector("gbt4754", as_of)
    for code, name in zip(codes, rows["name"], strict=True):
        found.node("class", code, name)
        if code in CODES_2011:
            found.odd("code_2011", path.name, f"{code} {name}: {', '.join(CODES_2011[code])} in the 2017 edition")
    for code, parent in zip(codes, rows["parent"] if "parent" in rows.columns else [None] * len(codes), strict=True):
        if not parent:
            continue
        if parent in known:
            found.edge(("class", code), "part_of", ("class", parent), path.name)
        else:
            found.odd("orphan_code", path.name, f"{code}: parent {parent}")
    return found.finish()
