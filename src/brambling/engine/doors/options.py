"""Command options with one meaning in every room. Use them as annotations of Typer commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brambling.kit.errors import InputRejected, MoneyRejected
from brambling.kit.i18n import Lang
from brambling.kit.money import Money

SEED_MAX = 2**31 - 1  # what every library that draws takes

JsonFlag = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", help="Write the result table or artefact here (.csv, .parquet or .json).")
]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write an HTML report that opens offline.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of texts: en or zh.", envvar="BRAMBLING_LANG")]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, max=SEED_MAX, help="Seed of everything random; the same seed gives the same bytes."),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="Name a column of your file: ours=theirs. Repeat for several.", metavar="OURS=THEIRS"),
]


def parse_map(pairs: list[str] | None) -> dict[str, str]:
    """``["amount=金额"]`` becomes ``{"amount": "金额"}``; raises InputRejected for anything without one ``=``."""
    mapping: dict[str, str] = {}
    for pair in pairs or []:
        ours, sign, theirs = pair.partition("=")
        if not sign or not ours.strip() or not theirs.strip():
            raise InputRejected(f"--map {pair!r} is not ours=theirs", expected="for example --map amount=金额")
        mapping[ours.strip()] = theirs.strip()
    return mapping


def parse_money(option: str, text: str | None, currency: str) -> Money | None:
    """The amount that ``option`` names, None where it was not given; raises InputRejected that names the option."""
    if text is None:
        return None
    try:
        return Money.of(text, currency)
    except MoneyRejected as error:
        raise InputRejected(f"{option}: {error}") from None
