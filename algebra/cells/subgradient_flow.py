"""The subgradient flow of one hidden layer of piecewise linear units: w' is the direction of steepest descent of L, stratum by stratum.

Where no unit is at a kink it is the gradient flow. A unit that comes to a face {w·x_i = 0 : i ∈ Z} goes on in the direction t across that
minimises ½|t|² + L'(w; t): it crosses, or it stays, if L rises on all rays of the fan around the face, and then slides along it, on the
gradient flow of L restricted there (Filippov, "Differential equations with discontinuous righthand sides", 1988, §4). Its points of rest
are the directionally stationary ones. On a product of strata L is a polynomial of degree 4, and a step takes the linear part of the flow
exactly, as `critscape.algebra.landscape.gradient_flow` does: exprb43 of Hochbruck, Ostermann and Schweitzer, SIAM J. Numer. Anal. 47
(2009), section 5. Where a unit leaves its stratum within a step is found by bisection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from critscape.algebra.cells.compilation import compiled
from critscape.algebra.cells.crossings import left, lowered, off_side, steepest
from critscape.algebra.cells.one_layer import OneLayer
from critscape.algebra.cells.strata import Strata
from critscape.algebra.cells.stratum_derivatives import along, gradient_at, hessian_at, residuals_at
from critscape.algebra.cells.symmetric_eigenvalues import eigensystem

SAFETY, LEAST_FACTOR, LARGEST_FACTOR = 0.9, 0.2, 8.0
"""The next step is SAFETY·(tolerance/error)^¼ times the last one, within these bounds."""
FIRST = 1e-2
"""The first step times the largest |eigenvalue|."""
GROWTH = 30.0
"""What leads away from a saddle grows by e^GROWTH in one step at most."""
LONGEST, SHORTEST = 1e10, 1e-15
"""Steps times the largest |eigenvalue|: longer ones let rounding drift where L is flat, and shorter ones double precision does not have."""
SERIES = 18
"""Terms of the power series of φ₄ for |z| < 1: the first one left out is below 1e-20."""
BISECTIONS = 60
SETTLED = 1e-9
"""A Newton step as short as this, relative to the largest weight, means that a run has settled."""
ROUNDING = 1e-14
"""What rounding leaves of a slope, relative to the largest eigenvalue and the largest weight."""
FLAT = 1e-9
"""Eigenvalues as small as this, relative to the largest, are directions along which L is flat."""
SMALL = 1e-2
GONE = 1e-12
"""A unit whose weights are as small as this, relative to the largest, is dead."""
FADING = 0.05
"""The weights of a unit become smaller by no more than this factor in one step."""
PATIENCE = 60
"""Steps at a point of rest with directions down before it is believed that the flow stays there."""


class Rest(IntEnum):
    """How a run of the flow ended."""

    SETTLED = 0
    SADDLE = 1
    """At a point of rest that is no local minimum on its strata."""
    UNFINISHED = 2
    LOST = 3


@dataclass(frozen=True)
class FlowEnd:
    """Where a run ended: v (k), w (k × d), c (0 without an output bias), the numbers of the units' faces (k), and the steps it took."""

    rest: Rest
    outgoing: np.ndarray
    incoming: np.ndarray
    output_bias: float
    faces: np.ndarray
    steps: int


@dataclass(frozen=True)
class FloatLayer:
    """A layer in double precision: samples (m × d), targets (m), λ (k), Λ (k × d), κ, and whether there is an output bias."""

    samples: np.ndarray
    targets: np.ndarray
    outgoing: np.ndarray
    incoming: np.ndarray
    kappa: float
    biased: bool

    @property
    def units(self) -> int:
        return len(self.outgoing)

    @property
    def natural(self) -> float:
        """Weights that are small beside those with which a unit fits the targets, or beside 1 if all targets, or all samples, are zero."""
        inputs, targets = np.abs(self.samples).max(), np.abs(self.targets).max()
        return SMALL * float(np.sqrt(targets / inputs)) if inputs and targets else SMALL


def float_layer(layer: OneLayer) -> FloatLayer:
    """A layer to the nearest doubles."""
    return FloatLayer(
        np.array([[float(entry) for entry in x] for x in layer.samples]),
        np.array([float(y) for y in layer.targets]),
        np.array([float(unit.outgoing) for unit in layer.units]),
        np.array([[float(entry) for entry in unit.incoming] for unit in layer.units]),
        float(layer.output_bias or 0),
        layer.output_bias is not None,
    )


