"""A decision that breaks an axiom is not released; the bank's own underwriting breaks none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from tests.credit.axioms.underwriting import applications, decide

from brambling.credit.axioms import AxiomBroken, axioms_from, check, release
from brambling.credit.axioms.report import counter_example_text
from brambling.engine.learn import Artefact, propose, releases, save
from brambling.engine.learn import model as kinds
from brambling.kit.db import Database
from brambling.kit.errors import NotAllowed, NotFound
from brambling.kit.ids import new_id

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLE = pl.DataFrame({"verified_income": [1.0, 5.0, 9.0], "blocked": [True, False, False]})

# what the facts of underwriting are called, beside the default set
UNDERWRITING = [
    {"name": "capacity", "kind": "monotone", "field": "capacity_instalment", "direction": "increasing", "reason": "r"},
    {"name": "shortfall", "kind": "monotone", "field": "p_shortfall", "direction": "decreasing", "reason": "r"},
    {"name": "outflow", "kind": "monotone", "field": "outflow_year", "direction": "decreasing", "reason": "r"},
    {"name": "excluded", "kind": "veto", "when": "trade in ['6620', '6710']", "value": "decline", "reason": "r"},
    {"name": "largest", "kind": "cap", "bound": 2_000_000, "reason": "r"},
    {
        "name": "better",
        "kind": "dominance",
        "axes": {
            "capacity_instalment": "increasing",
            "verified_inflow_year": "increasing",
            "existing_debt_monthly": "decreasing",
        },
        "reason": "r",
    },
]


@pytest.mark.parametrize("axioms", ["default", axioms_from(UNDERWRITING)], ids=["default", "own"])
def test_underwriting_breaks_no_axiom(axioms: Any) -> None:
    checked = check(axioms, decide, applications(), cases=800)
    assert [counter_example_text(one.counter_example) for one in checked.broken if one.counter_example] == []
    assert sum(one.status == "held" for one in checked.verdicts) >= 6
    assert checked.unanswered == 0


@pytest.mark.story
@pytest.mark.parametrize("axioms", ["default", axioms_from(UNDERWRITING)], ids=["default", "own"])
def test_underwriting_breaks_no_axiom_in_a_long_search(axioms: Any) -> None:
    assert check(axioms, decide, applications(seed=6), cases=20_000).ok


class Line:
    """A model that lends ``slope`` times the income."""

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def decide(self, application: Mapping[str, Any]) -> dict[str, Any]:
        lends = not application["blocked"]
        limit = 100 + self.slope * application["verified_income"] if lends else 0
        return {"decision": "approve" if lends else "decline", "limit": limit, "reasons": ["blocked"]}


class LineKind:
    formats = (1,)

    def load(self, artefact: Artefact) -> Line:
        return Line(artefact.data["slope"])

    def evaluate(self, model: Any, table: Any) -> dict[str, float]:
        return {}


@pytest.fixture(autouse=True)
def lines_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "kind_of", lambda name: LineKind())


def drafted(db: Database, slope: float) -> Any:
    with db.write() as session:
        version = save(session, Artefact("line", 1, "maker", NOW, {"slope": slope}))
        return propose(session, "credit.limit", version, actor="proposer", now=NOW).id


def test_a_model_that_keeps_the_axioms_is_released(db: Database) -> None:
    draft = drafted(db, 2.0)
    with db.write() as session:
        put, checked = release(session, draft, TABLE, actor="second", now=NOW)
    assert put.state == "released"
    assert checked.ok


def test_a_model_that_breaks_one_stays_a_draft(db: Database) -> None:
    draft = drafted(db, -2.0)
    with pytest.raises(AxiomBroken, match="income-never-hurts") as error, db.write() as session:
        release(session, draft, TABLE, actor="second", now=NOW)
    assert error.value.checked.broken
    with db.write() as session:
        assert [one.state for one in releases(session)] == ["draft"]


def test_four_eyes_still_hold_and_an_unknown_draft_is_told(db: Database) -> None:
    draft = drafted(db, 2.0)
    with pytest.raises(NotAllowed), db.write() as session:
        release(session, draft, TABLE, actor="proposer", now=NOW)
    with pytest.raises(NotFound), db.write() as session:
        release(session, new_id(NOW), TABLE, actor="second", now=NOW)
