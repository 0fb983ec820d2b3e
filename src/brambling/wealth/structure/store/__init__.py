"""The tables of many wealth companies on one bank, and every query on them.

- :mod:`tables` the tables
- :mod:`companies` companies, products, managers, trades: what the bank keeps
- :mod:`looks` the session in which a manager reads: his own company's rows and no others
- :mod:`releases` figures that were given out, and the parts behind them
"""
