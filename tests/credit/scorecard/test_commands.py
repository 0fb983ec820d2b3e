"""The commands: files out, lines out, exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from brambling.app.main import main

CARD = ["credit", "scorecard"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., pl.DataFrame]) -> Path:
    """A folder with loans, applications and a card."""
    folder = tmp_path_factory.mktemp("card")
    make(600).with_columns(odd=pl.lit(1)).write_csv(folder / "loans.csv")
    make(500, seed=8).drop("status").write_csv(folder / "new.csv")
    make(900, seed=8, shift=1.5).write_csv(folder / "worse.csv")
    words = ["fit", str(folder / "loans.csv"), "--target", "status", "--bad", "lost", "--time", "year"]
    files = ["--out", str(folder / "card.json"), "--report", str(folder / "card.html"), "--lang", "zh"]
    assert main([*CARD, *words, *files, "--form", "additive"]) == 0
    return folder


def test_fit_wrote_card_and_report(place: Path) -> None:
    page = (place / "card.html").read_text(encoding="utf-8")
    assert "评分卡" in page
    assert "echarts" in page.lower()


def test_score_keeps_order_and_columns(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CARD, "score", str(place / "card.json"), str(place / "new.csv"), "--out", str(place / "s.csv")]) == 0
    scored = pl.read_csv(place / "s.csv")
    assert scored["row"].to_list() == list(range(1, 501))
    assert scored["loan_id"].to_list() == list(range(1, 501))
    capsys.readouterr()
    assert main([*CARD, "score", str(place / "card.json"), str(place / "new.csv"), "--points", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["scores"]
    parts = [sum(round(100 * v) for k, v in row.items() if k.startswith("points_")) for row in rows]
    assert parts == [round(100 * row["score"]) for row in rows]


def test_export_writes_and_prints(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CARD, "export", str(place / "card.json"), "--to", "sql", "--table", "loans"]) == 0
    assert 'FROM "loans"' in capsys.readouterr().out
    assert main([*CARD, "export", str(place / "card.json"), "--to", "onnx"]) == 2
    assert main([*CARD, "export", str(place / "card.json"), "--to", "onnx", "--out", str(place / "c.onnx")]) == 0
    assert (place / "c.onnx").stat().st_size > 100


def test_monitor_stops_a_pipeline_and_recalibrates(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        *CARD,
        "monitor",
        str(place / "card.json"),
        str(place / "worse.csv"),
        "--target",
        "status",
        "--bad",
        "lost",
    ]
    assert main([*words, "--report", str(place / "watch.html")]) == 1
    assert "drift alarm" in capsys.readouterr().err
    assert main([*words, "--recalibrate", str(place / "card2.json")]) == 0
    again = [
        *CARD,
        "monitor",
        str(place / "card2.json"),
        str(place / "worse.csv"),
        "--target",
        "status",
        "--bad",
        "lost",
    ]
    capsys.readouterr()
    main([*again, "--json"])
    assert json.loads(capsys.readouterr().out)["rates"][0]["level"] == "stable"


def test_unusable_input_exits_2_and_writes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["fit", str(place / "loans.csv"), "--target", "odd", "--bad", "1", "--out", str(place / "none.json")]
    assert main([*CARD, *words]) == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("brambling: loans.csv, column 'odd': the target")
    assert not (place / "none.json").exists()
