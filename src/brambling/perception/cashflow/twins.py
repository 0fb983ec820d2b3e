"""Building twins: one statement in, one sheaf of futures out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from brambling.kit.errors import InputRejected
from brambling.perception.cashflow import recurring
from brambling.perception.cashflow.analogues import almanac
from brambling.perception.cashflow.calibration import PRIOR, Calibration
from brambling.perception.cashflow.daily import COMMITTED, HISTORY_DAYS_MIN, MOVEMENTS_MIN, Daily, daily
from brambling.perception.cashflow.forecast import calibrate, opening_days, resample
from brambling.perception.cashflow.twin_shapes import Twin

if TYPE_CHECKING:
    from brambling.perception.cashflow.shapes import KnownFlow, Statement

Floats = NDArray[np.float64]
Answer = TypeVar("Answer")

MODEL_VERSION = "2"
HORIZON_DAYS_MAX = 366
PATHS_MAX = 100_000
AHEAD_DAYS_MAX = 92  # a quarter: a balance that old says nothing of today
_YEAR_DAYS = 365


def twin(
    statement: Statement,
    *,
    seed: int = 7,
    horizon_days: int = 91,
    paths: int = 1000,
    calibration: Calibration | None = None,
    as_of: date | None = None,
    today: date | None = None,
    known: Sequence[KnownFlow] = (),
) -> Twin:
    """The twin of one business from its statement.

    ``calibration`` is the bank's own, fitted on its customers by ``fit_calibration``; without it the documented prior
    holds. ``as_of`` is the last day the statement speaks for when its last rows are older (a quiet end of the month);
    the default is the day of the last row. ``today`` is the day the questions are asked where the statement ends before
    it: what moved in between nobody has seen, so it is simulated and arrives on day 1 (up to ``AHEAD_DAYS_MAX`` days;
    of an older statement nothing is known, and its twin stays at its end). ``known`` are certain flows that do not
    stand in the statement: up to today they are in the balance, later ones come on their day in every future. Same
    statement, flows, days, calibration and seed give the same bytes. Raises InputRejected when the statement is too
    short, with the number of days and movements that are missing.
    """
    if not 1 <= horizon_days <= HORIZON_DAYS_MAX or not 1 <= paths <= PATHS_MAX:
        raise InputRejected(
            f"a twin of {paths} paths over {horizon_days} days cannot be made",
            expected=f"1 to {PATHS_MAX} paths over 1 to {HORIZON_DAYS_MAX} days",
        )
    chosen = calibration or PRIOR
    history = daily(statement.rows, as_of=as_of, movements_min=MOVEMENTS_MIN)
    ahead = max(0, (today - history.last).days) if today is not None else 0
    ahead = ahead if ahead <= AHEAD_DAYS_MAX else 0
    origin, whole = history.last + timedelta(days=ahead), ahead + horizon_days
    patterns = recurring.find(statement.rows, history.last, whole)
    rng = np.random.Generator(np.random.PCG64(seed))
    certain = [(flow, (flow.day - origin).days) for flow in known]
    coming = np.zeros(horizon_days)
    for flow, day in certain:
        if 1 <= day <= horizon_days:
            coming[day - 1] += flow.amount_minor
    net_paths = _from_today(futures(history, patterns, whole, paths, chosen, rng), ahead) + coming
    year = min(history.days, _YEAR_DAYS)
    balance_known = statement.balance_known and statement.closing_balance_minor is not None
    start = int(statement.closing_balance_minor or 0) + sum(flow.amount_minor for flow, day in certain if day <= 0)
    return Twin(
        origin=origin,
        statement_until=history.last,
        horizon_days=horizon_days,
        currency=statement.currency,
        balance_known=balance_known,
        start_balance_minor=start if balance_known else 0,
        net_paths=net_paths,
        known=coming,
        out_committed=_from_today(_committed(history, patterns, whole), ahead) + np.maximum(-coming, 0),
        recurring=tuple(pattern.item for pattern in patterns),
        history=history.frame(),
        inflow_year_minor=round(float(history.turnover_in[-year:].sum()) * _YEAR_DAYS / year),
        outflow_year_minor=round(float(history.turnover_out[-year:].sum()) * _YEAR_DAYS / year),
        history_days=history.days,
        owed_later_minor=sum(max(0, -flow.amount_minor) for flow, day in certain if day > horizon_days),
        versions={
            "twin": MODEL_VERSION,
            "calibration": chosen.version,
            "parameters": _digest(seed, horizon_days, paths),
        },
    )


def twin_many(
    statements: Iterable[Statement],
    ask: Callable[[Twin], Answer],
    *,
    workers: int = 1,
    seed: int = 7,
    horizon_days: int = 91,
    paths: int = 1000,
    calibration: Calibration | None = None,
) -> Iterator[Answer]:
    """``ask(twin)`` for each statement, in order, the twins being made on ``workers`` processes.

    ``ask`` is a function of a module (it travels to the workers); a twin is large, so let it return what is needed and
    no more. Statements are drawn as they are used, a few hundred ahead. Raises what :func:`twin` raises: leave out what
    is too short before.
    """
    work = partial(_ask, ask, seed=seed, horizon_days=horizon_days, paths=paths, calibration=calibration)
    if workers <= 1:
        yield from map(work, statements)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # spawn: a fork of a process that runs Polars threads may hang
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        several = iter(statements)
        while batch := list(islice(several, 200 * workers)):
            yield from pool.map(work, batch, chunksize=25)


def _ask(
    ask: Callable[[Twin], Answer],
    statement: Statement,
    *,
    seed: int,
    horizon_days: int,
    paths: int,
    calibration: Calibration | None,
) -> Answer:
    return ask(twin(statement, seed=seed, horizon_days=horizon_days, paths=paths, calibration=calibration))


def futures(
    history: Daily,
    patterns: Sequence[recurring.Pattern],
    horizon_days: int,
    paths: int,
    calibration: Calibration,
    rng: np.random.Generator,
) -> Floats:
    """Net flow [paths, horizon_days] in whole minor units: volatile flows resampled and calibrated, patterns played."""
    volatile = history.net - recurring.paid_by_day(patterns, history.first, history.days)
    begun = opening_days(history.money_in, history.money_out, HISTORY_DAYS_MIN)
    volatile = volatile[begun:]
    book = almanac(history.first + timedelta(days=begun), volatile.size, horizon_days)
    drawn = resample(volatile, book, horizon_days, paths, rng)
    flows = calibrate(drawn, volatile, calibration, rng)
    for pattern in patterns:
        which, columns, amounts = recurring.play(pattern, history.last, horizon_days, paths, rng)
        np.add.at(flows, (which, columns), amounts)
    return np.rint(flows)


def _from_today(flows: Floats, ahead: int) -> Floats:
    """``flows`` (days last) from the day after today on; what moved in the ``ahead`` days before is on the first."""
    first = flows[..., : ahead + 1].sum(axis=-1, keepdims=True)
    return np.concatenate([first, flows[..., ahead + 1 :]], axis=-1)


def _committed(history: Daily, patterns: Sequence[recurring.Pattern], horizon_days: int) -> Floats:
    """Expected outflow for payroll, tax, rent and loans by day: patterns on their dates, the rest as a daily average."""
    binding = [p for p in patterns if p.item.category in COMMITTED and p.item.sign < 0]
    rest = history.committed_out + recurring.paid_by_day(binding, history.first, history.days)
    expected = np.full(horizon_days, max(0.0, float(rest[-_YEAR_DAYS:].mean())))
    for pattern in binding:
        for day in pattern.due:
            expected[min((day - history.last).days, horizon_days) - 1] += pattern.expected_minor
    return expected


def _digest(*parameters: int) -> str:
    return hashlib.sha256(repr(parameters).encode()).hexdigest()[:12]
