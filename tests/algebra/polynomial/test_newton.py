"""Newton's method in multiprecision: quadratic convergence, and where it ends by itself."""

from itertools import islice, pairwise

import flint
from flint import acb, acb_mat, arb

from critscape.algebra.polynomial.newton import corrections, solution


def circle_and_line(x):
    """x² + y² = 5 and x·y = 2: the solutions (±1, ±2), (±2, ±1) are all regular."""
    return acb_mat([[x[0] ** 2 + x[1] ** 2 - 5], [x[0] * x[1] - 2]]), acb_mat([[2 * x[0], 2 * x[1]], [x[1], x[0]]])


def test_digits_double_with_every_correction_up_to_the_working_precision():
    with flint.ctx.workprec(1024):
        errors = [max(abs(x[0] - 1).mid(), abs(x[1] - 2).mid()) for x, _ in islice(corrections(circle_and_line, [acb(1.1), acb(1.9)]), 12)]
        assert all(after <= 10 * before**2 + arb(2) ** -1000 for before, after in pairwise(errors))
        assert errors[-1] < arb(2) ** -1000


def test_each_correction_is_the_difference_of_two_points():
    start = [acb(1.1, 0.3), acb(1.9)]
    points = [start]
    for x, step in islice(corrections(circle_and_line, start), 5):
        assert all(abs(new - old - s) < arb(2) ** -45 for new, old, s in zip(x, points[-1], step))
        points.append(x)


def test_it_ends_where_the_jacobian_is_singular():
    assert list(corrections(circle_and_line, [acb(1), acb(1)])) == []
    assert list(corrections(lambda x: (acb_mat([[x[0]]]), acb_mat([[acb("nan")]])), [acb(1)])) == []


def test_solution_is_none_for_a_singular_matrix_and_exact_midpoints_otherwise():
    assert solution(acb_mat([[1, 2], [2, 4]]), acb_mat([[1], [1]])) is None
    assert [complex(z) for z in solution(acb_mat([[2, 0], [0, acb(0, 1)]]), acb_mat([[1], [1]]))] == [0.5, -1j]
