"""One function for each thing an owner can ask the expert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank import consent, customers
from brambling.bank.events import Event, append
from brambling.cfo import features, store
from brambling.cfo.readers import shipped_assumptions
from brambling.cfo.rules import Assumptions, compare
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.features import Standing, facts_of
from brambling.credit.underwriting.readers import policy_version, shipped_policy
from brambling.credit.underwriting.rules import Policy, offer, proposed
from brambling.credit.underwriting.service import standing_of
from brambling.kit.clock import Clock
from brambling.kit.db import WriteSession
from brambling.kit.errors import NotAllowed
from brambling.kit.files.tables import DateOrder
from brambling.kit.i18n import Lang
from brambling.kit.ids import key_of, new_id
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
    date_order: DateOrder | None = None,
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

    statement = read_statement(source, mapping=mapping, currency=currency, balance=balance, date_order=date_order)
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
    gap = facts.gap
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


def brief_customer(
    session: WriteSession,
    customer_id: UUID,
    clock: Clock,
    *,
    requested: Money | None = None,
    seed: int = 7,
    lang: Lang = "zh",
) -> Brief:
    """The brief of a customer from all that was imported for it; its JSON is kept, and an event tells of it.

    The offer in it is a preview under the customer's standing (consent, blocked lists): nothing is decided until it
    applies. Raises NotFound for an unknown customer or one without a statement, InputRejected for one too short for a
    twin, NotAllowed without consent to have the statement read.
    """
    from brambling.cfo.report.answer import brief_json
    from brambling.credit.lending import held
    from brambling.perception.cashflow import late_payers, load_statement, twin

    now = clock.now()
    customers.get(session, customer_id)
    if not consent.has(session, customer_id, "statement", now):
        raise NotAllowed("the customer has not agreed that its statement is read")
    statement = load_statement(session, customer_id)
    standing = standing_of(session, customer_id, clock, requested=requested, held=held)
    found = brief_of(twin(statement, seed=seed), tuple(late_payers(statement)), standing, seed=seed)
    key = new_id(now)
    content = brief_json(found, lang)
    store.insert_brief(session, key, customer_id, content, made_at=now, statement_until=statement.last_day, lang=lang)
    event = Event(key_of("event", "cfo.briefed", key), customer_id, "cfo.briefed", now, {"brief": str(key)})
    append(session, event)
    return found
