"""What the nature of money is, when it changed, and what of it may be told. Pure.

- :mod:`kinds` the six kinds, and which reason for leaving belongs to which
- :mod:`alerts` when a change of the structure is told
- :mod:`releasing` which figures a wealth company may be given, so that no customer can be worked out from them
"""
