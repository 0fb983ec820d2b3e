"""The one twin of a customer of the bank on a day: every line asks this one, so none can contradict another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.kit.db import ReadSession
from brambling.perception.cashflow.calibrating import calibration_at_work
from brambling.perception.cashflow.service import load_statement
from brambling.perception.cashflow.shapes import KnownFlow, KnownFlows, Statement

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin

SEED = 7


@dataclass(frozen=True, eq=False)
class CustomerTwin:
    """A twin with what it was made from: the statement, and the certain flows beside it."""

    twin: Twin
    statement: Statement
    known: tuple[KnownFlow, ...]


def customer_twin(
    session: ReadSession,
    customer_id: UUID,
    today: date,
    *,
    known_flows: KnownFlows | None = None,
    statement: Statement | None = None,
    seed: int = SEED,
) -> CustomerTwin:
    """The twin of a customer as of ``today``: all that was imported, and what the bank itself knows of its money.

    Drawn with the calibration that the bank has released, if any. ``known_flows`` tells the balance and the loans held here; ``statement`` saves reading it again. Days between the
    statement's end and today are simulated; a statement that ends later than today is taken at its word, as of its
    end. Raises NotFound for a customer without a statement, InputRejected for one too short for a twin.
    """
    from brambling.perception.cashflow.twins import twin

    statement = statement or load_statement(session, customer_id)
    known = tuple(known_flows(session, customer_id, statement.currency, today)) if known_flows else ()
    made = twin(statement, seed=seed, today=today, known=known, calibration=calibration_at_work(session))
    return CustomerTwin(made, statement, known)
