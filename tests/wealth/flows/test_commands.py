"""The command: files out, lines out, exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from brambling.app.main import main

Make = Callable[..., pl.DataFrame]


def test_forecast_writes_everything(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(("a", "b"), days=120).write_csv(tmp_path / "flows.csv")
    out, page, paths = tmp_path / "out.csv", tmp_path / "r.html", tmp_path / "p.parquet"
    command = ["wealth", "forecast", str(tmp_path / "flows.csv"), "--horizon", "7"]
    assert main([*command, "--out", str(out), "--report", str(page), "--paths", str(paths)]) == 0
    table = pl.read_csv(out)
    assert table.columns == ["date", "product", "side", "mean", "q0.025", "q0.10", "q0.50", "q0.90", "q0.975"]
    assert out.read_text().splitlines()[1].split(",")[3].partition(".")[2].__len__() == 2
    assert pl.read_parquet(paths)["path"].max() == 500
    assert "echarts" in page.read_text(encoding="utf-8").lower()
    assert "Forecast of 7 days" in capsys.readouterr().out


def test_json_is_json_and_notes_go_to_standard_error(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(days=20).write_csv(tmp_path / "flows.csv")
    assert main(["wealth", "forecast", str(tmp_path / "flows.csv"), "--horizon", "5", "--json"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert result["notes"][0]["code"] == "short"
    assert len(result["forecast"]) == 15
    assert "a: 20 days of history" in said.err


def test_unusable_input_exits_2_with_one_line_and_writes_nothing(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = make(days=60)
    pl.concat([frame, frame[:1]]).write_csv(tmp_path / "flows.csv")
    out = tmp_path / "out.csv"
    assert main(["wealth", "forecast", str(tmp_path / "flows.csv"), "--horizon", "5", "--out", str(out)]) == 2
    assert not out.exists()
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("brambling: flows.csv, row 61, column 'date': 2024-01-01 stands twice")


def test_names_of_the_bank_through_map(make: Make, tmp_path: Path) -> None:
    make(days=60).rename({"subscription": "申购", "redemption": "赎回"}).write_csv(tmp_path / "flows.csv")
    command = ["wealth", "forecast", str(tmp_path / "flows.csv"), "--horizon", "5"]
    assert main([*command, "--map", "subscription=申购", "--map", "redemption=赎回"]) == 0
    assert main(command) == 2
