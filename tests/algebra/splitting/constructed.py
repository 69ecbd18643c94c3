"""Exact critical points of polynomial networks of any shape: random weights, and targets that make them critical.

The gradient is linear in the residuals, so residuals in the kernel of the transposed Jacobian are found by linear algebra over ℚ.
"""

import random
from dataclasses import replace
from fractions import Fraction

from flint import fmpq, fmpq_mat

from critscape.algebra.activations.polynomial import Polynomial
from critscape.algebra.splitting.critical_point import exact_point
from critscape.algebra.splitting.derivatives import RATIONALS, gradient, passes
from critscape.algebra.splitting.feed_forward import FeedForward, Training
from critscape.algebra.splitting.logarithms import Exact
from critscape.algebra.splitting.unit_matrices import unit_matrices

CUBIC = Polynomial((Fraction(1, 3), Fraction(1), Fraction(-1, 2), Fraction(1, 4)))


def number(generator):
    return Fraction(generator.choice([-3, -2, -1, 1, 2, 3]), generator.choice([1, 2, 3]))


def constructed(widths, biases, seed, ridge=None, flat=(), activation=CUBIC):
    """A training problem and an exact critical point of it; ``ridge`` says of each position whether it has one.

    For the hidden units (layer, unit) in ``flat`` the residuals are such that D = 0.
    """
    generator = random.Random(seed)
    network = FeedForward(tuple(widths), tuple(biases), activation)
    n, p = network.dimension, widths[-1]
    extra = sum(len(network.incoming(*unit)) * widths[unit[0] + 1] for unit in flat)
    samples = (n + extra) // p + 2
    inputs = tuple(tuple(number(generator) for _ in range(widths[0])) for _ in range(samples))
    weights = [Exact(number(generator)) for _ in range(n)]
    strengths = tuple(Fraction(generator.randint(1, 4), 4) if ridge and ridge(network, k) else Fraction(0) for k in range(n))
    plain = Training(network, inputs, ((Fraction(0),) * p,) * samples, (Fraction(0),) * n)
    outputs = [sample.values[-1] for sample in passes(plain, weights, RATIONALS)]

    def trained(residuals, strengths):
        targets = tuple(tuple(Fraction(str(f - r)) for f, r in zip(*pair)) for pair in zip(outputs, residuals))
        return replace(plain, targets=targets, ridge=strengths)

    def conditions(residuals):
        training = trained(residuals, (Fraction(0),) * n)
        found = list(gradient(training, weights, RATIONALS))
        for unit in flat:
            at = forced(training, weights)
            found += unit_matrices(at, *unit).D.entries()
        return found

    units = [[[fmpq(int((i, o) == (a, b))) for b in range(p)] for a in range(samples)] for i in range(samples) for o in range(p)]
    system = fmpq_mat([conditions(unit) for unit in units]).transpose()
    right = [-(fmpq(s.numerator, s.denominator) * w.quotient) for s, w in zip(strengths, weights)] + [fmpq(0)] * extra
    reduced, rank = fmpq_mat([[*row, b] for row, b in zip(system.tolist(), right)]).rref()
    free = [fmpq(generator.randint(-2, 2)) for _ in range(system.ncols())]
    pivots = [next(j for j in range(reduced.ncols()) if reduced[i, j]) for i in range(rank)]
    if system.ncols() in pivots:
        # The weights are not in general position.
        return constructed(widths, biases, seed + 1000, ridge, flat, activation)
    solution = [fmpq(0) if j in pivots else free[j] for j in range(system.ncols())]
    for i, j in enumerate(pivots):
        others = sum((reduced[i, k] * solution[k] for k in range(system.ncols()) if k not in pivots), fmpq(0))
        solution[j] = reduced[i, reduced.ncols() - 1] - others
    return exact_point(trained([solution[i * p : (i + 1) * p] for i in range(samples)], strengths), weights)


def forced(training, weights):
    """What ``unit_matrices`` needs of a point, critical or not."""
    from critscape.algebra.splitting.critical_point import CriticalPoint
    from critscape.algebra.splitting.derivatives import derivatives

    return CriticalPoint(training, tuple(weights), derivatives(training, weights, RATIONALS), None, True, 128, False)
