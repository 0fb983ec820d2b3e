"""What a bank statement becomes once it is read: rows in time order, checked and categorised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from brambling.kit.db import ReadSession
from brambling.kit.money import Money
from brambling.perception.cashflow.rules import CATEGORIES, Category

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "CATEGORIES",
    "COLUMNS",
    "Category",
    "Correction",
    "Imported",
    "KnownFlow",
    "KnownFlows",
    "LatePayer",
    "Statement",
    "days_covered",
    "schema",
]

COLUMNS = (
    "row",
    "date",
    "amount_minor",
    "counterparty",
    "memo",
    "balance_minor",
    "account",
    "category",
    "counterparty_account",
)


def schema() -> dict[str, pl.DataType]:
    """Column names and types of :attr:`Statement.rows`, in order."""
    import polars as pl

    text = pl.String()
    kinds = (pl.Int64(), pl.Date(), pl.Int64(), text, text, pl.Int64(), text, text, text)
    return dict(zip(COLUMNS, kinds, strict=True))


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement that was read and held its checks.

    ``rows`` is in time order, one row a movement:

    ==================== ====== ====================================================================================
    row                  Int64  data row of the file it came from, from 1 (so not rising where it is newest-first)
    date                 Date   booking day
    amount_minor         Int64  smallest units, positive is money in
    counterparty         String empty where the file says nothing
    memo                 String empty where the file says nothing
    balance_minor        Int64  running balance of the account after this row; null where not given
    account              String own account the row belongs to; null where the file is of one account and does not say
    category             String one of :data:`CATEGORIES`
    counterparty_account String the other side's account number; null where not given
    ==================== ====== ====================================================================================

    ``dialect`` names the layout that was recognised. ``closing_balance_minor`` is the balance after the last row,
    summed over the accounts of the file; None where the balance is not known. ``left_out`` counts rows of the file
    that moved no money (closed trades, moves inside one wallet). ``holder`` is whose statement it is, where it says.
    ``balance_unused`` is a balance that was given and not used, because the file proves another one by its rows.
    """

    rows: pl.DataFrame
    currency: str
    dialect: str
    balance_known: bool
    closing_balance_minor: int | None
    left_out: int = 0
    holder: str = ""
    balance_unused: Money | None = None

    @property
    def first_day(self) -> date:
        """Day of the first row."""
        return self.rows["date"][0]  # type: ignore[no-any-return]

    @property
    def last_day(self) -> date:
        """Day of the last row."""
        return self.rows["date"][-1]  # type: ignore[no-any-return]

    @property
    def closing_balance(self) -> Money | None:
        """Balance after the last row, None where it is not known."""
        if self.closing_balance_minor is None:
            return None
        return Money(self.closing_balance_minor, self.currency)


def days_covered(statement: Statement) -> int:
    """Days from the first row to the last, both counted; a twin asks for a least number of them."""
    return (statement.last_day - statement.first_day).days + 1


@dataclass(frozen=True)
class KnownFlow:
    """Money that the bank knows of and the statement does not: an amount (positive is money in) and its day.

    What stands in an account here is such a flow, dated the day it is looked at; so is an instalment that falls due.
    """

    day: date
    amount_minor: int


# What the bank itself knows of a customer's money in a currency on a day. Those who know stand above perception, so the
# wiring passes it in.
KnownFlows = Callable[[ReadSession, UUID, str, date], Sequence[KnownFlow]]


@dataclass(frozen=True)
class LatePayer:
    """A payer whose latest gap is longer than 90 % of its own earlier gaps, also with Spring Festival taken out of all.

    ``gap_days`` counts from its last payment to the last day of the statement; ``usual_days`` is the median and
    ``p90_days`` the 90th percentile of the gaps between its payments; ``usual_amount`` is the median payment.
    """

    counterparty: str
    last_paid: date
    gap_days: int
    usual_days: int
    p90_days: int
    payments: int
    usual_amount: Money


@dataclass(frozen=True)
class Correction:
    """The user's word on a category: for one counterparty, for memos holding a text, or for both together."""

    category: Category
    counterparty: str | None = None
    memo: str | None = None
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Imported:
    """What an import into the bank did: rows that were ``new``, and rows that were ``known`` already.

    ``statement_id`` is None where nothing was new, and for an import of many customers.
    """

    new: int
    known: int
    statement_id: UUID | None = None
