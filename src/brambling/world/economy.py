"""One district, day by day: cash comes in, bills are met in order, and default follows from cash.

Amounts are integers of fen. Whole-district arrays make a day's work a few dozen vector operations; the only loop is over
days. The order of work inside a day is that of ``docs/world.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.world.network import OUTSIDE, Orders, Relations
from brambling.world.population import NEVER, Population
from brambling.world.schedule import Schedule
from brambling.world.taxes import income_tax, value_added_tax
from brambling.world.timeline import Timeline
from brambling.world.town import Flags, Floats, Ints

# What a line of the account can be, in the order within a day; suppliers and customers stand in ``Books.paid``.
INFLOWS = ("capital", "wallet", "card", "renewal", "interest", "from_reserve", "from_fund", "injection")
MUSTS = ("payroll", "social", "vat", "income_tax", "loan", "rent", "utilities", "accident")  # in order of payment
OWN = ("equipment", "fee", "draw", "to_reserve", "to_fund")
KINDS = (*INFLOWS, *MUSTS, *OWN)

DEFAULT_DAYS = 30  # loan or rent overdue for so long is a default
CLOSING_DAYS = 90  # and for so long the end of the business
PATIENCE_DAYS = 45  # a supplier not paid for so long stops delivering
RESCUE_DAYS = 25  # the owner puts money in for a supplier that has waited so long
THOUSAND = 100_000  # of yuan, in fen
_RETAIL_NET = 0.994  # after the channel's fee


@dataclass(eq=False)
class Books:
    """What happened: one matrix [days, businesses] a kind, and what was paid on each relation [days, relations]."""

    lines: dict[str, Ints]
    paid: Ints
    seller: Ints  # who received it, OUTSIDE for nobody in town
    cash: Ints
    reserve: Ints
    fund: Ints
    overdue: Ints


@dataclass(eq=False)
class State:
    """Where each business stands. ``owed`` [musts, businesses] and ``arrears`` [relations] are bills asked for."""

    cash: Ints
    reserve: Ints
    fund: Ints
    wealth: Ints
    owed: Ints
    arrears: Ints
    waited: Ints
    supply: Floats
    wallet_due: Ints
    card_due: Ints
    overdue_days: Ints
    closed: Flags
    seller: Ints
    equipment_open: Flags
    first_missed: Ints
    default_at: Ints
    closed_at: Ints
    sales_month: Floats
    goods_month: Floats
    sales_quarter: Floats
    goods_quarter: Floats


@dataclass(frozen=True, eq=False)
class District:
    """All that is fixed before the first day, and the books that the days fill."""

    people: Population
    links: Relations
    orders: Orders
    time: Timeline
    plan: Schedule
    books: Books
    due: Ints  # [days, relations], invoices by the day they are asked for
    supply_first: Ints  # first supplier relation of each business, counted from the first supplier relation


def run(people: Population, links: Relations, placed: Orders, time: Timeline, plan: Schedule) -> tuple[Books, State]:
    """Live through every day; the books and the state after the last day."""
    n, days = people.size, time.length
    books = Books(
        lines={kind: np.zeros((days, n), dtype=np.int64) for kind in KINDS},
        paid=np.zeros((days, links.size), dtype=np.int64),
        seller=np.full((days, links.size - links.customers), OUTSIDE, dtype=np.int16),
        cash=np.zeros((days, n), dtype=np.int64),
        reserve=np.zeros((days, n), dtype=np.int64),
        fund=np.zeros((days, n), dtype=np.int64),
        overdue=np.zeros((days, n), dtype=np.int64),
    )
    first = np.searchsorted(links.buyer[links.customers :], np.arange(n)).astype(np.int64)
    due = np.zeros((days, links.size), dtype=np.int64)
    here = District(people, links, placed, time, plan, books, due, first)
    state = _opening(people, links)
    _open_invoices(here)
    for t in range(days):
        if t == time.first:
            _start_anew(here, state)
        _one_day(here, state, t)
    return books, state


def _opening(people: Population, links: Relations) -> State:
    n = people.size
    zero = np.zeros(n, dtype=np.int64)
    never = np.full(n, NEVER, dtype=np.int64)
    started = people.opens < 0
    return State(
        cash=np.where(started, fen(people.cash), 0),
        reserve=np.where(started & people.has_reserve, fen(people.cash * 0.5), 0),
        fund=np.where(started & people.invests, fen(people.cash * 0.4), 0),
        wealth=fen(people.wealth),
        owed=np.zeros((len(MUSTS), n), dtype=np.int64),
        arrears=np.zeros(links.size - links.customers, dtype=np.int64),
        waited=np.zeros(links.size - links.customers, dtype=np.int64),
        supply=np.ones(n),
        wallet_due=zero.copy(),
        card_due=zero.copy(),
        overdue_days=zero.copy(),
        closed=np.zeros(n, dtype=np.bool_),
        seller=links.seller.copy(),
        equipment_open=people.equipment_from < NEVER,
        first_missed=never.copy(),
        default_at=never.copy(),
        closed_at=never.copy(),
        sales_month=np.zeros(n),
        goods_month=np.zeros(n),
        sales_quarter=np.zeros(n),
        goods_quarter=np.zeros(n),
    )


def _open_invoices(here: District) -> None:
    """Invoices of orders from before the first day, of businesses that were there."""
    early = slice(0, int(here.orders.begin[0]))
    relation, pay_at = here.orders.relation[early], here.orders.pay_at[early]
    links, opens = here.links, here.people.opens
    there = (opens[links.buyer] < 0) | (links.buyer == OUTSIDE)
    there &= (opens[links.seller] < 0) | (links.seller == OUTSIDE)
    known = there[relation] & (pay_at < NEVER)
    invoice = np.rint(here.orders.amount[early]).astype(np.int64) * 100
    np.add.at(here.due, (pay_at[known], relation[known]), invoice[known])


def _start_anew(here: District, state: State) -> None:
    """Nobody enters the statements already failed: who fell behind in the warm-up starts with its buffer and no debts."""
    failed = (state.closed | (state.overdue_days > 0)) & (here.people.opens < 0)
    state.closed &= ~failed
    state.owed[:, failed] = 0
    state.arrears[failed[here.links.buyer[here.links.customers :]]] = 0
    state.cash = np.where(failed, np.maximum(here.plan.buffer, state.cash), state.cash)
    here.books.cash[here.time.first - 1] = state.cash
    for days in (state.first_missed, state.default_at, state.closed_at):
        days[:] = NEVER


def fen(yuan: Floats) -> Ints:
    """Yuan as whole fen."""
    return np.rint(yuan * 100).astype(np.int64)


def _one_day(here: District, state: State, t: int) -> None:
    active = (here.people.opens <= t) & ~state.closed
    sales = _sell(here, state, t, active)
    _order(here, state, t, active)
    _receive(here, state, t, sales, active)
    _owe(here, state, t, active)
    _rescue(here, state, t, active)
    _pay_musts(here, state, t)
    received = _pay_suppliers(here, state, t)
    state.cash += received
    _spend(here, state, t, active)
    _judge(here, state, t, active)
    here.books.cash[t], here.books.reserve[t], here.books.fund[t] = state.cash, state.reserve, state.fund


def _sell(here: District, state: State, t: int, active: Flags) -> Ints:
    """Sales to consumers of the day; what suppliers do not deliver is not sold."""
    sales: Ints = np.rint(here.plan.retail[t] * state.supply * active).astype(np.int64)
    state.sales_month += sales
    return sales


def _order(here: District, state: State, t: int, active: Flags) -> None:
    """Place the day's orders: an invoice to pay later, a sale of the seller now."""
    orders, links = here.orders, here.links
    part = slice(int(orders.begin[t]), int(orders.begin[t + 1]))
    relation, amount, pay_at = orders.relation[part], orders.amount[part], orders.pay_at[part]
    buyer, seller = links.buyer[relation], state.seller[relation]
    inside_buyer, inside_seller = buyer != OUTSIDE, seller != OUTSIDE
    # An outside customer gets what its seller can deliver; a business buys what it still sells.
    level = np.where(inside_buyer, state.supply[buyer] * active[buyer], state.supply[seller] * active[seller])
    waiting = np.where(inside_buyer, state.waited[np.maximum(relation - links.customers, 0)], 0)
    invoice = np.rint(amount * level * (waiting <= PATIENCE_DAYS)).astype(np.int64) * 100
    n = here.people.size
    state.sales_month += np.bincount(seller[inside_seller], weights=invoice[inside_seller], minlength=n)
    state.goods_month += np.bincount(buyer[inside_buyer], weights=invoice[inside_buyer], minlength=n)
    comes = pay_at < NEVER
    np.add.at(here.due, (pay_at[comes], relation[comes]), invoice[comes])


