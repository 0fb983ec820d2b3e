"""What is known of a district before its first day: retail demand, and the bills that the calendar brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.world.population import (
    ANNUITY,
    BULLET,
    EMPLOYEE_SOCIAL,
    EMPLOYER_SOCIAL,
    NEVER,
    Population,
    trade_values,
)
from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Ints, Town, stream

MUSTS_AHEAD_DAYS = 10
_RENEWAL_DAYS = 7  # from the repayment of a bullet loan to the next


@dataclass(frozen=True, eq=False)
class Schedule:
    """Matrices [days, businesses] in fen unless said otherwise."""

    retail: Ints  # sales to consumers when supply is whole
    demand: Floats  # level of trade with other businesses, a factor
    musts: dict[str, Ints]  # by kind; taxes are filled in as the months pass
    musts_ahead: Ints  # sum of the musts of the next days
    renewal: Ints
    buffer: Ints  # [businesses] cash the owner likes to have
    month_turns: Flags  # [days]
    quarter_turns: Flags
    tax_at: Ints  # [days] position of the tax day of the month of a day
    interest_day: Flags
    fee_day: Flags


def schedule(town: Town, district: int, people: Population, time: Timeline) -> Schedule:
    """The schedule of one district."""
    demand = _demand(town, district, people, time)
    retail = _retail(town, district, people, time, demand)
    musts = {
        "payroll": _payroll(town, district, people, time),
        "social": _social(people, time),
        "vat": np.zeros(retail.shape, dtype=np.int64),
        "income_tax": np.zeros(retail.shape, dtype=np.int64),
        "rent": _rent(people, time),
        "utilities": _utilities(town, district, people, time),
        "accident": _accident(people, time),
    }
    musts["loan"], renewal = _loan(people, time)
    total = np.cumsum(sum(musts.values(), np.zeros(retail.shape, dtype=np.int64)), axis=0)
    ahead = total[np.minimum(np.arange(time.length) + MUSTS_AHEAD_DAYS, time.length - 1)] - total
    day, month = time.calendar["day_of_month"], time.calendar["month"]
    return Schedule(
        retail=retail,
        demand=demand,
        musts=musts,
        musts_ahead=ahead,
        renewal=renewal,
        buffer=np.rint(people.daily_cost * people.buffer_days * 100).astype(np.int64),
        month_turns=day == 1,
        quarter_turns=(day == 1) & (month % 3 == 1),
        tax_at=_tax_days(time),
        interest_day=(day == 21) & (month % 3 == 0),
        fee_day=day == 28,
    )


def _tax_days(time: Timeline) -> Ints:
    """Position of the month's tax day for each day; past the end where the timeline has none."""
    marks = np.flatnonzero(time.calendar["tax_day"])
    by_month = np.full(int(time.month[-1] - time.month[0]) + 1, time.length, dtype=np.int64)
    by_month[time.month[marks] - time.month[0]] = marks
    at: Ints = by_month[time.month - time.month[0]]
    return at


def _demand(town: Town, district: int, people: Population, time: Timeline) -> Floats:
    """Trend, a slow wave of each business, its trade's shocks, and shut doors after an accident."""
    rng = stream(town.seed, "demand", district)
    weeks = time.length // 7 + 2
    steps = rng.normal(0.0, 0.035, size=(weeks, people.size))
    wave = np.zeros_like(steps)
    for week in range(1, weeks):
        wave[week] = 0.95 * wave[week - 1] + steps[week]
    ages = np.arange(time.length)[:, None]
    level = np.exp(np.repeat(wave, 7, axis=0)[: time.length] + people.growth * (ages - time.first) / 365)
    level *= time.demand[:, people.trade]
    young = np.where(people.opens >= 0, np.clip((ages - people.opens + 20) / 110, 0.0, 1.0), 1.0)
    shut = (ages >= people.accident_at) & (ages < people.accident_at + people.accident_days)
    shaped: Floats = np.where(shut, 0.0, level * young)
    return shaped


def _retail(town: Town, district: int, people: Population, time: Timeline, demand: Floats) -> Ints:
    """Tickets times their size; the noise of a day shrinks with the number of tickets."""
    rng = stream(town.seed, "retail", district)
    daily = people.turnover * trade_values("consumers", people.trade) / 365
    expected = daily * time.consumer[:, people.trade] * demand
    ticket = trade_values("ticket", people.trade)
    tickets = rng.poisson(expected * np.exp(rng.normal(-0.01, 0.14, expected.shape)) / ticket)
    mean = np.maximum(1 + rng.normal(size=expected.shape) * 0.6 / np.sqrt(np.maximum(tickets, 1)), 0.1)
    return np.rint(tickets * ticket * mean * 100).astype(np.int64)


def _place(time: Timeline, day_of_month: Ints, *, before_days_off: bool) -> tuple[Ints, Ints]:
    """Position and business of each month's ``day_of_month``, moved off days off."""
    position, business = np.nonzero(time.calendar["day_of_month"][:, None] == day_of_month)
    moved = (time.previous_workday if before_days_off else time.next_workday)[position]
    inside = moved < time.length
    return moved[inside].astype(np.int64), business[inside].astype(np.int64)


