"""Function spaces and weight space: minima are global where theory says so, and pure critical points lift to critical weights."""

import numpy as np
import pytest

from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.problems.files.problem_file import read
from critscape.problems.networks.network import matrices
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.function_space_problem import in_function_space
from critscape.problems.spaces.linear_values import functions_of_full_rank
from critscape.problems.spaces.weight_space import relation
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def linear(widths, seed, samples=4, **fields):
    draw = np.random.default_rng(seed)
    data = {name: draw.integers(-9, 10, (samples, width)).tolist() for name, width in (("inputs", widths[0]), ("targets", widths[-1]))}
    return read({"architecture": {"family": "linear", "widths": widths}, "data": data, **fields})


@pytest.mark.parametrize(
    "widths", [[2, 2, 2], [2, 3, 1], [2, 1, 2], [3, 2, 2], pytest.param([3, 2, 3], marks=pytest.mark.slow), [2, 1, 1, 2]]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_minimum_is_spurious_in_the_function_space_of_a_linear_network(widths, seed):
    problem = linear(widths, seed)
    critical = solve(in_function_space(problem), Options(engine="batch")).critical
    # Closed form: the error of the best approximation of rank r, by the singular values of the whitened target.
    x, y = (np.array([[float(a) for a in row] for row in rows]) for rows in (problem.inputs, problem.targets))
    r = min(widths)
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    singular = np.linalg.svd(fitted, compute_uv=False)
    least = (np.linalg.norm(y - fitted) ** 2 + (singular[r:] ** 2).sum()) / 2
    minima = [point for point in critical.real if point.index == 0]
    assert [point.kind.value for point in minima] == ["global minimum"]
    assert float(minima[0].loss) == pytest.approx(least, rel=1e-9)
    assert relation(problem.network)["weight_space"] == problem.network.title


def test_pure_critical_points_are_critical_in_weight_space():
    problem = linear([2, 1, 2], 5)
    chart = in_function_space(problem)
    inner, weights = loss(problem), loss(chart)
    critical = solve(chart, Options(engine="batch")).critical
    assert len(critical.real) == 2
    for point in critical.real:
        network = chart.network
        (m00, m01), (m10, m11) = network.coefficients(matrices(network, [float(z.real) for z in point.point.ball]))
        u, s, vt = np.linalg.svd(np.array([[float(m00), float(m01)], [float(m10), float(m11)]]))
        assert s[1] < 1e-12 * s[0]
        # Any factors will do: M = (c u s)(v/c).
        for c in (1.0, -0.3, 5.0):
            flat = np.concatenate([vt[0] / c, c * s[0] * u[:, 0]])
            slope, _ = float_derivatives(inner, flat)
            assert np.abs(slope).max() < 1e-8 * (1 + np.abs(flat).max()) * 1e3
    assert weights.dimension == 3


@pytest.mark.parametrize("loss_field", [{"sample_weights": [1, 2, 3, -1]}, {"residual": "r^4"}])
def test_nothing_is_claimed_where_the_theorem_does_not_hold(loss_field):
    problem = in_function_space(linear([2, 1, 2], 3, loss=loss_field))
    assert problem.shape.theorem is None


def test_data_that_do_not_span_have_no_theorem():
    problem = read(
        {
            "architecture": {"family": "linear", "widths": [2, 1, 2]},
            "data": {"inputs": [[1, 2], [2, 4]], "targets": [[1, 0], [0, 1]]},
        }
    )
    assert in_function_space(problem).shape.theorem is None


@pytest.mark.parametrize(
    "widths, inputs, targets, known",
    [
        ([2, 1, 2], [[1, 2], [3, 1], [1, 1]], [[2, 0], [1, 1], [0, 3]], 2),
        ([3, 2, 3], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[3, 0, 0], [0, 2, 0], [0, 0, 1]], 3),
        ([3, 1, 2], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[3, 0], [0, 2], [1, 1]], 2),
        # A double eigenvalue, a vanishing one, few samples: curves, isotropic vectors, flat directions.
        ([2, 1, 2], [[1, 0], [0, 1]], [[1, 0], [0, 1]], None),
        ([2, 1, 2], [[1, 0], [0, 1]], [[1, 1], [1, 1]], None),
        ([2, 1, 2], [[1, 2]], [[1, 1]], None),
    ],
)
def test_numbers_of_critical_functions_of_full_rank(widths, inputs, targets, known):
    problem = read({"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}})
    assert functions_of_full_rank(problem) == known
    if known:
        assert f"these data have {known}" in relation(problem.network, known, known)["left_out"]
        assert "and some of rank" in relation(problem.network, known - 1, known)["left_out"]
    assert "and some of rank" in relation(problem.network)["left_out"]
