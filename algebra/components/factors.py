"""Systems of irreducible factors: where equations vanish to a higher order, or several of them by a common factor.

The equations E_j = 0 on T, the entries of ∇L or a basis of the gradient in function space, hold wherever for each j one irreducible
factor of E_j over ℚ does. Such factors are regular where the equations are not: at r = 0 for L = r⁴, on a circle for (x² + y² − 1)³.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import flint
import numpy as np

from critscape.algebra.components.function_space import FunctionSpace
from critscape.algebra.components.local_system import LocalSystem, ProvedPoint, at_balls
from critscape.algebra.components.subspace import Subspace, number
from critscape.algebra.polynomial.loss import Loss, gradient

VANISHES = 1e-6
"""A polynomial below this share of the sum of its terms is taken for zero at a point; what follows is then proved."""
LONGEST = 500
"""Polynomials with more terms are not factored."""

Polynomial = flint.fmpq_mpoly


def factored_gradient(loss: Loss, subspace: Subspace, point: np.ndarray) -> LocalSystem | None:
    """The system of factors of the entries of ∇L on T = ``subspace`` that vanish at a ``point`` (n,); None where an entry has none."""
    chosen = vanishing_factors(_gradient_factors(loss, subspace), point)
    return None if chosen is None else LocalSystem(loss, subspace, factors=chosen)


def factored_fibre(loss: Loss, space: FunctionSpace, subspace: Subspace, point: np.ndarray) -> LocalSystem | None:
    """The same of the gradient in function space."""
    entries = [subspace.restricted(entry) for entry in space.equations]
    chosen = vanishing_factors([(entry, factors_of(entry)) for entry in entries if entry != 0], point)
    return None if chosen is None else LocalSystem(loss, subspace, on_functions=True, factors=chosen)


@lru_cache(maxsize=256)
def _gradient_factors(loss: Loss, subspace: Subspace) -> tuple[tuple[Polynomial, tuple[Polynomial, ...]], ...]:
    entries = [subspace.restricted(slope) for slope in gradient(loss)]
    return tuple((entry, factors_of(entry)) for entry in entries if entry != 0)


def factors_of(polynomial: Polynomial) -> tuple[Polynomial, ...]:
    """The irreducible factors over ℚ, each once; none where the polynomial is too long.

    >>> x, y = flint.fmpq_mpoly_ctx.get(("x", "y"), "degrevlex").gens()
    >>> [str(factor) for factor in factors_of(x * (x + y) ** 2)]
    ['x', 'x + y']
    """
    return tuple(factor for factor, _ in polynomial.factor()[1]) if len(polynomial) <= LONGEST else ()


def vanishing_factors(
    entries: Sequence[tuple[Polynomial, Sequence[Polynomial]]], point: np.ndarray
) -> tuple[tuple[Polynomial, tuple[Polynomial, ...]], ...] | None:
    """Factors, one of each entry, that vanish at a point, as few as can be: each with what it is multiplied by in its entries."""
    chosen: list[tuple[Polynomial, tuple[Polynomial, ...]]] = []
    rest = [(entry, [factor for factor in factors if vanishes(factor, point)]) for entry, factors in entries]
    if not all(factors for _, factors in rest):
        return None
    while rest:
        candidates = [factor for _, factors in rest for factor in factors]
        best = max(candidates, key=lambda factor: (sum(factor in factors for _, factors in rest), -factor.total_degree()))
        chosen.append((best, tuple(entry / best for entry, factors in rest if best in factors)))
        rest = [(entry, factors) for entry, factors in rest if best not in factors]
    return tuple(chosen)


def hold_at(system: LocalSystem, proved: ProvedPoint, rational: Sequence[flint.fmpq] | None) -> bool:
    """Whether the equations of a system are proved to hold at a critical point in its subspace; ``rational`` are its exact coordinates.

    Entries of ∇L do. A factor f of an entry f^k·g does where g is proved not to vanish.
    """
    if system.polynomials is None:
        return True
    if rational is not None:
        return all(polynomial(*rational) == 0 for polynomial in system.polynomials)
    if system.on_functions and not proved.system.on_functions:
        return False
    return all(
        any(not at_balls(without(factor, h), proved.ball).contains(0) for h in cofactors) for factor, cofactors in system.factors or ()
    )


def without(factor: Polynomial, product: Polynomial) -> Polynomial:
    """A product after division by a factor as often as that is possible."""
    while product.total_degree() >= factor.total_degree():
        quotient, rest = divmod(product, factor)
        if rest != 0:
            break
        product = quotient
    return product


def vanishes(polynomial: Polynomial, point: np.ndarray) -> bool:
    """Whether a polynomial seems to vanish at a point."""
    total, scale = 0.0, 0.0
    for exponents, coefficient in polynomial.to_dict().items():
        term = number(coefficient) * float(np.prod(point ** np.array([int(k) for k in exponents])))
        total, scale = total + term, scale + abs(term)
    # A form in one weight is all of its terms.
    return abs(total) <= VANISHES * max(scale if len(polynomial) > 1 else abs(number(polynomial.leading_coefficient())), 1e-300)
