"""Where a path really ends: followed in multiprecision, with the exact target, to t = 10⁻⁶⁰ or further.

A finite end point with a branch point at distance δ from t = 0 looks like infinity or like a singular point for t ≫ δ, and data
that are nearly special make δ tiny. So no such verdict of an engine is final. The path is followed along a geometric sequence of t: near its end
w_i = u^{k_i} z_i(u) with u = t^{1/m}, z_i analytic, and k_i/m the limit of v_i = t w_i′/w_i, the valuations of the polyhedral
endgame (Huber–Verschelde 1998). Hermite interpolation of z_i in u predicts the next point; it has to be accurate, as Newton's
method converges ever closer to the path only: large weights whose effects cancel make the system stiff. The end of the homotopy
is the loss over ℚ, not its rounding. How far is far enough depends on the number of digits of the data; it is a rule, not a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import flint
import numpy as np
from flint import acb, acb_mat, arb

from critscape.algebra.polynomial.evaluation import ball_derivatives_at
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.polynomial.newton import corrections, solution
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.tracking.endgame import Ending
from critscape.algebra.tracking.homotopy import Outcome, Spread

LEAST_DECADES, MOST_DECADES = 60, 1200
"""The path is followed to t = 10^−60, or further when the data have many digits."""
DIGITS = 3
"""Decades of t per digit of the longest parameter: parameters that are not equal may differ in their last digits only, and branch
points lie as close to t = 0 as powers of such differences."""
BITS_PER_DECADE = 11, 22
"""Precisions that are tried: where all weights grow as fast as 1/t, the cubes of weights that cancel take nearly all digits of the first."""
LONGEST_STEP = 4.0
"""Decades of t in one step at most."""
SHORTEST_STEP = 1e-7
MOST_STEPS = 1000
"""A path that takes more is given up; 80 are usual."""
MOST_WINDING = 12
"""Winding numbers m that are tried."""
ROUNDING = 0.1
"""Largest distance of m·v_i from an integer."""
HISTORY = 6
"""Points that the predictor uses."""
LARGEST_CORRECTION, AT_THE_END = 0.05, 1e-6
"""First Newton correction, relative, that a step may have; and at t = 0, where it must not lead to another zero."""
MOST_CORRECTIONS, SLOW_STEPS = 14, 2
"""Newton corrections at one t; and how many in a row may fail to halve the ones before, from a point that is rounded."""
DISPLACED = 0.1
"""Newton's method must return to a regular end point from a relative distance of a tenth of the working precision's digits."""
NEARLY_FINITE = 0.05
"""A path whose valuations are all above −0.05 may have a finite end point: Newton's method at t = 0 is tried."""
MANY = 8
"""Paths from which on workers are asked: each takes a fraction of a second, or seconds where weights are many."""
DIVERGENCE = 1 / 60
"""A valuation below −1/60 at the end is divergence: winding numbers beyond 60 are not met in practice."""


@dataclass(frozen=True)
class ExactEnd:
    """A homotopy in the loss's own units whose end is exactly the loss.

    ``curve()`` gives the rows of p(t) = Σ_k p_k t^k, each q complex balls, at FLINT's working precision, p_0 exact: the curve must
    stay in the family that its start belongs to (data of few samples) to that precision. ``tilt`` (M + 1, n) are the coefficients
    of c(t); c(0) = 0.
    """

    loss: Loss
    curve: Callable[[], list[list[acb]]]
    tilt: np.ndarray


def followed_to_the_end(end: ExactEnd, point: np.ndarray, decade: float) -> Ending:
    """Follows the path that is near ``point`` (n,) at t = 10^−decade to its end; FAILED when the end is not seen at any precision."""
    last = last_decade(end.loss)
    ending = Ending(Outcome.FAILED)
    for bits in BITS_PER_DECADE:
        if ending.outcome is Outcome.FAILED and last <= MOST_DECADES:
            ending = _followed_in(bits * last, end, point, decade, last)
    return ending


def _followed_in(bits: int, end: ExactEnd, point: np.ndarray, decade: float, last: int) -> Ending:
    """The same at a precision in bits, to t = 10^−last."""
    with flint.ctx.workprec(bits):
        system = ExactSystem(end)
        # The origin has no size of its own.
        unit = float(np.abs(point).max()) or 1.0
        units, displaced = np.where(point != 0, np.abs(point), unit), _digits(DISPLACED)
        for history in path_points(system, [acb(complex(z)) for z in point], decade, last):
            here, _, valuations = history[-1]
            least = min(float(v.real.mid()) for v in valuations)
            if least > -NEARLY_FINITE:
                # From a little beside it, Newton's method does not come back to a singular point.
                beside = [(z + displaced * size).mid() for z, size in zip(extrapolated(history), units)]
                limit = system.corrected(beside, acb(0), AT_THE_END, unit)
                if limit is not None:
                    return Ending(Outcome.FINISHED, np.array([complex(z) for z in limit]), 1)
            if float(here.real) >= last:
                if least < -DIVERGENCE:
                    return Ending(Outcome.AT_INFINITY, winding=winding(valuations)[0])
                return Ending(Outcome.SINGULAR, np.array([complex(z) for z in extrapolated(history)]), winding(valuations)[0])
        return Ending(Outcome.FAILED)


