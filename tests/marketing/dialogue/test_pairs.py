"""Whether two questions ask the same."""

from __future__ import annotations

import numpy as np
import pytest
from tests.marketing.dialogue.conftest import THINGS, WAYS, HashEmbedder

from brambling.kit.errors import InputRejected
from brambling.marketing.dialogue import Matcher

TEXTS = [text for texts in THINGS.values() for text in texts]


def pairs(seed: int) -> tuple[list[str], list[str], np.ndarray]:
    random = np.random.default_rng(seed)
    first, second, same = [], [], []
    for _ in range(300):
        one, way, other_way = random.choice(TEXTS), random.choice(WAYS), random.choice(WAYS)
        other = one if random.random() < 0.5 else random.choice(TEXTS)
        first.append(way.format(one))
        second.append(other_way.format(other))
        same.append(one == other)
    return first, second, np.array(same)


def test_pairs_that_were_not_seen_are_told_apart_whichever_stands_first() -> None:
    matcher = Matcher(HashEmbedder()).fit(*pairs(1))
    first, second, same = pairs(2)
    chance = matcher.probability(first, second)
    assert ((chance > 0.5) == same).mean() > 0.85
    assert np.array_equal(chance, matcher.probability(second, first))
    place, sure = matcher.nearest("please, my card is lost", ["what is my balance", "hello, my card is lost"])
    assert place == 1
    assert sure > 0.5


def test_pairs_that_teach_nothing_are_rejected() -> None:
    first, second, _ = pairs(1)
    for same in (np.zeros(300, dtype=bool), np.ones(300, dtype=bool)):
        with pytest.raises(InputRejected, match="pairs of one kind"):
            Matcher(HashEmbedder()).fit(first, second, same)
    with pytest.raises(InputRejected, match="expected 10 pairs"):
        Matcher(HashEmbedder()).fit(first[:3], second[:3], np.array([True, False, True]))
