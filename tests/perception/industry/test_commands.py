"""The commands, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from brambling.app.main import main


@pytest.fixture
def town(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A database with the demo chain, and the files of a morning."""
    monkeypatch.setenv("BRAMBLING_DATABASE_URL", database_url)
    (tmp_path / "portfolio.csv").write_text("客户,amount,product\n甲厂,100000.00,电子连接器\n", encoding="gb18030")
    (tmp_path / "events.csv").write_text("date,kind,node\n2026-03-09,price_up,电解铜\n", encoding="utf-8")
    (tmp_path / "queries.csv").write_text("name\n新款男装\n", encoding="utf-8")
    assert main(["industry", "import", "--demo", "--as-of", "2026-01-01"]) == 0
    return tmp_path


def test_a_morning(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    book, map_ = str(town / "portfolio.csv"), ["--map", "customer=客户"]
    assert main(["industry", "alerts", str(town / "events.csv"), book, "--as-of", "2026-03-10", "--json", *map_]) == 0
    (alert,) = json.loads(capsys.readouterr().out)
    assert (alert["at_risk"], alert["effect"]["day"]) == ("7200.00", "2026-05-08")
    page = town / "exposure.html"
    assert main(["industry", "exposure", book, "--report", str(page), "--lang", "zh", *map_]) == 0
    assert "电解铜" in page.read_text(encoding="utf-8")
    assert "依赖于" in capsys.readouterr().out
    out = town / "out.csv"
    assert main(["industry", "complete", str(town / "queries.csv"), "--top", "3", "--out", str(out)]) == 0
    made = pl.read_csv(out)
    assert made.columns == ["name", "rank", "candidate", "probability", "evidence"]
    assert made.height == 3


def test_walks_and_places(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["industry", "path", "电解铜", "手机", "--lang", "zh"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "铜带 的原料有 电解铜"
    assert main(["industry", "customers", "铜带", "--json"]) == 0
    assert [each["product"] for each in json.loads(capsys.readouterr().out)] == ["冲压端子", "电子连接器"]
    assert main(["industry", "place", "--text", "蔬菜种植"]) == 0
    assert "0141" in capsys.readouterr().out


def test_what_cannot_be_used_exits_2_with_one_line(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    (town / "empty").mkdir()
    for words in (
        ["import", "--chain", str(town / "empty")],
        ["import"],
        ["suppliers", "没有的东西"],
        ["alerts", str(town / "portfolio.csv"), str(town / "portfolio.csv")],
        ["exposure", str(town / "events.csv")],
    ):
        assert main(["industry", *words]) == 2
        told = capsys.readouterr().err.strip()
        assert told
        assert "\n" not in told
