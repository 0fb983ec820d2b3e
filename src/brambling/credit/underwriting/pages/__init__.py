"""Console pages: applications and decisions, policies on their way to work, agreement of persons and policy."""

from brambling.credit.underwriting.pages.agreement import pages as agreement_pages
from brambling.credit.underwriting.pages.decisions import MOVES, OUTCOMES, pages
from brambling.credit.underwriting.pages.policies import pages as policy_pages

__all__ = ["MOVES", "OUTCOMES", "agreement_pages", "pages", "policy_pages"]
