"""Tables of loans, instalments and repayments, and every query on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping

from brambling.credit.lending.rules import Due, Instalment, Loan, Part
from brambling.kit.db import ReadSession, WriteSession, metadata
from brambling.kit.money import Money, Rate

loans = Table(
    "loans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("decision_id", Uuid, ForeignKey("decisions.id"), nullable=False, unique=True),
    Column("customer_id", Uuid, ForeignKey("customers.id"), nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rate_annual", Numeric, nullable=False),
    Column("method", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("accepted_at", DateTime(timezone=True), nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("paid_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    Column("loan_account", Uuid, ForeignKey("ledger_accounts.id"), nullable=False),
    Column("customer_account", Uuid, ForeignKey("ledger_accounts.id"), nullable=False),
    # the database's clock, for the sweep only: how long a loan has been waiting for its pay-out
    Column("waiting_since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("principal_minor > 0", name="principal"),
    CheckConstraint("state IN ('accepted', 'stopped', 'cancelled', 'paid', 'active', 'settled')", name="state"),
    CheckConstraint("(state IN ('paid', 'active', 'settled')) = (paid_at IS NOT NULL)", name="paid"),
    CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
    Index("ix_loans_customer_id", "customer_id", "accepted_at"),
    Index("ix_loans_waiting", "waiting_since", postgresql_where=text("state = 'accepted'")),
)

instalments = Table(
    "loan_instalments",
    metadata,
    Column("loan_id", Uuid, ForeignKey("loans.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("due_day", Integer, nullable=False),
    Column("due_on", Date),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("principal_paid_minor", BigInteger, nullable=False, server_default="0"),
    Column("interest_paid_minor", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("loan_id", "number"),
    CheckConstraint(
        "principal_paid_minor BETWEEN 0 AND principal_minor AND interest_paid_minor BETWEEN 0 AND interest_minor",
        name="paid",
    ),
    Index("ix_loan_instalments_due_on", "due_on"),
)

repayments = Table(
    "loan_repayments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, ForeignKey("loans.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    CheckConstraint(
        "amount_minor > 0 AND principal_minor >= 0 AND interest_minor >= 0 "
        "AND amount_minor = principal_minor + interest_minor",
        name="amount",
    ),
    Index("ix_loan_repayments_loan_id", "loan_id", "at"),
)


accept_instructions = Table(
    "accept_instructions",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("noted_by", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
)


def _loan(row: RowMapping) -> Loan:
    fields: dict[str, Any] = {name: row[name] for name in Loan.__dataclass_fields__ if name in row}
    fields["principal"] = Money(row["principal_minor"], row["currency"])
    fields["rate_annual"] = Rate(row["rate_annual"])
    return Loan(**fields)


def add_loan(session: WriteSession, loan: Loan, plan: Sequence[Instalment]) -> None:
    """Write a loan and its instalments."""
    values = {name: getattr(loan, name) for name in Loan.__dataclass_fields__ if name in loans.c}
    values |= {"principal_minor": loan.principal.minor, "currency": loan.principal.currency}
    values["rate_annual"] = loan.rate_annual.annual
    session.execute(insert(loans).values(values))
    rows = [
        {
            "loan_id": loan.id,
            "number": number,
            "due_day": part.due_day,
            "principal_minor": part.principal.minor,
            "interest_minor": part.interest.minor,
        }
        for number, part in enumerate(plan, 1)
    ]
    session.execute(insert(instalments), rows)


# put together once: they stand in every step of every pay-out
_FIND = select(loans).where(loans.c.id == bindparam("key"))
_LOCK = _FIND.with_for_update(key_share=True)
_SAVE = (
    update(loans)
    .where(loans.c.id == bindparam("key"))
    .values({name: bindparam(name, type_=loans.c[name].type) for name in ("state", "paid_at", "settled_at")})
)


def find_loan(session: ReadSession, loan_id: UUID, *, lock: bool = False) -> Loan | None:
    """The loan, or None; with ``lock`` nobody else changes it until this transaction ends."""
    row = session.first(_LOCK if lock else _FIND, {"key": loan_id})
    return _loan(row) if row is not None else None


def save_state(session: WriteSession, loan: Loan) -> None:
    """Write what a move changes of a locked loan."""
    changes = {"state": loan.state, "paid_at": loan.paid_at, "settled_at": loan.settled_at}
    session.execute(_SAVE, {"key": loan.id, **changes})


def of_customer(session: ReadSession, customer_id: UUID, limit: int) -> list[Loan]:
    """Loans of a customer, newest first."""
    query = select(loans).where(loans.c.customer_id == customer_id).order_by(loans.c.accepted_at.desc(), loans.c.id)
    return [_loan(row) for row in session.rows(query.limit(limit))]


def waiting(session: ReadSession, seconds: float, limit: int) -> list[UUID]:
    """Loans accepted at least ``seconds`` ago that are not paid out."""
    old = loans.c.waiting_since <= func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    query = select(loans.c.id).where(loans.c.state == "accepted", old).order_by(loans.c.waiting_since)
    return [row[0] for row in session.tuples(query.limit(limit))]


def stuck(session: ReadSession, seconds: float) -> list[tuple[UUID, float]]:
    """Loans in state ``paid`` that were accepted more than ``seconds`` ago, with how long, by the database's clock."""
    waited = func.extract("epoch", func.clock_timestamp() - loans.c.waiting_since)
    query = select(loans.c.id, waited.label("waited")).where(loans.c.state == "paid", waited > seconds)
    return [(row["id"], float(row["waited"])) for row in session.rows(query.order_by(loans.c.id))]


