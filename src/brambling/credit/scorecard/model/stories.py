"""Bins in numbers people read: rows, share, bad rate, weight of evidence, information value, points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from brambling.credit.scorecard.rules import Card, Characteristic
from brambling.credit.scorecard.shapes import BinStory, CharacteristicStory, Ints, Loans

LABELS_SHOWN = 6


def tell(card: Card, bins: Sequence[Ints], loans: Loans) -> tuple[CharacteristicStory, ...]:
    """The story of every characteristic, the largest information value first."""
    stories = [_story(item, place, loans) for item, place in zip(card.characteristics, bins, strict=True)]
    return tuple(sorted(stories, key=lambda story: -story.information_value))


def _story(item: Characteristic, place: Ints, loans: Loans) -> CharacteristicStory:
    """Weight of evidence = ln(share of goods / share of bads), half a row added to each side of a bin with rows."""
    size = len(item.points)
    rows = np.bincount(place, minlength=size)
    weight = np.bincount(place, loans.weight, minlength=size)
    bads = np.bincount(place, loans.weight * loans.bad, minlength=size)
    used = rows > 0
    goods = weight - bads
    good_share = (goods + 0.5) / (goods.sum() + 0.5 * used.sum())
    bad_share = (bads + 0.5) / (bads.sum() + 0.5 * used.sum())
    woe = np.log(good_share / bad_share)
    value = float(((good_share - bad_share) * woe)[used].sum())
    stories = tuple(
        BinStory(
            label,
            int(rows[i]),
            float(weight[i] / weight.sum()),
            float(bads[i] / weight[i]) if weight[i] else 0.0,
            float(woe[i]) if used[i] else 0.0,
            item.points[i],
        )
        for i, label in enumerate(bin_labels(item))
    )
    return CharacteristicStory(item.name, item.kind, item.direction, value, stories)


def bin_labels(item: Characteristic) -> list[str]:
    """``< 3``, ``3 .. 7``, ``>= 7``; the labels of a group; then specials, ``missing``, ``unseen``."""
    if item.kind == "number":
        cuts = [f"{edge:g}" for edge in item.edges]
        proper = ["all"] if not cuts else [f"< {cuts[0]}", *_between(cuts), f">= {cuts[-1]}"]
    else:
        groups: list[list[str]] = [[] for _ in range(item.proper)]
        for label, place in (item.labels or {}).items():
            groups[place].append(label)
        proper = [_group(group) for group in groups]
    return [*proper, *(f"= {special:g}" for special in item.specials), "missing", "unseen"]


def _between(cuts: list[str]) -> list[str]:
    return [f"{low} .. {high}" for low, high in pairwise(cuts)]


def _group(labels: list[str]) -> str:
    shown = ", ".join(sorted(labels)[:LABELS_SHOWN])
    return shown if len(labels) <= LABELS_SHOWN else f"{shown}, ... ({len(labels)})"
