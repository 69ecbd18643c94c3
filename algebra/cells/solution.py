"""The optimum of one set of kernels, proved: residuals and strengths in balls, exact where they are rational.

The duality gap of `critscape.algebra.cells.sweep` is evaluated in balls at a point near the optimum; it bounds the distance of the
optimum, which exists because D is concave and tends to −∞. The strengths then solve Σ τ_jK_jε° = Qᵀy − Nε°, a linear system: where
its columns are independent they are unique, and where all are positive the set is the support.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import flint
from flint import arb, arb_mat, fmpq, fmpq_mat

from critscape.algebra.cells.faces import Kernel
from critscape.algebra.cells.one_layer import Residuals
from critscape.algebra.cells.strengths import minimum, system

NEWTON_STEPS = 60
VANISHING = 1e-4
"""Strengths that are smaller, beside the largest, may be zero: whether they are is proved."""
RATIONAL_BITS = 48
"""Numerators and denominators of strengths that are guessed to be rational; the guess is proved or dropped."""


@dataclass(frozen=True)
class Solution:
    """The residuals ε (q balls) and the strengths τ > 0 (one ball per kernel) of the stationary points with one support.

    ``exact`` is ε and ``exact_strengths`` τ where they were proved to be rational. ``space`` is that of the residuals.
    """

    space: Residuals
    kernels: tuple[Kernel, ...]
    epsilon: tuple[arb, ...]
    strengths: tuple[arb, ...]
    exact: fmpq_mat | None = None
    exact_strengths: tuple[fmpq, ...] | None = None

    @property
    def loss(self) -> arb:
        """εᵀy − ½εᵀNε, the loss at the stationary points: the dual value."""
        if self.exact_loss is not None:
            return arb(self.exact_loss)
        epsilon = arb_mat([[value] for value in self.epsilon])
        row = epsilon.transpose()
        return (row * arb_mat(self.space.target))[0, 0] - (row * (arb_mat(self.space.metric) * epsilon))[0, 0] / 2

    @property
    def exact_loss(self) -> fmpq | None:
        if self.exact is None:
            return None
        row = self.exact.transpose()
        return (row * self.space.target)[0, 0] - (row * (self.space.metric * self.exact))[0, 0] / 2

    @cached_property
    def cyclic(self) -> fmpq_mat:
        """A basis (columns) of the least space that holds N⁻¹Qᵀy and is closed under N⁻¹K_j: ε lies in it whatever the strengths."""
        inverse = self.space.metric.inv()
        maps = [inverse * kernel.matrix for kernel in self.kernels]
        return closed_span(inverse * self.space.target, maps)

    def value(self, functional: fmpq_mat) -> arb:
        """A rational functional (1 × q) at ε."""
        return sum((arb(functional[0, i]) * self.epsilon[i] for i in range(self.space.size) if functional[0, i]), arb(0))

    def sign(self, functional: fmpq_mat) -> int | None:
        """The sign of a rational functional (1 × q) at ε; None where it was not decided."""
        if self.exact is not None:
            value = (functional * self.exact)[0, 0]
            return int(value > 0) - int(value < 0)
        found = ball_sign(self.value(functional))
        if found is None and zero(functional * self.cyclic):
            return 0
        return found

    def against_one(self, kernel: fmpq_mat) -> int | None:
        """The sign of εᵀKε − 1; None where it was not decided. On the support it is 0."""
        if self.exact is not None:
            value = (self.exact.transpose() * (kernel * self.exact))[0, 0] - 1
            return int(value > 0) - int(value < 0)
        basis = self.cyclic
        if any(zero(basis.transpose() * ((kernel - own.matrix) * basis)) for own in self.kernels):
            return 0
        epsilon = arb_mat([[value] for value in self.epsilon])
        return ball_sign((epsilon.transpose() * (arb_mat(kernel) * epsilon))[0, 0] - 1)


@dataclass(frozen=True)
class Empty:
    """No stationary point has this support."""


@dataclass(frozen=True)
class Undecided:
    """Whether stationary points have this support was not decided: ``reason`` is one sentence.

    ``optimum`` has the residuals of the optimum where these are known and the strengths alone are open: those it lists may be none.
    """

    reason: str
    optimum: Solution | None = None


DEPENDENT = "the forces of the units of a support are linearly dependent there, so that their strengths are not determined"
BOUNDARY = "a minimum lies on the boundary of a stratum, or so near to it that ball arithmetic does not tell them apart"


def solve(space: Residuals, kernels: Sequence[Kernel], start: Sequence[float | arb]) -> Solution | Empty | Undecided:
    """The optimum of a set of kernels from strengths near it, at the working precision, as a proof that all are positive or one is zero."""
    found = approached(space, kernels, list(map(arb, start)))
    if not isinstance(found, Undecided):
        return found
    # Double precision may have lost its way where kernels are nearly dependent.
    matrices = [arb_mat(kernel.matrix) for kernel in kernels]
    nearer = minimum(arb_mat(space.metric), arb_mat(space.target), matrices, list(map(arb, start)))
    found = approached(space, kernels, nearer)
    vanishing = [place for place, value in enumerate(nearer) if value <= VANISHING * max(nearer, key=float)]
    if not isinstance(found, Undecided) or not vanishing:
        return found
    return on_boundary(space, kernels, nearer, vanishing) or found


def on_boundary(space: Residuals, kernels: Sequence[Kernel], start: Sequence[arb], vanishing: Sequence[int]) -> Empty | Undecided | None:
    """What is proved where the strengths of some kernels seem to vanish: the optimum is that of the others if the constraints hold there.

    The strengths are unique, and those zero, if the forces of all kernels are independent; else the residuals alone are known.
    """
    kept = [place for place in range(len(kernels)) if place not in vanishing]
    others = approached(space, [kernels[place] for place in kept], [start[place] for place in kept])
    if not isinstance(others, Solution):
        return None
    verdicts = [others.against_one(kernels[place].matrix) for place in vanishing]
    if any(verdict is None or verdict > 0 for verdict in verdicts):
        return None
    ball = arb_mat([[value] for value in others.epsilon])
    forces = [arb_mat(kernel.matrix) * ball for kernel in kernels]
    images = arb_mat([[force[i, 0] for force in forces] for i in range(space.size)])
    independent = not (images.transpose() * images).det().contains(0)
    return Empty() if -1 in verdicts or independent else Undecided(DEPENDENT, others)


def approached(space: Residuals, kernels: Sequence[Kernel], start: Sequence[arb]) -> Solution | Empty | Undecided:
    """As :func:`solve`, by inequalities alone: nothing is found where a minimum lies on the boundary exactly."""
    metric, target = arb_mat(space.metric), arb_mat(space.target)
    matrices = [arb_mat(kernel.matrix) for kernel in kernels]
    alive = [place for place, value in enumerate(start) if value > 0]
    given = [start[place] for place in alive]
    strengths = [arb(0)] * len(kernels)
    for place, value in zip(alive, newton(metric, target, [matrices[place] for place in alive], given) or given):
        strengths[place] = value
    epsilon = optimum(space, matrices, strengths)
    if epsilon is None:
        return Undecided(BOUNDARY)
    # Whatever the strengths are, the optimum lies in these balls.
    known = Solution(space, tuple(kernels), epsilon, ())
    ball = arb_mat([[value] for value in epsilon])
    forces = [matrix * ball for matrix in matrices]
    squares = [(ball.transpose() * force)[0, 0] for force in forces]
    if any(square < 1 for square in squares):
        return Empty()
    if len(alive) < len(kernels):
        return Undecided(BOUNDARY, known)
    if not kernels:
        alone = space.metric.inv() * space.target
        return Solution(space, (), tuple(arb(alone[i, 0]) for i in range(space.size)), (), alone, ())
    images = arb_mat([[force[i, 0] for force in forces] for i in range(space.size)])
    gram = images.transpose() * images
    try:
        values = gram.solve(images.transpose() * (target - metric * ball))
    except ZeroDivisionError:
        return Undecided(DEPENDENT, known)
    multipliers = tuple(values[j, 0] for j in range(len(kernels)))
    if any(value < 0 for value in multipliers):
        return Empty()
    if not all(value > 0 for value in multipliers):
        return Undecided(BOUNDARY, known)
    exact_strengths = tuple(simplest(value) for value in multipliers)
    exact = rational_optimum(space, kernels, exact_strengths)
    if exact is not None:
        rational = tuple(arb(exact[i, 0]) for i in range(space.size))
        return Solution(space, tuple(kernels), rational, tuple(map(arb, exact_strengths)), exact, exact_strengths)
    return Solution(space, tuple(kernels), epsilon, multipliers)


def newton(metric: arb_mat, target: arb_mat, kernels: Sequence[arb_mat], start: Sequence[arb]) -> list[arb] | None:
    """Newton's method for εᵀK_jε = 1 in the strengths of a set's kernels, until the step is at rounding level."""
    tau = [value.mid() for value in start]
    goal = arb(2) ** -(flint.ctx.prec * 7 // 8)
    for _ in range(NEWTON_STEPS):
        if not tau:
            return tau
        try:
            images = system(metric, kernels, tau).solve(target).mid()
            forces = [kernel * images for kernel in kernels]
            columns = arb_mat([[force[i, 0].mid() for force in forces] for i in range(metric.nrows())])
            slope = columns.transpose() * system(metric, kernels, tau).solve(columns)
            wrong = arb_mat([[((images.transpose() * force)[0, 0].mid() - 1) / 2] for force in forces])
            step = slope.mid().solve(wrong.mid()).mid()
        except ZeroDivisionError:
            return None
        # A strength that is nearly zero is doubled or halved at most: it stays positive.
        moved = [value + max(step[j, 0], -value / 2, key=float) for j, value in enumerate(tau)]
        small = all(abs(new - old) <= goal * (abs(new) + goal) for new, old in zip(moved, tau))
        tau = [value.mid() for value in moved]
        if small:
            return tau
    return None


def optimum(space: Residuals, kernels: Sequence[arb_mat], tau: Sequence[arb]) -> tuple[arb, ...] | None:
    """Balls around ε° by weak duality at given strengths τ ≥ 0; None where the working precision is too low."""
    metric, target, inverse = arb_mat(space.metric), arb_mat(space.target), arb_mat(space.metric.inv())
    try:
        epsilon = system(metric, kernels, tau).solve(target).mid()
    except ZeroDivisionError:
        return None
    row = epsilon.transpose()
    roots = [nonnegative((row * (kernel * epsilon))[0, 0]).sqrt() for kernel in kernels]
    z = target - sum((kernel * epsilon * value for kernel, value in zip(kernels, tau)), arb_mat(space.size, 1))
    primal = (z.transpose() * (inverse * z))[0, 0] / 2 + sum((value * root for value, root in zip(tau, roots)), arb(0))
    # Above 1 even at the upper end of every ball: θε is feasible.
    largest = max([arb(1), *(root.upper() for root in roots)], key=lambda root: root.upper())
    theta = (1 / largest).lower()
    dual = theta * (row * target)[0, 0] - theta * theta * (row * (metric * epsilon))[0, 0] / 2
    gap = nonnegative(2 * (primal - dual))
    distance = gap.sqrt().upper()
    if not distance.is_finite():
        return None
    return tuple(theta * epsilon[i, 0] + arb(0, (distance * nonnegative(inverse[i, i]).sqrt()).upper()) for i in range(space.size))


def nonnegative(ball: arb) -> arb:
    """The part of a ball that is not negative, for a number that is known not to be."""
    return ball.nonnegative_part()


def rational_optimum(space: Residuals, kernels: Sequence[Kernel], strengths: Sequence[fmpq]) -> fmpq_mat | None:
    """ε for rational strengths if these satisfy εᵀK_jε = 1 exactly."""
    if any(int(value.p).bit_length() > RATIONAL_BITS or int(value.q).bit_length() > RATIONAL_BITS for value in strengths):
        return None
    matrix = sum((kernel.matrix * value for kernel, value in zip(kernels, strengths)), space.metric)
    epsilon = matrix.solve(space.target)
    row = epsilon.transpose()
    return epsilon if all((row * (kernel.matrix * epsilon))[0, 0] == 1 for kernel in kernels) else None


def simplest(ball: arb) -> fmpq:
    """The rational number of least denominator in a ball."""
    return _simplest(exact(ball.lower()), exact(ball.upper()))


def _simplest(lower: fmpq, upper: fmpq) -> fmpq:
    floor = fmpq(lower.floor())
    if floor == lower:
        return floor
    if floor + 1 <= upper:
        return floor + 1
    return floor + 1 / _simplest(1 / (upper - floor), 1 / (lower - floor))


def exact(ball: arb) -> fmpq:
    """The rational value of a ball of radius zero."""
    mantissa, exponent = ball.mid().man_exp()
    return fmpq(mantissa) * (fmpq(2) ** int(exponent))


def closed_span(start: fmpq_mat, maps: Iterable[fmpq_mat]) -> fmpq_mat:
    """A basis (columns) of the least space that holds a vector (q × 1) and is closed under the maps (q × q)."""
    maps = list(maps)
    basis: list[fmpq_mat] = []
    frontier = [start]
    while frontier:
        vector = frontier.pop()
        if stacked([*basis, vector]).rank() > len(basis):
            basis.append(vector)
            frontier += [matrix * vector for matrix in maps]
    return stacked(basis) if basis else fmpq_mat(start.nrows(), 0)


def stacked(columns: Sequence[fmpq_mat]) -> fmpq_mat:
    """One matrix of columns (q × 1 each)."""
    return fmpq_mat(columns[0].nrows(), len(columns), [column[i, 0] for i in range(columns[0].nrows()) for column in columns])


def zero(matrix: fmpq_mat) -> bool:
    return not any(matrix.entries())


def ball_sign(ball: arb) -> int | None:
    """The sign of a ball; None where it holds zero (an exact zero has sign 0)."""
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball == 0 else None
