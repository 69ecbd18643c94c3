"""The losses of one problem as its ridge is scaled: λ(s) = s·λ, data fixed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from critscape.algebra.pencils.bifurcation import Pencil
from critscape.algebra.polynomial.loss import polynomial
from critscape.algebra.symmetry.finite import elements, symmetry_group
from critscape.problems.problem.continuation import continuation
from critscape.problems.problem.problem import Problem, loss

GENERIC = Fraction(7919, 7907)
"""A scale of the ridge that is special for no data that people write down: what leaves the loss unchanged there always does."""


def scaled(problem: Problem, s: Fraction) -> Problem:
    """The problem with the ridge s·λ."""
    return replace(problem, ridge=tuple(s * strength for strength in problem.ridge))


def ridge_pencil(problem: Problem, s: Fraction) -> Pencil:
    """The losses L_s of a problem's normal form, in the natural units of its member at ``s``, with the symmetries that all have."""
    way = continuation(scaled(problem, s))
    # The ridge comes last in a place.
    shares = (np.concatenate([way.end[: -problem.dimension], share * way.end[-problem.dimension :]]) for share in (0.0, 1.0))
    ends = [way.curve(place[None, :])[0].real for place in shares]
    generic = loss(replace(way.problem, ridge=tuple(GENERIC / s * strength for strength in way.problem.ridge)))
    group = elements(symmetry_group(generic), problem.dimension)
    degree = max(map(sum, polynomial(generic).monoms()), default=1)
    return Pencil(way.loss.family, ends[0], (ends[1] - ends[0]) / float(s), way.units, group, int(degree), way.natural.loss)
