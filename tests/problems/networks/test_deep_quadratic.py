"""Deep quadratic networks: the loss against a plain forward pass, counts against elimination and PHCpack, closed forms, `quadratic`."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack import engine as phcpy_engine
from critscape.algebra.polynomial.loss import exact, gradient, polynomial
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)

SHAPES = [
    DeepQuadratic((2, 1), (2,)),
    DeepQuadratic((3, 2), (2,), (1,)),
    DeepQuadratic((1, 1, 1), (1, 1), (1, 2), True),
    DeepQuadratic((2, 2, 2), (1, 2), (2,)),
    DeepQuadratic((2, 2, 1), (2, 1), (1,), True),
    DeepQuadratic((2, 1, 2, 1), (1, 1, 1), (1, 3), True),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_a_forward_pass(shape, seed):
    problem = random_problem(shape, 3, seed)
    rng = np.random.default_rng(seed)
    point = [exact(Fraction(int(x), 3)) for x in rng.integers(-3, 4, problem.dimension)]
    assert polynomial(loss(problem))(*point) == forward_loss(problem, [fmpq_poly([w]) for w in point])[0]
    # L(w + ε e_i) as a polynomial in ε: its linear coefficient is ∂L/∂w_i.
    for i, slope in enumerate(gradient(loss(problem))):
        assert slope(*point) == forward_loss(problem, [fmpq_poly([w, int(j == i)]) for j, w in enumerate(point)])[1]


def forward_loss(problem, weights):
    """L of weights that are polynomials in ε, sample by sample and layer by layer."""
    network = problem.network
    total = sum((exact(strength) * w * w for strength, w in zip(problem.ridge, weights)), fmpq_poly([0]))
    for sample, target in zip(problem.inputs, problem.targets):
        rest = iter(matrices(network, weights))
        x = h = [fmpq_poly([exact(entry)]) for entry in sample]
        for layer in range(1, len(network.widths)):
            squares = [dot(row, h) ** 2 for row in next(rest)]
            out = [dot(row, squares) for row in next(rest)]
            if layer in network.norm_layers:
                out = [entry + s * dot(h, h) for entry, (s,) in zip(out, next(rest))]
            h = out
        if network.input_norm:
            h = [entry + s * dot(x, x) ** (2 ** (len(network.widths) - 2)) for entry, (s,) in zip(h, next(rest))]
        assert next(rest, None) is None
        total += sum(((entry - exact(y)) ** 2 for entry, y in zip(h, target)), fmpq_poly([0]))
    return total / 2


def dot(left, right):
    return sum((a * b for a, b in zip(left, right)), fmpq_poly([0]))


def counts(network, samples, seed=9, engine="batch"):
    result = solve(random_problem(network, samples, seed), Options(engine=engine)).document
    assert result["status"] == "complete"
    return result["counts"]


@needs_msolve
@pytest.mark.parametrize(
    ("shape", "samples", "count"),
    [
        (DeepQuadratic((1, 1), (1,)), 1, 9),
        (DeepQuadratic((2, 1), (1,), (1,)), 2, 33),
        (DeepQuadratic((1, 2), (1,), (1,)), 2, 17),
        (DeepQuadratic((2, 2), (1,)), 1, 17),
        pytest.param(DeepQuadratic((2, 2), (1,)), 2, 81, marks=pytest.mark.slow),
        pytest.param(DeepQuadratic((1, 1, 1), (1, 1)), 1, 129, marks=pytest.mark.slow),
    ],
    ids=lambda value: getattr(value, "title", str(value)),
)
def test_counts_agree_with_elimination(shape, samples, count):
    problem = random_problem(shape, samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.phcpy
@pytest.mark.skipif(not phcpy_engine.available(), reason="phcpy is not installed (Debian's python3-phcpy)")
def test_counts_agree_with_phcpack():
    shape = DeepQuadratic((1, 2), (1,))
    assert counts(shape, 2) == counts(shape, 2, engine="phcpy")


@pytest.mark.parametrize("depth", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("input_norm", [False, True])
def test_layers_of_width_one_have_a_closed_count(depth, input_norm):
    # f = x^(2^H) ∏ w_h^{e_h}: w_h² = e_h z/λ_h with z = f(y − f), so f² = C z^E with E = Σ e_h = 3(2^H − 1), which has 2E − 2
    # solutions f ≠ 0; half of the 2^(2H) choices of signs have the sign of f. The origin is the one point more. With the norm of a
    # scalar x as a regressor the best s is a multiple of the residual, and what is left is a multiple of the same loss.
    norms = () if depth > 1 or not input_norm else (1,)
    network = DeepQuadratic((1,) * (depth + 1), (1,) * depth, norms, input_norm and depth > 1)
    assert counts(network, 2, 4)["complex"] == 1 + (3 * (2**depth - 1) - 1) * 4**depth


def test_one_sample_does_not_see_the_input_dimension():
    # The first layer enters through w·x alone, whose best w is a multiple of x/λ.
    assert counts(DeepQuadratic((2, 1, 1), (1, 1)), 1)["complex"] == 129


@pytest.mark.parametrize(
    ("norms", "count"), [((1,), 225), *(pytest.param(*norms, marks=pytest.mark.slow) for norms in (((2,), 273), ((1, 2), 441)))]
)
def test_norms_inside(norms, count):
    # Of a scalar x only x⁴ is seen: neither the number of samples matters nor ‖x‖⁴ as a regressor.
    found = [counts(DeepQuadratic((1, 1, 1), (1, 1), norms, last), 1 + last)["complex"] for last in (False, True)]
    assert found == [count, count]


@pytest.mark.parametrize(
    ("inputs", "units", "norm", "samples", "count"),
    [(1, 1, False, 1, 9), (2, 1, False, 1, 9), (2, 1, False, 2, 33), (1, 2, False, 2, 33), (1, 1, True, 1, 9), (2, 1, True, 3, 33)],
)
def test_one_layer_is_a_quadratic_network(inputs, units, norm, samples, count):
    deep = random_problem(DeepQuadratic((inputs, 1), (units,), (1,) if norm else ()), samples, 5)
    known = dataclasses.replace(deep, network=Quadratic(inputs, units, None, norm))
    one, other = (solve(p, Options(engine="batch")).document for p in (deep, known))
    assert one["status"] == "complete" and one["counts"] == other["counts"] and one["counts"]["complex"] == count


@pytest.mark.parametrize(("shape", "order"), [(DeepQuadratic((2, 1), (1,), (1,)), 2), (DeepQuadratic((1, 1, 1), (1, 1), (1,)), 8)])
def test_symmetries_are_signs(shape, order):
    # Those of the rows of W_l, and those of the entries of h_l inside, of which only squares are used.
    result = solve(random_problem(shape, 1, 3), Options(engine="batch")).document
    assert result["symmetry"]["order"] == order


def test_reasons_of_critical_sets_that_are_not_finite():
    def reason(shape, ridge):
        return shape.infinite_reason(matrices(shape, ridge))

    one, plain, normed = DeepQuadratic((1, 1), (2,)), DeepQuadratic((1, 2, 1), (1, 1)), DeepQuadratic((1, 2, 1), (1, 1), (1, 2))
    assert reason(one, [0, 1, 0, 1]).startswith("the ridge is zero around a unit of layer 1")
    assert reason(one, [1, 1, 0, 0]) == "the ridge is zero on L1, which leaves directions in which the loss is flat"
    assert reason(one, [0, 0, 1, 1]) is None
    # Blocks W1 (1×1), L1 (2×1), s1 (2×1) if there, W2 (1×2), L2 (1×1), s2 (1×1) if there.
    assert "O(2)" in reason(plain, [1, 2, 2, 3, 3, 1]) and "O(2)" in reason(normed, [1, 2, 2, 4, 4, 3, 3, 1, 1])
    assert reason(plain, [1, 2, 2, 3, 4, 1]) is reason(normed, [1, 2, 2, 4, 5, 3, 3, 1, 1]) is None
    assert reason(plain, [1, 0, 2, 0, 3, 1]).startswith("the ridge is zero around an output of layer 1")
    assert reason(normed, [1, 0, 2, 0, 3, 0, 3, 1, 1]) is None
    assert reason(normed, [1, 2, 3, 0, 0, 3, 4, 1, 1]).startswith("the ridge is zero on s1")
    # A scalar h_1 is held by s_2 ‖h_1‖², and the last regressor by the data.
    scalar = DeepQuadratic((1, 1, 1), (1, 1), (1, 2), True)
    assert reason(scalar, [1, 1, 0, 1, 1, 1, 0]) is None and reason(scalar, [1, 1, 0, 1, 1, 0, 0]).startswith("the ridge is zero on s2")


def test_a_ridge_that_is_zero_on_a_block():
    def solved(shape, *ridge):
        return solve(random_problem(shape, 2, 1, tuple(map(Fraction, ridge))), Options(engine="batch")).document

    flat = solved(DeepQuadratic((1, 1), (1,)), 1, 0)
    assert flat["status"] == "not-finite" and flat["reason"].startswith("the ridge is zero on L1")
    # s_1 without a ridge leaves a residual orthogonal to x², so that W_1 and L_1 vanish: one point.
    held = solved(DeepQuadratic((1, 1), (1,), (1,)), 1, 1, 0)
    assert (held["status"], held["counts"]["complex"]) == ("complete", 1)


def test_files():
    content = {"family": "deep-quadratic", "widths": [2, 1, 1], "units": [3, 2], "norm_layers": [1, 2], "input_norm": True}
    shape = network_from({**content, "norm_layers": [2, 1]})
    assert (shape.document(), shape.title) == (content, "deep quadratic 2-1-1, units 3-2, s1, s2, s3")
    assert [block.name for block in shape.blocks] == ["W1", "L1", "s1", "W2", "L2", "s2", "s3"]
    problem = random_problem(shape, 2, 1)
    assert read(document(problem)) == problem
    assert network_from({"family": "deep-quadratic", "widths": [2, 1], "units": [1]}) == DeepQuadratic((2, 1), (1,))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widths": [2]}, "architecture.widths: expected a list of two or more positive integers"),
        ({"widths": [2, 0, 1]}, r"architecture.widths\[1\]: expected a positive integer"),
        ({"units": [1]}, "architecture.units: expected one number per layer, so 2, got"),
        ({"units": []}, "architecture.units: expected a list of one positive integer per layer"),
        ({"norm_layers": [3]}, r"architecture.norm_layers\[0\]: expected a layer between 1 and 2, got 3"),
        ({"norm_layers": [0]}, r"architecture.norm_layers\[0\]: expected the number of a layer, from 1"),
        ({"norm_layers": [1, 1]}, "architecture.norm_layers: expected a list of different layers"),
        ({"input_norm": 1}, "architecture.input_norm: expected true or false"),
        ({"widths": [2, 1], "units": [1], "input_norm": True}, "architecture.input_norm: expected false with one layer"),
        ({"widths": [1] * 8, "units": [1] * 7}, "architecture: expected a degree in x of at most 100"),
        ({"widths": [9, 1, 1, 1], "units": [1, 1, 1]}, "architecture: expected a degree in x of at most 100 and at most 1000 monomials"),
        ({"biases": True}, "architecture"),
    ],
    ids=str,
)
def test_bad_input(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "deep-quadratic", "widths": [2, 1, 1], "units": [1, 1], **change})
