"""Gradient and Hessian of a loss at points: in double precision and over complex balls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import flint
import numpy as np
from flint import acb, acb_mat, arb

from critscape.algebra.polynomial.loss import Family, Loss, exact, symmetric
from critscape.algebra.polynomial.straight_line import Program, evaluate, programs, triangle


def outputs_at(program: Program, points: np.ndarray, parameters: Sequence | np.ndarray) -> np.ndarray:
    """The outputs (K, P) of a program at points (P, n) in double precision, real if points and parameters are.

    A parameter is a number or an array (P,). One point goes through Python's own numbers: ten times as fast as arrays of length one.
    """
    count = len(points)
    if count == 1:
        return np.array(
            evaluate(program, points[0].tolist(), [p.item() if isinstance(p, (np.ndarray, np.generic)) else p for p in parameters])
        )[:, None]
    values = evaluate(program, list(points.T), list(parameters))
    outputs = np.empty((len(values), count), dtype=np.result_type(*values) if values else points.dtype)
    for row, value in zip(outputs, values):
        row[:] = value
    return outputs


def float_gradient(family: Family, parameters: np.ndarray, point: np.ndarray) -> np.ndarray:
    """∇L(w; p) at a point of ℂⁿ in double precision, shape (n,)."""
    return float_gradients(family, parameters, point[None])[0]


def float_gradients(family: Family, parameters: np.ndarray, points: np.ndarray) -> np.ndarray:
    """∇L(w; p) at many points (P, n) in double precision, shape (P, n)."""
    return outputs_at(programs(family).gradient, points, parameters).astype(complex).T


def float_derivatives(loss: Loss, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∇L (n,) and ∇²L (n, n) at a point of ℂⁿ in double precision."""
    n = loss.dimension
    values = np.array(evaluate(programs(loss.family).gradient_hessian, np.asarray(point).tolist(), float_parameters(loss)), dtype=complex)
    return values[:n], values[n:][triangle(n)]


def float_derivatives_at(family: Family, parameters: Sequence | np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∇L (P, n) and ∇²L (P, n, n) at many points (P, n) in double precision, real if points and parameters are.

    A parameter is a number or an array (P,).
    """
    n = points.shape[1]
    values = outputs_at(programs(family).gradient_hessian, points, parameters)
    return values[:n].T, np.ascontiguousarray(values[n:].T[:, triangle(n)])


def ball_derivatives(loss: Loss, point: Sequence[acb]) -> tuple[acb_mat, acb_mat]:
    """Enclosures of ∇L (n × 1) and ∇²L (n × n) at a point or over a box, at FLINT's working precision."""
    return ball_derivatives_at(loss.family, _complex_parameters(loss, flint.ctx.prec), point)


def ball_derivatives_at(
    family: Family, parameters: Sequence, point: Sequence[acb], tilt: Sequence[acb] | None = None
) -> tuple[acb_mat, acb_mat]:
    """Enclosures of ∇L(w; p) + c (n × 1) and ∇²L(w; p) (n × n) at a point or over a box, at FLINT's working precision."""
    values, rows = _ball_entries(family, parameters, point)
    slopes = values if tilt is None else [slope + c for slope, c in zip(values, tilt)]
    return acb_mat([[slope] for slope in slopes]), acb_mat(rows)


def ball_rows(loss: Loss, point: Sequence[acb]) -> tuple[list[acb], list[list[acb]]]:
    """As :func:`ball_derivatives`: the entries of ∇L, and the rows of ∇²L."""
    return _ball_entries(loss.family, _complex_parameters(loss, flint.ctx.prec), point)


def _ball_entries(family: Family, parameters: Sequence, point: Sequence[acb]) -> tuple[list[acb], list[list[acb]]]:
    n = len(point)
    # Constants come back as Python's numbers.
    values = [value if type(value) is acb else acb(value) for value in evaluate(programs(family).gradient_hessian, point, parameters)]
    return values[:n], symmetric(values[n:], n)


@lru_cache(maxsize=64)
def float_parameters(loss: Loss) -> tuple[complex, ...]:
    """The loss's parameters in double precision."""
    return tuple(complex(value) for value in loss.values)


@lru_cache(maxsize=64)
def ball_parameters(loss: Loss, precision: int) -> tuple[arb, ...]:
    """The loss's exact parameters as real balls at a precision in bits."""
    with flint.ctx.workprec(precision):
        return tuple(arb(exact(value)) for value in loss.values)


@lru_cache(maxsize=64)
def _complex_parameters(loss: Loss, precision: int) -> tuple[acb, ...]:
    """The same as complex balls, which are multiplied by others without being converted each time."""
    return tuple(acb(value) for value in ball_parameters(loss, precision))


def generic_vector(rng: np.random.Generator, n: int) -> np.ndarray:
    """n independent standard complex Gaussians."""
    return (rng.standard_normal(n) + 1j * rng.standard_normal(n)) / np.sqrt(2)
