"""Whom credit is never offered to, whatever a description of a need says. Pure.

The over-indebted, the vulnerable, students and minors are no targets of credit. This is code and not policy: no YAML
file can turn it off or widen it. Where it is not known that a customer is none of them, nothing is offered.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from brambling.marketing.needs.rules.conditions import Facts

AGE_ADULT = 18  # Civil Code, article 17
AGES = ("owner_age", "age")
# Half of the income already goes to lenders: no further credit is pushed, whatever a flag says.
DEBT_SERVICE_SHARE_MAX = Decimal("0.5")

Group = Literal["over-indebted", "vulnerable", "student", "minor"]
# The columns that can tell, by group; each is enough alone.
TELLING: dict[Group, tuple[str, ...]] = {
    "over-indebted": ("over_indebted", "debt_service_share"),
    "vulnerable": ("vulnerable",),
    "student": ("student",),
    "minor": ("minor", "owner_age", "age"),
}
# What no offer but one of credit speaks of; a loan by another name is still a loan.
CREDIT_WORDS = ("loan", "credit", "borrow", "overdraft", "financing", "贷", "授信", "借款", "融资", "透支")


def is_in(group: Group, facts: Facts) -> bool | None:
    """Whether a customer belongs to a protected group; None when no column tells. One telling sign is enough."""
    signs = [_sign(column, facts) for column in TELLING[group]]
    return True if True in signs else False if False in signs else None


def _sign(column: str, facts: Facts) -> bool | None:
    value = facts.get(column)
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value < AGE_ADULT if column in AGES else value > DEBT_SERVICE_SHARE_MAX
    return value is True


def barred(facts: Facts) -> tuple[Group, bool] | None:
    """The group that keeps credit away and whether it is known; None for a customer who is surely in none."""
    found = {group: is_in(group, facts) for group in TELLING}
    for wanted in (True, None):
        for group, belongs in found.items():
            if belongs is wanted:
                return group, wanted is True
    return None


def speaks_of_credit(text: str) -> bool:
    """Whether words about an offer speak of lending."""
    lower = text.lower()
    return any(word in lower for word in CREDIT_WORDS)
