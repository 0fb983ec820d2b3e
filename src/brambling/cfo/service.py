"""One function for each thing an owner can ask the expert."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.bank import consent, customers
from brambling.bank.events import Event, append
from brambling.cfo import features, store
from brambling.cfo.readers import shipped_assumptions
from brambling.cfo.rules import Assumptions, compare, warnings_of
from brambling.cfo.shapes import Brief
from brambling.credit.underwriting.features import Standing, facts_of
from brambling.credit.underwriting.readers import policy_version, shipped_policy
from brambling.credit.underwriting.rules import Policy, offer, proposed
from brambling.credit.underwriting.service import standing_of
from brambling.kit.clock import Clock
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.errors import NotAllowed, about_file
from brambling.kit.files.tables import DateOrder
from brambling.kit.i18n import Lang
from brambling.kit.ids import key_of, new_id
from brambling.kit.money import Money
from brambling.kit.policy import fingerprint
from brambling.kit.reasons import Reason
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
    today: date | None = None,
    policy: Policy | None = None,
    shelf: Shelf | None = None,
    assumptions: Assumptions | None = None,
) -> Brief:
    """13 weeks of cash for the owner of one bank statement: forecast, low point, late payers, idle cash, offer, advice.

    ``source`` is a file or a dataframe that ``read_statement`` reads. ``balance`` is the balance after its last row,
    for statements that do not prove one themselves; ``requested`` what the owner would like to borrow. ``today`` is only
    compared with the statement's end, to warn of one that is old or ahead of its time. Same statement and seed give
    the same brief. Raises InputRejected for a statement that cannot be read or is too short.
    """
    from brambling.perception.cashflow import late_payers, read_statement, twin

    with about_file(source):
        statement = read_statement(source, mapping=mapping, currency=currency, balance=balance, date_order=date_order)
        made = twin(statement, seed=seed)
    standing = Standing(requested=requested)
    return brief_of(
        made,
        tuple(late_payers(statement)),
        standing,
        seed=seed,
        warnings=warnings_of(statement, today, (policy or shipped_policy()).statement_age_days_max),
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
    warnings: tuple[Reason, ...] = (),
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
    loan = features.borrowing(twin, proposed(outcome), standing.requested, policy, assumptions)
    return Brief(
        twin=twin,
        forecast=features.forecast_of(twin),
        lowest=features.lowest_of(twin),
        late_payers=late,
        plan=plan(twin, shelf),
        facts=facts,
        outcome=outcome,
        compare=compare(loan, features.waiting(twin, assumptions), facts.idle, gap, served=assumptions.currency),
        warnings=warnings,
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


def preview(
    session: ReadSession, customer_id: UUID, clock: Clock, *, requested: Money | None = None, seed: int = 7
) -> Brief:
    """The brief of a customer as of today, on its one twin with what the bank knows of its money; nothing is kept.

    Raises NotFound for a customer without a statement, InputRejected for one too short for a twin.
    """
    from brambling.credit.lending import held, known_flows
    from brambling.credit.underwriting import policy_at_work
    from brambling.perception.cashflow import customer_twin, late_payers

    read = customer_twin(session, customer_id, clock.today(), known_flows=known_flows, seed=seed)
    standing = standing_of(session, customer_id, clock, requested=requested, held=held)
    policy = policy_at_work(session)
    warnings = warnings_of(read.statement, clock.today(), policy.statement_age_days_max)
    payers = tuple(late_payers(read.statement))
    return brief_of(read.twin, payers, standing, seed=seed, warnings=warnings, policy=policy)


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

    now = clock.now()
    customers.get(session, customer_id)
    if not consent.has(session, customer_id, "statement", now):
        raise NotAllowed("the customer has not agreed that its statement is read")
    found = preview(session, customer_id, clock, requested=requested, seed=seed)
    until = found.twin.statement_until
    key = new_id(now)
    content = brief_json(found, lang)
    store.insert_brief(session, key, customer_id, content, made_at=now, statement_until=until, lang=lang)
    event = Event(key_of("event", "cfo.briefed", key), customer_id, "cfo.briefed", now, {"brief": str(key)})
    append(session, event)
    return found
