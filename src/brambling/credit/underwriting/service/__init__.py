"""One function for each thing a user can ask of underwriting, by what it is about.

- ``applying`` assess, apply, confirm, take, export; ``backtesting`` one policy against another on a file
- ``releasing`` policies proposed, checked and released; ``watching`` the challenger's shadow, drift
- ``opinions`` what persons said of decisions, overrides, and who was right; ``memos`` the credit memo
"""

from brambling.credit.underwriting.service.applying import (
    CONFIRM_KIND,
    TASK_KIND,
    HeldLoans,
    apply,
    assess,
    confirm,
    export_capsule,
    least_acceptable,
    newest_applications,
    open_offer,
    standing_of,
    take,
)

__all__ = [
    "CONFIRM_KIND",
    "TASK_KIND",
    "HeldLoans",
    "apply",
    "assess",
    "confirm",
    "export_capsule",
    "least_acceptable",
    "newest_applications",
    "open_offer",
    "standing_of",
    "take",
]
