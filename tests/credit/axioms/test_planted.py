"""Every planted fault is caught by an axiom that speaks of it, and no clean scorer is accused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.credit.axioms.planted import CLEAN, FAULTY, applications

from brambling.credit.axioms import AxiomSet, Checked, check, default_axioms, scorer_of
from brambling.credit.axioms.report import counter_example_text


@pytest.fixture(scope="module")
def table() -> Any:
    return applications()


def only(names: set[str]) -> AxiomSet:
    axioms = default_axioms()
    return replace(axioms, axioms=tuple(axiom for axiom in axioms if axiom.name in names))


def accusations(checked: Checked) -> list[str]:
    return [counter_example_text(found.counter_example, "en") for found in checked.broken if found.counter_example]


def test_the_bank_has_thirty_faults_and_ten_clean_scorers() -> None:
    assert len(FAULTY) >= 30
    assert len(CLEAN) == 10


@pytest.mark.parametrize("name", FAULTY)
def test_a_planted_fault_is_caught_by_an_axiom_that_speaks_of_it(name: str, table: Any) -> None:
    made, expected = FAULTY[name]
    checked = check(only(expected), scorer_of(made(), name), table, cases=6_000)
    assert checked.broken
    assert all(accusations(checked))


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_scorer_is_not_accused(name: str, table: Any) -> None:
    assert accusations(check("default", scorer_of(CLEAN[name], name), table, cases=1_500)) == []


@pytest.mark.story
@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_fault_is_caught_among_all_axioms_with_any_seed(name: str, seed: int) -> None:
    made, expected = FAULTY[name]
    checked = check("default", scorer_of(made(), name), applications(seed=100 + seed), seed=seed)
    assert {verdict.axiom for verdict in checked.broken} & expected


@pytest.mark.story
@pytest.mark.parametrize("name", CLEAN)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_clean_scorer_is_not_accused_with_any_seed(name: str, seed: int) -> None:
    assert accusations(check("default", scorer_of(CLEAN[name], name), applications(seed=100 + seed), seed=seed)) == []
