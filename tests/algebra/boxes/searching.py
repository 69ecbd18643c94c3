"""A search in this process, for tests."""

from fractions import Fraction

import numpy as np

from critscape.algebra.activations.named import NAMED
from critscape.algebra.boxes.critical_points import critical_points
from critscape.algebra.boxes.regression import Regression
from critscape.algebra.boxes.search import BUDGET, divided, examined, first_pieces, together, without_rest


def rational(rows):
    return tuple(tuple(Fraction(entry) for entry in row) for row in rows)


def regression(name, x, y, inner, outer):
    return Regression(NAMED[name], rational(x), rational([y])[0], rational(inner), rational([outer])[0])


def drawn(name, units, width, samples, ridge, seed, constant=False):
    """A random problem: inputs and targets in eighths, one ridge for all weights unless it is None."""
    rng = np.random.default_rng([seed, units, width])
    x = [[Fraction(int(entry), 8) for entry in row] for row in rng.integers(-16, 17, (samples, width))]
    y = [Fraction(int(entry), 8) for entry in rng.integers(-16, 17, samples)]
    strengths = iter([Fraction(ridge)] * 99 if ridge is not None else [Fraction(1, int(k)) for k in rng.integers(2, 51, 99)])
    inner = [[next(strengths) for _ in range(width)] for _ in range(units)]
    return regression(name, x, y, inner, [next(strengths) for _ in range(units + constant)])


def found(problem, budget=BUDGET):
    """All critical points."""
    pieces, first = first_pieces(problem)
    outcomes = [first]
    while pieces:
        some = [examined(problem, piece, budget) for piece in pieces]
        outcomes += map(without_rest, some)
        pieces = [portion for outcome in some for portion in divided(outcome.rest)]
    return critical_points(problem, together(outcomes, problem.inner_weights))
