"""Global minima proved by a convex bound of degree two; what is not global is never said to be."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.components.component import Kind, Reason, component
from critscape.algebra.components.semidefinite import quadratic_bound, semidefinite
from critscape.algebra.critical.levels import Level
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.knowledge import composition, knowledge
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

DIAGONAL = {"inputs": [[1, 0], [0, 1]], "targets": [[2, 0], [0, 1]]}
WIDE = {"architecture": {"family": "linear", "widths": [2, 2, 2]}, "data": DIAGONAL, "ridge": "1/2"}
UNITS = {"architecture": {"family": "quadratic", "inputs": 2, "units": 2, "output": "fixed"}}


def at(document, *weights):
    problem = read(document)
    exact, known = loss(problem), knowledge(problem)
    return known, component(exact, known, np.array(weights, dtype=float))


def bounded(known, found):
    return semidefinite(quadratic_bound(known.composition), found.proved, found.rational)


@pytest.mark.parametrize(
    "kept, is_global",
    [((1, 1), True), ((1, 0), False), ((0, 1), False), ((0, 0), False)],
)
def test_singular_values_that_are_left_out_are_seen(kept, is_global):
    """W₁ = W₂ = diag √(σ − λ) on the kept singular values 2, 1 and λ = ½: global if both are kept."""
    first, second = (np.sqrt(sigma - 0.5) * keep for sigma, keep in zip((2, 1), kept))
    known, found = at(WIDE, first, 0, 0, second, first, 0, 0, second)
    assert found.proved is not None and bounded(known, found) is is_global


def test_a_bottleneck_has_a_global_minimum_that_the_nuclear_norm_does_not_prove():
    """Rank one is least for 2-1-2, but M of rank two has a lower ℓ + μ‖·‖_*: nothing is claimed."""
    narrow = {**WIDE, "architecture": {"family": "linear", "widths": [2, 1, 2]}}
    known, found = at(narrow, np.sqrt(1.5), 0, np.sqrt(1.5), 0)
    assert found.kind is Kind.LOCAL_MINIMUM and not bounded(known, found)
    # Where the second singular value is below the ridge it does.
    known, found = at({**narrow, "data": {**DIAGONAL, "targets": [[2, 0], [0, "1/4"]]}}, np.sqrt(1.5), 0, np.sqrt(1.5), 0)
    assert bounded(known, found)


def test_units_with_negative_targets_rest_at_the_origin():
    negative = {**UNITS, "data": {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[-1], [-2], [-3]]}, "ridge": "1/2"}
    known, found = at(negative, 0, 0, 0, 0)
    assert bounded(known, found)
    known, found = at({**negative, "data": {**negative["data"], "targets": [[-1], [-2], [9]]}}, 0, 0, 0, 0)
    assert not bounded(known, found)


def test_where_there_is_a_bound():
    def bound(document):
        return quadratic_bound(composition(read(document)))

    assert bound(WIDE) and bound({**WIDE, "ridge": ["1/2", 3]}) and bound({**WIDE, "ridge": [0, 1]})
    assert bound({**WIDE, "ridge": [[[1, 2], [1, 1]], [[1, 1], [1, 1]]]})
    assert bound({**WIDE, "architecture": {"family": "linear", "widths": [2, 2, 2, 2]}}) is None
    samples = {"data": {"inputs": [[1, 0]], "targets": [[1]]}}
    assert bound({**UNITS, **samples, "ridge": 1}) and bound({**UNITS, **samples})
    mixed = {"architecture": {**UNITS["architecture"], "output": [1, -1]}}
    assert bound({**mixed, **samples, "ridge": 1})
    trained = {"architecture": {**UNITS["architecture"], "output": "trained"}}
    assert bound({**trained, **samples, "ridge": 1}) is None
    # A loss that is not convex, and one that is not the square.
    assert bound({**WIDE, "loss": {"residual": "r^4 - r^2"}}) is None and bound({**WIDE, "loss": {"residual": "r^4 + r^2"}})


def test_fields_are_those_of_units():
    """Any unit in the place of any other: e_i ⊗ (row j of W₁, column j of W₂), and no other ones."""
    fields = quadratic_bound(composition(read(WIDE))).fields
    assert len(fields) == 4 and all(part.total_degree() == 1 for field in fields for part in field if part != 0)


def minimum_by_descent(exact, starts):
    """The least value that descents from random points reach."""
    from scipy.optimize import minimize

    from critscape.algebra.polynomial.evaluation import float_derivatives

    values = [float(v) for v in exact.values]
    ends = [
        minimize(lambda w: float(exact.family.formula(list(w), values)), w, jac=lambda w: float_derivatives(exact, w)[0].real).fun
        for w in starts
    ]
    return min(ends)


@pytest.mark.slow  # 90 tables
@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("family", ["linear", "quadratic", "residual"])
def test_what_is_proved_to_be_global_is_lowest(family, seed):
    """Random data and ridges, equal or different: no descent from a hundred random points ends below a minimum that is proved."""
    rng = np.random.default_rng([seed, len(family)])
    draws = [[str(Fraction(int(k), 4)) for k in row] for row in rng.integers(-9, 10, (3, 3))]
    data = {"inputs": [row[:1] for row in draws], "targets": [row[1:2] for row in draws]}
    ridge = [[0, 0], [0, "1/3"], ["1/3", "1/3"], ["1/4", 2]][seed % 4]
    content = {"architecture": {"family": "linear", "widths": [1, 2, 1]}, "data": data, "ridge": ridge}
    if family == "quadratic":
        architecture = {"family": "quadratic", "inputs": 1, "units": 2, "output": [1, (-1) ** seed], "norm_regressor": seed % 3 == 0}
        content |= {"architecture": architecture, "ridge": [ridge[1]] * (1 + architecture["norm_regressor"])}
    elif family == "residual":
        content |= {"loss": {"residual": "r^4 + r^2/2"}, "architecture": {"family": "linear", "widths": [1, 1, 1]}}
    problem = read(content)
    table = solve(problem, Options(engine="batch", components=True, seed=seed)).table
    if table is None:
        # The critical set is finite.
        return
    lowest = minimum_by_descent(loss(problem), 2 * rng.standard_normal((100, problem.dimension)))
    for row in table.rows:
        found = row.component
        if found.kind is Kind.GLOBAL_MINIMUM:
            assert float(found.loss.mid()) < lowest + 1e-7 * max(1.0, abs(lowest)), found.global_by
        if found.global_by is Reason.CURVATURE:
            assert row.level is Level.PROVED or not found.inertia.exact


@pytest.mark.parametrize("norm", [False, True])
def test_minima_of_units_that_can_be_rotated_are_proved_to_be_global(norm):
    architecture = {**UNITS["architecture"], "norm_regressor": norm}
    data = {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[3], [-1], [2]]}
    table = solve(read({"architecture": architecture, "data": data, "ridge": "1/2"}), Options(engine="batch", components=True)).table
    minima = [row for row in table.rows if row.component.kind is Kind.GLOBAL_MINIMUM]
    assert minima and all(row.level is Level.PROVED for row in minima)
