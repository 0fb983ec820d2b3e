"""What dialogue shows: the figures of routing, and the replies of a conversation."""

from brambling.marketing.dialogue.report.routing import (
    fit_lines,
    fit_plain,
    fit_report,
    intents_table,
    note_text,
    route_lines,
    route_plain,
    routed_table,
)

__all__ = [
    "fit_lines",
    "fit_plain",
    "fit_report",
    "intents_table",
    "note_text",
    "route_lines",
    "route_plain",
    "routed_table",
]
