"""What the tax day asks for: value added tax and income tax, in round terms of the rules for small taxpayers."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from brambling.world.population import Population, trade_values
from brambling.world.town import Floats, Ints

EXEMPT_QUARTER = 30_000_000  # fen: a small taxpayer with quarterly sales up to CNY 300,000 pays no VAT
SURCHARGES = 0.06  # city construction and education, halved for small enterprises
SMALL_RATE, INCOME_RATE = 0.01, 0.05


class Sales(Protocol):
    """What the taxes rest on: sales and purchases in fen of the month and of the quarter."""

    sales_month: Floats
    goods_month: Floats
    sales_quarter: Floats
    goods_quarter: Floats


def value_added_tax(people: Population, sales: Sales, quarter_turns: np.bool_) -> Ints:
    """VAT with surcharges: monthly output less input for general taxpayers, 1 % of the quarter's sales for small ones.

    Growers sell their own produce free of VAT. A general taxpayer pays at least 0.6 % of sales: inputs never all carry
    a deductible invoice.
    """
    rate = trade_values("vat", people.trade)
    inside = rate / (1 + rate)
    general = np.maximum(sales.sales_month * inside - sales.goods_month * 0.85 * inside, sales.sales_month * 0.006)
    small = np.where(sales.sales_quarter > EXEMPT_QUARTER, sales.sales_quarter / (1 + SMALL_RATE) * SMALL_RATE, 0.0)
    tax = np.where(people.general, general, small if quarter_turns else 0.0) * (1 + SURCHARGES)
    return np.rint(np.where(rate > 0, tax, 0.0)).astype(np.int64)


def income_tax(people: Population, sales: Sales) -> Ints:
    """Quarterly income tax of a small enterprise: 5 % of the profit that the books show."""
    staff = people.headcount * people.wage * 3 * 100
    rest = people.rent * 3 * 100 + sales.sales_quarter * trade_values("utilities", people.trade)
    profit = sales.sales_quarter - sales.goods_quarter - staff - rest
    return np.rint(np.maximum(profit, 0.0) * INCOME_RATE * (trade_values("vat", people.trade) > 0)).astype(np.int64)
