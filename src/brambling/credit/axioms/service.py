"""One function for each thing that is asked of axioms: check a scorer, prove a set, let an artefact to work."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.credit.axioms.features import space_of
from brambling.credit.axioms.model.asking import Asker
from brambling.credit.axioms.model.places import Places
from brambling.credit.axioms.model.scorers import open_scorer, scorer_of
from brambling.credit.axioms.model.search import Search, absences
from brambling.credit.axioms.readers import axioms_of
from brambling.credit.axioms.rules import Axiom, AxiomSet, Dominance, Evidence, Invariance, Monotone, rank
from brambling.credit.axioms.rules.condition import Condition
from brambling.credit.axioms.shapes import Checked, Scorer, Space, Verdict
from brambling.kit.errors import Conflict, InputRejected, NotFound

if TYPE_CHECKING:
    from brambling.credit.axioms.model.consistent import Consistent
    from brambling.engine.learn import Artefact, Release
    from brambling.kit.db import WriteSession

CASES = 20_000
CASES_REMOTE = 300
EXPLORE_SHARE = 0.25
_SAMPLE = 60


class AxiomBroken(Conflict):
    """A release that an axiom forbids; ``checked`` holds the counter-examples."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        names = ", ".join(verdict.axiom for verdict in checked.broken)
        super().__init__(f"{checked.scorer} breaks {names}; a decision that breaks an axiom is not released")