def subgradient_flow(layer: FloatLayer, places: Strata, starts: np.ndarray, tolerance: float, most_steps: int) -> Iterator[FlowEnd]:
    """The ends of runs from ``starts`` (P × N), each v, then w row by row, then c where there is an output bias.

    ``tolerance`` is the error of one step, relative to the largest weight.
    """
    k, d = layer.incoming.shape
    for start in starts:
        state = np.zeros(k + k * d + 1)
        state[: len(start)] = start
        seen = state[k : k + k * d].reshape(k, d) @ layer.samples.T
        faces = np.array([places.face_of(row) for row in seen], dtype=np.int64)
        with np.errstate(all="ignore"):
            rest, steps = follow(
                layer.samples,
                layer.targets,
                layer.outgoing,
                layer.incoming,
                layer.kappa,
                layer.biased,
                places.signs,
                places.slopes,
                places.spans,
                places.first_above,
                places.above,
                places.first_below,
                places.below,
                places.first_ray,
                places.rays,
                places.ray_slopes,
                state,
                faces,
                tolerance,
                most_steps,
                layer.natural,
            )
        yield FlowEnd(Rest(rest), state[:k].copy(), state[k : k + k * d].reshape(k, d).copy(), float(state[-1]), faces, steps)


@compiled
def phi(z):
    """φ₁, …, φ₄ at a real number, where φ₀ = exp and φ_{k+1}(z) = (φ_k(z) − 1/k!)/z."""
    if abs(z) >= 1.0:
        one = np.expm1(z) / z
        two = (one - 1.0) / z
        three = (two - 0.5) / z
        return one, two, three, (three - 1.0 / 6.0) / z
    four, factorial = 0.0, 1.0
    for p in range(1, SERIES + 5):
        factorial *= p
    for p in range(SERIES, -1, -1):
        four = four * z + 1.0 / factorial
        factorial /= p + 4
    three = four * z + 1.0 / 6.0
    two = three * z + 0.5
    return two * z + 1.0, two, three, four


@compiled
def remainder(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, r, values, vectors, slope, offset, trial, gradient, found):
    """g(u + offset) − g(u) with g(w) = −∇L(w) + ∇²L(u)·w, in the eigenbasis."""
    n = state.shape[0]
    for a in range(n):
        trial[a] = state[a]
        for b in range(n):
            trial[a] += vectors[a, b] * offset[b]
    gradient_at(x, y, outer, inner, kappa, biased, slopes, spans, faces, trial, r, gradient)
    for b in range(n):
        found[b] = values[b] * offset[b] - slope[b]
        for a in range(n):
            found[b] -= vectors[a, b] * gradient[a]


@compiled
def step_to(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, values, vectors, slope, h, end):
    """``end`` becomes where a step of length h leads; the largest difference from the embedded method of order 3."""
    n = state.shape[0]
    m = y.shape[0]
    r, trial, gradient = np.zeros(m), np.zeros(n), np.zeros(n)
    offset, second, third, error = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    for b in range(n):
        offset[b] = 0.5 * h * phi(-0.5 * h * values[b])[0] * slope[b]
    remainder(
        x, y, outer, inner, kappa, biased, slopes, spans, faces, state, r, values, vectors, slope, offset, trial, gradient, second
    )  # fmt: skip
    for b in range(n):
        offset[b] = h * phi(-h * values[b])[0] * (slope[b] + second[b])
    remainder(
        x, y, outer, inner, kappa, biased, slopes, spans, faces, state, r, values, vectors, slope, offset, trial, gradient, third
    )  # fmt: skip
    for b in range(n):
        one, _, three, four = phi(-h * values[b])
        error[b] = h * (-48.0 * four * second[b] + 12.0 * four * third[b])
        offset[b] = h * one * slope[b] + h * (16.0 * three * second[b] - 2.0 * three * third[b]) + error[b]
    largest = 0.0
    for a in range(n):
        end[a] = state[a]
        missed = 0.0
        for b in range(n):
            end[a] += vectors[a, b] * offset[b]
            missed += vectors[a, b] * error[b]
        if not abs(missed) <= largest:
            largest = abs(missed)
    along(spans, faces, faces.shape[0], x.shape[1], end)
    return largest


