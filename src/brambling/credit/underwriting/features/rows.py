"""The facts of a credit decision from a row of a file, in the words that the axioms use.

A file rarely has all that a twin tells. A column that is not there is held where it decides nothing, so that two
policies differ only by what the file knows; an empty cell in a column that is there counts as the worst it could be.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from brambling.credit.underwriting.features.twins import on_grid
from brambling.credit.underwriting.rules import Facts, Policy, Span
from brambling.kit.money import Money
from brambling.kit.policy import load

FLAGS = ("consent", "blocked", "balance_known")
WHOLE = ("history_days", "statement_age_days", "cycle_days")
AMOUNTS = (
    "requested",
    "verified_inflow_year",
    "outflow_year",
    "existing_debt_monthly",
    "capacity_instalment",
    "gap",
    "idle",
    "owed_here",
    "owed_group",
)
SHARES = ("probability_default", "p_shortfall")
TEXTS = ("trade", "spans")
NAMES = (*SHARES, *AMOUNTS, *WHOLE, *FLAGS, *TEXTS)
_FAR = 1_000_000  # days of history nobody lacks


def facts_of_row(row: Mapping[str, Any], there: Collection[str], policy: Policy) -> Facts:
    """The facts of one application under ``policy``. ``there`` are the names that its file has.

    Amounts are :class:`Money` or yuan as a number, probabilities and shares fractions of one, flags booleans.
    """
    currency = policy.currency
    zero = Money.zero(currency)

    def amount(name: str, absent: Money, empty: Money = zero) -> Money:
        return _money(row.get(name), currency, empty) if name in there else absent

    enough = policy.limit_max.times(1 / Fraction(policy.surplus_share_max))
    turnover = policy.limit_max.times(2 / Fraction(policy.turnover_multiple))
    inflow = amount("verified_inflow_year", turnover)
    debt = amount("existing_debt_monthly", zero, enough)
    # without a column of costs a month leaves more than any loan asks for: what is not known does not decide
    outflow = amount("outflow_year", inflow - enough * 12, inflow)
    left = max((inflow - outflow).times(Fraction(1, 12), ROUND_FLOOR) - debt, zero)
    default = _share(row.get("probability_default")) if "probability_default" in there else None
    shortfall = _share(row.get("p_shortfall")) if "p_shortfall" in there else default
    return Facts(
        consent=_flag(row, "consent", there, absent=True),
        blocked=_flag(row, "blocked", there, absent=False, empty=True),
        blocked_reason="",
        trade=str(row.get("trade") or "") if "trade" in there else "",
        history_days=_days(row, "history_days", there, _FAR, 0),
        statement_age_days=_days(row, "statement_age_days", there, 0, _FAR),
        balance_known=_flag(row, "balance_known", there, absent=True),
        inflow_year=inflow,
        outflow_year=outflow,
        existing_debt_monthly=debt,
        capacity_instalment=amount("capacity_instalment", left),
        gap=amount("gap", zero, turnover),
        p_shortfall=Decimal(1) if shortfall is None else shortfall,
        cash_for_risk=zero,
        idle=amount("idle", zero),
        probability_default=default,
        requested=_requested(row, there, currency),
        owed_here=amount("owed_here", zero, policy.limit_max) if "owed_here" in there else None,
        spans=_spans(row, there, policy),
        owed_group=amount("owed_group", zero, policy.group_limit_max) if "owed_group" in there else None,
        cycle_days=_days(row, "cycle_days", there, 0, _FAR),
    )


def _money(value: Any, currency: str, empty: Money) -> Money:
    if value is None or isinstance(value, Money):
        return empty if value is None else value
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return Money(int((exact * 100).to_integral_value(ROUND_FLOOR)), currency)


def _share(value: Any) -> Decimal | None:
    """A probability on the grid; what lies outside 0 to 1 is the nearer end."""
    return None if value is None else min(max(on_grid(float(value)), Decimal(0)), Decimal(1))


def _flag(row: Mapping[str, Any], name: str, there: Collection[str], *, absent: bool, empty: bool = False) -> bool:
    if name not in there:
        return absent
    value = row.get(name)
    return empty if value is None else bool(value)


def _days(row: Mapping[str, Any], name: str, there: Collection[str], absent: int, empty: int) -> int:
    if name not in there:
        return absent
    value = row.get(name)
    return empty if value is None else max(0, int(value))


def _requested(row: Mapping[str, Any], there: Collection[str], currency: str) -> Money | None:
    if "requested" not in there or row.get("requested") is None:
        return None
    zero = Money.zero(currency)
    return max(_money(row["requested"], currency, zero), zero)  # nothing asked for is nothing lent


def _spans(row: Mapping[str, Any], there: Collection[str], policy: Policy) -> tuple[Span, ...]:
    """The safe principals as the file has them; else, in every tenor, all that closes the gap."""
    told = row.get("spans") if "spans" in there else None
    if told:
        parts = json.loads(told) if isinstance(told, str) else told
        return tuple(load(Span, part, currency=policy.currency) for part in parts)
    gap = _money(row.get("gap"), policy.currency, Money.zero(policy.currency)) if "gap" in there else None
    step = policy.limit_step.minor
    least = Money(max(step, -(-(gap.minor if gap else 0) // step) * step), policy.currency)
    return tuple(Span(months, least) for months in policy.tenor_months)
