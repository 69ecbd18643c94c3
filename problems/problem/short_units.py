"""The units, powers of ten, in which the components of a problem's critical set are told apart."""

from __future__ import annotations

from critscape.algebra.components.units import DecimalUnits, decimal_units
from critscape.problems.problem.problem import Problem


def short_units(problem: Problem) -> DecimalUnits:
    """Powers of ten near the natural units, in which data and ridge are about one."""
    natural = problem.criterion.units(problem)
    return decimal_units(natural.weights, natural.loss)
