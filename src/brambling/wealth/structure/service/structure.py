"""The structure of money from files: read, cut into lots, split by kind, foretell, compare with earlier evenings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.kit.errors import InputRejected
from brambling.kit.money import Money, digits_of
from brambling.kit.reasons import Reason
from brambling.wealth.structure import readers
from brambling.wealth.structure.features.lots import lots_of
from brambling.wealth.structure.model.contest import Foretold, foretell
from brambling.wealth.structure.model.nature import Nature, nature_of
from brambling.wealth.structure.model.survival import cohorts, runoff
from brambling.wealth.structure.rules.alerts import ALERT_DAYS, HOT_POINTS, TOP10, Alert, Share, alerts
from brambling.wealth.structure.rules.kinds import KINDS, PLACE, VOLATILE_DAYS
from brambling.wealth.structure.shapes import Floats, Ints, Lots, Product, Structure, Trace, Trades

if TYPE_CHECKING:
    import polars as pl

QUARTER_DAYS = 91
RUNOFF_DAYS = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90])
COHORT_DAYS = np.array([1, 7, 30, 90, 180, 365])
WATCH_DAYS = 35  # alerts are looked for on so many last evenings
REFIT_DAYS = 7  # kinds are learnt anew so often on the way
TRACES_MAX = 20


def structure(
    *sources: Any,
    holders: Any = None,
    yields: Any = None,
    mapping: Mapping[str, str] | None = None,
    points: float = HOT_POINTS,
    encoder: bool = False,
    synthetic: bool = False,
    seed: int = 7,
) -> Structure:
    """The nature of customers' money: kinds with probability and stay, run-off by product, alerts, drift.

    ``sources`` are one file or frame of trades (date, customer, product, subscription, redemption; or a signed amount),
    or statements of one customer each. ``yields`` (date, product, yield_annual, optionally rival_yield_annual) tells hot
    money; ``holders`` (product, holder, share) the concentration where the trades do not hold everybody. ``points`` is
    the rise of hot money that is told; ``encoder`` lets the sequence encoder compete (extra ``train``). Everything that
    is said of an evening is made from what was known then. Raises InputRejected for input that cannot be used.
    """
    if not 0 < points <= 100:
        raise InputRejected(f"{points} points", expected="above 0 and up to 100")
    named = mapping or {}
    own = {ours: theirs for ours, theirs in named.items() if holders is None or ours not in ("holder", "share")}
    made = readers.read(sources, own, yields)
    told = {ours: theirs for ours, theirs in named.items() if ours in ("holder", "share")}
    owners = None if holders is None else readers.read_holders(holders, told)
    return of_trades(made, owners=owners, points=points, encoder=encoder, synthetic=synthetic, seed=seed)


def of_trades(
    made: readers.Read,
    *,
    owners: Mapping[str, Sequence[tuple[str, float]]] | None = None,
    points: float = HOT_POINTS,
    encoder: bool = False,
    synthetic: bool = False,
    seed: int = 7,
) -> Structure:
    """:func:`structure` of trades that were read."""
    trades = made.trades
    lots = lots_of(trades)
    day = trades.last
    now = lots.at(day)
    nature = nature_of(now, day, len(trades.customers))
    foretold = foretell(trades, lots, nature, encoder=encoder, seed=seed)
    products = _products(trades, now, nature, day, made, owners, seed)
    before = {}
    for name, back in (("yesterday", 1), ("quarter", QUARTER_DAYS)):
        if day - back >= readers.HISTORY_DAYS_MIN:
            then = lots.at(day - back)
            past = nature_of(then, day - back, len(trades.customers))
            before[name] = _products(trades, then, past, day - back, made, None, seed)
    notes = made.notes if products else (*made.notes, Reason("nothing-held"))
    return Structure(
        as_of=trades.origin + timedelta(days=day),
        currency=trades.currency,
        customers=_customers(trades, now, nature, day, foretold),
        products=products,
        before=before,
        drift=_drift(products, before.get("quarter", ())),
        alerts=_traces(trades, lots, points),
        contest=foretold.contest,
        cohorts=_cohorts(trades, now, day),
        notes=notes,
        synthetic=synthetic,
    )


def split(amount: Ints, chances: Floats) -> Ints:
    """Each amount split by its chances into whole units that add up to it; what is left over goes to the likeliest."""
    parts = np.floor(amount[:, None] * chances).astype(np.int64)
    parts[np.arange(amount.size), chances.argmax(axis=1)] += amount - parts.sum(axis=1)
    return parts


def _customers(trades: Trades, now: Lots, nature: Nature, day: int, foretold: Foretold) -> pl.DataFrame:
    """One row for each customer and product that holds something."""
    import polars as pl

    there = now.standing()
    width = len(trades.products)
    keys, place = np.unique(there.customer * width + there.product, return_inverse=True)
    parts = split(there.amount, nature.chances(there, day))
    by_kind = np.zeros((keys.size, len(KINDS)), dtype=np.int64)
    np.add.at(by_kind, place, parts)
    balance = by_kind.sum(axis=1)

    def mean(values: Floats) -> Floats:
        weighted = np.bincount(place, weights=values * there.amount, minlength=keys.size)
        out: Floats = weighted / np.maximum(balance, 1)
        return out

    left = dict(zip(foretold.keys.tolist(), foretold.share.tolist(), strict=True))
    columns: dict[str, Any] = {
        "customer": [trades.customers[number] for number in (keys // width).tolist()],
        "product": [trades.products[number] for number in (keys % width).tolist()],
        "balance": _yuan(balance, trades.currency),
        **{f"{kind}": _yuan(by_kind[:, PLACE[kind]], trades.currency) for kind in KINDS},
        **{f"p_{kind}": np.round(by_kind[:, PLACE[kind]] / np.maximum(balance, 1), 6) for kind in KINDS},
        "stay_days": np.round(mean(nature.staying_days(there, day)), 1),
        "leaves_7d": np.round(mean(nature.leaving(there, day, 7)), 6),
        "leaves_30d": np.round([left[key] for key in keys.tolist()], 6),
    }
    return pl.DataFrame(columns)


def _yuan(minor: Ints, currency: str) -> pl.Series:
    """Exact amounts in units of money."""
    import polars as pl

    amounts = [Money(value, currency).decimal for value in minor.tolist()]
    return pl.Series(amounts, dtype=pl.Decimal(20, digits_of(currency)))


def _products(
    trades: Trades,
    lots: Lots,
    nature: Nature,
    day: int,
    made: readers.Read,
    owners: Mapping[str, Sequence[tuple[str, float]]] | None,
    seed: int,
) -> tuple[Product, ...]:
    there = lots.standing()
    parts = split(there.amount, nature.chances(there, day))
    stay = nature.staying_days(there, day)
    found = []
    for number, name in enumerate(trades.products):
        own = there.product == number
        held = int(there.amount[own].sum())
        if not held:
            continue
        rng = np.random.default_rng((seed, number))
        curve = runoff(lots.pick(lots.product == number), day, RUNOFF_DAYS, rng)
        held_by = np.bincount(there.customer[own], weights=there.amount[own].astype(np.float64)) / held
        top10, institutions = _concentration(held_by, trades, made, (owners or {}).get(name))
        at = int(np.flatnonzero(curve.days == VOLATILE_DAYS)[0])
        rows = zip(curve.days.tolist(), curve.mean, curve.low, curve.high, strict=True)
        found.append(
            Product(
                product=name,
                day=trades.origin + timedelta(days=day),
                held_minor=held,
                by_kind={kind: int(parts[own, PLACE[kind]].sum()) for kind in KINDS},
                stable_minor=int(held * float(curve.mean[at])),
                stay_days=round(float((stay[own] * there.amount[own]).sum() / held), 1),
                top10=top10,
                institutions=institutions,
                customers=int(np.count_nonzero(held_by)),
                runoff=tuple((n, round(float(a), 6), round(float(b), 6), round(float(c), 6)) for n, a, b, c in rows),
            )
        )
    return tuple(found)


def _concentration(
    held_by: Floats, trades: Trades, made: readers.Read, owners: Sequence[tuple[str, float]] | None
) -> tuple[float, float | None]:
    """Share of the ten largest holders, and of institutions where the file tells of them."""
    import re

    if owners is not None:
        companies = sum(share for name, share in owners if re.search(readers.INSTITUTION, name.lower()))
        return round(sum(share for _, share in owners[:TOP10]), 6), round(companies, 6)
    top = float(np.sort(held_by)[::-1][:TOP10].sum())
    if made.institutions is None:
        return round(top, 6), None
    share = sum(
        float(held_by[number]) for number in np.flatnonzero(held_by) if trades.customers[number] in made.institutions
    )
    return round(top, 6), round(share, 6)


def _drift(products: Sequence[Product], before: Sequence[Product]) -> dict[str, float]:
    then = {one.product: one for one in before}
    found = {}
    for now in products:
        was = then.get(now.product)
        if was is not None:
            moved = sum(abs(now.by_kind[kind] / now.held_minor - was.by_kind[kind] / was.held_minor) for kind in KINDS)
            found[now.product] = round(moved / 2, 6)
    return found


def _cohorts(trades: Trades, lots: Lots, day: int) -> pl.DataFrame:
    """By product and month of purchase: money that came, and the share of it still there by age."""
    import polars as pl

    month = (np.datetime64(trades.origin, "D") + lots.since).astype("datetime64[M]").astype(np.int64)
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(trades.products):
        own = lots.pick(lots.product == number)
        for cohort, came, shares in cohorts(own, day, month[lots.product == number], COHORT_DAYS):
            first = date(1970 + cohort // 12, cohort % 12 + 1, 1)
            there = {f"there_{days}d": share for days, share in zip(COHORT_DAYS.tolist(), shares, strict=True)}
            rows.append({"product": name, "month": first, "came": str(Money(round(came), trades.currency)), **there})
    schema = {f"there_{days}d": pl.Float64 for days in COHORT_DAYS.tolist()}
    return pl.DataFrame(rows, schema_overrides=schema)


def _traces(trades: Trades, lots: Lots, points: float) -> tuple[Trace, ...]:
    """Alerts of the last evenings, each from what was known then, with the trades behind it."""
    first = max(trades.last - WATCH_DAYS, readers.HISTORY_DAYS_MIN)
    shares: dict[int, list[Share]] = {}
    hot: dict[tuple[int, int], list[tuple[str, date, int]]] = {}
    nature: Nature | None = None
    for day in range(first, trades.last + 1):
        then = lots.at(day)
        if nature is None or (trades.last - day) % REFIT_DAYS == 0:
            nature = nature_of(then, day, len(trades.customers))
        there = then.standing()
        chance = nature.chances(there, day)[:, PLACE["hot"]]
        for number in np.unique(there.product).tolist():
            own = there.product == number
            held = float(there.amount[own].sum())
            by = np.sort(np.bincount(there.customer[own], weights=there.amount[own].astype(np.float64)))[::-1]
            share = Share(
                trades.origin + timedelta(days=day),
                float((there.amount[own] * chance[own]).sum() / held),
                float(by[:TOP10].sum() / held),
            )
            shares.setdefault(number, []).append(share)
            fresh = np.flatnonzero(own & (there.since > day - ALERT_DAYS))
            order = fresh[np.argsort(-there.amount[fresh] * chance[fresh], kind="stable")][:TRACES_MAX]
            hot[number, day] = [
                (trades.customers[int(there.customer[k])], trades.origin + timedelta(days=int(there.since[k])),
                 int(there.amount[k])) for k in order
            ]  # fmt: skip
    found: list[Alert] = []
    for number, known in shares.items():
        found += alerts(trades.products[number], known, points)
    place = {name: number for number, name in enumerate(trades.products)}
    found.sort(key=lambda alert: (alert.day, alert.product), reverse=True)
    return tuple(Trace(alert, tuple(hot[place[alert.product], (alert.day - trades.origin).days])) for alert in found)
