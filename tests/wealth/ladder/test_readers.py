"""Bad input: one clear line with file, row, column and what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.wealth.ladder.conftest import LAST, curve, holdings

from brambling.kit.errors import InputRejected
from brambling.wealth.ladder.readers import book_from, read_curve, read_holders, read_holdings, shipped_market


def changed(column: str, value: object) -> pl.DataFrame:
    frame = holdings().with_columns(pl.col(column).cast(pl.String))
    values = frame[column].to_list()
    return frame.with_columns(pl.Series(column, [*values[:4], value, *values[5:]], dtype=pl.String))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("maturity_date", "2024-06-28", "row 5, column 'maturity_date': 2024-06-28 is past"),
        ("maturity_date", None, "row 5, column 'maturity_date': nothing there"),
        ("rating", "AAAA", "row 5, column 'rating': unknown rating 'AAAA'"),
        ("rating", "", "row 5, column 'rating': nothing there"),
        ("kind", "equity", "row 5, column 'kind': unknown kind 'equity'"),
        ("amount", "-5.00", "row 5, column 'amount': a negative amount"),
        ("liquid_days", "-3", "row 5, column 'liquid_days': -3 days; expected 0 or more trading days"),
        ("instrument", "T1", "row 5, column 'instrument': 'T1' stands twice"),
    ],
)
def test_a_holding_that_cannot_be_used(column: str, value: object, words: str) -> None:
    with pytest.raises(InputRejected, match=words):
        read_holdings(changed(column, value), LAST, shipped_market())


def test_holdings_are_read_exactly_and_chinese_kinds_are_known() -> None:
    frame = holdings().with_columns(pl.col("kind").replace({"cd": "同业存单", "policy_bond": "政金债"}))
    held, notes = read_holdings(frame, LAST, shipped_market())
    assert sum(p.amount_minor for p in held) == 100_000_000_00
    assert {p.kind for p in held} == {"cash", "treasury", "policy_bond", "cd", "credit"}
    assert held[4].days == (date(2024, 9, 2) - LAST).days and not notes


def test_a_column_in_percent_is_read_as_such_and_said() -> None:
    held, notes = read_holdings(holdings().with_columns(pl.col("yield_annual") * 100), LAST, shipped_market())
    assert held[4].yield_annual == pytest.approx(0.02)
    assert [note.code for note in notes] == ["yield-percent"]


def test_a_curve_without_its_tenors_names_them() -> None:
    with pytest.raises(InputRejected, match="no tenor 3m, 1y"):
        read_curve(curve().drop("3m", "1y"))
    with pytest.raises(InputRejected, match="no tenor 0d"):
        read_curve(curve().drop("0d"))


def test_a_hole_up_to_a_year_is_rejected_and_one_beyond_is_bridged() -> None:
    frame = curve().with_columns(pl.Series("6m", [1.6, None, 1.6, 1.6, 1.6]))
    with pytest.raises(InputRejected, match="row 2, column '6m'"):
        read_curve(frame)
    with pytest.raises(InputRejected, match="row 4, column '6m'"):  # by the row of the file, whatever its order
        read_curve(frame.reverse())
    longer = curve().with_columns(pl.Series("2y", [None, 1.8, 1.8, 1.8, 1.8]))
    assert read_curve(longer).at(0, 730) == pytest.approx(0.0185)


def test_holders() -> None:
    frame = pl.DataFrame({"product": ["a", "a", "b"], "holder": ["x", "y", "z"], "share": [0.3, 0.2, 0.9]})
    assert float(read_holders(frame, "a").top10 or 0) == 0.5
    with pytest.raises(InputRejected, match="no holder of 'c'"):
        read_holders(frame, "c")
    with pytest.raises(InputRejected, match=r"add up to 1\.2"):
        read_holders(frame.with_columns(pl.Series("share", [0.6, 0.6, 0.1])), "a")
    with pytest.raises(InputRejected, match="row 1, column 'share'"):
        read_holders(frame.with_columns(pl.Series("share", [30.0, 0.6, 0.1])), "a")


def test_rules_by_name_or_file(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no rules 'cn-bond'"):
        book_from("cn-bond")
    file = tmp_path / "own.yaml"
    file.write_text("version: own\n", encoding="utf-8")
    with pytest.raises(InputRejected, match=r"own\.yaml"):
        book_from(file)
