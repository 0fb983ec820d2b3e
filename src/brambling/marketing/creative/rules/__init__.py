"""What may be said, what must be, and how it is put together. Pure.

- :mod:`sheet` a product's approved facts
- :mod:`facts` one customer, and whether anything is said at all
- :mod:`claims` every number of a text, by kind
- :mod:`law` rules with their clauses, and the check of a text
- :mod:`wording` phrases chosen by a seed, slots filled by code
- :mod:`trades` which trades share what money goes to and what a picture shows
"""

from brambling.marketing.creative.rules.claims import Claim, claims_of
from brambling.marketing.creative.rules.facts import Facts, shown_name, silence
from brambling.marketing.creative.rules.law import Finding, Rulebook, check, sheet_findings
from brambling.marketing.creative.rules.sheet import KINDS, NEEDS, Sheet, Words
from brambling.marketing.creative.rules.wording import Draft, Phrases, draft

__all__ = [
    "KINDS",
    "NEEDS",
    "Claim",
    "Draft",
    "Facts",
    "Finding",
    "Phrases",
    "Rulebook",
    "Sheet",
    "Words",
    "check",
    "claims_of",
    "draft",
    "sheet_findings",
    "shown_name",
    "silence",
]
