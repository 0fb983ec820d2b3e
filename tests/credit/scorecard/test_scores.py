"""One score everywhere: rules, arrays, compiled, reload, SQL in two engines, ONNX; points sum to it; reasons are true."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brambling.credit.scorecard import Fitted, compile_card, export, open_card, score
from brambling.credit.scorecard.rules import Card, bins_of, is_monotone, label_of, losses, points_of, sum_points
from brambling.credit.scorecard.rules import score as score_one
from brambling.engine.learn import Artefact, read_artefact, write_artefact
from brambling.kit.errors import InputRejected

odd = st.none() | st.floats() | st.sampled_from(["", "n/a", "12.5", "1,234.5", "999", "never seen", "food", "bank 07"])
applications = st.fixed_dictionaries(dict.fromkeys(("income", "debt", "arrears", "sector", "bank"), odd))


def naive(card: Card, row: dict) -> int:
    """The score by walking the card as a person would with the printed tables."""
    total, place = card.base, []
    for item in card.characteristics:
        found = None
        if item.kind == "number":
            try:
                number = float(str(row.get(item.name)).replace(",", ""))
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                found = len(item.points) - 2
            elif number in item.specials:
                found = len(item.edges) + 1 + item.specials.index(number)
            else:
                found = sum(number >= edge for edge in item.edges)
        else:
            label = label_of(row.get(item.name))
            found = len(item.points) - 2 if label is None else item.labels.get(label, len(item.points) - 1)
        place.append(found)
        total += item.points[found]
    return total + sum(pair.points[place[pair.first]][place[pair.second]] for pair in card.pairs)


@given(applications)
@settings(max_examples=300)
def test_the_score_is_what_the_printed_tables_say(fitted: Fitted, row: dict) -> None:
    card = fitted.card
    scored = score_one(card, row)
    assert scored.hundredths == naive(card, row) == sum(points_of(card, bins_of(card, row)).values())
    assert 0 <= scored.probability_default <= 1
    assert scored.score == scored.hundredths / 100


@given(applications)
@settings(max_examples=300)
def test_each_reason_passes_the_flip_test_and_none_larger_is_left_out(fitted: Fitted, row: dict) -> None:
    card = fitted.card
    scored = score_one(card, row)
    gains = {}
    for item in card.characteristics:
        gains[item.name] = sum_points(card, bins_of(card, {**row, item.name: item.reference})) - scored.hundredths
    for lost in scored.reasons:
        assert gains[lost.name] == lost.points > 0
    named = {lost.name for lost in scored.reasons}
    least = min((lost.points for lost in scored.reasons), default=0) if len(named) == 4 else 0
    assert all(gain <= least for name, gain in gains.items() if name not in named)


def test_points_and_reasons_of_a_table(fitted: Fitted, table: pl.DataFrame) -> None:
    scored = score(fitted.card, table, points=True).table
    assert scored.columns[:7] == ["row", "probability_default", "score", *(f"reason_{k}" for k in range(1, 5))]
    assert scored["row"].to_list() == list(range(1, table.height + 1))
    parts = scored.select(pl.col("^points_.*$") * 100).to_numpy().round().astype(int).sum(axis=1)
    assert (parts == (scored["score"].to_numpy() * 100).round().astype(int)).all()
    for i, row in enumerate(table.head(200).rows(named=True)):
        one = score_one(fitted.card, row)
        assert (one.score, one.probability_default) == (scored["score"][i], scored["probability_default"][i])
        given = [scored[f"reason_{k}"][i] for k in range(1, 5)]
        assert [lost.name for lost in one.reasons] == [name for name in given if name]
        assert losses(fitted.card, bins_of(fitted.card, row))[:4] == list(one.reasons)


def test_compiled_is_the_same(fitted: Fitted, table: pl.DataFrame) -> None:
    compiled = compile_card(fitted.card)
    frame = table.with_columns(pl.col("debt").fill_null(math.nan))
    rows = list(frame.select(compiled.columns).iter_rows())
    rows += [
        tuple(math.inf if isinstance(v, float) else "strange" for v in rows[0]),
        tuple(math.nan if isinstance(v, float) else "" for v in rows[0]),
    ]
    for values, got in zip(rows, compiled.rows(rows), strict=True):
        one = score_one(fitted.card, dict(zip(compiled.columns, values, strict=True)))
        assert got == (one.hundredths, tuple(lost.name for lost in one.reasons))


def test_a_file_gives_the_same_score_again(fitted: Fitted, table: pl.DataFrame, tmp_path: Path) -> None:
    write_artefact(fitted.artefact, tmp_path / "card.json")
    table.write_csv(tmp_path / "new.csv")
    again = score(tmp_path / "card.json", tmp_path / "new.csv").table
    first = score(fitted.card, table).table
    for name in ("probability_default", "score", "reason_1", "reason_4"):
        assert again[name].equals(first[name])
    assert open_card(tmp_path / "card.json") == fitted.card
    assert read_artefact(tmp_path / "card.json").version == fitted.artefact.version


def test_the_challenger_tells_its_probability_when_asked(fitted: Fitted, table: pl.DataFrame) -> None:
    own, other = (score(fitted.artefact, table, model=model).table for model in ("card", "challenger"))
    assert own["score"].equals(other["score"])
    assert not own["probability_default"].equals(other["probability_default"])
    assert other["probability_default"].is_between(0, 1).all()
    with pytest.raises(InputRejected, match="no challenger"):
        score(fitted.card, table, model="challenger")


def test_a_card_of_another_version_is_rejected(fitted: Fitted, tmp_path: Path) -> None:
    old = fitted.artefact
    write_artefact(Artefact(old.kind, 99, "x", old.created_at, old.data, old.parts), tmp_path / "new.json")
    with pytest.raises(InputRejected, match="format 99"):
        open_card(tmp_path / "new.json")
    (tmp_path / "no.json").write_text("{}")
    with pytest.raises(InputRejected, match="no artefact"):
        open_card(tmp_path / "no.json")


@pytest.fixture
def strange(table: pl.DataFrame) -> pl.DataFrame:
    """Rows with everything that may stand in a file."""
    more = table.head(4).with_columns(
        income=pl.Series([math.nan, math.inf, -math.inf, None]),
        sector=pl.Series(["never seen", None, " NULL ", "it's"]),
        bank=pl.Series(["bank 99", "", "?", "bank 01"]),
        arrears=pl.Series([999.0, 0.0, -5.0, 1e9]),
    )
    return pl.concat([table, more])


def test_sql_in_duckdb(fitted: Fitted, strange: pl.DataFrame) -> None:
    expected = score(fitted.card, strange).table
    with duckdb.connect() as engine:
        engine.register("applications", strange.to_arrow())
        got = engine.sql(export(fitted.card, "sql").decode()).pl()
    assert got["score"].to_list() == expected["score"].to_list()
    assert got["probability_default"].cast(float).to_list() == expected["probability_default"].to_list()


def test_sql_in_postgresql(fitted: Fitted, strange: pl.DataFrame, db) -> None:
    from sqlalchemy import text

    sample = strange.tail(300)
    with db.write() as session:
        session.execute(
            text(
                "CREATE TEMP TABLE applications (loan_id int, year int, income float8, debt float8, arrears float8, "
                "sector text, bank text, status text)"
            )
        )
        session.execute(
            text("INSERT INTO applications VALUES (:loan_id,:year,:income,:debt,:arrears,:sector,:bank,:status)"),
            sample.to_dicts(),
        )
        sql = export(fitted.card, "sql").decode().replace(":", "\\:")
        got = session.execute(text(sql)).mappings().all()
    expected = score(fitted.card, sample).table
    assert [row["score"] for row in got] == expected["score"].to_list()
    assert [float(row["probability_default"]) for row in got] == expected["probability_default"].to_list()


def test_onnx(fitted: Fitted, strange: pl.DataFrame) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(export(fitted.card, "onnx"))
    feed = {}
    for one in session.get_inputs():
        column = strange[one.name]
        if "double" in one.type:
            feed[one.name] = column.fill_null(math.nan).to_numpy()
        else:
            feed[one.name] = np.array(column.fill_null("").str.strip_chars().str.replace("NULL", "").to_list(), object)
    hundredths, points, probability = session.run(None, feed)
    expected = score(fitted.card, strange).table
    assert points.tolist() == expected["score"].to_list()
    assert (hundredths == (expected["score"].to_numpy() * 100).round()).all()
    assert np.abs(probability - expected["probability_default"].to_numpy()).max() <= 1e-6


def test_stated_directions_hold_for_every_combination(fitted: Fitted) -> None:
    stated = {item.name: item.direction for item in fitted.card.characteristics if item.direction != "free"}
    assert stated == {"income": "decreasing", "debt": "increasing", "arrears": "increasing"}
    assert all(is_monotone(fitted.card, name) for name in stated)


@given(applications, st.floats(-10, 100), st.floats(-10, 100))
def test_more_debt_never_raises_the_score(fitted: Fitted, row: dict, one: float, other: float) -> None:
    low, high = sorted((one, other))
    scores = [score_one(fitted.card, {**row, "debt": value}).hundredths for value in (low, high)]
    assert scores[0] >= scores[1]


def test_a_file_without_any_column_of_the_card_is_rejected(fitted: Fitted) -> None:
    with pytest.raises(InputRejected, match="none of the card's columns"):
        score(fitted.card, pl.DataFrame({"x": [1]}))
    told = score(fitted.card, pl.DataFrame({"income": [10.0], "score": [1]})).notes
    assert {note.code for note in told} == {"absent-column", "replaced-column"}
