"""Policies as versioned data: brought with a reason, checked by the axioms, released by other eyes, at work at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.engine import RowMapping

from brambling.credit.underwriting.model import PolicyScorer, applications_around, artefact_of
from brambling.credit.underwriting.readers.policies import policy_version, shipped_policy
from brambling.credit.underwriting.replaying import KIND as DECISION_KIND
from brambling.credit.underwriting.rules import Facts, Policy
from brambling.credit.underwriting.rules.differences import differences
from brambling.credit.underwriting.shapes.decision import facts_from
from brambling.credit.underwriting.shapes.policies import CHALLENGER, CHAMPION, SLOTS, AxiomsSeen, Proposal, Role
from brambling.credit.underwriting.store import keep_policy, policy_of
from brambling.credit.underwriting.store import policies as store
from brambling.engine import learn
from brambling.engine.access import record, require_second
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import Conflict, InputRejected, NotFound

if TYPE_CHECKING:
    from brambling.credit.axioms import AxiomSet, Checked

CASES = 1_000
RECORDED_MAX = 400
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def policy_at_work(session: ReadSession) -> Policy:
    """The released policy, else the one that comes with this version."""
    return _in_slot(session, CHAMPION) or shipped_policy()


def challenger_at_work(session: ReadSession) -> Policy | None:
    """The released challenger: it decides beside the champion, and nobody is told."""
    return _in_slot(session, CHALLENGER)


def _in_slot(session: ReadSession, slot: str) -> Policy | None:
    version = store.version_at_work(session, slot)
    return None if version is None else policy_of(session, version)


def check_policy(
    policy: Policy,
    recorded: tuple[Facts, ...] = (),
    *,
    axioms: str | Path | AxiomSet = "default",
    cases: int = CASES,
    seed: int = 7,
) -> Checked:
    """What the axioms say of a policy: the search goes on both sides of its own thresholds and around recorded facts."""
    from brambling.credit.axioms import check, scorer_of

    scorer = scorer_of(PolicyScorer(policy), policy_version(policy))
    return check(axioms, scorer, applications_around(policy, recorded, seed=seed), cases=cases, seed=seed)


def recorded_facts(session: ReadSession) -> tuple[Facts, ...]:
    """The facts of the newest credit decisions that could be read."""
    found = store.decisions_since(session, DECISION_KIND, _EPOCH, RECORDED_MAX)
    return tuple(facts_from(one.features) for one in found if one.features["consent"])


def propose_policy(
    session: WriteSession,
    policy: Policy,
    why: str,
    *,
    actor: str,
    now: datetime,
    role: Role = "champion",
    axioms: str | Path | AxiomSet = "default",
) -> Proposal:
    """Bring a policy for release, with a reason. It is checked at once; what it breaks is kept with it and shown.

    Raises InputRejected without a reason, Conflict where this very policy is at work already or its name is that of
    another content.
    """
    if not why.strip():
        raise InputRejected("a policy is brought with a reason", column="why", expected="some words")
    present, version = _present(session, role), policy_version(policy)
    before = present or policy_at_work(session)
    if present == policy:
        raise Conflict(f"{version} is at work already")
    if present is not None and present.version == policy.version:
        raise Conflict(f"another policy is called {policy.version}: a change is a new version")
    checked = check_policy(policy, recorded_facts(session), axioms=axioms)
    keep_policy(session, version, policy, now)
    keep_policy(session, policy_version(before), before, now)
    artefact = artefact_of(policy, by=actor, at=now)
    learn.save(session, artefact)
    drafted = learn.propose(session, SLOTS[role], artefact.version, actor=actor, now=now)
    store.insert_proposal(
        session,
        release_id=drafted.id,
        policy=version,
        compared_to=policy_version(before),
        author=actor,
        why=why.strip(),
        axioms=[vars(one) for one in seen_of(checked)],
        axioms_broken=len(checked.broken),
    )
    return proposal(session, drafted.id)


def _present(session: ReadSession, role: Role) -> Policy | None:
    return policy_at_work(session) if role == "champion" else challenger_at_work(session)


def release_policy(
    session: WriteSession,
    release_id: UUID,
    why: str,
    *,
    actor: str,
    now: datetime,
    axioms: str | Path | AxiomSet = "default",
) -> Proposal:
    """Put a draft to work: from here on it decides; what was at work retires.

    The axioms are searched once more, with what the bank has decided since. Raises NotFound, NotAllowed for whoever
    brought it, InputRejected without a reason, AxiomBroken with the counter-examples, Conflict when it is no draft.
    """
    from brambling.credit.axioms import AxiomBroken

    if not why.strip():
        raise InputRejected("a policy is released with a reason", column="why", expected="some words")
    found = proposal(session, release_id)
    require_second(found.author, actor)
    checked = check_policy(found.policy, recorded_facts(session), axioms=axioms)
    if not checked.ok:
        raise AxiomBroken(checked)
    seen = [vars(one) for one in seen_of(checked)]
    store.update_proposal(session, release_id, axioms=seen, axioms_broken=0, approver=actor, approver_why=why.strip())
    learn.release(session, release_id, actor=actor, now=now)
    detail = {"role": found.role, "instead_of": found.compared_to}
    record(session, actor, "release", "policy", found.version, now=now, detail=detail)
    return proposal(session, release_id)


def withdraw_policy(session: WriteSession, release_id: UUID, *, actor: str, now: datetime) -> Proposal:
    """Take a draft back, or a challenger out of the shadow. Raises Conflict for the policy at work: it is replaced, never
    taken away."""
    found = proposal(session, release_id)
    if found.role == "champion" and found.state == "released":
        raise Conflict("the policy at work is replaced by another one, never taken away")
    learn.retire(session, release_id, actor=actor, now=now)
    record(session, actor, "withdraw", "policy", found.version, now=now)
    return proposal(session, release_id)


def proposals(session: ReadSession) -> list[Proposal]:
    """Every policy that was ever brought, newest first."""
    return [_proposal(session, row) for row in store.find_proposals(session)]


def proposal(session: ReadSession, release_id: UUID) -> Proposal:
    """One of them; raises NotFound."""
    rows = store.find_proposals(session, release_id)
    if not rows:
        raise NotFound(f"there is no policy release {release_id}")
    return _proposal(session, rows[0])


def _proposal(session: ReadSession, row: RowMapping) -> Proposal:
    policy = policy_of(session, row["policy"])
    before = policy_of(session, row["compared_to"]) or shipped_policy()
    assert policy is not None  # a foreign key holds it
    role: Role = "champion" if row["slot"] == CHAMPION else "challenger"
    return Proposal(
        release_id=row["release_id"],
        role=role,
        policy=policy,
        version=row["policy"],
        compared_to=row["compared_to"],
        changes=differences(before, policy),
        author=row["author"],
        why=row["why"],
        axioms=tuple(AxiomsSeen(**one) for one in row["axioms"]),
        state=row["state"],
        proposed_at=row["proposed_at"],
        approver=row["approver"],
        approver_why=row["approver_why"],
        released_at=row["released_at"],
    )


def seen_of(checked: Checked) -> tuple[AxiomsSeen, ...]:
    """What was found, in a form that can be kept: counter-examples in words of both languages."""
    from brambling.credit.axioms.report import counter_example_text

    return tuple(
        AxiomsSeen(
            axiom=one.axiom,
            status=one.status,
            reason=one.reason,
            cases=one.cases,
            method=one.method,
            words={}
            if one.counter_example is None
            else {lang: counter_example_text(one.counter_example, lang) for lang in ("en", "zh")},
        )
        for one in checked.verdicts
    )