def check(
    axioms: str | Path | AxiomSet,
    scorer: Any,
    applications: Any,
    *,
    cases: int | None = None,
    mapping: Mapping[str, str] | None = None,
    seed: int = 7,
    said: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Checked:
    """What is known of every axiom on ``scorer``: proved, held in so many cases, broken by a counter-example.

    ``axioms`` is a set, a file of one or ``"default"``; ``scorer`` anything :func:`open_scorer` reads; ``applications``
    a path or dataframe whose ranges, categories and joint shape are searched in and around. ``cases`` is the budget of
    questions an axiom (20,000; 300 behind an address). ``mapping`` names our fields and outcomes in the file's words.
    The same seed gives the same result for a scorer that does. Raises InputRejected for an axiom that names a field or
    outcome that is not there, unless its set is lenient.
    """
    wanted, tested = axioms_of(axioms), open_scorer(scorer)
    space = space_of(applications, seed=seed)
    if mapping:
        _known_names(mapping, wanted)
        wanted = wanted.renamed(mapping)
    asker = Asker(tested)
    outcomes = _outcomes(asker, space)
    places = Places(space, random.Random(seed))
    fitted = [_fit(axiom, space, outcomes, lenient=wanted.lenient) for axiom in wanted]
    budget = cases or (CASES_REMOTE if tested.remote else CASES)
    places.add_literals(wanted)
    places.add_constants(tested.constants)
    places.explore(asker, int(EXPLORE_SHARE * budget))
    search = Search(asker, places)
    prover = _prover(tested, space, asker)
    verdicts = []
    for number, (axiom, verdict) in enumerate(fitted):
        said(number, len(fitted), axiom.name)
        verdicts.append(verdict if verdict is not None else _verdict(axiom, search, prover, budget))
    said(len(fitted), len(fitted), "")
    return Checked(
        axioms_version=wanted.version,
        scorer=tested.name,
        seed=seed,
        verdicts=tuple(verdicts),
        probes=asker.calls,
        unanswered=asker.unanswered,
        unanswered_example=asker.example,
        warnings=() if prover is None or prover.faithful else ("form-differs",),
    )


def consistent(axioms: str | Path | AxiomSet) -> Consistent:
    """Whether a scorer can satisfy the whole set, with the proof or the contradiction in words."""
    from brambling.credit.axioms.model.consistent import consistent as prove

    return prove(axioms_of(axioms))


def require(axioms: str | Path | AxiomSet, scorer: Any, applications: Any, *, seed: int = 7, **more: Any) -> Checked:
    """``check``, and AxiomBroken where an axiom is broken: the gate before any release."""
    checked = check(axioms, scorer, applications, seed=seed, **more)
    if not checked.ok:
        raise AxiomBroken(checked)
    return checked


def release(
    session: WriteSession,
    release_id: UUID,
    applications: Any,
    *,
    actor: str,
    now: datetime,
    axioms: str | Path | AxiomSet = "default",
    seed: int = 7,
) -> tuple[Release, Checked]:
    """Put a draft of a credit decision to work, if it breaks no axiom on ``applications``.

    Raises AxiomBroken with the counter-examples, and what the release itself raises (four eyes, no draft any more).
    """
    from brambling.engine.learn import get, open_model, releases
    from brambling.engine.learn import release as put_to_work

    draft = next((one for one in releases(session) if one.id == release_id), None)
    if draft is None:
        raise NotFound(f"there is no release {release_id}")
    artefact: Artefact = get(session, draft.version)
    checked = require(
        axioms, scorer_of(open_model(artefact), f"{draft.slot} {draft.version[:12]}"), applications, seed=seed
    )
    return put_to_work(session, release_id, actor=actor, now=now), checked


# -- one axiom -----------------------------------------------------------------------------------------------------


def _prover(scorer: Scorer, space: Space, asker: Asker) -> Any:
    """What can prove on the scorer's form; None without a form."""
    if scorer.form is None:
        return None
    from brambling.credit.axioms.model.proof import Prover

    return Prover(scorer.form, space, asker)


def _verdict(axiom: Axiom, search: Search, prover: Any, cases: int) -> Verdict:
    blank = Verdict(axiom.name, axiom.kind, axiom.reason, "held")
    proposal = None
    if prover is not None and prover.faithful:
        proof = prover.prove(axiom)
        if proof.status == "proved":
            return replace(blank, status="proved", method=proof.method, note=proof.note)
        if proof.status == "refuted":
            proposal = search.confirm(axiom, proof.a, proof.b)
    if proposal is not None:
        return replace(blank, status="broken", counter_example=proposal, method="proof", cases=1)
    found, tried = search.find(axiom, cases)
    if found is not None:
        return replace(blank, status="broken", counter_example=found, method="search", cases=tried)
    if tried == 0:
        return replace(blank, status="not-applicable", note="never-applies")
    return replace(blank, cases=tried, method="search")


# -- does an axiom fit the file and the scorer? ---------------------------------------------------------------------


def _known_names(mapping: Mapping[str, str], axioms: AxiomSet) -> None:
    known = {name for axiom in axioms for name in (*axiom.fields, *axiom.outcomes)}
    known |= {name for axiom in axioms for condition in axiom.conditions for name in condition.names}
    for ours in mapping:
        if ours not in known:
            raise InputRejected(
                f"--map {ours}=...: no axiom speaks of {ours!r}", expected=f"one of {', '.join(sorted(known))}"
            )


def _outcomes(asker: Asker, space: Space) -> set[str]:
    """What the scorer returns; raises InputRejected where it cannot answer a single row of the file."""
    names: set[str] = set()
    answered = 0
    for row in (space.typical, *space.rows[:_SAMPLE]):
        outcome = asker.ask(row)
        if outcome is not None:
            answered += 1
            names |= {str(name) for name in outcome}
    if not answered:
        raise InputRejected(f"{asker.scorer.name} answers no application of the file ({asker.example})")
    if not names:
        raise InputRejected(f"{asker.scorer.name} returns nothing", expected="a mapping with decision, limit, ...")
    if "decision" in names:
        names.add("limit")  # a scorer may leave the limit out of a decline
    if "reason_1" in names:
        names.add("reasons")
    return names


def _fit(axiom: Axiom, space: Space, outcomes: set[str], *, lenient: bool) -> tuple[Axiom, Verdict | None]:
    """The axiom as it can be checked here, and a verdict where it cannot."""
    if lenient and isinstance(axiom, Dominance):
        present = tuple(axis for axis in axiom.axes if axis[0] in space.fields)
        axiom = replace(axiom, axes=present if len(present) > 1 else axiom.axes)
    problem = _absent_names(axiom, space, outcomes) or _wrong_kinds(axiom, space)
    if problem is not None:
        note, params, told, expected = problem
        if not lenient:
            raise InputRejected(f"axiom {axiom.name!r}: {told}", expected=expected)
        return axiom, _not_applicable(axiom, note, params)
    if isinstance(axiom, Invariance):
        fixed = [name for name in axiom.swapped if _choices(space, name) < 2]
        if len(fixed) == len(axiom.swapped):
            return axiom, _not_applicable(axiom, "one-value", {"field": fixed[0]})
    if isinstance(axiom, Evidence) and axiom.source in space.fields and not absences(space.fields[axiom.source]):
        return axiom, _not_applicable(axiom, "source-never-absent", {"field": axiom.source})
    return axiom, None


def _choices(space: Space, name: str) -> int:
    one = space.fields[name]
    return 2 if one.numeric or one.kind == "flag" else len(one.values) + one.missing


def _not_applicable(axiom: Axiom, note: str, params: Mapping[str, str]) -> Verdict:
    return Verdict(axiom.name, axiom.kind, axiom.reason, "not-applicable", note=note, params=params)


Problem = tuple[str, dict[str, str], str, str]


def _absent_names(axiom: Axiom, space: Space, outcomes: set[str]) -> Problem | None:
    have = ", ".join(list(space.fields)[:12])
    returned = ", ".join(sorted(outcomes))
    for name in axiom.fields:
        if name not in space.fields and not (isinstance(axiom, Evidence) and name == axiom.source and name in outcomes):
            return "no-field", {"field": name}, f"the applications have no field {name!r}", f"one of {have}"
    for name in axiom.outcomes:
        if name not in outcomes:
            return "no-outcome", {"outcome": name}, f"the scorer returns no {name!r}", f"one of {returned}"
    for condition in axiom.conditions:
        for name in condition.names:
            if name not in space.fields and name not in outcomes:
                told = f"neither a field nor an outcome is called {name!r} in {condition.text!r}"
                return "no-field", {"field": name}, told, f"one of {have}, {returned}; text in quotes"
    return None


def _wrong_kinds(axiom: Axiom, space: Space) -> Problem | None:
    ordered = [axiom.field] if isinstance(axiom, Monotone) else []
    ordered += [name for name, _ in axiom.axes] if isinstance(axiom, Dominance) else []
    if isinstance(axiom, Evidence):
        ordered += [name for name in (axiom.field, axiom.contradiction) if name]
    for name in ordered:
        one = space.fields[name]
        if not (one.numeric or one.kind == "flag"):
            example = f" (it holds {one.values[0]!r})" if one.values else ""
            return "not-ordered", {"field": name}, f"field {name!r} is {one.kind}{example}", "numbers or true and false"
    for condition in axiom.conditions:
        problem = _miscompared(condition, space)
        if problem is not None:
            return problem
    return None


def _miscompared(condition: Condition, space: Space) -> Problem | None:
    """A field compared with a literal of another kind would never hold, and the axiom would hold for nothing."""
    for name, value in condition.compared():
        one = space.fields.get(name)
        if one is None or value is None or not one.values:
            continue
        wrong = one.kind == "text" and not isinstance(value, str) and rank(one.values[0]) is None
        wrong = wrong or ((one.numeric or one.kind == "flag") and isinstance(value, str))
        if wrong:
            held = ", ".join(str(item) for item in one.values[:4])
            told = f"{condition.text!r} compares field {name!r} with {value!r}, but it holds {held}"
            return "other-kind", {"field": name}, told, f"a {one.kind} value"
    return None
