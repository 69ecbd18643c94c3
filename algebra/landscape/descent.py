"""The descending arcs of saddles of index 1: descent from a saddle to the minimum that it reaches, and a proof of the connection.

The arcs are the unstable manifold of the saddle under w' = −∇L(w) (Milnor, "Morse theory", 1963). They start along ± the
eigenvector of the one negative eigenvalue and are integrated by backward differentiation formulas of variable order (Shampine and
Reichelt, "The MATLAB ODE suite", SIAM J. Sci. Comput. 18, 1997), as the flow is stiff: SciPy's BDF. That is done in the fixed space
of the symmetries that fix the arc: symmetry may force it to end at another saddle, and rounding must not hide that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import flint
import numpy as np
from flint import arb
from scipy.integrate import BDF, DenseOutput

from critscape.algebra.landscape.basin import PRECISION, Basin, basin, coordinates, floats, holds
from critscape.algebra.landscape.connection import exact_point, leaves_downwards, on_opposite_sides, stays_below
from critscape.algebra.landscape.fixed_space import Action, fixed_basis
from critscape.algebra.landscape.surface import Surface, derivatives, gradients, value
from critscape.algebra.points.classification import RealPoint

MOST_STEPS = 20000
"""Steps of the integrator for one arc."""
MOST_IDLE_STEPS = 100
"""Steps in succession at which the loss does not fall: descent stands still where no critical point is known."""
LINEAR = 0.1
"""How far the straight first part of an arc may turn away from the unstable manifold, relative to its length, at most."""
INVARIANT = 1e-6
"""A unit vector within this distance of its image is fixed: an eigenvector of a simple eigenvalue goes to plus or minus itself."""
RESOLUTION = 1e-11
"""Distances at which rounding shows in the steps of the integrator, relative to the coordinates."""
CLOSE = 1e-7
"""An arc as close as this to a saddle, relative to that saddle's distance from all others, is taken to end there: which side of it
the arc would leave to is not decided in double precision, and does not matter, as both lie in one component below."""
SPLITS = 8
"""How often one step of the integrator is halved at most until its chord is proved to stay below the saddle."""


@dataclass(frozen=True)
class Arc:
    """One of the two descending arcs of a saddle of index 1.

    ``saddle`` : its position among the real critical points.
    ``points`` : (K, n) vertices of a polygon from the saddle (first) to the critical point where the arc ends (last); those between
        are steps of the integrator at which the loss falls, and points within a step where its chord rises too high.
    ``losses`` : (K,) the loss at each, rounded to double precision.
    ``falls`` : whether the loss is proved to fall from each vertex to the next.
    ``end`` : position of the critical point where the arc ends, -1 where none was found. It is a saddle where symmetry forces the
        arc into a fixed space in which that saddle is a minimum; nearly always it is a local minimum.
    ``minimum`` : position of a local minimum that lies in the component of {L ≤ L(end)} of ``end``: ``end`` itself, or where
        descent from ``end`` goes on to; -1 where none was found.
    ``fixed`` : dimension of the fixed space of the symmetries that fix the arc; n for most arcs.
    ``certified`` : whether ball arithmetic proves that L < L(saddle) along the polygon, its start excepted, and that its last edge
        lies in a trapping neighbourhood of ``end`` (and the same for the descent from ``end`` to ``minimum``): then the side of the
        saddle that the arc leaves to lies in the component of ``minimum``.
    ``image`` : whether the arc is the image of an integrated one under a symmetry of the loss.
    """

    saddle: int
    points: np.ndarray
    losses: np.ndarray
    falls: bool
    end: int
    minimum: int
    fixed: int
    certified: bool
    image: bool


@dataclass(frozen=True)
class Course:
    """The integrator's way down from a saddle, its points ``origin`` + ``basis``·u in a fixed space (basis (n, d)): K ``points`` (n,) at
    which the loss falls, their ``losses``, the K − 1 ``steps`` between them, the position of the critical point where it ``end``s, -1 for
    none, and whether it is ``trapped`` there.
    """

    origin: np.ndarray
    basis: np.ndarray
    points: list[np.ndarray]
    losses: list[arb]
    steps: list[DenseOutput]
    end: int
    trapped: bool


class Terrain:
    """The real critical points of one loss, the action of its symmetries on them, and the trapping neighbourhoods found so far.

    ``points`` are the certified real critical points, ``symmetries`` all elements of the group with their actions on these;
    ``separations`` (N,) are the distances from each critical point to the nearest other one.
    """

    def __init__(self, loss: Surface, points: Sequence[RealPoint], symmetries: Sequence[Action]):
        self.loss = loss
        self.points = tuple(points)
        self.symmetries = tuple(symmetries)
        self.centres = np.array([[z.real for z in point.point.midpoint] for point in points])
        apart = np.linalg.norm(self.centres[:, None] - self.centres, axis=2)
        np.fill_diagonal(apart, np.inf)
        self.separations = apart.min(axis=1)
        self._basins: dict[bytes, tuple[Basin, ...]] = {}

    def gradient(self, point: np.ndarray) -> np.ndarray:
        """∇L (n,) in double precision."""
        return gradients(self.loss, point[None])[0]

    def hessian(self, point: np.ndarray) -> np.ndarray:
        """∇²L (n, n) in double precision."""
        return derivatives(self.loss, point[None])[1][0]

    def isotropy(self, position: int, direction: np.ndarray) -> list[Action]:
        """The symmetries that fix a critical point and a unit vector (n,) at it."""
        fixing = [action for action in self.symmetries if action.places[position] == position]
        return [action for action in fixing if np.abs(np.array(action.element(list(direction))) - direction).max() < INVARIANT]

    def basins(self, subgroup: Sequence[Action], basis: np.ndarray) -> tuple[Basin, ...]:
        """Trapping neighbourhoods of the minima of the loss restricted to the fixed space of a subgroup, spanned by ``basis``."""
        key = basis.tobytes()
        if key not in self._basins:
            inside = [k for k in range(len(self.points)) if all(action.places[k] == k for action in subgroup)]
            found = (basin(self.loss, k, self.points[k], basis) for k in inside)
            self._basins[key] = tuple(each for each in found if each is not None)
        return self._basins[key]


def descending_arcs(terrain: Terrain, saddle: int, tolerance: float) -> tuple[Arc, Arc]:
    """Both descending arcs of the saddle of index 1 at a position.

    ``tolerance`` is the integrator's relative error in one step. Both are certified only if they are proved to leave to different
    sides.
    """
    hessian = terrain.hessian(terrain.centres[saddle])
    direction = np.linalg.eigh(hessian)[1][:, 0]
    one, other = (descend(terrain, saddle, sign * direction, tolerance) for sign in (1, -1))
    if not on_opposite_sides(terrain.loss, terrain.points[saddle], one.points[1], other.points[1]):
        one, other = (replace(arc, certified=False) for arc in (one, other))
    return one, other


def descend(terrain: Terrain, start: int, direction: np.ndarray, tolerance: float) -> Arc:
    """Descent from the saddle at position ``start`` along a unit vector (n,) in which its Hessian is negative."""
    course = _integrated(terrain, start, direction, tolerance)
    end = course.end
    inner, heights, below = _vertices(terrain, start, course)
    minimum, certified = end, end >= 0 and below and _connected(terrain, start, end, inner, course.trapped)
    if end >= 0 and terrain.points[end].index:
        # The component of the saddle where the arc ends holds what lies below that saddle: any way down will do.
        onward = descend(terrain, end, _way_down(terrain, end), tolerance)
        minimum, certified = onward.minimum, certified and onward.certified
    ends = [end] if end >= 0 else []
    points = np.array([terrain.centres[start], *inner, *(terrain.centres[k] for k in ends)])
    losses = [terrain.points[start].loss, *heights, *(terrain.points[k].loss for k in ends)]
    falls = all(later < earlier for earlier, later in pairwise(losses))
    rounded = np.array([float(loss.mid()) for loss in losses])
    return Arc(start, points, rounded, falls, end, minimum, course.basis.shape[1], certified, False)


def arrival(terrain: Terrain, start: int, direction: np.ndarray, tolerance: float) -> int:
    """The position of the critical point where :func:`descend` ends, -1 for none: nothing is proved of the way there."""
    return _integrated(terrain, start, direction, tolerance).end


def image(terrain: Terrain, action: Action, arc: Arc) -> Arc:
    """The arc that a symmetry of the loss carries an arc to."""
    end, minimum = (k if k < 0 else action.places[k] for k in (arc.end, arc.minimum))
    points = action.element.of(arc.points)
    return Arc(action.places[arc.saddle], points, arc.losses, arc.falls, end, minimum, arc.fixed, arc.certified, True)


def _way_down(terrain: Terrain, position: int) -> np.ndarray:
    """A unit vector in the negative eigenspace of the Hessian at a saddle, in general position where there is a choice."""
    eigenvalues, vectors = np.linalg.eigh(terrain.hessian(terrain.centres[position]))
    negative = vectors[:, eigenvalues < 0]
    direction = negative @ np.random.default_rng(position).standard_normal(negative.shape[1])
    return direction / np.linalg.norm(direction)


def _first_step(terrain: Terrain, start: int, direction: np.ndarray) -> float:
    """How far to go straight along ``direction`` from a saddle, where the unstable manifold is nearly straight.

    With the eigenpairs (μ_i, u_i) of the Hessian and the curvature −λ along the direction d, the manifold bends away from d by about
    u_iᵀ(∇²L(p) − ∇²L)d/(|μ_i| + λ) of its length. This measure does not depend on the scales of the loss and of the weights.
    """
    origin = terrain.centres[start]
    hessian = terrain.hessian(origin)
    eigenvalues, vectors = np.linalg.eigh(hessian)
    curvature = abs(direction @ hessian @ direction)
    stiffness = np.sqrt((np.abs(eigenvalues) + curvature) * curvature)
    step, least = terrain.separations[start], RESOLUTION * np.abs(origin).max()
    while step > least:
        change = terrain.hessian(origin + step * direction) - hessian
        if np.linalg.norm(vectors.T @ change @ direction / stiffness) <= LINEAR:
            break
        step /= 2
    return float(step / 2)


def _integrated(terrain: Terrain, start: int, direction: np.ndarray, tolerance: float) -> Course:
    """Descent from a saddle.

    A step at which rounding or the error of the integrator keeps the loss from falling is none of the course's.
    It has no end if descent neither reaches a trapping neighbourhood nor comes close to a critical point in MOST_STEPS steps, or stands
    still elsewhere.
    """
    subgroup = terrain.isotropy(start, direction)
    basis = fixed_basis([action.element for action in subgroup], len(direction))
    metric = (basis**2).sum(axis=0)
    along = basis / metric
    # Offsets from the saddle keep its surroundings at full accuracy; as each row of the basis has one entry, the points stay exactly
    # in the fixed space.
    origin = basis @ (along.T @ terrain.centres[start])
    first = _first_step(terrain, start, direction) * (along.T @ direction)
    curvature = abs(direction @ terrain.hessian(origin) @ direction)

    def velocity(_: float, u: np.ndarray) -> np.ndarray:
        return -along.T @ terrain.gradient(origin + basis @ u) / curvature

    def jacobian(_: float, u: np.ndarray) -> np.ndarray:
        return -along.T @ terrain.hessian(origin + basis @ u) @ basis / curvature

    absolute = max(tolerance * np.linalg.norm(first), RESOLUTION * np.abs(origin).max(), np.finfo(float).tiny)
    solver = BDF(velocity, 0.0, first, np.inf, rtol=tolerance, atol=absolute, jac=jacobian)
    traps = terrain.basins(subgroup, basis)
    inverses = np.array([floats(each.inverse) for each in traps]).reshape(-1, *along.T.shape)
    centres = np.array([[float(c) for c in each.centre] for each in traps]).reshape(-1, len(origin))
    radii = np.array([float(each.radius) for each in traps])
    points, idle = [origin + basis @ first], 0
    losses, steps = [_value(terrain.loss, points[0])], list[DenseOutput]()

    def course(end: int, trapped: bool = False) -> Course:
        return Course(origin, basis, points, losses, steps, end, trapped)

    for _ in range(MOST_STEPS):
        point = points[-1]
        offsets = (inverses @ (point - centres)[:, :, None])[:, :, 0]
        for k in np.flatnonzero((offsets**2).sum(axis=1) < radii**2):
            if holds(terrain.loss, traps[k], point):
                return course(traps[k].position, True)
        distances = np.abs(terrain.centres - point).max(axis=1) / terrain.separations
        distances[start] = np.inf
        if distances.min() < CLOSE:
            return course(int(distances.argmin()))
        solver.step()
        if solver.status != "running":
            break
        following = origin + basis @ solver.y
        lower = _value(terrain.loss, following)
        idle += 1
        if idle > MOST_IDLE_STEPS:
            break
        if lower < losses[-1]:
            idle = 0
            points.append(following)
            losses.append(lower)
            steps.append(solver.dense_output())
    return course(-1)


def _vertices(terrain: Terrain, start: int, course: Course) -> tuple[np.ndarray, list[arb], bool]:
    """The vertices of an arc between its ends (K, n), their losses, and whether L < L(saddle) is proved between them."""
    loss, level = terrain.loss, terrain.points[start].loss
    vertices, losses, below = course.points[:1], course.losses[:1], True
    for path, (point, following), lower in zip(course.steps, pairwise(course.points), course.losses[1:]):
        between, proved = _polygon(loss, level, path, course.origin, course.basis, point, following)
        vertices += between
        losses += [*(_value(loss, vertex) for vertex in between[:-1]), lower]
        below = below and proved
    return np.array(vertices), losses, below


def _value(loss: Surface, point: np.ndarray) -> arb:
    with flint.ctx.workprec(PRECISION):
        return value(loss, exact_point(point))


def _polygon(
    loss: Surface, level: arb, path: DenseOutput, origin: np.ndarray, basis: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[list[np.ndarray], bool]:
    """The vertices after ``start`` (n,) up to ``end`` (n,) of a polygon along one step of the integrator, and whether L < level is
    proved on it.

    The chord of a long step through a curved valley may rise above the level: then points of the step between its ends are added.
    """
    steps = [(path.t_old, start, path.t, end, SPLITS)]
    found: list[np.ndarray] = []
    while steps:
        before, a, after, b, left = steps.pop()
        if stays_below(loss, exact_point(a), exact_point(b), level):
            found.append(b)
        elif left:
            time = (before + after) / 2
            middle = origin + basis @ path(time)
            steps += [(time, middle, after, b, left - 1), (before, a, time, middle, left - 1)]
        else:
            return [end], False
    return found, True


def _connected(terrain: Terrain, start: int, end: int, inner: np.ndarray, trapped: bool) -> bool:
    """Whether L < L(start) is proved on the segments from the saddle to the first of ``inner`` (K, n) and from the last to the end."""
    loss, saddle = terrain.loss, terrain.points[start]
    # In a trapping neighbourhood L is convex: nothing is to be shown for the segment to its critical point.
    arrives = trapped or stays_below(loss, exact_point(inner[-1]), coordinates(terrain.points[end].point), saddle.loss)
    return arrives and leaves_downwards(loss, saddle, inner[0])
