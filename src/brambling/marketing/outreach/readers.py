"""Journeys and campaigns from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from brambling.kit.errors import InputRejected
from brambling.kit.policy import read_policy
from brambling.kit.settings import settings
from brambling.marketing.outreach.rules.campaigns import Campaign
from brambling.marketing.outreach.rules.journeys import Journey, checked, clashes


def read_journey(path: Path) -> Journey:
    """The journey in ``path``, well formed and not yet checked; raises InputRejected that names the key."""
    return read_policy(path, Journey)


def read_campaign(path: Path) -> Campaign:
    """The campaign in ``path``; raises InputRejected that names the key."""
    return read_policy(path, Campaign)


@cache
def house_journeys() -> tuple[Journey, ...]:
    """The journeys of this installation: the YAML files in the folder ``journeys`` of its home, none without one.

    Raises InputRejected for one with a fault, or two for one moment: a bank does not start with a journey that is wrong.
    """
    found = tuple(checked(read_journey(path)) for path in sorted((settings().home / "journeys").glob("*.yaml")))
    for fault in clashes(found):
        raise InputRejected(f"two journeys for one moment: {fault.found}")
    return found
