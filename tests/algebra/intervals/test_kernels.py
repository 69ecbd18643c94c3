"""Interval kernels against 60-digit values: an enclosure that misses one value is a fault."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from critscape.algebra.activations.named import NAMED
from critscape.algebra.boxes.region import data, enclosed
from critscape.algebra.boxes.regression import Regression
from critscape.algebra.intervals import directed
from critscape.algebra.intervals.enclosures import activate, curvature, outer_weights, room, slopes
from critscape.algebra.intervals.sigmoid import KINDS, SWINGS, ranges

DIGITS = 60


def right(name, t):
    """σ, σ′ and σ″ at t."""
    if name == "tanh":
        s = mpmath.tanh(t)
        slope = mpmath.sech(t) ** 2
        return s, slope, -2 * s * slope
    s = 1 / (1 + mpmath.exp(-t))
    slope = mpmath.exp(-t) / (1 + mpmath.exp(-t)) ** 2
    return s, slope, slope * (1 - 2 * s)


def arguments(number, seed):
    """Random doubles of every size, with the hard ones: zeros, the bends of σ″, the far ends."""
    rng = np.random.default_rng(seed)
    some = [
        rng.uniform(-40, 40, number // 2),
        rng.uniform(-800, 800, number // 4),
        rng.standard_normal(number // 4) * 10.0 ** rng.uniform(-18, 3, number // 4),
    ]
    peak = float(mpmath.log(2 + mpmath.sqrt(3)))
    hard = [
        0.0,
        -0.0,
        1e-320,
        -1e-320,
        700.0,
        -700.0,
        350.0,
        745.0,
        1e300,
        -1e300,
        peak,
        -peak,
        peak / 2,
        np.nextafter(peak, 9),
        36.8,
        -36.8,
    ]
    return np.concatenate([*some, hard])


def misses(name, number, seed):
    """How many enclosures, over points and over boxes, miss a value that they should hold."""
    found = 0
    rng = np.random.default_rng(seed + 1)
    with mpmath.workdps(DIGITS):
        points = arguments(number, seed)
        for t in points:
            width = abs(t) * 10.0 ** rng.uniform(-17, 1) if rng.random() < 0.7 else rng.exponential(2.0)
            lower, upper = t, max(t, t + width)
            inside = [lower, upper, lower + (upper - lower) * rng.random()]
            if lower <= 0 <= upper:
                inside.append(0.0)
            both = ranges(KINDS[name], t, t), ranges(KINDS[name], lower, upper)
            exact_values = [right(name, mpf(float(s))) for s in inside]
            found += not holds(both[0], exact_values[0])
            found += sum(not holds(both[1], values) for values in exact_values)
    return found


def holds(enclosure, values):
    return all(enclosure[2 * k] <= value <= enclosure[2 * k + 1] for k, value in enumerate(values))


@pytest.mark.parametrize("name", KINDS)
def test_ranges_hold_values_with_sixty_digits(name):
    assert misses(name, 3000, seed=7) == 0


@pytest.mark.slow  # A hundred thousand arguments with sixty digits take minutes.
@pytest.mark.parametrize("name", KINDS)
def test_ranges_hold_values_with_sixty_digits_on_many_arguments(name):
    assert misses(name, 100_000, seed=11) == 0


@pytest.mark.parametrize("name", KINDS)
def test_ranges_are_tight_where_nothing_cancels(name):
    with mpmath.workdps(DIGITS):
        for t in np.linspace(-30, 30, 97):
            enclosure, values = ranges(KINDS[name], t, t), right(name, mpf(float(t)))
            assert all(enclosure[2 * k + 1] - enclosure[2 * k] < 1e-12 * max(1e-3, abs(values[k])) + 1e-13 for k in range(3))


@pytest.mark.parametrize("name", KINDS)
def test_the_swing_bounds_t_times_the_slope(name):
    t = np.linspace(-20, 20, 100_001)
    swing = np.abs(t * NAMED[name].floats(t, 1)[1]).max()
    assert swing < SWINGS[name] < swing + 1e-3


def test_directed_operations_hold_exact_results():
    rng = np.random.default_rng(3)
    for _ in range(2000):
        a, b, c, d = np.sort(rng.standard_normal(2) * 10.0 ** rng.uniform(-30, 30)).tolist() + np.sort(rng.standard_normal(2)).tolist()
        s, t = (
            Fraction(a) + (Fraction(b) - Fraction(a)) * Fraction(rng.random()),
            Fraction(c) + (Fraction(d) - Fraction(c)) * Fraction(rng.random()),
        )
        lower, upper = directed.plus(a, b, c, d)
        assert lower < s + t < upper
        lower, upper = directed.minus(a, b, c, d)
        assert lower < s - t < upper
        lower, upper = directed.times(a, b, c, d)
        assert lower <= s * t <= upper
        lower, upper = directed.square(a, b)
        assert lower <= s * s <= upper
        if c > 0:
            lower, upper = directed.divided(a, b, c, d)
            assert lower <= s / t <= upper
        lower, upper = enclosed(s)
        assert Fraction(lower) <= s <= Fraction(upper)


def test_the_neighbours_are_passed():
    rng = np.random.default_rng(4)
    for c in [*(rng.standard_normal(500) * 10.0 ** rng.uniform(-300, 300, 500)), 1.0, -1.0, 2.0**-1022, 5e-324, 0.0, 2.0**52]:
        assert directed.below(c) <= np.nextafter(c, -np.inf)
        assert directed.above(c) >= np.nextafter(c, np.inf)


def drawn(name, units, width, samples, constant, seed):
    rng = np.random.default_rng(seed)
    rational = lambda *shape: [[Fraction(int(entry), 7) for entry in row] for row in rng.integers(-14, 15, shape)]  # noqa: E731
    strength = lambda *shape: [[Fraction(1, int(entry)) for entry in row] for row in rng.integers(2, 51, shape)]  # noqa: E731
    return Regression(
        NAMED[name],
        tuple(map(tuple, rational(samples, width))),
        tuple(rational(1, samples)[0]),
        tuple(map(tuple, strength(units, width))),
        tuple(strength(1, units + constant)[0]),
    )


def reduced(regression, w):
    """v(w), ∇R and ∇²R at w with sixty digits, from the formulas as they stand: nothing of the kernels."""
    name, k, p, q = regression.activation.name, regression.units, regression.width, len(regression.outer)
    x = [[mpf(e.numerator) / e.denominator for e in row] for row in regression.inputs]
    y = [mpf(e.numerator) / e.denominator for e in regression.targets]
    outer = [mpf(e.numerator) / e.denominator for e in regression.outer]
    inner = [mpf(e.numerator) / e.denominator for row in regression.inner for e in row]
    jets = [[right(name, sum(w[j * p + t] * row[t] for t in range(p))) for j in range(k)] for row in x]
    h = mpmath.matrix([[jet[0] for jet in row] + [mpf(1)] * (q - k) for row in jets])
    normal = h.T * h + mpmath.diag(outer)
    v = mpmath.lu_solve(normal, h.T * mpmath.matrix(y))
    residual = h * v - mpmath.matrix(y)
    m, n = len(y), k * p
    full = mpmath.zeros(n + q)
    gradient = [inner[a] * w[a] for a in range(n)]
    for i in range(m):
        first = [v[j] * jets[i][j][1] * x[i][t] for j in range(k) for t in range(p)] + [h[i, s] for s in range(q)]
        for a in range(n + q):
            for b in range(n + q):
                full[a, b] += first[a] * first[b]
        for j in range(k):
            for s in range(p):
                gradient[j * p + s] += residual[i] * first[j * p + s]
                full[j * p + s, n + j] += residual[i] * jets[i][j][1] * x[i][s]
                full[n + j, j * p + s] += residual[i] * jets[i][j][1] * x[i][s]
                for t in range(p):
                    full[j * p + s, j * p + t] += residual[i] * v[j] * jets[i][j][2] * x[i][s] * x[i][t]
    for a in range(n + q):
        full[a, a] += [*inner, *outer][a]
    mixed = full[n:, :n]
    schur = full[:n, :n] - mixed.T * mpmath.inverse(full[n:, n:]) * mixed
    return v, gradient, schur


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("units, width, constant", [(1, 1, 0), (1, 2, 1), (2, 1, 0), (2, 2, 1), (3, 1, 0)])
def test_enclosures_over_boxes_hold_values_at_their_points(name, units, width, constant):
    checked = 0
    for seed in range(4):
        regression = drawn(name, units, width, 4, constant, seed)
        known, n = data(regression), units * width
        r = room(4, units, width, units + constant)
        rng = np.random.default_rng(seed)
        for size in (0.0, 1e-8, 1e-3, 0.05, 0.5, 4.0):
            centre = rng.uniform(-3, 3, n)
            if seed % 2 and units > 1:
                # Nearly equal units.
                centre[width : 2 * width] = centre[:width] + 1e-4
            box = np.stack([centre - size, centre + size], axis=1)
            activate(known, box, r)
            worst = outer_weights(known, r)
            slopes(known, box, r)
            if worst < 1:
                curvature(known, r, worst)
            with mpmath.workdps(DIGITS):
                for _ in range(3):
                    w = [mpf(float(lower)) + mpf(rng.random()) * (mpf(float(upper)) - mpf(float(lower))) for lower, upper in box]
                    v, gradient, hessian = reduced(regression, w)
                    assert all(r.v[s, 0] <= v[s] <= r.v[s, 1] for s in range(units + constant))
                    assert all(r.gradient[a, 0] <= gradient[a] <= r.gradient[a, 1] for a in range(n))
                    if worst < 1:
                        checked += 1
                        assert all(r.hessian[a, b, 0] <= hessian[a, b] <= r.hessian[a, b, 1] for a in range(n) for b in range(n))
    assert checked > 20
