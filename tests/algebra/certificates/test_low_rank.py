"""The least critical value of linear networks over ℚ, against singular values in double precision: random, tied, deficient, zero."""

from itertools import combinations

import numpy as np
import pytest

from critscape.algebra.certificates.low_rank import distinct_eigenvalues, least_below

SHAPES = [(m, d, k) for m in (1, 2, 3) for d in (1, 2, 3) for k in (1, 2, 3)]


def values(inputs, targets, width):
    """All critical values, the least first."""
    x, y = np.array(inputs, dtype=float), np.array(targets, dtype=float)
    sigma = np.linalg.eigvalsh(y.T @ x @ np.linalg.pinv(x) @ y)
    sigma = sigma[sigma > 1e-9]
    sums = {round(sum(s), 9) for size in range(width + 1) for s in combinations(sigma, size)}
    return sorted((np.square(y).sum() - total) / 2 for total in sums)


@pytest.mark.parametrize("entries", [3, 1, 0], ids=["spread", "tied", "zero"])
@pytest.mark.parametrize(("samples", "inputs", "outputs"), SHAPES)
def test_it_lies_between_the_least_value_and_the_next(samples, inputs, outputs, entries):
    rng = np.random.default_rng([samples, inputs, outputs, entries])
    for width in (1, 2):
        x = rng.integers(-2, 3, (samples, inputs)).tolist()
        y = rng.integers(-entries, entries + 1, (samples, outputs)).tolist()
        if entries == 1:
            # Orthogonal inputs and targets make eigenvalues equal.
            x, y = np.eye(samples, inputs, dtype=int).tolist(), np.eye(samples, outputs, dtype=int).tolist()
        least, *others = values(x, y, width)
        bound = least_below(x, y, width)
        assert bound is not None and least < bound and all(bound < other for other in others)


def test_eigenvalues_are_counted_once():
    assert [distinct_eigenvalues(m) for m in ([[0]], [[1, 0], [0, 1]], [[1, 1], [1, 1]], [[2, 1, 0], [1, 2, 0], [0, 0, 3]])] == [1, 1, 2, 2]
