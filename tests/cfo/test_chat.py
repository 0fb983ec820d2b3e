"""Asking about one's own statement on the command line: figures are those of the brief."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.shops import shop_rows
from typer.testing import CliRunner

from brambling.cfo import brief
from brambling.cfo.commands import app
from brambling.kit.clock import SystemClock


def test_the_figures_are_those_of_the_brief(tmp_path: Path) -> None:
    today = SystemClock().today()
    last = today - timedelta(days=1)
    path = tmp_path / "statement.csv"
    shop_rows(first=last - timedelta(days=480), last=last).write_csv(path)
    questions = ["will I run out of cash?", "我的额度是多少", "how much do I owe you", "can you fix my oven"]
    result = CliRunner().invoke(app, ["chat", str(path), "--json", *(part for q in questions for part in ("--say", q))])
    assert result.exit_code == 0, result.output
    turns = json.loads(result.stdout)
    found = brief(path, today=today)
    assert found.offer is not None
    assert [turn["acts"][0]["kind"] for turn in turns] == ["tool", "tool", "tool", "unknown"]
    assert turns[0]["acts"][0]["facts"]["lowest"] == str(found.lowest.amount)
    assert turns[1]["acts"][0]["facts"]["amount"] == str(found.offer.limit)
    assert turns[2]["acts"][0]["facts"] is None
