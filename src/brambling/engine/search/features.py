"""Text as words that an index knows."""

from __future__ import annotations

import re

from brambling.kit.text import ngrams, normalise

_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")


def words(text: str) -> list[str]:
    """Lower-case words of Latin script and numbers, and pairs of neighbouring Chinese characters.

    Pairs need no dictionary and find a compound by its parts; a single character between other script stands alone.
    """
    found: list[str] = []
    for run in _RUNS.findall(normalise(text).lower()):
        found += ngrams(run, 2) if "\u3400" <= run[0] <= "\u9fff" else [run]
    return found
