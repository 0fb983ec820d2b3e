"""What can be asked of lending. Each verb works in the caller's transaction; nothing here commits.

Accounts: a loan is an asset of the bank that grows when it is paid out; the customer's money is a liability that grows
by the same transfer. Interest is income when it is paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from brambling.bank import customers, ledger
from brambling.bank.events import Bus, Event
from brambling.bank.ledger import Transfer
from brambling.credit.lending import store
from brambling.credit.lending.rules import (
    Due,
    Loan,
    Method,
    Part,
    moved,
    require_acceptable,
    same_loan,
    schedule,
    spread,
    total,
)
from brambling.credit.underwriting.features import Held
from brambling.credit.underwriting.service import least_acceptable, open_offer, take
from brambling.kit.clock import BEIJING, Clock
from brambling.kit.crypto import mask
from brambling.kit.db import ReadSession, WriteSession
from brambling.kit.db.locks import lock
from brambling.kit.errors import Conflict, InputRejected, InvariantBroken, NotAllowed, NotFound
from brambling.kit.ids import key_of
from brambling.kit.money import Money
from brambling.perception.cashflow.shapes import KnownFlow

# The step after the pay-out sets the due dates; a crash in between is mended by the next start, which takes seconds.
ACTIVATION_SECONDS_MAX = 300.0
DEFAULT_DAYS = 90  # Basel: more than 90 days overdue is a default


def loan_id_of(decision_id: UUID) -> UUID:
    """An offer becomes at most one loan: its id follows from the decision's."""
    return key_of("loan", decision_id)


def payout_key(loan_id: UUID) -> UUID:
    """The primary key of the row of money that pays a loan out."""
    return key_of("payout", loan_id)


def current_account(session: WriteSession, customer_id: UUID, currency: str, *, at: datetime) -> UUID:
    """The customer's current account in ``currency``, opened when there is none yet."""
    key = key_of("account", "current", customer_id, currency)
    name = f"current account of {customer_id}"
    ledger.open_account(session, key, "liability", currency, may_be_negative=False, name=name, opened_at=at)
    return key


def accept(
    session: WriteSession,
    decision_id: UUID,
    *,
    clock: Clock,
    actor: str,
    amount: Money | None = None,
    method: Method = "annuity",
    bus: Bus | None = None,
) -> Loan:
    """Accept the offer of a decision, for all of its limit or less. Accepting again returns the same loan.

    Raises NotFound for a decision without an offer, Conflict for an offer that is not open or was accepted otherwise,
    LimitExceeded above the limit, InputRejected below the offer's least amount. The loan is not paid out by this: see ``accept_and_pay``.
    """
    lock(session, "accept", decision_id)
    known = store.find_loan(session, loan_id_of(decision_id))
    if known is not None:
        principal = open_offer(session, decision_id).limit if amount is None else amount
        return same_loan(known, principal, method)
    offer, now = take(session, decision_id, clock.today()), clock.now()
    principal = offer.limit if amount is None else amount
    require_acceptable(least_acceptable(session, decision_id), offer.limit, principal, method)
    plan = schedule(principal, offer.rate_annual, [part.due_day for part in offer.schedule], method)
    if principal == offer.limit and method == "annuity" and plan != offer.schedule:
        raise InvariantBroken(f"the schedule of decision {decision_id} is not the one its offer promised")
    key, currency = loan_id_of(decision_id), principal.currency
    loan = Loan(
        key,
        decision_id,
        offer.customer_id,
        principal,
        offer.rate_annual,
        method,
        "accepted",
        accepted_at=now,
        accepted_by=actor,
        loan_account=key_of("account", "loan", key),
        customer_account=current_account(session, offer.customer_id, currency, at=now),
    )
    ledger.open_account(
        session, loan.loan_account, "asset", currency, may_be_negative=False, name=f"loan {key}", opened_at=now
    )
    store.add_loan(session, loan, plan)
    _tell(session, bus, loan, "loan.accepted", now)
    return loan


