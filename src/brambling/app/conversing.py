"""The tools of a conversation in the running bank: what each figure is read from. Nothing here computes a figure but
schedules, which lending does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brambling.kit.db import ReadSession
from brambling.kit.money import Money, Rate
from brambling.marketing.dialogue.agent.ports import Tools
from brambling.marketing.dialogue.model.knowledge import Finder, approved
from brambling.marketing.dialogue.routes import ToolsOf
from brambling.marketing.dialogue.service.conversations import Answering

if TYPE_CHECKING:
    from brambling.app.build import Bank
    from brambling.credit.underwriting.shapes import Application, OpenOffer

Values = Mapping[str, str]
Facts = Mapping[str, Any] | None


@cache
def finder() -> Finder:
    """The finder of the approved texts, by words: quick on one core and the same everywhere."""
    return Finder(approved())


def answering(bank: Bank) -> Answering:
    """What answers in this bank."""
    return Answering(approved(), finder(), bank.gate, bank.clock)


def tools_of(bank: Bank) -> ToolsOf:
    """The tools of a customer, over a session."""

    def made(session: ReadSession, customer_id: UUID) -> Tools:
        figures = _Figures(bank, session, customer_id)
        return {
            "balance": figures.balance,
            "limit": figures.limit,
            "rate": figures.rate,
            "schedule": figures.schedule,
            "loans": figures.loans,
            "forecast": figures.forecast,
            "idle_plan": figures.idle_plan,
            "application": figures.application,
        }

    return made


class _Figures:
    """Reads when it is asked, within the caller's transaction."""

    def __init__(self, bank: Bank, session: ReadSession, customer_id: UUID) -> None:
        self._bank, self._session, self._customer = bank, session, customer_id

    def _brief(self) -> Mapping[str, Any]:
        from brambling.cfo.store import latest

        return latest(self._session, self._customer) or {}

    def _applied(self) -> tuple[Application | None, OpenOffer | None]:
        from brambling.credit.underwriting.store import applications_of, offer_of_application

        found = applications_of(self._session, self._customer, 1)
        return (found[0], offer_of_application(self._session, found[0].id)) if found else (None, None)

    def _open_offer(self) -> OpenOffer | None:
        _, offer = self._applied()
        standing = offer is not None and offer.status == "open" and offer.expires_on >= self._bank.clock.today()
        return offer if standing else None

    def balance(self, _values: Values, /) -> Facts:
        known = self._brief().get("balance")
        return {"balance": known} if known is not None else None

    def limit(self, _values: Values, /) -> Facts:
        offer = self._open_offer()
        if offer is None:
            return None
        months = max(m for m in (3, 6, 9, 12) if 365 * m // 12 <= max(offer.tenor_days, 91) + 1)
        until = offer.expires_on.isoformat()
        return {"amount": str(offer.limit), "tenor_months_max": str(months), "offer_until": until}

    def rate(self, _values: Values, /) -> Facts:
        from brambling.credit.lending import loans_of

        offer = self._open_offer()
        if offer is not None:
            return {"rate": offer.rate_annual.shown()}
        active = [loan for loan in loans_of(self._session, self._customer) if loan.state == "active"]
        return {"rate": active[0].rate_annual.shown()} if active else None

    def schedule(self, values: Values, /) -> Facts:
        from brambling.credit.lending.rules import schedule
        from brambling.credit.underwriting.rules import due_days

        rate = self.rate({})
        if rate is None:
            return None
        method: Any = values["method"]
        days = due_days(int(values["tenor_months"]))
        parts = schedule(Money.of(values["amount"]), Rate.of(rate["rate"]), days, method)
        interest = sum((part.interest for part in parts), Money.zero("CNY"))
        return {"first": str(parts[0].total), "last": str(parts[-1].total), "interest": str(interest)}

    def loans(self, _values: Values, /) -> Facts:
        from brambling.credit.lending import due_instalments, loans_of

        today, rows = self._bank.clock.today(), []
        for loan in loans_of(self._session, self._customer):
            if loan.state != "active":
                continue
            nothing = Money.zero(loan.principal.currency)
            dues = due_instalments(self._session, loan.id)
            waiting = [due for due in dues if due.open > nothing and due.due_on is not None]
            late = [due for due in waiting if due.due_on is not None and due.due_on < today]
            owed = sum((due.instalment.principal - due.principal_paid for due in dues), nothing)
            first = waiting[0] if waiting else None
            days = (today - late[0].due_on).days if late and late[0].due_on else 0
            rows.append(
                {
                    "principal": str(loan.principal),
                    "owed": str(owed),
                    "rate": loan.rate_annual.shown(),
                    "next_due": str(first.open if first else nothing),
                    "next_due_on": first.due_on.isoformat() if first and first.due_on else "-",
                    "overdue": str(sum((due.open for due in late), nothing)),
                    "overdue_days": str(days),
                }
            )
        return {"loans": rows} if rows else None

    def forecast(self, _values: Values, /) -> Facts:
        brief = self._brief()
        lowest = brief.get("lowest_balance")
        if not lowest or not brief.get("balance_known"):
            return None
        short = str(lowest["probability_below_zero"])
        return {"lowest": lowest["amount"], "lowest_on": lowest["date"], "p_short": short}

    def idle_plan(self, _values: Values, /) -> Facts:
        plan = self._brief().get("idle") or {}
        if not plan.get("plan"):
            return None
        lines = [
            {"product": one["product"], "amount": one["amount"], "rate": Rate.of(one["rate_annual"]).shown()}
            for one in plan["plan"]
        ]
        return {"amount": plan["amount"], "lines": lines}

    def application(self, _values: Values, /) -> Facts:
        from brambling.bank import decisions
        from brambling.credit.underwriting.report import reason_text
        from brambling.kit.reasons import Reason

        applied, offer = self._applied()
        if applied is None:
            return None
        amount = str(applied.requested or (offer.limit if offer else Money.zero("CNY")))
        if applied.outcome == "refer" and offer is not None and offer.status == "waiting":
            decide_by = (applied.applied_at + timedelta(days=3)).date().isoformat()
            return {"amount": amount, "status": "review", "decide_by": decide_by}
        if applied.outcome == "decline":
            found = decisions.get(self._session, applied.decision_id)
            told = [reason_text(Reason(one["code"], one["params"]), "en") for one in found.reasons]
            return {"amount": amount, "status": "declined", "reason": "; ".join(told).rstrip(".")}
        return {"amount": amount, "status": "offered"}
