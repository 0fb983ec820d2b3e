"""Names as character n-grams: sparse matrices that place, link and complete all share.

Chinese names have no spaces and segmenters disagree on trade words, so a name is the set of its runs of one to four
characters, with ``^`` and ``$`` at its ends: ``^`` runs say how a name begins, ``$`` runs hold its head noun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sparse = Any  # scipy.sparse.csr_matrix; scipy has no types
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

GRAM_MAX = 4


def grams(name: str) -> list[str]:
    """The distinct runs of a name, sorted so that every run of the program numbers them alike."""
    text = f"^{name}$"
    found = {text[i : i + n] for n in range(1, GRAM_MAX + 1) for i in range(len(text) - n + 1)}
    return sorted(found - {"^", "$"})


def gram_matrix(names: Sequence[str], vocabulary: dict[str, int] | None = None) -> tuple[Sparse, dict[str, int]]:
    """Names by n-grams, ones where a name has the run; with a ``vocabulary`` given, unknown runs are left out."""
    import scipy.sparse as sp

    grows = vocabulary is None
    known: dict[str, int] = {} if vocabulary is None else vocabulary
    columns: list[int] = []
    ends = [0]
    for name in names:
        for gram in grams(name):
            column = known.get(gram)
            if column is None and grows:
                column = known[gram] = len(known)
            if column is not None:
                columns.append(column)
        ends.append(len(columns))
    shape = (len(names), len(known))
    return sp.csr_matrix(
        (np.ones(len(columns), np.float32), np.array(columns, np.int32), np.array(ends)), shape=shape
    ), known


def gram_lengths(vocabulary: Mapping[str, int]) -> Floats:
    """Characters of each run without the marks of its ends, by column."""
    lengths = np.zeros(len(vocabulary), np.float32)
    for gram, column in vocabulary.items():
        lengths[column] = len(gram.strip("^$"))
    return lengths


def gram_ends(vocabulary: Mapping[str, int], mark: str) -> Floats:
    """Ones where a run begins (``^``) or ends (``$``) a name, by column."""
    flags = np.zeros(len(vocabulary), np.float32)
    for gram, column in vocabulary.items():
        flags[column] = gram[0 if mark == "^" else -1] == mark
    return flags


def rarity(matrix: Sparse) -> Floats:
    """Inverse document frequency of each column, at least one."""
    found = np.asarray((matrix > 0).sum(axis=0)).ravel()
    weight: Floats = (np.log((matrix.shape[0] + 1) / (found + 1)) + 1).astype(np.float32)
    return weight


def scale_columns(matrix: Sparse, weight: NDArray[Any]) -> Sparse:
    """Each column times its weight."""
    scaled = matrix.tocsr().astype(np.float32)
    scaled.data = scaled.data * weight[scaled.indices].astype(np.float32)
    scaled.eliminate_zeros()
    return scaled


def scale_rows(matrix: Sparse, weight: NDArray[Any]) -> Sparse:
    """Each row times its weight."""
    scaled = matrix.tocsr().astype(np.float32)
    scaled.data = scaled.data * np.repeat(weight, np.diff(scaled.indptr)).astype(np.float32)
    return scaled


def unit_rows(matrix: Sparse) -> Sparse:
    """Rows of length one; an empty row stays empty."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return scale_rows(matrix, 1 / np.where(length == 0, 1, length))


def share_rows(matrix: Sparse) -> Sparse:
    """Rows that sum to one; an empty row stays empty."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    return scale_rows(matrix, 1 / np.where(total == 0, 1, total))


def row_numbers(matrix: Sparse) -> Ints:
    """The row of each stored value."""
    numbers: Ints = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return numbers


def top_rows(matrix: Sparse, count: int) -> Sparse:
    """The ``count`` largest values of each row; among equals the lower column."""
    import scipy.sparse as sp

    matrix = matrix.tocsr()
    matrix.sort_indices()
    rows = row_numbers(matrix)
    order = np.lexsort((-matrix.data, rows))
    kept = order[np.arange(len(rows)) - matrix.indptr[rows[order]] < count]
    return sp.csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def without_self(matrix: Sparse, own: Ints) -> Sparse:
    """The matrix without the column ``own`` of each row (-1 for none)."""
    matrix = matrix.tocsr()
    matrix.data[matrix.indices == own[row_numbers(matrix)]] = 0
    matrix.eliminate_zeros()
    return matrix


def values_at(matrix: Sparse, keys: Ints) -> Floats:
    """The values at sorted ``keys`` = row * columns + column; zero where nothing is stored."""
    matrix = matrix.tocsr()
    matrix.sum_duplicates()
    stored = row_numbers(matrix) * matrix.shape[1] + matrix.indices
    if not len(stored):
        return np.zeros(len(keys), np.float32)
    place = np.minimum(np.searchsorted(stored, keys), len(stored) - 1)
    found: Floats = np.where(stored[place] == keys, matrix.data[place], 0).astype(np.float32)
    return found
