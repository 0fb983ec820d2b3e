"""Customers, related persons and blocked lists.

- ``Customer``, ``Person``: ``add``, ``get``, ``get_many``, ``by_uscc``, ``search``, ``related``
- ``set_address``, ``address`` where a channel reaches a customer; ``add_bank_account``, ``bank_accounts``
- ``group_of`` other customers under the same persons; ``import_blocks`` a blocked list; ``blocked`` screens a customer before any decision; ``block_text`` says why
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.bank.customers.report import block_text
    from brambling.bank.customers.rules import Block, BlockList, Customer, Person
    from brambling.bank.customers.service import (
        add,
        add_bank_account,
        address,
        bank_accounts,
        block_lists,
        blocked,
        by_uscc,
        get,
        get_many,
        group_of,
        ids_after,
        import_blocks,
        related,
        search,
        set_address,
    )

_HOMES = {
    "Block": "rules",
    "BlockList": "rules",
    "Customer": "rules",
    "Person": "rules",
    "block_text": "report",
    **dict.fromkeys(
        (
            "add",
            "add_bank_account",
            "address",
            "bank_accounts",
            "block_lists",
            "blocked",
            "by_uscc",
            "get",
            "get_many",
            "group_of",
            "ids_after",
            "import_blocks",
            "related",
            "search",
            "set_address",
        ),
        "service",
    ),
}

__all__ = [
    "Block",
    "BlockList",
    "Customer",
    "Person",
    "add",
    "add_bank_account",
    "address",
    "bank_accounts",
    "block_lists",
    "block_text",
    "blocked",
    "by_uscc",
    "get",
    "get_many",
    "group_of",
    "ids_after",
    "import_blocks",
    "related",
    "search",
    "set_address",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
