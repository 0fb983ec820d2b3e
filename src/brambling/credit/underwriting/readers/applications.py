"""A file of applications, in the words of the axioms; only what it has is read, the rest is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brambling.credit.expert.features.pairs import read_bads
from brambling.credit.underwriting.features.rows import AMOUNTS, FLAGS, NAMES, SHARES, TEXTS, WHOLE
from brambling.kit.errors import InputRejected
from brambling.kit.files import Column, read_table
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    import polars as pl

# What a file may call our columns without being asked: the twin's own words.
OTHER_NAMES = {"inflow_year": "verified_inflow_year", "turnover": "verified_inflow_year", "amount": "requested"}


@dataclass(frozen=True)
class Applications:
    """Applications: their rows with typed values, the names the file has, outcomes, segments and the table itself."""

    rows: tuple[Mapping[str, Any], ...]
    there: frozenset[str]
    bads: tuple[bool | None, ...]
    segments: tuple[str, ...]
    frame: pl.DataFrame
    notes: tuple[Reason, ...]


def read_applications(
    source: Any,
    *,
    outcome: str | None = None,
    bad: Collection[str] = (),
    segment: str | None = None,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
) -> Applications:
    """The applications of a path or any dataframe.

    Raises InputRejected without a column that says how risky an application is, for a value that does not fit, a
    probability outside 0 to 1, and an outcome whose words do not say what is bad.
    """
    file = Path(source) if isinstance(source, str | Path) else None
    columns = [Column(name, "flag", required=False, nullable=True) for name in FLAGS]
    columns += [Column(name, "integer", required=False, nullable=True) for name in WHOLE]
    columns += [Column(name, "money", required=False, nullable=True) for name in AMOUNTS]
    columns += [Column(name, "number", required=False, nullable=True) for name in SHARES]
    columns += [Column(name, required=False, nullable=True) for name in TEXTS]
    columns += [Column(name, nullable=True) for name in (outcome, segment) if name and name not in NAMES]
    frame = read_table(source, columns, _mapping(source, mapping or {}), currency=currency)
    there = frozenset(name for name in NAMES if name in frame.columns or f"{name}_minor" in frame.columns)
    if not there & set(SHARES):
        have = ", ".join(frame.columns[:12])
        raise InputRejected(
            f"no column says how risky an application is (has {have})",
            file=file,
            expected="probability_default or p_shortfall, or --map probability_default=YOUR_NAME",
        )
    _shares_are_such(frame, there, file)
    told: list[tuple[str, Mapping[str, Any]]] = []
    bads = read_bads(frame[outcome].to_list(), outcome, bad, file, told) if outcome else [None] * frame.height
    notes = [Reason(code, {name: str(value) for name, value in params.items()}) for code, params in told]
    segments = ["" if one is None else str(one) for one in frame[segment].to_list()] if segment else [""] * frame.height
    return Applications(
        rows=tuple(_row(values, there, currency) for values in frame.iter_rows(named=True)),
        there=there,
        bads=tuple(bads),
        segments=tuple(segments),
        frame=frame,
        notes=(*notes, *_absent(there)),
    )


def _mapping(source: Any, given: Mapping[str, str]) -> dict[str, str]:
    """The user's names, and the usual other names of columns that the file does not have under ours."""
    from brambling.kit.files import read_frame

    have = {name.strip().lstrip("\ufeff") for name in read_frame(source).columns}
    found = dict(given)
    for theirs, ours in OTHER_NAMES.items():
        if ours not in found and ours not in have and theirs in have and theirs not in found.values():
            found[ours] = theirs
    return found


def _row(values: Mapping[str, Any], there: Collection[str], currency: str) -> dict[str, Any]:
    row = {name: values.get(name) for name in there if name not in AMOUNTS}
    for name in AMOUNTS:
        if name in there:
            minor = values[f"{name}_minor"]
            row[name] = None if minor is None else Money(minor, currency)
    return row


def _shares_are_such(frame: pl.DataFrame, there: Collection[str], file: Path | None) -> None:
    for name in SHARES:
        if name not in there:
            continue
        wrong = ((frame[name] < 0) | (frame[name] > 1)).fill_null(False)
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            raise InputRejected(
                f"{frame[name][row]:g} is no probability",
                file=file,
                row=row + 1,
                column=name,
                expected="a fraction of one, such as 0.05",
            )


def _absent(there: frozenset[str]) -> list[Reason]:
    """What the file does not tell and therefore decides nothing."""
    notes = []
    if "verified_inflow_year" not in there:
        notes.append(Reason("no-turnover"))
    if not there & {"capacity_instalment", "outflow_year"}:
        notes.append(Reason("no-capacity"))
    if "spans" not in there:
        notes.append(Reason("no-paths"))
    if not there & {"requested"}:
        notes.append(Reason("no-request"))
    return notes