def undated(session: ReadSession) -> list[UUID]:
    """Loans that run and have an instalment without a due date."""
    query = select(loans.c.id).join(instalments, instalments.c.loan_id == loans.c.id)
    query = query.where(loans.c.state.in_(("active", "settled")), instalments.c.due_on.is_(None)).distinct()
    return [row[0] for row in session.tuples(query.order_by(loans.c.id))]


def pages(session: ReadSession, size: int = 1000) -> Iterator[list[Loan]]:
    """All loans, in pages by id."""
    after = UUID(int=0)
    while True:
        rows = session.rows(select(loans).where(loans.c.id > after).order_by(loans.c.id).limit(size))
        if not rows:
            return
        page = [_loan(row) for row in rows]
        yield page
        after = page[-1].id


def repaid_or_overdue(session: ReadSession, decision_ids: Sequence[UUID], before: date) -> list[RowMapping]:
    """Of the loans of these decisions, each that is settled or has an open instalment that was due before that day."""
    open_ = instalments.c.principal_paid_minor + instalments.c.interest_paid_minor < (
        instalments.c.principal_minor + instalments.c.interest_minor
    )
    late = (
        select(instalments.c.loan_id)
        .where(instalments.c.loan_id == loans.c.id, instalments.c.due_on < before, open_)
        .exists()
    )
    query = select(loans.c.decision_id, late.label("late")).where(loans.c.decision_id.in_(decision_ids))
    return list(session.rows(query.where((loans.c.state == "settled") | late)))


# -- instalments ------------------------------------------------------------------------------------------------------


def dues(session: ReadSession, loan: Loan) -> list[Due]:
    """The instalments of a loan in order."""
    currency = loan.principal.currency
    query = select(instalments).where(instalments.c.loan_id == loan.id).order_by(instalments.c.number)
    return [
        Due(
            row["number"],
            Instalment(row["due_day"], Money(row["principal_minor"], currency), Money(row["interest_minor"], currency)),
            row["due_on"],
            Money(row["principal_paid_minor"], currency),
            Money(row["interest_paid_minor"], currency),
        )
        for row in session.rows(query)
    ]


def set_due_dates(session: WriteSession, loan: Loan, paid_on: date) -> None:
    """Count the due days from the day of the pay-out."""
    statement = update(instalments).where(instalments.c.loan_id == loan.id)
    session.execute(statement.values(due_on=paid_on + instalments.c.due_day))


def add_repayment(session: WriteSession, key: UUID, loan: Loan, values: dict[str, Any], parts: Sequence[Part]) -> None:
    """Write a repayment and what it pays of each instalment."""
    session.execute(insert(repayments).values(id=key, loan_id=loan.id, **values))
    for part in parts:
        at = (instalments.c.loan_id == loan.id) & (instalments.c.number == part.number)
        session.execute(
            update(instalments)
            .where(at)
            .values(
                principal_paid_minor=instalments.c.principal_paid_minor + part.principal.minor,
                interest_paid_minor=instalments.c.interest_paid_minor + part.interest.minor,
            )
        )


def find_repayment(session: ReadSession, key: UUID) -> RowMapping | None:
    """The repayment with this key, or None."""
    return session.first(select(repayments).where(repayments.c.id == key))


def keep_instruction(
    session: WriteSession, decision_id: UUID, noted_by: str, amount: Money, words: str, at: datetime
) -> None:
    """Keep a customer's instruction to accept an offer; the first stays."""
    row = {"decision_id": decision_id, "noted_by": noted_by, "amount_minor": amount.minor, "words": words}
    session.execute(upsert(accept_instructions).values(**row, noted_at=at).on_conflict_do_nothing())


def find_instruction(session: ReadSession, decision_id: UUID) -> RowMapping | None:
    return session.first(select(accept_instructions).where(accept_instructions.c.decision_id == decision_id))


def principal_sums(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Planned and paid principal of each loan, from its instalments."""
    planned, paid = func.sum(instalments.c.principal_minor), func.sum(instalments.c.principal_paid_minor)
    query = select(instalments.c.loan_id, planned, paid).where(instalments.c.loan_id.in_(ids))
    return {
        key: (int(whole), int(back))
        for key, whole, back in map(tuple, session.tuples(query.group_by(instalments.c.loan_id)))
    }
