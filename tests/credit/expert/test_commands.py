"""``expert fit`` and ``decide`` as commands: files in and out, one line for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from brambling.app.main import main


@pytest.fixture
def file(decisions: pl.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "decisions.csv"
    decisions.head(140).write_csv(path)
    return path


def test_fit_and_decide(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expert, page, out = tmp_path / "expert.json", tmp_path / "expert.html", tmp_path / "decided.csv"
    words = ["credit", "expert", "fit", str(file), "--decision", "officer", "--approve", "yes", "--limit", "granted"]
    words += ["--protected", "gender", "--stage", "supervised", "--out", str(expert), "--report", str(page)]
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "axioms and policy only" in shown.out
    assert "axioms do not apply" in shown.err
    assert "kappa" in page.read_text(encoding="utf-8")
    assert (
        main(["credit", "expert", "decide", str(expert), str(file), "--out", str(out), "--json", "--lang", "zh"]) == 0
    )
    rows = json.loads(capsys.readouterr().out)
    written = pl.read_csv(out, infer_schema=False)
    assert written.columns[:5] == ["row", "decision", "confidence", "limit", "reasons"]
    assert len(rows) == written.height == 140
    assert written["row"].to_list() == [str(i) for i in range(1, 141)]
    blocked = written.filter(pl.col("blocked") == "true")
    assert set(blocked["decision"]) == {"decline"}
    assert set(blocked["limit"]) == {"0.00"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--decision", "officer", "--approve", "maybe"], "--approve 'maybe'"),
        (["--decision", "nobody", "--approve", "yes"], "no column 'nobody'"),
        (["--decision", "trade", "--approve", "food", "--agreement", "0.2"], "an agreement of 0.2"),
    ],
)
def test_what_cannot_be_used_ends_with_two(
    file: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["credit", "expert", "fit", str(file), *words]) == 2
    told_lines = [one for one in capsys.readouterr().err.splitlines() if one.startswith("brambling: ")]
    assert len(told_lines) == 1
    assert told in told_lines[0]


def test_the_stage_that_needs_an_extra_names_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "jax", None)
    words = ["credit", "expert", "fit", str(file), "--decision", "officer", "--approve", "yes"]
    assert main([*words, "--stage", "reinforcement"]) == 2
    assert "brambling[train]" in capsys.readouterr().err
