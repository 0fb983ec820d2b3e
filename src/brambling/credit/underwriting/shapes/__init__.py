"""What underwriting keeps and hands on."""

from brambling.credit.underwriting.shapes.decision import (
    Application,
    OpenOffer,
    OutcomeWord,
    facts_from,
    facts_plain,
    outcome_from,
    outcome_plain,
    reasons_plain,
    result_plain,
    word_of,
)

__all__ = [
    "Application",
    "OpenOffer",
    "OutcomeWord",
    "facts_from",
    "facts_plain",
    "outcome_from",
    "outcome_plain",
    "reasons_plain",
    "result_plain",
    "word_of",
]
