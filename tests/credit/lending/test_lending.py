"""From an offer to a repaid loan, on a real database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import polars as pl
import pytest
from sqlalchemy import text

from brambling.app.bench.offers import open_offers
from brambling.bank import customers, ledger
from brambling.bank.events import timeline
from brambling.credit import lending
from brambling.credit.lending import accept_and_pay, service
from brambling.credit.underwriting import open_offer
from brambling.engine.workflow import Workflows, complete, inbox
from brambling.kit.clock import FixedClock
from brambling.kit.crypto import FieldCipher
from brambling.kit.db import Database
from brambling.kit.errors import Conflict, InputRejected, LimitExceeded, NotFound
from brambling.kit.ids import key_of
from brambling.kit.money import Money


def sound(db: Database) -> None:
    with db.read() as session:
        assert ledger.check(session) == []
        assert lending.check(session) == []


def test_an_offer_becomes_a_running_loan(workflows: Workflows, db: Database, offer: UUID, clock: FixedClock) -> None:
    loan = accept_and_pay(workflows, offer, clock=clock, actor="owner")
    assert (loan.state, str(loan.principal), loan.decision_id) == ("active", "100000.00", offer)
    with db.read() as session:
        assert str(ledger.balance(session, loan.customer_account)) == "100000.00"
        assert str(ledger.balance(session, loan.loan_account)) == "100000.00"
        payout = ledger.transfers(session, [service.payout_key(loan.id)])[service.payout_key(loan.id)]
        assert (payout.kind, payout.decision_id) == ("payout", offer)
        dues = lending.due_instalments(session, loan.id)
        assert dues[0].due_on == date(2026, 4, 9)  # thirty days after 2026-03-10
        assert sum(due.instalment.principal.minor for due in dues) == 10_000_000
        kinds = [event.kind for event in timeline(session, loan.customer_id)]
        assert [kind for kind in kinds if kind.startswith("loan.")] != []
        assert {"loan.accepted", "loan.paid", "loan.active"} <= set(kinds)
        assert lending.loans_of(session, loan.customer_id) == [loan]
    sound(db)


def test_asking_again_is_the_same_loan_and_otherwise_a_conflict(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    part = Money.of("60000.00")
    first = accept_and_pay(workflows, offer, clock=clock, actor="owner", amount=part, method="equal-principal")
    clock.move(days=1)
    again = accept_and_pay(workflows, offer, clock=clock, actor="clerk", amount=part, method="equal-principal")
    assert again == first
    with pytest.raises(Conflict, match="already accepted"):
        accept_and_pay(workflows, offer, clock=clock, actor="owner")
    with db.read() as session:
        assert str(ledger.balance(session, first.customer_account)) == "60000.00"
    sound(db)


def test_what_is_no_open_offer_is_not_accepted(db: Database, offer: UUID, clock: FixedClock) -> None:
    with db.write() as session, pytest.raises(NotFound):
        lending.accept(session, key_of("nothing"), clock=clock, actor="owner")
    with pytest.raises(LimitExceeded), db.write() as session:
        lending.accept(session, offer, clock=clock, actor="owner", amount=Money.of("100000.01"))
    clock.move(days=90)
    with pytest.raises(Conflict, match="lapsed"), db.write() as session:
        lending.accept(session, offer, clock=clock, actor="owner")


def test_threads_that_accept_the_same_offer_pay_once(workflows: Workflows, db: Database, clock: FixedClock) -> None:
    decisions = open_offers(db, 4, clock)
    with ThreadPoolExecutor(8) as pool:
        loans = list(pool.map(lambda one: accept_and_pay(workflows, one, clock=clock, actor="owner"), decisions * 3))
    assert len({loan.id for loan in loans}) == 4
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM ledger_transfers WHERE kind = 'payout'")) == 4
    sound(db)


def test_a_loan_whose_process_died_before_its_payout_is_found(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    with db.write() as session:
        loan = lending.accept(session, offer, clock=clock, actor="owner")
    end = time.monotonic() + 15
    while lending_state(db, loan.id) != "active":
        assert time.monotonic() < end
        time.sleep(0.02)
    sound(db)


def lending_state(db: Database, loan_id: UUID) -> str:
    with db.read() as session:
        return lending.get_loan(session, loan_id).state


def blocked_then_accepted(workflows: Workflows, db: Database, offer: UUID, clock: FixedClock) -> lending.Loan:
    with db.write() as session:
        loan = lending.accept(session, offer, clock=clock, actor="owner")
        uscc = customers.get(session, loan.customer_id).uscc
        entry = pl.DataFrame({"uscc": [uscc], "reason": ["court order"], "expires_on": [date(2026, 3, 20)]})
        customers.import_blocks(session, entry, "court", clock.today(), cipher=FieldCipher.fresh())
    return accept_and_pay(workflows, offer, clock=clock, actor="owner")


def decide(db: Database, clock: FixedClock, outcome: str) -> None:
    with db.write() as session:
        (task,) = inbox(session, role="operator")
        assert (task.kind, task.reason, task.four_eyes) == ("payout-stopped", "payout-refused", True)
        assert "court" in task.data["why"]
        complete(session, task.id, "li", outcome, "as agreed", at=clock.now())
        complete(session, task.id, "wang", outcome, "as agreed", at=clock.now())


def wait_for(db: Database, loan_id: UUID, state: str) -> None:
    end = time.monotonic() + 15
    while lending_state(db, loan_id) != state:
        assert time.monotonic() < end, lending_state(db, loan_id)
        time.sleep(0.02)


def test_a_customer_blocked_since_the_offer_gets_no_money_until_people_decide(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    loan = blocked_then_accepted(workflows, db, offer, clock)
    assert loan.state == "stopped"
    with db.read() as session:
        assert str(ledger.balance(session, loan.customer_account)) == "0.00"
    # they let it go on while the entry holds: it is refused again, and asked again
    decide(db, clock, "pay")
    end = time.monotonic() + 15
    while True:
        with db.read() as session:
            if inbox(session, role="operator"):
                break
        assert time.monotonic() < end
        time.sleep(0.02)
    clock.move(days=20)
    decide(db, clock, "pay")
    wait_for(db, loan.id, "active")
    sound(db)


def test_people_may_cancel_a_stopped_payout(workflows: Workflows, db: Database, offer: UUID, clock: FixedClock) -> None:
    loan = blocked_then_accepted(workflows, db, offer, clock)
    decide(db, clock, "cancel")
    wait_for(db, loan.id, "cancelled")
    sound(db)


def test_a_loan_is_paid_back_once_for_each_key_until_it_is_settled(
    workflows: Workflows, db: Database, offer: UUID, clock: FixedClock
) -> None:
    loan = accept_and_pay(workflows, offer, clock=clock, actor="owner")
    with db.read() as session:
        dues = lending.due_instalments(session, loan.id)
    everything = sum((due.open for due in dues), Money(0))
    interest = sum((due.instalment.interest for due in dues), Money(0))
    # the customer needs money for the interest: it earned some
    with db.write() as session:
        source = ledger.open_account(
            session, key_of("cash"), "asset", "CNY", may_be_negative=True, name="cash", opened_at=clock.now()
        )
        earned = ledger.Transfer(key_of("earned"), source.id, loan.customer_account, interest, clock.now(), "deposit")
        ledger.post(session, [earned])
    first = dues[0].instalment.total
    for _ in range(2):
        with db.write() as session:
            lending.repay(session, loan.id, first, key_of("r", 1), clock=clock)
    with pytest.raises(Conflict), db.write() as session:
        lending.repay(session, loan.id, Money(1), key_of("r", 1), clock=clock)
    with pytest.raises(LimitExceeded), db.write() as session:
        lending.repay(session, loan.id, everything, key_of("r", 2), clock=clock)
    with db.read() as session:
        assert ledger.balance(session, loan.loan_account) == loan.principal - dues[0].instalment.principal
        assert not lending.due_instalments(session, loan.id)[0].open
    sound(db)
    with db.write() as session:
        lending.repay(session, loan.id, everything - first, key_of("r", 3), clock=clock)
    with db.read() as session:
        settled = lending.get_loan(session, loan.id)
        assert (settled.state, settled.settled_at) == ("settled", clock.now())
        assert str(ledger.balance(session, loan.loan_account)) == "0.00"
        assert str(ledger.balance(session, loan.customer_account)) == "0.00"
        assert ledger.balance(session, key_of("account", "interest-income", "CNY")) == interest
    with pytest.raises(Conflict, match="only an active loan"), db.write() as session:
        lending.repay(session, loan.id, Money(1), key_of("r", 4), clock=clock)
    sound(db)


def test_check_finds_a_loan_that_says_paid_without_money(db: Database, offer: UUID, clock: FixedClock) -> None:
    with db.write() as session:
        loan = lending.accept(session, offer, clock=clock, actor="owner")
        session.execute(text("UPDATE loans SET state = 'paid', paid_at = now()"))
    with db.read() as session:
        assert lending.check(session) == [f"loan {loan.id} is paid and its pay-out is not posted"]


def test_a_loan_that_stays_paid_and_does_not_run_is_found(db: Database, clock: FixedClock, offer: UUID) -> None:
    with db.write("test") as session:
        loan = lending.accept(session, offer, clock=clock, actor="owner")
        lending.pay(session, loan.id, clock=clock)
        assert lending.check(session) == []  # the next step is on its way
        session.execute(text("UPDATE loans SET waiting_since = now() - interval '1 hour'"))
        (problem,) = lending.check(session)
        assert "does not run" in problem
        lending.activate(session, loan.id, clock=clock)
        assert lending.check(session) == []
        session.execute(text("UPDATE loan_instalments SET due_on = NULL WHERE number = 2"))
        (problem,) = lending.check(session)
        assert "without due dates" in problem


def test_less_than_the_offers_least_amount_is_no_loan(db: Database, clock: FixedClock, offer: UUID) -> None:
    with pytest.raises(InputRejected, match=r"10000\.00"), db.write("test") as session:
        lending.accept(session, offer, clock=clock, actor="owner", amount=Money.of("0.01"))
    with db.read() as session:
        assert lending.loans_of(session, open_offer(session, offer).customer_id) == []
