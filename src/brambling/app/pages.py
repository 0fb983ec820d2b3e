"""Pages of the engine itself, and the registration of every room's pages."""

from __future__ import annotations

from brambling.app.build import Bank


def register(bank: Bank) -> None:
    """Register the pages of all rooms."""
