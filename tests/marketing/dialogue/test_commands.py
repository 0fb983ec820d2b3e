"""The commands, end to end on files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.marketing.dialogue.conftest import examples

from brambling.app.main import main


def test_fit_and_route_on_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intents, asked, model, routed = (str(tmp_path / name) for name in ("in.csv", "ask.csv", "model.json", "out.csv"))
    examples().rename({"intent": "类别"}).write_csv(intents)
    pl.DataFrame({"id": ["a", "b"], "text": ["human please", "bake bread"]}).write_csv(asked)
    line = ["dialogue", "fit", intents, "--map", "intent=类别", "--no-embeddings", "--out", model]
    assert main([*line, "--report", str(tmp_path / "fit.html"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["intents"] == 6
    assert told["embedder"] == ""
    assert "most often taken for" in (tmp_path / "fit.html").read_text(encoding="utf-8")
    assert main(["dialogue", "route", model, asked, "--out", routed]) == 0
    assert "2 texts: answered" in capsys.readouterr().out
    frame = pl.read_csv(routed)
    assert frame.columns == ["row", "action", "intent", "confidence", "id", "text"]
    assert frame["intent"][0] == "person"
    assert frame["action"][1] == "handover"
    assert main(["dialogue", "route", model, asked, "--json", "--lang", "zh"]) == 0
    assert len(json.loads(capsys.readouterr().out)["routed"]) == 2


def test_the_same_seed_gives_the_same_content(tmp_path: Path) -> None:
    intents = str(tmp_path / "in.csv")
    examples().write_csv(intents)
    versions = []
    for name in ("one.json", "two.json"):
        assert main(["dialogue", "fit", intents, "--no-embeddings", "--out", str(tmp_path / name)]) == 0
        versions.append(json.loads((tmp_path / name).read_text(encoding="utf-8"))["version"])
    assert versions[0] == versions[1]


def test_texts_are_not_shown_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intents, asked, model = (str(tmp_path / name) for name in ("in.csv", "ask.csv", "model.json"))
    examples().write_csv(intents)
    pl.DataFrame({"text": ["my number is 13800138000, card lost"]}).write_csv(asked)
    assert main(["dialogue", "fit", intents, "--no-embeddings", "--out", model]) == 0
    assert main(["dialogue", "route", model, asked]) == 0
    told = capsys.readouterr()
    assert "13800138000" not in told.out + told.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["dialogue", "fit", "nowhere.csv", "--no-embeddings"], "nowhere.csv: no such file"),
        (["dialogue", "fit", "nowhere.csv", "--out", "model.pkl"], "expected a name ending in .json"),
        (["dialogue", "route", "nowhere.json", "nowhere.csv"], "nowhere.json: no such file"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_status_two(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert line in capsys.readouterr().err
