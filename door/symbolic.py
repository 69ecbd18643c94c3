"""The loss, its gradient and its Hessian as SymPy's objects, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from critscape.problems.problem.problem import Problem
from critscape.problems.problem.problem import loss as loss_of
from critscape.reading import as_problem

if TYPE_CHECKING:
    import sympy

Given = Problem | Mapping[str, Any] | str | PathLike[str]
"""A problem, its document, or the path of its file."""


def sympy_loss(problem: Given) -> sympy.Expr:
    """L(w), expanded, in one real symbol per weight; their names are those of tables: ``W1_11``, ``W1_12``, …

    Raises
    ------
    BadInput : a document or a file that is no problem.

    >>> sympy_loss({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "(x^2 - 1)^2/4"}})
    x**4/4 - x**2/2 + 1/4
    """
    from critscape.algebra.polynomial import symbolic

    return symbolic.sympy_loss(loss_of(as_problem(problem))).as_expr()


def gradient(problem: Given) -> sympy.Matrix:
    """∇L as a column (N, 1).

    Raises
    ------
    BadInput : a document or a file that is no problem.

    >>> gradient({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "(x^2 - 1)^2/4"}})
    Matrix([[x**3 - x]])
    """
    import sympy

    from critscape.algebra.polynomial import symbolic

    return sympy.Matrix([slope.as_expr() for slope in symbolic.sympy_gradient(loss_of(as_problem(problem)))])


def hessian(problem: Given) -> sympy.Matrix:
    """∇²L as a symmetric matrix (N, N).

    Raises
    ------
    BadInput : a document or a file that is no problem.

    >>> hessian({"architecture": {"family": "polynomial", "variables": ["x"], "loss": "(x^2 - 1)^2/4"}})
    Matrix([[3*x**2 - 1]])
    """
    from critscape.algebra.polynomial import symbolic

    return symbolic.sympy_hessian(loss_of(as_problem(problem)))
