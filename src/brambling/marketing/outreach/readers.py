"""Journeys and campaigns from their YAML files."""

from __future__ import annotations

from pathlib import Path

from brambling.kit.policy import read_policy
from brambling.marketing.outreach.rules.campaigns import Campaign
from brambling.marketing.outreach.rules.journeys import Journey


def read_journey(path: Path) -> Journey:
    """The journey in ``path``, well formed and not yet checked; raises InputRejected that names the key."""
    return read_policy(path, Journey)


def read_campaign(path: Path) -> Campaign:
    """The campaign in ``path``; raises InputRejected that names the key."""
    return read_policy(path, Campaign)
