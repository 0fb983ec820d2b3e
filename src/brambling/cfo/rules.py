"""Borrow or wait, in yuan. Pure: the two costs and the offer in, the advice out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money
from brambling.kit.reasons import Reason

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import Statement

Advice = Literal["borrow", "wait", "unknown"]


@dataclass(frozen=True)
class Assumptions:
    """What running short costs, as stated data. Raises InputRejected for shares and amounts out of range.

    A future that runs short by at most M costs ``penalty_share`` of M, at least ``penalty_min``, and
    ``compensation_share`` of M once, and ``late_rate_daily`` of what is missing each day.
    """

    version: str
    currency: str
    penalty_share: Decimal
    penalty_min: Money
    compensation_share: Decimal
    late_rate_daily: Decimal

    def __post_init__(self) -> None:
        shares = (self.penalty_share, self.compensation_share, self.late_rate_daily)
        if not all(0 <= share < 1 for share in shares) or self.penalty_min.minor < 0:
            raise InputRejected("a share or an amount is out of range")


@dataclass(frozen=True)
class Way:
    """One way to go on: what it costs in expectation over the forecast weeks.

    ``interest`` is what falls due in those weeks (zero for waiting) and ``interest_total`` all interest of the loan by
    its schedule: the weeks after the forecast are not compared, because nothing is known of running short in them.
    ``shortfall_cost`` is the expected cost of running short, None where the balance is not known.
    """

    amount: Money
    interest: Money
    interest_total: Money
    shortfall_cost: Money | None
    probability_below_zero: Decimal | None

    @property
    def cost(self) -> Money | None:
        """Interest and expected cost of running short together."""
        return None if self.shortfall_cost is None else self.interest + self.shortfall_cost


@dataclass(frozen=True)
class Compare:
    """Borrowing against waiting. ``borrow`` is None when there is no offer; ``saves`` is what the advice saves."""

    borrow: Way | None
    wait: Way
    advice: Advice
    saves: Money
    reason: Reason


def compare(borrow: Way | None, wait: Way, idle: Money, gap: Money, *, served: str = "CNY") -> Compare:
    """The cheaper way; waiting wins a tie, where own idle cash covers what would be borrowed, and where there is no gap.

    ``served`` is the currency that is lent and compared in. ``idle`` is own cash that can be away for all forecast weeks, ``gap`` the cash that would cover the risk of running
    short.
    """
    nothing = Money.zero(wait.interest.currency)
    if nothing.currency != served:
        params = {"currency": nothing.currency, "served": served}
        return Compare(None, wait, "unknown", nothing, Reason("currency-not-served", params))
    if wait.cost is None:
        return Compare(borrow, wait, "unknown", nothing, Reason("balance-unknown"))
    if borrow is None or borrow.cost is None:
        return Compare(None, wait, "wait", nothing, Reason("no-offer"))
    saves = abs(wait.cost - borrow.cost)
    if idle >= borrow.amount:
        return Compare(borrow, wait, "wait", saves, Reason("own-cash", {"idle": str(idle)}))
    if not gap:
        chance = {"interest": str(borrow.interest), "probability": str(wait.probability_below_zero)}
        return Compare(borrow, wait, "wait", saves, Reason("no-gap", chance))
    if borrow.cost < wait.cost:
        return Compare(borrow, wait, "borrow", saves, Reason("borrow-cheaper", {"saves": str(saves)}))
    return Compare(borrow, wait, "wait", saves, Reason("wait-cheaper", {"saves": str(saves)}))


def warnings_of(statement: Statement, today: date | None, age_days_max: int) -> tuple[Reason, ...]:
    """What a reader must know of the statement before the figures; ``today`` None where there is no present."""
    found = []
    if today is not None and statement.last_day > today:
        found.append(Reason("rows-ahead", {"until": statement.last_day.isoformat(), "today": today.isoformat()}))
    elif today is not None and (age := (today - statement.last_day).days) > age_days_max:
        params = {"until": statement.last_day.isoformat(), "days": str(age), "days_max": str(age_days_max)}
        found.append(Reason("statement-old", params))
    if statement.balance_unused is not None:
        params = {"given": str(statement.balance_unused), "proven": str(statement.closing_balance)}
        found.append(Reason("balance-unused", params))
    if statement.left_out:
        found.append(Reason("rows-left-out", {"rows": str(statement.left_out)}))
    return tuple(found)
