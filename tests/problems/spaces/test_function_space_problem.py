"""Critical points on spaces of functions: Eckart–Young counts and indices, quadratic forms against their networks, refusals."""

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest

from critscape.algebra.elimination import msolve
from critscape.algebra.polynomial.loss import polynomial
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.low_rank import LowRank, frame
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.networks.families.symmetric_low_rank import SymmetricLowRank
from critscape.problems.networks.families.towers import Towers
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.problems.spaces.function_space_problem import in_function_space
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def distance(network, matrix):
    """Half the squared Frobenius distance of M from a matrix: the samples are the unit vectors, the targets its columns."""
    n = network.inputs
    inputs = tuple(tuple(Fraction(int(i == j)) for j in range(n)) for i in range(n))
    targets = tuple(tuple(Fraction(row[i]) for row in matrix) for i in range(n))
    return least_squares(network, inputs, targets, (Fraction(0),) * sum(block.size for block in network.blocks))


DIAGONAL = (5, 3, 2, 1)


def diagonal(rows, columns):
    return [[DIAGONAL[i] if i == j else 0 for j in range(columns)] for i in range(rows)]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_frame_is_a_rotation(size):
    turn = frame(size)
    assert all(sum(a * b for a, b in zip(turn[i], turn[j])) == (i == j) for i in range(size) for j in range(size))


@needs_msolve
@pytest.mark.parametrize(
    ("rows", "columns", "rank"),
    [(2, 2, 1), (2, 3, 1), (3, 2, 1), (3, 3, 1), (3, 3, 2), (4, 4, 1), pytest.param(4, 4, 2, marks=pytest.mark.slow)],
)
def test_matrices_have_the_critical_points_of_eckart_and_young(rows, columns, rank):
    result = solve(distance(LowRank(columns, rows, rank), diagonal(rows, columns)), Options(engine="exact")).document
    small = min(rows, columns)
    assert (result["status"], result["function_space"]) == ("complete", {"complex": comb(small, rank), "real": comb(small, rank)})
    # At Σ_S σ_i u_i v_iᵀ each pair i ∈ S, j ∉ S with σ_j > σ_i is one direction of descent.
    others = [(set(chosen), set(range(small)) - set(chosen)) for chosen in combinations(range(small), rank)]
    expected = sorted((sum(j < i for i in kept for j in left), sum(DIAGONAL[j] ** 2 for j in left) / 2) for kept, left in others)
    found = sorted((point["index"], float(point["loss"])) for point in result["critical_points"])
    assert [index for index, _ in found] == [index for index, _ in expected]
    assert sorted(value for _, value in found) == pytest.approx(sorted(value for _, value in expected))


@needs_msolve
@pytest.mark.parametrize(("size", "rank"), [(2, 1), (3, 1), (3, 2), *(pytest.param(4, rank, marks=pytest.mark.slow) for rank in (1, 2))])
def test_symmetric_matrices_have_the_critical_points_of_eckart_and_young(size, rank):
    matrix = diagonal(size, size)
    matrix[1][1] = -matrix[1][1]
    result = solve(distance(SymmetricLowRank(size, rank, False), matrix), Options(engine="exact")).document
    assert (result["status"], result["function_space"]) == ("complete", {"complex": comb(size, rank), "real": comb(size, rank)})


@pytest.mark.parametrize(
    ("rows", "columns", "rank", "count"), [(2, 2, 1, 2), (2, 3, 1, 2), pytest.param(3, 3, 1, 3, marks=pytest.mark.slow)]
)
def test_the_batch_engine_finds_them_too(rows, columns, rank, count):
    result = solve(distance(LowRank(columns, rows, rank), diagonal(rows, columns)), Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"], result["levels"]["complex"]) == ("complete", count, "proved")


def test_quadratic_forms_are_the_functions_of_a_quadratic_network():
    problem = random_problem(Quadratic(2, 1, (Fraction(1),)), 4, 7, (Fraction(0),) * 2)
    network = solve(problem, Options(engine="batch")).document
    forms = solve(in_function_space(problem), Options(engine="batch")).document
    # w and −w have the same function, and the origin is the singular point; here the weights are only turned.
    assert network["status"] == forms["status"] == "complete"
    assert network["counts"]["complex"] == forms["counts"]["complex"] == 1 + 2 * forms["function_space"]["complex"]


def test_a_linear_network_without_bottleneck_has_all_matrices():
    problem = random_problem(Linear((2, 3, 2)), 3, 1, (Fraction(0),) * 12)
    space = in_function_space(problem)
    assert space.network == Linear((2, 2)) and solve(space, Options(engine="batch")).document["counts"]["complex"] == 1


def test_a_bottleneck_bounds_the_rank():
    problem = random_problem(Linear((3, 1, 2)), 3, 1, (Fraction(0),) * 5)
    space = in_function_space(problem)
    assert space.network == LowRank(3, 2, 1) and space.targets == problem.targets
    assert "ridge" not in document(space) and read(document(space)) == space
    assert loss(space).dimension == 1 + 3 and polynomial(loss(space)).total_degree() == 4


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        (random_problem(Linear((2, 1, 2)), 2, 1), "ridge"),
        (random_problem(Towers(((2, 1, 2), (2, 2))), 2, 1, (Fraction(0),) * 8), "architecture"),
        (random_problem(Quadratic(2, 1, None, True), 3, 1, (Fraction(0),) * 4), "architecture"),
    ],
)
def test_what_has_no_chart_is_refused(problem, field):
    with pytest.raises(BadInput, match=f"{field}: expected .*--function-space"):
        in_function_space(problem)


@pytest.mark.parametrize(
    ("architecture", "field"),
    [
        ({"family": "low-rank", "inputs": 3, "outputs": 2, "rank": 2}, "architecture.rank"),
        ({"family": "symmetric-low-rank", "inputs": 2, "rank": 2}, "architecture.rank"),
    ],
)
def test_a_rank_that_is_no_restriction_is_refused(architecture, field):
    with pytest.raises(BadInput, match=field):
        read({"architecture": architecture, "data": {"inputs": [[1, 2]], "targets": [[1]]}})


def test_a_ridge_on_coordinates_is_refused():
    content = document(distance(LowRank(2, 2, 1), diagonal(2, 2)))
    with pytest.raises(BadInput, match="ridge: expected 0"):
        read({**content, "ridge": 1})
