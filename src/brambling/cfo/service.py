"""One function for each thing an owner can ask the expert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brambling.cfo import features
from brambling.cfo.readers import shipped_assumptions
from brambling.cfo.rules import Assumptions, compare
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.features import Standing, facts_of
from brambling.credit.underwriting.readers import policy_version, shipped_policy
from brambling.credit.underwriting.rules import Policy, offer, proposed
from brambling.kit.money import Money
from brambling.kit.policy import fingerprint
from brambling.wealth.advice.readers import shelf_version, shipped_shelf
from brambling.wealth.advice.rules import Shelf
from brambling.wealth.advice.service import plan

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import LatePayer
    from brambling.perception.cashflow.twin_shapes import Twin


def brief(
    source: Any,
    *,
    balance: Money | None = None,
    mapping: Mapping[str, str] | None = None,
    currency: str = "CNY",
    requested: Money | None = None,
    seed: int = 7,
    policy: Policy | None = None,
    shelf: Shelf | None = None,
    assumptions: Assumptions | None = None,
) -> Brief:
    """13 weeks of cash for the owner of one bank statement: forecast, low point, late payers, idle cash, offer, advice.

    ``source`` is a file or a dataframe that ``read_statement`` reads. ``balance`` is the balance after its last row,
    for statements that do not have it; ``requested`` what the owner would like to borrow. Same statement and seed give
    the same brief. Raises InputRejected for a statement that cannot be read or is too short.
    """
    from brambling.perception.cashflow import late_payers, read_statement, twin

    statement = read_statement(source, mapping=mapping, currency=currency, balance=balance)
    standing = Standing(requested=requested)
    return brief_of(
        twin(statement, seed=seed),
        tuple(late_payers(statement)),
        standing,
        seed=seed,
        policy=policy,
        shelf=shelf,
        assumptions=assumptions,
    )


def brief_of(
    twin: Twin,
    late: tuple[LatePayer, ...],
    standing: Standing,
    *,
    seed: int,
    policy: Policy | None = None,
    shelf: Shelf | None = None,
    assumptions: Assumptions | None = None,
) -> Brief:
    """The brief of one twin: every line is asked on the same paths."""
    policy, shelf = policy or shipped_policy(), shelf or shipped_shelf()
    assumptions = assumptions or shipped_assumptions()
    facts = facts_of(twin, policy, standing)
    outcome = offer(facts, policy)
    gap = features.gap_of(twin, assumptions)
    loan = features.borrowing(
        twin, proposed(outcome), wanted=standing.requested, gap=gap, policy=policy, assumptions=assumptions
    )
    return Brief(
        twin=twin,
        forecast=features.forecast_of(twin),
        lowest=features.lowest_of(twin),
        late_payers=late,
        plan=plan(twin, shelf),
        facts=facts,
        outcome=outcome,
        compare=compare(loan, features.waiting(twin, assumptions), facts.idle, gap),
        policy=policy,
        shelf=shelf,
        assumptions=assumptions,
        seed=seed,
        versions={
            **twin.versions,
            "policy": policy_version(policy),
            "shelf": shelf_version(shelf),
            "assumptions": f"{assumptions.version}+{fingerprint(assumptions)[:12]}",
        },
    )
