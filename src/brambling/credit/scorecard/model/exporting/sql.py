"""One SELECT for PostgreSQL and DuckDB, and the card as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from brambling.credit.scorecard.rules import MISSING_WORDS, Calibration, Card, Characteristic
from brambling.credit.scorecard.shapes import card_to_plain


def json_text(card: Card) -> str:
    """The card's data alone, for an engine of somebody else's."""
    return json.dumps(card_to_plain(card), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def sql(card: Card, table: str) -> str:
    """A SELECT of all columns of ``table`` with ``score`` and ``probability_default`` added.

    Bins first, then points, then probability, each a step of its own, so that a reviewer reads the card in it. Numbers
    may be of any numeric type or text of plain digits.
    """
    bins = ",\n    ".join(f"{_bin(item)} AS bin_{i}" for i, item in enumerate(card.characteristics))
    parts = [str(card.base)]
    parts += [_case(f"bin_{i}", item.points) for i, item in enumerate(card.characteristics)]
    for pair in card.pairs:
        width = len(card.characteristics[pair.second].points)
        cells = [point for row in pair.points for point in row]
        parts.append(_case(f"bin_{pair.first} * {width} + bin_{pair.second}", cells))
    total = "\n      + ".join(parts)
    return (
        "-- score (higher is better) and probability of default; made by brambling credit scorecard export\n"
        f"WITH binned AS (\n  SELECT *,\n    {bins}\n  FROM {_name(table)}\n),\n"
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


def _bin(item: Characteristic) -> str:
    return _bin_number(item) if item.kind == "number" else _bin_label(item)


def _bin_number(item: Characteristic) -> str:
    value = f"CAST(NULLIF(CAST({_name(item.name)} AS TEXT), '') AS DOUBLE PRECISION)"
    # NaN is greater than every number in both engines
    lines = [
        f"WHEN {value} IS NULL OR NOT ({value} < CAST('Infinity' AS DOUBLE PRECISION) "
        f"AND {value} > CAST('-Infinity' AS DOUBLE PRECISION)) THEN {item.missing}"
    ]
    lines += [f"WHEN {value} = {_real(special)} THEN {item.proper + i}" for i, special in enumerate(item.specials)]
    lines += [f"WHEN {value} < {_real(edge)} THEN {i}" for i, edge in enumerate(item.edges)]
    return f"CASE {' '.join(lines)} ELSE {len(item.edges)} END"


def _bin_label(item: Characteristic) -> str:
    plain = f"TRIM(CAST({_name(item.name)} AS TEXT))"
    words = ", ".join(_text(word) for word in sorted(MISSING_WORDS))
    lines = [f"WHEN {plain} IS NULL OR LOWER({plain}) IN ({words}) THEN {item.missing}"]
    label = plain
    if item.width:
        cut = f"REGEXP_REPLACE({plain}, '\\.0$', '')"
        label = f"LPAD({cut}, GREATEST(LENGTH({cut}), {item.width}), '0')"
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
