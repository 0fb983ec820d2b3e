"""The facts of a credit decision: from a twin, or from a row of a file in the words of the axioms."""

from brambling.credit.underwriting.features.twins import Held, Standing, debt_monthly, facts_of, facts_unread, on_grid

__all__ = ["Held", "Standing", "debt_monthly", "facts_of", "facts_unread", "on_grid"]
