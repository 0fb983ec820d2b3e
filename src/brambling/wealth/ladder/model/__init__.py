"""The optimiser of the ladder, its stress, the reserve and the replay.

- :mod:`plan` what to buy and sell, by linear (with lots, mixed-integer) programming
- :mod:`conflicts` a minimal set of rules and needs that cannot hold together
- :mod:`spiral` falling prices, redemptions and forced sales as a feedback; reverse stress
- :mod:`reserve` the redemption reserve by adaptive conformal prediction
- :mod:`replay` policies on real flows and a real curve, day by day
"""
