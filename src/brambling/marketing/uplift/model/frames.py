"""The lazy steps of allocation: value and choice of each offer as one expression, on Polars, DuckDB or Spark.

Prices come from :mod:`dual` (fitted on a sample, or on all); with them every customer decides alone, so the choice runs
wherever the rows are and nothing has to fit into one machine. The limits then hold in expectation; the exact plan, with
what is over taken back, is ``allocate``. Only sums, products and windows are used, so all engines give the same doubles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw


def with_net_value(frame: Any) -> Any:
    """``net_value`` (yuan) added to a lazy frame with uplift, need, value, cost and nuisance (yuan) columns."""
    lazy = nw.from_native(frame)
    gain = nw.col("need") * nw.col("uplift") * nw.col("value")
    return lazy.with_columns(net_value=gain - nw.col("cost") - nw.col("nuisance")).to_native()


def with_choice(frame: Any, budget_price: float, channel_prices: Mapping[str, float], contacts_max: int) -> Any:
    """``chosen`` added: the ``contacts_max`` best offers of each customer with a positive value net of prices.

    ``frame`` has customer, offer, channel, cost and net_value; ``budget_price`` is yuan for a yuan of cost,
    ``channel_prices`` yuan for a contact (0 for channels without a limit). Ties go to the earlier offer by name.
    """
    lazy = nw.from_native(frame)
    price = nw.lit(0.0)
    for channel, one in sorted(channel_prices.items()):
        price = price + nw.when(nw.col("channel") == channel).then(nw.lit(float(one))).otherwise(nw.lit(0.0))
    lazy = lazy.with_columns(_spare=nw.col("net_value") - nw.col("cost") * budget_price - price)
    lazy = lazy.with_columns(_order=-nw.col("_spare"), _one=nw.lit(1))
    place = nw.col("_one").cum_sum().over("customer", order_by=["_order", "offer"])
    lazy = lazy.with_columns(_place=place)
    lazy = lazy.with_columns(chosen=(nw.col("_place") <= contacts_max) & (nw.col("_spare") > 0))
    return lazy.drop("_spare", "_order", "_one", "_place").to_native()
