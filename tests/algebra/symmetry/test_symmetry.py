"""Signed permutations and continuous symmetries, against groups that are known."""

from fractions import Fraction

import pytest

from critscape.algebra.polynomial.loss import gradient, polynomial
from critscape.algebra.symmetry.continuous import infinitesimal_symmetries
from critscape.algebra.symmetry.finite import symmetry_group
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem

ONE = Fraction(1)


def weights(network):
    return sum(block.size for block in network.blocks)


def with_ridge(network, ridge):
    return loss(random_problem(network, 3, 1, ridge=(Fraction(ridge),) * weights(network)))


@pytest.mark.parametrize(
    ("network", "order"),
    [
        (Linear((2, 2, 2)), 2**2),
        (Linear((3, 3, 3)), 2**3),
        (Linear((2, 2, 2, 2)), 2**4),
        (Quadratic(2, 2, (ONE, ONE)), 2**2),
        (Quadratic(2, 1, None, norm_regressor=True), 2),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_generic_ridges_leave_the_sign_flips_of_hidden_units(network, order):
    assert symmetry_group(loss(random_problem(network, 3, 1))).order == order


@pytest.mark.parametrize(
    ("network", "order"),
    [
        (Linear((2, 2, 2)), 2**2 * 2),
        (Linear((2, 3, 2)), 2**3 * 6),
        (Linear((2, 3, 3, 2)), 2**6 * 6 * 6),
        (Quadratic(2, 2, None), 2**2 * 2),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_equal_ridges_add_the_permutations_of_hidden_units(network, order):
    assert symmetry_group(with_ridge(network, 1)).order == order


def test_a_width_one_chain_with_equal_ridge_has_the_signed_permutations_that_keep_the_product():
    chain = least_squares(Linear((1, 1, 1, 1)), ((ONE,),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
    assert symmetry_group(loss(chain)).order == 6 * 4


@pytest.mark.parametrize("network", [Linear((2, 3, 2)), Quadratic(2, 2, None, True)], ids=lambda n: n.title)
def test_generators_leave_the_polynomial_unchanged(network):
    exact_loss = with_ridge(network, 1)
    expanded = polynomial(exact_loss)
    for generator in symmetry_group(exact_loss).generators:
        assert expanded.compose(*generator(list(expanded.context().gens()))) == expanded


@pytest.mark.parametrize(
    ("network", "ridge", "parameters"),
    [
        (Linear((2, 2, 2)), 1, 1),  # so(2)
        (Linear((2, 3, 2)), 1, 3),  # so(3)
        (Linear((2, 2, 2)), 0, 4),  # gl(2)
        (Linear((2, 1, 2)), 0, 1),  # gl(1)
        (Linear((2, 1, 2)), 1, 0),
        (Quadratic(2, 2, (ONE, ONE)), 1, 1),
    ],
    ids=lambda x: getattr(x, "title", x),
)
def test_continuous_symmetries(network, ridge, parameters):
    exact_loss = with_ridge(network, ridge)
    fields = infinitesimal_symmetries(exact_loss)
    assert len(fields) == parameters
    variables = polynomial(exact_loss).context().gens()
    for field in fields:
        moved = field(variables)
        assert sum(m * slope for m, slope in zip(moved, gradient(exact_loss))) == 0


def test_generic_ridges_leave_no_continuous_symmetry():
    assert infinitesimal_symmetries(loss(random_problem(Linear((2, 3, 2)), 3, 1))) == ()
