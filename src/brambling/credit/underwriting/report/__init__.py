"""Credit decisions, policies, backtests and memos in words, tables and charts."""

from brambling.credit.underwriting.report.decision import (
    CHANGES,
    SENTENCES,
    ceiling_name,
    ceilings_table,
    change_text,
    facts_table,
    reason_text,
    schedule_table,
)

__all__ = [
    "CHANGES",
    "SENTENCES",
    "ceiling_name",
    "ceilings_table",
    "change_text",
    "facts_table",
    "reason_text",
    "schedule_table",
]
