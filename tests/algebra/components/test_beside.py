"""Local minima on pieces that are not closed: they are in the table whether or not a path ends on them."""

import pytest

import critscape as cs
from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

TWO_SQUARES = {
    "architecture": {"family": "quadratic", "inputs": 1, "units": 2, "output": "trained"},
    "data": {"inputs": [[1]], "targets": [[-1]]},
}
"""½(u₁w₁² + u₂w₂² + 1)²: at w = 0 the Hessian is diag(2u₁, 2u₂, 0, 0), and minima are where both u_j > 0, a quarter of the plane."""


def table(problem, seed):
    return solve(read(problem), Options(engine="batch", components=True, seed=seed)).table


def typed(names, text):
    return {"architecture": {"family": "polynomial", "variables": names.split(), "loss": text}}


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "seed", [pytest.param(0, marks=SLOW), 7, pytest.param(8, marks=SLOW)]
)  # With seed 0 a path ends at them, with the others none does.
def test_whether_a_quarter_of_a_plane_is_seen_does_not_depend_on_the_centres(seed):
    found = [row.component for row in table(TWO_SQUARES, seed).rows if row.component.kind.value == "spurious local minimum"]
    assert [(c.inertia.positive, c.inertia.negative, c.inertia.zero, c.dimension, c.exact_dimension) for c in found] == [(2, 0, 2, 2, True)]
    assert all(c.kind_proved and c.loss.overlaps(0.5) for c in found)


@SLOW
def test_a_verdict_does_not_hold_where_the_minimum_is_on_no_path():
    assert cs.verify("quadratic", read(TWO_SQUARES), seed=8).status == "fails"


@pytest.mark.parametrize(
    ("names", "text", "positive"),
    [
        pytest.param("u v x y", "(u x^2 + v y^2 + 1)^2", 2, marks=SLOW),
        pytest.param("u v x", "((u + v) x^2 + (u - v)^2 x^2 + 1)^2", 1, marks=SLOW),
        ("u v x y", "x^2 u + y^2 v", 2),
    ],
)
def test_so_it_is_for_losses_that_are_typed_in(names, text, positive):
    # Where L is 1 (or 0) on {x = y = 0} some of it are minima, and the rest is not.
    for seed in (1, 2):
        kinds = {(row.component.kind.value, row.component.inertia.positive) for row in table(typed(names, text), seed).rows}
        assert ("spurious local minimum", positive) in kinds


@pytest.mark.parametrize("targets", [[[2, 0], [0, 1]], [[1, 0], [0, 1]]])
def test_closed_components_have_no_minima_beside_them(targets):
    problem = {"architecture": {"family": "linear", "widths": [2, 1, 2]}, "data": {"inputs": [[1, 0], [0, 1]], "targets": targets}}
    assert all(row.samples for row in table(problem, 0).rows)
