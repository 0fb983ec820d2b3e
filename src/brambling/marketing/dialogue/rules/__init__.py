"""What routing, understanding and the turns of a conversation decide. Pure; words of the owner in, what is meant out."""

from brambling.marketing.dialogue.rules.routing import (
    CONFIDENCE_DECIMALS,
    KEPT,
    NOTES,
    RIGHT,
    Action,
    Bools,
    Note,
    Thresholds,
    thresholds,
)

__all__ = ["CONFIDENCE_DECIMALS", "KEPT", "NOTES", "RIGHT", "Action", "Bools", "Note", "Thresholds", "thresholds"]
