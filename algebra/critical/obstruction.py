"""Why the critical set has no isolated points, or a component of positive dimension beside them; every reason has its witness.

A Hessian that is singular everywhere means that no critical point is isolated (the gradient is then not dominant, and every fibre of
it that is not empty has components of positive dimension only), but not that there is one; a group that leaves L unchanged makes
curves of the critical points that it moves, but it may move none. So a critical point is proved, or elimination says that there is
one; or it is proved that there is none, and the critical set is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.bounds.proof import Unproved
from critscape.algebra.bounds.upper_bound import upper_bound
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import Elimination, dimension_modulo, random_primes
from critscape.algebra.points.positive_dimension import generic_rank_deficient, moved_by, witness
from critscape.algebra.points.sliced import proved_on_orbit
from critscape.algebra.polynomial.loss import Loss, fingerprint, gradient
from critscape.algebra.symmetry.continuous import VectorField, infinitesimal_symmetries
from critscape.algebra.tracking.homotopy import Outcome, Path

FIRST_ATTEMPTS = 10
"""Attempts to find a witness point before any path is followed; where paths then end badly the search is repeated in earnest."""
EMPTY_WORK = 1e8
"""Operations modulo a prime, at most, of a proof that there is no critical point."""
MOST_ELIMINATED = 12
"""Weights of a loss whose critical set elimination is asked about here."""
SECONDS = 600.0
"""Time after which elimination is given up."""
MOST_WORK = 2e11
"""Operations of a Gröbner basis after which it is given up, a quarter of a minute."""
NUMERICAL = "found numerically, to 48 digits, and is not proved"


@dataclass(frozen=True)
class Obstruction:
    """What is known of a critical set without isolated points: ``not_finite`` is a reason, with what it rests on.

    Without a reason the set is empty, as ``eliminations`` say or a proof in low degree, unless ``open_ends`` say what is not decided.
    """

    not_finite: str | None
    open_ends: tuple[str, ...] = ()
    eliminations: tuple[Elimination, ...] = ()


def obstruction(loss: Loss, rng: np.random.Generator) -> Obstruction | None:
    """Why it is useless to look for isolated critical points; None when nothing here speaks against it."""
    if not any(len(slope) for slope in gradient(loss)):
        return Obstruction("the loss is constant, so every point is critical")
    deficient, fields = generic_rank_deficient(loss), infinitesimal_symmetries(loss)
    if not deficient and not fields:
        return None
    if not origin_is_critical(loss) and proved_empty(loss):
        return Obstruction(None)
    point = witness(loss, rng, attempts=FIRST_ATTEMPTS)
    if point is not None and moved_by(fields, point):
        if proved_on_orbit(loss, fields, point, rng):
            return Obstruction(moved(fields, "is proved"))
        if not deficient:
            return by_elimination(loss, rng, True) or Obstruction(moved(fields, f"was {NUMERICAL}"))
    if not deficient:
        return None
    flat = "the Hessian is singular everywhere, so no critical point is isolated"
    if origin_is_critical(loss):
        return Obstruction(f"{flat}, and the origin is critical")
    eliminated = by_elimination(loss, rng, point is not None)
    if eliminated is not None:
        return eliminated
    if point is not None:
        return Obstruction(f"{flat} (one was {NUMERICAL})")
    missing = "" if msolve.available() else f"; {msolve.HOW_TO_INSTALL}, and elimination can say more"
    return Obstruction(None, (f"{flat}, and whether there is one at all is not decided{missing}",))


def moved(fields: Sequence[VectorField], how: str) -> str:
    """The reason that is a critical point with a curve of images; ``how`` it is known."""
    maps = "rescalings" if all(field.diagonal for field in fields) else "affine maps"
    group = f"a {len(fields)}-parameter group of {maps} of the weights"
    return f"the loss is unchanged by {group}, so a critical point that they move lies on a curve of critical points at least; such a point {how}"


def by_elimination(loss: Loss, rng: np.random.Generator, seen: bool = False) -> Obstruction | None:
    """What the dimension of the critical set modulo two primes says: positive or empty; None when it is zero or not found.

    ``seen`` says that a critical point was found numerically: then it is not empty, whatever elimination says.
    """
    if loss.dimension > MOST_ELIMINATED or not msolve.available():
        return None
    # The loss takes part in the draw: nobody can choose it for the primes.
    primes = random_primes(np.random.default_rng([int(rng.integers(2**62)), fingerprint(loss)]), 2)
    try:
        found = {dimension_modulo(loss, prime, SECONDS, MOST_WORK) for prime in primes}
    except msolve.MsolveError:
        return None
    if len(found) > 1:
        return Obstruction(None, (f"eliminations modulo {primes[0]} and {primes[1]} disagree about the dimension of the critical set",))
    (dimension, degree) = found.pop()
    if dimension > 0:
        modulo = f"elimination modulo {primes[0]} and {primes[1]}: probabilistic"
        return Obstruction(f"the critical set has dimension {dimension} and degree {degree} ({modulo})")
    if dimension < 0 and seen:
        disagree = f"no critical point modulo {primes[0]} and {primes[1]}, but one was {NUMERICAL}; they disagree"
        return Obstruction(None, (disagree,))
    return Obstruction(None, (), tuple(Elimination(prime, 0, 0) for prime in primes)) if dimension < 0 else None


def proved_empty(loss: Loss) -> bool:
    """Whether 1 is proved to be a combination of the ∂_iL in low degree, so that there is no critical point."""
    try:
        return upper_bound(loss, EMPTY_WORK, 0).bound == 0
    except (Unproved, RuntimeError):
        return False


def origin_is_critical(loss: Loss) -> bool:
    """Whether no ∂_iL has a constant term."""
    origin = (0,) * loss.dimension
    return not any(tuple(map(int, exponents)) == origin for slope in gradient(loss) for exponents in slope.to_dict())


def hidden_component(loss: Loss, paths: Sequence[Path], singular: Sequence[np.ndarray], rng: np.random.Generator) -> str | None:
    """Why singular end points, or the ends at infinity, belong to a component of positive dimension; None when nothing says so.

    ``singular`` are approximations (n,) of end points.
    """
    fields = infinitesimal_symmetries(loss)
    on_curves = [point for point in singular if moved_by(fields, [complex(z) for z in point])]
    near = [path.end for path in paths if path.end is not None and path.outcome is not Outcome.FINISHED]
    for point in on_curves:
        if proved_on_orbit(loss, fields, point, rng):
            return moved(fields, "is proved")
    sliced = witness(loss, rng, near[:20])
    if sliced is None and not len(singular):
        return None
    if sliced is not None and moved_by(fields, sliced) and proved_on_orbit(loss, fields, sliced, rng):
        return moved(fields, "is proved")
    if loss.dimension <= MOST_ELIMINATED and msolve.available():
        eliminated = by_elimination(loss, rng)
        return None if eliminated is None else eliminated.not_finite
    if on_curves:
        return moved(fields, f"was {NUMERICAL}")
    if sliced is None:
        return None
    return f"the critical set has a component of positive dimension: a critical point on a random hyperplane was {NUMERICAL}"
