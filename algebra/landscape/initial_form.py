"""Exact curves to infinity along which a loss tends to a limit: w_i(t) = a_i t^{κ_i}, t → 0.

Along such a curve L(w(t)) = Σ_e P_e(a) t^e with the parts P_e of L of weighted degree e. Where no e is negative, L → P_0(a). The
exponents are those of a path of critical points of L_ε (t = ε, Puiseux), whose leading coefficients are critical for P_0: a critical
point of P_0 near them is proved as those of any loss, and P_0 is exact there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb

from critscape.algebra.components.closed_loss import ExactLoss, exact_loss_of
from critscape.algebra.components.component import component
from critscape.algebra.components.function_space import Knowledge
from critscape.algebra.components.gauge import representative
from critscape.algebra.components.local_system import ProvedPoint
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.algebra.polynomial.loss import Family, Loss, polynomial, terms

RECOGNISED = 0.25
"""Distance of a measured exponent times the winding number from the integer that it is taken for."""
CLOSE = 1e-1
"""Relative distance of leading coefficients, measured at ε > 0, from the point that is proved."""
NEWTON_STEPS, FLAT = 20, 1e-8


@dataclass(frozen=True)
class Curve:
    """w_i(t) = ``coefficients[i]`` · t^``exponents[i]``, t → 0, along which L tends to ``limit``, an enclosure; ``exact`` is the limit exactly.

    The coefficients are enclosures (n,); ``rational`` are they exactly, if they are rational; ``proved`` is
    the critical point of the initial form that they are.
    """

    exponents: tuple[Fraction, ...]
    coefficients: tuple[arb, ...]
    rational: tuple[flint.fmpq, ...] | None
    proved: ProvedPoint
    limit: arb
    exact: ExactLoss | None


@dataclass(frozen=True)
class Terms:
    """The formula of one polynomial without parameters: its terms, exponents (n,) with a coefficient each."""

    terms: tuple[tuple[tuple[int, ...], Fraction], ...]

    def __call__(self, weights: Sequence[Any], parameters: Sequence[Any]) -> Any:
        total = 0 * weights[0]
        for exponents, coefficient in self.terms:
            product = 0 * weights[0] + coefficient.numerator
            for weight, power in zip(weights, exponents):
                if power:
                    product = product * weight**power
            total = total + product / coefficient.denominator
        return total


def curve(
    loss: Loss, points: Sequence[CertifiedPoint], ridges: Sequence[Fraction], winding: int, unit: Fraction = Fraction(1)
) -> Curve | None:
    """A curve beside the path that is at two ``points`` for the ``ridges`` ε, the smaller one last; None where none is proved.

    The closed form of its limit is written times ``unit``.
    """
    exponents = measured_exponents(points, ridges, winding)
    if exponents is None:
        return None
    parts: dict[Fraction, list] = {}
    for monomial, coefficient in terms(polynomial(loss)).items():
        degree = sum((k * e for k, e in zip(monomial, exponents)), Fraction(0))
        parts.setdefault(degree, []).append((monomial, coefficient))
    if any(degree < 0 for degree in parts) or 0 not in parts:
        return None
    last, ridge = points[-1], float(ridges[-1])
    here = [z.real * ridge ** -float(e) for z, e in zip(last.midpoint, exponents)]
    initial = Loss(Family(loss.variables, (), Terms(tuple(sorted(parts[Fraction(0)])))), ())
    nothing = Knowledge(False)
    found = component(initial, nothing, refined(initial, np.array(here)))
    if found.proved is None or np.abs(found.point - here).max() > CLOSE * max(np.abs(here).max(), 1e-300):
        return None
    found = representative(initial, nothing, found)
    assert found.proved is not None  # A representative is one of a proved point.
    coefficients = tuple(z.real for z in found.proved.ball)
    return Curve(exponents, coefficients, found.rational, found.proved, found.loss, exact_loss_of(initial, found, unit))


def measured_exponents(points: Sequence[CertifiedPoint], ridges: Sequence[Fraction], winding: int) -> tuple[Fraction, ...] | None:
    """κ_i with w_i ~ ε^{κ_i}, multiples of 1/``winding``, from two points on a path; None where a coordinate's is not clear."""
    one, other = points
    span = float(ridges[1] / ridges[0])
    found = []
    for a, b in zip(one.ball, other.ball):
        if a.real.contains(0) or b.real.contains(0):
            return None
        slope = winding * float((abs(b.real) / abs(a.real)).log() / arb(span).log())
        if abs(slope - round(slope)) > RECOGNISED:
            return None
        found.append(Fraction(round(slope), winding))
    return tuple(found)


def refined(initial: Loss, start: np.ndarray) -> np.ndarray:
    """A critical point of the initial form near ``start`` (n,), by Newton's method on the steep directions."""
    point = start.copy()
    for _ in range(NEWTON_STEPS):
        slope, hessian = float_derivatives(initial, point.astype(complex))
        step = np.linalg.pinv(hessian.real, rcond=FLAT) @ slope.real
        point = point - step
        if not np.abs(step).max() > 1e-14 * np.abs(point).max():
            break
    return point
