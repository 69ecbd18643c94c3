"""Dead units to which the subgradient flow goes from an open set of starting points, although they may be no local minima.

Near its zero weights a unit (v, w) moves down q(v, w) = ½λv² + ½wᵀΛw − v g(w), g(w) = Σ_i e_iφ(w·x_i), which is homogeneous of degree 2:
where it dies, its direction tends to a critical point of q on the sphere. On a stratum, w on a face F, q is a quadratic form and the
flow linear. Runs from an open set stay there and end at zero if and only if, in general position, (v, w) tends to the eigenvector of the
least eigenvalue μ of q on ℝ × span F, this has w on F and μ > 0, and L rises across F on all rays of the fan around it. That eigenvector is
w = v(Λ − μ)⁻¹p on span F, p = Σ e_iφ′x_i, with μ the least root of λ − μ = pᵀ(Λ − μ)⁻¹p. On F = {0} it is w = 0. A unit on a cell where it sees
nothing (ReLU) decays by its ridge alone, along which the slowest weights decide on which side of a hyperplane it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from critscape.algebra.cells.arrangement import null_matrix, rays, signs, zero_set
from critscape.algebra.cells.faces import Face, faces
from critscape.algebra.cells.one_layer import OneLayer, Unit, rational, residuals
from critscape.algebra.cells.solution import Solution, ball_sign
from critscape.algebra.cells.strict_program import NotDecided, inside
from critscape.algebra.cells.tables import floats

CLEAR = 1e-9
"""What double precision decides with so large a margin, relative to the sizes of terms, is decided: its errors are far smaller."""
BISECTIONS = 60
STEEP = 10.0
"""The form across a face, relative to the largest along it, when eigenvalues along it are sought in double precision."""


@dataclass(frozen=True)
class Surroundings:
    """The faces F ≠ {0} for one unit, with projectors onto their spans (f × d × d) and DX (f × m × d) in double precision."""

    faces: tuple[Face, ...]
    origin: Face
    spans: np.ndarray
    activations: np.ndarray
    signs: np.ndarray


@lru_cache(maxsize=16)
def surroundings(layer: OneLayer, unit: Unit) -> Surroundings:
    """What the dead units with one ridge share."""
    every = faces(layer, unit.metric, residuals(layer))
    origin = next(face for face in every if not any(face.signs))
    seen = tuple(face for face in every if any(face.signs))
    spans = []
    for face in seen:
        basis = span_of(layer, face)
        spans.append(floats(basis * (basis.transpose() * basis).inv() * basis.transpose()))
    m, d = len(layer.samples), layer.inputs
    return Surroundings(
        seen,
        origin,
        np.array(spans).reshape(len(seen), d, d),
        np.array([floats(face.activation) for face in seen]).reshape(len(seen), m, d),
        np.array([face.signs for face in seen], dtype=float).reshape(len(seen), m),
    )


def span_of(layer: OneLayer, face: Face) -> fmpq_mat:
    """A basis (d × p) of the span of a face."""
    return null_matrix([layer.samples[i] for i in zero_set(face.signs)], layer.inputs)


def attracting(layer: OneLayer, solution: Solution, unit: Unit) -> bool | None:
    """Whether a dead unit with these ridges attracts an open set at the residuals of a solution; None where undecided."""
    around = surroundings(layer, unit)
    verdicts = [at_origin(layer, solution, unit, around.origin)]
    for place in possible(layer, solution, unit, around):
        if True in verdicts:
            break
        verdicts.append(on_face(layer, solution, unit, around.faces[place]))
    return True if True in verdicts else None if None in verdicts else False


def possible(layer: OneLayer, solution: Solution, unit: Unit, around: Surroundings) -> list[int]:
    """The faces on which double precision does not exclude that the slowest direction lies on them."""
    basis = floats(solution.space.basis)
    e = basis @ np.array([float(value.mid()) for value in solution.epsilon])
    doubt = np.abs(basis) @ np.array([float(value.rad()) for value in solution.epsilon])
    outer, inner = float(unit.outgoing), np.diag([float(entry) for entry in unit.incoming])
    count, d = len(around.faces), layer.inputs
    samples = np.array([[float(entry) for entry in x] for x in layer.samples])
    forces = np.einsum("fmd,m->fd", around.activations, e)
    sizes = np.einsum("fmd,m->f", np.abs(around.activations), np.abs(e) + doubt)
    forces = np.einsum("fde,fe->fd", around.spans, forces)
    along = np.einsum("fab,bc,fcd->fad", around.spans, inner, around.spans)
    largest = outer + np.trace(inner) + sizes
    form = np.zeros((count, d + 1, d + 1))
    form[:, 0, 0] = outer
    form[:, 0, 1:] = form[:, 1:, 0] = -forces
    form[:, 1:, 1:] = along + STEEP * largest[:, None, None] * (np.eye(d) - around.spans)
    values, vectors = np.linalg.eigh(form)
    gaps = values[:, 1] - values[:, 0]
    # Davis and Kahan: the eigenvector is as near as the errors divided by the gap.
    errors = STEEP * largest * CLEAR + np.einsum("fmd,m->f", np.abs(around.activations), doubt)
    with np.errstate(divide="ignore"):
        turned = np.where(gaps > 2 * errors, errors / gaps, np.inf)
    pulls = np.einsum("md,fd->fm", samples, vectors[:, 1:, 0]) * around.signs
    margins = np.linalg.norm(samples, axis=1)[None, :] * (turned[:, None] + CLEAR)
    contrary = ((pulls > margins).any(axis=1) & (pulls < -margins).any(axis=1)) | (values[:, 0] < -2 * errors)
    blind = np.array([sees_nothing(face) for face in around.faces], dtype=bool)
    return [int(place) for place in np.flatnonzero(~contrary | blind)]


def sees_nothing(face: Face) -> bool:
    """Whether a unit on a face is zero on all samples."""
    return not any(face.direction.entries())


def at_origin(layer: OneLayer, solution: Solution, unit: Unit, origin: Face) -> bool | None:
    """Whether w comes to zero and stays there for one sign of v: L rises on all rays."""
    verdicts = []
    for side in (1, -1):
        verdict = rises(layer, solution, unit, origin, [arb(0)] * layer.inputs, side)
        # Weights that no sample sees must not decay more slowly than v.
        quick = not origin.dimension or all(entry >= unit.outgoing for entry in unit.incoming)
        verdicts.append(verdict if quick or not verdict else None)
    return True if True in verdicts else None if None in verdicts else False


def on_face(layer: OneLayer, solution: Solution, unit: Unit, face: Face) -> bool | None:
    """Whether runs from an open set stay on a face and end at zero."""
    if sees_nothing(face):
        return without_force(layer, solution, unit, face)
    above = solution.against_one(face.kernel)
    if above is not None and above >= 0:
        return False
    basis = span_of(layer, face)
    force = ball_times(basis.transpose() * face.activation.transpose() * solution.space.basis, solution)
    slow = slowest(unit, basis, force)
    if slow is None or above is None:
        return None
    w = [entry for (entry,) in (arb_mat(basis) * slow).tolist()]
    sides = set()
    doubt = False
    for x, side in zip(layer.samples, face.signs):
        if side:
            found = ball_sign(sum((arb(rational(a)) * b for a, b in zip(x, w)), arb(0)))
            if found:
                sides.add(found * side)
            elif found == 0:
                return None
            else:
                doubt = True
    if len(sides) == 2:
        return False
    if doubt:
        return None
    (side,) = sides
    return rises(layer, solution, unit, face, [side * entry for entry in w], side)


def slowest(unit: Unit, basis: fmpq_mat, force: arb_mat) -> arb_mat | None:
    """(Λ − μ)⁻¹p on a span, in the basis given, for the least root μ of λ − μ = pᵀ(Λ − μ)⁻¹p; None where it is not enclosed."""
    p = basis.ncols()
    strength = fmpq_mat(basis.nrows(), basis.nrows())
    for i, entry in enumerate(unit.incoming):
        strength[i, i] = rational(entry)
    form = basis.transpose() * strength * basis
    gram = basis.transpose() * basis
    outer = arb(rational(unit.outgoing))

    def excess(mu: arb) -> tuple[arb, arb_mat] | None:
        matrix = arb_mat(form) - arb_mat(gram) * mu
        if not positive_definite(matrix):
            return None
        moved = matrix.solve(force)
        return outer - mu - (force.transpose() * moved)[0, 0], moved

    # At μ = 0 it is positive, as εᵀKε < 1 says; the root lies below λ and below the least eigenvalue of Λ.
    low, high = fmpq(0), rational(unit.outgoing)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        found = excess(arb(middle))
        if found is None or found[0] < 0:
            high = middle
        elif found[0] > 0:
            low = middle
        else:
            break
    ends = excess(arb(low)), excess(arb(high))
    if ends[0] is None or ends[1] is None or not ends[0][0] > 0 or not ends[1][0] < 0:
        return None
    between = excess(arb((low + high) / 2, arb((high - low) / 2).upper()))
    return None if between is None or p == 0 else between[1]


def positive_definite(matrix: arb_mat) -> bool:
    """Whether a symmetric matrix is positive definite for certain, by its leading minors."""
    return all(
        arb_mat([[matrix[i, j] for j in range(size)] for i in range(size)]).det() > 0 for size in range(1, matrix.nrows() + 1)
    )  # Sylvester.


def rises(layer: OneLayer, solution: Solution, unit: Unit, face: Face, w: Sequence[arb], side: int) -> bool | None:
    """Whether q rises from (v, w), sgn v = ``side`` and |v| = 1, on all rays of the fan around a face; None where undecided."""
    zeros = [layer.samples[i] for i in face.zeros]
    open_ = False
    for line in rays(zeros) if zeros else []:
        bend = signs(layer.samples, line)
        slopes = [layer.slope(own or turn) for own, turn in zip(face.signs, bend)]
        functional = fmpq_mat(1, len(layer.samples))
        for i, (x, slope) in enumerate(zip(layer.samples, slopes)):
            functional[0, i] = rational(slope * sum((a * b for a, b in zip(x, line)), type(slope)(0)))
        pull = pull_of(functional * solution.space.basis, solution)
        ridge = sum((arb(rational(a * b)) * c for a, b, c in zip(unit.incoming, line, w)), arb(0))
        found = ball_sign(ridge - side * pull)
        if found == -1:
            return False
        open_ = open_ or found != 1
    return None if open_ else True


def pull_of(functional: fmpq_mat, solution: Solution) -> arb:
    """A functional of ε (1 × q), exactly where ε is rational."""
    return solution.value(functional) if solution.exact is None else arb((functional * solution.exact)[0, 0])


def ball_times(matrix: fmpq_mat, solution: Solution) -> arb_mat:
    """A rational matrix times ε."""
    return arb_mat(matrix) * arb_mat([[value] for value in solution.epsilon])


def without_force(layer: OneLayer, solution: Solution, unit: Unit, face: Face) -> bool | None:
    """Whether a unit that sees nothing on a face decays to zero there from an open set."""
    alike = len(set(unit.incoming)) == 1
    if any(any(layer.samples[i]) for i in face.zeros):
        return beside_dead_cells(layer, solution, unit, face)
    if alike:
        return True
    # On which side of a sample the unit stays its slowest weights with a part in that sample decide.
    strict = []
    for x, side in zip(layer.samples, face.signs):
        if side:
            least = min(entry for entry, number in zip(unit.incoming, x) if number)
            strict.append([side * rational(number) if entry == least else fmpq(0) for entry, number in zip(unit.incoming, x)])
    identity = fmpq_mat(layer.inputs, layer.inputs, [int(i == j) for i in range(layer.inputs) for j in range(layer.inputs)])
    try:
        return inside(strict, [fmpq(0)] * layer.inputs, identity) is not None
    except NotDecided:
        return None


def beside_dead_cells(layer: OneLayer, solution: Solution, unit: Unit, face: Face) -> bool | None:
    """The same on a face with kinks, where w tends to the slowest direction u of Λ along it, with rate ρ, and v has the rate λ.

    On a ray τ, L rises as uᵀΛτ e^(−ρt) − v Σ e_iφ(τ·x_i) e^(−λt) does: the slower term decides, and both where λ = ρ.
    """
    basis = span_of(layer, face)
    if len(set(unit.incoming)) == 1:
        # Every direction is as slow, and orthogonal to the rays.
        verdicts = [rises(layer, solution, unit, face, [arb(0)] * layer.inputs, side) for side in (1, -1)]
        return True if True in verdicts else None if None in verdicts else False
    if basis.ncols() != 1:
        return None
    u = [basis[i, 0] for i in range(layer.inputs)]
    rate = sum((rational(a) * b * b for a, b in zip(unit.incoming, u)), fmpq(0)) / sum((b * b for b in u), fmpq(0))
    pulls = [sum((rational(a) * b for a, b in zip(x, u)), fmpq(0)) * side for x, side in zip(layer.samples, face.signs) if side]
    if all(pull < 0 for pull in pulls):
        u = [-entry for entry in u]
    elif not all(pull > 0 for pull in pulls):
        return False
    w = [arb(entry) for entry in u]
    outer = rational(unit.outgoing)
    verdicts = []
    for side in (1, -1):
        # What decays more slowly outweighs the other by any factor in the end.
        for weight in (
            (arb(2) ** 200,) if outer < rate else (arb(2) ** -200,) if outer > rate else [arb(2) ** power for power in range(-8, 9)]
        ):
            verdicts.append(rises(layer, solution, unit, face, [entry / weight for entry in w], side))
    return True if True in verdicts else None if None in verdicts or outer == rate else False
