"""What is proved of one limit: a real critical point of L, the dimension of the critical set there, its inertia and kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

import flint
import numpy as np
from flint import acb, arb, arb_mat, fmpq

from critscape.algebra.components.algebraic_points import algebraic_order, algebraic_point
from critscape.algebra.components.arcs import HigherOrder, exact_hessian, exact_inertia, higher_order, rising_arc, shown_by
from critscape.algebra.components.factors import factored_fibre, factored_gradient, hold_at, vanishes
from critscape.algebra.components.flatness import flat_below
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.local_system import PRECISION, LocalSystem, ProvedPoint, fibre, prove, regular, systems
from critscape.algebra.components.subspace import Form, Subspace, common_zeros, floats, holds, linear_forms
from critscape.algebra.points.classification import ldl_pivots
from critscape.algebra.polynomial.evaluation import ball_derivatives, ball_parameters, float_derivatives
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.polynomial.straight_line import evaluate, programs

ZERO = 1e-6
"""Coordinates of a limit below this, relative to its size, are tried as zeros."""
LASTS = 1e-4
"""A direction of length one that changes a form by less does not change it."""
DEGREES = (1, 2)
"""Those of relations that are sought."""
SMALL, SNAP = 1000, 1e-7
"""Limits this close to a rational point, relatively, with denominators up to this, are tried as that point."""
DENOMINATOR, RECOGNISED = 10**24, 1e-50
"""Coordinates within 1e-50 of a rational number with a denominator up to this are tried as rational, which is then verified exactly:
those of products of a few data have so many digits."""


class Kind(Enum):
    """What the points of a component are to descent."""

    GLOBAL_MINIMUM = "global minimum"
    SPURIOUS_MINIMUM = "spurious local minimum"
    LOCAL_MINIMUM = "local minimum"
    MAXIMUM = "local maximum"
    STRICT_SADDLE = "strict saddle"
    NON_STRICT_SADDLE = "non-strict saddle"
    DEGENERATE = "degenerate"


class Reason(Enum):
    """Why a minimum is global."""

    FUNCTION_SPACE = "the gradient of a convex loss in function space vanishes"
    CURVATURE = "a convex bound of degree two lies below the loss and touches it there"
    CLOSED_FORM = "the least critical value is known in closed form (Eckart and Young; Baldi and Hornik)"
    FLOOR = "the loss is nowhere lower, as a sum of squares and a number"
    ENUMERATION = "all critical points are enumerated, and none lies lower"


@dataclass(frozen=True)
class Inertia:
    """Numbers of positive, negative and zero eigenvalues of ∇²L; ``exact`` if the zeros are proved to be zero."""

    positive: int
    negative: int
    zero: int
    exact: bool


@dataclass(frozen=True)
class Component:
    """A real critical point and what is known of the critical set there.

    ``point`` (n,) approximates it; ``proved`` is its enclosure, None when its existence is not proved; ``rational`` its exact
    coordinates, if they are rational and that is verified. ``loss`` encloses L (an approximation without ``proved``). The critical
    set has at least dimension ``dimension`` there; exactly that if ``exact_dimension``. ``zero`` are the coordinates that vanish on
    all of the component as far as the tangent space of ``manifold`` tells. ``kind_proved`` says whether ``kind`` is. ``manifold`` is a system that is
    regular at the point, whose zeros near it are critical points: they have dimension ``dimension``. ``global_by`` is why a global
    minimum is one.
    """

    point: np.ndarray
    proved: ProvedPoint | None
    rational: tuple[fmpq, ...] | None
    loss: arb
    dimension: int
    exact_dimension: bool
    inertia: Inertia
    zero: tuple[int, ...]
    kind: Kind
    kind_proved: bool
    manifold: LocalSystem | None = None
    higher: HigherOrder | None = None
    global_by: Reason | None = None


def component(loss: Loss, knowledge: Knowledge, point: np.ndarray) -> Component:
    """Proves what can be proved at a limit, a real ``point`` (n,) in double precision."""
    near = critical_neighbour(loss, point)
    if near is None:
        proved = existing(loss, knowledge, point)
    else:
        point = np.array([float(x) for x in near])
        proved = existing(loss, knowledge, point) or at_rational(loss, near)
    return numerical(loss, point) if proved is None else described(loss, knowledge, proved)


def critical_neighbour(loss: Loss, point: np.ndarray) -> tuple[Fraction, ...] | None:
    """The rational point of small height next to ``point`` if it is critical exactly.

    A neighbour on the same component can be proved where the limit cannot, and be of another kind.
    """
    size = max(1.0, float(np.abs(point).max(initial=0.0)))
    near = tuple(Fraction(float(x)).limit_denominator(SMALL) for x in point)
    if any(abs(float(close) - x) > SNAP * size for close, x in zip(near, point)):
        return None
    slopes = evaluate(programs(loss.family).gradient, [exact(x) for x in near], [exact(v) for v in loss.values])
    return None if any(slope != 0 for slope in slopes) else near


def at_rational(loss: Loss, point: Sequence[Fraction]) -> ProvedPoint:
    """A critical point that is known exactly and lies on no manifold that is known: all entries of ∇L are its equations."""
    with flint.ctx.workprec(PRECISION):
        ball = tuple(acb(exact(x)) for x in point)
    return ProvedPoint(ball, LocalSystem(loss, Subspace(loss.dimension), tuple(range(loss.dimension))))


def existing(loss: Loss, knowledge: Knowledge, point: np.ndarray) -> ProvedPoint | None:
    """A proved critical point next to ``point``, on the smallest subspace that can be: where all coordinates and linear forms of L that
    vanish there do, or those that last, or the coordinates among them.
    """
    size = max(1.0, float(np.abs(point).max()))
    forms = linear_forms(loss)
    vanishing = [form for form, value in zip(forms, floats(forms, loss.dimension) @ point) if abs(value) < ZERO * size]
    candidates = subspaces(loss, point, vanishing)
    steps = [(subspace, degree) for subspace in candidates for degree in DEGREES]
    found = (prove(system, point) for system in local_systems(loss, knowledge, candidates, steps, point))
    return next((proved for proved in found if proved is not None), None)


def local_systems(
    loss: Loss, knowledge: Knowledge, candidates: Sequence[Subspace], steps: Sequence[tuple[Subspace, int]], point: np.ndarray
) -> Iterator[LocalSystem]:
    """Systems on subspaces next to a point: in function space where the gradient seems to vanish there, by relations of ``steps`` (pairs of
    a subspace and a degree), and by factors.
    """
    space = knowledge.function_space
    if space is not None and all(vanishes(entry, point) for entry in space.gradient):
        yield from (fibre(loss, space, subspace) for subspace in candidates)
        yield from filter(None, (factored_fibre(loss, space, subspace, point) for subspace in candidates))
    yield from filter(None, (systems(loss, point, subspace, degree) for subspace, degree in steps))
    yield from filter(None, (factored_gradient(loss, subspace, point) for subspace in candidates))


def manifold(loss: Loss, knowledge: Knowledge, proved: ProvedPoint, rational: Sequence[fmpq] | None, enough: int) -> LocalSystem:
    """A system that is regular at a proved point, so that its zeros are a manifold of critical points there; none of a larger dimension is
    sought than ``enough``.
    """
    best, point = proved.system, proved.midpoint
    if best.dimension >= enough:
        return best
    vanishing = [form for form in linear_forms(loss) if holds(form, proved.ball, proved.system.subspace)]
    candidates = subspaces(loss, point, vanishing)[::-1]
    with flint.ctx.workprec(PRECISION):
        best = largest(loss, knowledge, proved, rational, candidates, best, enough)
        # Where manifolds meet that leave different weights at zero, no subspace of above has a regular one: weights are freed one by one.
        kept = weights_among(vanishing)
        while kept and best.dimension < enough:
            best, kept = with_one_free(loss, knowledge, proved, rational, kept, best)
    return best


def with_one_free(
    loss: Loss, knowledge: Knowledge, proved: ProvedPoint, rational: Sequence[fmpq] | None, kept: Sequence[Form], best: LocalSystem
) -> tuple[LocalSystem, list[Form]]:
    """A system as :func:`largest` finds them, with more dimensions than ``best``, where all but one of the weights ``kept`` vanish, and these;
    ``best`` and no weights where there is none.
    """
    for form in kept:
        others = [other for other in kept if other != form]
        system = largest(loss, knowledge, proved, rational, [common_zeros(loss.dimension, others)], best, best.dimension + 1)
        if system is not best:
            return system, others
    return best, []


def largest(
    loss: Loss,
    knowledge: Knowledge,
    proved: ProvedPoint,
    rational: Sequence[fmpq] | None,
    candidates: Sequence[Subspace],
    best: LocalSystem,
    enough: int,
) -> LocalSystem:
    """The first system on ``candidates`` that is regular at a proved point and whose zeros have dimension ``enough``, else one of the largest
    dimension; ``best`` where none is larger.
    """
    steps = [(subspace, degree) for degree in DEGREES for subspace in candidates]
    for other in local_systems(loss, knowledge, candidates, steps, proved.midpoint):
        # Without regularity a system bounds the dimension of the complex critical set alone: x² + y² = 0 is one equation.
        if other.dimension > best.dimension and hold_at(other, proved, rational) and other.complete(proved.ball):
            best = other if regular(other, proved.ball) else best
        if best.dimension >= enough:
            break
    return best


def weights_among(forms: Sequence[Form]) -> list[Form]:
    """Those of linear forms that are weights."""
    return [form for form in forms if sum(map(bool, form)) == 1]


def subspaces(loss: Loss, point: np.ndarray, vanishing: Sequence[Form]) -> list[Subspace]:
    """Those on which forms that vanish at a critical ``point`` (n,) do, all of them or those that last; then of the coordinates among them;
    then the whole space.
    """
    found = []
    for forms in (vanishing, weights_among(vanishing)):
        lasting = lasting_forms(loss, point, floats(forms, loss.dimension))
        found += [forms, [form for form, lasts in zip(forms, lasting) if lasts]]
    return list(dict.fromkeys(common_zeros(loss.dimension, forms) for forms in (*found, [])))


def lasting_forms(loss: Loss, point: np.ndarray, forms: np.ndarray) -> np.ndarray:
    """Which of linear forms (k × n) no direction of the kernel of the Hessian changes."""
    _, hessian = float_derivatives(loss, point.astype(complex))
    values, vectors = np.linalg.eigh(hessian.real)
    kernel = vectors[:, np.abs(values) <= flat_below(loss, point, values)]
    return np.abs(forms @ kernel).max(axis=1, initial=0.0) < LASTS


def inertia_at(loss: Loss, proved: ProvedPoint) -> Inertia:
    """Lower bounds for the numbers of positive and negative eigenvalues of ∇²L on the box, by an interval LDLᵀ on the directions
    that do not look flat (Cauchy's interlacing); the rest are called zero.
    """
    n = loss.dimension
    with flint.ctx.workprec(PRECISION):
        _, hessian = ball_derivatives(loss, proved.ball)
        balls = arb_mat([[hessian[i, j].real for j in range(n)] for i in range(n)])
        floats = np.array([[float(balls[i, j].mid()) for j in range(n)] for i in range(n)])
        values, vectors = np.linalg.eigh(floats)
        steep = np.abs(values) > 1e-10 * np.abs(values).max(initial=0.0)
        if not steep.any():
            return Inertia(0, 0, n, False)
        basis = arb_mat(vectors[:, steep].tolist())
        pivots = ldl_pivots(basis.transpose() * balls * basis)
    if pivots is None:
        return Inertia(0, 0, n, False)
    negative = sum(bool(pivot < 0) for pivot in pivots)
    return Inertia(len(pivots) - negative, negative, n - len(pivots), len(pivots) == n)


def described(loss: Loss, knowledge: Knowledge, proved: ProvedPoint) -> Component:
    """Dimension, inertia and kind at a proved critical point."""
    inertia = inertia_at(loss, proved)
    rational = rational_point(loss, proved)
    system = manifold(loss, knowledge, proved, rational, inertia.zero)
    dimension = system.dimension
    # The dimension of the critical set is at most the nullity of the Hessian.
    met = dimension == inertia.zero
    higher, over_field = None, None if met or rational is not None else algebraic_point(loss, proved)
    if met:
        inertia = replace(inertia, exact=True)
    elif rational is not None:
        inertia = Inertia(*exact_inertia(exact_hessian(loss, rational)), True)
        if not inertia.negative:
            higher = higher_order(loss, rational)
        elif not inertia.positive:
            higher = shown_by(None, rising_arc(loss, rational))
    elif over_field is not None:
        signs, higher = algebraic_order(loss, over_field)
        inertia = Inertia(*signs, True)
    # Where the reduced loss is c t⁴ + …, c > 0, its critical point is isolated.
    exact_dimension = met or (higher is not None and higher.minimum and dimension == 0)
    by_convexity = globally_minimal(knowledge, proved, rational)
    kind, sure = kind_of(inertia, met, higher, by_convexity)
    return Component(
        proved.midpoint, proved, rational, loss_on(loss, proved, rational), dimension, exact_dimension, inertia,
        zeros_of(proved, system), kind, sure, system, higher, Reason.FUNCTION_SPACE if by_convexity else None,
    )  # fmt: skip


def kind_of(inertia: Inertia, met: bool, higher: HigherOrder | None, by_convexity: bool) -> tuple[Kind, bool]:
    """The kind from what is proved, and whether it is decided. Which local minima are global is decided later."""
    if by_convexity:
        return Kind.GLOBAL_MINIMUM, True
    falls, rises = (
        inertia.negative > 0 or (higher is not None and higher.falls),
        inertia.positive > 0 or (higher is not None and higher.rises),
    )
    if falls and rises:
        return (Kind.STRICT_SADDLE if inertia.negative else Kind.NON_STRICT_SADDLE), True
    if met:
        return (Kind.MAXIMUM if inertia.negative else Kind.LOCAL_MINIMUM), True
    if higher is not None and higher.minimum:
        return Kind.LOCAL_MINIMUM, True
    return Kind.DEGENERATE, False


def globally_minimal(knowledge: Knowledge, proved: ProvedPoint, rational: Sequence[fmpq] | None) -> bool:
    """Whether the gradient of a convex loss in function space vanishes at the point, exactly."""
    space = knowledge.function_space
    if space is None or not space.convex:
        return False
    if proved.system.on_functions:
        return True
    return rational is not None and all(polynomial(*rational) == 0 for polynomial in space.gradient)


def rational_point(loss: Loss, proved: ProvedPoint) -> tuple[fmpq, ...] | None:
    """The point as rational numbers of modest height, verified to be critical; None when it is none."""
    coordinates = []
    for z in proved.ball:
        guess = nearest_rational(z.real)
        if guess is None:
            return None
        coordinates.append(guess)
    slopes = evaluate(programs(loss.family).gradient, coordinates, [exact(v) for v in loss.values])
    return tuple(coordinates) if all(slope == 0 for slope in slopes) else None


def nearest_rational(ball: arb) -> fmpq | None:
    """The rational number of modest height that a narrow ball is around."""
    if ball.is_zero():
        return fmpq(0)
    middle = ball.mid().fmpq()
    close = Fraction(int(middle.p), int(middle.q)).limit_denominator(DENOMINATOR)
    guess = fmpq(close.numerator, close.denominator)
    return guess if abs(middle - guess) < fmpq(1, 10**50) else None


def loss_on(loss: Loss, proved: ProvedPoint, rational: Sequence[fmpq] | None) -> arb:
    """An enclosure of L at the point."""
    with flint.ctx.workprec(PRECISION):
        if rational is not None:
            return arb(exact_loss(loss, rational))
        return acb(loss.family.formula(list(proved.ball), ball_parameters(loss, PRECISION))).real


def exact_loss(loss: Loss, rational: Sequence[fmpq]) -> fmpq:
    """L at a rational point."""
    return fmpq(0) + loss.family.formula(list(rational), [exact(v) for v in loss.values])


def zeros_of(proved: ProvedPoint, system: LocalSystem) -> tuple[int, ...]:
    """The coordinates that vanish at the point and, to first order, along the manifold of critical points of a system that is regular there."""
    zeros = [i for i, z in enumerate(proved.ball) if z.real.contains(0) or abs(float(z.real.mid())) < 1e-30]
    tangent = tangent_space(system, proved)
    return tuple(i for i in zeros if np.abs(tangent[:, i]).max(initial=0.0) < LASTS)


def tangent_space(system: LocalSystem, proved: ProvedPoint) -> np.ndarray:
    """A basis (k × n) of the tangent space of a system's manifold at a point where it is regular, in double precision."""
    with flint.ctx.workprec(PRECISION):
        _, jacobian = system.evaluated(proved.ball)
        free = len(system.free)
        matrix = np.array([[float(jacobian[r, c].real.mid()) for c in range(free)] for r in range(system.count)]).reshape(
            system.count, free
        )
    rows = np.linalg.svd(matrix)[2][system.count :] if system.count and free else np.eye(free)
    whole = np.zeros((len(rows), system.loss.dimension))
    whole[:, list(system.free)] = rows
    return np.array([system.subspace.near(row) for row in whole]).reshape(whole.shape)


def numerical(loss: Loss, point: np.ndarray) -> Component:
    """What a limit looks like where nothing is proved: no kind is claimed but that of a point with a clearly negative eigenvalue."""
    _, hessian = float_derivatives(loss, point.astype(complex))
    values = np.linalg.eigvalsh(hessian.real)
    least = flat_below(loss, point, values)
    positive, negative = int((values > least).sum()), int((values < -least).sum())
    inertia = Inertia(positive, negative, loss.dimension - positive - negative, False)
    zero = tuple(int(i) for i in np.flatnonzero(np.abs(point) < ZERO * max(1.0, np.abs(point).max())))
    value = complex(loss.family.formula(list(point.astype(complex)), [complex(v) for v in loss.values])).real
    kind = Kind.STRICT_SADDLE if negative and positive else Kind.DEGENERATE
    return Component(point, None, None, arb(value), 0, False, inertia, zero, kind, False)


def as_global(found: Component, reason: Reason) -> Component:
    """A local minimum that is shown to be global; proved if the reason is a proof."""
    sure = found.kind_proved and reason is not Reason.ENUMERATION
    return replace(found, kind=Kind.GLOBAL_MINIMUM, kind_proved=sure, global_by=reason)
