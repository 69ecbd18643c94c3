"""The certified real critical points that a file gives: a problem file (solved), a result or a certificate (proved again).

Nothing is solved twice. The points of a result are decimals and no proof: each is refined and proved again, and their number, their
reality and their indices must be those that the result counts; that none is missing is taken from its status. A certificate is
checked whole, its upper bound included, so that nothing is taken on trust.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from critscape.algebra.certificates.checker import box, first_failure
from critscape.algebra.certificates.claims import Malformed, read_claims
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.critical.real_points import NotThere, proved_near, typed
from critscape.algebra.landscape.landscape import NotApplicable, NotMorse, refuse
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.certified_sets import located
from critscape.algebra.polynomial.loss import Loss
from critscape.problems.files.documents import checked, family_of, kind_of, refuse_others
from critscape.problems.files.problem_file import read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.input.json_file import LARGEST_ANSWER, contents
from critscape.problems.problem.problem import Problem, loss
from critscape.scripts.studies.answer import Answer, solve
from critscape.scripts.studies.complete_points import KnownPoints
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import reporting
from critscape.scripts.studies.smooth.known import of_certificate, of_problem, of_result

EXPECTED = "a readable problem file, result or certificate"


def known_points(source: Path | dict, options: Options) -> KnownPoints:
    """All real critical points of a problem, or those that a result or a certificate holds: a file, or its content.

    Raises
    ------
    BadInput : the source is none of these, or has points that are not what it says of them.
    NotApplicable : the set is not complete, L is not known to be coercive, or a point is degenerate.
    TooLarge, EngineUnavailable : a problem cannot be solved so.
    """
    content = contents(source, EXPECTED, LARGEST_ANSWER) if isinstance(source, Path) else source
    began = time.perf_counter()
    refuse_others(content, str(source) if isinstance(source, Path) else "INPUT", "problem", "result", "certificate", "box certificate")
    kind = kind_of(content)
    if family_of(content if kind in (None, "problem") else content.get("problem")) == "one-hidden-layer":
        return _of_hidden_layer(content, kind, options)
    if kind == "result":
        return _of_result(content, began)
    if kind == "certificate":
        return _of_certificate(content, began)
    problem = read(content)
    return points_of(problem, lambda: solve(problem, options))


def points_of(problem: Problem, answered: Callable[[], Answer]) -> KnownPoints:
    """All real critical points of a problem, from its answer, which is asked for only if the loss is known to be coercive.

    Raises
    ------
    NotApplicable, TooLarge, EngineUnavailable : as :func:`known_points`.
    """
    _refuse(problem)
    began = time.perf_counter()
    answer = answered()
    result, critical = answer.document, answer.critical
    refuse(critical)
    forms, spent = critical.closed_forms, time.perf_counter() - began
    level, points = result["levels"]["real"], critical.real
    found_with = result["engine"]
    return KnownPoints(problem, loss(problem), points, critical.group, forms, level, "problem", found_with, critical.evidence, spent)


def _of_hidden_layer(content: dict, kind: str | None, options: Options) -> KnownPoints:
    """The points of a network of smooth units, which are searched for box by box."""
    if kind == "box certificate":
        return of_certificate(content)
    return of_result(content) if kind == "result" else of_problem(content, options)


def problem_in(source: Path | dict) -> tuple[Problem, str]:
    """The problem of a source that :func:`known_points` reads, and which kind of file that is."""
    content = contents(source, EXPECTED, LARGEST_ANSWER) if isinstance(source, Path) else source
    kind = kind_of(content)
    return (read(content), "problem") if kind in (None, "problem") else (read(content["problem"]), str(kind))


def _of_result(content: dict, began: float) -> KnownPoints:
    """The points of a result that says it is complete."""
    checked(content, "result")
    problem = read(content["problem"])
    _refuse(problem)
    if content["status"] != "complete":
        reason = f": {content['reason']}" if "reason" in content else ""
        refusal = NotMorse if content["status"] == "not-finite" else NotApplicable
        raise refusal(f"this needs all critical points, and the result is {content['status']}{reason}")
    counts = content["counts"]
    if counts["degenerate"] or counts["real"] is None:
        raise NotMorse(f"this needs a Morse function, and {counts['degenerate']} critical points are degenerate")
    exact_loss, listed = loss(problem), content["critical_points"]
    positions = [k for k, entry in enumerate(listed) if entry["real"]]
    with reporting(problem.network.title) as progress:
        progress("the points are proved again", len(positions))
        found = [_proved(exact_loss, listed[k]["point"], f"critical_points[{k}]") for k in positions]
    _distinct(found, positions, "critical_points")
    level = content.get("levels", {}).get("real") or "numerical"
    known = _known(problem, exact_loss, found, level, "result", content.get("engine"), began)
    by_index = {str(index): number for index, number in sorted(Counter(point.index for point in known.points).items())}
    for field, claimed, proved in (("real", counts["real"], len(found)), ("by_index", counts["by_index"], by_index)):
        if claimed != proved:
            raise BadInput(f"counts.{field}", f"{proved}, as is proved of critical_points", claimed)
    return known


def _of_certificate(content: dict, began: float) -> KnownPoints:
    """The points of a certificate whose upper bound is met."""
    if "problem" not in content:
        raise BadInput("problem", "the problem that is certified (it is missing)")
    problem = read(content["problem"])
    _refuse(problem)
    exact_loss = loss(problem)
    try:
        claims = read_claims(content, problem.dimension)
    except Malformed as error:
        raise BadInput(*str(error).split(": expected ", 1)) from None
    bound, listed = claims.upper_bound, len(claims.points)
    if bound is None or bound.bound != listed:
        most = "without an upper bound" if bound is None else f"and at most {bound.bound}"
        raise NotApplicable(f"this needs all critical points, and the certificate proves {listed} {most}")
    real = [k for k, point in enumerate(claims.points) if point.real]
    with reporting(problem.network.title) as progress:
        progress("the certificate is proved again", len(claims.points))
        failure = first_failure(exact_loss, claims)
        if failure is not None:
            raise NotApplicable(f"this needs points that are proved, and the certificate is not: {failure}")
        boxes = [box(claims.points[k]) for k in real]
        found = [_proved(exact_loss, centre, f"points[{k}]") for k, (centre, _) in zip(real, boxes)]
    for k, point, (centre, radius) in zip(real, found, boxes):
        if not all(abs(z - c).upper() < radius for z, c in zip(point.ball, centre)):
            raise BadInput(f"points[{k}]", "a box in which Newton's method settles")
    return _known(problem, exact_loss, found, "proved", "certificate", None, began)


def _refuse(problem: Problem) -> None:
    if not problem.coercive:
        raise NotMorse("this needs a coercive loss, as every positive ridge makes it: this one is not known to be coercive")


def _proved(exact_loss: Loss, coordinates: Sequence[Any], field: str) -> CertifiedPoint:
    """The real critical point at approximate coordinates; ``field`` is where they stand."""
    n = exact_loss.dimension
    if len(coordinates) != n:
        raise BadInput(f"{field}.point", f"{n} coordinates, one per weight", str(len(coordinates)))
    try:
        return proved_near(exact_loss, coordinates)
    except NotThere as error:
        raise BadInput(field, str(error)) from None


def _distinct(points: Sequence[CertifiedPoint], positions: Sequence[int], field: str) -> None:
    for k, place in enumerate(located(points, points)):
        assert place is not None  # Each is at least where it is itself.
        if place != k:
            raise BadInput(f"{field}[{positions[k]}]", f"another point than {field}[{positions[place]}]")


def _known(
    problem: Problem,
    exact_loss: Loss,
    found: Sequence[CertifiedPoint],
    level: str,
    source: str,
    engine: dict | None,
    began: float,
) -> KnownPoints:
    """The points of a file, which are proved, with all that is known of them."""
    real = typed(exact_loss, found, problem.shape)
    evidence = Evidence(f"points of the {source} proved again", True, f"{len(found)} real points, each simple and alone in its box")
    spent = time.perf_counter() - began
    return KnownPoints(problem, exact_loss, real.points, real.group, real.closed_forms, level, source, engine, (evidence,), spent)
