"""One SELECT for PostgreSQL and DuckDB, and the card as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from brambling.credit.scorecard.rules import (
    DIFFERENT,
    LEAST,
    MISSING_WORDS,
    MOST,
    SAME,
    Calibration,
    Card,
    Characteristic,
)
from brambling.credit.scorecard.shapes import card_to_plain


def json_text(card: Card) -> str:
    """The card's data alone, for an engine of somebody else's."""
    return json.dumps(card_to_plain(card), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def sql(card: Card, table: str) -> str:
    """A SELECT of all columns of ``table`` with ``score`` and ``probability_default`` added.

    Bins first, then points, then probability, each a step of its own, so that a reviewer reads the card in it. Numbers
    may be of any numeric type or text of plain digits.
    """
    made = [f"{_made(item)} AS line_{i}" for i, item in enumerate(card.characteristics) if _is_made(item)]
    bins = ",\n    ".join(f"{_bin(item, f'line_{i}')} AS bin_{i}" for i, item in enumerate(card.characteristics))
    parts = [str(card.base)]
    parts += [_case(f"bin_{i}", item.points) for i, item in enumerate(card.characteristics)]
    for pair in card.pairs:
        width = len(card.characteristics[pair.second].points)
        cells = [point for row in pair.points for point in row]
        parts.append(_case(f"bin_{pair.first} * {width} + bin_{pair.second}", cells))
    total = "\n      + ".join(parts)
    select = ",\n    ".join(["SELECT *", *made])
    return (
        "-- score (higher is better) and probability of default; made by brambling credit scorecard export\n"
        f"WITH made AS (\n  {select}\n  FROM {_name(table)}\n),\n"
        f"binned AS (\n  SELECT *,\n    {bins}\n  FROM made\n),\n"
        f"summed AS (\n  SELECT *,\n      {total} AS score_hundredths\n  FROM binned\n),\n"
        f"told AS (\n  SELECT *, {_log_odds(card.calibration)} AS log_odds\n  FROM summed\n)\n"
        "SELECT *,\n  CAST(score_hundredths AS DOUBLE PRECISION) / 100 AS score,\n"
        "  ROUND(CAST(CASE WHEN log_odds < 0 THEN EXP(log_odds) / (1 + EXP(log_odds))\n"
        "    ELSE 1 / (1 + EXP(-log_odds)) END AS NUMERIC(18, 15)), 6) AS probability_default\nFROM told\n"
    )


def _name(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _real(value: float) -> str:
    return f"CAST('{value!r}' AS DOUBLE PRECISION)"


def _case(index: str, points: Iterable[int]) -> str:
    """Points by bin; the most frequent number is the ELSE, zeros of a pair are not written."""
    values = list(points)
    usual = max(set(values), key=values.count)
    when = " ".join(f"WHEN {i} THEN {value}" for i, value in enumerate(values) if value != usual)
    return f"(CASE {index} {when} ELSE {usual} END)" if when else f"({usual})"


def _is_made(item: Characteristic) -> bool:
    """Whether a line has a value of its own; prefixes and counts are bins of a column's labels."""
    return item.made is not None and item.made.how in ("same", "ratio", "per")


def _made(item: Characteristic) -> str:
    first, other = item.columns
    if item.made and item.made.how == "same":
        one, two = (_label(name, item.width) for name in (first, other))
        return (
            f"CASE WHEN {_no_label(first)} OR {_no_label(other)} THEN NULL\n"
            f"      WHEN {one} = {two} THEN {_text(SAME)} ELSE {_text(DIFFERENT)} END"
        )
    upper, under = _number(first), _number(other)
    if item.made and item.made.how == "per":
        under = f"({under} + 1)"
    least, most = _real(LEAST), _real(MOST)
    return (
        f"CASE WHEN {under} BETWEEN {least} AND {most} AND ({upper} = 0 OR ABS({upper}) BETWEEN {least} AND {most})\n"
        f"      THEN {upper} / {under} END"
    )


def _bin(item: Characteristic, line: str) -> str:
    if item.kind == "number":
        return _bin_number(item, line if _is_made(item) else _number(item.columns[0]))
    if not _is_made(item):
        return _bin_label(item, _label(item.columns[0], item.width), _no_label(item.columns[0]))
    return _bin_label(item, line, f"{line} IS NULL")


def _number(column: str) -> str:
    return f"CAST(NULLIF(CAST({_name(column)} AS TEXT), '') AS DOUBLE PRECISION)"


def _plain(column: str) -> str:
    return f"TRIM(CAST({_name(column)} AS TEXT))"


def _no_label(column: str) -> str:
    plain = _plain(column)
    words = ", ".join(_text(word) for word in sorted(MISSING_WORDS))
    return f"({plain} IS NULL OR LOWER({plain}) IN ({words}))"


def _label(column: str, width: int) -> str:
    plain = _plain(column)
    if not width:
        return plain
    cut = f"REGEXP_REPLACE({plain}, '\\.0$', '')"
    return f"LPAD({cut}, CAST(GREATEST(LENGTH({cut}), {width}) AS INTEGER), '0')"


def _bin_number(item: Characteristic, value: str) -> str:
    # NaN is greater than every number in both engines
    lines = [
        f"WHEN {value} IS NULL OR NOT ({value} < CAST('Infinity' AS DOUBLE PRECISION) "
        f"AND {value} > CAST('-Infinity' AS DOUBLE PRECISION)) THEN {item.missing}"
    ]
    lines += [f"WHEN {value} = {_real(special)} THEN {item.proper + i}" for i, special in enumerate(item.specials)]
    lines += [f"WHEN {value} < {_real(edge)} THEN {i}" for i, edge in enumerate(item.edges)]
    return f"CASE {' '.join(lines)} ELSE {len(item.edges)} END"


def _bin_label(item: Characteristic, label: str, missing: str) -> str:
    lines = [f"WHEN {missing} THEN {item.missing}"]
    lines += _members(label, item.labels or {})
    for length, bins in item.prefixes:
        lines += _members(f"LEFT({label}, {length})", bins)
    return f"CASE {' '.join(lines)} ELSE {item.unseen} END"


def _members(label: str, bins: Mapping[str, int]) -> list[str]:
    groups: dict[int, list[str]] = {}
    for word, place in bins.items():
        groups.setdefault(place, []).append(_text(word))
    return [f"WHEN {label} IN ({', '.join(sorted(words))}) THEN {place}" for place, words in sorted(groups.items())]


def _log_odds(calibration: Calibration) -> str:
    knots, odds = calibration.scores, calibration.log_odds
    lines = []
    for i in range(1, len(knots)):
        line = (
            f"{_real(odds[i - 1])} + ({_real(odds[i])} - {_real(odds[i - 1])}) "
            f"* (score_hundredths - {knots[i - 1]}) / CAST({knots[i] - knots[i - 1]} AS DOUBLE PRECISION)"
        )
        lines.append(f"ELSE {line}" if i == len(knots) - 1 else f"WHEN score_hundredths < {knots[i]} THEN {line}")
    return f"CASE {' '.join(lines)} END" if len(lines) > 1 else lines[0].removeprefix("ELSE ")
