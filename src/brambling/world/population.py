"""Who does business in a district: the latent parameters of each, drawn once and never changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Ints, Town, stream
from brambling.world.trades import TRADES

NEVER = 1 << 30  # a day that does not come
NO_LOAN, ANNUITY, BULLET = 0, 1, 2
EMPLOYER_SOCIAL, EMPLOYEE_SOCIAL = 0.26, 0.105


def trade_values(name: str, trade: Ints) -> Floats:
    """The figure ``name`` of each business's trade."""
    values: Floats = np.array([float(getattr(row, name)) for row in TRADES])[trade]
    return values


@dataclass(frozen=True, eq=False)
class Population:
    """One value a business. Yuan as floats where they are expectations; days are positions on the timeline."""

    trade: Ints
    turnover: Floats  # expected a year
    growth: Floats  # a year
    quality: Floats  # of the owner's management, standard normal
    goods: Floats  # cost of goods, share of sales
    headcount: Ints
    wage: Floats  # a month and head
    insured: Floats  # share of the staff with social insurance
    rent: Floats  # a month
    general: Flags  # general VAT taxpayer
    opens: Ints  # position of the first day, -1 when before the timeline
    pay_day: Ints  # of the month
    rent_day: Ints
    rent_months: Ints  # paid ahead at a time
    bill_day: Ints  # of utilities
    draw_day: Ints
    decision_weekday: Ints
    card_share: Floats
    wallet: Ints  # which wallet the consumers use, 0 or 1
    buffer_days: Floats  # days of costs the owner likes to have
    prudence: Floats  # share of the coming musts held back from suppliers
    draw_share: Floats  # of the surplus
    living: Floats  # a month
    wealth: Floats  # what the owner would put in
    invests: Flags
    product: Ints
    has_reserve: Flags
    cash: Floats  # at the first day
    loan_kind: Ints
    loan: Floats  # principal
    loan_rate: Floats
    loan_months: Ints  # left at the first day
    loan_day: Ints
    renewed: Flags  # whether the bank lends again after a bullet loan
    equipment_from: Ints
    equipment: Floats
    accident_at: Ints
    accident_days: Ints
    accident: Floats  # its bill

    @property
    def size(self) -> int:
        """How many businesses."""
        return int(self.trade.size)

    @property
    def daily_cost(self) -> Floats:
        """Expected costs of a day."""
        share = self.goods + trade_values("utilities", self.trade)
        staff = self.headcount * self.wage * (1 + EMPLOYER_SOCIAL * self.insured)
        return self.turnover * share / 365 + (staff + self.rent) * 12 / 365


def population(town: Town, district: int, time: Timeline) -> Population:
    """The businesses of one district."""
    n = town.district_size(district)
    rng = stream(town.seed, "population", district)
    weight = np.array([trade.weight for trade in TRADES])
    trade = rng.choice(len(TRADES), size=n, p=weight / weight.sum()).astype(np.int64)
    turnover = trade_values("turnover", trade) * np.exp(rng.normal(0.0, 0.60, n))
    quality = rng.normal(size=n)
    wage = trade_values("wage_month", trade) * np.exp(rng.normal(0.0, 0.10, n))
    staff_cost = trade_values("wages", trade) * np.exp(rng.normal(0.0, 0.16, n)) * turnover
    insured = np.where(rng.random(n) < 0.35, 0.0, rng.uniform(0.4, 1.0, n))
    headcount = np.rint(staff_cost / (12 * wage * (1 + EMPLOYER_SOCIAL * insured))).astype(np.int64)
    goods = trade_values("goods", trade) * (1 + rng.normal(0.0, 0.035, n)) - 0.015 * quality
    rent = trade_values("rent", trade) * turnover / 12 * np.exp(rng.normal(0.0, 0.25, n))
    margin = 1 - goods - staff_cost / turnover - rent * 12 / turnover - trade_values("utilities", trade) - 0.02
    living = np.clip(0.45 * margin * turnover / 12, 2500, 60_000) * np.exp(rng.normal(0.0, 0.25, n))
    opens = np.where(rng.random(n) < 0.05, rng.integers(time.first, max(time.first + 1, time.last - 60), n), -1)
    who = _habits(rng, n, turnover)
    cost = turnover * (goods + trade_values("utilities", trade)) / 365 + staff_cost / 365 + rent * 12 / 365
    return Population(
        trade=trade,
        turnover=turnover,
        growth=0.02 + 0.04 * quality + rng.normal(0.0, 0.09, n),
        quality=quality,
        goods=np.clip(goods, 0.05, 0.95),
        headcount=headcount,
        wage=wage,
        insured=insured,
        rent=rent,
        general=turnover > 5_000_000,
        opens=opens.astype(np.int64),
        living=living,
        cash=cost * who.buffer_days * rng.uniform(0.6, 2.5, n),
        **vars(who),
        **vars(_credit(rng, n, turnover)),
        **vars(_events(rng, n, turnover, time)),
    )


