"""From a table of customers to the facts of each, with the days that the calendar and the trade add to them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from brambling.kit.calendar import is_workday, previous_workday, spring_festival, tax_deadline
from brambling.kit.errors import InputRejected
from brambling.kit.files import Column
from brambling.kit.files.tables import Kind
from brambling.marketing.needs.rules.audience import NeedSpec
from brambling.marketing.needs.rules.conditions import Value
from brambling.marketing.needs.rules.protection import TELLING
from brambling.marketing.needs.rules.seasons import Framework, next_season

if TYPE_CHECKING:
    import polars as pl

_GRID = Decimal("0.000001")
_TRADE = re.compile(r"^[A-T]?(\d{2,4})$")
# What the words of the contract mean in a file of customers; any other column is typed by the test that reads it.
KNOWN: Mapping[str, Kind] = {
    "gbt4754": "text",
    "region": "text",
    "consent_marketing": "flag",
    "refused": "text",
    "last_contact_on": "date",
    "contacts_90d": "integer",
    "over_indebted": "flag",
    "debt_service_share": "number",
    "vulnerable": "flag",
    "student": "flag",
    "minor": "flag",
    "owner_age": "number",
    "age": "number",
    "opened_on": "date",
    "scenic_area": "flag",
    "payroll_day": "integer",
}
# Added where the file does not have them.
COMPUTED: Mapping[str, Kind] = {
    "years_open": "number",
    "season_on": "date",
    "spring_festival_on": "date",
    "tax_on": "date",
    "payroll_on": "date",
}
_CONDITION_KINDS: Mapping[str, Kind] = {"number": "number", "flag": "flag", "text": "text"}


def columns_of(spec: NeedSpec) -> tuple[Column, ...]:
    """The columns that ``spec`` may read, typed; raises InputRejected for one that it reads as two kinds."""
    kinds: dict[str, Kind] = {**KNOWN, **COMPUTED}
    wanted: list[tuple[str, Kind]] = [(one.column, _CONDITION_KINDS[one.kind]) for one in spec.conditions()]
    wanted += [(spec.worth.strength_column, "number"), (spec.worth.answer_column, "number")]
    wanted += [(spec.moment.column, "date")] if spec.moment else []
    for name, kind in wanted:
        had = "number" if kinds.get(name, kind) == "integer" else kinds.get(name, kind)
        if had != kind:
            raise InputRejected(f"{spec.name} reads {name} as {kind}", column=name, expected=f"a test of {had} values")
        kinds.setdefault(name, kind)
    first = (Column("customer"), Column("gbt4754", nullable=True), Column("region", nullable=True))
    rest = (
        Column(name, kind, required=False, nullable=True)
        for name, kind in kinds.items()
        if name not in ("gbt4754", "region")
    )
    return (*first, *rest)


def columns_read(spec: NeedSpec) -> tuple[str, ...]:
    """The columns that decide under ``spec``, in the order of the steps, without those that have a value of their own."""
    names = [one.column for one in spec.conditions()]
    names += [column for group in TELLING.values() for column in group] if spec.offer == "credit" else []
    names += [spec.moment.column] if spec.moment else []
    return tuple(dict.fromkeys([*names, "consent_marketing", "refused", "last_contact_on", "contacts_90d"]))


def facts_of(
    table: pl.DataFrame, columns: Sequence[Column], framework: Framework, today: date
) -> Iterator[dict[str, Value]]:
    """The facts of each row: what the file knows, and the days that follow from it on ``today``."""
    kinds = {column.name: column.kind for column in columns if column.name in table.columns}
    for row in table.select(list(kinds)).iter_rows(named=True):
        yield with_days({name: _value(kinds[name], value) for name, value in row.items()}, framework, today)


def with_days(facts: Mapping[str, Value], framework: Framework, today: date) -> dict[str, Value]:
    """``facts`` with the trade as plain digits and the days that follow from calendar and trade; what is there stays."""
    found = _TRADE.match(str(facts.get("gbt4754") or ""))
    known = {**facts, "gbt4754": found.group(1) if found else None}
    return _computed(known, framework, today) | known


def _value(kind: str, value: Any) -> Value:
    if value is None:
        return None
    if kind in ("number", "integer"):
        return Decimal(str(value)).quantize(_GRID).normalize()
    return value  # type: ignore[no-any-return]


def _computed(facts: Mapping[str, Value], framework: Framework, today: date) -> dict[str, Value]:
    found: dict[str, Value] = {"spring_festival_on": _next_spring_festival(today), "tax_on": _next_tax_day(today)}
    opened, trade, pay_day = facts.get("opened_on"), facts.get("gbt4754"), facts.get("payroll_day")
    if isinstance(opened, date):
        found["years_open"] = (Decimal((today - opened).days) / Decimal("365.25")).quantize(Decimal("0.01"))
    if isinstance(trade, str):
        scenic = facts.get("scenic_area")
        day, known = next_season(framework(trade), scenic if isinstance(scenic, bool) else None, today)
        if known:
            found["season_on"] = day
    if isinstance(pay_day, Decimal) and 1 <= pay_day <= 31:
        found["payroll_on"] = next_pay_day(int(pay_day), today)
    return found


def _next_spring_festival(today: date) -> date:
    this_year = spring_festival(today.year)
    return this_year if this_year >= today else spring_festival(today.year + 1)


def _next_tax_day(today: date) -> date:
    this_month = tax_deadline(today.year, today.month)
    following = today.replace(day=1) + timedelta(days=32)
    return this_month if this_month >= today else tax_deadline(following.year, following.month)


def next_pay_day(day_of_month: int, today: date) -> date:
    """The next day on which wages nominally paid on ``day_of_month`` go out: moved forward before days off."""
    for months in (0, 1, 2):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        nominal = date(year, month + 1, min(day_of_month, monthrange(year, month + 1)[1]))
        paid = nominal if is_workday(nominal) else previous_workday(nominal)
        if paid >= today:
            return paid
    raise AssertionError("two months without a pay day")
