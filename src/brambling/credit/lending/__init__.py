"""From an accepted offer to a repaid loan.

- ``schedule`` the instalments of a loan, exact to the fen (pure)
- ``accept`` a decided offer; ``pay`` and ``activate`` are the steps of its pay-out; ``repay``; ``check``
- ``register`` the pay-out with the bank's workflows; ``accept_and_pay`` does both at once, exactly once

States: accepted -> paid -> active -> settled; a pay-out that may not happen is ``stopped`` and waits for a person, who
lets it go on or makes it ``cancelled``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.credit.lending.rules import Due, Instalment, Loan, schedule
    from brambling.credit.lending.service import (
        accept,
        activate,
        check,
        current_account,
        due_instalments,
        get_loan,
        held,
        known_flows,
        loans_of,
        outcomes,
        pay,
        repay,
    )
    from brambling.credit.lending.workflow import accept_and_pay, accept_on_behalf, register

_MENU = {
    **dict.fromkeys(("Due", "Instalment", "Loan", "schedule"), "rules"),
    **dict.fromkeys(
        (
            "accept",
            "activate",
            "check",
            "current_account",
            "due_instalments",
            "get_loan",
            "held",
            "known_flows",
            "loans_of",
            "outcomes",
            "pay",
            "repay",
        ),
        "service",
    ),
    **dict.fromkeys(("accept_and_pay", "accept_on_behalf", "register"), "workflow"),
}

__all__ = [
    "Due",
    "Instalment",
    "Loan",
    "accept",
    "accept_and_pay",
    "accept_on_behalf",
    "activate",
    "check",
    "current_account",
    "due_instalments",
    "get_loan",
    "held",
    "known_flows",
    "loans_of",
    "outcomes",
    "pay",
    "register",
    "repay",
    "schedule",
]


def __getattr__(name: str) -> Any:
    if name in _MENU:
        return getattr(import_module(f"{__name__}.{_MENU[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
