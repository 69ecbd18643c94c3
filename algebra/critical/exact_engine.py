"""The exact engine: all critical points from a rational univariate representation, and the degree of the gradient ideal.

Elimination says how many points there are and where; each is then proved on its own: a simple one by Krawczyk's test, like every
point of the numerical engines, and a degenerate one in exact arithmetic over its number field. That there are no more rests on
msolve, which works modulo primes and stops when the reconstruction over ℚ no longer changes: strong evidence, not proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import flint
import numpy as np
from flint import acb, acb_poly

from critscape.algebra.critical.ends import DegeneratePoint
from critscape.algebra.critical.enumeration import Enumeration
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import Elimination, modular, not_finite, random_primes, rational_primes
from critscape.algebra.elimination.number_field import exact_points
from critscape.algebra.points.certification import CertifiedPoint, certify
from critscape.algebra.points.certified_sets import union
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.roots import complex_roots

ROUGH_BITS = 64
"""Bits to which coordinates are evaluated before Newton's method takes over."""
PRECISIONS = (256, 1024, 4096, 16384, 65536)


def eliminate(
    loss: Loss, rng: np.random.Generator, seconds: float, progress: Callable[[str, int], None] = lambda stage, count: None
) -> Enumeration:
    """Every critical point of the loss by elimination.

    ``seconds`` bounds each run of msolve; ``rng`` draws the primes.

    Raises
    ------
    msolve.MsolveError : msolve is not there, failed, or ran out of time.
    """
    primes = random_primes(rng, 2)
    progress(f"elimination modulo {len(primes)} primes, {seconds / 60:.0f} minutes at most each; the engine batch follows paths instead", 0)
    try:
        began = time.perf_counter()
        found = modular(loss, primes, seconds)
        each = (time.perf_counter() - began) / len(primes)
        progress(f"elimination over the rationals{forecast(each * rational_primes(loss, found[0]))}", found[0].degree)
        points = msolve.parametrisation(loss, seconds)
    except msolve.PositiveDimension:
        return Enumeration((), (), {}, 0, 0, None, not_finite(loss, primes[0], seconds), ())
    total = points.eliminant.degree()
    found.append(Elimination(None, points.degree, total))
    progress("certification", total)
    reached = places(points)
    decided = [certify(loss, place) for _, place in reached]
    simple = union([], [point for point in decided if isinstance(point, CertifiedPoint)])
    open_ends = []
    if len({(e.degree, e.distinct) for e in found}) > 1:
        open_ends.append("eliminations disagree: " + "; ".join(map(str, found)))
    try:
        undecided = [root for (root, _), point in zip(reached, decided) if not isinstance(point, CertifiedPoint)]
        degenerate = degenerate_points(loss, points, len(simple), undecided)
    except ArithmeticError as error:
        degenerate = []
        open_ends.append(str(error))
    if len(simple) + len(degenerate) != total:
        open_ends.append(f"of {total} points {len(simple)} are proved to be simple and {len(degenerate)} to be degenerate")
    return Enumeration(simple, tuple(degenerate), {}, 0, 0, None, None, tuple(open_ends), tuple(found))


def forecast(seconds: float) -> str:
    """How a stage goes on that will take so long; what else to try where that is a matter of minutes.

    >>> forecast(0.3), forecast(42.0), forecast(1000.0)
    ('', ', about 42 s', ', about 17 min (Ctrl-C ends it; --engine batch follows paths instead)')
    """
    if seconds < 5:
        return ""
    if seconds < 120:
        return f", about {seconds:.0f} s"
    return f", about {seconds / 60:.0f} min (Ctrl-C ends it; --engine batch follows paths instead)"


def places(points: msolve.Parametrisation) -> list[tuple[acb, list[acb]]]:
    """The roots of the eliminant, each with its point, n coordinates to ROUGH_BITS bits.

    Raises
    ------
    ArithmeticError : the largest precision is not enough.
    """
    for bits in PRECISIONS:
        with flint.ctx.workprec(bits):
            slope = acb_poly(points.eliminant.derivative())
            quotients = [(acb_poly(v), acb(c)) for v, c in zip(points.numerators, points.constants)]
            roots = [root for root, _ in complex_roots(points.eliminant)] if points.eliminant.degree() > 0 else []
            found = [(root, [-v(root) / (c * slope(root)) for v, c in quotients]) for root in roots]
            if all(_sharp(z) for _, point in found for z in point):
                return found
    raise ArithmeticError("the coordinates of a point cannot be evaluated from its parametrisation")


def _sharp(ball: acb) -> bool:
    return bool(max(ball.real.rad(), ball.imag.rad()) < (1 + abs(ball).lower()) * flint.arb(2) ** -ROUGH_BITS)


def degenerate_points(loss: Loss, points: msolve.Parametrisation, simple: int, undecided: Sequence[acb]) -> list[DegeneratePoint]:
    """The points with a singular Hessian, proved in their number fields; they belong to the roots ``undecided`` of the eliminant.

    The multiplicity of each is known when they are conjugate to each other; else it is None.

    Raises
    ------
    ArithmeticError : a point is not degenerate, though no precision certified it.
    """
    if not undecided:
        return []
    with flint.ctx.workprec(PRECISIONS[1]):
        # The factors of a squarefree polynomial share no root.
        factors = [m for m, _ in points.eliminant.factor()[1] if any(acb_poly(m)(root).contains(0) for root in undecided)]
        families = [exact_points(loss, points, factor) for factor in factors]
        singular = [family for family in families if family[0].nullity]
        count = sum(map(len, singular))
        if count != len(undecided):
            raise ArithmeticError("a critical point is neither proved to be simple nor degenerate: its Hessian is nearly singular")
        multiplicity = (points.degree - simple) // count if len(singular) == 1 else None
        return [DegeneratePoint(np.array([complex(z) for z in p.ball]), multiplicity, p) for family in singular for p in family]