def _receive(here: District, state: State, t: int, sales: Ints, active: Flags) -> None:
    """Money that comes in from outside: capital of a new business, wallets, cards, outside customers, renewed loans."""
    people, lines, links = here.people, here.books.lines, here.links
    lines["capital"][t] = np.where(people.opens == t, fen(people.cash), 0)
    lines["wallet"][t] = state.wallet_due
    if here.time.calendar["workday"][t]:
        lines["card"][t] = state.card_due
        state.card_due = np.zeros_like(state.card_due)
    by_card = np.rint(sales * people.card_share * _RETAIL_NET).astype(np.int64)
    state.wallet_due = np.rint(sales * _RETAIL_NET).astype(np.int64) - by_card
    state.card_due += by_card
    paid = here.due[t, : links.customers]
    here.books.paid[t, : links.customers] = paid
    state.cash += np.bincount(links.seller[: links.customers], weights=paid, minlength=people.size).astype(np.int64)
    good = active & (state.owed[MUSTS.index("loan")] == 0) & (state.default_at == NEVER)
    lines["renewal"][t] = np.where(good, here.plan.renewal[t], 0)
    if here.plan.interest_day[t]:
        lines["interest"][t] = state.cash * 5 // 40_000
    for kind in ("capital", "wallet", "card", "renewal", "interest"):
        state.cash += lines[kind][t]


