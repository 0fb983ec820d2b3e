"""Least-squares classification in a kernel of words and meaning, with exact leave-one-out scores.

The kernel of two texts is the inner product of their TF-IDF rows plus a Gaussian of the distance of their embeddings
(of the TF-IDF rows, where there are no embeddings). With the matrix K of training texts, targets Y of +1 and -1 and
ridge r, the weights are P Y with P = (K + r)^-1, and the score that row i would get from a fit without it is
y_i - (P Y)_i / P_ii: exact, so every training text is a held-out text without any further fit (Rifkin and Klautau,
"In defense of one-vs-all classification", 2004; Cawley and Talbot, 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brambling.marketing.dialogue.features import Ints, Singles

RIDGE = 0.3
SHARPNESS = 2.0


def kernel_of(words: Singles, meaning: Singles | None) -> Singles:
    """The kernel from the inner products of TF-IDF rows and of embeddings."""
    one: Singles = words + np.exp(np.float32(SHARPNESS) * ((words if meaning is None else meaning) - np.float32(1)))
    return one


def targets(intents: Ints, intents_count: int) -> Singles:
    """+1 at a row's intent and -1 elsewhere; a labelled unknown (-1) is -1 everywhere."""
    wanted: Singles = np.where(np.arange(intents_count)[None, :] == intents[:, None], 1, -1).astype(np.float32)
    return wanted


@dataclass(frozen=True)
class Solved:
    """Weights (rows, intents) and the scores every training row gets from a fit without it."""

    weights: Singles
    unseen: Singles


def solve(kernel: Singles, wanted: Singles, ridge: float = RIDGE) -> Solved:
    """Fit; ``kernel`` (rows, rows) is not changed. Time grows with the cube of the rows, memory with the square."""
    from scipy.linalg import blas, lapack

    system = np.array(kernel, dtype=np.float32, order="F")
    system[np.diag_indices_from(system)] += np.float32(ridge)
    factor, failed = lapack.spotrf(system, lower=1, overwrite_a=1)
    assert failed == 0, "a kernel with a ridge is positive definite"
    inverse, failed = lapack.spotri(factor, lower=1, overwrite_c=1)
    assert failed == 0
    weights = np.ascontiguousarray(blas.ssymm(1.0, inverse, wanted, lower=1), dtype=np.float32)
    precision = np.diag(inverse)[:, None]
    return Solved(weights, (wanted - weights / precision).astype(np.float32))