def note_instruction(
    session: WriteSession, decision_id: UUID, words: str, *, clock: Clock, amount: Money | None = None
) -> Money:
    """Keep the customer's instruction to accept an offer, as the session's actor heard it; returns the amount meant.

    Numbers of persons in ``words`` are masked. Noting the same again changes nothing. Raises InputRejected without
    words, NotFound without an offer, LimitExceeded above it, Conflict when another amount was noted before.
    """
    if not words.strip():
        raise InputRejected(
            "the customer's instruction is missing", column="instruction", expected="how and when the customer asked"
        )
    offer = open_offer(session, decision_id)
    principal = offer.limit if amount is None else amount
    require_acceptable(least_acceptable(session, decision_id), offer.limit, principal, "annuity")
    store.keep_instruction(session, decision_id, session.actor, principal, mask(words.strip()), clock.now())
    kept = store.find_instruction(session, decision_id)
    if kept is None or kept["amount_minor"] != principal.minor:
        raise Conflict(f"for decision {decision_id} an instruction over another amount was noted before")
    return principal


def pay(session: WriteSession, loan_id: UUID, *, clock: Clock, bus: Bus | None = None) -> Loan:
    """Pay an accepted loan out: one transfer, the loan's state, and the event, in one transaction.

    A loan that is paid already is returned as it is. Raises NotAllowed when the customer came onto a blocked list since
    the offer, Conflict for a loan that is stopped or cancelled.
    """
    loan = get_loan(session, loan_id, locked=True)
    if loan.paid_at is not None:
        return loan
    if loan.state != "accepted":
        raise Conflict(f"loan {loan_id} is {loan.state}")
    now = clock.now()
    blocks = customers.blocked(session, loan.customer_id, clock.today())
    if blocks:
        raise NotAllowed(f"the customer of loan {loan_id} is on the list {blocks[0].list_name}")
    transfer = Transfer(
        payout_key(loan_id),
        loan.loan_account,
        loan.customer_account,
        loan.principal,
        now,
        "payout",
        decision_id=loan.decision_id,
    )
    ledger.post(session, [transfer])
    paid = moved(loan, "paid", now)
    store.save_state(session, paid)
    _tell(session, bus, paid, "loan.paid", now)
    return paid


def activate(session: WriteSession, loan_id: UUID, *, clock: Clock, bus: Bus | None = None) -> Loan:
    """Count the due dates from the pay-out and let the loan run; an active loan is returned as it is."""
    loan = get_loan(session, loan_id, locked=True)
    if loan.state in ("active", "settled"):
        return loan
    active = moved(loan, "active", clock.now())
    assert loan.paid_at is not None
    store.set_due_dates(session, loan, loan.paid_at.astimezone(BEIJING).date())
    store.save_state(session, active)
    _tell(session, bus, active, "loan.active", clock.now())
    return active


def stop(session: WriteSession, loan_id: UUID, *, clock: Clock, bus: Bus | None = None) -> Loan:
    """Hold an accepted loan back from pay-out until a person has decided."""
    loan = get_loan(session, loan_id, locked=True)
    if loan.state == "stopped":
        return loan
    stopped = moved(loan, "stopped", clock.now())
    store.save_state(session, stopped)
    _tell(session, bus, stopped, "loan.stopped", clock.now())
    return stopped


def resume(session: WriteSession, loan_id: UUID, *, go_on: bool, clock: Clock, bus: Bus | None = None) -> Loan:
    """What the person decided about a stopped loan: pay it after all, or cancel it."""
    loan = get_loan(session, loan_id, locked=True)
    if loan.state != "stopped":
        return loan
    resumed = moved(loan, "accepted" if go_on else "cancelled", clock.now())
    store.save_state(session, resumed)
    if not go_on:
        _tell(session, bus, resumed, "loan.cancelled", clock.now())
    return resumed


