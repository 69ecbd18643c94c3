"""Linear autoencoders: loss and gradient by back-propagation, counts against elimination, closed forms for whitened data."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.engine import available
from critscape.algebra.polynomial.loss import gradient, polynomial
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.autoencoder import Autoencoder
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import matrices
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

TIED, UNTIED = True, False


def autoencoding(network, samples, seed):
    """A random problem whose targets are its inputs."""
    problem = random_problem(network, samples, seed)
    return dataclasses.replace(problem, targets=problem.inputs)


def exactly(form, point):
    value = form(*[int(x) for x in point])
    return Fraction(int(value.p), int(value.q))


@pytest.mark.parametrize("sizes", [(1, 1, TIED), (3, 2, TIED), (2, 3, TIED), (2, 1, UNTIED), (3, 2, UNTIED)], ids=str)
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_loss_and_gradient_are_those_of_back_propagation(sizes, seed):
    problem = random_problem(Autoencoder(*sizes), 3, seed)
    exact, rng = loss(problem), np.random.default_rng(seed)
    point = [Fraction(int(x)) for x in rng.integers(-3, 4, problem.dimension)]
    d, k, tied = sizes
    inner = np.array(point[: k * d], dtype=object).reshape(k, d)
    outer = inner.T if tied else np.array(point[k * d :], dtype=object).reshape(d, k)
    total, inward, outward = Fraction(0), 0 * inner, 0 * outer
    for x, y in zip(np.array(problem.inputs, dtype=object), np.array(problem.targets, dtype=object)):
        error = outer @ (inner @ x) - y
        total += error @ error / 2
        inward, outward = inward + np.outer(outer.T @ error, x), outward + np.outer(error, inner @ x)
    slopes = (inward + outward.T).ravel() if tied else np.concatenate([inward.ravel(), outward.ravel()])
    ridge = problem.ridge
    assert exactly(polynomial(exact), point) == total + sum(s * w * w for s, w in zip(ridge, point)) / 2
    assert [exactly(slope, point) for slope in gradient(exact)] == [x + s * w for x, s, w in zip(slopes, ridge, point)]


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
@pytest.mark.parametrize(
    ("network", "samples", "count"),
    [
        (Autoencoder(1, 2), 2, 5),
        (Autoencoder(2, 1), 1, 7),
        (Autoencoder(2, 1), 2, 9),
        (Autoencoder(3, 1), 2, 17),
        (Autoencoder(2, 2), 2, 33),
        (Autoencoder(2, 1, UNTIED), 2, 17),
    ],
    ids=lambda value: getattr(value, "title", value),
)
def test_counts_agree_with_elimination(network, samples, count):
    problem = autoencoding(network, samples, 9)
    result = solve(problem, Options(engine="batch", cross_check=True)).document
    assert result["status"] == "complete" and result["levels"]["complex"] == "proved"
    assert result["counts"]["complex"] == count
    assert all(entry["holds"] is not False for entry in result["evidence"].values())
    assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@pytest.mark.phcpy
@pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)")
def test_counts_agree_with_phcpy():
    problem = autoencoding(Autoencoder(2, 1), 2, 9)
    ours, theirs = (solve(problem, Options(engine=engine)).document for engine in ("batch", "phcpy"))
    assert ours["status"] == theirs["status"] == "complete" and ours["counts"] == theirs["counts"]


@pytest.mark.parametrize("samples", [1, 2, 4])
@pytest.mark.parametrize(("network", "order"), [(Autoencoder(3, 1), 2), (Autoencoder(2, 2), 4), (Autoencoder(2, 1, UNTIED), 2)], ids=str)
def test_few_samples_and_symmetries(network, order, samples):
    # Ridges that differ leave the signs of the hidden units.
    problem = autoencoding(network, samples, samples)
    assert solve(problem, Options(engine="batch", seed=samples)).document["status"] == "complete"
    assert symmetry_group(loss(problem)).order == order


@pytest.mark.parametrize(
    ("inputs", "targets", "strength", "real"), [((1, 2), (1, 2), 3, 3), ((1, 2), (1, 2), 11, 1), ((1, 2), (-1, 1), 3, 1)]
)
def test_one_input_and_one_tied_unit(inputs, targets, strength, real):
    # L = ½ Σ(w²x − y)² + ½λw²: w = 0 or w² = (T − λ/2)/S with S = Σx², T = Σxy.
    column = [tuple((Fraction(v),) for v in values) for values in (inputs, targets)]
    result = solve(least_squares(Autoencoder(1, 1), *column, (Fraction(strength),)), Options(engine="batch")).document
    assert result["status"] == "complete" and (result["counts"]["complex"], result["counts"]["real"]) == (3, real)
    square = Fraction(sum(x * y for x, y in zip(inputs, targets))) - Fraction(strength, 2)
    expected = sorted({0.0, *(sign * float(square / 5) ** 0.5 for sign in (1, -1) if square > 0)})
    assert sorted(float(entry["point"][0]) for entry in result["critical_points"]) == pytest.approx(expected)


def whitened(ridge):
    """XᵀX = 1, targets = inputs, one tied unit."""
    size = len(ridge)
    identity = tuple(tuple(Fraction(i == j) for j in range(size)) for i in range(size))
    return least_squares(Autoencoder(size, 1), identity, identity, tuple(map(Fraction, ridge)))


@pytest.mark.parametrize("ridge", [("1/2", "3/2"), ("1/2", 3), (3, 4), pytest.param(("1/3", 3, "3/2"), marks=pytest.mark.slow)], ids=str)
def test_whitened_data_have_a_closed_count(ridge):
    # L = ½(‖w‖⁴ − 2‖w‖² + d) + ½Σλ_j w_j² has ∂L/∂w_j = w_j (2‖w‖² − 2 + λ_j): with distinct λ_j ≠ 2 the origin, of index
    # #{j: λ_j < 2}, and ± one point on each axis, w_j² = 1 − λ_j/2, where the Hessian is diagonal with λ_i − λ_j and 4 w_j².
    result = solve(whitened(ridge), Options(engine="batch")).document
    strengths = [Fraction(strength) for strength in ridge]
    low = [strength for strength in strengths if strength < 2]
    indices = [len(low)] + 2 * [sum(other < strength for other in low) for strength in low]
    assert result["status"] == "complete"
    assert (result["counts"]["complex"], result["counts"]["real"]) == (1 + 2 * len(ridge), 1 + 2 * len(low))
    assert {int(index): count for index, count in result["counts"]["by_index"].items() if count} == {
        index: indices.count(index) for index in indices
    }


def test_whitened_data_with_equal_ridges_have_a_sphere():
    result = solve(whitened(("1/2", "1/2", "1")), Options(engine="batch")).document
    assert result["status"] == "not-finite"


def test_untied_is_linear():
    problem = autoencoding(Autoencoder(2, 1, UNTIED), 2, 5)
    twin = dataclasses.replace(problem, network=Linear((2, 1, 2)))
    one, two = (solve(each, Options(engine="batch")).document for each in (problem, twin))
    assert one["status"] == "complete" and one["counts"] == two["counts"] and one["counts"]["complex"] == 17


def test_reasons_for_infinitely_many_points():
    def reason(network, ridge):
        return network.infinite_reason(matrices(network, ridge)) or ""

    assert "rotations O(2)" in reason(Autoencoder(2, 2), (1, 2, 1, 2))
    assert reason(Autoencoder(2, 2), (1, 2, 2, 1)) == ""
    assert "the ridge is zero on W," in reason(Autoencoder(2, 1), (0, 0))
    assert "rotations O(2)" in reason(Autoencoder(1, 2, UNTIED), (1, 1, 3, 3))
    assert "rescaling" in reason(Autoencoder(1, 1, UNTIED), (0, 0))
    problem = dataclasses.replace(autoencoding(Autoencoder(2, 2), 2, 1), ridge=(Fraction(1, 9), Fraction(1, 7)) * 2)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "not-finite" and "rotations O(2)" in result["reason"]


def test_files():
    content = {"family": "autoencoder", "inputs": 3, "hidden": 2, "tied": False}
    assert network_from(content).document() == content
    assert network_from({"family": "autoencoder", "inputs": 3, "hidden": 2}) == Autoencoder(3, 2, TIED)
    assert (Autoencoder(3, 2).title, Autoencoder(3, 2, UNTIED).title) == ("autoencoder 3-2-3, tied", "autoencoder 3-2-3")
    for tied in (TIED, UNTIED):
        problem = random_problem(Autoencoder(2, 1, tied), 2, 1)
        assert read(document(problem)) == problem


@pytest.mark.parametrize("tied", [TIED, UNTIED])
def test_targets_are_the_inputs_unless_others_are_given(tied):
    problem = autoencoding(Autoencoder(2, 1, tied), 3, 1)
    content = document(problem)
    assert read({**content, "data": {"inputs": content["data"]["inputs"]}}) == problem


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": 0}, "architecture.inputs: expected a positive integer"),
        ({"hidden": "2"}, "architecture.hidden: expected a positive integer"),
        ({"tied": 1}, "architecture.tied: expected true"),
        ({"widths": [2, 1]}, "architecture"),
    ],
    ids=str,
)
def test_bad_architectures(change, message):
    with pytest.raises(BadInput, match=message):
        network_from({"family": "autoencoder", "inputs": 2, "hidden": 1, **change})
