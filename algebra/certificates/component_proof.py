"""The check of a certificate of components: each of its claims is proved again, from the file and the exact loss alone.

Nothing is shared with the code that found the components but the exact loss. Polynomials over ℚ are Python's own; intervals are those
of the ``Arithmetic`` that is given. On T = {w_Z = 0} let f be the equations of a system, m of them, and d = dim T − m.

- *Critical points.* Σ_i a_i ∂_iL = 0 on T for each relation a is verified over ℚ. Where the matrix of the entries of the relations at
  the dependent positions is regular, ∇L vanishes with its other entries. In function space f are the independent ones of the
  q_α = Σ_k φ_k'(r_k) r_kα, L = Σ_k φ_k(r_k) verified over ℚ: where these vanish Σ_k φ_k'(r_k(p)) r_k does not depend on w, so ∇L
  does.
- *Existence.* At a rational point ∇L = 0 over ℚ. In a box I = centre ± r of T with d slices S let g(w) = (f(w), S(w − centre)),
  Y any matrix and K = centre − Y·g(centre) + (1 − Y·g'(I))(I − centre). K ⊂ int I proves that g has a zero in I, that it lies in
  K, and that all matrices in g'(I) are regular (Krawczyk 1969; Neumaier 1990, Theorem 5.1.8).
- *Dimension at least.* f' has full rank at the point (over ℚ; in a box by the regularity above), so its zeros near it are a manifold of
  dimension d; they are critical points, as relations stay independent nearby.
- *Inertia.* At a rational point by congruences over ℚ. In a box, with Q eigenvectors in floating point: if QᵀHQ is strictly diagonally
  dominant the signs of its diagonal are those of its eigenvalues (Gershgorin), and H has at least as many of each (Cauchy).
- *Dimension exactly.* It is at most the nullity of H. Where that is d, L is Morse–Bott.
- *Kinds.* Morse–Bott with a semidefinite H: a local minimum or maximum. A negative eigenvalue, and a
  positive one or an arc along which L rises: a strict saddle. All φ_k convex and all
  q_α = 0: a global minimum, as L(w) ≥ L(p) + Σ_k φ_k'(r_k(p))(r_k(w) − r_k(p)). An arc p + tv + t²u along which L falls, H
  positive semidefinite and not zero, or another arc along which it rises: a non-strict saddle. H ⪰ 0 with kernel ℝv, ∇L = O(t³) on
  such an arc and L − L(p) = c t⁴ + …, c > 0: a strict local minimum, by Lyapunov–Schmidt reduction, and an isolated critical point.
  A minimum with a listed loss, or that of the point ``low``, strictly below it is spurious.

Nothing is claimed of components that are not listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.component_box import Bounds, enclosed
from critscape.algebra.certificates.component_claims import (
    DEGENERATE,
    GLOBAL,
    LOCAL,
    MAXIMUM,
    NON_STRICT,
    SPURIOUS,
    STRICT,
    ClaimedArc,
    ClaimedComponent,
    ClaimedSystem,
    ComponentClaims,
    failing_order,
    incoherence,
)
from critscape.algebra.certificates.intervals import Arithmetic
from critscape.algebra.certificates.rational_algebra import composed, convex, independent_rows, inertia, value
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, Terms, constant, derivative, generators, of_terms

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Derivatives:
    """L, its n slopes, and its Hessian as n rows of n polynomials; ``functions`` are the independent q_α (None: L is not said to be a
    composition), ``convex`` whether all φ_k are.
    """

    loss: RationalPolynomial
    slopes: tuple[Terms, ...]
    second: tuple[tuple[Terms, ...], ...]
    functions: tuple[Terms, ...] | None
    convex: bool

    @property
    def dimension(self) -> int:
        return self.loss.variables


@dataclass(frozen=True)
class Equations:
    """A system as polynomials on T: the equations, and the square matrix of relations that must be regular."""

    free: tuple[int, ...]
    equations: tuple[Terms, ...]
    relations: tuple[tuple[Terms, ...], ...]

    @property
    def dimension(self) -> int:
        """Of the manifold of zeros, where they are regular."""
        return len(self.free) - len(self.equations)

    def jacobian(self) -> list[list[Terms]]:
        """By the free coordinates."""
        return [[derivative(equation, j) for j in self.free] for equation in self.equations]


def first_failure(
    loss: RationalPolynomial, claims: ComponentClaims, arithmetic: Arithmetic, progress: Progress = lambda stage, count: None
) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are."""
    try:
        known = derivatives(loss, claims)
    except Unproved as error:
        return f"composition: {error}"
    for k, claim in enumerate(claims.components):
        progress("proved again", k)
        try:
            prove(known, claim, arithmetic)
        except Unproved as error:
            return f"components[{k}]: {error}"
    return failing_order(claims.components, None if claims.low is None else value(loss.terms(), claims.low))