def repay(
    session: WriteSession, loan_id: UUID, amount: Money, key: UUID, *, clock: Clock, bus: Bus | None = None
) -> tuple[Part, ...]:
    """Take ``amount`` from the customer's account for a loan; return what it paid of each instalment.

    The same ``key`` pays once (and then returns nothing paid). The oldest instalment is paid first, interest before
    principal; once nothing is open the loan is settled. Raises Conflict for a loan that is not active or a key used
    otherwise, LimitExceeded above what is open, InsufficientFunds when the account has less.
    """
    loan = get_loan(session, loan_id, locked=True)
    known = store.find_repayment(session, key)
    if known is not None:
        if (known["loan_id"], known["amount_minor"]) != (loan_id, amount.minor):
            raise Conflict(f"repayment {key} exists with another loan or amount")
        return ()
    if loan.state != "active":
        raise Conflict(f"loan {loan_id} is {loan.state}; only an active loan is paid back")
    dues, now = store.dues(session, loan), clock.now()
    parts = spread(dues, amount)
    interest, principal = total(parts, amount.currency)
    debit, income = loan.customer_account, _interest_income(session, amount.currency, now) if interest else None
    transfers = (
        [] if income is None else [Transfer(key_of("interest", key), debit, income, interest, now, "loan-interest")]
    )
    if principal:
        transfers.append(Transfer(key_of("principal", key), debit, loan.loan_account, principal, now, "loan-principal"))
    ledger.post(session, transfers)
    values = {"at": now, "amount_minor": amount.minor}
    values |= {"principal_minor": principal.minor, "interest_minor": interest.minor}
    store.add_repayment(session, key, loan, values, parts)
    data = {"loan": str(loan.id), "decision": str(loan.decision_id), "amount": str(amount), "currency": amount.currency}
    told = Event(key_of("event", "loan.repaid", key), loan.customer_id, "loan.repaid", now, data)
    (bus or Bus()).publish(session, told)
    left = sum((due.open for due in dues), Money.zero(amount.currency)) - amount
    if not left:
        store.save_state(session, moved(loan, "settled", now))
        _tell(session, bus, loan, "loan.settled", now)
    return parts


def _interest_income(session: WriteSession, currency: str, at: datetime) -> UUID:
    key = key_of("account", "interest-income", currency)
    ledger.open_account(session, key, "income", currency, may_be_negative=False, name="interest income", opened_at=at)
    return key


def get_loan(session: ReadSession, loan_id: UUID, *, locked: bool = False) -> Loan:
    """The loan; raises NotFound. With ``locked`` (in a write session) nobody else changes it meanwhile."""
    loan = store.find_loan(session, loan_id, lock=locked)
    if loan is None:
        raise NotFound(f"there is no loan {loan_id}")
    return loan


def loans_of(session: ReadSession, customer_id: UUID, limit: int = 50) -> list[Loan]:
    """Loans of a customer, newest first."""
    return store.of_customer(session, customer_id, limit)


def held(session: ReadSession, customer_id: UUID) -> Held | None:
    """What a business owes this bank: open principal of its loans, and the next instalment of each; None without any.

    An accepted loan counts before its money has moved: it will.
    """
    running = [loan for loan in loans_of(session, customer_id) if loan.state not in ("settled", "cancelled")]
    if not running:
        return None
    nothing = Money.zero(running[0].principal.currency)
    owed, monthly = nothing, nothing
    for loan in running:
        dues = [due for due in store.dues(session, loan) if due.open]
        owed += sum((due.instalment.principal - due.principal_paid for due in dues), nothing)
        monthly += dues[0].open if dues else nothing
    return Held(owed, monthly)


def outcomes(session: ReadSession, decision_ids: Sequence[UUID], today: date) -> dict[UUID, bool]:
    """Whether the loans of these decisions went bad: an instalment more than 90 days overdue (Basel's definition of
    default). A loan that is paid back went well; one that still runs is in neither, nor is a decision without a loan."""
    rows = store.repaid_or_overdue(session, decision_ids, today - timedelta(days=DEFAULT_DAYS))
    return {row["decision_id"]: bool(row["late"]) for row in rows}


