"""The complex roots of a polynomial in one variable, isolated rigorously by FLINT."""

from __future__ import annotations

from flint import acb, fmpq_poly, fmpz_poly


def complex_roots(polynomial: fmpz_poly | fmpq_poly) -> list[tuple[acb, int]]:
    """Disjoint balls around the roots, each with its multiplicity; a root is real exactly if its imaginary part is exactly zero.

    >>> [(float(root.real), exponent) for root, exponent in complex_roots(fmpz_poly([0, 0, 1]))]
    [(0.0, 2)]
    """
    return [(acb(root), int(exponent)) for root, exponent in polynomial.complex_roots()]  # type: ignore[misc, has-type]
