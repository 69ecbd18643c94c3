"""Weighted distances of matrices of bounded rank: Eckart–Young with the unit metric, generic ED degrees with random weights."""

import random
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest

from critscape.algebra.elimination import msolve
from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def positive(draw):
    return f"{draw.randint(1, 40)}/{draw.randint(1, 10)}"


def distance(rows, columns, rank, matrix, weights=None):
    """½ Σ_ij λ_ij (M_ij − U_ij)²: the inputs are unit vectors, the targets the columns of U, the metrics diagonal."""
    problem = {
        "architecture": {"family": "low-rank", "inputs": columns, "outputs": rows, "rank": rank},
        "data": {
            "inputs": [[int(i == j) for j in range(columns)] for i in range(columns)],
            "targets": [[row[j] for row in matrix] for j in range(columns)],
        },
    }
    if weights is None:
        return problem
    metrics = [[[weights[i][j] if i == o else 0 for o in range(rows)] for i in range(rows)] for j in range(columns)]
    return problem | {"loss": {"metrics": metrics}}


def random_distance(rows, columns, rank, seed):
    draw = random.Random(seed)
    matrix, weights = ([[positive(draw) for _ in range(columns)] for _ in range(rows)] for _ in range(2))
    return read(distance(rows, columns, rank, matrix, weights))


def checked(problem, engine, count):
    result = solve(problem, Options(engine=engine)).document
    assert (result["status"], result["counts"]["complex"], result["function_space"]["complex"]) == ("complete", count, count)
    return result


# Generic ED degrees (Ottaviani, Spaenlehauer and Sturmfels, "Exact solutions in structured low-rank approximation", arXiv 1311.2376).
DEGREES = [(2, 2, 1, 6), (2, 3, 1, 10), (3, 2, 1, 10), *(pytest.param(3, 3, rank, 39, marks=pytest.mark.slow) for rank in (1, 2))]


@needs_msolve
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("rows", "columns", "rank", "degree"), DEGREES)
def test_generic_weights_have_the_generic_degree(rows, columns, rank, degree, seed):
    result = checked(random_distance(rows, columns, rank, seed), "exact", degree)
    assert result["levels"]["complex"] == "proved"


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_batch_engine_finds_six(seed):
    checked(random_distance(2, 2, 1, seed), "batch", 6)


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "columns", "rank", "degree"), [*DEGREES[1:], (3, 4, 1, 83)])
def test_the_batch_engine_finds_the_generic_degrees(rows, columns, rank, degree):
    problem = random_distance(rows, columns, rank, 1)
    result = checked(problem, "batch", degree)
    if msolve.available() and degree < 100:
        assert solve(problem, Options(engine="exact")).document["counts"] == result["counts"]


@needs_msolve
@pytest.mark.parametrize(
    ("rows", "columns", "rank"), [(2, 2, 1), (2, 3, 1), (3, 2, 1), (3, 3, 1), pytest.param(3, 3, 2, marks=pytest.mark.slow)]
)
def test_equal_weights_are_the_unit_metric(rows, columns, rank):
    # U = Q diag(σ) for the rotation Q of (3/5, 4/5) in the first two rows.
    sigma = (6, 3, 1)[: min(rows, columns)]
    turn = [["3/5", "-4/5", 0], ["4/5", "3/5", 0], [0, 0, 1]]
    matrix = [[str(Fraction(turn[i][j]) * sigma[j]) if j < len(sigma) else 0 for j in range(columns)] for i in range(rows)]
    for weights, scale in ((None, 1), ([[7] * columns] * rows, 7)):
        result = checked(read(distance(rows, columns, rank, matrix, weights)), "exact", comb(len(sigma), rank))
        # At Σ_{i ∈ S} σ_i u_i v_iᵀ the Hessian of the distance on the matrices of rank r is negative on one direction for each pair
        # i ∈ S, j ∉ S with σ_j > σ_i, where the 2 × 2 form on (u_i v_jᵀ, u_j v_iᵀ) has determinant 1 − σ_j²/σ_i².
        expected = []
        for kept in combinations(range(len(sigma)), rank):
            left = [j for j in range(len(sigma)) if j not in kept]
            expected.append((scale * sum(sigma[j] ** 2 for j in left) / 2, sum(sigma[j] > sigma[i] for i in kept for j in left)))
        found = sorted((float(point["loss"]), point["index"]) for point in result["critical_points"])
        assert [index for _, index in found] == [index for _, index in sorted(expected)]
        assert [value for value, _ in found] == pytest.approx([value for value, _ in sorted(expected)])


@needs_msolve
def test_metrics_that_couple_entries_have_the_generic_degree_too():
    draw = random.Random(5)
    roots = [[[draw.randint(-5, 5) for _ in range(2)] for _ in range(2)] for _ in range(2)]
    metrics = [[[sum(a * b for a, b in zip(row, other)) + int(row is other) for other in root] for row in root] for root in roots]
    matrix = [[positive(draw) for _ in range(2)] for _ in range(2)]
    checked(read(distance(2, 2, 1, matrix) | {"loss": {"metrics": metrics}}), "exact", 6)