@compiled
def unit_size(state, j, k, d):
    """The largest weight of unit j."""
    largest = abs(state[j])
    for p in range(d):
        largest = max(largest, abs(state[k + j * d + p]))
    return largest


@compiled
def fades(state, end, k, d):
    """Whether some unit becomes so small in one step that what it crosses on the way would not be seen."""
    for j in range(k):
        if unit_size(end, j, k, d) < FADING * unit_size(state, j, k, d):
            return True
    return False


@compiled
def follow(
    x, y, outer, inner, kappa, biased, signs, slopes, spans, first_above, above, first_below, below, first_ray, rays, ray_slopes, state, faces,
    tolerance, most_steps, natural,
):  # fmt: skip
    """Follows the flow, moving ``state`` and ``faces``; how it ended (a `Rest`) and the number of steps."""
    m, d = x.shape
    k = faces.shape[0]
    n = state.shape[0]
    r, gradient, slope, end = np.zeros(m), np.zeros(n), np.zeros(n), np.zeros(n)
    hessian, values, vectors = np.zeros((n, n)), np.zeros(n), np.zeros((n, n))
    h, still, fresh = -1.0, 0, True
    for step in range(most_steps):
        if fresh:
            residuals_at(x, y, slopes, faces, state, r)
            for j in range(k):
                faces[j] = steepest(x, inner, signs, slopes, spans, first_above, above, state, r, j, faces[j], k)
        gradient_at(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, r, gradient)
        hessian_at(x, outer, inner, kappa, biased, slopes, spans, faces, state, r, hessian)
        eigensystem(hessian, values, vectors)
        fresh = False
        size, largest, lowest = natural, 1e-300, 0.0
        for a in range(n):
            size = max(size, abs(state[a]))
            largest = max(largest, abs(values[a]))
            lowest = min(lowest, values[a])
        if not (size < 1e90 and largest < 1e200):
            return 3, step
        settled = True
        for b in range(n):
            slope[b] = 0.0
            for a in range(n):
                slope[b] -= vectors[a, b] * gradient[a]
            settled = settled and abs(slope[b]) <= size * max(SETTLED * abs(values[b]), ROUNDING * largest)
        if settled:
            still += 1
            if lowest >= -FLAT * largest:
                return 0, step
            if still >= PATIENCE:
                return 1, step
        else:
            still = 0
        if h < 0.0:
            h = FIRST / largest
        h = min(h, GROWTH / max(-lowest, largest * GROWTH / LONGEST), LONGEST / largest)
        factor = 0.0
        while True:
            error = step_to(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, values, vectors, slope, h, end)
            reach = 1e-300
            for a in range(n):
                reach = max(reach, abs(state[a]), abs(end[a]))
            error /= tolerance * reach
            if error <= 1.0 and fades(state, end, k, d):
                h *= 0.5
                continue
            if error <= 1.0:
                factor = min(max(SAFETY * max(error, 1e-12) ** -0.25, LEAST_FACTOR), LARGEST_FACTOR)
                break
            h *= max(SAFETY * error**-0.25, LEAST_FACTOR) if error < 1e300 else LEAST_FACTOR
            if not h * largest > SHORTEST:
                return 3, step
        if left(x, y, inner, signs, slopes, first_ray, rays, ray_slopes, faces, end, r):
            low, high = 0.0, h
            for _ in range(BISECTIONS):
                middle = 0.5 * (low + high)
                step_to(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, values, vectors, slope, middle, end)
                if left(x, y, inner, signs, slopes, first_ray, rays, ray_slopes, faces, end, r):
                    high = middle
                else:
                    low = middle
                if high - low <= 1e-13 * high:
                    break
            step_to(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, values, vectors, slope, high, end)
            size = np.abs(end).max()
            for j in range(k):
                sample = off_side(x, signs, faces, end, j, size)
                while sample >= 0:
                    faces[j] = lowered(x, signs, spans, first_below, below, faces[j], sample, end, j, k)
                    sample = off_side(x, signs, faces, end, j, size)
            fresh = True
        state[:] = end
        size = max(natural, np.abs(state).max())
        for j in range(k):
            if unit_size(state, j, k, d) <= GONE * size:
                # What is left is rounding, and may point to where the flow never came.
                state[j] = 0.0
                state[k + j * d : k + j * d + d] = 0.0
                faces[j] = below[first_below[faces[j] + 1] - 1]
        h *= factor
    return 2, most_steps
