"""Text as it is written in China: widths, names, numerals, amounts.

- :mod:`normal` one form for what looks the same: widths, spaces, names; character n-grams
- :mod:`numerals` Chinese and mixed numerals read (``三十万``, ``1.5万``, ``3千5``, ``百分之五``)
- :mod:`amounts` amounts of money read from words and written in capitals (``壹佰贰拾叁元肆角伍分``)

Numbers are read by code, never by a language model.
"""

from brambling.kit.text.amounts import parse_amount, to_capitals
from brambling.kit.text.normal import company_stem, narrow, ngrams, normalise, normalise_name
from brambling.kit.text.numerals import Found, find_numbers, parse_number

__all__ = [
    "Found",
    "company_stem",
    "find_numbers",
    "narrow",
    "ngrams",
    "normalise",
    "normalise_name",
    "parse_amount",
    "parse_number",
    "to_capitals",
]
