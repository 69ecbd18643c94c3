"""The double-double lanes: ill-conditioned end points to the last digit, stiff paths in few steps; and the units of the variables.

The two-layer chain has a closed form: M b²a − B b + λ₁a = 0 and M a²b − B a + λ₂b = 0 with λ₁a² = λ₂b², so b = r a with
r = √(λ₁/λ₂) and a² = (B r − λ₁)/(M r²). Its Hessian is nearly singular for small λ, along a → s a, b → b/s.
"""

import flint
import numpy as np
import pytest
from flint import acb

from critscape.algebra.kernels.lane_points import polish
from critscape.algebra.kernels.lane_program import lane_program
from critscape.algebra.polynomial.straight_line import evaluate, programs
from critscape.algebra.tracking.batch_engine import CAUTIONS
from critscape.algebra.tracking.flow import Flow, units
from critscape.algebra.tracking.homotopy import Homotopy
from tests.algebra.polynomial.test_straight_line import LinearMoments

CHAIN = LinearMoments((1, 1, 1)).family()


def closed_form(parameters):
    """The solution (a, b) of the chain off the origin, correctly rounded; −(a, b) is the other one."""
    with flint.ctx.workprec(300):
        moment, product, inward, outward = (acb(complex(value)) for value in parameters)
        ratio = (inward / outward).sqrt()
        first = ((product * ratio - inward) / (moment * ratio * ratio)).sqrt()
        return np.array([complex(first), complex(ratio * first)])


def chain(ridge):
    """Parameters M, B, λ₁, λ₂ of a complex member with a small ridge."""
    return np.array([1.3 + 0.2j, 0.7 - 0.4j, ridge * (1 + 0.3j), ridge * (2.7 - 0.5j)])


def hessian(family, point, parameters):
    n = len(point)
    full = np.zeros((n, n), dtype=complex)
    full[np.triu_indices(n)] = evaluate(programs(family).gradient_hessian, list(point), list(parameters))[n:]
    return full + np.triu(full, 1).T


def polished(family, parameters, tilt, unit, points, rounds=8):
    program = lane_program(programs(family).gradient_hessian)
    limits, moved, last = polish(program, parameters, tilt, unit, points / unit, rounds)
    return limits * unit, moved, last


def plainly(family, parameters, point, rounds=20):
    """Newton's method in double precision."""
    for _ in range(rounds):
        slope = np.array(evaluate(programs(family).gradient, list(point), list(parameters)), dtype=complex)
        point = point - np.linalg.solve(hessian(family, point, parameters), slope)
    return point


@pytest.mark.parametrize("count", [1, 3, 8, 11])
def test_polish_reaches_all_digits_where_double_precision_does_not(count):
    parameters = chain(3e-11)
    solution = closed_form(parameters)
    assert 1e10 < np.linalg.cond(hessian(CHAIN, solution, parameters)) < 1e12
    # Starts lie on the gauge orbit, where Newton's method has furthest to go, and off it.
    rng = np.random.default_rng(count)
    noise = 1e-7 * (rng.standard_normal(count) + 1j * rng.standard_normal(count))
    starts = np.array([solution[0] * (1 + noise), solution[1] / (1 + noise)]).T + 1e-13 * rng.standard_normal((count, 2))
    limits, moved, last = polished(CHAIN, parameters, np.zeros(2, dtype=complex), np.ones(2), starts)
    assert np.abs(limits - solution).max() <= 2 * np.spacing(np.abs(solution).max())
    assert (last < 1e-15).all() and (moved > 1e-9).all() and (moved < 1e-5).all()
    assert min(np.abs(plainly(CHAIN, parameters, start) - solution).max() for start in starts) > 1e-10


def test_polish_works_in_units_and_with_a_tilt():
    # a = 2¹⁰ x, b = 2⁻⁸ y, and a tilt under which a given point is a solution to all digits of the tilt.
    parameters, unit = chain(1e-6), np.array([2.0**10, 2.0**-8])
    solution = closed_form(parameters) * [2.0**10, 2.0**-10]
    tilt = -np.array(evaluate(programs(CHAIN).gradient, list(solution), list(parameters)), dtype=complex)
    limits, _, last = polished(CHAIN, parameters, tilt, unit, solution[None] * (1 + 1e-8))
    with flint.ctx.workprec(300):
        balls = [[acb(complex(z)) for z in array] for array in (limits[0], parameters)]
        residual = [complex(g + acb(complex(c))) for g, c in zip(evaluate(programs(CHAIN).gradient, *balls), tilt)]
    correction = np.linalg.solve(hessian(CHAIN, limits[0], parameters), residual)
    # What Newton's method would still change, computed from the residual at 300 bits.
    assert last[0] < 1e-15 and (np.abs(correction) <= 4 * np.spacing(np.abs(limits[0]).max() * np.ones(2))).all()


