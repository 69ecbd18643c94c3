"""Global minima of losses with a ridge, proved by convexity in a lifted space; what is not global is never said to be."""

import numpy as np
import pytest

from critscape.algebra.components.component import Kind, component
from critscape.algebra.components.semidefinite import semidefinite
from critscape.algebra.critical.levels import Level
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.convex_lift import convex_lift
from critscape.problems.spaces.knowledge import knowledge
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

DIAGONAL = {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 1]]}
WIDE = {"architecture": {"family": "linear", "widths": [2, 2, 2]}, "data": DIAGONAL, "ridge": "1/2"}
UNITS = {"architecture": {"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed"}}


def at(document, *weights):
    problem = read(document)
    exact, known = loss(problem), knowledge(problem)
    return known, component(exact, known, np.array(weights, dtype=float))


@pytest.mark.parametrize(
    "kept, is_global",
    [((1, 1), True), ((1, 0), False), ((0, 1), False), ((0, 0), False)],
)
def test_singular_values_that_are_left_out_are_seen(kept, is_global):
    """W₁ = W₂ = diag √(σ − λ) on the kept singular values 2, 1 and λ = ½: global if both are kept."""
    first, second = (np.sqrt(sigma - 0.5) * keep for sigma, keep in zip((2, 1), kept))
    known, found = at(WIDE, first, 0, 0, second, first, 0, 0, second)
    assert found.proved is not None and semidefinite(known.lift, found.proved) is is_global


def test_a_bottleneck_has_a_global_minimum_that_the_nuclear_norm_does_not_prove():
    """Rank one is least for 2-1-2, but M of rank two has a lower ℓ + μ‖·‖_*: nothing is claimed."""
    narrow = {**WIDE, "architecture": {"family": "linear", "widths": [2, 1, 2]}}
    known, found = at(narrow, np.sqrt(1.5), 0, np.sqrt(1.5), 0)
    assert found.kind is Kind.LOCAL_MINIMUM and not semidefinite(known.lift, found.proved)
    # Where the second singular value is below the ridge it does.
    known, found = at({**narrow, "data": {**DIAGONAL, "targets": [[2, 0], [0, "1/4"]]}}, np.sqrt(1.5), 0, np.sqrt(1.5), 0)
    assert semidefinite(known.lift, found.proved)


def test_units_with_negative_targets_rest_at_the_origin():
    negative = {**UNITS, "data": {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[-1], [-2], [-3]]}, "ridge": "1/2"}
    known, found = at(negative, 0, 0, 0, 0)
    assert semidefinite(known.lift, found.proved)
    known, found = at({**negative, "data": {**negative["data"], "targets": [[-1], [-2], [9]]}}, 0, 0, 0, 0)
    assert not semidefinite(known.lift, found.proved)


def test_where_there_is_a_lift():
    assert convex_lift(read(WIDE)) and convex_lift(read({**WIDE, "ridge": ["1/2", 3]}))
    assert convex_lift(read({**WIDE, "ridge": [0, 1]})) is None
    assert convex_lift(read({**WIDE, "ridge": [[[1, 2], [1, 1]], [[1, 1], [1, 1]]]})) is None
    assert convex_lift(read({**WIDE, "architecture": {"family": "linear", "widths": [2, 2, 2, 2]}})) is None
    samples = {"data": {"inputs": [[1, 0]], "targets": [[1]]}}
    assert convex_lift(read({**UNITS, **samples, "ridge": 1})) and convex_lift(read({**UNITS, **samples}))
    trained = {"architecture": {**UNITS["architecture"], "output": "trained"}}
    mixed = {"architecture": {**UNITS["architecture"], "output": [1, -1]}}
    assert convex_lift(read({**trained, **samples, "ridge": 1})) is None and convex_lift(read({**mixed, **samples, "ridge": 1})) is None


@pytest.mark.parametrize("norm", [False, True])
def test_minima_of_units_that_can_be_rotated_are_proved_to_be_global(norm):
    architecture = {**UNITS["architecture"], "norm_regressor": norm}
    data = {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[3], [-1], [2]]}
    table = solve(read({"architecture": architecture, "data": data, "ridge": "1/2"}), Options(engine="batch", components=True)).table
    minima = [row for row in table.rows if row.component.kind is Kind.GLOBAL_MINIMUM]
    assert minima and all(row.level is Level.PROVED for row in minima)
