"""Pages of the expert: drop a statement (anybody), and all that is known of one business (people of the bank)."""

from __future__ import annotations

from brambling.bank.contact import Gate
from brambling.bank.events import Bus
from brambling.cfo.pages import business, owner
from brambling.cfo.pages.owner import Example
from brambling.engine.doors.context import Context

__all__ = ["Example", "pages"]


def pages(context: Context, bus: Bus, gate: Gate, example: Example | None = None) -> None:
    """Register ``/``, ``/customers`` and ``/customers/{id}``.

    ``example`` gives a statement to those who have none at hand.
    """
    owner.pages(context, example)
    business.pages(context, bus, gate)
