"""A certificate, proved again from the file alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from critscape.algebra.certificates.box_claims import BoxClaims
from critscape.algebra.certificates.claims import Claims, read_claims
from critscape.algebra.certificates.component_claims import ComponentClaims, read_component_claims
from critscape.algebra.certificates.intervals import Arithmetic
from critscape.algebra.certificates.split_claims import SplitClaims, read_split_claims
from critscape.algebra.polynomial.rational_polynomial import of_terms
from critscape.problems.files.documents import family_of, kind_of, refuse_others
from critscape.problems.input.bad_input import BadInput
from critscape.scripts.studies.progress import reporting

MOST_WEIGHTS = 40
"""Weights of the largest loss that is expanded."""
FLINT, MPMATH = "flint", "mpmath"
ARITHMETICS = {FLINT: "in FLINT's ball arithmetic", MPMATH: "in mpmath's interval arithmetic, without FLINT"}
"""What the proof is computed in."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Check:
    """The outcome for the problem ``title``: true if every claim is proved, ``failure`` names the first that is not."""

    title: str
    claims: Claims | ComponentClaims | SplitClaims | BoxClaims
    failure: str | None
    arithmetic: str
    seconds: float

    @property
    def proved(self) -> bool:
        """Whether every claim is proved."""
        return self.failure is None

    def __bool__(self) -> bool:
        return self.proved


@dataclass(frozen=True)
class Method:
    """How the claims of a certificate in n = ``dimension`` weights are proved: ``first_failure`` names the first that is not."""

    title: str
    dimension: int
    first_failure: Callable[[Claims | ComponentClaims, Progress], str | None]


def checked(content: Any, arithmetic: str, source: str = "certificate") -> Check:
    """The check of a certificate's content, as parsed from its file ``source``.

    Raises
    ------
    BadInput : no certificate, another arithmetic, more than MOST_WEIGHTS weights.
    Malformed : a certificate with something in it that none has.
    """
    if arithmetic not in ARITHMETICS:
        raise BadInput("arithmetic", "one of " + ", ".join(ARITHMETICS), arithmetic)
    refuse_others(content, source, "certificate", "component certificate", "split certificate", "box certificate")
    if not isinstance(content, dict) or "problem" not in content:
        raise BadInput(source, "a certificate: an object with format, problem, counts and points")
    began = time.perf_counter()
    if kind_of(content) == "split certificate":
        return split_units(content, arithmetic, began)
    if kind_of(content) == "box certificate":
        return smooth_units(content, arithmetic, began)
    method = in_flint(content["problem"]) if arithmetic == FLINT else in_mpmath(content["problem"])
    read = read_component_claims if kind_of(content) == "component certificate" else read_claims
    claims = read(content, method.dimension)
    with reporting(method.title) as progress:
        failure = method.first_failure(claims, progress)
    return Check(method.title, claims, failure, arithmetic, time.perf_counter() - began)


def smooth_units(content: dict, arithmetic: str, began: float) -> Check:
    """The check of a certificate of logistic or tanh units; what is proved is one, only the arithmetic differs.

    Raises
    ------
    BadInput : another network, or a ridge that is not positive on every weight.
    Malformed : a certificate with something in it that none has.
    """
    from critscape.algebra.certificates.box_claims import read_box_claims
    from critscape.algebra.certificates.box_proof import first_failure
    from critscape.problems.files.plain_layers import plain_layers

    if family_of(content["problem"]) != "one-hidden-layer":
        raise BadInput("problem.architecture.family", "one-hidden-layer", str(family_of(content["problem"])))
    title, small = plain_layers(content["problem"])
    if not all(small.ridge):
        raise BadInput("problem.ridge", "a positive number for every weight", 0)
    if small.dimension > MOST_WEIGHTS:
        raise BadInput("problem.architecture", f"at most {MOST_WEIGHTS} weights", str(small.dimension))
    claims = read_box_claims(content, small)
    with reporting(title) as progress:
        failure = first_failure(small, claims, intervals_of(arithmetic), progress)
    return Check(title, claims, failure, arithmetic, time.perf_counter() - began)


def split_units(content: dict, arithmetic: str, began: float) -> Check:
    """The check of a certificate of split units; what is proved is one, only the arithmetic differs.

    Raises
    ------
    BadInput : no feed-forward network, or more than MOST_WEIGHTS weights.
    Malformed : a certificate with something in it that none has.
    """
    from critscape.algebra.certificates.split_proof import first_failure
    from critscape.problems.files.plain_layers import plain_layers

    title, small = plain_layers(content["problem"])
    if small.dimension > MOST_WEIGHTS:
        raise BadInput("problem.architecture", f"at most {MOST_WEIGHTS} weights", str(small.dimension))
    claims = read_split_claims(content, small)
    with reporting(title) as progress:
        failure = first_failure(small, claims, intervals_of(arithmetic), progress)
    return Check(title, claims, failure, arithmetic, time.perf_counter() - began)


def intervals_of(arithmetic: str) -> Arithmetic:
    """The arithmetic by its name."""
    if arithmetic == MPMATH:
        from critscape.algebra.certificates.mpmath_intervals import MpmathIntervals

        return MpmathIntervals()
    from critscape.algebra.certificates.flint_intervals import FlintIntervals

    return FlintIntervals()


def in_flint(problem: object) -> Method:
    """The check in the arithmetic that the solver uses too."""
    from critscape.algebra.certificates.checker import first_failure
    from critscape.algebra.certificates.component_proof import first_failure as first_failure_of_components
    from critscape.algebra.certificates.flint_intervals import FlintIntervals
    from critscape.algebra.polynomial.loss import polynomial, terms
    from critscape.problems.files.plain_least import plain_least
    from critscape.problems.files.problem_file import read
    from critscape.problems.problem.problem import loss

    found = read(problem)
    if found.dimension > MOST_WEIGHTS:
        raise BadInput("problem.architecture", f"at most {MOST_WEIGHTS} weights", str(found.dimension))

    def proved(claims: Claims | ComponentClaims, progress: Progress) -> str | None:
        if isinstance(claims, ComponentClaims):
            expanded = of_terms(terms(polynomial(loss(found))), found.dimension)
            return first_failure_of_components(expanded, claims, FlintIntervals(), plain_least(problem), progress)
        # It takes about a second: there is nothing to tell on the way.
        return first_failure(loss(found), claims)

    return Method(found.title, found.dimension, proved)


def in_mpmath(problem: object) -> Method:
    """The check that loads nothing of FLINT."""
    from critscape.algebra.certificates.component_proof import first_failure as first_failure_of_components
    from critscape.algebra.certificates.mpmath_checker import first_failure
    from critscape.algebra.certificates.mpmath_intervals import MpmathIntervals
    from critscape.problems.files.plain_least import plain_least
    from critscape.problems.files.plain_loss import plain_loss

    loss = plain_loss(problem, MOST_WEIGHTS)

    def proved(claims: Claims | ComponentClaims, progress: Progress) -> str | None:
        if isinstance(claims, ComponentClaims):
            return first_failure_of_components(loss.polynomial, claims, MpmathIntervals(), plain_least(problem), progress)
        return first_failure(loss.polynomial, claims, progress)

    return Method(loss.title, loss.polynomial.variables, proved)
