"""Tests on what is known of a customer, in three values: it holds, it does not, it is not known. Pure.

What is known are *facts*: column to value. A column that is not there is unknown, and so is one without a value: nobody
is chosen, and nobody sent away, for what the bank does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brambling.kit.errors import InputRejected

Value = str | bool | Decimal | date | None
Facts = Mapping[str, Value]

# Who a person is never decides whether they are spoken to; such columns stay in the file for audits only.
AUDIT_ONLY = frozenset(
    [
        "gender",
        "sex",
        "race",
        "ethnicity",
        "ethnic_group",
        "religion",
        "nationality",
        "marital_status",
        "political_party",
        "disability",
        "性别",
        "民族",
        "宗教",
        "婚姻",
        "婚姻状况",
    ]
)


@dataclass(frozen=True)
class Condition:
    """One test on one column, or ``either`` of several conditions.

    ``at_least`` and ``at_most`` compare numbers, ``flag`` a yes or no, ``one_of``, ``none_of`` and ``starts_with`` text
    (a trade's code starts with that of its division). Raises InputRejected for none, or for tests of different kinds.
    """

    column: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    flag: bool | None = None
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    either: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        number = self.at_least is not None or self.at_most is not None
        kinds = [number, self.flag is not None, *map(bool, (self.one_of, self.none_of, self.starts_with, self.either))]
        if sum(kinds) != 1 or bool(self.either) == bool(self.column):
            raise InputRejected(
                f"the condition on {self.column or 'no column'} cannot be used",
                expected="a column with one test (at_least, at_most, flag, one_of, none_of, starts_with), or either",
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise InputRejected(
                f"no value of {self.column} is both at least {self.at_least} and at most {self.at_most}"
            )
        if self.column.lower() in AUDIT_ONLY:
            raise InputRejected(
                f"{self.column} may not decide who is spoken to", expected="a column about the business"
            )

    @property
    def kind(self) -> str:
        """What the column must hold: ``number``, ``flag`` or ``text``."""
        if self.at_least is not None or self.at_most is not None:
            return "number"
        return "text" if self.flag is None else "flag"

    def expected(self) -> str:
        """The test in signs, the same in every language: ``>= 0.2``."""
        if self.flag is not None:
            return "= true" if self.flag else "= false"
        bounds = [f">= {self.at_least}"] * (self.at_least is not None) + [f"<= {self.at_most}"] * (
            self.at_most is not None
        )
        lists = (("= ", self.one_of), ("≠ ", self.none_of), ("", tuple(f"{code}…" for code in self.starts_with)))
        return ", ".join(bounds) or next(sign + " | ".join(values) for sign, values in lists if values)


def leaves(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """The tests on columns, those inside ``either`` too."""
    for condition in conditions:
        if condition.either:
            yield from leaves(condition.either)
        else:
            yield condition


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether ``condition`` holds; None when that is not known.

    One known truth decides an ``either``; without one, a single unknown leaves it open (Kleene's strong logic).
    """
    if condition.either:
        found = [holds(one, facts) for one in condition.either]
        return True if True in found else None if None in found else False
    value = facts.get(condition.column)
    if value is None:
        return None
    if isinstance(value, Decimal):
        low, high = condition.at_least, condition.at_most
        return (low is None or value >= low) and (high is None or value <= high)
    if isinstance(value, bool):
        return value is condition.flag
    text = str(value)
    if condition.one_of or condition.none_of:
        return text in condition.one_of if condition.one_of else text not in condition.none_of
    return text.startswith(condition.starts_with)


def first_stop(conditions: Iterable[Condition], facts: Facts) -> tuple[Condition, bool] | None:
    """The condition that stops a customer, and whether it is known to fail; None where all hold.

    A failure is told before an unknown: what is missing does not matter to whom it cannot help.
    """
    unknown: Condition | None = None
    for condition in conditions:
        found = holds(condition, facts)
        if found is False:
            return condition, True
        if found is None and unknown is None:
            unknown = condition
    return None if unknown is None else (unknown, False)
