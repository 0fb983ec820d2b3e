"""``brambling bench``: each performance figure beside its peer, in one run, as a ratio.

One module a room (``cashflow``, ``ledger``, ...) with ``run(bench) -> list[Measure]``; a figure whose data are absent is
skipped with its reason. Timed figures live here and never in a test.
"""
