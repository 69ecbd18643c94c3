"""Runs of descent without ridge: the component on which a run has ended is told by its loss, however close losses are in relation."""

import json
from itertools import pairwise

import numpy as np
import pytest

from critscape.algebra.components.component import component
from critscape.algebra.landscape.arrival import Outcome
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.knowledge import knowledge
from critscape.scripts.studies.basins.records import Run
from critscape.scripts.studies.basins.valley_runs import Place, verdict


@pytest.mark.parametrize("offset", [0, 10**4, 10**6, 10**9])
@pytest.mark.parametrize("flows", [True, False])
def test_a_constant_in_the_loss_moves_no_run_to_another_component(offset, flows):
    # u (w·x)² is −2 at e₂ on the global minima, 1 at e₁ on the spurious ones; a sample at zero inputs adds a constant.
    data = {"inputs": [[1, 0], [0, 1], [0, 0]], "targets": [[1], [-2], [offset]]}
    problem = read({"architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}, "data": data})
    polynomial, known = loss(problem), knowledge(problem)
    points = [np.array([0, 1, -2.0]), np.array([1, 0, 1.0])]
    found = [component(polynomial, known, point) for point in points]
    assert all(bool(one.loss < other.loss) for one, other in pairwise(found))
    places = [Place(one.kind.value, "", float(one.loss.mid()), one) for one in found]
    unit = max(1.0, offset**2 / 3)
    for k, point in enumerate(points):
        run = Run(0, 1e-6, Outcome.SETTLED.name, -1, False, json.dumps((point + 1e-9).tolist()), places[k].height, 9)
        assert verdict(polynomial, known, places, unit, flows, run).place == k
        assert verdict(polynomial, known, places[::-1], unit, flows, run).place == 1 - k