def known_flows(session: ReadSession, customer_id: UUID, currency: str, today: date) -> list[KnownFlow]:
    """What this bank knows of a customer's money in ``currency``: its account here today, what a mandate has swept out
    of it and brings back the same day, and its loans' flows ahead.

    An accepted loan is paid out today and back from there; a stopped one waits for a person and counts for nothing. An
    instalment that is overdue is taken to be paid tomorrow.
    """
    accounts = [key_of("account", name, customer_id, currency) for name in ("current", "swept")]
    flows = [KnownFlow(today, here.balance_minor) for here in ledger.accounts(session, accounts).values()]
    for loan in loans_of(session, customer_id):
        if loan.principal.currency != currency or loan.state not in ("accepted", "paid", "active"):
            continue
        if loan.state == "accepted":
            flows.append(KnownFlow(today, loan.principal.minor))
        for due in store.dues(session, loan):
            if due.open:
                begun = today if loan.paid_at is None else loan.paid_at.astimezone(BEIJING).date()
                on = due.due_on or begun + timedelta(days=due.instalment.due_day)
                flows.append(KnownFlow(max(on, today + timedelta(days=1)), -due.open.minor))
    return flows


def due_instalments(session: ReadSession, loan_id: UUID) -> list[Due]:
    """The instalments of a loan in order, with what has been paid of each."""
    return store.dues(session, get_loan(session, loan_id))


def _tell(session: WriteSession, bus: Bus | None, loan: Loan, kind: str, at: datetime) -> None:
    data = {"loan": str(loan.id), "decision": str(loan.decision_id), "principal": str(loan.principal)}
    data["currency"] = loan.principal.currency
    (bus or Bus()).publish(session, Event(key_of("event", kind, loan.id), loan.customer_id, kind, at, data))


# -- invariants -------------------------------------------------------------------------------------------------------


def check(session: ReadSession) -> list[str]:
    """One line for every loan that contradicts itself or the ledger; empty when all is sound.

    Each loan that is paid has its one transfer of its amount from its decision, no other has one; what the ledger says
    is owed is what the instalments say; instalments sum to the principal; no loan stays ``paid`` without running, and
    each that runs has its due dates.
    """
    problems: list[str] = []
    for page in store.pages(session):
        problems += _check_page(session, page)
    problems += [
        f"loan {loan_id} was paid out {seconds:.0f} seconds ago and does not run: its due dates are not set"
        for loan_id, seconds in store.stuck(session, ACTIVATION_SECONDS_MAX)
    ]
    problems += [f"loan {loan_id} runs without due dates" for loan_id in store.undated(session)]
    return problems


def _check_page(session: ReadSession, page: Sequence[Loan]) -> list[str]:
    transfers = ledger.transfers(session, [payout_key(loan.id) for loan in page])
    accounts = ledger.accounts(session, [loan.loan_account for loan in page])
    sums = store.principal_sums(session, [loan.id for loan in page])
    problems = []
    for loan in page:
        payout = transfers.get(payout_key(loan.id))
        planned, paid_back = sums.get(loan.id, (0, 0))
        owed = accounts[loan.loan_account].balance_minor
        if (payout is not None) != (loan.paid_at is not None):
            problems.append(f"loan {loan.id} is {loan.state} and its pay-out is {'not ' * (payout is None)}posted")
        elif payout is not None and (payout.amount, payout.decision_id) != (loan.principal, loan.decision_id):
            problems.append(f"loan {loan.id} was paid {payout.amount} from decision {payout.decision_id}")
        if planned != loan.principal.minor:
            problems.append(f"loan {loan.id}: its instalments sum to {planned}, not {loan.principal.minor}")
        if owed != (loan.principal.minor - paid_back if payout is not None else 0):
            problems.append(f"loan {loan.id}: the ledger says {owed} is owed, {paid_back} of principal is paid back")
    return problems
