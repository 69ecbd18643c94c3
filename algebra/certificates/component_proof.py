"""The check of a certificate of components: each of its claims is proved again, from the file and the exact loss alone.

Nothing is shared with the code that found the components but the exact loss. Polynomials over ℚ are Python's own; intervals are those
of the ``Arithmetic`` that is given. On a rational linear subspace T let f be the equations of a system, m of them, and d = dim T − m.

- *Critical points.* Σ_i a_i ∂_iL = 0 on T for each relation a is verified over ℚ. Where the matrix of the entries of the relations at
  the dependent positions is regular, ∇L vanishes with its other entries. In function space f are the independent ones of the
  q_α = Σ_k φ_k'(r_k) r_kα on T, L = Σ_k φ_k(r_k) verified over ℚ: where these vanish Σ_k φ_k'(r_k(p)) r_k does not depend on w, so ∇L
  does. Either vanish where factors f do whose products with given h have them as combinations over ℚ.
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
  q_α = 0: a global minimum, as L(w) ≥ L(p) + Σ_k m_k(r_k(w) − r_k(p)), m_k = φ_k'(r_k(p)). So it is where all r_k are of degree 2 at
  most and Q = Σ_k m_k ∇²r_k is positive semidefinite: the bound is convex and stationary at p. At a rational point Q is tested over ℚ;
  in a box r vector fields are independent that Q annihilates where ∇L = 0 (over ℚ, the entries of Qv are combinations of those of
  ∇L), and n − r eigenvalues are positive. A loss below all but the least of the critical values that a theorem lists is that one. An arc p + tv + t²u along which L falls, H
  positive semidefinite and not zero, or another arc along which it rises: a non-strict saddle. H ⪰ 0 with kernel ℝv, ∇L = O(t³) on
  such an arc and L − L(p) = c t⁴ + …, c > 0: a strict local minimum, by Lyapunov–Schmidt reduction, and an isolated critical point.
  A minimum with a listed loss, or that of the point ``low``, strictly below it is spurious.

Nothing is claimed of components that are not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.certificates.component_box import Bounds, enclosed
from critscape.algebra.certificates.component_claims import (
    CLOSED_FORM,
    CURVATURE,
    DEGENERATE,
    GLOBAL,
    LOCAL,
    MAXIMUM,
    NON_STRICT,
    SPURIOUS,
    STRICT,
    ClaimedArc,
    ClaimedComponent,
    ComponentClaims,
    failing_order,
    incoherence,
)
from critscape.algebra.certificates.component_system import Equations, equations
from critscape.algebra.certificates.intervals import Arithmetic
from critscape.algebra.certificates.rational_algebra import composed, convex, independent_rows, inertia, value
from critscape.algebra.polynomial.rational_polynomial import RationalPolynomial, Terms, constant, derivative, generators, of_terms

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Derivatives:
    """L, its n slopes, and its Hessian as n rows of n polynomials; ``functions`` are the independent q_α (None: L is not said to be a
    composition), ``convex`` whether all φ_k are. ``curvature`` is Q (None: not all r_k are of degree 2 at most), which annihilates
    ``fields``. ``least_below`` is above inf L and below any other critical value (None: not known).
    """

    loss: RationalPolynomial
    slopes: tuple[Terms, ...]
    second: tuple[tuple[Terms, ...], ...]
    functions: tuple[Terms, ...] | None
    convex: bool
    curvature: tuple[tuple[Terms, ...], ...] | None
    fields: tuple[tuple[Terms, ...], ...]
    least_below: Fraction | None

    @property
    def dimension(self) -> int:
        return self.loss.variables


def first_failure(
    loss: RationalPolynomial,
    claims: ComponentClaims,
    arithmetic: Arithmetic,
    least_below: Fraction | None = None,
    progress: Progress = lambda stage, count: None,
) -> str | None:
    """The first claim that could not be proved, as one sentence; None when all are.

    ``least_below`` is a number above inf L below which no other critical value lies, if a theorem gives one.
    """
    try:
        known = derivatives(loss, claims, least_below)
    except Unproved as error:
        return str(error)
    for k, claim in enumerate(claims.components):
        progress("proved again", k)
        try:
            prove(known, claim, arithmetic)
        except Unproved as error:
            return f"components[{k}]: {error}"
    return failing_order(claims.components, None if claims.low is None else value(loss.terms(), claims.low))


def derivatives(loss: RationalPolynomial, claims: ComponentClaims, least_below: Fraction | None) -> Derivatives:
    """What is needed of the loss; the composition and the vector fields are verified.

    Raises
    ------
    Unproved : it is another polynomial, or the curvature does not annihilate a field.
    """
    n, terms = loss.variables, loss.terms()
    slopes = tuple(derivative(terms, i) for i in range(n))
    second = tuple(tuple(derivative(slope, j) for j in range(n)) for slope in slopes)
    if claims.composition is None:
        if claims.fields:
            raise Unproved("fields: vector fields need a composition")
        return Derivatives(loss, slopes, second, None, False, None, (), least_below)
    parts = [(outer, of_terms(inner, n)) for outer, inner in claims.composition]
    if sum((composed(outer, inner) for outer, inner in parts), constant(n, 0)) - loss:
        raise Unproved("composition: the sum of its terms is not the loss")
    multipliers = [composed([k * c for k, c in enumerate(outer)][1:], inner) for outer, inner in parts]
    monomials = dict.fromkeys(e for _, inner in claims.composition for e in inner if any(e))
    entries = [
        sum((m * inner[e] for m, (_, inner) in zip(multipliers, claims.composition) if e in inner), constant(n, 0)).terms()
        for e in monomials
    ]
    columns = list(dict.fromkeys(e for entry in entries for e in entry))
    basis = independent_rows([[entry.get(e, Fraction(0)) for e in columns] for entry in entries])
    convexity = all(convex(outer) for outer, _ in claims.composition)
    curvature = curvature_of(multipliers, [inner for _, inner in claims.composition], n)
    for k, field in enumerate(claims.fields):
        if curvature is None or not annihilates(curvature, field, slopes):
            raise Unproved(f"fields[{k}]: the curvature of the bound from below does not annihilate it")
    return Derivatives(loss, slopes, second, tuple(entries[k] for k in basis), convexity, curvature, claims.fields, least_below)


def curvature_of(multipliers: Sequence[RationalPolynomial], inner: Sequence[Terms], n: int) -> tuple[tuple[Terms, ...], ...] | None:
    """Σ_k m_k ∇²r_k; None where an r_k is of degree above 2."""
    if any(sum(e) > 2 for r in inner for e in r):
        return None
    found = []
    for i in range(n):
        row = []
        for j in range(n):
            seconds = [derivative(derivative(r, i), j) for r in inner]
            row.append(sum((m * of_terms(s, n) for m, s in zip(multipliers, seconds) if s), constant(n, 0)).terms())
        found.append(tuple(row))
    return tuple(found)


def annihilates(curvature: Sequence[Sequence[Terms]], field: Sequence[Terms], slopes: Sequence[Terms]) -> bool:
    """Whether all entries of Qv are combinations of the slopes over ℚ."""
    n = len(field)
    parts = [of_terms(part, n) for part in field]
    products = [sum((of_terms(entry, n) * v for entry, v in zip(row, parts)), constant(n, 0)).terms() for row in curvature]
    columns = list(dict.fromkeys(e for terms in (*slopes, *products) for e in terms))
    rows = [[terms.get(e, Fraction(0)) for e in columns] for terms in (*slopes, *products)]
    return all(k < n for k in independent_rows(rows))


def prove(known: Derivatives, claim: ClaimedComponent, arithmetic: Arithmetic) -> None:
    """Proves all that is claimed of one component on its own.

    Raises
    ------
    Unproved : saying what could not be proved.
    """
    if (wrong := incoherence(claim, known.dimension)) is not None:
        raise Unproved(wrong)
    system = None if claim.system is None else equations(claim.system, known.slopes, known.functions)
    if claim.dimension != (0 if system is None else system.dimension):
        raise Unproved(f"the system proves another dimension than {claim.dimension}")
    if claim.point is not None:
        bounds = at_point(known, claim, system)
    else:
        assert system is not None  # Or the claim is incoherent.
        curvature = None
        if claim.global_by == CURVATURE and known.curvature is not None:
            curvature = known.curvature, known.fields
        bounds = enclosed(known.loss.terms(), known.second, claim, system, curvature, arithmetic)
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
    if not has_kind(known, claim, met, isolated, bounds.curved_up):
        raise Unproved(f"that it is a {claim.kind} is not proved")


def at_point(known: Derivatives, claim: ClaimedComponent, system: Equations | None) -> Bounds:
    """What holds at a rational point, over ℚ.

    Raises
    ------
    Unproved : it is not critical, not in T, or its system does not hold or is not regular there.
    """
    point = claim.point
    assert point is not None
    if any(value(slope, point) for slope in known.slopes):
        raise Unproved("the point is not critical")
    if system is not None:
        if not system.holds(point):
            raise Unproved("the point is not in the subspace of its system")
        if any(value(equation, point) for equation in system.equations):
            raise Unproved("the equations of its system do not hold at the point")
        for name, matrix in (("relations", system.relations), ("equations", system.jacobian())):
            if len(independent_rows([[value(entry, point) for entry in row] for row in matrix])) < len(matrix):
                raise Unproved(f"the {name} of its system are not independent at the point")
    positive, negative, _ = inertia([[value(entry, point) for entry in row] for row in known.second])
    lower, upper = claim.loss
    curved_up = False
    if claim.global_by == CURVATURE and known.curvature is not None:
        curved_up = not inertia([[value(entry, point) for entry in row] for row in known.curvature])[1]
    return Bounds(positive, negative, True, lower <= value(known.loss.terms(), point) <= upper, curved_up)


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


def is_global(known: Derivatives, claim: ClaimedComponent, curved_up: bool) -> bool:
    """Whether a critical point is a global minimum for the reason that is given."""
    if claim.global_by == CLOSED_FORM:
        return known.least_below is not None and claim.loss[1] < known.least_below
    if claim.global_by == CURVATURE:
        return known.convex and curved_up
    on_functions = claim.system is not None and claim.system.on_functions
    at_functions = claim.point is not None and not any(value(q, claim.point) for q in known.functions or ())
    return known.functions is not None and known.convex and (on_functions or at_functions)


def has_kind(known: Derivatives, claim: ClaimedComponent, met: bool, isolated: bool, curved_up: bool) -> bool:
    """Whether the kind follows from what is proved; that a spurious minimum has a loss below it is seen when all losses are."""
    positive, negative, _ = claim.inertia
    minimum = (met and not negative) or isolated
    if claim.kind == GLOBAL:
        return is_global(known, claim, curved_up)
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
