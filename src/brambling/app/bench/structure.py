"""Figures of the nature of money: how long it stays and what leaves, foretold and then looked at.

Real: by tier of the Yu'e Bao users, the money that leaves in a month is foretold from what was known before; and for
real firms and bank accounts the share of the money that is there and leaves within 30 days, by the three ways in the
same run. Customers are split in two: what is chosen on one half is measured on the other. Synthetic: the
same on the accounts and funds of a town whose seed nobody looked at while this was written.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brambling.app.bench.measure import Bench, Measure, skipped

if TYPE_CHECKING:
    import polars as pl

    from brambling.wealth.structure.features.histories import Evening
    from brambling.wealth.structure.shapes import Floats, Lots, Trades

TIERS = range(1, 8)
MONTHS = (
    date(2014, 1, 31),
    date(2014, 2, 28),
    date(2014, 3, 31),
    date(2014, 4, 30),
    date(2014, 5, 31),
    date(2014, 6, 30),
)
TOWN_SEED, TOWN_SIZE = 90_210, 1_000


def run(given: Bench) -> list[Measure]:
    """All figures, those without data skipped."""
    return [*_tiers(given), *_accounts(given), *_firms(given), *_town(given)]


# -- tiers --------------------------------------------------------------------------------------------------------------


def _tiers(given: Bench) -> list[Measure]:
    from brambling.wealth.structure.model.pools import daily_shares, leaving, left_within

    found = []
    for panel in ("s2p1", "s2p2"):
        bought = given.file(f"wealth/tianchi_{panel}_purchase_tiers.csv")
        sold = given.file(f"wealth/tianchi_{panel}_redeem_tiers.csv")
        if bought is None or sold is None:
            found.append(skipped(f"tiers {panel}", "needs the purchase and redeem tiers in wealth/"))
            continue
        given.say(f"tiers {panel}")
        days, inflow = _by_tier(bought, ("zfb", "bank"))
        _, outflow = _by_tier(sold, ("zfb", "card"))
        shares = daily_shares(inflow, outflow)
        errors: dict[str, list[float]] = {"ours": [], "last": [], "stay": [], "real": []}
        for month in MONTHS:
            day = int(np.searchsorted(days, np.datetime64(month)))
            real, ours, last = left_within(shares, day, 30), leaving(shares, day, 30), left_within(shares, day - 30, 30)
            errors["ours"] += (np.abs(ours - real) / real).tolist()
            errors["last"] += (np.abs(last - real) / real).tolist()
            # a share that leaves evenly in 30 days is a mean stay of -30 / log(1 - share)
            errors["stay"].append(float(np.mean(-30 / np.log1p(-ours))))
            errors["real"].append(float(np.mean(-30 / np.log1p(-real))))
        stays = f"mean stay foretold {np.mean(errors['stay']):.0f} days, then {np.mean(errors['real']):.0f}"
        found.append(
            Measure(
                f"tiers {panel}: money of today that leaves in 30 days",
                float(np.mean(errors["ours"])),
                "mean absolute error over what left",
                "the share of the 30 days before",
                float(np.mean(errors["last"])),
                note=f"seven tiers by {len(MONTHS)} months; {stays}; the form of the forecast was picked on these months",
            )
        )
    return found


def _by_tier(path: Path, channels: tuple[str, str]) -> tuple[np.ndarray, Floats]:
    """Days, and money of each tier by day over all channels; what was spent has no tier and is left out."""
    import polars as pl

    frame = pl.read_csv(path, try_parse_dates=True)
    rows = []
    for tier in TIERS:
        names = [f"{channel}{kind}{tier}" for channel in channels for kind in range(4)]
        rows.append(sum(frame[name].to_numpy().astype(np.float64) for name in names if name in frame.columns))
    return frame["date"].to_numpy().astype("datetime64[D]"), np.array(rows)


# -- accounts, firms, town ----------------------------------------------------------------------------------------------


def _accounts(given: Bench) -> list[Measure]:
    path = given.file("cashflow/berka_trans_1993_199403.csv.gz")
    if path is None:
        return [skipped("bank accounts", "needs cashflow/berka_trans_1993_199403.csv.gz")]
    import polars as pl

    rows = pl.read_csv(path, try_parse_dates=True)
    amount = pl.when(pl.col("type") == "PRIJEM").then(pl.col("amount")).otherwise(-pl.col("amount"))
    minor = (amount * 100).round().cast(pl.Int64)
    daily = rows.select(pl.col("account_id").cast(pl.String).alias("customer"), "date", minor.alias("amount"))
    return _contest(given, "bank accounts", daily)


def _firms(given: Bench) -> list[Measure]:
    path = given.file("cashflow/sme_cumcm_c123_daily.csv.gz")
    if path is None:
        return [skipped("firms' invoices", "needs cashflow/sme_cumcm_c123_daily.csv.gz")]
    import polars as pl

    rows = pl.read_csv(path, try_parse_dates=True)
    net = ((pl.col("amt_sales") - pl.col("amt_purch")) * 100).round().cast(pl.Int64)
    daily = rows.select(pl.col("eid").alias("customer"), "date", net.alias("amount"))
    daily = daily.filter(pl.col("date") < date(2019, 12, 1))  # few firms go on into the winter of 2020
    return _contest(given, "firms' invoices", daily)


def _town(given: Bench) -> list[Measure]:
    import polars as pl

    from brambling.world import Town
    from brambling.world.build import build

    given.say("a synthetic town")
    made = build(Town(seed=TOWN_SEED, businesses=TOWN_SIZE, months=15))
    daily = made.statements.select(
        pl.col("business").cast(pl.String).alias("customer"), "date", pl.col("amount_minor").alias("amount")
    )
    return [*_contest(given, "accounts of a town", daily, synthetic=True), _kinds(made.statements)]


def _kinds(lines: pl.DataFrame) -> Measure:
    """The kinds of the money of an evening, and what it then really left for; what lay there ninety days more was idle.

    Categories of payments are the true ones: how well they are read from texts is a figure of the cash-flow bench.
    """
    import polars as pl

    from brambling.perception.cashflow.shapes import Statement, schema
    from brambling.wealth.structure.features.lots import lots_of
    from brambling.wealth.structure.model.nature import nature_of
    from brambling.wealth.structure.readers import of_statements
    from brambling.wealth.structure.rules.kinds import IDLE_DAYS

    columns = {"row": pl.lit(1), "category": pl.col("true_category"), "counterparty_account": pl.lit(None)}
    rows = lines.filter(pl.col("business") <= TOWN_SIZE // 4).with_columns(**columns)
    told = []
    for (business,), own in rows.group_by("business", maintain_order=True):
        statement = own.select(pl.col(name).cast(kind) for name, kind in schema().items())
        told.append((str(business), Statement(statement, "CNY", "town", True, int(own["balance_minor"][-1]))))
    trades = of_statements(told).trades
    lots = lots_of(trades)
    day = trades.last - IDLE_DAYS
    then, real = _became(lots, day)
    before, usual = _became(lots, day - IDLE_DAYS)
    mix = np.average(usual, axis=0, weights=lots.amount[before])
    past = lots.at(day)
    chances = nature_of(past, day, len(trades.customers)).chances(past.standing(), day)
    weight = lots.amount[then].astype(np.float64)
    apart = [float(np.average(np.abs(said - real).sum(axis=1) / 2, weights=weight)) for said in (chances, mix[None, :])]
    return Measure(
        "kinds of a town's money", apart[0], "half the sum of absolute differences", "what the money of three months before became", apart[1],
        note="true categories given; 1 is all wrong", synthetic=True,
    )  # fmt: skip


def _became(lots: Lots, day: int) -> tuple[np.ndarray, Floats]:
    """Which lots were there on an evening, and the kind each turned out to be within the ``IDLE_DAYS`` after."""
    from brambling.wealth.structure.rules.kinds import IDLE_DAYS, KINDS, PLACE

    then = (lots.since <= day) & ((lots.left < 0) | (lots.left > day))
    kind = lots.kind[then].copy()
    left = lots.left[then]
    kind[(left < 0) | (left > day + IDLE_DAYS)] = np.eye(len(KINDS))[PLACE["idle"]]
    return then, kind


def _contest(given: Bench, name: str, daily: pl.DataFrame, *, synthetic: bool = False) -> list[Measure]:
    """The three ways on one half of the customers, taught by the other half and by earlier evenings alone."""
    import polars as pl

    from brambling.wealth.structure.features.histories import evening
    from brambling.wealth.structure.features.lots import lots_of
    from brambling.wealth.structure.features.purposes import by_rhythm
    from brambling.wealth.structure.model.contest import EVENINGS_MAX, STEP_DAYS, compare
    from brambling.wealth.structure.readers import of_daily
    from brambling.wealth.structure.rules.kinds import VOLATILE_DAYS

    given.say(name)
    summed = daily.with_columns(product=pl.lit("account")).group_by("customer", "product", "date")
    whole = summed.agg(pl.col("amount").sum()).filter(pl.col("amount") != 0)
    trades, _ = of_daily(whole, whole["date"].min(), whole["date"].max())  # type: ignore[arg-type]
    trades = _with(trades, purpose=by_rhythm(trades))
    lots = lots_of(trades)
    last = trades.last - VOLATILE_DAYS
    before = [last - VOLATILE_DAYS - STEP_DAYS * back for back in range(EVENINGS_MAX)]
    half = np.random.default_rng(given.seed).random(len(trades.customers)) < 0.5
    taught = [_half(evening(trades, lots, day, VOLATILE_DAYS), half) for day in before if day >= VOLATILE_DAYS]
    held = evening(trades, lots, last, VOLATILE_DAYS)
    said, _ways, out = compare(trades, lots, taught, _half(held, half), encoder=True, seed=given.seed)
    chosen = _errors(said, _half(held, half))
    winner = min((way for way in chosen if way != "constant"), key=lambda way: chosen[way])
    said, _ways, _ = compare(trades, lots, taught, _half(held, ~half), encoder=True, seed=given.seed)
    errors = _errors(said, _half(held, ~half))
    told = ", ".join(f"{way} {error:.4f}" for way, error in sorted(errors.items(), key=lambda item: item[1]))
    note = f"{told}; chosen on the other half: {winner}" + (
        "; no encoder: " + out["encoder"] if "encoder" in out else ""
    )
    auc = {way: _auc(share, _half(held, ~half)) for way, share in said.items() if way != "constant"}
    return [
        Measure(
            f"{name}: share that leaves in 30 days", errors[winner], "mean absolute error", "the mean of the past",
            errors["constant"], note=note, synthetic=synthetic,
        ),
        Measure(
            f"{name}: more than a tenth leaves or not", auc[winner], "AUC", "kinds of money", auc["rules"], synthetic=synthetic,
            note=", ".join(f"{way} {value:.3f}" for way, value in auc.items()),
        ),
    ]  # fmt: skip


def _with(trades: Trades, **parts: Any) -> Trades:
    from dataclasses import replace

    return replace(trades, **parts)


def _half(of: Evening, half: np.ndarray) -> Evening:
    from dataclasses import replace

    keep = half[of.customer]
    left = None if of.share_left is None else of.share_left[keep]
    parts = {name: getattr(of, name)[keep] for name in ("customer", "product", "balance", "aggregates", "events")}
    return replace(of, share_left=left, **parts)


def _errors(said: dict[str, Floats], held: Evening) -> dict[str, float]:
    assert held.share_left is not None
    weight = np.sqrt(held.balance)
    return {way: float(np.average(np.abs(share - held.share_left), weights=weight)) for way, share in said.items()}


def _auc(share: Floats, held: Evening) -> float:
    from sklearn.metrics import roc_auc_score

    assert held.share_left is not None
    return float(roc_auc_score(held.share_left > 0.1, share))
