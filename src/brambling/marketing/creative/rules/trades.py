"""Trades by groups that share what money goes to and what a picture shows (GB/T 4754-2017, two-digit divisions). Pure."""

from __future__ import annotations

GROUPS = (
    "eating", "retail", "wholesale", "transport", "making", "building", "farming", "lodging", "repair", "tech", "care",
    "health", "teaching", "general",
)  # fmt: skip

# first and last division of a group; a longer code is decided before its division
_DIVISIONS = (
    (1, 5, "farming"), (6, 46, "making"), (47, 50, "building"), (51, 51, "wholesale"), (52, 52, "retail"),
    (53, 60, "transport"), (61, 61, "lodging"), (62, 62, "eating"), (63, 65, "tech"), (73, 75, "tech"),
    (80, 80, "care"), (81, 81, "repair"), (83, 83, "teaching"),
    (84, 85, "health"),
)  # fmt: skip
_CLOSER = {"525": "health", "515": "health"}  # medicines, sold or wholesaled


def group_of(gbt4754: str) -> str:
    """The group of a code such as ``6210`` or ``H6210``; ``general`` where it is empty or in no group."""
    code = gbt4754.strip().lstrip("ABCDEFGHIJKLMNOPQRST")
    if code[:3] in _CLOSER:
        return _CLOSER[code[:3]]
    if not code[:2].isdigit():
        return "general"
    division = int(code[:2])
    return next((group for low, high, group in _DIVISIONS if low <= division <= high), "general")
