"""Why there is no plan: a minimal set of clauses and needs that cannot hold together (deletion filter).

Chinneck and Dravnieks (1991): leave out one group after another; what still has no solution without it does not need
it. What is left has no solution, and has one as soon as any member is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def minimal_conflict(names: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> tuple[str, ...]:
    """The groups of a minimal conflict; ``holds(subset)`` says whether those groups can hold together.

    ``names`` as a whole must not hold. One call of ``holds`` for each name.
    """
    kept = list(names)
    for name in names:
        without = [other for other in kept if other != name]
        if not holds(without):
            kept = without
    return tuple(kept)
