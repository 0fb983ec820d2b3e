"""Each fault of a sends file is one clear line."""

from __future__ import annotations

import polars as pl
import pytest

from brambling.kit.errors import InputRejected
from brambling.marketing.uplift.readers import Question, Sends, read_calls, read_offers, read_sends


def table(**columns: object) -> pl.DataFrame:
    base: dict[str, object] = {
        "t": ["mail", "none"] * 60,
        "y": ([1, 0, 0, 1] * 30),
        "age": list(range(120)),
    }
    return pl.DataFrame({**base, **columns})


def read(frame: pl.DataFrame, **more: object) -> Sends:
    return read_sends(frame, Question("t", "y", **more))  # type: ignore[arg-type]


def test_arms_are_known_by_their_words() -> None:
    made = read(table(t=["1", "0"] * 60))
    assert made.treated_words == ("1",)
    assert made.control_word == "0"
    assert made.features == ("age",)


def test_a_control_alone_makes_all_others_treated() -> None:
    made = read(table(t=["a", "b", "none"] * 40), control="none")
    assert made.treated_words == ("a", "b")
    assert made.treated.sum() == 80


def test_rows_of_other_arms_are_left_out_with_a_note() -> None:
    made = read(table(t=["a", "b", "none"] * 40), control="none", treated=("a",))
    assert made.frame.height == 80
    assert [(note.code, note.parameters["rows"]) for note in made.notes] == [("other-arms", 40)]


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ({"t": ["mail"] * 120}, {}, "column 't': only one value"),
        ({"t": ["a", "b", "c"] * 40}, {}, "expected --control VALUE"),
        ({"t": ["a", "b"] * 60}, {}, "which of 'a', 'b' is the control"),
        ({}, {"treated": ("post",)}, "no row has 'post'"),
        ({}, {"treated": ("mail",), "control": "mail"}, "both treated and control"),
        ({"y": [0] * 120}, {}, "column 'y': no row has the outcome"),
        ({"y": ["perhaps"] * 120}, {}, "row 1, column 'y': 'perhaps' is no outcome"),
        ({"t": ["mail"] + ["none"] * 119}, {}, "1 treated rows with an outcome"),
        ({"p": [0.5, 0.0] * 60}, {"propensity": "p"}, r"row 2, column 'p': a propensity of 0\.0"),
        ({}, {"exclude": ("height",)}, "no column 'height'"),
        ({}, {"exclude": ("age",)}, "no column is left"),
    ],
)
def test_faults_are_named(columns: dict[str, object], more: dict[str, object], message: str) -> None:
    with pytest.raises(InputRejected, match=message):
        read(table(**columns), **more)


def test_a_column_known_only_afterwards_is_left_out_unless_kept() -> None:
    rows = 2_000
    visit = [int(number % 10 == 0) for number in range(rows)]
    spend = [number + 1.5 if number % 20 == 0 else 0.0 for number in range(rows)]
    frame = pl.DataFrame(
        {"t": ["1", "0", "0"] * 666 + ["1", "0"], "y": visit, "spend": spend, "age": [n % 37 for n in range(rows)]}
    )
    made = read(frame)
    assert made.features == ("age",)
    assert [note.code for note in made.notes] == ["leak"]
    assert read(frame, keep=("spend",)).features == ("spend", "age")


def test_the_customer_is_no_feature() -> None:
    assert read(table(customer=[f"c{number}" for number in range(120)])).features == ("age",)


def test_offers_name_their_faults() -> None:
    good = pl.DataFrame({"customer": ["a", "b"], "uplift": [0.1, 0.2], "need": [0.5, 1.5], "cost": ["1.00", "2.00"]})
    with pytest.raises(InputRejected, match=r"row 2, column 'need': 1\.5"):
        read_offers(good)
    with pytest.raises(InputRejected, match="row 1, column 'cost': -1"):
        read_offers(good.with_columns(need=0.5, cost=pl.Series(["-1.00", "2.00"])))


def test_calls_need_a_yes_or_no() -> None:
    frame = pl.DataFrame({"y": ["yes", "no"] * 600, "k": [1, 0] * 600, "x": [1, 2, 3] * 400})
    with pytest.raises(InputRejected, match="row 2, column 'k'"):
        read_calls(frame, "y", "k", ())
    with pytest.raises(InputRejected, match="10 calls"):
        read_calls(frame[:10], "y", "", ())
