"""What is decided about idle cash: one plan (``plan``), a million plans at once (``many``), a standing mandate
(``mandate``). Pure."""

from brambling.wealth.advice.rules.plan import (
    Plan,
    PlanLine,
    Product,
    Shelf,
    lay_out,
    no_plan,
)

__all__ = ["Plan", "PlanLine", "Product", "Shelf", "lay_out", "no_plan"]
