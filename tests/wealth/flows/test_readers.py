"""Bad input: one clear line each; what can be lived with becomes a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brambling.kit.errors import InputRejected
from brambling.wealth.flows.readers import read_flows, read_plan

Make = Callable[..., pl.DataFrame]


def codes(panel: object) -> list[str]:
    return [note.code for note in panel.notes]  # type: ignore[attr-defined]


def test_a_negative_flow_is_named_by_row_and_column(make: Make, tmp_path: Path) -> None:
    frame = make(days=40)
    frame[6, "redemption"] = -5.0
    frame.write_csv(tmp_path / "flows.csv")
    with pytest.raises(
        InputRejected, match=r"flows\.csv, row 7, column 'redemption': -5\.0 is negative; expected an amou"
    ):
        read_flows(tmp_path / "flows.csv", 7)


def test_a_day_that_stands_twice(make: Make) -> None:
    frame = make(days=40)
    with pytest.raises(InputRejected, match=r"row 41, column 'date': 2024-01-03 stands twice for 'a'"):
        read_flows(pl.concat([frame, frame[2:3]]), 7)


def test_a_missing_column_names_the_way_out(make: Make) -> None:
    with pytest.raises(InputRejected, match=r"no column 'redemption'.*--map redemption=YOUR_NAME"):
        read_flows(make(days=40).drop("redemption"), 7)


def test_too_little_history_for_anything(make: Make) -> None:
    with pytest.raises(InputRejected, match=r"the longest has 9 days\); expected at least 14 days"):
        read_flows(make(days=9), 7)


def test_a_young_product_is_left_out_beside_others(make: Make) -> None:
    frame = pl.concat([make(("old",), days=60), make(("new",), days=6, first=date(2024, 2, 24))])
    panel = read_flows(frame, 7)
    assert panel.products == ("old",)
    assert codes(panel) == ["young"]


def test_a_product_that_closed_is_left_out(make: Make) -> None:
    panel = read_flows(pl.concat([make(("open",), days=90), make(("shut",), days=50)]), 7)
    assert panel.products == ("open",)
    assert [(note.code, note.parameters["product"], note.parameters["last"]) for note in panel.notes] == [
        ("closed", "shut", "2024-02-19")
    ]


def test_gaps_are_unknown_not_zero(make: Make) -> None:
    frame = make(days=60)
    panel = read_flows(pl.concat([frame[:20], frame[23:]]), 7)
    assert np.isnan(panel.subscription[0, 20:23]).all()
    assert panel.notes[0].parameters == {"product": "a", "days": 3, "first": "2024-01-21", "last": "2024-01-23"}


def test_a_file_of_workdays_only_has_no_gaps(make: Make) -> None:
    frame = make(days=70)
    from brambling.kit.calendar import is_workday

    panel = read_flows(frame.filter(pl.Series([is_workday(day) for day in frame["date"]])), 7)
    assert codes(panel) == []
    assert (panel.subscription == 0).any()


def test_more_digits_than_fen_are_rounded_and_said(make: Make) -> None:
    frame = make(days=30)
    frame[3, "subscription"] = 1234.56789
    panel = read_flows(frame, 7)
    assert panel.subscription[0, 3] == 123457
    assert panel.notes[0].code == "rounded"


def test_names_of_the_bank_and_gb18030(make: Make, tmp_path: Path) -> None:
    frame = make(days=30).rename({"date": "日期", "product": "产品", "subscription": "申购", "redemption": "赎回"})
    path = tmp_path / "流水.csv"
    path.write_bytes(frame.write_csv().encode("gb18030"))
    names = {"date": "日期", "product": "产品", "subscription": "申购", "redemption": "赎回"}
    panel = read_flows(path, 7, mapping=names)
    assert panel.subscription[0, 0] == round(float(frame["申购"][0]) * 100)


def test_a_file_without_product_is_one_product(make: Make) -> None:
    assert read_flows(make(days=30).drop("product"), 7).products == ("all",)


def test_covariates_are_those_that_vary_and_ahead_those_that_reach_beyond(make: Make) -> None:
    frame = make(days=60).with_columns(views=pl.int_range(60), code=pl.lit(7), words=pl.lit("x"))
    panel = read_flows(frame, 7)
    assert set(panel.behind) == {"views"}
    rows = pl.DataFrame({"date": [date(2024, 3, 1)], "product": ["a"], "maturing": [500.0]})
    panel = read_flows(pl.concat([frame.with_columns(maturing=pl.lit(0.0)), rows], how="diagonal"), 7)
    assert set(panel.ahead) == {"maturing"}
    assert panel.ahead["maturing"][0, 60] == 500.0


def test_a_hierarchy_may_be_written_from_either_end(make: Make) -> None:
    frame = pl.concat([make((name,), days=30).with_columns(company=pl.lit(name[0])) for name in ("xa", "xb", "ya")])
    labels = {
        read_flows(frame, 7, hierarchy=order).labels for order in (("company", "product"), ("product", "company"))
    }
    assert labels == {(("x", "xa"), ("x", "xb"), ("y", "ya"))}


def test_the_plan_must_speak_of_products_that_are_there(make: Make) -> None:
    panel = read_flows(make(days=30), 7)
    plan = pl.DataFrame({"date": ["2024-02-01", "2024-02-01"], "product": ["a", "b"], "quota": ["10.00", "5.00"]})
    with pytest.raises(InputRejected, match=r"row 2, column 'product': 'b' is not among the flows"):
        read_plan(plan, panel, 7)
    assert read_plan(plan[:1], panel, 7)[0, 31] == 1000
    late = plan[:1].with_columns(date=pl.lit("2030-01-01"))
    with pytest.raises(InputRejected, match=r"no row falls into history or horizon; expected dates up to 2024-02-06"):
        read_plan(late, panel, 7)


def test_names_of_the_flows_count_for_a_plan_that_has_them(make: Make) -> None:
    panel = read_flows(make(days=30), 7)
    plan = pl.DataFrame({"日期": ["2024-02-01"], "product": ["a"], "quota": ["10.00"]})
    assert read_plan(plan, panel, 7, {"date": "日期", "product": "产品"})[0, 31] == 1000


def test_an_amount_that_is_not_exact_to_the_fen_is_named(make: Make) -> None:
    frame = make(days=40)
    frame[3, "subscription"] = 1e30
    with pytest.raises(InputRejected, match=r"row 4, column 'subscription': 1e\+30 is more than a day can bring"):
        read_flows(frame, 7)