def _owe(here: District, state: State, t: int, active: Flags) -> None:
    """Add what is asked for today to what is overdue; at the turn of a month fix the taxes of the month before."""
    plan = here.plan
    if plan.month_turns[t]:
        state.sales_quarter += state.sales_month
        state.goods_quarter += state.goods_month
        due_at = int(plan.tax_at[t])
        if due_at < here.time.length:
            plan.musts["vat"][due_at] += value_added_tax(here.people, state, plan.quarter_turns[t])
            if plan.quarter_turns[t]:
                plan.musts["income_tax"][due_at] += income_tax(here.people, state)
        state.sales_month[:], state.goods_month[:] = 0, 0
        if plan.quarter_turns[t]:
            state.sales_quarter[:], state.goods_quarter[:] = 0, 0
    for k, kind in enumerate(MUSTS):
        state.owed[k] += np.where(active, plan.musts[kind][t], 0)
    state.arrears += here.due[t, here.links.customers :]


def _rescue(here: District, state: State, t: int, active: Flags) -> None:
    """Where cash does not cover the bills: the reserve, then the fund, then the owner, as far as able."""
    lines = here.books.lines
    must = state.owed.sum(axis=0)
    waiting = _of_buyers(here, state.arrears)
    old = _of_buyers(here, np.where(state.waited > RESCUE_DAYS, state.arrears, 0))
    short = np.maximum(must + waiting - state.cash, 0) * active
    for kind, pot in (("from_reserve", state.reserve), ("from_fund", state.fund)):
        back = np.minimum(_up(short), pot)
        lines[kind][t] = back
        np.subtract(pot, back, out=pot)
        state.cash += back
        short = np.maximum(short - back, 0)
    short = np.maximum(must + old - state.cash, 0) * active
    help_ = np.minimum(_up(short), state.wealth // THOUSAND * THOUSAND)
    lines["injection"][t] = help_
    state.wealth -= help_
    state.cash += help_


def _pay_musts(here: District, state: State, t: int) -> None:
    """Wages, taxes, loan, rent and the rest, as far as cash goes; part of a bill only in whole thousands of yuan."""
    for k, kind in enumerate(MUSTS):
        owed = state.owed[k]
        pay = np.where(state.cash >= owed, owed, state.cash // THOUSAND * THOUSAND)
        here.books.lines[kind][t] = pay
        state.cash -= pay
        owed -= pay


def _pay_suppliers(here: District, state: State, t: int) -> Ints:
    """Suppliers in order of favour from what is above the hold-back; returns what businesses in town receive."""
    customers, n = here.links.customers, here.people.size
    if here.time.calendar["workday"][t] and state.arrears.any():
        buyer = here.links.buyer[customers:]
        hold = (here.plan.musts_ahead[t] * here.people.prudence).astype(np.int64)
        may = np.maximum(state.cash - hold, 0)
        total = np.concatenate([[0], np.cumsum(state.arrears)])
        before = total[:-1] - total[here.supply_first[buyer]]
        left = np.maximum(may[buyer] - before, 0)
        pay = np.where(left >= state.arrears, state.arrears, left // THOUSAND * THOUSAND)
        state.cash -= _of_buyers(here, pay)
        state.arrears -= pay
        here.books.paid[t, customers:] = pay
    pay = here.books.paid[t, customers:]
    seller = state.seller[customers:]
    here.books.seller[t] = seller
    state.waited = np.where(state.arrears > 0, state.waited + 1, 0)
    inside = (seller != OUTSIDE) & (pay > 0)
    return np.bincount(seller[inside], weights=pay[inside], minlength=n).astype(np.int64)


def _spend(here: District, state: State, t: int, active: Flags) -> None:
    """Only now the owner's wishes: equipment, the bank's fee, the draw, the reserve, the fund."""
    people, lines, plan = here.people, here.books.lines, here.plan
    clear = active & (state.owed.sum(axis=0) == 0) & (_of_buyers(here, state.arrears) == 0)
    floor = plan.buffer
    buys = state.equipment_open & clear & (t >= people.equipment_from) & (state.cash - fen(people.equipment) > floor)
    lines["equipment"][t] = np.where(buys, fen(people.equipment), 0)
    state.equipment_open &= ~buys
    state.cash -= lines["equipment"][t]
    if plan.fee_day[t]:
        lines["fee"][t] = np.minimum(state.cash, np.where(active, 1500, 0))
        state.cash -= lines["fee"][t]
    draws = clear & (people.draw_day == here.time.calendar["day_of_month"][t])
    living = np.minimum(fen(people.living), np.maximum(state.cash - plan.musts_ahead[t], 0)) // 10_000 * 10_000
    surplus = np.maximum(state.cash + state.reserve - living - plan.musts_ahead[t] - 3 * floor // 2, 0)
    extra = np.minimum((surplus * people.draw_share).astype(np.int64), np.maximum(state.cash - living, 0))
    draw = np.where(draws, living + extra // THOUSAND * THOUSAND, 0)
    lines["draw"][t] = draw
    state.cash -= draw
    state.wealth += draw // 8
    decides = clear & (people.decision_weekday == here.time.calendar["weekday"][t]) & here.time.calendar["workday"][t]
    _lay_by(here, state, t, decides)


def _lay_by(here: District, state: State, t: int, decides: Flags) -> None:
    """What is above the buffer and the coming musts goes to the reserve or, of those who invest, to the fund."""
    people, lines, plan = here.people, here.books.lines, here.plan
    state.fund += np.rint(state.fund * here.time.fund_yield[t][people.product] / 365).astype(np.int64)
    spare = np.maximum(state.cash - plan.musts_ahead[t] - plan.buffer, 0)
    to_fund = np.where(decides & people.invests, spare * 4 // 5 // THOUSAND * THOUSAND, 0)
    to_fund = np.where(to_fund >= 10 * THOUSAND, to_fund, 0)
    spare -= to_fund
    room = np.where(decides & people.has_reserve & ~people.invests, spare - plan.buffer, 0)
    to_reserve = np.where(room >= 10 * THOUSAND, room // 2 // THOUSAND * THOUSAND, 0)
    lines["to_fund"][t], lines["to_reserve"][t] = to_fund, to_reserve
    state.cash -= to_fund + to_reserve
    state.fund += to_fund
    state.reserve += to_reserve


def _judge(here: District, state: State, t: int, active: Flags) -> None:
    """Count overdue days; default and closing follow from them, and so does what suppliers still deliver."""
    late = active & ((state.owed[MUSTS.index("loan")] + state.owed[MUSTS.index("rent")]) > 0)
    state.overdue_days = np.where(late, state.overdue_days + 1, 0)
    state.first_missed = np.where(late & (state.first_missed == NEVER), t, state.first_missed)
    state.default_at = np.where((state.overdue_days == DEFAULT_DAYS) & (state.default_at == NEVER), t, state.default_at)
    closes = active & (state.overdue_days >= CLOSING_DAYS)
    if closes.any():
        state.closed |= closes
        state.closed_at = np.where(closes, t, state.closed_at)
        state.seller = np.where((state.seller >= 0) & closes[state.seller], OUTSIDE, state.seller)
        state.seller[: here.links.customers] = here.links.seller[: here.links.customers]
        # nobody collects from a closed business: what it owed is written off where it was owed
        state.owed[:, closes] = 0
        state.arrears[closes[here.links.buyer[here.links.customers :]]] = 0
        here.due[t + 1 :, here.links.customers :][:, closes[here.links.buyer[here.links.customers :]]] = 0
    stopped = _of_buyers(here, np.where(state.waited > PATIENCE_DAYS, 1, 0) * _share(here))
    target = 1 - 0.7 * np.minimum(stopped / 1_000_000, 1.0)
    state.supply += 0.1 * (target - state.supply)
    here.books.overdue[t] = state.owed.sum(axis=0) + _of_buyers(here, state.arrears)


def _share(here: District) -> Ints:
    """Each supplier's share of its buyer's goods, in millionths."""
    return np.rint(here.links.share[here.links.customers :] * 1_000_000).astype(np.int64)


def _of_buyers(here: District, values: Ints) -> Ints:
    """Sums over the suppliers of each business."""
    total = np.concatenate([[0], np.cumsum(values)])
    last = np.append(here.supply_first[1:], values.size)
    sums: Ints = total[last] - total[here.supply_first]
    return sums


def _up(amount: Ints) -> Ints:
    """Up to the next thousand yuan."""
    return -(-amount // THOUSAND) * THOUSAND
