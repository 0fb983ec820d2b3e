"""The bank's own underwriting as a scorer of plain applications."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from brambling.credit.underwriting import Decline, Facts, Refer, Span, offer, shipped_policy
from brambling.credit.underwriting.rules import proposed
from brambling.kit.money import Money


def decide(a: Mapping[str, Any]) -> dict[str, Any]:
    """What the shipped policy decides; amounts in yuan."""

    def money(name: str) -> Money:
        return Money(round(a[name] * 100))

    outcome = offer(
        Facts(
            consent=a["consent"],
            blocked=a["blocked"],
            blocked_reason="listed" if a["blocked"] else "",
            trade=a["trade"],
            history_days=int(a["history_days"]),
            statement_age_days=int(a["statement_age_days"]),
            balance_known=a["balance_known"],
            inflow_year=money("verified_inflow_year"),
            outflow_year=money("outflow_year"),
            existing_debt_monthly=money("existing_debt_monthly"),
            capacity_instalment=money("capacity_instalment"),
            gap=money("gap"),
            p_shortfall=Decimal(str(round(a["p_shortfall"], 6))),
            cash_for_risk=money("cash_for_risk"),
            idle=money("idle"),
            probability_default=None
            if a["probability_default"] is None
            else Decimal(str(round(a["probability_default"], 6))),
            requested=None if a["requested"] is None else money("requested"),
            spans=_spans(money("gap")),
        ),
        shipped_policy(),
    )
    made = proposed(outcome)
    return {
        "decision": "decline" if isinstance(outcome, Decline) else "refer" if isinstance(outcome, Refer) else "approve",
        "limit": str(made.limit) if made else "0.00",
        "rate_annual": str(made.rate_annual) if made else None,
        "reasons": [reason.code for reason in outcome.reasons],
    }


def _spans(gap: Money) -> tuple[Span, ...]:
    """Safe principals that grow with the gap: the instalments of 13 weeks stand beside it."""
    step = shipped_policy().limit_step
    return tuple(Span(months, step * (1 + gap.minor * months // (months - 3) // step.minor)) for months in (6, 9, 12))


def applications(rows: int = 250, seed: int = 5) -> pl.DataFrame:
    """Seeded applications; synthetic."""
    import random

    draw = random.Random(seed)
    out = []
    for _ in range(rows):
        inflow = round(draw.lognormvariate(14, 0.8), 2)
        out.append(
            {
                "verified_inflow_year": inflow,
                "outflow_year": round(inflow * draw.uniform(0.6, 1.02), 2),
                "existing_debt_monthly": round(draw.choice([0, 0, 0.01, 0.02]) * inflow, 2),
                "capacity_instalment": round(inflow / 12 * draw.uniform(0, 0.3), 2),
                "gap": round(max(0.0, draw.gauss(-0.02, 0.02)) * inflow, 2),
                "cash_for_risk": round(max(0.0, draw.gauss(0, 0.01)) * inflow, 2),
                "idle": round(max(0.0, draw.gauss(0, 0.05)) * inflow, 2),
                "p_shortfall": round(draw.betavariate(1, 8), 6),
                "probability_default": None if draw.random() < 0.4 else round(draw.betavariate(1, 10), 6),
                "requested": None if draw.random() < 0.2 else float(draw.randint(1, 150) * 10_000),
                "history_days": draw.randint(30, 900),
                "statement_age_days": draw.randint(0, 60),
                "balance_known": draw.random() < 0.8,
                "consent": draw.random() < 0.95,
                "blocked": draw.random() < 0.05,
                "trade": draw.choice(["5211", "1469", "6210", "6620", ""]),
            }
        )
    return pl.DataFrame(out)
