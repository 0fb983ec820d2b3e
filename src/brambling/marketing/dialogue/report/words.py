"""Words of codes that more than one page shows."""

from __future__ import annotations

from collections.abc import Mapping

from brambling.kit.i18n import N_

REASON_WORDS: Mapping[str, str] = {
    "threat": N_("a life in danger, or a threat"),
    "fraud": N_("fraud"),
    "death": N_("a death"),
    "hardship": N_("hardship"),
    "complaint": N_("a complaint"),
    "wish": N_("asked for a person"),
    "again": N_("not settled the first time"),
    "misses": N_("could not be answered"),
}
