"""Which need a business has, who belongs to the audience of a need, and who never does. Pure.

- :mod:`needs` from the twin's signals to needs; :mod:`seasons` when a trade's season begins
- :mod:`conditions` tests on what is known of a customer, in three values; :mod:`protection` the rule nobody can turn off
- :mod:`audience` one customer against one description of a need
"""

from brambling.marketing.needs.rules.needs import Kind, Need, Policy, Signals, needs_of

__all__ = ["Kind", "Need", "Policy", "Signals", "needs_of"]
