"""What counts as flat at an approximate critical point: eigenvalues of the Hessian beside the size of its terms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from critscape.algebra.polynomial.loss import Loss, polynomial, terms

FLAT = 1e-6
"""Eigenvalues below this share of the largest are tried as zeros; those above are proved not to be."""
NOISE = 1e-7
"""Share of the size of the Hessian's terms that an error of the point, or of double precision, may leave where they cancel."""


@lru_cache(maxsize=16)
def _monomials(loss: Loss) -> tuple[np.ndarray, np.ndarray]:
    """Exponents (t × n) and absolute coefficients (t) of L."""
    listed = terms(polynomial(loss))
    exponents = np.array(list(listed), dtype=float).reshape(len(listed), loss.dimension)
    return exponents, np.array([abs(float(c)) for c in listed.values()])


def term_size(loss: Loss, point: np.ndarray) -> np.ndarray:
    """The largest sums of the absolute values of the terms of an entry of ∇²L at points (…, n), shape (…)."""
    exponents, sizes = _monomials(loss)
    if not len(sizes):
        return np.zeros(point.shape[:-1])
    # A coordinate that is zero but for an error still bends what is linear in it.
    largest = np.abs(point).max(axis=-1, keepdims=True, initial=0.0)
    scale = np.maximum(np.abs(point), NOISE * np.maximum(1.0, largest))[..., None, :]
    with np.errstate(over="ignore", under="ignore"):
        values = sizes * np.prod(scale**exponents, axis=-1)
        shares = exponents / scale
        products = np.einsum("...t,...ti,...tj->...ij", values, shares, shares)
        n = np.arange(loss.dimension)
        products[..., n, n] -= np.einsum("...t,...ti->...i", values, shares / scale)
    return products.max(axis=(-2, -1))


def flat_below(loss: Loss, point: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The sizes (…) below which eigenvalues (or singular values) ``values`` (…, n) of ∇²L at approximate points (…, n) count as zero."""
    return np.maximum(FLAT * np.abs(values).max(axis=-1, initial=0.0), NOISE * term_size(loss, point))
