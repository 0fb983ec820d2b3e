"""Three ways to foretell what share of a customer's money leaves, and the one that wins on an evening held out.

The mixture of kinds (rules), gradient boosting on aggregates, and the sequence encoder. All learn from evenings whose
outcome was known before the held-out evening; the last evening with a known outcome is held out; the winner learns again
with it and speaks of today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from brambling.wealth.structure.features.histories import Evening, evening
from brambling.wealth.structure.model.boosting import ShareBooster
from brambling.wealth.structure.model.encoder import ShareEncoder, available
from brambling.wealth.structure.model.nature import Nature, nature_of
from brambling.wealth.structure.rules.kinds import VOLATILE_DAYS
from brambling.wealth.structure.shapes import Contest, Floats, Ints, Lots, Trades

EVENINGS_MAX = 8  # that are learnt from
STEP_DAYS = 15
ROWS_MIN = 200  # fewer customers and evenings teach nothing
HELD_OUT_MIN = 50


@dataclass(frozen=True, eq=False)
class Foretold:
    """``share`` of the money of each customer and product (``keys``) that leaves within 30 days, by the winner."""

    keys: Ints
    share: Floats
    contest: Contest


def foretell(trades: Trades, lots: Lots, nature: Nature, *, encoder: bool = False, seed: int = 7) -> Foretold:
    """Hold the contest where there is enough to learn from, else take the mixture of kinds."""
    today = evening(trades, lots, trades.last, VOLATILE_DAYS)
    keys = today.customer * len(trades.products) + today.product
    rules = by_nature(trades, lots, nature, today)
    contest, say = hold(trades, lots, trades.last - VOLATILE_DAYS, encoder=encoder, seed=seed)
    return Foretold(keys, rules if contest.winner == "rules" or say is None else say(today), contest)


def hold(
    trades: Trades, lots: Lots, last: int, *, encoder: bool = False, seed: int = 7
) -> tuple[Contest, Callable[[Evening], Floats] | None]:
    """The contest with the evening ``last`` held out; and how the winner speaks, learnt again with that evening."""
    before = [last - VOLATILE_DAYS - STEP_DAYS * back for back in range(EVENINGS_MAX)]
    taught = [evening(trades, lots, day, VOLATILE_DAYS) for day in before if day >= VOLATILE_DAYS]
    rows = sum(one.customer.size for one in taught)
    if rows < ROWS_MIN:
        return Contest({}, "rules", None, {"boosting": "few", "encoder": "few"}), None
    held = evening(trades, lots, last, VOLATILE_DAYS)
    if held.customer.size < HELD_OUT_MIN:
        return Contest({}, "rules", None, {"boosting": "few", "encoder": "few"}), None
    said, ways, skipped = compare(trades, lots, taught, held, encoder=encoder, seed=seed)
    assert held.share_left is not None
    weight = np.sqrt(held.balance)
    errors = {
        name: round(float(np.average(np.abs(share - held.share_left), weights=weight)), 6)
        for name, share in said.items()
    }
    winner = min((name for name in errors if name != "constant"), key=lambda name: errors[name])
    contest = Contest(errors, winner, trades.origin + timedelta(days=last), skipped)
    return contest, ways[winner]([*taught, held]) if winner in ways else None


def compare(
    trades: Trades, lots: Lots, taught: list[Evening], held: Evening, *, encoder: bool, seed: int
) -> tuple[dict[str, Floats], dict[str, Callable[[list[Evening]], Callable[[Evening], Floats]]], dict[str, str]]:
    """What each way says of ``held``, how each learns, and why a way was left out."""
    ways: dict[str, Callable[[list[Evening]], Callable[[Evening], Floats]]] = {
        "boosting": lambda evenings: _boosting(evenings, seed)
    }
    skipped = {}
    if encoder and available():
        ways["encoder"] = lambda evenings: _encoder(evenings, seed)
    else:
        skipped["encoder"] = "extra" if encoder else "not-asked"
    mean = float(np.average(_outcome(taught), weights=_weights(taught)))
    past = nature_of(lots.at(held.day), held.day, len(trades.customers))
    said = {
        "constant": np.full(held.customer.size, mean),
        "rules": by_nature(trades, lots, past, held),
        **{name: learn(taught)(held) for name, learn in ways.items()},
    }
    return said, ways, skipped


def by_nature(trades: Trades, lots: Lots, nature: Nature, of: Evening) -> Floats:
    """The mixture's expected share that leaves, for each customer and product of the evening."""
    there = lots.at(of.day).standing()
    width = len(trades.products)
    keys = of.customer * width + of.product
    key = there.customer * width + there.product
    place = np.minimum(np.searchsorted(keys, key), keys.size - 1)
    asked = keys[place] == key  # an evening may be of some customers only
    leaves = nature.leaving(there, of.day, VOLATILE_DAYS) * there.amount
    gone = np.bincount(place[asked], weights=leaves[asked], minlength=keys.size)
    out: Floats = gone / of.balance
    return out


def _outcome(evenings: list[Evening]) -> Floats:
    parts = [one.share_left for one in evenings if one.share_left is not None]
    out: Floats = np.concatenate(parts)
    return out


def _weights(evenings: list[Evening]) -> Floats:
    out: Floats = np.sqrt(np.concatenate([one.balance for one in evenings]))
    return out


def _boosting(evenings: list[Evening], seed: int) -> Callable[[Evening], Floats]:
    rows = np.concatenate([one.aggregates for one in evenings])
    made = ShareBooster(seed).fit(rows, _outcome(evenings), _weights(evenings))
    return lambda of: made.predict(of.aggregates)


def _encoder(evenings: list[Evening], seed: int) -> Callable[[Evening], Floats]:
    events, balance = (
        np.concatenate([one.events for one in evenings]),
        np.concatenate([one.balance for one in evenings]),
    )
    made = ShareEncoder(seed).fit(events, balance, _outcome(evenings), _weights(evenings))
    return lambda of: made.predict(of.events, of.balance)
