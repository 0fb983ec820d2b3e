"""The kind of money that is still there: a mixture of six kinds, each with its own way of leaving.

Money that has left shows what it left for. Of a lot that is still there the kind is not known; by Bayes' rule its
chances are the customer's own mix of kinds times the chance that money of each kind stays as long as this lot has:
after three quiet months hardly anything but idle money is still there. Mix and hazards are estimated together by
expectation and maximisation (Dempster, Laird and Rubin 1977): lots that are there take part in every kind by their
chances. A customer with little history leans on the mix of all customers. Where yields are known, money
that came while the product stood above its rivals is told from money that did not: each kind has its own chance of coming
on such a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.wealth.structure.rules.kinds import KINDS, PLACE, YIELD_EDGE
from brambling.wealth.structure.shapes import Floats, Ints, Lots

ROUNDS = 8
PRIOR_LOTS = 5.0  # a customer's own history weighs as much as all the others' after so many average lots
SPAN_DAYS = 730
STAY_DAYS_MAX = 365  # stays are counted up to a year
EDGES = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, SPAN_DAYS + STAY_DAYS_MAX + 1])
# What each kind's daily hazard leans on where a file shows little of it: money of that kind leaves within so many days.
_TYPICAL_DAYS = np.array([20.0, 20.0, 45.0, 60.0, 365.0, 12.0])
_LEAN = 3.0  # as much as so many average lots
# The chance that money of each kind comes on a day above the rivals, before the file says; as much as _LEAN lots.
_TYPICAL_CHASE = np.array([0.2, 0.2, 0.2, 0.2, 0.3, 0.8])


@dataclass(frozen=True, eq=False)
class Nature:
    """``mix`` (customer, kind), ``survival`` (kind, day): the chance that money of a kind stays longer than a day, and
    ``chase`` (kind): the chance that it came while the product stood above its rivals."""

    mix: Floats
    survival: Floats
    chase: Floats

    def chances(self, lots: Lots, day: int) -> Floats:
        """Of lots that are there on ``day``: the chance of each kind, rows sum to one."""
        age = np.clip(day - lots.since, 0, SPAN_DAYS)
        weight = self.mix[lots.customer] * self.survival[:, age].T
        known = np.isfinite(lots.edge)
        above = known & (np.nan_to_num(lots.edge) >= YIELD_EDGE)
        weight[above] *= self.chase
        weight[known & ~above] *= 1 - self.chase
        weight[:, PLACE["idle"]] += 1e-12
        out: Floats = weight / weight.sum(axis=1, keepdims=True)
        return out

    def leaving(self, lots: Lots, day: int, ahead: int) -> Floats:
        """The expected share of each lot that leaves within ``ahead`` days."""
        age = np.clip(day - lots.since, 0, SPAN_DAYS)
        stays = self.survival[:, age + ahead] / np.maximum(self.survival[:, age], 1e-12)
        out: Floats = (self.chances(lots, day) * (1 - stays.T)).sum(axis=1)
        return out

    def staying_days(self, lots: Lots, day: int) -> Floats:
        """Expected further days of each lot, counted up to a year."""
        total = np.concatenate([np.zeros((len(KINDS), 1)), np.cumsum(self.survival, axis=1)], axis=1)
        age = np.clip(day - lots.since, 0, SPAN_DAYS)
        days = (total[:, age + STAY_DAYS_MAX] - total[:, age]) / np.maximum(self.survival[:, age], 1e-12)
        out: Floats = (self.chances(lots, day) * days.T).sum(axis=1)
        return out


def nature_of(lots: Lots, day: int, customers: int) -> Nature:
    """The mixture as of ``day`` from lots as they stood then (:meth:`Lots.at`)."""
    gone = lots.left >= 0
    weight = lots.amount / max(float(lots.amount.mean()), 1.0) if lots.amount.size else lots.amount.astype(float)
    age = np.where(gone, lots.left, day) - lots.since
    share = np.where(gone[:, None], lots.kind, 0.0)
    mix = np.tile(_start(share, weight), (customers, 1))
    survival = _survival(np.tile(1 / _TYPICAL_DAYS, (EDGES.size - 1, 1)).T)
    open_lots = lots.pick(~gone)
    found = Nature(mix, survival, _TYPICAL_CHASE)
    for _ in range(ROUNDS):
        share[~gone] = found.chances(open_lots, day)
        found = Nature(
            _mix(share, weight, lots.customer, customers),
            _survival(_hazards(share, weight, age, gone, lots.seen)),
            _chase(share, weight, lots.edge),
        )
    return found


def _chase(share: Floats, weight: Floats, edge: Floats) -> Floats:
    known = np.isfinite(edge)
    above = known & (np.nan_to_num(edge) >= YIELD_EDGE)
    own = share * weight[:, None]
    out: Floats = (own[above].sum(axis=0) + _LEAN * _TYPICAL_CHASE) / (own[known].sum(axis=0) + _LEAN)
    return np.clip(out, 0.01, 0.99)


def _start(share: Floats, weight: Floats) -> Floats:
    sums = (share * weight[:, None]).sum(axis=0) + 1.0
    out: Floats = sums / sums.sum()
    return out


def _mix(share: Floats, weight: Floats, customer: Ints, customers: int) -> Floats:
    whole = _start(share, weight)
    own = np.stack(
        [np.bincount(customer, weights=share[:, k] * weight, minlength=customers) for k in range(len(KINDS))], axis=1
    )
    size = own.sum(axis=1, keepdims=True)
    lots_each = np.bincount(customer, minlength=customers)[:, None]
    usual = np.where(lots_each > 0, size / np.maximum(lots_each, 1), 1.0)
    leaned = own + PRIOR_LOTS * usual * whole
    out: Floats = leaned / np.maximum(leaned.sum(axis=1, keepdims=True), 1e-12)
    return np.where(size > 0, out, whole)


def _hazards(share: Floats, weight: Floats, age: Ints, gone: np.ndarray, seen: np.ndarray) -> Floats:
    """Daily hazard of each kind in each bracket of age: money that left over money-days at risk."""
    brackets = EDGES.size - 1
    hazard = np.empty((len(KINDS), brackets))
    inside = np.clip(age[:, None] + gone[:, None] - EDGES[:-1], 0, np.diff(EDGES))[seen]
    where = np.searchsorted(EDGES, age[seen], side="right") - 1
    for kind in range(len(KINDS)):
        own = (share[:, kind] * weight)[seen]
        left = np.bincount(where[gone[seen]], weights=own[gone[seen]], minlength=brackets)[:brackets]
        risk = (inside * own[:, None]).sum(axis=0)
        lean = _LEAN / _TYPICAL_DAYS[kind]
        hazard[kind] = np.minimum((left + lean * _LEAN) / (risk + _LEAN * _LEAN), 1.0)
    return hazard


def _survival(hazard: Floats) -> Floats:
    """(kind, day) from hazards by bracket, long enough for the oldest money and a year."""
    days = np.arange(SPAN_DAYS + STAY_DAYS_MAX + 1)
    daily = hazard[:, np.searchsorted(EDGES, days, side="right") - 1]
    out: Floats = np.cumprod(1 - np.minimum(daily, 1 - 1e-9), axis=1)
    return np.maximum(out, 1e-30)
