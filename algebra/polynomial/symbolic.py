"""The loss, its gradient and its Hessian as SymPy objects."""

from __future__ import annotations

from functools import lru_cache

import flint
import sympy

from critscape.algebra.polynomial.loss import Loss, gradient, hessian, polynomial, terms


@lru_cache(maxsize=64)
def symbols(loss: Loss) -> tuple[sympy.Symbol, ...]:
    """One real symbol per weight, in the order of the variables."""
    return tuple(sympy.Symbol(name, real=True) for name in loss.variables)


def sympy_polynomial(expanded: flint.fmpq_mpoly, variables: tuple[sympy.Symbol, ...]) -> sympy.Poly:
    """An expanded polynomial over ℚ as a SymPy ``Poly``."""
    return sympy.Poly({a: sympy.Rational(c.numerator, c.denominator) for a, c in terms(expanded).items()}, *variables, domain="QQ")


def sympy_loss(loss: Loss) -> sympy.Poly:
    """L as a SymPy ``Poly`` over ℚ."""
    return sympy_polynomial(polynomial(loss), symbols(loss))


def sympy_gradient(loss: Loss) -> list[sympy.Poly]:
    """∇L as n SymPy ``Poly`` over ℚ."""
    return [sympy_polynomial(slope, symbols(loss)) for slope in gradient(loss)]


def sympy_hessian(loss: Loss) -> sympy.Matrix:
    """∇²L as a symmetric n × n SymPy matrix of expressions."""
    return sympy.Matrix([[sympy_polynomial(entry, symbols(loss)).as_expr() for entry in row] for row in hessian(loss)])
