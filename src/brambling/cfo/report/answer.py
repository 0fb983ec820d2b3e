"""The brief as JSON: amounts as text with two decimals, dates ISO 8601, sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from brambling.cfo.report import words
from brambling.cfo.rules import Way
from brambling.cfo.shapes import Brief
from brambling.kit.i18n import Lang
from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.wealth.advice.report import plan_json


def brief_json(brief: Brief, lang: Lang = "en") -> dict[str, Any]:
    """The contract of ``brambling cfo brief --json``: one of ``offer`` and ``decline`` is there, never both.

    Beside the sentences stand their codes with parameters, for programs that write their own.
    """
    low = brief.lowest
    answer: dict[str, Any] = {
        "as_of": brief.as_of.isoformat(),
        "currency": brief.currency,
        "statement_until": brief.twin.statement_until.isoformat(),
        "warnings": words.warnings(brief, lang),
        "warning_codes": _codes(brief.warnings),
        "balance_known": brief.balance_known,
        "balance": str(Money(brief.twin.start_balance_minor, brief.currency)) if brief.balance_known else None,
        "forecast": [
            {"date": day.date.isoformat(), "low": str(day.low), "mid": str(day.mid), "high": str(day.high)}
            for day in brief.forecast
        ],
        "lowest_balance": {
            "amount": str(low.amount),
            "date": low.date.isoformat(),
            "probability_below_zero": float(low.probability_below_zero),
        },
        "late_payers": [
            {
                "counterparty": payer.counterparty,
                "last_paid": payer.last_paid.isoformat(),
                "gap_days": payer.gap_days,
                "usual_days": payer.usual_days,
                "p90_days": payer.p90_days,
                "payments": payer.payments,
                "usual_amount": str(payer.usual_amount),
            }
            for payer in brief.late_payers
        ],
        "idle": plan_json(brief.plan, brief.shelf, lang),
    }
    answer.update(_loan(brief, lang))
    compare = brief.compare
    answer["compare"] = {
        "borrow": _way(compare.borrow),
        "wait": _way(compare.wait),
        "advice": compare.advice,
        "saves": str(compare.saves),
        "reason": words.advice_text(compare, lang, brief.currency),
        "reason_code": compare.reason.code,
        "assumption": words.assumption_text(brief, lang),
    }
    answer["seed"] = brief.seed
    answer["versions"] = dict(brief.versions)
    return answer


def _codes(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "params": dict(reason.params)} for reason in reasons]


def _loan(brief: Brief, lang: Lang) -> dict[str, Any]:
    offer, reasons = brief.offer, words.loan_reasons(brief, lang)
    if offer is None:
        assert brief.decline is not None
        decline = {
            "limit": "0.00",
            "reasons": reasons,
            "what_would_change": words.loan_changes(brief, lang),
            "reason_codes": _codes(brief.decline.reasons),
            "change_codes": _codes(brief.decline.changes),
        }
        return {"decline": decline}
    questions = words.loan_questions(brief, lang)
    return {
        "offer": {
            "limit": str(offer.limit),
            "rate_annual": str(offer.rate_annual),
            "tenor_days": offer.tenor_days,
            "risk_band": offer.risk_band,
            "reasons": reasons,
            "reason_codes": _codes(offer.reasons),
            "interest": str(offer.interest),
            "schedule": [
                {"due_day": part.due_day, "principal": str(part.principal), "interest": str(part.interest)}
                for part in offer.schedule
            ],
            "ceilings": {line.name: str(line.amount) for line in offer.lines},
            "needs_person": bool(questions),
            "questions": questions,
        }
    }


def _way(way: Way | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "amount": str(way.amount),
        "interest": str(way.interest),
        "interest_total": str(way.interest_total),
        "shortfall_cost": None if way.shortfall_cost is None else str(way.shortfall_cost),
        "cost": None if way.cost is None else str(way.cost),
        "probability_below_zero": None if way.probability_below_zero is None else float(way.probability_below_zero),
    }
