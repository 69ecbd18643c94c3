"""Properties of every answer, on random rational problems."""

from fractions import Fraction

import numpy as np
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from critscape.algebra.polynomial.loss import gradient, terms
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

NUMBERS = st.fractions(-4, 4, max_denominator=5)
RIDGES = st.fractions(Fraction(1, 10), 3, max_denominator=10)
NETWORKS = st.sampled_from(
    [Linear((1, 1, 1)), Linear((2, 1, 1)), Linear((1, 2, 1)), Linear((1, 1, 1, 1)), Quadratic(2, 1, (Fraction(1),)), Quadratic(1, 1, None)]
)


@st.composite
def problems(draw):
    network, samples = draw(NETWORKS), draw(st.integers(1, 3))

    def rows(width):
        return tuple(tuple(draw(NUMBERS) for _ in range(width)) for _ in range(samples))

    weights = sum(block.size for block in network.blocks)
    return least_squares(network, rows(network.inputs), rows(network.outputs), tuple(draw(RIDGES) for _ in range(weights)))


@given(problems(), st.integers(0, 1000))
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
def test_answers_keep_their_promises(problem, seed):
    result = solve(problem, Options(engine="batch", seed=seed)).document
    counts, paths = result["counts"], result["paths"]
    assert paths["tracked"] == sum(paths[fate] for fate in ("finished", "at_infinity", "singular", "failed"))
    if result["status"] != "complete":
        assert result["reason"]
        return
    assert sum((-1) ** int(index) * number for index, number in counts["by_index"].items()) == 1
    assert (counts["complex"] - counts["real"]) % 2 == 0
    assert counts["complex"] <= min(result["bounds"].values())
    assert counts["degenerate"] == paths["failed"] == paths["singular"] == 0
    lowest = min(float(point["loss"]) for point in result["critical_points"])
    for point in result["critical_points"]:
        values = [Fraction(value) for value in point["point"]]
        assert max(abs(evaluated(slope, values)) for slope in gradient(loss(problem))) < 1e-25
        assert point["index"] == np.sum(np.linalg.eigvalsh(finite_hessian(problem, values)) < 0)
        assert point["global_minimum"] == (float(point["loss"]) == lowest and point["index"] == 0)


def evaluated(polynomial, values):
    """An expanded polynomial at a rational point, term by term."""
    total = Fraction(0)
    for exponents, coefficient in terms(polynomial).items():
        term = coefficient
        for value, exponent in zip(values, exponents):
            term *= value**exponent
        total += term
    return total


def finite_hessian(problem, values):
    """The Hessian in double precision by differentiating the gradient once more."""
    slopes = gradient(loss(problem))
    n = len(values)
    return np.array([[float(evaluated(slopes[i].derivative(j), values)) for j in range(n)] for i in range(n)])


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=6, suppress_health_check=list(HealthCheck))
def test_width_one_networks_against_a_groebner_basis(seed):
    draw = np.random.default_rng(seed)
    numbers = [Fraction(int(draw.integers(1, 9)), int(draw.integers(1, 5))) for _ in range(4)]
    problem = least_squares(Linear((1, 1, 1)), ((numbers[0],),), ((-numbers[1],),), (numbers[2], numbers[3]))
    x, y = sympy.symbols("x y")
    system = [
        sympy.Poly({a: sympy.Rational(c.numerator, c.denominator) for a, c in terms(slope).items()}, x, y)
        for slope in gradient(loss(problem))
    ]
    basis = sympy.groebner(system, x, y, order="lex")
    eliminant = sympy.Poly(basis.exprs[-1], y)
    distinct = sympy.quo(eliminant, sympy.gcd(eliminant, eliminant.diff(y)))
    result = solve(problem, Options(engine="batch", seed=seed)).document
    # y separates the points here: each non-zero y determines x, and y = 0 forces x = 0.
    assert result["counts"]["complex"] == sympy.degree(distinct, y)
    if result["counts"]["degenerate"] == 0:
        assert result["counts"]["real"] == sympy.Poly(distinct, y).count_roots()
