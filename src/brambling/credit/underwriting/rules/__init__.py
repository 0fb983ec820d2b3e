"""How much we lend, at what price, and why. Pure: facts and a policy in; an offer, a decline or a referral out.

The limit is the least of what cash flow can repay, what the policy allows and what the turnover supports: a mean would
let one strong figure hide a weak one. Nothing here reads a clock, a database or a language: reasons are codes with
parameters, and the same facts under the same policy give the same bytes on any machine.

- ``facts``, ``policy`` what is known, and the thresholds; ``outcome`` what a decision can be
- ``schedule`` equal instalments; ``path`` which principals are safe on a loan's own path
- ``offers`` the decision; ``declines`` what forbids it, and what would turn it
"""

from brambling.credit.underwriting.rules.facts import Facts, Span
from brambling.credit.underwriting.rules.offers import offer
from brambling.credit.underwriting.rules.outcome import (
    Change,
    Decline,
    LimitLine,
    Offer,
    Outcome,
    Refer,
    proposed,
)
from brambling.credit.underwriting.rules.path import span_of
from brambling.credit.underwriting.rules.policy import Band, Policy
from brambling.credit.underwriting.rules.schedule import (
    MONTHS_SIMULATED,
    Instalment,
    due_days,
    instalments,
    largest_principal,
)
from brambling.kit.reasons import Reason

__all__ = [
    "MONTHS_SIMULATED",
    "Band",
    "Change",
    "Decline",
    "Facts",
    "Instalment",
    "LimitLine",
    "Offer",
    "Outcome",
    "Policy",
    "Reason",
    "Refer",
    "Span",
    "due_days",
    "instalments",
    "largest_principal",
    "offer",
    "proposed",
    "span_of",
]
