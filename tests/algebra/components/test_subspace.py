"""Linear subspaces: what vanishes on them exactly, and which ones a loss suggests."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from critscape.algebra.components.component import Kind, component
from critscape.algebra.components.subspace import Subspace, common_zeros, coordinate_subspace, floats, holds, linear_forms
from critscape.algebra.polynomial.loss import gradient, polynomial
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.knowledge import knowledge

N = 4
NUMBERS = st.integers(-3, 3).map(fmpq)
FORMS = st.lists(st.tuples(*[NUMBERS] * N), max_size=5)


def form(*entries):
    return tuple(map(fmpq, entries))


@settings(max_examples=80, deadline=None)
@given(FORMS, st.tuples(*[NUMBERS] * N), st.tuples(*[NUMBERS] * N))
def test_common_zeros_are_those_of_all_forms_and_no_fewer(forms, point, other):
    subspace = common_zeros(N, forms)
    assert len(subspace.bound) == (fmpq_mat(forms).rank() if forms else 0)
    placed = subspace.placed([acb(x) for x in point])
    assert all(sum((a * z for a, z in zip(f, placed)), acb(0)).overlaps(acb(0)) for f in forms)
    # Exactly, for whatever ball of the free weights; and a form that is no combination of theirs is not said to vanish.
    wide = subspace.placed([acb(arb(1, 1))] * N)
    assert all(holds(f, wide, subspace) for f in forms)
    independent = fmpq_mat([*forms, other]).rank() > len(subspace.bound)
    assert holds(other, wide, subspace) != independent
    assert subspace.contains(wide, subspace) and subspace.contains(wide, common_zeros(N, subspace.equations))


@settings(max_examples=30, deadline=None)
@given(FORMS, st.integers(0, 3))
def test_a_polynomial_on_a_subspace_is_its_values_there(forms, seed):
    chain = loss(read({"architecture": {"family": "linear", "widths": [1, 2, 1]}, "data": {"inputs": [[1]], "targets": [[seed]]}}))
    subspace = common_zeros(N, forms)
    point = [fmpq(int(k)) for k in np.random.default_rng(seed).integers(-5, 6, N)]
    equations = dict(subspace.bound)
    placed = [sum((point[j] * e for j, e in equations[i]), fmpq(0)) if i in equations else x for i, x in enumerate(point)]
    expanded = polynomial(chain)
    assert subspace.restricted(expanded)(*point) == expanded(*placed)
    # The derivatives by the free weights are those of the polynomial on T.
    row = [acb(slope(*placed)) for slope in gradient(chain)]
    assert all(
        subspace.restricted(expanded).derivative(j)(*point) == value.real.mid().fmpq()
        for j, value in zip(subspace.free, subspace.along(row))
        if value.is_exact()
    )


def network(widths, inputs, targets, **more):
    return read({"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}, **more})


def test_few_samples_and_few_targets_suggest_skew_forms():
    deep = network([2, 1, 1, 2], [["7/4", "-3/2"]], [["-3/4", "-5"]])
    skew = [f for f in linear_forms(loss(deep)) if sum(map(bool, f)) > 1]
    assert skew == [form(1, fmpq(-6, 7), 0, 0, 0), form(0, 0, 0, 1, fmpq(20, 3))]
    # With a ridge on the last layer only, the last layer enters by itself as well.
    ridged = network([2, 1, 1, 2], [["7/4", "-3/2"]], [["-3/4", "-5"]], ridge=[0, 0, 1])
    assert set(skew) <= set(linear_forms(loss(ridged)))
    full = network([2, 1, 1, 2], [[1, 2], [3, 4]], [[1, 0], [0, 1]])
    assert all(sum(map(bool, f)) == 1 for f in linear_forms(loss(full)))


@pytest.mark.parametrize("x", [["1/3", "3/4"], [5, -7], ["22/7", "1/1000"]])
@pytest.mark.parametrize("y", [[3, 3], [1, 0], ["-2/9", "17/4"]])
def test_where_a_first_layer_is_across_the_sample_kinds_are_proved(x, y):
    """W1 x = 0, W2 = 0, W3 across y: L − L(p) begins with a cubic, and on the other side of it are the strict saddles."""
    problem = network([2, 2, 1, 2], [x], [y])
    exact = loss(problem)
    (a, b), (c, d) = ([float(Fraction(entry)) for entry in row] for row in (x, y))
    across, last = np.array([-b, a]), np.array([-d, c])
    point = np.concatenate([0.3 * across, -0.7 * across, [0, 0], last])
    found = component(exact, knowledge(problem), point)
    assert found.kind is Kind.NON_STRICT_SADDLE and found.kind_proved and found.dimension >= 3
    beside = component(exact, knowledge(problem), np.concatenate([0.3 * across, -0.7 * across, [0.6, 1.4], last]))
    assert beside.kind is Kind.STRICT_SADDLE and beside.kind_proved and (beside.dimension, beside.exact_dimension) == (6, True)


def test_forms_are_measured_by_their_largest_coefficient():
    assert floats([form(1, fmpq(-7, 2))], 2).tolist() == [[2 / 7, -1]] and floats([], 2).shape == (0, 2)


def test_a_point_lies_in_a_subspace_only_if_that_is_exact():
    line = Subspace(2, ((0, ((1, fmpq(2)),)),))
    assert line.contains([acb(2), acb(1)], Subspace(2)) and not line.contains([acb(2), acb(arb(1, 1e-30))], Subspace(2))
    assert line.contains([acb(0), acb(0)], coordinate_subspace(2, (0, 1)))
