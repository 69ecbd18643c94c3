"""Critical sets on which a table of components once said what is false: kinds, noise taken for curvature, neighbours taken for limits."""

import pytest

from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def rows(variables, text, seed=0):
    problem = read({"architecture": {"family": "polynomial", "variables": list(variables), "loss": text}})
    answer = solve(problem, Options(engine="batch", components=True, seed=seed))
    return answer.table.rows


def test_a_point_from_which_the_loss_rises_nowhere_is_no_saddle():
    # Every critical point of −x² − y⁴z² is a global maximum.
    kinds = {row.component.kind.value for row in rows("xyz", "-x^2 - y^4*z^2")}
    assert kinds <= {"degenerate", "local maximum"}


@pytest.mark.parametrize(
    ("variables", "text"), [("xy", "(x^2 + y^2 - 1)^4"), pytest.param("xyz", "((x^2 + y^2 - 1)^2 + z^2)^2", marks=pytest.mark.slow)]
)
def test_noise_is_no_curvature(variables, text):
    # The circle is the set of global minima, and the Hessian vanishes on it.
    for row in rows(variables, text):
        if abs(float(row.component.loss.mid())) < 1e-9:
            assert row.component.kind.value in ("degenerate", "global minimum", "local minimum") and row.component.inertia.negative == 0


def test_a_limit_at_a_rational_point_is_that_point_and_not_a_neighbour():
    # At (0, −1) the Hessian of x²((x − 1)²y² + y³) vanishes, and the cubic terms do not; for y > −1 nearby {x = 0} are local minima.
    (found,) = (row.component for row in rows("xy", "x^2*y^2*(x-1)^2 + y^3*x^2") if abs(row.component.point + [0, 1]).max() < 1e-3)
    assert found.kind.value == "non-strict saddle" and found.rational is not None and list(found.rational) == [0, -1]


@pytest.mark.parametrize("seed", range(5))
def test_both_halves_of_a_line_are_seen_whatever_the_seed(seed):
    found = rows("xy", "x^2*y", seed)
    assert {"spurious local minimum", "local maximum", "non-strict saddle"} == {row.component.kind.value for row in found}
