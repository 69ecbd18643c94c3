"""SymPy objects agree with the exact polynomials that they come from."""

from fractions import Fraction

import sympy

from critscape.algebra.polynomial.symbolic import symbols, sympy_gradient, sympy_hessian, sympy_loss
from critscape.problems.criteria.squared import least_squares
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.network import latex_names
from critscape.problems.problem.problem import loss


def test_the_loss_of_a_chain_is_the_one_in_the_paper():
    chain = loss(least_squares(Linear((1, 1, 1, 1)), ((Fraction(1),),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3))
    a, b, c = symbols(chain)
    expected = (a * b * c - sympy.Rational(5, 4)) ** 2 / 2 + (a**2 + b**2 + c**2) / 8
    assert sympy.expand(sympy_loss(chain).as_expr() - expected) == 0
    assert [sympy.expand(slope.as_expr() - expected.diff(v)) for slope, v in zip(sympy_gradient(chain), (a, b, c))] == [0, 0, 0]
    assert (sympy_hessian(chain) - sympy.hessian(expected, (a, b, c))).expand() == sympy.zeros(3)


def test_latex_names_carry_the_layer():
    assert latex_names(Linear((1, 2, 1))) == ("w^{(1)}_{11}", "w^{(1)}_{21}", "w^{(2)}_{11}", "w^{(2)}_{12}")
