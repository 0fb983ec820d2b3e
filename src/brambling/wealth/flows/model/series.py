"""Amounts into logs and back: gaps filled from the past, a floor under zeros, days that are always zero."""

from __future__ import annotations

import numpy as np

from brambling.wealth.flows.features import Bools, Floats, Ints

FLOOR_SHARE = 0.01  # of the median flow: zeros stand a hundredth of a usual day low in logs
CLOSED_DAYS_OFF = 8  # so many days off without a flow, and none with, make a product closed on days off
ASLEEP_DAYS = 60
CEILING = 2.0  # no quantile above twice the largest flow of the last year


def filled(amounts: Floats, start: Ints) -> Floats:
    """Unknown days take the last known day of the same weekday, else the first known day; before ``start`` zero."""
    out = amounts.copy()
    for day in range(out.shape[1]):
        hole = ~np.isfinite(out[:, day])
        if not hole.any():
            continue
        before = out[hole, day - 7] if day >= 7 else np.full(int(hole.sum()), np.nan)
        early = ~np.isfinite(before) | (start[hole] > day - 7)
        before[early] = out[hole, np.maximum(start[hole], 0)][early]
        out[hole, day] = np.where(start[hole] > day, 0.0, before)
    assert np.isfinite(out).all()
    return out


def floors(amounts: Floats) -> Floats:
    """The floor of each series (series): a hundredth of its median positive flow; 1 where there is none."""
    positive = np.where(amounts > 0, amounts, np.nan)
    out = np.ones(amounts.shape[0])
    some = (amounts > 0).any(axis=1)
    out[some] = FLOOR_SHARE * np.nanmedian(positive[some], axis=1)
    return out


def logs_of(amounts: Floats, floor: Floats) -> Floats:
    """Logs of amounts, none below its floor."""
    out: Floats = np.log(np.maximum(amounts, floor[:, None]))
    return out


def asleep(amounts: Floats) -> Bools:
    """Series without any flow in the last sixty days (or in all their history)."""
    out: Bools = np.logical_not((amounts[:, -ASLEEP_DAYS:] > 0).any(axis=1))
    return out


def closed_on_days_off(amounts: Floats, start: Ints, workday: Bools) -> Bools:
    """Series that had no flow on any of the days off of the last year, of which there were enough to tell."""
    days = np.arange(amounts.shape[1])
    recent = ~workday & (days >= amounts.shape[1] - 365)
    lived = recent[None, :] & (days[None, :] >= start[:, None])
    flowed = ((amounts > 0) & lived).any(axis=1)
    out: Bools = np.logical_and(lived.sum(axis=1) >= CLOSED_DAYS_OFF, np.logical_not(flowed))
    return out


def ceilings(amounts: Floats) -> Floats:
    """Log of the largest amount any quantile may reach."""
    out: Floats = np.log(np.maximum(amounts[:, -366:].max(axis=1), 1.0) * CEILING)
    return out
