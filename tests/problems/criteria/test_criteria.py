"""The losses of every criterion against a plain forward pass, cubature and formulas by hand; what they reduce to."""

import dataclasses
import itertools
import random
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.problems.criteria.entrywise import Entrywise
from critscape.problems.criteria.population import moment
from critscape.problems.criteria.squared import Squared
from critscape.problems.files.problem_file import document, read
from critscape.problems.networks.network import matrices
from critscape.problems.problem.problem import loss

NETWORKS = {
    "linear": {"family": "linear", "widths": [2, 1, 2]},
    "quadratic": {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained", "norm_regressor": True},
    "towers": {"family": "towers", "towers": [[2, 1, 2], [2, 2]]},
    "biased": {"family": "polynomial-network", "widths": [2, 1, 2], "activation": [1, "1/2", 3], "biases": True},
}
RESIDUALS = {
    "r^4": lambda r: r**4,
    "r^2/2 + r^4/10": lambda r: r**2 / 2 + r**4 / 10,
    "r^2/2 - r^4/4 + 3r^6/40": lambda r: r**2 / 2 - r**4 / 4 + 3 * r**6 / 40,
    "1 - r + (r - 1/2)^3": lambda r: 1 - r + (r - flint.fmpq(1, 2)) ** 3,
}
WEIGHTINGS = [(), ("sample_weights",), ("output_weights",), ("sample_weights", "output_weights"), ("metrics",)]


def outputs(architecture, blocks, x):
    """f_w(x) layer by layer, over any ring; ``blocks`` has one matrix per weight block."""

    def times(matrix, vector):
        return [sum(a * b for a, b in zip(row, vector)) for row in matrix]

    def chain(layers, vector):
        for layer in layers:
            vector = times(layer, vector)
        return vector

    family = architecture["family"]
    if family == "linear":
        return chain(blocks, x)
    if family == "towers":
        rest = iter(blocks)
        towers = [chain([next(rest) for _ in widths[1:]], x) for widths in architecture["towers"]]
        return [sum(column) for column in zip(*towers)]
    if family == "quadratic":
        hidden, outer, ((norm,),) = blocks
        return [sum(a * h**2 for a, h in zip(outer[0], times(hidden, x))) + norm * sum(v**2 for v in x)]
    inner, shift, outer, last = blocks
    constant, slope, square = (flint.fmpq(1), flint.fmpq(1, 2), flint.fmpq(3))
    hidden = [constant + slope * t + square * t**2 for t in (a + b[0] for a, b in zip(times(inner, x), shift))]
    return [a + b[0] for a, b in zip(times(outer, hidden), last)]


def content(name, seed, weighting=(), residual=None, samples=3):
    """A problem file with random data of small fractions."""
    draw = random.Random(seed)
    wide = 1 if name == "quadratic" else 2

    def number():
        return f"{draw.randint(-9, 9)}/{draw.randint(1, 4)}"

    def matrix():
        a, b, c = number(), number(), number()
        return [[a]] if wide == 1 else [[a, b], [b, c]]

    given = {
        "sample_weights": [number() for _ in range(samples - 1)] + ["2/3"],
        "output_weights": [number() for _ in range(wide - 1)] + ["5/4"],
        "metrics": [matrix() for _ in range(samples)],
    }
    measured = {field: given[field] for field in weighting} | ({"residual": residual} if residual else {})
    return {
        "architecture": NETWORKS[name],
        "data": {
            "inputs": [[number() for _ in range(2)] for _ in range(samples)],
            "targets": [[number() for _ in range(wide)] for _ in range(samples)],
        },
        "ridge": f"{draw.randint(0, 5)}/7",
    } | ({"loss": measured} if measured else {})


def number(text):
    return exact(Fraction(text))


def by_hand(problem, written, weights, residual=lambda r: r**2 / 2):
    """The loss from the fields of the file, at ``weights`` in any ring."""
    measured, data = written.get("loss", {}), written["data"]
    blocks = matrices(problem.network, weights)
    total = sum(number(written["ridge"]) * w**2 for w in weights) / 2
    for i, (x, y) in enumerate(zip(data["inputs"], data["targets"])):
        errors = [f - number(v) for f, v in zip(outputs(written["architecture"], blocks, [number(v) for v in x]), y)]
        if "metrics" in measured:
            rows = measured["metrics"][i]
            total += sum(a * number(rows[o][p]) * b for o, a in enumerate(errors) for p, b in enumerate(errors)) / 2
            continue
        outer = [number(t) for t in measured.get("output_weights", [1] * len(errors))]
        total += number(measured.get("sample_weights", [1] * 9)[i]) * sum(t * residual(e) for t, e in zip(outer, errors))
    return total


def check(problem, function, seed):
    """Value and gradient of the problem's loss are those of ``function`` at a random rational point, exactly (dual numbers)."""
    exact_loss, draw = loss(problem), random.Random(seed)
    point = [flint.fmpq(draw.randint(-6, 6), draw.randint(1, 3)) for _ in range(problem.dimension)]
    assert polynomial(exact_loss)(*point) == function(point)
    for j, slope in enumerate(gradient(exact_loss)):
        dual = function([flint.fmpq_poly([w, int(i == j)]) for i, w in enumerate(point)])
        assert slope(*point) == dual[1]


@pytest.mark.parametrize("weighting", WEIGHTINGS, ids="+".join)
@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_squared_errors(name, weighting, seed):
    written = content(name, seed, weighting)
    problem = read(written)
    assert isinstance(problem.criterion, Squared) and read(document(problem)) == problem
    check(problem, lambda w: by_hand(problem, written, w), seed)


@pytest.mark.parametrize("weighting", WEIGHTINGS[:4], ids="+".join)
@pytest.mark.parametrize("residual", RESIDUALS)
@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_polynomials_of_residuals(name, residual, weighting, seed):
    written = content(name, seed, weighting, residual, samples=2)
    problem = read(written)
    assert isinstance(problem.criterion, Entrywise) and read(document(problem)) == problem
    check(problem, lambda w: by_hand(problem, written, w, RESIDUALS[residual]), seed)


TEACHERS = {
    "linear": {"architecture": {"family": "linear", "widths": [2, 2]}, "weights": [[[1, "-1/2"], [2, 3]]]},
    "towers": {"architecture": {"family": "linear", "widths": [2, 1, 2]}, "weights": [[["1/3", 1]], [[2], [-1]]]},
    "quadratic": {"architecture": {"family": "quadratic", "inputs": 2, "units": 2, "output": [1, -1]}, "weights": [[[1, 2], ["1/2", 3]]]},
    "biased": {"architecture": {"family": "linear", "widths": [2, 2]}, "weights": [[[1, "-1/2"], [2, 3]]]},
}
COVARIANCES = [None, [[2, 1], [1, 1]], [[4, 2], [2, 1]], [["1/2", 0], [0, 0]]]


def population(name, covariance, ridge="1/3"):
    described = {"inputs": "gaussian", "teacher": TEACHERS[name]} | ({"covariance": covariance} if covariance else {})
    return {"architecture": NETWORKS[name], "data": {"population": described}, "ridge": ridge}


@pytest.mark.parametrize("covariance", COVARIANCES, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_populations_against_gauss_hermite_cubature(name, covariance):
    # Exact in exact arithmetic: 8 nodes integrate the degree 15, and f² has at most 8.
    problem = read(population(name, covariance))
    assert read(document(problem)) == problem
    teacher = TEACHERS[name]["architecture"]
    true = [np.array([[float(Fraction(a)) for a in row] for row in block]) for block in TEACHERS[name]["weights"]]
    sigma = np.array([[float(Fraction(a)) for a in row] for row in covariance]) if covariance else np.eye(2)
    values, vectors = np.linalg.eigh(sigma)
    root = vectors * np.sqrt(np.maximum(values, 0))
    nodes, heights = np.polynomial.hermite_e.hermegauss(8)

    def target(x):
        return (
            [(true[0][0] @ x) ** 2 - (true[0][1] @ x) ** 2]
            if teacher["family"] == "quadratic"
            else np.linalg.multi_dot([*reversed(true), x])
        )

    def floating(w):
        def student(x):
            if name == "biased":
                inner, shift, outer, last = map(np.array, matrices(problem.network, w))
                t = inner @ x + shift[:, 0]
                return outer @ (1 + t / 2 + 3 * t**2) + last[:, 0]
            return outputs(NETWORKS[name], matrices(problem.network, w), list(x))

        total = sum(w * w) / 6
        for (u, a), (v, b) in itertools.product(zip(nodes, heights), repeat=2):
            x = root @ np.array([u, v])
            total = total + a * b / (2 * np.pi) * sum((f - g) ** 2 for f, g in zip(student(x), target(x))) / 2
        return total

    exact_loss, draw = loss(problem), np.random.default_rng(3)
    w = draw.integers(-4, 5, problem.dimension) / 2
    point = [exact(Fraction(v)) for v in w.tolist()]
    assert float(Fraction(str(polynomial(exact_loss)(*point)))) == pytest.approx(floating(w), rel=1e-9)
    for j, slope in enumerate(gradient(exact_loss)):
        step = w + 1e-30j * np.eye(len(w))[j]
        assert float(Fraction(str(slope(*point)))) == pytest.approx(floating(step).imag / 1e-30, rel=1e-9, abs=1e-8)


@pytest.mark.parametrize(
    ("covariance", "gamma", "expected"),
    [
        # Isserlis: E x₁²x₂² = Σ₁₁Σ₂₂ + 2Σ₁₂², E x₁³x₂ = 3Σ₁₁Σ₁₂, E x₁⁶ = 15Σ₁₁³, E x₁⁴x₂² = 3Σ₁₁²Σ₂₂ + 12Σ₁₁Σ₁₂².
        (((2, 1), (1, 3)), (2, 2), 2 * 3 + 2), (((2, 1), (1, 3)), (3, 1), 6), (((2, 1), (1, 3)), (6, 0), 120),
        (((2, 1), (1, 3)), (4, 2), 36 + 24), (((2, 1), (1, 3)), (1, 2), 0), (((2, 1), (1, 3)), (0, 0), 1),
        (((1, 1, 0), (1, 2, -1), (0, -1, 3)), (1, 1, 2), 1 * 3 + 2 * 0 * -1), (((0, 0), (0, 1)), (2, 2), 0),
    ],
)  # fmt: skip
def test_moments_of_a_gaussian(covariance, gamma, expected):
    assert moment(tuple(tuple(map(Fraction, row)) for row in covariance), gamma) == expected


@pytest.mark.parametrize("covariance", COVARIANCES, ids=str)
def test_the_population_of_a_linear_network_is_a_weighted_distance(covariance):
    problem = read(population("linear", covariance))
    sigma = flint.fmpq_mat([[number(a) for a in row] for row in covariance or [[1, 0], [0, 1]]])
    truth = flint.fmpq_mat([[number(a) for a in row] for row in TEACHERS["linear"]["weights"][0]])

    def distance(w):
        first, second = matrices(problem.network, w)
        gap = [[sum(row[k] * first[k][j] for k in range(len(first))) - truth[i, j] for j in range(2)] for i, row in enumerate(second)]
        trace = sum(row[j] * sigma[j, k] * row[k] for row in gap for j in range(2) for k in range(2))
        return trace / 2 + sum(v**2 for v in w) / 6

    check(problem, distance, 5)


def test_a_population_is_the_data_set_with_the_same_second_moments():
    # Σ x xᵀ over (1, 1) and (1, 0) is the covariance; the linear teacher gives the targets.
    expected = read(population("linear", [[2, 1], [1, 1]]))
    truth = [[Fraction(a) for a in row] for row in TEACHERS["linear"]["weights"][0]]
    inputs = [[1, 1], [1, 0]]
    targets = [[str(sum(a * b for a, b in zip(row, x))) for row in truth] for x in inputs]
    sampled = read({"architecture": NETWORKS["linear"], "data": {"inputs": inputs, "targets": targets}, "ridge": "1/3"})
    assert polynomial(loss(expected)) == polynomial(loss(sampled))


TYPED = ["(x^2 - 1)^2 + x*y/3 + y^4", "(x*y - 1)^2 + (x - 1)^2", "x^3 - 3*x*y^2 + 2.5*z", "(x + y + z)^5/7 - x^2*y^2*z"]


@pytest.mark.parametrize("text", TYPED)
def test_typed_losses_against_sympy(text):
    problem = read({"architecture": {"family": "polynomial", "variables": ["x", "y", "z"], "loss": text}, "ridge": ["1/2", 0, 3]})
    x, y, z = symbols = sympy.symbols("x y z")
    expected = sympy.Poly(sympy.sympify(text.replace("^", "**"), rational=True) + x**2 / 4 + 3 * z**2 / 2, x, y, z, domain="QQ")
    exact_loss = loss(problem)

    def same(found, form):
        terms = {tuple(map(int, alpha)): Fraction(int(c.p), int(c.q)) for alpha, c in found.to_dict().items()}
        return terms == {alpha: Fraction(int(c.p), int(c.q)) for alpha, c in sympy.Poly(form, *symbols).terms() if c}

    assert same(polynomial(exact_loss), expected)
    assert all(same(slope, expected.diff(v)) for slope, v in zip(gradient(exact_loss), symbols))
    assert read(document(problem)) == problem and problem.samples == 0


@pytest.mark.parametrize("name", NETWORKS)
def test_equal_weights_are_a_scaled_ridge(name):
    written = content(name, 4) | {"ridge": "3/7"}
    plain = polynomial(loss(read(written | {"ridge": "1/7"})))
    wide = len(written["data"]["targets"][0])
    for field, count in (("sample_weights", 3), ("output_weights", wide)):
        assert polynomial(loss(read(written | {"loss": {field: [3] * count}}))) == 3 * plain


@pytest.mark.parametrize("name", NETWORKS)
def test_diagonal_metrics_are_products_of_weights(name):
    written = content(name, 4)
    samples, outer = [2, "1/3", -5], [7, "-1/2"][: len(written["data"]["targets"][0])]
    metrics = [[[str(Fraction(s) * Fraction(t)) if o == p else 0 for p in range(len(outer))] for o, t in enumerate(outer)] for s in samples]
    weighted, general = (
        polynomial(loss(read(written | {"loss": measured})))
        for measured in ({"sample_weights": samples, "output_weights": outer}, {"metrics": metrics})
    )
    assert weighted == general


@pytest.mark.parametrize("residual", [None, "r^4 - r"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_sample_of_weight_two_counts_twice(name, residual):
    written = content(name, 8, (), residual)
    data = {field: [rows[0], *rows] for field, rows in written["data"].items()}
    twice = polynomial(loss(read(written | {"data": data})))
    assert twice == polynomial(loss(read(written | {"loss": {**written.get("loss", {}), "sample_weights": [2, 1, 1]}})))


@pytest.mark.parametrize("text", ["r^2/2", "0.5 r^2", "(r + 1)^2/2 - r - 1/2", "r*r/2"])
def test_half_the_square_is_the_squared_loss(text):
    written = content("linear", 2)
    typed = read(written | {"loss": {"residual": text, "sample_weights": [1, 2, 3]}})
    assert typed == read(written | {"loss": {"sample_weights": [1, 2, 3]}})
    assert read(written | {"loss": {"residual": text}}) == read(written)


@pytest.mark.parametrize("name", NETWORKS)
def test_entrywise_squares_are_the_squared_loss(name):
    problem = read(content(name, 6))
    square = Entrywise((Fraction(0), Fraction(0), Fraction(1, 2)))
    assert polynomial(loss(dataclasses.replace(problem, criterion=square))) == polynomial(loss(problem))
