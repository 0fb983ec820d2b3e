"""What a twin reads of a statement, with every name and every word replaced by a token.

A twin asks of a counterparty or a memo only whether two rows carry the same one, and orders equal payments by them. So
tokens that keep sameness and order give the same twin to the last bit, and a file that must travel (a replay capsule)
needs neither the names of customers and suppliers nor what was written beside a payment. Tokens are places in a sorted
list: no key is needed to make them again, and no key, however it leaks, gives a name back.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

MASKED_COLUMNS = ("date", "amount_minor", "counterparty", "memo", "category")


def masked(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` of a statement as (date, amount_minor, counterparty, memo, category), both texts as tokens.

    Empty stays empty. Digits of a memo are left out before it is compared, as the search for recurring payments does.
    Masking what is masked changes nothing.
    """
    import polars as pl

    names = rows["counterparty"].fill_null("")
    words = rows["memo"].fill_null("").str.replace_all(r"[0-9０-９]+", "")
    # a payment without a name goes by its words, so both are ordered in one list, words first where they are equal
    places = sorted(
        {(word.strip(), 0, word) for word in words.unique() if word} | {(n, 1, n) for n in names.unique() if n}
    )
    width = len(_letters(len(places), 0))
    tokens = {place[1:]: _letters(number, width) for number, place in enumerate(places)}
    hidden = [
        pl.Series(column, [tokens[kind, text] if text else "" for text in texts], pl.String)
        for column, kind, texts in (("counterparty", 1, names), ("memo", 0, words))
    ]
    return rows.select("date", "amount_minor", "category").with_columns(hidden).select(MASKED_COLUMNS)


def _letters(number: int, width: int) -> str:
    """``number`` in letters of a fixed width, so that tokens sort like their numbers and hold no digits."""
    text = ""
    while number or len(text) < width or not text:
        number, digit = divmod(number, len(ascii_lowercase))
        text = ascii_lowercase[digit] + text
    return text