def _months_since_start(time: Timeline, position: Ints) -> Ints:
    since: Ints = time.month[position] - time.month[time.first]
    return since


def _payroll(town: Town, district: int, people: Population, time: Timeline) -> Ints:
    """Net wages on the pay day, a little overtime, 4 % more each year, and a thirteenth before Spring Festival."""
    rng = stream(town.seed, "payroll", district)
    position, business = _place(time, people.pay_day, before_days_off=True)
    net = people.wage * (1 - EMPLOYEE_SOCIAL * people.insured) * people.headcount
    years = (position - time.first) / 365
    amount = net[business] * 1.04**years * np.exp(rng.normal(0.0, 0.025, position.size))
    amount *= np.where(_last_before_festival(people, time, position, business), 1.9, 1.0)
    return _matrix(people, time, position, business, amount)


def _last_before_festival(people: Population, time: Timeline, position: Ints, business: Ints) -> Flags:
    """Whether a pay day is the last of its business at least four days before a Spring Festival."""
    to_festival = time.calendar["days_to_spring_festival"].astype(np.int64)[position]
    near = (to_festival >= -45) & (to_festival <= -4)
    year = (time.month[position] + 6) // 12 - (time.month[0] + 6) // 12  # from July to June: one festival in each
    last = np.full((int(year.max(initial=0)) + 1, people.size), -1, dtype=np.int64)
    np.maximum.at(last, (year[near], business[near]), position[near])
    is_last: Flags = near & (position == last[year, business])
    return is_last


def _social(people: Population, time: Timeline) -> Ints:
    """Social insurance of employer and employees, collected on the tax day."""
    position = np.flatnonzero(time.calendar["tax_day"]).astype(np.int64)
    base = people.wage * people.headcount * people.insured * 0.8
    amount = np.broadcast_to(base * (EMPLOYER_SOCIAL + EMPLOYEE_SOCIAL), (position.size, people.size))
    business = np.tile(np.arange(people.size), position.size)
    return _matrix(people, time, np.repeat(position, people.size), business, amount.reshape(-1))


def _rent(people: Population, time: Timeline) -> Ints:
    """Rent ahead for one, three or six months."""
    position, business = _place(time, people.rent_day, before_days_off=False)
    turn = (time.month[position] + business) % people.rent_months[business] == 0
    position, business = position[turn], business[turn]
    amount = np.round(people.rent[business] / 50) * 50 * people.rent_months[business]
    return _matrix(people, time, position, business, amount)


def _utilities(town: Town, district: int, people: Population, time: Timeline) -> Ints:
    """Power, water and phone: half fixed, half with the season of the month before."""
    rng = stream(town.seed, "utilities", district)
    position, business = _place(time, people.bill_day, before_days_off=False)
    level = time.order[np.maximum(position - 20, 0), people.trade[business]]
    share = trade_values("utilities", people.trade)[business]
    amount = people.turnover[business] / 12 * share * (0.5 + 0.5 * level) * np.exp(rng.normal(0.0, 0.08, position.size))
    return _matrix(people, time, position, business, amount)


def _accident(people: Population, time: Timeline) -> Ints:
    business = np.flatnonzero(people.accident_at < time.length).astype(np.int64)
    return _matrix(people, time, people.accident_at[business], business, people.accident[business])


def _loan(people: Population, time: Timeline) -> tuple[Ints, Ints]:
    """Instalments by day; and for bullet loans that the bank renews, the new pay-out a week after repayment.

    An annuity runs to its last month. A bullet loan pays interest monthly and the principal in its last month; renewed,
    it runs for another twelve months.
    """
    position, business = _place(time, people.loan_day, before_days_off=False)
    left = people.loan_months[business] - _months_since_start(time, position)
    rate = people.loan_rate[business] / 12
    principal = people.loan[business]
    kind = people.loan_kind[business]
    months = np.maximum(people.loan_months[business], 1)
    annuity = principal * rate / (1 - (1 + rate) ** -months.astype(np.float64))
    cycle_end = (left == 0) | ((left < 0) & people.renewed[business] & (left % 12 == 0))
    runs = (left >= 0) | people.renewed[business]
    bullet = np.where(runs, principal * rate, 0.0) + np.where(cycle_end, principal, 0.0)
    amount = np.where((kind == ANNUITY) & (left > 0), annuity, 0.0) + np.where(kind == BULLET, bullet, 0.0)
    again = (kind == BULLET) & cycle_end & people.renewed[business] & (position + _RENEWAL_DAYS < time.length)
    at = time.next_workday[np.minimum(position[again] + _RENEWAL_DAYS, time.length - 1)]
    inside = at < time.length
    renewal = _matrix(people, time, at[inside], business[again][inside], principal[again][inside])
    return _matrix(people, time, position, business, amount), renewal


def _matrix(people: Population, time: Timeline, position: Ints, business: Ints, amount: Floats) -> Ints:
    """Amounts in yuan at (day, business) as a matrix of fen; nothing before a business opens."""
    matrix = np.zeros((time.length, people.size), dtype=np.int64)
    open_ = (position > people.opens[business]) & (position < NEVER)
    np.add.at(matrix, (position[open_], business[open_]), np.rint(amount[open_] * 100).astype(np.int64))
    return matrix
