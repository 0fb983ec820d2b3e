"""Estimators of what contact changes.

- :mod:`glm` logistic and linear regression with an estimated spread of the interactions
- :mod:`learners` the candidates; :mod:`selector` their cross-fitted blend; :mod:`heterogeneity` do customers differ
- :mod:`qini` the one measure of an ordering
- :mod:`dual` allocation by dual decomposition; :mod:`offpolicy` what another policy would have earned
- :mod:`calls` calls in time and when to stop
"""
