"""Certificates of components for the tests of their checker: issued by the solver, or by what is proved at points that are given."""

import copy
import json
from fractions import Fraction
from functools import cache

import numpy as np

from critscape.algebra.certificates.claims import Malformed
from critscape.algebra.certificates.component_claims import read_component_claims
from critscape.algebra.certificates.component_proof import first_failure
from critscape.algebra.certificates.flint_intervals import FlintIntervals
from critscape.algebra.certificates.mpmath_intervals import MpmathIntervals
from critscape.algebra.components.certificate import component_certificate
from critscape.algebra.components.component import component
from critscape.algebra.polynomial.loss import polynomial, terms
from critscape.algebra.polynomial.rational_polynomial import of_terms
from critscape.problems.files.plain_least import plain_least
from critscape.problems.files.plain_loss import plain_loss
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import loss
from critscape.problems.problem.short_units import short_units
from critscape.problems.spaces.knowledge import composition, knowledge
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

PLANE = [[1, 0], [0, 1]]


def data(inputs, targets):
    return {"data": {"inputs": inputs, "targets": targets}}


def typed(formula, *variables):
    return {"architecture": {"family": "polynomial", "variables": list(variables), "loss": formula}}


# Minima that are spurious, circles of saddles that are irrational, an arc of third order.
UNIT = {"architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"}, **data(PLANE, [[1], [-2]])}
# A global minimum by convexity in function space.
CHAIN = {"architecture": {"family": "linear", "widths": [1, 1, 1, 1]}, **data([[1]], [["5/4"]])}
# Critical points on subspaces that are none of coordinates: first layers across the sample, last ones across the target.
SKEW = {"architecture": {"family": "linear", "widths": [2, 1, 1, 2]}, **data([["7/4", "-3/2"]], [["-3/4", "-5"]])}
FLAT = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, **data([[1]], [[2]]), "loss": {"residual": "r^4"}}
# Irrational points: boxes.
NARROW = {"architecture": {"family": "linear", "widths": [2, 1, 2]}, **data([[1, 2], [3, "1/2"], [0, 1]], [[1, 1], [2, -1], [0, 3]])}
# Its half-line of minima is spurious, as L is not bounded below: no critical value is lower.
# Circles of global minima by a convex bound from below, irrational ones and rational ones.
TURNED = {"architecture": {"family": "linear", "widths": [1, 2, 1]}, **data([[1]], [[2]]), "ridge": "1/2"}
RAISED = {"architecture": {"family": "quadratic", "inputs": 1, "units": 2}, **data([[1]], [[3]]), "ridge": 1}
# Data of other units.
SMALL = {**NARROW, **data([["1e-6", "2e-6"], ["3e-6", "5e-7"], [0, "1e-6"]], [["1e7", "1e7"], ["2e7", "-1e7"], [0, "3e7"]])}
# Eigenvalues that are equal at the bottleneck.
TIED = {"architecture": {"family": "linear", "widths": [2, 1, 2]}, **data(PLANE, PLANE)}
SOLVED = {
    "unit": UNIT, "chain": CHAIN, "narrow": NARROW, "half": typed("x^2*y", "x", "y"), "turned": TURNED, "raised": RAISED, "small": SMALL, "tied": TIED,
}  # fmt: skip

# Losses and points at which kinds are known by hand.
AT_POINTS = {
    "strict minimum of order four": (typed("y^2 + 2*y*x^2 + 2*x^4", "x", "y"), [[0, 0]]),
    "circle of minima around a maximum": (typed("(x^2 + y^2 - 2)^2", "x", "y"), [[0, 0], [1, 1], [2**0.5, 0]]),
    "minima and maxima that meet": (typed("x^2*y", "x", "y"), [[0, 1], [0, -1], [0, 0]]),
    "saddle by a rising arc": (typed("-x^2 + y^4", "x", "y"), [[0, 0]]),
    "arcs over a number field": (typed("(x^2 - 2)^2 + y^4 + y^5", "x", "y"), [[2**0.5, 0]]),
    "convex powers": (typed("x^4 + y^4", "x", "y"), [[0, 0]]),
    "nothing decided": (typed("x^4 - x^2*y^2 + y^4", "x", "y"), [[0, 0]]),
    "where a skew form vanishes": (typed("(x + 2*y)^4 + (z^2 - 2)^2", "x", "y", "z"), [[2, -1, 2**0.5]]),
    "layers across a sample and a target": (SKEW, [[-6, -7, 0, 20, -3], [-6, -7, 5, 20, -3], [1, 2, 0, 20, -3]]),
    "powers of a circle": (typed("(x^2 + y^2 - 1)^3", "x", "y"), [[1, 0], [2**0.5 / 2, 2**0.5 / 2], [0, 0]]),
    "a fourth power of a residual": (FLAT, [[1, 2], [2**0.5, 2**0.5], [0, 0]]),
    "arc of order six": (typed("(y - x^2)^2 - x^6", "x", "y"), [[0, 0]]),
}


@cache
def _issued(name):
    if name in SOLVED:
        found = solve(read(SOLVED[name]), Options(engine="batch", components=True))
        problem, components = found.problem, [row.component for row in found.table.rows]
        units, low = found.table.units, found.table.low
    else:
        content, points = AT_POINTS[name]
        problem = read(content)
        components = [component(loss(problem), knowledge(problem), np.array(point, dtype=float)) for point in points]
        units, low = short_units(problem), None
    return json.dumps(component_certificate(loss(problem), components, composition(problem), document(problem), units, low))


def issued(name):
    """A certificate as parsed from its file, to be changed."""
    return copy.deepcopy(json.loads(_issued(name)))


def refusal(content):
    """Why a parsed certificate is not accepted by the check in FLINT's arithmetic, or None."""
    try:
        problem = read(content["problem"])
        expanded = of_terms(terms(polynomial(loss(problem))), problem.dimension)
        return first_failure(expanded, read_component_claims(content, problem.dimension), FlintIntervals(), plain_least(content["problem"]))
    except (BadInput, Malformed) as error:
        return str(error)


def plain_refusal(content):
    """Why the check in mpmath's arithmetic does not accept it, or None."""
    try:
        found = plain_loss(content["problem"], 40).polynomial
        return first_failure(found, read_component_claims(content, found.variables), MpmathIntervals(), plain_least(content["problem"]))
    except (BadInput, Malformed) as error:
        return str(error)


def number(text):
    """The exact value of ``p/q`` or ``m*2^e``."""
    if "*" in text:
        mantissa, exponent = text.split("*2^")
        return int(mantissa) * Fraction(2) ** int(exponent)
    return Fraction(text)
