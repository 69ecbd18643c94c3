"""What the paths of one homotopy to the loss end at: proved points, singular ones, an account of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from critscape.algebra.elimination.number_field import ExactPoint
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import CertifiedSet, union
from critscape.algebra.points.compiled_certification import certify_all
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.symmetry.finite import SignedPermutation
from critscape.algebra.symmetry.orbits import Orbit
from critscape.algebra.tracking.homotopy import Outcome, Path

SAME_SINGULAR_POINT = 1e-4
"""Relative distance within which two approximations of a singular end point count as one (they converge slowly)."""


@dataclass(frozen=True)
class DegeneratePoint:
    """An isolated critical point with a singular Hessian: its approximation (n,) and its multiplicity (None: not known).

    The multiplicity is the number of paths that end there, or follows from the degree of the gradient ideal; ``exact`` is the point
    in its number field, if elimination found it.
    """

    approximation: np.ndarray
    multiplicity: int | None
    exact: ExactPoint | None = None


@dataclass(frozen=True)
class Ends:
    """The end points of one homotopy c → 0: certified points, singular ones, paths by outcome, paths that met another."""

    points: Sequence[CertifiedPoint]
    singular: tuple[DegeneratePoint, ...]
    fates: dict[Outcome, int]
    collisions: int


def all_regular(points: Sequence[CertifiedPoint]) -> Ends:
    """The ends of all paths when as many simple zeros are proved as there are start points: each is the end of one path,
    whichever homotopy found it.
    """
    return Ends(points, (), {**dict.fromkeys(Outcome, 0), Outcome.FINISHED: len(points)}, 0)


def accounted(ends: Ends, points: Sequence[CertifiedPoint]) -> Ends:
    """The ends of one homotopy, with those of its lost paths where they are known without following them.

    Each simple zero is the end of exactly one path. So where a homotopy leaves as many paths open, failed or met by another, as it
    has not reached of the proved ``points``, which other homotopies found, these are their ends.
    """
    unreached = len(points) - len(ends.points)
    if not unreached or unreached != ends.fates[Outcome.FAILED] + ends.collisions:
        return ends
    return Ends(points, ends.singular, {**ends.fates, Outcome.FINISHED: len(points), Outcome.FAILED: 0}, 0)


def settle(
    loss: Loss,
    paths: Sequence[Path],
    orbits: Sequence[Orbit],
    units: np.ndarray,
    known: Sequence[CertifiedPoint] = (),
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Ends:
    """Certifies the end points of paths, one for each orbit of start points; the images of an end point count as well.

    A finished path whose end cannot be certified as regular is counted as singular. In ``units`` (n,) points have size one. What is
    ``known`` is not proved again.
    """
    progress("certification", 0)
    regular: list[tuple[CertifiedPoint, Sequence[SignedPermutation]]] = []
    singular: list[np.ndarray] = []
    fates = dict.fromkeys(Outcome, 0)
    finished = [k for k, path in enumerate(paths) if path.outcome is Outcome.FINISHED]
    ends = np.array([paths[k].end for k in finished]) if finished else np.empty((0, loss.dimension))
    doubtful = [(k, path.end) for k, path in enumerate(paths) if path.end is not None and path.outcome is Outcome.SINGULAR]
    approximations = np.concatenate([ends, *(end[None, :] for _, end in doubtful)])
    twins = match(ends / units, ends / units)
    different = np.concatenate([np.unique(twins), len(ends) + np.arange(len(doubtful))]).astype(int)
    decisions = dict(
        zip(different.tolist(), certify_all(loss, approximations[different], known, lambda done: progress("certification", done)))
    )
    for k, twin in zip(finished, twins.tolist()):
        decided, elements = decisions[twin], orbits[k].elements
        if isinstance(decided, CertifiedPoint):
            fates[Outcome.FINISHED] += len(elements)
            regular.append((decided, elements))
        else:
            fates[Outcome.SINGULAR] += len(elements)
            approximation = np.array([[complex(z) for z in decided.approximation]])
            singular += [element.of(approximation)[0] for element in elements]
    lost = {k for place, (k, _) in enumerate(doubtful, len(ends)) if isinstance(decisions[place], CertifiedPoint)}
    for k, (path, orbit) in enumerate(zip(paths, orbits)):
        if k in lost:
            # Singular for the rounded loss, regular for the exact one: this path's own end point is not known.
            fates[Outcome.FAILED] += len(orbit)
        elif path.outcome is not Outcome.FINISHED:
            fates[path.outcome] += len(orbit)
            if path.end is not None and path.outcome is Outcome.SINGULAR:
                singular += [element.of(path.end[None, :])[0] for element in orbit.elements]
    points = CertifiedSet.orbits([point for point, _ in regular], [elements for _, elements in regular])
    distinct = union([], points)
    # At a simple zero exactly one path ends.
    return Ends(distinct, clustered(singular), fates, len(points) - len(distinct))


def clustered(approximations: Sequence[np.ndarray]) -> tuple[DegeneratePoint, ...]:
    """Singular end points that coincide, as one degenerate point each."""
    clusters: list[list[np.ndarray]] = []
    for point in approximations:
        for cluster in clusters:
            if close(cluster[0], point):
                cluster.append(point)
                break
        else:
            clusters.append([point])
    return tuple(DegeneratePoint(np.mean(cluster, axis=0), len(cluster)) for cluster in clusters)


def close(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two approximations of singular points count as one."""
    return float(np.abs(one - other).max()) < SAME_SINGULAR_POINT * (1 + float(np.abs(one).max()))
