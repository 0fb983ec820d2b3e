"""A bank of scorers for small-business loans: ten that keep every axiom of the default set, and thirty with one fault.

All of it is synthetic and seeded. A fault is what goes wrong in practice: a sign, a bound, a forgotten branch, a narrow
band, a lookup, state that leaks from one application to the next.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

Application = Mapping[str, Any]
Decide = Callable[[Application], dict[str, Any]]
REGIONS = ("north", "south", "east", "west", "river", "hill")
SOURCES = ("invoices", "statement", "tax", "none")


def applications(rows: int = 300, seed: int = 11) -> pl.DataFrame:
    """Seeded applications with fields that move together, as they do."""
    draw = random.Random(seed)
    out = []
    for _ in range(rows):
        income = round(math.exp(draw.gauss(10.2, 0.7)), 2)
        inflow = round(income * 12 * draw.uniform(1.5, 4), 2)
        out.append(
            {
                "verified_income": income,
                "verified_inflow_year": inflow,
                "balance_mean": round(income * draw.uniform(0.1, 3), 2),
                "years_in_business": draw.randint(0, 25),
                "existing_debt": round(max(0.0, draw.gauss(0.3, 0.4)) * inflow * 0.3, 2),
                "overdue_days_max": draw.choice([0, 0, 0, 0, 5, 12, 31, 65, 95, 150]),
                "contradictions": draw.choice([0, 0, 0, 0, 1, 1, 2, 3]),
                "probability_default": round(min(0.6, draw.betavariate(1.2, 12)), 4),
                "requested": float(draw.randint(2, 200) * 10_000),
                "stated_income": round(income * draw.uniform(0.8, 2), 2),
                "income_source": draw.choice(SOURCES),
                "blocked": draw.random() < 0.04,
                "consent": draw.random() < 0.97,
                "gender": draw.choice(["F", "M"]),
                "marital_status": draw.choice(["married", "single", "divorced"]),
                "ethnicity": draw.choice(["a", "b", "c", "d"]),
                "region": draw.choice(REGIONS),
                "age": draw.randint(21, 70),
            }
        )
    return pl.DataFrame(out)


def risk(a: Application) -> float:
    """A probability of default that falls with income and years, rises with debt, delay and contradictions."""
    z = -1.2 - 0.35 * math.log1p(a["verified_income"] / 10_000) - 0.03 * a["years_in_business"]
    z += 1.5 * min(2.0, a["existing_debt"] / 1_000_000) + 0.012 * a["overdue_days_max"] + 0.3 * a["contradictions"]
    return 1 / (1 + math.exp(-z))


def rate(p: float) -> float:
    return 0.0435 if p < 0.08 else 0.058 if p < 0.15 else 0.08 if p < 0.25 else 0.12


def clean(a: Application) -> dict[str, Any]:
    """The scorer that the faults are planted in."""
    if a["blocked"]:
        return {"decision": "decline", "limit": 0.0, "rate_annual": None, "reasons": ["blocked"]}
    if not a["consent"]:
        return {"decision": "decline", "limit": 0.0, "rate_annual": None, "reasons": ["consent"]}
    if a["overdue_days_max"] > 90:
        return {"decision": "decline", "limit": 0.0, "rate_annual": None, "reasons": ["overdue_days_max"]}
    p = max(risk(a), a["probability_default"])
    if p > 0.35:
        return {"decision": "decline", "limit": 0.0, "rate_annual": None, "reasons": ["risk"]}
    limit = min(6 * a["verified_income"] * (1 - p), 0.25 * a["verified_inflow_year"], a["requested"], 2_000_000.0)
    limit = max(0.0, limit - 0.05 * a["existing_debt"]) // 1000 * 1000
    if limit < 10_000:
        return {"decision": "decline", "limit": 0.0, "rate_annual": None, "reasons": ["too-small"]}
    decision = "refer" if limit > 1_000_000 else "approve"
    return {"decision": decision, "limit": limit, "rate_annual": rate(p), "reasons": ["capacity"]}


def _with(change: Callable[[Application, dict[str, Any]], None]) -> Decide:
    """The clean scorer with something done to its answer."""

    def decide(a: Application) -> dict[str, Any]:
        outcome = clean(a)
        change(a, outcome)
        return outcome

    return decide


def _instead(change: Callable[[dict[str, Any]], None]) -> Decide:
    """The clean scorer on an application that something was done to."""

    def decide(a: Application) -> dict[str, Any]:
        changed = dict(a)
        change(changed)
        return clean(changed)

    return decide


def _lent(outcome: dict[str, Any]) -> bool:
    return bool(outcome["decision"] != "decline")


def _cut(outcome: dict[str, Any], factor: float) -> None:
    if _lent(outcome):
        outcome["limit"] = round(outcome["limit"] * factor, 2)


def _decline(outcome: dict[str, Any], reason: str = "policy") -> None:
    outcome.update(decision="decline", limit=0.0, rate_annual=None, reasons=[reason])


# -- ten clean scorers ---------------------------------------------------------------------------------------------


def by_score(a: Application) -> dict[str, Any]:
    if a["blocked"] or not a["consent"]:
        return {"decision": "decline", "reasons": ["barred"], "score": 300}
    score = 600 + 40 * (a["verified_income"] > 20_000) + 25 * (a["years_in_business"] >= 3)
    score -= 60 * (a["overdue_days_max"] > 30) + 45 * (a["contradictions"] > 0) + 30 * (a["probability_default"] > 0.1)
    score -= 40 * (a["existing_debt"] > 300_000)
    if score < 560:
        return {"decision": "decline", "reasons": ["score"], "score": score}
    limit = min((score - 500) * 800, 0.2 * a["verified_inflow_year"], a["requested"])
    return {"decision": "approve", "limit": limit, "score": score, "reasons": []}


def nobody(a: Application) -> dict[str, Any]:
    return {"decision": "decline", "limit": 0, "reasons": ["closed"]}


def by_rank(a: Application) -> dict[str, Any]:
    if a["blocked"] or not a["consent"] or a["overdue_days_max"] >= 60 or a["probability_default"] > 0.2:
        return {"decision": "decline", "limit": "0.00", "reasons": [{"code": "rules"}]}
    base = min(a["verified_income"] * 3, a["verified_inflow_year"] / 8, a["requested"])
    return {"decision": "approve", "limit": f"{base * 0.9 ** a['contradictions']:.2f}", "reasons": [{"code": "ok"}]}


def dear_or_no(a: Application) -> dict[str, Any]:
    p = max(risk(a), a["probability_default"])
    if a["blocked"] or not a["consent"] or p > 0.5:
        return {"decision": "decline", "reasons": ["risk"]}
    limit = min(a["requested"], 0.4 * a["verified_inflow_year"]) * (1 - p)
    return {"decision": "approve", "limit": limit, "rate_annual": min(0.239, 0.03 + 0.4 * p), "reasons": []}


def sourced(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    shown = a["income_source"] != "none"
    if _lent(outcome) and shown:
        more = outcome["limit"] + 0.1 * a["stated_income"]
        outcome["limit"] = min(more, a["requested"], 0.25 * a["verified_inflow_year"])
    return outcome


def table(a: Application) -> dict[str, Any]:
    if a["blocked"] or not a["consent"]:
        return {"decision": "decline", "limit": 0, "reasons": ["barred"]}
    for income, years, limit in ((50_000, 3, 500_000), (20_000, 2, 200_000), (8_000, 0, 50_000)):
        if a["verified_income"] >= income and a["years_in_business"] >= years and a["overdue_days_max"] <= 30:
            kept = min(limit, a["requested"], 0.5 * a["verified_inflow_year"]) * (0 if a["contradictions"] > 1 else 1)
            if kept > 0:
                return {"decision": "approve", "limit": kept, "reasons": []}
    return {"decision": "decline", "limit": 0, "reasons": ["table"]}


CLEAN: dict[str, Decide] = {
    "clean": clean,
    "by-score": by_score,
    "nobody": nobody,
    "by-rank": by_rank,
    "dear-or-no": dear_or_no,
    "sourced": sourced,
    "table": table,
    "region-matters": _with(lambda a, f: _cut(f, 0.9 if a["region"] == "hill" else 1.0)),
    "age-of-firm-steps": _with(lambda a, f: _cut(f, 0.5 if a["years_in_business"] < 2 else 1.0)),
    "debt-steps": _with(lambda a, f: _cut(f, 0.7 if a["existing_debt"] > 500_000 else 1.0)),
}


# -- thirty faulty ones --------------------------------------------------------------------------------------------


def _leaking() -> Decide:
    """Remembers the last applicant."""
    last = {"limit": 0.0}

    def decide(a: Application) -> dict[str, Any]:
        outcome = clean(a)
        if _lent(outcome) and last["limit"] > 900_000:
            outcome["limit"] = outcome["limit"] / 2
        last["limit"] = clean(a)["limit"]
        return outcome

    return decide


def _counting() -> Decide:
    """Gives every twentieth applicant less."""
    count = {"n": 0}

    def decide(a: Application) -> dict[str, Any]:
        count["n"] += 1
        outcome = clean(a)
        if count["n"] % 20 == 0:
            _cut(outcome, 0.9)
        return outcome

    return decide


def _by_order(a: Application) -> dict[str, Any]:
    """Looks at the first field first."""
    outcome = clean(a)
    if next(iter(a)) != "verified_income":
        _cut(outcome, 0.99)
    return outcome


def _by_type(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if isinstance(a["years_in_business"], float):
        _cut(outcome, 0.95)
    return outcome


def _not_a_number(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if _lent(outcome) and a["existing_debt"] == 0:
        outcome["limit"] = float("nan")
    return outcome


def _silent(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if outcome["reasons"] == ["risk"]:
        outcome["reasons"] = []
    return outcome


def _wrong_ground(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if outcome["reasons"] == ["risk"]:
        outcome["reasons"] = ["age"]
    return outcome


def _over_request(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if _lent(outcome) and outcome["limit"] == a["requested"]:
        outcome["limit"] += 1_000
    return outcome


def _over_inflow(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if _lent(outcome) and a["verified_inflow_year"] < 300_000 and a["years_in_business"] > 15:
        outcome["limit"] = max(outcome["limit"], min(a["requested"], 170_000.0))
    return outcome


def _usury(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if _lent(outcome) and a["probability_default"] > 0.3:
        outcome["rate_annual"] = 0.25
    return outcome


def _cheap_risk(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if _lent(outcome) and 0.21 < a["probability_default"] < 0.23:
        outcome["rate_annual"] = 0.05
    return outcome


def _declined_with_limit(a: Application) -> dict[str, Any]:
    outcome = clean(a)
    if outcome["reasons"] == ["overdue_days_max"]:
        outcome["limit"] = 5_000.0
    return outcome


def _forgives_blocked(a: Application) -> dict[str, Any]:
    return clean({**a, "blocked": a["blocked"] and a["verified_income"] < 90_000})


def _forgets_consent(a: Application) -> dict[str, Any]:
    return clean({**a, "consent": a["consent"] or a["region"] == "river"})


# name of the fault -> (the scorer, the axioms of the default set of which one at least has to catch it)
FAULTY: dict[str, tuple[Callable[[], Decide], set[str]]] = {
    "income sign": (
        lambda: _with(lambda a, f: _cut(f, 0.8 if a["verified_income"] > 60_000 else 1)),
        {"income-never-hurts", "better-on-every-axis-never-gets-less"},
    ),
    "income narrow dip": (
        lambda: _with(lambda a, f: _cut(f, 0.9 if 30_000 <= a["verified_income"] < 30_500 else 1)),
        {"income-never-hurts"},
    ),
    "income dip for few": (
        lambda: _with(
            lambda a, f: _cut(
                f, 0.5 if a["verified_income"] > 45_000 and a["region"] == "hill" and a["age"] < 25 else 1
            )
        ),
        {"income-never-hurts"},
    ),
    "income too good to be true": (
        lambda: _with(lambda a, f: _decline(f) if a["verified_income"] > 300_000 else None),
        {"income-never-turns-to-decline", "income-never-hurts"},
    ),
    "inflow sign": (
        lambda: _with(lambda a, f: _cut(f, 0.9 if a["verified_inflow_year"] > 2_000_000 else 1)),
        {"inflow-never-hurts"},
    ),
    "balance sign": (lambda: _with(lambda a, f: _cut(f, 1 / (1 + a["balance_mean"] / 1e9))), {"balance-never-hurts"}),
    "old firms": (
        lambda: _with(lambda a, f: _cut(f, 0.95 if a["years_in_business"] == 13 else 1)),
        {"age-of-business-never-hurts"},
    ),
    "debt helps": (lambda: _instead(lambda a: a.update(existing_debt=-a["existing_debt"])), {"debt-never-helps"}),
    "debt window": (lambda: _with(lambda a, f: _cut(f, 0.8 if a["existing_debt"] < 100 else 1)), {"debt-never-helps"}),
    "delay wraps": (
        lambda: _instead(lambda a: a.update(overdue_days_max=a["overdue_days_max"] % 128)),
        {"overdue-never-helps"},
    ),
    "delay forgiven": (
        lambda: _with(lambda a, f: _cut(f, 0.9 if 0 < a["overdue_days_max"] < 7 else 1)),
        {"overdue-never-helps"},
    ),
    "risk sign": (lambda: _with(lambda a, f: _cut(f, 0.5 + a["probability_default"])), {"risk-never-helps"}),
    "price dip": (lambda: _cheap_risk, {"risk-never-cheapens"}),
    "blocked but rich": (lambda: _forgives_blocked, {"blocked-is-declined"}),
    "consent by region": (lambda: _forgets_consent, {"no-consent-no-credit"}),
    "declined with a limit": (lambda: _declined_with_limit, {"a-decline-lends-nothing"}),
    "over half the inflow": (lambda: _over_inflow, {"limit-within-inflow"}),
    "over the request": (lambda: _over_request, {"limit-within-request"}),
    "over the legal price": (lambda: _usury, {"legal-price"}),
    "both good is worse": (
        lambda: _with(
            lambda a, f: _cut(
                f, 0.8 if a["years_in_business"] > 10 and a["overdue_days_max"] == 0 and a["existing_debt"] == 0 else 1
            )
        ),
        {"better-on-every-axis-never-gets-less", "age-of-business-never-hurts"},
    ),
    "gender": (lambda: _with(lambda a, f: _cut(f, 0.9 if a["gender"] == "F" else 1)), {"gender-is-no-ground"}),
    "gender of the young": (
        lambda: _with(
            lambda a, f: _decline(f) if a["gender"] == "F" and a["age"] < 30 and a["region"] == "west" else None
        ),
        {"gender-is-no-ground"},
    ),
    "ethnicity in the price": (
        lambda: _with(
            lambda a, f: f.update(rate_annual=f["rate_annual"] + 0.001) if _lent(f) and a["ethnicity"] == "d" else None
        ),
        {"ethnicity-is-no-ground"},
    ),
    "marriage in the reasons": (
        lambda: _with(lambda a, f: f["reasons"].append(a["marital_status"])),
        {"marriage-is-no-ground"},
    ),
    "unsourced income": (
        lambda: _with(
            lambda a, f: (
                f.update(limit=min(a["requested"], f["limit"] + 0.01 * a["stated_income"])) if _lent(f) else None
            )
        ),
        {"no-number-without-a-source"},
    ),
    "contradiction forgiven": (
        lambda: _instead(lambda a: a.update(contradictions=0 if a["contradictions"] > 2 else a["contradictions"])),
        {"contradiction-never-helps"},
    ),
    "remembers the last": (_leaking, {"same-facts-same-answer"}),
    "every twentieth": (_counting, {"same-facts-same-answer"}),
    "order of fields": (lambda: _by_order, {"same-facts-same-answer"}),
    "type of numbers": (lambda: _by_type, {"same-facts-same-answer"}),
    "not a number": (lambda: _not_a_number, {"income-never-hurts", "limit-within-inflow", "debt-never-helps"}),
    "silent decline": (lambda: _silent, {"a-decline-has-a-reason"}),
    "wrong ground": (lambda: _wrong_ground, {"a-stated-ground-is-one"}),
}
