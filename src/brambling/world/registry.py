"""The register of a district: who each business is, and the persons behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.ids import key_of
from brambling.world import names
from brambling.world.population import Population
from brambling.world.timeline import Timeline
from brambling.world.town import COUNTY, DISTRICT, REGION, TOWNS, Flags, Texts, Town, stream
from brambling.world.trades import TRADES

if TYPE_CHECKING:
    import polars as pl

ROLES = ("legal-representative", "shareholder", "spouse")


@dataclass(frozen=True, eq=False)
class Register:
    """Numbers and names of the businesses of one district, in order; ``numbers`` count from 1 over the whole town."""

    numbers: list[int]
    names: Texts
    owners: Texts
    landlords: Texts
    accounts: Texts
    businesses: pl.DataFrame
    related: pl.DataFrame


def register(town: Town, district: int, people: Population, time: Timeline) -> Register:
    """Write the register of one district."""
    import polars as pl

    rng = stream(town.seed, "register", district)
    n = people.size
    numbers = [district * DISTRICT + k + 1 for k in range(n)]
    company = (rng.random(n) < np.where(people.turnover < 1_500_000, 0.30, 0.85)) | people.general
    opened = _opened(rng, people, time)
    ages = np.clip(np.rint(rng.normal(43, 9, n)), 23, 72).astype(np.int64)
    extra = rng.integers(0, 365, n)
    born = [
        _birthday(town.start - timedelta(days=int(age) * 365 + int(days)), number, role=0)
        for age, days, number in zip(ages, extra, numbers, strict=True)
    ]
    places = rng.integers(0, len(TOWNS), n)
    words = rng.random(n)
    rows: list[dict[str, Any]] = []
    for k, number in enumerate(numbers):
        trade = TRADES[people.trade[k]]
        where = TOWNS[places[k]]
        word = trade.words[int(words[k] * len(trade.words))]
        rows.append({
            "business": number,
            "customer": str(key_of("world", town.seed, number)),
            "uscc": names.uscc(number, town.seed, bool(company[k])),
            "name": names.business_name(number, town.seed, where, word, bool(company[k])),
            "trade": trade.key,
            "gbt4754": trade.code,
            "trade_zh": trade.name_zh,
            "trade_en": trade.name_en,
            "region": REGION,
            "town": where,
            "address": f"{COUNTY}{where}仿真路{number % 380 + 1}号",
            "owner": names.person(number + town.seed),
            "owner_id": names.identity_number(born[k], number),
            "owner_age": int((town.end - born[k]).days // 365.25),
            "phone": names.phone(number),
            "account": names.account(number),
            "opened_on": opened[k],
            "legal_form": "company" if company[k] else "individual",
            "turnover_year_minor": round(float(people.turnover[k]) * 100),
            "headcount": int(people.headcount[k]),
            "synthetic": True,
        })  # fmt: skip
    businesses = pl.DataFrame(
        rows, schema_overrides={"business": pl.Int32, "owner_age": pl.Int16, "headcount": pl.Int32}
    )
    return Register(
        numbers=numbers,
        names=businesses["name"].to_list(),
        owners=businesses["owner"].to_list(),
        landlords=[
            names.person(number * 13 + 7) if draw < 0.6 else f"仿真{TOWNS[number % len(TOWNS)]}物业管理处"
            for number, draw in zip(numbers, rng.random(n), strict=True)
        ],
        accounts=businesses["account"].to_list(),
        businesses=businesses,
        related=_related(rng, town, rows, company),
    )


def _opened(rng: np.random.Generator, people: Population, time: Timeline) -> list[date]:
    """The day of the licence: years ago, or the day the account opens for those that begin inside the statements."""
    years_ago = 0.5 + rng.gamma(1.6, 4.0, people.size)
    first = time.days[0].astype(object)
    return [
        time.days[opens].astype(object) if opens >= 0 else first - timedelta(days=int(years * 365))
        for opens, years in zip(people.opens.tolist(), years_ago.tolist(), strict=True)
    ]


def _related(rng: np.random.Generator, town: Town, rows: list[dict[str, Any]], company: Flags) -> pl.DataFrame:
    """The legal representative of each, shareholders of companies, spouses; one in twenty companies has the owner of
    another business of the district as a shareholder."""
    import polars as pl

    n = len(rows)
    shares, marries, other = rng.random(n), rng.random(n), rng.integers(0, n, n)
    lines: list[tuple[int, str, str, str]] = []
    for k, row in enumerate(rows):
        number = int(row["business"])
        lines.append((number, row["owner"], row["owner_id"], ROLES[0]))
        if company[k] and shares[k] < 0.05 and other[k] != k:
            partner = rows[int(other[k])]
            lines.append((number, partner["owner"], partner["owner_id"], ROLES[1]))
        elif company[k] and shares[k] < 0.55:
            born = _birthday(town.start - timedelta(days=365 * 30 + number % 6000), number, role=1)
            lines.append((number, names.person(number * 7 + 3), names.identity_number(born, number), ROLES[1]))
        if marries[k] < 0.4:
            born = _birthday(town.start - timedelta(days=365 * 32 + number * 3 % 7000), number, role=2)
            lines.append((number, names.person(number * 11 + 5), names.identity_number(born, number), ROLES[2]))
    return pl.DataFrame(
        lines,
        schema={"business": pl.Int32, "person": pl.String, "person_id": pl.String, "role": pl.String},
        orient="row",
    )


def _birthday(near: date, number: int, role: int) -> date:
    """A day near ``near`` (at most 300 days off): with the last three digits of ``number`` it names one person.

    Of 300 days in a row each role of ``ROLES`` has a hundred, one for each thousand of ``number``: no two of 100,000
    businesses give the same identity number to two people.
    """
    ordinal = near.toordinal()
    return date.fromordinal(ordinal - ordinal % 300 + role * 100 + number // 1000 % 100)
