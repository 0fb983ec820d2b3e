"""The commands, end to end on files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.marketing.uplift.conftest import sends

from brambling.app.main import main


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uplift")
    sends(1_500, 1).drop("truth").write_csv(folder / "sends.csv")
    sends(300, 2).drop("truth", "mail", "visit").write_csv(folder / "customers.csv")
    return folder


def test_fit_score_and_allocate_on_files(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, scored, plan = (str(place / name) for name in ("model.json", "scored.csv", "plan.csv"))
    line = ["marketing", "uplift", "fit", str(place / "sends.csv"), "--treatment", "mail", "--outcome", "visit"]
    line += ["--control", "not sent", "--out", model, "--report", str(place / "fit.html"), "--json"]
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "heterogeneous"
    assert told["test"]["p_value"] < 0.01
    assert {one["name"] for one in told["candidates"]} >= {"response", "two-model", "forest"}
    customers = str(place / "customers.csv")
    line = ["marketing", "uplift", "score", model, customers, "--value", "100", "--cost", "5", "--out", scored]
    assert main([*line, "--report", str(place / "score.html")]) == 0
    assert "customers to contact" in capsys.readouterr().out
    frame = pl.read_csv(scored)
    assert frame.columns[:5] == ["row", "uplift", "lower", "upper", "act"]
    assert frame["row"].to_list() == list(range(1, 301))
    line = ["marketing", "allocate", scored, "--value", "100", "--cost", "5", "--budget", "200", "--capacity", "30"]
    assert main([*line, "--out", plan, "--report", str(place / "plan.html"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["contacts"] == pl.read_csv(plan)["chosen"].sum() == 30
    assert told["limits"]["budget"]["limit"] == 20_000
    for name in ("fit", "score", "plan"):
        assert "<html" in (place / f"{name}.html").read_text(encoding="utf-8")


def test_the_words_are_chinese_where_asked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["marketing", "uplift", "fit", str(place / "sends.csv"), "--treatment", "mail", "--outcome", "visit"]
    assert main([*line, "--control", "not sent", "--lang", "zh", "--report", str(place / "zh.html")]) == 0
    out = capsys.readouterr().out
    assert "客户" in out
    assert "Average effect" not in out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["uplift", "fit", "sends.csv", "--treatment", "post", "--outcome", "visit"], "no column 'post'"),
        (["uplift", "score", "sends.csv", "sends.csv"], "is no artefact"),
        (["allocate", "sends.csv", "--value", "1"], "no column 'uplift'"),
        (["allocate", "sends.csv", "--capacity", "sms=many"], "--capacity 'sms=many'"),
        (["uplift", "calls", "sends.csv", "--outcome", "size"], "column 'size'"),
    ],
)
def test_unusable_input_is_one_line_and_exits_2(
    line: list[str], message: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    assert main(["marketing", *line]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert message in told[-1]


def test_calls_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = 1_200
    frame = pl.DataFrame(
        {
            "y": ["yes" if number % 7 == 0 else "no" for number in range(rows)],
            "k": [1 + number % 3 for number in range(rows)],
            "x": [number % 7 + number % 5 for number in range(rows)],
        }
    )
    frame.write_csv(tmp_path / "calls.csv")
    line = ["marketing", "uplift", "calls", str(tmp_path / "calls.csv"), "--outcome", "y", "--attempts", "k"]
    line += ["--learnt", "0.97", "--out", str(tmp_path / "plan.csv"), "--report", str(tmp_path / "r.html")]
    assert main(line) == 0
    assert "Stop rule" in capsys.readouterr().out
    assert pl.read_csv(tmp_path / "plan.csv").columns == ["row", "probability", "calls_planned"]
