"""Whom a need is for: customers through the funnel of its description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from brambling.kit.errors import InputRejected
from brambling.kit.files import read_table
from brambling.kit.files.tables import Source
from brambling.kit.money import Money
from brambling.kit.policy import fingerprint
from brambling.kit.reasons import Reason
from brambling.marketing.needs.features.customers import COMPUTED, columns_of, columns_read, facts_of
from brambling.marketing.needs.readers import read_spec, shipped_seasons
from brambling.marketing.needs.rules.audience import STEPS, NeedSpec, Stand, stand
from brambling.marketing.needs.rules.protection import TELLING
from brambling.marketing.needs.rules.seasons import Framework, Season, seasons_of
from brambling.marketing.needs.shapes import Audience, FunnelStep

if TYPE_CHECKING:
    import polars as pl

RESULTS = (
    "row",
    "act",
    "step",
    "reason_code",
    "reason",
    "not_before",
    "not_after",
    "value_contact",
    "value_nothing",
    "gain",
)


def shipped_framework(trade: str) -> Sequence[Season]:
    """The seasons of a trade in the table that comes with this version."""
    return seasons_of(shipped_seasons(), trade)


def audience(
    need: NeedSpec | str | Path,
    customers: Source,
    *,
    today: date,
    mapping: Mapping[str, str] | None = None,
    framework: Framework = shipped_framework,
) -> Audience:
    """Where each customer stands to ``need`` on ``today``: a description, its YAML file, or a shipped one's name.

    ``customers`` is a path or any dataframe of the contract's columns; what it does not have is not known, and holds.
    ``framework`` tells the seasons of a trade. Raises InputRejected with file, row and column for what cannot be used.
    """
    spec = need if isinstance(need, NeedSpec) else read_spec(need)
    columns = columns_of(spec)
    table = read_table(customers, columns, mapping, currency=spec.currency)
    _reject_shares(table, spec, customers)
    seen: dict[str, int] = {}
    stands = []
    for row, facts in enumerate(facts_of(table, columns, framework, today), start=1):
        first = seen.setdefault(str(facts["customer"]), row)
        stands.append(stand(facts, spec, today) if first == row else _twice(first))
    chosen = [one for one in stands if one.act == "contact"]
    zero = Money.zero(spec.currency)
    return Audience(
        spec=spec,
        version=f"{spec.version}+{fingerprint(spec)[:12]}",
        today=today,
        table=table,
        stands=tuple(stands),
        steps=funnel(stands),
        value_contact=sum((one.contact for one in chosen if one.contact), zero),
        value_nothing=sum((one.nothing for one in chosen if one.nothing), zero),
        missing=_missing(table, spec),
        replaced=tuple(name for name in RESULTS if name in table.columns),
    )


def _twice(first: int) -> Stand:
    """Nobody is spoken to twice because a file has them twice."""
    return Stand("leave", "eligible", Reason("twice", {"row": str(first)}))


def _reject_shares(table: pl.DataFrame, spec: NeedSpec, source: Source) -> None:
    for name in {spec.worth.strength_column, spec.worth.answer_column} & set(table.columns):
        outside = ((table[name] < 0) | (table[name] > 1)).fill_null(False)
        if outside.any():
            row = int(outside.arg_max() or 0)
            file = source if isinstance(source, str | Path) else None
            value = Decimal(str(table[name][row]))
            raise InputRejected(f"{value} is no share", file=file, row=row + 1, column=name, expected="0 to 1")


def funnel(stands: Sequence[Stand]) -> tuple[FunnelStep, ...]:
    """The steps with their counts: what enters a step passes it, is left alone there or is held there."""
    entered, out = len(stands), []
    for step in STEPS:
        stopped = [one for one in stands if one.step == step]
        codes = Counter(one.reason.code for one in stopped).most_common()
        held = sum(one.act == "hold" for one in stopped)
        passed = entered - len(stopped)
        out.append(FunnelStep(step, entered, passed, len(stopped) - held, held, tuple(codes)))
        entered = passed
    return tuple(out)


def _missing(table: pl.DataFrame, spec: NeedSpec) -> tuple[str, ...]:
    """Deciding columns that are not there; one telling column of a protected group is enough for the group."""
    have = set(table.columns)
    told = {column for group in TELLING.values() if have & set(group) for column in group}
    computed = {"spring_festival_on", "tax_on"}
    sources = {"years_open": "opened_on", "season_on": "gbt4754", "payroll_on": "payroll_day"}
    out = []
    for name in columns_read(spec):
        if name in have or (name in told and name not in {one.column for one in spec.conditions()}):
            continue
        if name in COMPUTED and (name in computed or sources[name] in have):
            continue
        out.append(name)
    return tuple(out)
