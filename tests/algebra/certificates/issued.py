"""Certificates for the tests of checkers: issued by the solver, or written by hand."""

from fractions import Fraction
from functools import cache

from critscape.algebra.certificates import checker, mpmath_checker
from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.claims import FORMAT, Malformed, read_claims
from critscape.problems.criteria.squared import least_squares
from critscape.problems.files.plain_loss import plain_loss
from critscape.problems.files.problem_file import document, read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

ONE = Fraction(1)


@cache
def issued(problem, prove=False):
    """The certificate of a solved problem (not to be changed) and its result document.

    Without ``prove``, 225 points get no upper bound, as it takes ten seconds.
    """
    answer = solve(problem, Options(engine="batch", prove=prove))
    result, critical = answer.document, answer.critical
    return certificate(critical.enumeration.points, critical.real, document(problem), critical.proof), result


def refusal(content):
    """Why a parsed certificate is not accepted by the check in FLINT's arithmetic, or None."""
    try:
        problem = read(content["problem"])
        return checker.first_failure(loss(problem), read_claims(content, problem.dimension))
    except (BadInput, Malformed) as error:
        return str(error)


def plain_refusal(content):
    """Why the check in mpmath's arithmetic does not accept it, or None."""
    try:
        found = plain_loss(content["problem"], 40).polynomial
        return mpmath_checker.first_failure(found, read_claims(content, found.variables))
    except (BadInput, Malformed) as error:
        return str(error)


def number(text):
    """The exact value of ``m*2^e``."""
    mantissa, exponent = text.split("*2^")
    return int(mantissa) * Fraction(2) ** int(exponent)


def text(value):
    """A dyadic fraction as ``m*2^e``."""
    assert value.denominator & (value.denominator - 1) == 0
    return f"{value.numerator}*2^-{value.denominator.bit_length() - 1}"


def claims(*points, counts=None):
    """A certificate written by hand: points as (centre, radius, real, index, loss, not_global)."""
    names = ("centre", "radius", "real", "index", "loss", "not_global")
    entries = [dict(zip(names, point)) for point in points]
    indices = [entry["index"] for entry in entries if entry["real"]]
    counts = counts or {
        "complex_at_least": len(entries),
        "real_at_least": len(indices),
        "by_index_at_least": {str(index): indices.count(index) for index in set(indices)},
    }
    return {"format": FORMAT, "problem": {}, "counts": counts, "upper_bound": None, "points": entries}


CHAIN = least_squares(Linear((1, 1, 1, 1)), ((ONE,),), ((Fraction(5, 4),),), (Fraction(1, 4),) * 3)
THRESHOLD = least_squares(Linear((1, 1, 1)), ((ONE,),), ((ONE,),), (ONE, ONE))
QUARTIC = least_squares(Quadratic(1, 1, (ONE,)), ((ONE,),), ((Fraction(1, 2),),), (ONE,))
CLOSE = least_squares(Linear((1, 1, 1)), ((1 + Fraction(1, 10**12),),), ((ONE,),), (ONE, ONE))
NARROW, TRAINED = random_problem(Linear((2, 1, 2)), 3, 5), random_problem(Quadratic(1, 2, None), 3, 4)

SOLVED = [CHAIN, NARROW, TRAINED, CLOSE, random_problem(Linear((2, 2, 2)), 5, 7), random_problem(Linear((1, 1)), 3, 1)]
