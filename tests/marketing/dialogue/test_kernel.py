"""Leave-one-out scores against fits that leave each row out."""

from __future__ import annotations

import numpy as np

from brambling.marketing.dialogue.model.kernel import kernel_of, solve, targets


def test_unseen_scores_are_those_of_a_fit_without_the_row() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(30, 5))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    like = (rows @ rows.T).astype(np.float32)
    intents = random.integers(-1, 3, 30)
    wanted = targets(intents, 3)
    kernel = kernel_of(like, like)
    solved = solve(kernel, wanted, 0.3)
    for row in range(30):
        rest = np.delete(np.arange(30), row)
        system = kernel[np.ix_(rest, rest)].astype(float) + 0.3 * np.eye(29)
        weights = np.linalg.solve(system, wanted[rest].astype(float))
        assert np.allclose(kernel[row, rest] @ weights, solved.unseen[row], atol=1e-4)
    whole = np.linalg.solve(kernel.astype(float) + 0.3 * np.eye(30), wanted.astype(float))
    assert np.allclose(solved.weights, whole, atol=1e-4)


def test_a_labelled_unknown_is_no_intent() -> None:
    assert targets(np.array([1, -1]), 2).tolist() == [[-1, 1], [-1, -1]]
