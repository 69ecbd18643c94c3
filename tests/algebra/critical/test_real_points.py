"""Real critical points of which it is known that none is missing: proved near decimals, typed, or not believed to be all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.critical.real_points import NotThere, of_regular_ends, proved_near, typed
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

NETWORKS = [Linear((1, 1, 1)), Linear((2, 1, 2)), Linear((1, 1, 1, 1))]


@pytest.fixture(scope="module", params=NETWORKS, ids=lambda network: network.title)
def answer(request):
    return solve(random_problem(request.param, 2, 5), Options(engine="batch"))


def test_proved_points_are_typed_as_the_critical_set_has_them(answer):
    critical, exact_loss = answer.critical, loss(answer.problem)
    listed = [point["point"] for point in answer.document["critical_points"]]
    found = typed(exact_loss, [proved_near(exact_loss, point) for point in listed], answer.problem.shape)
    assert [(p.index, p.kind) for p in found.points] == [(p.index, p.kind) for p in critical.real]
    assert found.closed_forms == critical.closed_forms and found.group.order == critical.group.order


def test_ends_of_all_paths_are_all_points_and_fewer_are_not_believed(answer):
    critical, exact_loss, shape = answer.critical, loss(answer.problem), answer.problem.shape
    points = critical.enumeration.points
    found = of_regular_ends(exact_loss, points, len(points), shape)
    assert [(p.index, p.kind) for p in found] == [(p.index, p.kind) for p in critical.real]
    assert of_regular_ends(exact_loss, points[:-1], len(points), shape) is None
    # As many as are expected, but the Euler sum of a coercive loss is 1.
    real = next(k for k, point in enumerate(points) if point.real)
    assert of_regular_ends(exact_loss, (*points[:real], *points[real + 1 :]), len(points) - 1, shape) is None


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(-40, 40), min_size=2, max_size=2))
def test_no_point_is_proved_where_there_is_none(numbers):
    exact_loss = loss(random_problem(Linear((1, 1, 1)), 2, 5))
    near = [f"{number / 7:.3f}" for number in numbers]
    try:
        point = proved_near(exact_loss, near)
    except NotThere as error:
        assert "critical point of the loss" in str(error)
    else:
        assert all(abs(float(z.real) - float(c)) < 1e-5 * (1 + abs(float(c))) for z, c in zip(point.midpoint, near))
