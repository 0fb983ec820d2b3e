"""Thresholds and actions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brambling.marketing.dialogue.rules import Thresholds, thresholds

trials = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(trials, st.floats(0.05, 0.99), st.floats(0.05, 0.99))
def test_answers_are_as_right_as_asked_and_known_questions_are_kept(
    pairs: list[tuple[float, bool]], right_min: float, kept_min: float
) -> None:
    confidence = np.array([sure for sure, _ in pairs])
    right = np.array([good for _, good in pairs])
    found = thresholds(confidence, right, right_min=right_min, kept_min=kept_min)
    grid = np.round(confidence, 6)
    assert (grid >= found.handover).mean() >= kept_min
    # the naive search: the lowest confidence from which on enough is right
    passing = [level for level in set(grid.tolist()) if right[grid >= level].mean() >= right_min]
    assert found.answer == max(min(passing), found.handover) if passing else found.answer > 1


def test_between_the_thresholds_a_question_is_asked_back() -> None:
    limits = Thresholds(answer=0.8, handover=0.4)
    assert [limits.action(sure) for sure in (0.8, 0.79, 0.4, 0.39)] == ["answer", "clarify", "clarify", "handover"]
    assert limits.action(0.0, says_something=False) == "clarify"