@dataclass(frozen=True, eq=False)
class _Habits:
    pay_day: Ints
    rent_day: Ints
    rent_months: Ints
    bill_day: Ints
    draw_day: Ints
    decision_weekday: Ints
    card_share: Floats
    wallet: Ints
    buffer_days: Floats
    prudence: Floats
    draw_share: Floats
    wealth: Floats
    invests: Flags
    product: Ints
    has_reserve: Flags


def _habits(rng: np.random.Generator, n: int, turnover: Floats) -> _Habits:
    """How the owner runs the account. One in seven hoards: draws little of a surplus and does not invest it."""
    hoards = rng.random(n) < 0.15
    return _Habits(
        pay_day=rng.choice([5, 8, 10, 15, 20, 25, 28], n, p=[0.1, 0.1, 0.3, 0.25, 0.1, 0.1, 0.05]),
        rent_day=rng.integers(1, 28, n),
        rent_months=rng.choice([1, 3, 6], n, p=[0.45, 0.4, 0.15]),
        bill_day=rng.integers(5, 26, n),
        draw_day=rng.integers(1, 29, n),
        decision_weekday=rng.integers(0, 5, n),
        card_share=np.where(rng.random(n) < 0.45, 0.0, rng.uniform(0.1, 0.5, n)),
        wallet=rng.integers(0, 2, n),
        buffer_days=np.clip(np.exp(rng.normal(np.log(17.0), 0.50, n)), 4.0, 70.0),
        prudence=rng.uniform(0.3, 1.2, n),
        draw_share=np.where(hoards, 0.05, np.clip(np.exp(rng.normal(np.log(0.65), 0.35, n)), 0.1, 1.0)),
        wealth=turnover * np.exp(rng.normal(np.log(0.055), 0.9, n)),
        invests=(rng.random(n) < 0.24) & ~hoards,
        product=rng.choice(3, n, p=[0.7, 0.2, 0.1]),
        has_reserve=rng.random(n) < 0.25,
    )


@dataclass(frozen=True, eq=False)
class _Credit:
    loan_kind: Ints
    loan: Floats
    loan_rate: Floats
    loan_months: Ints
    loan_day: Ints
    renewed: Flags


def _credit(rng: np.random.Generator, n: int, turnover: Floats) -> _Credit:
    """Loans that stand on the first day; an annuity's months left may outlive the timeline."""
    kind = rng.choice([NO_LOAN, ANNUITY, BULLET], n, p=[0.58, 0.32, 0.10])
    months = np.where(kind == BULLET, rng.integers(5, 24, n), rng.integers(8, 48, n))
    principal = turnover * np.exp(rng.normal(np.log(0.10), 0.5, n)) * np.where(kind == BULLET, 0.7, 1.0)
    return _Credit(
        loan_kind=kind.astype(np.int64),
        loan=np.where(kind == NO_LOAN, 0.0, np.round(principal, -4)),
        loan_rate=np.round(rng.uniform(0.038, 0.085, n), 4),
        loan_months=np.where(kind == NO_LOAN, 0, months).astype(np.int64),
        loan_day=rng.choice([5, 10, 15, 20, 21, 25], n),
        renewed=rng.random(n) < 0.85,
    )


@dataclass(frozen=True, eq=False)
class _Events:
    equipment_from: Ints
    equipment: Floats
    accident_at: Ints
    accident_days: Ints
    accident: Floats


def _events(rng: np.random.Generator, n: int, turnover: Floats, time: Timeline) -> _Events:
    """One-offs: a machine that is wanted from some day on, and an accident that shuts the doors."""
    wanted, hurt = rng.random(n) < 0.30, rng.random(n) < 0.10
    when = rng.integers(time.first, time.length, size=(2, n))
    return _Events(
        equipment_from=np.where(wanted, when[0], NEVER).astype(np.int64),
        equipment=np.round(turnover * rng.uniform(0.03, 0.12, n), -3) + 1000,
        accident_at=np.where(hurt, when[1], NEVER).astype(np.int64),
        accident_days=rng.integers(5, 25, n),
        accident=np.round(turnover * rng.uniform(0.01, 0.05, n), -2) + 100,
    )
