"""The sublevel sets of L_ε = L + ε·½ Σ_j Λ_j (w_j − c_j)² at a small real ε, its critical points labelled by the paths ε → 0 they lie on.

L_ε is coercive, and for generic Λ and c a Morse function with finitely many critical points: its merge tree is that of
:mod:`critscape.algebra.landscape.landscape`. Paths come down a complex ray and turn to the real axis at each ε, so that a label means
the same at all of them unless a branch point lies between the ray and the axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from critscape.algebra.components.limits import advanced
from critscape.algebra.components.multiprecision import exact_system
from critscape.algebra.components.regularisation import Regularisation, Way, exactly_shrinking, shrinking
from critscape.algebra.components.units import DecimalUnits
from critscape.algebra.landscape.far_paths import far_points
from critscape.algebra.landscape.landscape import Landscape, sublevel_sets
from critscape.algebra.points.certification import CertifiedPoint, Undecided, certify, same_zero
from critscape.algebra.points.classification import RealPoint, classify
from critscape.algebra.polynomial.loss import Family, Loss, exact
from critscape.algebra.symmetry.finite import SymmetryGroup
from critscape.algebra.tracking.exact_end import Station
from critscape.algebra.tracking.flow import Flow

NEARLY_REAL = 1e-2
"""Points whose imaginary part is larger than this share of their size are not real; of all others it is decided in ball arithmetic."""
ROUNDED = 1e-12
"""Points in double precision that are closer than this, relative to their size, are one."""


@dataclass(frozen=True)
class Distance:
    """D(w) = ½ Σ_j Λ_j (w_j − c_j)², exactly: ``strengths`` Λ and ``centre`` c (n,), in the weights and units of L."""

    strengths: tuple[Fraction, ...]
    centre: tuple[Fraction, ...]

    def at(self, point: Sequence[arb]) -> arb:
        """An enclosure of D at a point (n balls)."""
        terms = ((x - exact(c)) * (x - exact(c)) * exact(s) for x, s, c in zip(point, self.strengths, self.centre))
        return sum(terms, arb(0)) / 2


@dataclass(frozen=True)
class RegularisedFormula:
    """L(w; p) + ε·½ Σ Λ_j (w_j − c_j)² with the parameters (p, ε, Λ, c)."""

    formula: Any

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        return regularised_formula(self.formula, weights, parameters)


def regularised_formula(formula: Any, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
    """L + εD over any ring; the last 2n + 1 of the parameters are ε, Λ and c."""
    n = len(weights)
    own, ridge, strengths, centre = parameters[: -2 * n - 1], parameters[-2 * n - 1], parameters[-2 * n : -n], parameters[-n:]
    squares = sum((s * (w - c) * (w - c) for w, s, c in zip(weights, strengths, centre)), 0 * weights[0])
    return formula(weights, own) + ridge * squares / 2


def regularised(loss: Loss, distance: Distance, ridge: Fraction) -> Loss:
    """L_ε, exactly, ε = ``ridge``."""
    n = loss.dimension
    names = (*loss.family.parameters, "ridge", *(f"strength_{k}" for k in range(n)), *(f"centre_{k}" for k in range(n)))
    family = Family(loss.variables, names, RegularisedFormula(loss.family.formula))
    return Loss(family, (*loss.values, ridge, *distance.strengths, *distance.centre))


def distance(regularisation: Regularisation, way: Way, units: DecimalUnits) -> Distance:
    """The D whose multiples the homotopy of a regularisation adds, for the loss in ``units``: those of the natural ones rounded, then exact."""
    sizes = np.real(way.loss_units) / np.array(units.weights, dtype=float)
    strengths = regularisation.strengths * np.real(way.tilt_units * way.loss_units) / float(units.loss) / sizes**2
    centre = regularisation.centre * sizes
    return Distance(tuple(Fraction(float(s)) for s in strengths), tuple(Fraction(float(c)) for c in centre))


@dataclass(frozen=True)
class RegularisedTree:
    """L_ε at one real ε > 0, ``ridge``, exactly: its real critical points in increasing loss and its sublevel sets.

    ``labels[k]`` is the path of ``points[k]``. ``lost`` are the paths whose point at this ε is not known.
    """

    ridge: Fraction
    distance: Distance
    loss: Loss
    points: tuple[RealPoint, ...]
    labels: tuple[int, ...]
    landscape: Landscape
    lost: tuple[int, ...]

    @property
    def minima(self) -> tuple[int, ...]:
        """Positions of the local minima."""
        return tuple(k for k, point in enumerate(self.points) if point.index == 0)

    @property
    def indices(self) -> dict[int, int]:
        """The path of each real critical point → its index."""
        return {label: point.index for label, point in zip(self.labels, self.points)}

    @property
    def reason(self) -> str | None:
        """Why the tree is not to be relied on; None if every check holds."""
        lost = f"{len(self.lost)} critical points are not known" if self.lost else None
        return "; ".join(filter(None, (lost, self.landscape.reason))) or None


@dataclass(frozen=True)
class Rung:
    """The critical points of L_ε, ``loss``, at one real ε, ``ridge``: the real ones in increasing loss, the path of each (``labels``), and the
    paths that are ``lost``, whose point is not known.
    """

    ridge: Fraction
    loss: Loss
    real: tuple[RealPoint, ...]
    labels: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def indices(self) -> dict[int, int]:
        """The path of each real critical point → its index."""
        return {label: point.index for label, point in zip(self.labels, self.real)}

    @property
    def by_path(self) -> dict[int, RealPoint]:
        """The path of each real critical point → the point."""
        return dict(zip(self.labels, self.real))


def rungs(
    loss: Loss,
    away: Distance,
    regularisation: Regularisation,
    way: Way,
    begun: np.ndarray,
    units: DecimalUnits,
    ridges: Sequence[Fraction],
    jobs: int,
) -> Iterator[Rung]:
    """The critical points of L + εD at the ``ridges`` ε, natural units, in decreasing order; ``loss`` is L in ``units``."""
    scale = way.units / np.array(units.weights, dtype=float)
    for ridge, (points, known) in zip(ridges, points_at(regularisation, way, begun, [float(ridge) for ridge in ridges], jobs)):
        member = regularised(loss, away, ridge)
        real, labels, lost = real_points(member, points * scale, known)
        yield Rung(ridge, member, tuple(real), tuple(labels), tuple(lost))


def points_at(
    regularisation: Regularisation, way: Way, begun: np.ndarray, radii: Sequence[float], jobs: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The points (P, n), natural units, of all paths at real ε of the ``radii`` (decreasing), and which of them are known (P,).

    ``begun`` are those at ε₀ = ``regularisation.first``. A path that the compiled tracker loses, as those whose weights grow while the
    curvature of L_ε along them shrinks, is followed in multiprecision, from the last of its points that serves.
    """
    flow, size = Flow.of(shrinking(regularisation, way), begun, jobs), abs(regularisation.first)
    turn = size / regularisation.first
    here, at = begun.copy(), np.ones(len(begun), dtype=complex)
    compiled, system = np.ones(len(begun), dtype=bool), exact_system(exactly_shrinking(regularisation, way))
    histories: dict[int, list[Station]] = {}
    trail: list[tuple[np.ndarray, np.ndarray]] = []
    for t in np.array(radii) / size:
        trail.append((here * way.loss_units, at.real.copy()))
        compiled = np.isin(np.arange(len(begun)), advanced(flow, here, at, np.flatnonzero(compiled), t))
        turned, place = here.copy(), at.copy()
        known = np.isin(np.arange(len(begun)), advanced(flow, turned, place, np.flatnonzero(compiled), t * turn))
        last = (here * way.loss_units, at.real)
        lost = {k: [(points[k], places[k]) for points, places in (last, *reversed(trail))] for k in np.flatnonzero(~known).tolist()}
        led = far_points(system, histories, lost, t, turn)
        for k, point in led.items():
            turned[k] = point / way.loss_units
        # For t > 0 no two paths meet: one of them has jumped.
        close = [k for k in led if (np.abs(turned[known] - turned[k]).max(axis=1) <= ROUNDED * np.abs(turned[k]).max()).any()]
        known[[k for k in led if k not in close]] = True
        yield turned, known


