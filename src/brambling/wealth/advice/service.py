"""One function for each thing a user can ask of idle-cash advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brambling.kit.money import Money
from brambling.kit.reasons import Reason
from brambling.wealth.advice.features import margins_of
from brambling.wealth.advice.readers import shipped_shelf
from brambling.wealth.advice.rules import Plan, Shelf, lay_out, no_plan

if TYPE_CHECKING:
    from brambling.perception.cashflow.twin_shapes import Twin


def plan(twin: Twin, shelf: Shelf | None = None) -> Plan:
    """The idle-cash plan of one twin on ``shelf`` (the shipped one by default), from the day of the twin's origin.

    There is no plan, with the reason, when the balance is unknown, when the shelf is in another currency, and when
    nothing is idle. Products longer than the simulated time are left out: nothing is known of those days.
    """
    shelf = shelf or shipped_shelf()
    floor = Money(twin.committed_minor(shelf.floor_days), twin.currency)
    if not twin.balance_known:
        return no_plan(twin.currency, floor, Reason("balance-unknown"))
    if twin.currency != shelf.currency:
        return no_plan(twin.currency, floor, Reason("currency-not-served", {"currency": twin.currency}))
    products = tuple(product for product in shelf.products if product.away_days <= twin.horizon_days)
    margins = margins_of(twin, [product.away_days for product in products], floor.minor)
    return lay_out(margins, products, shelf, twin.origin, floor)
