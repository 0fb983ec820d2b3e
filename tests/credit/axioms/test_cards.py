"""A scorecard as a scorer: proved where its points are in order, refuted by a pair where they are not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brambling.app.main import main
from brambling.credit.axioms import axioms_from, check
from brambling.credit.axioms.model.cards import form_of_card, scorer_of_card
from brambling.credit.axioms.model.forms import evaluate, read_form
from brambling.credit.scorecard.model.artefacts import SCORECARD
from brambling.credit.scorecard.rules import Calibration, Card, Characteristic, Pair, score
from brambling.credit.scorecard.shapes import FORMAT, KIND, card_to_plain
from brambling.engine.learn import Artefact, write_artefact
from brambling.engine.learn import model as kinds

INCOME = Characteristic(
    "income", "number", (0, 1500, 2500, -300, 100, -500), 5.0, 1, edges=(10.0, 20.0), specials=(0.0,)
)
TRADE = Characteristic("trade", "category", (500, -500, 0, -900), "shop", 0, labels={"shop": 0, "farm": 1})
CODE = Characteristic(
    "code", "history", (10, 20, 0, 0), "0511", 0, labels={"0511": 0}, prefixes=((2, {"05": 1}),), width=4
)
PAIR = Pair(0, 1, ((0, 0, 0, 0), (100, 0, 0, 0), (100, 200, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)))
CARD = Card(50_000, (INCOME, TRADE, CODE), (PAIR,), Calibration("isotonic", (48_000, 51_000, 54_000), (1.0, 0.0, -2.0)))

ROWS = pl.DataFrame(
    {
        "income": [-3.5, 12.0, 25.5, 9.5, 15.0] * 8,
        "trade": ["shop", "farm", "mine", None] * 10,
        "code": ["0511", "0599", "7777", "0511"] * 10,
        "gender": ["F", "M"] * 20,
    }
)
AXIOMS = axioms_from(
    [
        {
            "name": "score",
            "kind": "monotone",
            "field": "income",
            "direction": "increasing",
            "outcome": "score",
            "reason": "r",
        },
        {
            "name": "risk",
            "kind": "monotone",
            "field": "income",
            "direction": "decreasing",
            "outcome": "probability_default",
            "reason": "r",
        },
        {"name": "gender", "kind": "invariance", "field": "gender", "reason": "r"},
        {"name": "trade", "kind": "invariance", "field": "trade", "outcome": "score", "reason": "r"},
        {"name": "ground", "kind": "reason-truth", "named": True, "reason": "r"},
    ]
)


@given(
    income=st.none() | st.sampled_from([-1.0, 0.0, 9.99, 10.0, 19.0, 20.0, 99.0]),
    trade=st.sampled_from([None, "shop", "farm", "other"]),
    code=st.sampled_from([None, "0511", "511", "0512", "9"]),
)
def test_the_form_gives_the_score_of_the_card(income: Any, trade: Any, code: Any) -> None:
    application = {"income": income, "trade": trade, "code": code}
    found, stated, told = (
        score(CARD, application),
        evaluate(read_form(form_of_card(CARD)), application),
        scorer_of_card(CARD, "card").decide(application),
    )
    assert (told["score"], told["probability_default"]) == (found.score, found.probability_default)
    assert [told.get(f"reason_{n}") for n in range(1, 1 + len(found.reasons))] == [lost.name for lost in found.reasons]
    assert stated["score"] == pytest.approx(found.score)
    assert stated["probability_default"] == pytest.approx(found.probability_default, abs=1e-6)


def statuses(card: Card) -> dict[str, tuple[str, str]]:
    return {one.axiom: (one.status, one.method) for one in check(AXIOMS, card, ROWS, cases=1_500).verdicts}


def test_a_special_value_inside_the_range_breaks_the_order_and_is_found() -> None:
    assert statuses(CARD) == {
        "score": ("broken", "search"),
        "risk": ("broken", "search"),
        "gender": ("proved", "reads"),
        "trade": ("broken", "search"),
        "ground": ("held", "search"),
    }


def test_points_in_order_are_proved_whatever_the_partners_hold() -> None:
    plain = replace(INCOME, specials=(), points=(0, 1500, 2500, 100, -500))
    pair = Pair(0, 1, ((0, 0, 0, 0), (100, 0, 0, 0), (100, 200, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)))
    found = statuses(replace(CARD, characteristics=(plain, TRADE, CODE), pairs=(pair,)))
    assert found["score"] == ("proved", "steps")
    assert found["risk"] == ("proved", "steps")
    # the main points rise, but one partner takes more than they give
    steep = Pair(0, 1, ((0, 0, 0, 0), (100, 0, 0, 0), (100, -1001, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)))
    assert statuses(replace(CARD, characteristics=(plain, TRADE, CODE), pairs=(steep,)))["score"][0] == "broken"


def test_the_file_of_a_card_is_checked_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(kinds, "kind_of", lambda name: {"scorecard": SCORECARD}[name])
    card = replace(CARD, characteristics=(replace(INCOME, specials=(), points=(0, 1500, 2500, 100, -500)),), pairs=())
    made = Artefact(KIND, FORMAT, "maker", datetime(2026, 11, 24, tzinfo=UTC), {"card": card_to_plain(card)})
    write_artefact(made, tmp_path / "card.json")
    ROWS.write_csv(tmp_path / "applications.csv")
    (tmp_path / "axioms.yaml").write_text(
        "- {name: up, kind: monotone, field: income, direction: increasing, outcome: score, reason: r}\n"
        "- {name: down, kind: monotone, field: income, direction: decreasing, outcome: score, reason: r}\n"
    )
    files = ["axioms.yaml", "--scorer", "card.json", "--applications", "applications.csv", "--cases", "500", "--json"]
    monkeypatch.chdir(tmp_path)
    assert main(["credit", "axioms", "check", *files]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["axiom"]: one["status"] for one in found["verdicts"]} == {"up": "proved", "down": "broken"}