def derivatives(loss: RationalPolynomial, claims: ComponentClaims) -> Derivatives:
    """What is needed of the loss; the composition is verified.

    Raises
    ------
    Unproved : it is another polynomial.
    """
    n, terms = loss.variables, loss.terms()
    slopes = tuple(derivative(terms, i) for i in range(n))
    second = tuple(tuple(derivative(slope, j) for j in range(n)) for slope in slopes)
    if claims.composition is None:
        return Derivatives(loss, slopes, second, None, False)
    parts = [(outer, of_terms(inner, n)) for outer, inner in claims.composition]
    if sum((composed(outer, inner) for outer, inner in parts), constant(n, 0)) - loss:
        raise Unproved("the sum of its terms is not the loss")
    multipliers = [composed([k * c for k, c in enumerate(outer)][1:], inner) for outer, inner in parts]
    monomials = dict.fromkeys(e for _, inner in claims.composition for e in inner if any(e))
    entries = [
        sum((m * inner[e] for m, (_, inner) in zip(multipliers, claims.composition) if e in inner), constant(n, 0)).terms()
        for e in monomials
    ]
    columns = list(dict.fromkeys(e for entry in entries for e in entry))
    basis = independent_rows([[entry.get(e, Fraction(0)) for e in columns] for entry in entries])
    return Derivatives(loss, slopes, second, tuple(entries[k] for k in basis), all(convex(outer) for outer, _ in claims.composition))


def prove(known: Derivatives, claim: ClaimedComponent, arithmetic: Arithmetic) -> None:
    """Proves all that is claimed of one component on its own.

    Raises
    ------
    Unproved : saying what could not be proved.
    """
    if (wrong := incoherence(claim, known.dimension)) is not None:
        raise Unproved(wrong)
    system = None if claim.system is None else equations(known, claim.system)
    if claim.dimension != (0 if system is None else system.dimension):
        raise Unproved(f"the system proves another dimension than {claim.dimension}")
    if claim.point is not None:
        bounds = at_point(known, claim, system)
    else:
        assert system is not None  # Or the claim is incoherent.
        bounds = enclosed(known.loss.terms(), known.second, claim, system.free, system.equations, system.relations, arithmetic)
    positive, negative, _ = claim.inertia
    met = bounds.positive + bounds.negative + claim.dimension == known.dimension
    if (positive, negative) != (bounds.positive, bounds.negative):
        raise Unproved(f"positive and negative eigenvalues are {bounds.positive} and {bounds.negative}, not {positive} and {negative}")
    if claim.exact_inertia and not (met or bounds.exact):
        raise Unproved("that the other eigenvalues are zero is not proved")
    if not bounds.loss_enclosed:
        raise Unproved("the loss is not proved to lie in its enclosure")
    isolated = is_quartic_minimum(known, claim)
    if claim.exact_dimension and not (met or (isolated and not claim.dimension)):
        raise Unproved("that the dimension is no larger is not proved")
    for arc in filter(None, (claim.falling, claim.rising)):
        follow(known, claim, arc)
    if not has_kind(known, claim, met, isolated):
        raise Unproved(f"that it is a {claim.kind} is not proved")


def equations(known: Derivatives, claim: ClaimedSystem) -> Equations:
    """The equations of a system on T; the relations are verified over ℚ.

    Raises
    ------
    Unproved : a relation is none, or there is no composition.
    """
    n, zero = known.dimension, frozenset(claim.zero)
    free = tuple(i for i in range(n) if i not in zero)
    if claim.on_functions:
        if known.functions is None:
            raise Unproved("equations in function space need a composition")
        kept = [restricted(q, zero) for q in known.functions]
        return Equations(free, tuple(kept), ())
    slopes = [of_terms(restricted(slope, zero), n) for slope in known.slopes]
    matrix = []
    for k, relation in enumerate(claim.relations):
        factors: dict[int, RationalPolynomial] = {}
        for i, terms in relation:
            factors[i] = factors.get(i, constant(n, 0)) + of_terms(restricted(terms, zero), n)
        if sum((factor * slopes[i] for i, factor in factors.items()), constant(n, 0)):
            raise Unproved(f"system.relations[{k}] does not hold")
        matrix.append(tuple(factors[i].terms() if i in factors else {} for i in claim.dependent))
    dependent = frozenset(claim.dependent)
    return Equations(free, tuple(slope.terms() for i, slope in enumerate(slopes) if i not in dependent), tuple(matrix))


