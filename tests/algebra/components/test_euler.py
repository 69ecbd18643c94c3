"""Indices of D restricted to a component: they add up to its Euler characteristic."""

from dataclasses import replace

import numpy as np
import pytest

from critscape.algebra.components.euler import index_on_component
from critscape.algebra.polynomial.loss import Family, Loss
from critscape.problems.files.problem_file import read
from critscape.scripts.printing.delivery import exit_status
from critscape.scripts.studies.answer import solve, with_components
from critscape.scripts.studies.options import Options


def sphere(names):
    return Loss(Family(names, (), lambda w, p: (sum(x * x for x in w) - 1) ** 2), ())


def nearest_and_farthest(centre):
    return [sign * centre / np.linalg.norm(centre) for sign in (1, -1)]


@pytest.mark.parametrize("names, expected", [("xy", [0, 1]), ("xyz", [0, 2])])
def test_nearest_and_farthest_points_of_spheres(names, expected):
    centre = np.arange(2.0, 2 + len(names))
    for strength in (1.0, 0.3):
        strengths = np.full(len(names), strength)
        found = [index_on_component(sphere(tuple(names)), q, len(names) - 1, strengths, centre) for q in nearest_and_farthest(centre)]
        assert found == expected


def test_an_ellipse_of_strengths():
    """From the centre of the circle Λ = diag(1, 2) has two nearest and two farthest points."""
    circle, strengths, centre = sphere(("x", "y")), np.array([1.0, 2.0]), np.zeros(2)
    points = [np.array(q) for q in ([1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0])]
    assert [index_on_component(circle, q, 1, strengths, centre) for q in points] == [0, 0, 1, 1]
    # Equal strengths: D is constant on the circle, and no index is clear.
    assert index_on_component(circle, points[0], 1, np.ones(2), centre) is None
    assert index_on_component(circle, np.zeros(2), 0, strengths, centre) == 0


def test_a_sum_that_does_not_agree_is_no_answer():
    hat = read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": "(x^2+y^2-1)^2"}})
    answer = solve(hat, Options(engine="batch", components=True))
    rows = answer.document["components"]
    assert [(row["loss"], row["euler_characteristic"]) for row in rows] == [("0", 0), ("1", 1)] and exit_status(answer.document) == 0
    assert answer.document["evidence"]["Euler sum"]["holds"]
    first, *others = answer.table.rows
    wrong = replace(answer.table, rows=(replace(first, euler_sums=(0, 1, 0)), *others))
    assert wrong.sums_agree is False and not wrong.settled and exit_status(with_components(answer.document, wrong)) == 1
    lost = replace(answer.table, rows=answer.table.rows[:1])
    assert lost.euler_total == 0 and not lost.settled
    fewer = replace(answer.table, rows=(replace(first, paths_by_centre=(4, 4, 3)), *others))
    assert not fewer.settled
