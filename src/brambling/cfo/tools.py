"""The figures of a brief as tools of a conversation: what was computed is told, nothing is computed twice otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from brambling.cfo.shapes import Brief
from brambling.credit.lending.rules import schedule
from brambling.credit.underwriting.rules import due_days
from brambling.kit.money import Money
from brambling.marketing.dialogue.agent.ports import Tools

OFFER_DAYS = 14


def tools_of(brief: Brief) -> Tools:
    """Balance, offer, rate, schedules, forecast and idle-cash plan of a brief. A statement knows of no loan with us and
    of no application, so those have no figure."""
    offer = brief.offer
    months = (
        max((m for m in brief.policy.tenor_months if 365 * m // 12 <= offer.tenor_days + 1), default=0) if offer else 0
    )

    def balance(_values: Mapping[str, str]) -> Mapping[str, Any] | None:
        if not brief.balance_known:
            return None
        return {"balance": str(Money(brief.twin.start_balance_minor, brief.currency))}

    def limit(_values: Mapping[str, str]) -> Mapping[str, Any] | None:
        if offer is None:
            return None
        until = brief.as_of + timedelta(days=OFFER_DAYS)
        return {"amount": str(offer.limit), "tenor_months_max": str(months), "offer_until": until.isoformat()}

    def rate(_values: Mapping[str, str]) -> Mapping[str, Any] | None:
        return {"rate": offer.rate_annual.shown()} if offer else None

    def schedule_of(values: Mapping[str, str]) -> Mapping[str, Any] | None:
        if offer is None:
            return None
        method: Any = values["method"]
        amount = Money.of(values["amount"], brief.currency)
        parts = schedule(amount, offer.rate_annual, due_days(int(values["tenor_months"])), method)
        interest = sum((part.interest for part in parts), Money.zero(brief.currency))
        return {"first": str(parts[0].total), "last": str(parts[-1].total), "interest": str(interest)}

    def forecast(_values: Mapping[str, str]) -> Mapping[str, Any] | None:
        lowest = brief.lowest
        if not brief.balance_known:
            return None
        return {
            "lowest": str(lowest.amount),
            "lowest_on": lowest.date.isoformat(),
            "p_short": str(lowest.probability_below_zero),
        }

    def idle_plan(_values: Mapping[str, str]) -> Mapping[str, Any] | None:
        if not brief.plan.lines:
            return None
        lines = [
            {"product": line.product, "amount": str(line.amount), "rate": line.rate_annual.shown()}
            for line in brief.plan.lines
        ]
        return {"amount": str(brief.plan.amount), "lines": lines}

    return {
        "balance": balance,
        "limit": limit,
        "rate": rate,
        "schedule": schedule_of,
        "forecast": forecast,
        "idle_plan": idle_plan,
    }
