"""Gradient flow and descent of many points: the order of the method, arrivals that are known, runs not to be believed."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from critscape.algebra.landscape.arrival import Outcome, ends, targets, trapping_neighbourhoods
from critscape.algebra.landscape.basin import holds
from critscape.algebra.landscape.gradient_descent import BETWEEN, descent
from critscape.algebra.landscape.gradient_flow import Runs, exponential_step, flow, phi
from critscape.algebra.points.certification import certify
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial.evaluation import float_derivatives_at
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.files.problem_file import load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

EXAMPLES = Path(__file__).parents[3] / "problems" / "examples"
STEPS = 5000


def double_well(w, p):
    # Minima (±1, 0), a saddle at the origin; the flow keeps the line x = 0, on which the saddle attracts.
    return (w[0] * w[0] - 1) ** 2 / 4 + p[0] * w[1] * w[1] / 2


WELL = Loss(Family(("x", "y"), ("a",), double_well), (Fraction(3),))
WELL_POINTS = ((-1, 0), (0, 0), (1, 0))


def real_points(loss, approximations):
    return classify(loss, [certify(loss, point) for point in approximations])


def known_of(loss, approximations):
    points = real_points(loss, approximations)
    neighbourhoods = trapping_neighbourhoods(loss, points)
    return points, neighbourhoods, targets(points, neighbourhoods)


def flowed(loss, known, starts, tolerance=1e-6, most=STEPS):
    starts = np.array(starts, dtype=float)
    return ends(flow(loss, starts, tolerance), len(starts), known, most, None)


def descended(loss, known, starts, step, most=STEPS):
    starts = np.array(starts, dtype=float)
    return ends(descent(loss, starts, step), len(starts), known, most, step)


def gradient(loss, point):
    return float_derivatives_at(loss.family, [float(v) for v in loss.values], point[None])[0][0]


def test_phi_functions_are_the_integrals_that_define_them():
    nodes, weights = np.polynomial.legendre.leggauss(60)
    s, weights = (nodes + 1) / 2, weights / 2
    z = np.array([-50.0, -3.0, -1.0, -0.999, -1e-3, 0.0, 1e-9, 0.5, 1.0, 4.0])
    # φ_k(z) = ∫₀¹ exp((1 − s)z) s^{k−1}/(k − 1)! ds.
    for k, value in enumerate(phi(z)):
        integral = [(weights * np.exp((1 - s) * x) * s**k).sum() / [1, 1, 2, 6][k] for x in z]
        assert value == pytest.approx(integral, rel=1e-12)


def test_a_step_is_of_order_four_and_its_error_estimate_of_order_three():
    problem_loss = loss(random_problem(Linear((2, 2, 2)), 2, 1))
    parameters = [float(value) for value in problem_loss.values]
    start = 0.3 * np.random.default_rng(0).standard_normal((1, 8))
    gradients, hessians = float_derivatives_at(problem_loss.family, parameters, start)
    eigenvalues, vectors = np.linalg.eigh(hessians)
    nothing = np.zeros(1)
    runs = Runs(nothing, start, gradients, eigenvalues, vectors, nothing, nothing, nothing)
    longest = 0.2 / np.abs(eigenvalues).max()
    wrong, estimated = [], []
    for length in (longest, longest / 2):
        end, error = exponential_step(problem_loss, runs, np.array([length]))
        exact = solve_ivp(lambda _, w: -gradient(problem_loss, w), (0, length), start[0], method="DOP853", rtol=1e-13, atol=1e-15).y[:, -1]
        wrong.append(np.abs(end[0] - exact).max())
        estimated.append(np.abs(error).max())
    # Local errors of h⁵ and h⁴.
    assert 24 < wrong[0] / wrong[1] < 40 and 11 < estimated[0] / estimated[1] < 20


def test_a_run_leaves_a_saddle_however_close_it_starts():
    _, neighbourhoods, known = known_of(WELL, WELL_POINTS)
    starts = [(sign * 10.0**-k, 1.0) for k in (1, 8, 16, 100, 300) for sign in (1, -1)]
    for (x, _), end in zip(starts, flowed(WELL, known, starts)):
        assert end.outcome is Outcome.TRAPPED and end.steps < 300
        assert np.sign(known.points[end.position, 0]) == np.sign(x)
        assert holds(WELL, neighbourhoods[end.position], end.point)


def test_a_run_on_the_stable_manifold_of_a_saddle_is_a_finding():
    _, _, known = known_of(WELL, WELL_POINTS)
    (end,) = flowed(WELL, known, [(0.0, 1.0)], most=500)
    assert end.outcome is Outcome.SADDLE and known.index[end.position] == 1
    (end,) = descended(WELL, known, [(0.0, 1.0)], 0.1, most=100_000)
    assert end.outcome is Outcome.SADDLE and known.index[end.position] == 1


def test_a_minimum_that_is_not_listed_is_found_out():
    listed = WELL_POINTS[:2]
    _, _, known = known_of(WELL, listed)
    right, left = flowed(WELL, known, [(0.5, 0.3), (-0.5, 0.3)])
    assert right.outcome is Outcome.UNKNOWN and right.point == pytest.approx((1, 0), abs=1e-6)
    assert left.outcome is Outcome.TRAPPED and known.points[left.position] == pytest.approx((-1, 0))
    (right,) = descended(WELL, known, [(0.5, 0.3)], 0.1)
    assert right.outcome is Outcome.UNKNOWN


def test_without_a_trapping_neighbourhood_arrival_is_known_in_double_precision_only():
    points = real_points(WELL, WELL_POINTS)
    known = targets(points, {})
    starts = [(0.5, 0.3), (-0.5, 0.3)]
    for found in (flowed(WELL, known, starts), descended(WELL, known, starts, 0.1)):
        assert [end.outcome for end in found] == [Outcome.SETTLED] * 2
        assert [known.points[end.position, 0] for end in found] == pytest.approx([1, -1])


def test_descent_with_too_long_a_step_diverges_or_does_not_settle():
    _, _, known = known_of(WELL, WELL_POINTS)
    (wild,) = descended(WELL, known, [(5.0, 0.0)], 0.5)
    assert wild.outcome is Outcome.DIVERGED
    # At the minima ∇²L = diag(2, 3): with η > 2/3 they repel along y, with η > 1 along x too, where |x| stays bounded.
    (restless,) = descended(WELL, known, [(0.9, 0.1)], 0.7)
    assert restless.outcome is Outcome.DIVERGED
    (cycling,) = descended(WELL, known, [(0.9, 0.0)], 1.05)
    assert cycling.outcome is Outcome.UNFINISHED and cycling.steps == STEPS


def test_descent_iterates_as_it_is_defined():
    problem_loss = loss(random_problem(Linear((2, 2, 2)), 2, 5))
    start = 0.1 * np.random.default_rng(1).standard_normal((3, 8))
    runs = descent(problem_loss, start, 1e-5)
    next(runs)
    after = runs.send(None)
    expected = start.copy()
    for _ in range(BETWEEN):
        expected = np.array([w - 1e-5 * gradient(problem_loss, w) for w in expected])
    assert after.points == pytest.approx(expected, rel=1e-12) and after.steps.tolist() == [BETWEEN] * 3


def test_descent_where_a_derivative_is_another_weight():
    # ∇(xy) = (y, x): the outputs of the program are its inputs.
    saddle = Loss(Family(("x", "y"), (), lambda w, p: w[0] * w[1]), ())
    runs = descent(saddle, np.array([[1.0, 2.0]]), 1e-3)
    next(runs)
    x, y = 1.0, 2.0
    for _ in range(BETWEEN):
        x, y = x - 1e-3 * y, y - 1e-3 * x
    assert runs.send(None).points[0] == pytest.approx((x, y), rel=1e-12)


@pytest.mark.parametrize("method", ["flow", "descent"])
def test_the_end_of_a_run_does_not_depend_on_the_runs_beside_it(method):
    problem_loss = loss(load(EXAMPLES / "1-1-1-1-spurious-origin.json"))
    # ∏ w = 1 and signs with an even number of −1, or the origin.
    minima = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1), (0, 0, 0)]
    _, _, known = known_of(problem_loss, minima)
    starts = np.random.default_rng(2).standard_normal((67, 3))

    def found(rows):
        if method == "flow":
            return flowed(problem_loss, known, starts[rows])
        return descended(problem_loss, known, starts[rows], 0.01)

    together = found(np.arange(67))
    assert {end.outcome for end in together} == {Outcome.TRAPPED}
    for rows in ([5], [66, 1, 40], np.arange(67)[::-1]):
        for k, end in zip(rows, found(np.array(rows))):
            assert end.point.tobytes() == together[k].point.tobytes()
            assert (end.position, end.steps) == (together[k].position, together[k].steps)


def test_flow_and_a_small_step_of_descent_end_in_the_same_minima():
    problem_loss = loss(load(EXAMPLES / "1-1-1-1-spurious-origin.json"))
    _, _, known = known_of(problem_loss, [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1), (0, 0, 0)])
    starts = np.random.default_rng(3).standard_normal((300, 3))
    by_flow, by_descent = flowed(problem_loss, known, starts), descended(problem_loss, known, starts, 1e-3, most=1_000_000)
    # The position of a run that is cut off is only that of the nearest point.
    assert {end.outcome for end in (*by_flow, *by_descent)} == {Outcome.TRAPPED}
    assert [end.position for end in by_flow] == [end.position for end in by_descent]


def test_flow_agrees_with_another_integrator():
    problem_loss = loss(load(EXAMPLES / "1-1-1-1-spurious-origin.json"))
    _, _, known = known_of(problem_loss, [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1), (0, 0, 0)])
    starts = np.random.default_rng(4).standard_normal((8, 3))
    for start, end in zip(starts, flowed(problem_loss, known, starts)):
        other = solve_ivp(lambda _, w: -gradient(problem_loss, w), (0, 400), start, method="BDF", rtol=1e-8, atol=1e-10).y[:, -1]
        assert np.linalg.norm(known.points - other, axis=1).argmin() == end.position