def real_points(member: Loss, points: np.ndarray, known: np.ndarray) -> tuple[list[RealPoint], list[int], list[int]]:
    """The real critical points of L_ε in increasing loss, their paths, and the paths that are lost, from approximations (P, n)."""
    proved: list[tuple[int, CertifiedPoint]] = []
    lost = [int(k) for k in np.flatnonzero(~known)]
    for k in np.flatnonzero(known).tolist():
        size = max(float(np.abs(points[k]).max()), np.finfo(float).tiny)
        if np.abs(points[k].imag).max() > NEARLY_REAL * size:
            continue
        found = certify(member, points[k])
        if isinstance(found, Undecided) or any(same_zero(found, other) for _, other in proved):
            lost.append(k)
        elif found.real:
            proved.append((k, found))
    real = classify(member, [point for _, point in proved])
    label = {id(point): k for k, point in proved}
    return real, [label[id(each.point)] for each in real], sorted(lost)


def regularised_tree(rung: Rung, away: Distance) -> RegularisedTree:
    """The tree of L_ε from its critical points."""
    sets = sublevel_sets(rung.loss, rung.real, SymmetryGroup((), 1))
    return RegularisedTree(rung.ridge, away, rung.loss, rung.real, rung.labels, sets, rung.lost)


def births_and_joins(tree: RegularisedTree) -> tuple[list[int], list[tuple[int, tuple[int, int]]]]:
    """The paths of the minima, and those of the saddles with the paths of the two minima that they join, where both are known."""
    label = tree.labels
    arcs = tree.landscape.arcs
    pairs = [(one, other) for one, other in zip(arcs[::2], arcs[1::2]) if one.minimum >= 0 <= other.minimum]
    return [label[k] for k in tree.minima], [(label[a.saddle], (label[a.minimum], label[b.minimum])) for a, b in pairs]