def restricted(terms: Terms, zero: frozenset[int]) -> Terms:
    """A polynomial where the coordinates ``zero`` vanish."""
    return {e: c for e, c in terms.items() if not any(e[i] for i in zero)}


def at_point(known: Derivatives, claim: ClaimedComponent, system: Equations | None) -> Bounds:
    """What holds at a rational point, over ℚ.

    Raises
    ------
    Unproved : it is not critical, not in T, or its system is not regular.
    """
    point = claim.point
    assert point is not None
    if any(value(slope, point) for slope in known.slopes):
        raise Unproved("the point is not critical")
    if system is not None:
        if any(point[i] for i in range(known.dimension) if i not in system.free):
            raise Unproved("the point is not in the subspace of its system")
        for name, matrix in (("relations", system.relations), ("equations", system.jacobian())):
            if len(independent_rows([[value(entry, point) for entry in row] for row in matrix])) < len(matrix):
                raise Unproved(f"the {name} of its system are not independent at the point")
    positive, negative, _ = inertia([[value(entry, point) for entry in row] for row in known.second])
    lower, upper = claim.loss
    return Bounds(positive, negative, True, lower <= value(known.loss.terms(), point) <= upper)


def along(known: Derivatives, claim: ClaimedComponent, arc: ClaimedArc, terms: Terms) -> dict[int, Fraction]:
    """A polynomial along an arc: power of t → coefficient that is not zero."""
    assert claim.point is not None  # Or the claim is incoherent.
    (t,) = generators(1)
    curve = [t * t * u + t * v + p for p, v, u in zip(claim.point, arc.velocity, arc.bend)]
    total = constant(1, 0)
    for exponents, c in terms.items():
        factor = constant(1, c)
        for w, power in zip(curve, exponents):
            factor = factor * w**power
        total = total + factor
    return {power: c for (power,), c in total.terms().items()}


def follow(known: Derivatives, claim: ClaimedComponent, arc: ClaimedArc) -> None:
    """Proves how L changes along an arc.

    Raises
    ------
    Unproved : it changes otherwise.
    """
    changes = {power: c for power, c in along(known, claim, arc, known.loss.terms()).items() if power}
    if not changes or min(changes) != arc.order or changes[arc.order] != arc.coefficient:
        raise Unproved("the loss changes otherwise along an arc")


def is_quartic_minimum(known: Derivatives, claim: ClaimedComponent) -> bool:
    """Whether fourth order proves that the point is an isolated local minimum; ``follow`` proves the order of the arc."""
    arc, n = claim.rising, known.dimension
    if arc is None or claim.point is None or claim.inertia != (n - 1, 0, 1) or not any(arc.velocity):
        return False
    if arc.order != 4 or not arc.coefficient > 0:
        return False
    return not any(power < 3 for slope in known.slopes for power in along(known, claim, arc, slope))


def has_kind(known: Derivatives, claim: ClaimedComponent, met: bool, isolated: bool) -> bool:
    """Whether the kind follows from what is proved; that a spurious minimum has a loss below it is seen when all losses are."""
    positive, negative, _ = claim.inertia
    minimum = (met and not negative) or isolated
    if claim.kind == GLOBAL:
        on_functions = claim.system is not None and claim.system.on_functions
        at_functions = claim.point is not None and not any(value(q, claim.point) for q in known.functions or ())
        return known.functions is not None and known.convex and (on_functions or at_functions)
    rises = positive > 0 or (claim.rising is not None and ascends(claim.rising))
    if claim.kind == NON_STRICT:
        falls = claim.falling is not None and descends(claim.falling)
        return claim.point is not None and not negative and falls and rises
    return {
        SPURIOUS: minimum,
        LOCAL: minimum,
        MAXIMUM: met and not positive and negative > 0,
        STRICT: negative > 0 and rises,
        DEGENERATE: True,
    }[claim.kind]


def descends(arc: ClaimedArc) -> bool:
    """Whether L falls along an arc, one way at least."""
    return arc.coefficient < 0 or arc.order % 2 == 1


def ascends(arc: ClaimedArc) -> bool:
    """Whether L rises along an arc, one way at least."""
    return arc.coefficient > 0 or arc.order % 2 == 1
