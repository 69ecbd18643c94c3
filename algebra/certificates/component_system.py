"""The systems that a certificate of components claims, as polynomials on their subspaces; the theorems are in ``component_proof``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.component_claims import ClaimedSystem, Vector
from critscape.algebra.certificates.rational_algebra import independent_rows
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, Terms, constant, derivative, generators, of_terms

Bound = dict[int, dict[int, Fraction]]
"""w_i = Σ_j e_ij w_j on T for each bound weight i: i ↦ {free weight j: e_ij}."""


@dataclass(frozen=True)
class Equations:
    """A system on T: the equations in the free weights, and the square matrix of relations that must be regular."""

    free: tuple[int, ...]
    bound: Bound
    equations: tuple[Terms, ...]
    relations: tuple[tuple[Terms, ...], ...]

    @property
    def dimension(self) -> int:
        """Of the manifold of zeros, where they are regular."""
        return len(self.free) - len(self.equations)

    def jacobian(self) -> list[list[Terms]]:
        """By the free coordinates."""
        return [[derivative(equation, j) for j in self.free] for equation in self.equations]

    def holds(self, point: Vector) -> bool:
        """Whether a point lies in T."""
        return all(point[i] == sum(e * point[j] for j, e in form.items()) for i, form in self.bound.items())


def equations(claim: ClaimedSystem, slopes: Sequence[Terms], functions: Sequence[Terms] | None) -> Equations:
    """The equations of a system on T, from ∇L and the q_α; the relations are verified over ℚ.

    Raises
    ------
    Unproved : a relation is none, or there is no composition.
    """
    n, bound = len(slopes), solved(claim.vanishing)
    free = tuple(i for i in range(n) if i not in bound)
    if claim.on_functions:
        if functions is None:
            raise Unproved("equations in function space need a composition")
        on_it = [restricted(q, n, bound) for q in functions]
        return Equations(free, bound, independent(on_it) if claim.factors is None else factored(claim, on_it, n, bound), ())
    on_it = [restricted(slope, n, bound) for slope in slopes]
    if claim.factors is not None:
        return Equations(free, bound, factored(claim, on_it, n, bound), ())
    matrix = []
    for k, relation in enumerate(claim.relations):
        factors: dict[int, RationalPolynomial] = {}
        for i, terms in relation:
            factors[i] = factors.get(i, constant(n, 0)) + restricted(terms, n, bound)
        if sum((factor * on_it[i] for i, factor in factors.items()), constant(n, 0)):
            raise Unproved(f"system.relations[{k}] does not hold")
        matrix.append(tuple(factors[i].terms() if i in factors else {} for i in claim.dependent))
    dependent = frozenset(claim.dependent)
    return Equations(free, bound, tuple(slope.terms() for i, slope in enumerate(on_it) if i not in dependent), tuple(matrix))


def factored(claim: ClaimedSystem, entries: Sequence[RationalPolynomial], n: int, bound: Bound) -> tuple[Terms, ...]:
    """The factors as equations on T: the entries are combinations over ℚ of their products, and vanish with them.

    Raises
    ------
    Unproved : an entry is none.
    """
    factors = [(restricted(f, n, bound), [restricted(h, n, bound) for h in cofactors]) for f, cofactors in claim.factors or ()]
    products = [f * h for f, cofactors in factors for h in cofactors]
    if any(k >= len(products) for k in independent_rows(matrix_of([*products, *entries]))):
        raise Unproved("the entries of the gradient are no combinations of the products of system.factors")
    return tuple(f.terms() for f, _ in factors)


def independent(polynomials: Sequence[RationalPolynomial]) -> tuple[Terms, ...]:
    """Those that are no combination over ℚ of the ones before."""
    return tuple(polynomials[k].terms() for k in independent_rows(matrix_of(polynomials)))


def matrix_of(polynomials: Sequence[RationalPolynomial]) -> list[list[Fraction]]:
    """Their coefficients, a row for each."""
    listed = [polynomial.terms() for polynomial in polynomials]
    columns = list(dict.fromkeys(e for terms in listed for e in terms))
    return [[terms.get(e, Fraction(0)) for e in columns] for terms in listed]


def solved(forms: Sequence[Vector]) -> Bound:
    """Where linear forms vanish, by elimination.

    >>> solved([(Fraction(2), Fraction(-1), Fraction(0)), (Fraction(4), Fraction(-2), Fraction(0))])
    {0: {1: Fraction(1, 2)}}
    """
    rows: dict[int, list[Fraction]] = {}
    for form in forms:
        rest = list(form)
        for i, row in rows.items():
            rest = [a - rest[i] * b for a, b in zip(rest, row)]
        pivot = next((j for j, a in enumerate(rest) if a), None)
        if pivot is not None:
            rest = [a / rest[pivot] for a in rest]
            rows = {i: [a - row[pivot] * b for a, b in zip(row, rest)] for i, row in rows.items()}
            rows[pivot] = rest
    return {i: {j: -a for j, a in enumerate(row) if a and j != i} for i, row in rows.items()}


def restricted(terms: Terms, n: int, bound: Bound) -> RationalPolynomial:
    """A polynomial in n weights on T, in the free ones."""
    total = of_terms({e: c for e, c in terms.items() if not any(e[i] for i in bound)}, n)
    weights = generators(n)
    forms = {i: sum((e * weights[j] for j, e in form.items()), constant(n, 0)) for i, form in bound.items()}
    for exponents, c in terms.items():
        if any(exponents[i] for i in bound) and all(bound[i] for i in bound if exponents[i]):
            product = of_terms({tuple(0 if i in bound else k for i, k in enumerate(exponents)): c}, n)
            for i in bound:
                product = product * forms[i] ** exponents[i]
            total = total + product
    return total


def on_subspace(form: Vector, bound: Bound) -> list[Fraction]:
    """A linear form on T, in the free weights."""
    found = list(form)
    for i, own in bound.items():
        factor, found[i] = found[i], Fraction(0)
        for j, e in own.items():
            found[j] += factor * e
    return found
