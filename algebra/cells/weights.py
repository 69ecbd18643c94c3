"""The weights of one point of a stationary set: w_j = λ_j v_j Tε, and units of one kernel share its strength equally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpq, fmpq_mat

from critscape.algebra.cells.one_layer import OneLayer, rational
from critscape.algebra.cells.solution import Solution
from critscape.algebra.cells.stationary import Place, Stationary

Number = arb | fmpq
"""A weight, exactly where it was found to be rational."""


@dataclass(frozen=True)
class Weights:
    """v (k), w (k × d), and c where there is an output bias."""

    outgoing: tuple[Number, ...]
    incoming: tuple[tuple[Number, ...], ...]
    output_bias: Number | None


def weights(layer: OneLayer, row: Stationary) -> Weights:
    """One point of a stationary set, at the working precision."""
    solution = row.solution
    sharing = Counter(place.kernel for place in row.alive)
    outgoing: list[Number] = []
    incoming: list[tuple[Number, ...]] = []
    for unit, place in zip(layer.units, row.places):
        if place is None:
            outgoing.append(fmpq(0))
            incoming.append((fmpq(0),) * layer.inputs)
            continue
        v = root(strength(solution, place.kernel) / (sharing[place.kernel] * rational(unit.outgoing))) * place.kinks.outgoing
        outgoing.append(v)
        incoming.append(tuple(v * rational(unit.outgoing) * entry for entry in applied(place.face.direction, solution)))
    return Weights(tuple(outgoing), tuple(incoming), output_bias(layer, solution, row.places, outgoing, incoming))


def strength(solution: Solution, kernel: int) -> Number:
    """τ of a kernel."""
    return solution.strengths[kernel] if solution.exact_strengths is None else solution.exact_strengths[kernel]


def applied(matrix: fmpq_mat, solution: Solution) -> tuple[Number, ...]:
    """A rational matrix times ε; entries that are proved to vanish are exact zeros."""
    if solution.exact is not None:
        return tuple((matrix * solution.exact).entries())
    rows = [fmpq_mat(1, matrix.ncols(), [matrix[i, j] for j in range(matrix.ncols())]) for i in range(matrix.nrows())]
    return tuple(fmpq(0) if solution.sign(row) == 0 else solution.value(row) for row in rows)


def root(square: Number) -> Number:
    """The positive square root, exact where it is rational.

    >>> root(fmpq(9, 16)), 1.414 < root(fmpq(2)) < 1.415
    (3/4, True)
    """
    if isinstance(square, fmpq):
        over, under = square.p.sqrtrem(), square.q.sqrtrem()
        return arb(square).sqrt() if over[1] or under[1] else fmpq(over[0], under[0])
    return square.sqrt()


def output_bias(
    layer: OneLayer, solution: Solution, places: Sequence[Place | None], outgoing: Sequence[Number], incoming: Sequence[Sequence[Number]]
) -> Number | None:
    """c: κc = Σ_i e_i, or, without a ridge, what the hidden units and the residual leave of the first target."""
    if layer.output_bias is None:
        return None
    residuals = applied(solution.space.basis, solution)
    if layer.output_bias:
        return sum(residuals, fmpq(0)) / rational(layer.output_bias)
    seen: Number = fmpq(0)
    for v, w, place in zip(outgoing, incoming, places):
        if place is not None:
            seen = seen + v * sum((entry * place.face.activation[0, i] for i, entry in enumerate(w)), fmpq(0))
    return rational(layer.targets[0]) - residuals[0] - seen
