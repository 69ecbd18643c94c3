"""What symmetries do to critical points: permutations of them, isotropy groups, and fixed spaces by exact linear algebra.

The gradient of an invariant loss is equivariant, ∇L(σw) = σ∇L(w), so the flow keeps the fixed space of every subgroup (Golubitsky,
Stewart and Schaeffer, "Singularities and groups in bifurcation theory II", 1988, XIII, lemma 2.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import located, moved
from critscape.algebra.symmetry.finite import SignedPermutation, SymmetryGroup


@dataclass(frozen=True)
class Action:
    """A symmetry of the loss, and where it carries each critical point: position → position."""

    element: SignedPermutation
    places: tuple[int, ...]


def actions(group: SymmetryGroup, points: Sequence[CertifiedPoint], n: int) -> tuple[Action, ...] | None:
    """All elements of the group with their actions on the points, decided by the certificates; the identity comes first.

    None if the points are not closed under the group.
    """
    generators = []
    for generator in group.generators:
        places = located([moved(generator, point) for point in points], points)
        known = tuple(place for place in places if place is not None)
        if len(known) < len(places):
            return None
        generators.append(Action(generator, known))
    found = [Action(SignedPermutation(tuple(range(n)), (1,) * n), tuple(range(len(points))))]
    seen = {found[0].element}
    for action in found:
        for moving in generators:
            product = moving.element @ action.element
            if product not in seen:
                seen.add(product)
                found.append(Action(product, tuple(moving.places[k] for k in action.places)))
    return tuple(found)


def fixed_basis(elements: Sequence[SignedPermutation], n: int) -> np.ndarray:
    """A basis of the space that the elements of a group of signed permutations fix, as columns (n, d) of 0 and ±1.

    The columns have disjoint supports: each is a signed sum over an orbit of variables, none for an orbit that an element
    carries to its negative.

    >>> fixed_basis([SignedPermutation((0, 1, 2), (1, 1, 1)), SignedPermutation((1, 0, 2), (-1, -1, -1))], 3).T.tolist()
    [[1, -1, 0]]
    """
    columns, seen = [], set()
    for i in range(n):
        if i in seen:
            continue
        total = np.zeros(n, dtype=int)
        for element in elements:
            total[element.image[i]] += element.sign[i]
            seen.add(element.image[i])
        if total[i]:
            columns.append(np.sign(total))
    return np.array(columns, dtype=int).reshape(-1, n).T
