"""Whether a degenerate critical point with a positive semidefinite Hessian is a local minimum: third and fourth order, exactly.

At a rational point p write L(p + x) = L(p) + L₂ + L₃ + L₄ + … in homogeneous parts and K = ker ∇²L(p). If L₃ does not vanish on K,
L falls along a line. If it does, the reduced quartic q(v) = L₄(v) − ½ ∇L₃(v)ᵀ H⁺ ∇L₃(v), v ∈ K (the least value of the part of order
t⁴ of L(p + tv + t²u) over u) decides where it is negative; where K is a line and q > 0, p is a strict local minimum. What is claimed is
shown by an arc: L(p + tv + t²u) − L(p) = c t^d + … with c < 0, or d odd, computed over ℚ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import flint
import numpy as np
from flint import fmpq, fmpq_mat, fmpq_poly

from critscape.algebra.polynomial.loss import Loss, hessian, polynomial
from critscape.algebra.symmetry.continuous import kernel_of

SEARCHES = 40
"""Random directions of the kernel from which a negative value of the quartic is sought."""


@dataclass(frozen=True)
class Arc:
    """w(t) = p + t·``velocity`` + t²·``bend``, along which L(w(t)) − L(p) = ``coefficient``·t^``order`` + …, all rational."""

    velocity: tuple[fmpq, ...]
    bend: tuple[fmpq, ...]
    order: int
    coefficient: fmpq

    @property
    def descends(self) -> bool:
        return self.coefficient < 0 or self.order % 2 == 1

    @property
    def ascends(self) -> bool:
        return self.coefficient > 0 or self.order % 2 == 1


@dataclass(frozen=True)
class HigherOrder:
    """What third and fourth order say: an arc along which L falls, one along which it rises (None: none found, or none over ℚ), whether p
    is proved to be a strict local minimum, and whether L is proved to fall and to rise along arcs.
    """

    falling: Arc | None
    rising: Arc | None
    minimum: bool
    falls: bool
    rises: bool


def shown_by(falling: Arc | None, rising: Arc | None, minimum: bool = False) -> HigherOrder:
    """What arcs over ℚ show."""
    return HigherOrder(falling, rising, minimum, falling is not None, rising is not None)


def exact_hessian(loss: Loss, point: Sequence[fmpq]) -> fmpq_mat:
    """∇²L at a rational point."""
    return fmpq_mat([[entry(*point) for entry in row] for row in hessian(loss)])


def exact_inertia(matrix: fmpq_mat) -> tuple[int, int, int]:
    """The numbers of positive, negative and zero eigenvalues of a symmetric rational matrix: signs of its characteristic polynomial.

    >>> exact_inertia(fmpq_mat([[2, 0, 0], [0, -1, 0], [0, 0, 0]]))
    (1, 1, 1)
    """
    coefficients = matrix.charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    # All roots are real, so Descartes' rule is exact.
    positive = sum(a != b for a, b in pairwise(signs))
    return positive, matrix.nrows() - zero - positive, zero


def higher_order(loss: Loss, point: Sequence[fmpq]) -> HigherOrder:
    """Third and fourth order at a rational critical point with a positive semidefinite Hessian."""
    n = loss.dimension
    matrix = exact_hessian(loss, point)
    kernel = kernel_of(*matrix.rref()) if matrix.rank() < n else []
    if not kernel:
        return shown_by(None, None, True)
    parts = homogeneous_parts(loss, point)
    ring = flint.fmpq_mpoly_ctx.get([f"s{k}" for k in range(len(kernel))], "degrevlex")
    on_kernel = [sum((s * v[i] for s, v in zip(ring.gens(), kernel)), ring.constant(0)) for i in range(n)]
    cubic, quartic = (parts.get(d) for d in (3, 4))
    rng = np.random.default_rng(n)
    zero = (fmpq(0),) * n
    if cubic is not None and cubic.compose(*on_kernel, ctx=ring) != 0:
        for _ in range(SEARCHES):
            velocity = _combination(kernel, [fmpq(int(k)) for k in rng.integers(-3, 4, len(kernel))])
            found = arc(loss, point, velocity, zero)
            if found is not None and found.order == 3:
                return shown_by(found, found)
    slopes = [] if cubic is None else [cubic.derivative(i) for i in range(n)]

    def bent(velocity: tuple[fmpq, ...]) -> tuple[fmpq, ...] | None:
        if cubic is None:
            return zero
        return least_solution(matrix, [-slope(*velocity) for slope in slopes])

    def along(velocity: tuple[fmpq, ...]) -> Arc | None:
        bend = bent(velocity)
        return None if bend is None else arc(loss, point, velocity, bend)

    floats = np.array([[float(Fraction(int(a.p), int(a.q))) for a in v] for v in kernel])
    value = _quartic(matrix, cubic, quartic, n)
    falling, rising = None, None
    for _ in range(SEARCHES):
        direction = _least(lambda s: value(s @ floats), rng.standard_normal(len(kernel)))
        velocity = _combination(kernel, [_short(x) for x in direction])
        found = along(velocity) if any(velocity) else None
        if found is not None and found.descends:
            falling = found
            break
    for _ in range(SEARCHES // 4):
        found = along(_combination(kernel, [fmpq(int(k)) for k in rng.integers(-3, 4, len(kernel))]))
        if found is not None and found.ascends:
            rising = found
            break
    minimum = falling is None and len(kernel) == 1 and rising is not None and rising.order == 4
    return shown_by(falling, rising, minimum)


def rising_arc(loss: Loss, point: Sequence[fmpq]) -> Arc | None:
    """A line in the kernel of the Hessian at a rational critical point along which L rises; None where none is found."""
    n = loss.dimension
    matrix = exact_hessian(loss, point)
    kernel = kernel_of(*matrix.rref()) if matrix.rank() < n else []
    rng = np.random.default_rng(n)
    for _ in range(SEARCHES if kernel else 0):
        found = arc(loss, point, _combination(kernel, [fmpq(int(k)) for k in rng.integers(-3, 4, len(kernel))]), (fmpq(0),) * n)
        if found is not None and found.ascends:
            return found
    return None


def homogeneous_parts(loss: Loss, point: Sequence[fmpq]) -> dict[int, flint.fmpq_mpoly]:
    """L(p + x) by degree in x."""
    expanded = polynomial(loss)
    ring = expanded.context()
    shifted = expanded.compose(*(x + c for x, c in zip(ring.gens(), point)), ctx=ring)
    found: dict[int, dict] = {}
    for exponents, coefficient in shifted.to_dict().items():
        found.setdefault(int(sum(map(int, exponents))), {})[tuple(exponents)] = coefficient
    return {d: ring.from_dict(part) for d, part in found.items()}


def arc(loss: Loss, point: Sequence[fmpq], velocity: Sequence[fmpq], bend: Sequence[fmpq]) -> Arc | None:
    """The arc p + tv + t²u with the first order in which L changes along it; None when it does not."""
    curve = [fmpq_poly([p, v, u]) for p, v, u in zip(point, velocity, bend)]
    along = fmpq_poly([0]) + loss.family.formula(curve, [fmpq(v.numerator, v.denominator) for v in loss.values])
    order = next((d for d in range(1, along.degree() + 1) if along[d] != 0), None)
    return None if order is None else Arc(tuple(velocity), tuple(bend), order, along[order])


def least_solution(matrix: fmpq_mat, right: Sequence[fmpq]) -> tuple[fmpq, ...] | None:
    """A solution of a consistent rational system with a symmetric matrix; None when it is not consistent."""
    n = matrix.nrows()
    echelon, rank = fmpq_mat([[*(matrix[i, j] for j in range(n)), right[i]] for i in range(n)]).rref()
    solution = [fmpq(0)] * n
    for r in range(rank):
        pivot = next(c for c in range(n + 1) if echelon[r, c] != 0)
        if pivot == n:
            return None
        solution[pivot] = echelon[r, n]
    return tuple(solution)


def _combination(kernel: list[list[fmpq]], factors: Sequence[fmpq]) -> tuple[fmpq, ...]:
    return tuple(sum((f * v[i] for f, v in zip(factors, kernel)), fmpq(0)) for i in range(len(kernel[0])))


def _short(x: float) -> fmpq:
    rounded = Fraction(x).limit_denominator(64)
    return fmpq(rounded.numerator, rounded.denominator)


def _quartic(matrix: fmpq_mat, cubic: flint.fmpq_mpoly | None, quartic: flint.fmpq_mpoly | None, n: int):
    """q(v) in double precision."""
    floats = np.array([[float(Fraction(int(a.p), int(a.q))) for a in row] for row in matrix.tolist()])
    inverse = np.linalg.pinv(floats, rcond=1e-12)

    powers: list[list[int]] = []
    sums: list[tuple[int, slice, np.ndarray]] = []
    for k, part in enumerate((quartic, *(None if cubic is None else cubic.derivative(i) for i in range(n)))):
        if part is not None and len(part):
            place = slice(len(powers), len(powers) + len(part))
            sums.append((k, place, np.array([float(Fraction(int(c.p), int(c.q))) for c in part.coeffs()])))
            powers += [[int(power) for power in monomial] for monomial in part.monoms()]
    exponents = np.array(powers, dtype=float).reshape(-1, n)

    def value(v: np.ndarray) -> float:
        monomials, totals = np.prod(v**exponents, axis=1), np.zeros(n + 1)
        for k, place, coefficients in sums:
            totals[k] = monomials[place] @ coefficients
        return float(totals[0] - totals[1:] @ inverse @ totals[1:] / 2)

    return value


def _least(value: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """A direction in which a form of degree four is small: a local minimiser on the sphere."""
    from scipy.optimize import minimize

    def on_sphere(s: np.ndarray) -> float:
        return float(value(s / np.linalg.norm(s)))

    found = minimize(on_sphere, start, method="Nelder-Mead", options={"maxiter": 200}).x
    return found / np.abs(found).max()
