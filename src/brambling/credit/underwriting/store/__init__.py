"""Tables of underwriting: applications and offers, policies on their way to work, what persons said of decisions."""

from brambling.credit.underwriting.store.applications import (
    applications_of,
    drop_offer,
    find_application,
    find_offer,
    insert_application,
    insert_offer,
    keep_policy,
    limits_of,
    newest_applications,
    offer_of_application,
    policy_of,
    set_status,
    withdraw_open,
)

__all__ = [
    "applications_of",
    "drop_offer",
    "find_application",
    "find_offer",
    "insert_application",
    "insert_offer",
    "keep_policy",
    "limits_of",
    "newest_applications",
    "offer_of_application",
    "policy_of",
    "set_status",
    "withdraw_open",
]