def test_polish_makes_no_correction_that_grows():
    # The origin is a triple zero for λ₁ = λ₂ = B: Newton's method creeps towards it and proves nothing.
    parameters = np.array([1, 1, 1, 1], dtype=complex)
    start = np.array([[1e-3, 1e-3]], dtype=complex)
    limits, moved, last = polished(CHAIN, parameters, np.zeros(2, dtype=complex), np.ones(2), start)
    assert np.isfinite(limits).all() and not last[0] < 1e-6
    assert moved[0] < 10


def bent(start, end, seed):
    rng = np.random.default_rng(seed)
    bend = 0.5 * np.abs(start) * (rng.standard_normal(start.size) + 1j * rng.standard_normal(start.size))
    return np.array([end, start - end + bend, -bend])


def advanced(caution, start, end, seed):
    starts = np.array([closed_form(start), -closed_form(start)])
    flow = Flow.of(Homotopy(CHAIN, bent(start, end, seed), np.zeros((1, 2))), starts, 1)
    return flow.advance(starts, np.ones(2, dtype=complex), np.zeros(2, dtype=complex), 0.0, caution)


@pytest.mark.parametrize("seed", range(4))
def test_a_stiff_path_takes_the_extended_tracker_few_steps(seed):
    start = np.array([0.8 - 0.3j, 1.2 + 0.5j, 1e-6 * (3 + 1j), 1e-6 * (0.6 + 0.2j)])
    end = chain(1e-6)
    careful, usual = CAUTIONS[1], CAUTIONS[0]
    found = advanced(careful, start, end, seed)
    assert found.arrived.all() and not found.lost.any() and (found.t == 0).all()
    solution = closed_form(end)
    distance = np.minimum(np.abs(found.points - solution).max(axis=1), np.abs(found.points + solution).max(axis=1))
    assert (distance < 4e-16).all()
    # The two paths are each other's images.
    assert np.abs(found.points[0] + found.points[1]).max() < 4e-16
    assert (found.steps < 120).all()
    # In double precision the tangent is mostly rounding errors: it needs many more steps, or does not arrive.
    plain = advanced(usual, start, end, seed)
    assert not plain.arrived.any() or (plain.steps > 5 * found.steps).all()


@pytest.mark.parametrize("extended", [False, True])
def test_well_conditioned_paths_need_no_more_digits(extended):
    start = np.array([0.8 - 0.3j, 1.2 + 0.5j, 0.5 + 0.2j, 0.3 - 0.4j])
    end = np.array([1.3 + 0.2j, 0.7 - 0.4j, 0.1 + 0.3j, 0.27 - 0.05j])
    found = advanced(CAUTIONS[1]._replace(extended=extended), start, end, 0)
    solution = closed_form(end)
    assert found.arrived.all() and (found.steps < 120).all()
    assert (np.minimum(np.abs(found.points - solution).max(axis=1), np.abs(found.points + solution).max(axis=1)) < 1e-12).all()


def test_rows_near_zero_do_not_count_for_the_units():
    rows = np.array([[4.0, 0.25], [3.9, -0.26j], [4.2, 0.24]])
    assert np.array_equal(units(rows), [4, 0.25])
    # Paths at the origin, exactly or but for rounding errors, have no size of their own.
    noise = np.array([[0, 0], [1e-17, -1e-16j], [1e-30, 0], [1e-12, 1e-13], [0, 0], [0, 1e-9]])
    assert np.array_equal(units(np.concatenate([noise, rows])), [4, 0.25])
    # Neither has a dead unit's zero in a row that is not zero otherwise.
    assert np.array_equal(units(np.array([[4, 1e-17], [0, 0.25], [4, 1e-15j], [1e-14, 0.25], [4, 0]])), [4, 0.25])


def test_columns_near_zero_get_the_common_unit():
    assert np.array_equal(units(np.array([[8.0, 0.0, 1e-9], [8, 1e-20, 0]])), [8, 8, 8])
    assert np.array_equal(units(np.array([[0.0, 1e-40], [0, 0]])), units(np.array([[1.0, 1e-40], [1, 0]])) * 2.0**-133)


@pytest.mark.parametrize("rows", [np.zeros((3, 2)), np.zeros((0, 2)), np.array([[np.inf, 1.0]]), np.array([[np.nan, 1.0]])])
def test_rows_without_a_size_get_unit_one(rows):
    assert np.array_equal(units(rows), [1, 1])


def test_units_are_powers_of_two():
    sizes = np.exp(np.random.default_rng(0).uniform(-10, 3, (5, 4)))
    found = units(sizes)
    assert np.array_equal(2.0 ** np.round(np.log2(found)), found)
    assert (found / np.median(sizes, axis=0) <= 1.5).all() and (found / np.median(sizes, axis=0) >= 0.7).all()
