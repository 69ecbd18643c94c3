"""The symmetries of a regression that no data are needed for: exchanges of alike units and, for odd σ, sign changes of a unit.

They act on all n + q weights by signed permutations, and what they do to proved points is proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import factorial

from flint import acb

from critscape.algebra.boxes.regression import Regression
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import located, moved, union
from critscape.algebra.symmetry.finite import SignedPermutation, SymmetryGroup, elements


def group(regression: Regression) -> SymmetryGroup:
    """Generators and order of these symmetries."""
    k, size = regression.units, regression.dimension
    identity = tuple(range(size))
    generators, order, classes = [], 1, list[list[int]]()
    if regression.activation.odd:
        for j in range(k):
            own = weights(regression, j)
            generators.append(SignedPermutation(identity, tuple(-1 if a in own else 1 for a in identity)))
            order *= 2
    for j in range(k):
        alike = next((members for members in classes if regression.alike(members[0], j)), None)
        if alike is None:
            classes.append([j])
            continue
        exchange = list(identity)
        for a, b in zip(weights(regression, alike[-1]), weights(regression, j)):
            exchange[a], exchange[b] = b, a
        generators.append(SignedPermutation(tuple(exchange), (1,) * size))
        alike.append(j)
    for members in classes:
        order *= factorial(len(members))
    return SymmetryGroup(tuple(generators), order)


def weights(regression: Regression, unit: int) -> list[int]:
    """The positions of a unit's weights, the incoming ones first."""
    p = regression.width
    return [*range(unit * p, (unit + 1) * p), regression.inner_weights + unit]


def closed(points: Sequence[CertifiedPoint], symmetries: SymmetryGroup) -> list[CertifiedPoint]:
    """All images of proved points, each once."""
    found = [*union([], points)]
    done = 0
    while done < len(found):
        images = [moved(generator, point) for point in found[done:] for generator in symmetries.generators]
        done = len(found)
        found = [*union(found, images)]
    return found


def with_exact_zeros(regression: Regression, points: Sequence[CertifiedPoint], symmetries: SymmetryGroup) -> list[CertifiedPoint]:
    """The points with the coordinates that must vanish, as a symmetry that fixes the point changes their sign, exactly zero."""
    if not regression.activation.odd:
        return list(points)
    changes = [g for g in elements(symmetries, regression.dimension) if g.image == tuple(range(regression.dimension)) and -1 in g.sign]
    found = []
    for point in points:
        zero = {a for g in changes if located([moved(g, point)], [point])[0] is not None for a, sign in enumerate(g.sign) if sign < 0}
        found.append(replace(point, ball=tuple(acb(0) if a in zero else z for a, z in enumerate(point.ball))))
    return found