def all_followed(
    end: ExactEnd, points: Iterable[tuple[int, np.ndarray]], decade: float, spread: Spread | None
) -> Iterable[tuple[int, Ending]]:
    """What becomes of numbered paths near points (n,) at t = 10^−decade, in any order; ``spread`` has workers, who are asked where there are MANY."""
    pieces, work = list(points), partial(_followed, end, decade)
    made = ((piece, work(piece)) for piece in pieces) if spread is None or len(pieces) < MANY else spread(work, pieces)
    return ((number, ending) for (number, _), ending in made)


def _followed(end: ExactEnd, decade: float, piece: tuple[int, np.ndarray]) -> Ending:
    return followed_to_the_end(end, piece[1], decade)


Station = tuple[acb, list[acb], list[acb]]
"""A point of a path: the decade d, of t = 10^−d, the point and the valuations there."""


def path_points(system: ExactSystem, point: list[acb], decade: float, last: float) -> Iterator[list[Station]]:
    """The latest points of the path near ``point`` at t = 10^−decade after each step to t = 10^−last; none when it gets lost at once."""
    x = system.corrected(point, _power(decade), 1.0, slow=SLOW_STEPS)
    if x is None or (valuations := system.valuations(x, _power(decade))) is None:
        return
    yield [(acb(decade), x, valuations)]
    yield from continued(system, [(acb(decade), x, valuations)], last)


def continued(system: ExactSystem, history: list[Station], last: complex) -> Iterator[list[Station]]:
    """The latest points of the path that went through ``history`` after each further step on the way to t = 10^−last.

    Decades move on a straight line: a real one leads towards t = 0, an imaginary one turns around it. It ends early when the path gets
    lost.
    """
    decade = complex(history[-1][0])
    stride, done, whole = 0.5, 0.0, abs(last - decade)
    for _ in range(MOST_STEPS):
        if done >= whole:
            return
        while True:
            ahead = min(done + stride, whole)
            place = acb(last if ahead == whole else decade + (last - decade) * (ahead / whole))
            x = system.corrected(predicted(history, place), _power(place), LARGEST_CORRECTION)
            if x is not None:
                break
            stride /= 2
            if stride <= SHORTEST_STEP:
                return
        if (valuations := system.valuations(x, _power(place))) is None:
            return
        history = [*history[1 - HISTORY :], (place, x, valuations)]
        yield history
        done, stride = ahead, min(2 * stride, LONGEST_STEP)


def last_decade(loss: Loss) -> int:
    """Where a path to the loss is followed to: t = 10^−(this)."""
    longest = max((max(len(str(abs(v.numerator))), len(str(v.denominator))) for v in loss.values), default=0)
    return max(LEAST_DECADES, DIGITS * longest)


def predicted(history: Sequence[Station], decade: acb) -> list[acb]:
    """The point at t = 10^−decade from earlier ones, the latest last."""
    m, powers = winding(history[-1][2])
    if m is None:
        return without_series(history, decade)
    u = _power(decade / m)
    return [(z * u**k).mid() for z, k in zip(regular_parts(history, m, powers, u), powers)]


def without_series(history: Sequence[Station], decade: acb) -> list[acb]:
    """The prediction where no winding number is in sight: Hermite interpolation of w_i t^{−v_i} in log t, v_i the latest valuations."""
    ten = arb(10).log()
    nodes = [(history[-1][0] - place) * ten for place, _, _ in history]
    ahead = (history[-1][0] - decade) * ten
    weights = hermite_weights(nodes, ahead)
    guess = []
    for i, v in enumerate(history[-1][2]):
        values = [x[i] * (-v * node).exp() for node, (_, x, _) in zip(nodes, history)]
        slopes = [(rate[i] - v) * value for value, (_, _, rate) in zip(values, history)]
        guess.append((hermite(weights, values, slopes) * (v * ahead).exp()).mid())
    return guess


def extrapolated(history: Sequence[Station]) -> list[acb]:
    """The end point of a path that stays finite, from points on it."""
    _, point, valuations = history[-1]
    m, powers = winding(valuations)
    if m is None:
        return point
    parts = regular_parts(history, m, powers, acb(0))
    return [acb(0) if k > 0 else z.mid() for z, k in zip(parts, powers)]


def regular_parts(history: Sequence[Station], m: int, powers: Sequence[int], u: acb) -> list[acb]:
    """z_i(u) in w_i = u^{k_i} z_i(u), by Hermite interpolation."""
    nodes = [_power(place / m) for place, _, _ in history]
    weights = hermite_weights(nodes, u)
    parts = []
    for i, k in enumerate(powers):
        values = [z[i] * node ** (-k) for node, (_, z, _) in zip(nodes, history)]
        slopes = [(m * v[i] - k) * value / node for node, value, (_, _, v) in zip(nodes, values, history)]
        parts.append(hermite(weights, values, slopes))
    return parts


