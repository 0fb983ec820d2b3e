"""What is true of a business and cannot be read off its statement: defaults, needs, the days to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brambling.world.economy import Books, State
from brambling.world.network import Relations
from brambling.world.population import NEVER, NO_LOAN, Population
from brambling.world.registry import Register
from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Ints

if TYPE_CHECKING:
    import polars as pl

GAP, IDLE = "gap-ahead", "idle-cash"
NEED_DAYS = 60
SAFETY_DAYS = 5  # of costs: the buffer under which cash is short
IDLE_DAYS = 40  # of costs: less above the buffer is not worth placing
IDLE_MINOR = 2_000_000  # CNY 20,000


def as_of_days(time: Timeline) -> Ints:
    """Positions at which needs are told: the first of each month of the statements, and the day after their last."""
    firsts = np.flatnonzero(time.calendar["day_of_month"] == 1)
    days: Ints = firsts[(firsts > time.first) & (firsts <= time.last + 1)].astype(np.int64)
    return days


def dates(time: Timeline, position: Ints) -> pl.Series:
    """Positions as dates; null for a day that does not come."""
    import polars as pl

    inside = position < time.length
    picked = time.days[np.where(inside, position, 0)]
    return pl.select(pl.when(pl.Series(inside)).then(pl.Series(picked).cast(pl.Date))).to_series()


def truth(who: Register, people: Population, time: Timeline, state: State) -> pl.DataFrame:
    """One row a business: what became of it, and its latent parameters."""
    import polars as pl

    return pl.DataFrame({
        "business": pl.Series(who.numbers, dtype=pl.Int32),
        "first_missed_on": dates(time, state.first_missed),
        "default_on": dates(time, state.default_at),
        "closed_on": dates(time, state.closed_at),
        "quality": people.quality,
        "growth": people.growth,
        "goods_share": people.goods,
        "daily_cost_minor": np.rint(people.daily_cost * 100).astype(np.int64),
        "buffer_days": people.buffer_days,
        "draw_share": people.draw_share,
        "owner_wealth_minor": np.rint(people.wealth * 100).astype(np.int64),
        "invests": people.invests,
        "has_reserve": people.has_reserve,
        "loan_kind": pl.Series(["none", "annuity", "bullet"]).gather(people.loan_kind),
        "loan_minor": np.rint(people.loan * (people.loan_kind != NO_LOAN) * 100).astype(np.int64),
        "loan_rate": people.loan_rate,
        "loan_renewed": people.renewed,
        "accident_on": dates(time, people.accident_at),
        "equipment_wanted_on": dates(time, people.equipment_from),
    })  # fmt: skip


def needs(who: Register, people: Population, time: Timeline, books: Books, state: State) -> tuple[pl.DataFrame, Floats]:
    """The needs of each business at each of ``as_of_days``; and their strengths [days, businesses, (gap, idle)].

    Both come from what really happens in the next ``NEED_DAYS``. The gap is that of the business by itself: money the
    owner puts in is taken out again, and overdue bills count as paid.
    """
    import polars as pl

    parts: list[pl.DataFrame] = []
    when = as_of_days(time)
    strength = np.zeros((when.size, people.size, 2))
    cost = np.maximum(np.rint(people.daily_cost * 100).astype(np.int64), 1)
    injected = np.cumsum(books.lines["injection"], axis=0)
    for row, at in enumerate(when.tolist()):
        days = slice(at, at + NEED_DAYS)
        alive = (people.opens < at) & (state.closed_at >= at)
        free = books.cash[days] + books.reserve[days]
        alone = free + books.fund[days] - books.overdue[days] - (injected[days] - injected[at - 1])
        below = alone < SAFETY_DAYS * cost
        depth = SAFETY_DAYS * cost - alone.min(axis=0)
        gap = alive & below.any(axis=0)
        strength[row, :, 0] = np.where(gap, np.clip(0.25 + depth / (40 * cost), 0.0, 1.0), 0.0)
        spare = free.min(axis=0) - SAFETY_DAYS * cost
        idle = alive & ~gap & (spare >= np.maximum(IDLE_DAYS * cost, IDLE_MINOR))
        strength[row, :, 1] = np.where(idle, np.clip(spare / (90 * cost), 0.0, 1.0), 0.0)
        first = at + np.argmax(below, axis=0)
        always = np.full(people.size, at)
        parts.append(_found(who, time, GAP, at, gap, columns=(first, first, depth, strength[row, :, 0])))
        parts.append(
            _found(who, time, IDLE, at, idle, columns=(always, always + NEED_DAYS, spare, strength[row, :, 1]))
        )
    return pl.concat(parts).sort("business", "as_of", "kind"), strength


def _found(
    who: Register, time: Timeline, kind: str, at: int, has: Flags, *, columns: tuple[Ints, Ints, Ints, Floats]
) -> pl.DataFrame:
    """The needs of one kind told on day ``at``; ``columns``: happens_on, not_after, amount, strength of all businesses."""
    import polars as pl

    happens, until, amount, strength = (column[has] for column in columns)
    numbers = np.array(who.numbers, dtype=np.int32)[has]
    return pl.DataFrame({
        "business": numbers,
        "as_of": dates(time, np.full(numbers.size, at)),
        "kind": pl.Series([kind], dtype=pl.String).new_from_index(0, numbers.size),
        "happens_on": dates(time, happens.astype(np.int64)),
        "not_after": dates(time, until.astype(np.int64)),
        "amount_minor": amount.astype(np.int64),
        "strength": np.round(strength.astype(np.float64), 6),
    })  # fmt: skip


def payers(who: Register, links: Relations, time: Timeline, names: list[str]) -> pl.DataFrame:
    """The outside customers of each business: usual delay after the due date, when it turned late, when it was lost.

    ``names`` are the outside names of all relations, in order.
    """
    import polars as pl

    c = links.customers
    numbers = np.array(who.numbers, dtype=np.int32)
    return pl.DataFrame({
        "business": numbers[links.seller[:c]],
        "counterparty": names[:c],
        "terms_days": links.terms_days[:c].astype(np.int32),
        "usual_delay_days": np.rint(links.delay_days[:c]).astype(np.int32),
        "turned_late_on": dates(time, links.late_from[:c]),
        "late_extra_days": np.where(links.late_from[:c] < NEVER, links.late_extra_days[:c], 0).astype(np.int32),
        "lost_on": dates(time, links.lost_from[:c]),
    }).sort("business", "counterparty")  # fmt: skip


def future(who: Register, time: Timeline, books: Books) -> pl.DataFrame:
    """The net flow of the main account on each day after the statements."""
    import polars as pl

    net = np.diff(books.cash[time.last :], axis=0)
    days, n = net.shape
    return pl.DataFrame({
        "business": np.repeat(np.array(who.numbers, dtype=np.int32), days),
        "date": pl.Series(np.tile(time.days[time.last + 1 :], n)).cast(pl.Date),
        "net_minor": net.T.reshape(-1),
    })  # fmt: skip
