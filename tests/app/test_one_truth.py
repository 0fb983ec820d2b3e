"""One customer, one twin, one set of numbers: what brief, credit, advice and needs say of several town businesses."""

from __future__ import annotations

import pytest

from brambling.app import town as settling
from brambling.app.build import Bank, placed
from brambling.bank import consent, decisions
from brambling.cfo.service import preview
from brambling.credit import underwriting
from brambling.credit.lending import accept_and_pay, check, held, known_flows
from brambling.credit.underwriting.shapes import facts_plain
from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.marketing.needs import note_needs
from brambling.wealth.advice import advise
from brambling.world import Town

TOWN = Town(businesses=14, months=10)


@pytest.fixture
def settled(bank: Bank) -> settling.Settled:
    return settling.settle(bank, TOWN, lambda what, done, whole: None)


def test_the_lines_tell_the_same_numbers_before_and_after_a_loan(bank: Bank, settled: settling.Settled) -> None:
    town, told, lent = settled.simulation.town, 0, 0
    for row in settled.simulation.businesses.iter_rows(named=True):
        customer = settling.customer_id(town, row["business"])
        with bank.db.write("test") as session:
            for purpose in ("statement", "credit", "wealth", "marketing"):
                if not consent.has(session, customer, purpose, bank.clock.now()):
                    consent.give(session, customer, purpose, bank.clock.now())
        try:
            decision = _agree(bank, customer)
        except InputRejected:  # too young for a twin
            continue
        told += 1
        if decision.outcome != "offer":
            continue
        before = _brief(bank, customer)
        amount = Money.of(decision.result["offer"]["least"])
        loan = accept_and_pay(bank.workflows, decision.id, clock=bank.clock, actor="owner", amount=amount)
        after = _brief(bank, customer)
        assert after.twin.start_balance_minor - before.twin.start_balance_minor == amount.minor
        assert after.twin.known.sum() < 0
        assert after.facts.owed_here == loan.principal
        if before.facts.gap:
            assert after.twin.p_shortfall() <= 0.1  # the loan kept its word, on the very twin all lines ask
        _agree(bank, customer)
        lent += 1
    assert told >= 8
    assert lent >= 3
    with bank.db.read() as session:
        assert check(session) == []


def _brief(bank: Bank, customer):  # type: ignore[no-untyped-def]
    with bank.db.read() as session:
        return preview(session, customer, bank.clock)


def _agree(bank: Bank, customer) -> decisions.Decision:  # type: ignore[no-untyped-def]
    """Ask every line about one customer today and hold their numbers side by side; returns the credit decision."""
    brief = _brief(bank, customer)
    with bank.db.write("test") as session:
        application = underwriting.apply(session, customer, bank.clock, held=held, known_flows=known_flows)
        decision = decisions.get(session, application.decision_id)
        plan = advise(session, customer, bank.clock, known_flows=known_flows)
        needs = note_needs(session, customer, bank.clock, known_flows=known_flows, placed=placed)
    assert brief.as_of == bank.clock.today()
    assert decision.features == facts_plain(brief.facts)
    assert (plan.amount, plan.until, plan.lines) == (brief.plan.amount, brief.plan.until, brief.plan.lines)
    if brief.offer is not None:
        assert decision.result["offer"]["limit"] == str(brief.offer.limit)
    new = [need for need in needs if need.happens_on >= bank.clock.today()]
    for need in new[:1]:
        if need.kind == "idle-cash":
            assert need.amount == plan.amount
            assert brief.compare.advice != "borrow"
        else:
            assert need.amount == brief.facts.gap
            assert not plan.lines
    if brief.compare.advice == "borrow":
        assert not plan.lines
    return decision
