"""All critical points of a network of smooth units, proved, for what is made of them: searched for, or those of a file proved again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import flint
from flint import arb, fmpq

from critscape.algebra.boxes.critical_points import all_points
from critscape.algebra.boxes.document import ENGINE, form_reordered, reordered
from critscape.algebra.boxes.exact_origin import closed_forms
from critscape.algebra.boxes.loss import RegressionLoss
from critscape.algebra.boxes.proof import proved_near
from critscape.algebra.boxes.regression import Regression as ExactRegression
from critscape.algebra.certificates.box_claims import BoxClaims
from critscape.algebra.certificates.claims import Malformed
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.critical.result import versions
from critscape.algebra.landscape.landscape import NotApplicable
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import located
from critscape.algebra.points.classification import RealPoint
from critscape.algebra.symmetry.finite import SignedPermutation, SymmetryGroup
from critscape.problems.files.documents import checked
from critscape.problems.files.problem_file import read_any
from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import variables
from critscape.problems.problem.hidden_layer import regression
from critscape.problems.problem.regression import Regression
from critscape.scripts.studies import certificate_check
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.smooth.run import critical_points_of

BITS = 512
"""Precision in which decimals are read."""
SAME = 1e-6
"""A proved point is the one that decimals mean if each weight differs from them by less, relative to 1 + its size."""


def of_problem(content: dict, options: Options) -> KnownPoints:
    """All critical points of a problem, by the search.

    Raises
    ------
    BadInput, TooLarge : as :func:`critscape.scripts.studies.smooth.run.answered`.
    NotApplicable : boxes are left.
    """
    problem = read_any(content)
    assert isinstance(problem, Regression)  # What the family is.
    if options.engine not in ("auto", "batch"):
        raise BadInput("--engine", f"nothing: the family {problem.network.family} has one way to its answer", options.engine)
    search = critical_points_of(problem, options)
    if search.found.reason is not None:
        raise NotApplicable(f"this needs all critical points, and the search is incomplete: {search.found.reason}")
    engine = {"name": ENGINE, "seed": options.seed, "versions": versions()}
    found, exact, seconds = search.found, search.exact, search.seconds["total"]
    return known(problem, exact, search.order, found.points, found.symmetries, "problem", engine, found.evidence, seconds)


def of_result(content: dict) -> KnownPoints:
    """The points of a result that says it is complete, each proved again.

    Raises
    ------
    NotApplicable : it does not.
    BadInput : a point that is none, the same twice, other counts than are proved.
    """
    began = time.perf_counter()
    checked(content, "result")
    problem = read_any(content["problem"])
    assert isinstance(problem, Regression)  # What the family is.
    exact, order = regression(problem)
    if content["status"] != "complete":
        reason = f": {content['reason']}" if "reason" in content else ""
        raise NotApplicable(f"this needs all critical points, and the result is {content['status']}{reason}")
    listed = content["critical_points"]
    with reporting(problem.title) as progress:
        progress("the points are proved again", len(listed))
        zeros = [proved_again(exact, order, entry["point"], f"critical_points[{k}]") for k, entry in enumerate(listed)]
    for k, place in enumerate(located(zeros, zeros)):
        if place != k:
            raise BadInput(f"critical_points[{k}]", f"another point than critical_points[{place}]")
    points, symmetries = all_points(exact, zeros)
    by_index = {str(index): number for index, number in sorted(Counter(point.index for point in points).items())}
    for field, proved in (("real", len(points)), ("by_index", by_index)):
        if content["counts"][field] != proved:
            raise BadInput(f"counts.{field}", f"{proved}, as is proved of critical_points", content["counts"][field])
    evidence = (Evidence("points of the result proved again", True, f"{len(points)} real points, each simple and alone in its box"),)
    spent = time.perf_counter() - began
    return known(problem, exact, order, points, symmetries, "result", content.get("engine"), evidence, spent)


def of_certificate(content: dict) -> KnownPoints:
    """The points of a certificate that says there are no others, once all of it is proved again.

    Raises
    ------
    NotApplicable : it has no cover, or a claim of it is not proved.
    BadInput : it is none.
    """
    began = time.perf_counter()
    try:
        check = certificate_check.checked(content, certificate_check.FLINT)
    except Malformed as error:
        raise BadInput(*str(error).split(": expected ", 1)) from None
    claims = check.claims
    assert isinstance(claims, BoxClaims)  # What this kind of file is.
    if claims.cover is None:
        raise NotApplicable(f"this needs all critical points, and the certificate proves {claims.real} without a cover by cells")
    if check.failure is not None:
        raise NotApplicable(f"this needs points that are proved, and the certificate is not: {check.failure}")
    problem = read_any(content["problem"])
    assert isinstance(problem, Regression)  # What the family is.
    exact, order = regression(problem)
    zeros = []
    for k, point in enumerate(claims.points):
        with flint.ctx.workprec(BITS):
            start = [arb(fmpq(x.numerator, x.denominator)) for x in point.centre]
            radius = arb(fmpq(point.radius.numerator, point.radius.denominator))
        zero = nearby(exact, order, start, f"points[{k}]")
        if not all(abs(zero.ball[place].real - x) < radius for place, x in zip(order, start)):
            raise BadInput(f"points[{k}]", "a box in which Newton's method settles")
        zeros.append(zero)
    points, symmetries = all_points(exact, zeros)
    evidence = (Evidence("points of the certificate proved again", True, f"{len(points)} real points, each simple and alone in its box"),)
    return known(problem, exact, order, points, symmetries, "certificate", None, evidence, time.perf_counter() - began)


def proved_again(exact: ExactRegression, order: Sequence[int], digits: Sequence[str], field: str) -> CertifiedPoint:
    """The critical point at decimals for the weights; ``field`` is where they stand."""
    if len(digits) != len(order):
        raise BadInput(f"{field}.point", f"{len(order)} coordinates, one per weight", str(len(digits)))
    with flint.ctx.workprec(BITS):
        given = [arb(text) for text in digits]
    point = nearby(exact, order, given, field)
    if any(abs(point.ball[place].real - w).mid() > arb(SAME) * (1 + abs(w)).mid() for place, w in zip(order, given)):
        raise BadInput(field, "a critical point of the loss: the nearest one is elsewhere")
    return point


def nearby(exact: ExactRegression, order: Sequence[int], weights: Sequence[arb], field: str) -> CertifiedPoint:
    """The critical point next to approximate weights of the network."""
    start = [arb(0)] * len(order)
    for place, weight in zip(order, weights):
        start[place] = weight
    point = proved_near(exact, start)
    if point is None:
        raise BadInput(field, "a simple critical point of the loss")
    return point


def known(
    problem: Regression,
    exact: ExactRegression,
    order: tuple[int, ...],
    points: Sequence[RealPoint],
    symmetries: SymmetryGroup,
    source: str,
    engine: dict | None,
    evidence: tuple[Evidence, ...],
    seconds: float,
) -> KnownPoints:
    """Points of a regression, all that there are, in the order of the network's weights."""
    forms = tuple(form_reordered(form, order) for form in closed_forms(exact, points))
    loss = RegressionLoss(exact, order, variables(problem.network))
    moved = tuple(reordered(point, order) for point in points)
    group = SymmetryGroup(tuple(conjugated(g, order) for g in symmetries.generators), symmetries.order)
    return KnownPoints(problem, loss, moved, group, forms, "proved", source, engine, evidence, seconds)


def conjugated(element: SignedPermutation, order: Sequence[int]) -> SignedPermutation:
    """A symmetry in the order of the network's weights: ``order`` has the position of each in the regression.

    >>> conjugated(SignedPermutation((1, 0, 2), (1, 1, -1)), (2, 0, 1))
    SignedPermutation(image=(0, 2, 1), sign=(-1, 1, 1))
    """
    weight = {place: a for a, place in enumerate(order)}
    return SignedPermutation(tuple(weight[element.image[place]] for place in order), tuple(element.sign[place] for place in order))