def winding(valuations: Sequence[acb]) -> tuple[int | None, list[int]]:
    """The least m ≤ MOST_WINDING with which every m·v_i is nearly an integer, and these integers."""
    numbers = [complex(v) for v in valuations]
    for m in range(1, MOST_WINDING + 1):
        powers = [round(m * v.real) for v in numbers]
        if all(abs(m * v - k) < ROUNDING for v, k in zip(numbers, powers)):
            return m, powers
    return None, []


def hermite_weights(nodes: Sequence[acb], at: acb) -> list[tuple[acb, acb]]:
    """The weights of the value and of the slope at each of the distinct nodes in the Hermite interpolant at ``at``.

    With ℓ_j the Lagrange polynomials they are (1 − 2 (at − t_j) ℓ_j′(t_j)) ℓ_j² and (at − t_j) ℓ_j².
    """
    found = []
    for j, node in enumerate(nodes):
        basis, slope = acb(1), acb(0)
        for k, other in enumerate(nodes):
            if k != j:
                inverse = 1 / (node - other)
                basis *= (at - other) * inverse
                slope += inverse
        square = basis * basis
        found.append(((1 - 2 * (at - node) * slope) * square, (at - node) * square))
    return found


def hermite(weights: Sequence[tuple[acb, acb]], values: Sequence[acb], slopes: Sequence[acb]) -> acb:
    """The Hermite interpolant of values and slopes at nodes with these weights.

    >>> weights = hermite_weights([acb(0), acb(1)], acb(2))
    >>> complex(hermite(weights, [acb(0), acb(1)], [acb(0), acb(3)]))
    (8+0j)
    """
    return sum((a * value + b * slope for (a, b), value, slope in zip(weights, values, slopes)), acb(0))


def _power(decade: complex | acb) -> acb:
    """10^−decade, analytic in the decade."""
    return (-acb(decade) * arb(10).log()).exp()


class ExactSystem:
    """∇L(w; p(t)) + c(t) with exact p(0) and c(0) = 0, in balls that are rounded to midpoints."""

    def __init__(self, end: ExactEnd) -> None:
        self.family = end.loss.family
        self.curve = end.curve()
        self.tilt = [[acb(0)] * end.loss.dimension] + [[acb(complex(v)) for v in row] for row in end.tilt[1:]]

    def corrected(self, start: list[acb], t: acb, largest: float, unit: float = 0.0, slow: int = 1) -> list[acb] | None:
        """Newton's method at t to all digits; None when the first correction is too large or ``slow`` of them in a row do not contract.

        Corrections are relative to the largest coordinate or to ``unit``, if that is larger.
        """
        sizes: list[float] = []
        stuck = 0
        derivatives = partial(ball_derivatives_at, self.family, _at(self.curve, t), tilt=_at(self.tilt, t))
        for x, step in islice(corrections(derivatives, start), MOST_CORRECTIONS):
            size = max(unit, *(_size(z) for z in x))
            sizes.append(max(_size(s) for s in step) / size if size else 0.0)
            stuck = stuck + 1 if len(sizes) > 1 and sizes[-1] > 0.5 * sizes[-2] and sizes[-1] > _digits(0.3) else 0
            # NaN: does not contract.
            if not sizes[-1] <= largest or stuck == slow:
                return None
            if sizes[-1] < _digits(0.4):
                return x
        return x if len(sizes) == MOST_CORRECTIONS and sizes[-1] < _digits(0.3) else None

    def valuations(self, x: list[acb], t: acb) -> list[acb] | None:
        """t w_i′(t)/w_i(t); coordinates that are zero, or far below the others and at rest, count as constant."""
        parameters = _at(self.curve, t)
        rates = evaluate(programs(self.family).rate, x, parameters, _at(_derivative(self.curve), t))
        _, hessian = ball_derivatives_at(self.family, parameters, x)
        slope = solution(hessian, acb_mat([[-(r + c)] for r, c in zip(rates, _at(_derivative(self.tilt), t))]))
        if slope is None:
            return None
        return [(t * s / z).mid() if _size(z) > _digits(0.8) else acb(0) for s, z in zip(slope, x)]


def _at(coefficients: list[list[acb]], t: acb) -> list[acb]:
    values = coefficients[-1]
    for row in reversed(coefficients[:-1]):
        values = [value * t + c for value, c in zip(values, row)]
    return values


def _derivative(coefficients: list[list[acb]]) -> list[list[acb]]:
    return [[c * k for c in row] for k, row in enumerate(coefficients)][1:] or [[acb(0)] * len(coefficients[0])]


def _size(value: acb) -> float:
    return float(abs(value).mid())


def _digits(part: float) -> float:
    """2^−(part of the working precision), as far as a float goes."""
    return max(2.0 ** -min(part * flint.ctx.prec, 1000.0), 1e-300)
