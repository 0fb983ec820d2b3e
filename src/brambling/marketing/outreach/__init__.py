"""Outreach: journeys and campaigns through the one gate, hold-outs with their read-out, suppression elsewhere.

- ``read_journey``, ``faults`` a journey from its file and what is wrong with it; ``begin``, ``advance_due`` run it;
  ``house_journeys`` those of this installation
- ``read_campaign``, ``open_campaign``, ``put_in``, ``note_success``, ``read_out`` a campaign with hold-outs and copies
- ``suppressed`` hashes of everybody whom outside platforms must leave alone
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brambling.marketing.outreach.readers import house_journeys, read_campaign, read_journey
    from brambling.marketing.outreach.rules.journeys import clashes, faults
    from brambling.marketing.outreach.service.campaigns import note_success, open_campaign, put_in, read_out
    from brambling.marketing.outreach.service.journeys import advance_due, begin, heard, runs
    from brambling.marketing.outreach.service.suppressing import may_be_shown, suppressed

_HOMES = {
    **dict.fromkeys(("house_journeys", "read_campaign", "read_journey"), "readers"),
    **dict.fromkeys(("clashes", "faults"), "rules.journeys"),
    **dict.fromkeys(("note_success", "open_campaign", "put_in", "read_out"), "service.campaigns"),
    **dict.fromkeys(("advance_due", "begin", "heard", "runs"), "service.journeys"),
    **dict.fromkeys(("may_be_shown", "suppressed"), "service.suppressing"),
}

__all__ = [
    "advance_due",
    "begin",
    "clashes",
    "faults",
    "heard",
    "house_journeys",
    "may_be_shown",
    "note_success",
    "open_campaign",
    "put_in",
    "read_campaign",
    "read_journey",
    "read_out",
    "runs",
    "suppressed",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
