"""The straight-line programs agree with the exact derivatives, and stay small."""

from __future__ import annotations

import pickle
import random
from dataclasses import dataclass
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest

from critscape.algebra.polynomial.loss import Family, Loss, gradient, hessian
from critscape.algebra.polynomial.straight_line import OFTEN, evaluate, programs


@dataclass(frozen=True)
class LinearMoments:
    """½ Σ P M Pᵀ − Σ P B + ½ Σ λ w² for P = W_H ⋯ W_1; parameters: upper triangle of M, B, λ."""

    widths: tuple[int, ...]

    def __call__(self, weights, parameters):
        inputs, outputs = self.widths[0], self.widths[-1]
        weights, parameters = list(weights), list(parameters)
        product, at = None, 0
        for columns, rows in zip(self.widths, self.widths[1:]):
            layer = [weights[at + r * columns : at + (r + 1) * columns] for r in range(rows)]
            at += rows * columns
            product = (
                layer
                if product is None
                else [[sum(row[k] * product[k][c] for k in range(columns)) for c in range(inputs)] for row in layer]
            )
        upper = {}
        for a in range(inputs):
            for b in range(a, inputs):
                upper[a, b] = upper[b, a] = parameters.pop(0)
        total = 0
        for o in range(outputs):
            for a in range(inputs):
                total += product[o][a] * (sum(upper[a, b] * product[o][b] for b in range(inputs)) / 2 - parameters.pop(0))
        return total + sum(ridge * w**2 for ridge, w in zip(parameters, weights)) / 2

    def family(self) -> Family:
        n = sum(a * b for a, b in zip(self.widths, self.widths[1:]))
        d, e = self.widths[0], self.widths[-1]
        q = d * (d + 1) // 2 + d * e + n
        return Family(tuple(f"w{i}" for i in range(n)), tuple(f"p{i}" for i in range(q)), self)


def quartic(weights, parameters):
    x, y, z = weights
    a, b = parameters
    return (x * y - a) ** 4 / 3 + (x + 2 * y - z) ** 3 * b - (1 - x) * (y**5 - 7) + z * z * a * b + 4


CASES = {
    "2-1-2": LinearMoments((2, 1, 2)).family(),
    "2-2-2": LinearMoments((2, 2, 2)).family(),
    "1-2-2-1": LinearMoments((1, 2, 2, 1)).family(),
    "quartic": Family(("x", "y", "z"), ("a", "b"), quartic),
    "flat": Family(("x", "y"), ("a",), lambda w, p: p[0] * 0 + 3),
    "mixed": Family(("x", "y"), ("a",), lambda w, p: 3 - w[0] * p[0] / 7 + (w[1] - w[1])),
}


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_exact_derivatives(name):
    family = CASES[name]
    n, q = len(family.variables), len(family.parameters)
    random.seed(5)
    number = lambda: Fraction(random.randint(-30, 30), random.randint(1, 9))  # noqa: E731
    weights, values, rates = [number() for _ in range(n)], [number() for _ in range(q)], [number() for _ in range(q)]
    at = [flint.fmpq(w.numerator, w.denominator) for w in weights]

    def exact(polynomial):
        value = polynomial(*at)
        return Fraction(int(value.p), int(value.q))

    loss = Loss(family, tuple(values))
    compiled = programs(family)
    slopes = [exact(g) for g in gradient(loss)]
    curvature = [exact(hessian(loss)[i][j]) for i in range(n) for j in range(i, n)]
    assert evaluate(compiled.gradient, weights, values) == slopes
    assert evaluate(compiled.gradient_hessian, weights, values) == slopes + curvature
    shifted = [[p + s * r for p, r in zip(values, rates)] for s in (1, -1)]
    # The gradient is at most quadratic in the parameters here, so the central difference is exact.
    plus, minus = (evaluate(compiled.gradient, weights, p) for p in shifted)
    if name != "quartic":
        assert evaluate(compiled.rate, weights, values, rates) == [(a - b) / 2 for a, b in zip(plus, minus)]


def test_rate_of_a_nonlinear_parameter():
    family = CASES["quartic"]
    w, p, r = [Fraction(2), Fraction(-3, 2), Fraction(1, 3)], [Fraction(5, 7), Fraction(2)], [Fraction(1), Fraction(-4)]
    step = Fraction(1, 10**6)
    moved = [[a + k * step * b for a, b in zip(p, r)] for k in (1, -1)]
    plus, minus = (evaluate(programs(family).gradient, w, m) for m in moved)
    central = [(a - b) / (2 * step) for a, b in zip(plus, minus)]
    assert [float(v) for v in evaluate(programs(family).rate, w, p, r)] == pytest.approx([float(v) for v in central], rel=1e-9)


def test_programs_are_short():
    assert len(programs(CASES["2-2-2"]).gradient_hessian) <= 170
    assert len(programs(LinearMoments((3, 3, 3)).family()).gradient_hessian) <= 700


def test_targets_never_alias_operands():
    program = programs(CASES["2-2-2"]).gradient_hessian
    assert np.all(program.target != program.left) and np.all(program.target != program.right)
    assert program.registers < program.inputs + len(program.constants) + len(program.outputs) + 40


@pytest.mark.parametrize("ring", [complex, flint.acb, mpmath.mpf, lambda v: np.full(3, float(v))])
def test_runs_over_other_rings(ring):
    family = CASES["quartic"]
    w, p = [2.0, -1.5, 0.25], [0.5, 2.0]
    expected = [float(v) for v in evaluate(programs(family).gradient_hessian, map(Fraction, w), map(Fraction, p))]
    got = evaluate(programs(family).gradient_hessian, [ring(v) for v in w], [ring(v) for v in p])
    assert [complex(np.ravel(v)[0] if isinstance(v, np.ndarray) else v).real for v in got] == pytest.approx(expected, rel=1e-12)


def test_rejects_wrong_number_of_inputs():
    with pytest.raises(ValueError, match="takes 5 inputs, not 4"):
        evaluate(programs(CASES["quartic"]).gradient, [1, 2, 3], [4])


@pytest.mark.parametrize("number", [float, complex, np.float64, lambda x: np.array([x]), flint.acb])
def test_constants_do_not_depend_on_what_was_evaluated_before(number):
    family = Family(("x",), ("a",), lambda w, p: w[0] ** 3 / 7 + p[0] * w[0])
    program = programs(family).gradient
    for value in ("inf", "1e300", "2"):
        with np.errstate(all="ignore"):
            (slope,) = evaluate(program, [number(float(value))], [0.0])
    assert abs(complex(np.ravel([slope])[0]) - 12 / 7) < 1e-15


@pytest.mark.parametrize("kind", [Fraction, float, flint.acb, mpmath.mpf])
def test_a_program_that_is_evaluated_often_says_the_same_and_can_be_sent_to_another_process(kind):
    family = Family(("x", "y"), ("a",), lambda w, p: (w[0] * w[1] - p[0]) ** 2 / 3 + w[0] ** 3 - 2 * w[1])
    # Programs of equal families are remembered: one that nobody has evaluated.
    program = pickle.loads(pickle.dumps(programs(family).gradient_hessian))
    inputs = [[kind(3) / 7, kind(-2) / 5], [kind(1) / 3]]
    first = list(map(repr, evaluate(program, *inputs)))
    assert all(list(map(repr, evaluate(program, *inputs))) == first for _ in range(2 * OFTEN))
    assert list(map(repr, evaluate(pickle.loads(pickle.dumps(program)), *inputs))) == first
    with pytest.raises(ValueError, match="takes 3 inputs"):
        evaluate(program, inputs[0])
