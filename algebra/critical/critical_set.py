"""The critical set of one loss: enumerated, certified, classified, with its evidence and status."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from critscape.algebra.bounds.proof import Unproved, UpperBound
from critscape.algebra.bounds.root_counts import Bound
from critscape.algebra.bounds.upper_bound import upper_bound
from critscape.algebra.critical.enumeration import Enumeration
from critscape.algebra.critical.evidence import Evidence, gather, orbits
from critscape.algebra.points.classification import Kind, RealPoint, classify, equal_minima, without_verdict
from critscape.algebra.points.closed_form import ClosedForm, closed_forms
from critscape.algebra.points.zero_coordinates import zero_coordinates
from critscape.algebra.polynomial.loss import Loss
from critscape.algebra.symmetry.finite import SymmetryGroup, symmetry_group

BY_RANKS = "degree of the gradient ideal"


class Status(Enum):
    """Whether the answer is all there is."""

    COMPLETE = "complete"
    NOT_FINITE = "not-finite"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class CriticalSet:
    """Everything that is known about the critical points of one loss.

    ``real`` are the real points in increasing loss; ``orbits`` are lists of positions in ``enumeration.points`` (None when not
    closed); ``zero_patterns`` the positions of the zero coordinates of each of ``enumeration.points`` (None where that is not
    decided); ``coercive`` whether L(w) → ∞ with ‖w‖; ``bounds`` are upper bounds for N_C; ``reason`` is one sentence unless the
    status is COMPLETE; ``seconds`` the time of each stage; ``proof`` says how to prove that there are no more points;
    ``closed_forms`` are those of ``real``, None where there is none of modest size.
    """

    enumeration: Enumeration
    real: tuple[RealPoint, ...]
    group: SymmetryGroup
    orbits: tuple[tuple[int, ...], ...] | None
    zero_patterns: tuple[tuple[int, ...] | None, ...]
    coercive: bool
    bounds: tuple[Bound, ...]
    evidence: tuple[Evidence, ...]
    status: Status
    reason: str | None
    seconds: dict[str, float]
    closed_forms: tuple[ClosedForm | None, ...] = ()
    proof: UpperBound | None = None

    @property
    def torus_count(self) -> int:
        """N_C*: the points without a zero coordinate."""
        return sum(not any(z.contains(0) for z in point.ball) for point in self.enumeration.points) + sum(
            not p.exact.zero if p.exact else bool(np.all(np.abs(p.approximation) > 1e-6)) for p in self.enumeration.degenerate
        )

    @property
    def by_index(self) -> dict[int, int]:
        """Number of real points of each index that occurs."""
        return dict(sorted(Counter(point.index for point in self.real).items()))

    @property
    def minima_known(self) -> bool:
        """Whether the local minima are among the regular points: no degenerate point may be one."""
        return not any(point.exact is None or point.exact.index == 0 for point in self.enumeration.degenerate)

    def count(self, kind: Kind) -> int:
        """Number of real points of a kind."""
        return sum(point.kind is kind for point in self.real)


def critical_set(
    loss: Loss,
    enumerate_points: Callable[[], Enumeration],
    coercive: bool,
    bounds: Sequence[Bound],
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> CriticalSet:
    """Finds, certifies and classifies all critical points.

    Parameters
    ----------
    enumerate_points : the engine (:func:`critscape.algebra.critical.enumeration.enumerate_critical_points`, :func:`critscape.algebra.critical.exact_engine.eliminate`).
    coercive : whether L(w) → ∞ with ‖w‖, so that the Euler sum is 1 and the least critical value is the global minimum.
    bounds : upper bounds for N_C, checked as evidence.
    progress : is told of each stage.
    """
    began = time.perf_counter()
    enumeration = enumerate_points()
    enumerated = time.perf_counter()
    group = symmetry_group(loss)
    bounds = tuple(bounds)
    if enumeration.not_finite:
        seconds = {"enumeration": enumerated - began}
        return CriticalSet(enumeration, (), group, None, (), coercive, bounds, (), Status.NOT_FINITE, enumeration.not_finite, seconds)
    progress("classification", len(enumeration.points))
    return described(loss, enumeration, group, coercive, bounds, enumerated - began)


def described(
    loss: Loss,
    enumeration: Enumeration,
    group: SymmetryGroup,
    coercive: bool,
    bounds: tuple[Bound, ...],
    seconds: float,
    settled: str | None = None,
) -> CriticalSet:
    """The points of a finite enumeration that took ``seconds``, classified, with their evidence.

    ``settled`` says how it is known that there are no more, if it is: then what only speaks for it is not needed.
    """
    began = time.perf_counter()
    # Which minimum is global is known only when none can be missing.
    decomposition = orbits(enumeration.points, group)
    others = [point.exact.loss for point in enumeration.degenerate if point.exact and point.exact.real]
    real = tuple(classify(loss, enumeration.points, coercive and not enumeration.open_ends, decomposition, others))
    forms = tuple(closed_forms(loss, real))
    if coercive and not enumeration.open_ends and not enumeration.degenerate:
        real = equal_minima(real, [form and form.loss for form in forms])
    evidence = gather(enumeration, real, group, decomposition, bounds, coercive, settled)
    reasons = list(enumeration.open_ends) or failures(evidence)
    if reasons:
        real = without_verdict(real)
    patterns = tuple(zero_coordinates(loss, point) for point in enumeration.points)
    spent = {"enumeration": seconds, "classification": time.perf_counter() - began}
    return CriticalSet(
        enumeration,
        real,
        group,
        None if decomposition is None else tuple(tuple(orbit) for orbit in decomposition),
        patterns,
        coercive,
        bounds,
        evidence,
        Status.INCOMPLETE if reasons else Status.COMPLETE,
        "; ".join(reasons) or None,
        spent,
        forms,
    )


def failures(evidence: Sequence[Evidence]) -> list[str]:
    """One sentence for each piece of evidence that fails."""
    return [f"{e.name}: {e.measured}" for e in evidence if e.holds is False]


def bounded(loss: Loss, critical: CriticalSet, work: float) -> CriticalSet:
    """The critical set with a proof, if one is found with so much ``work`` (see :func:`upper_bound`), that there are no more points than those that were found.

    Such a proof makes a set complete of which the trace test could not say so, as where the gradient map is not proper. With
    degenerate points there is none: their multiplicities are not proved.
    """
    enumeration = critical.enumeration
    total = len(enumeration.points)
    if critical.status is Status.NOT_FINITE or enumeration.degenerate:
        return critical
    began = time.perf_counter()
    name = f"N_C at most the {BY_RANKS}"
    try:
        proof, missing = upper_bound(loss, work, total), None
    except (Unproved, RuntimeError) as error:
        proof, missing = None, f"no proof was found: {error}"
    spent = {"upper bound": time.perf_counter() - began}
    if proof is None or proof.degree < 0:
        return with_evidence(critical, [Evidence(name, None, missing)], [], spent)
    holds = total <= proof.bound
    measured = f"{total} {'≤' if holds else '>'} {proof.bound}: ranks modulo {proof.prime} up to degree {proof.degree + 1}"
    bounds = [Bound(BY_RANKS, proof.bound, True)]
    if total == proof.bound:
        critical = settled(loss, critical, "the number of points is proved")
    return replace(with_evidence(critical, [Evidence(name, holds, measured)], bounds, spent), proof=proof)


def settled(loss: Loss, critical: CriticalSet, how: str) -> CriticalSet:
    """An incomplete set, once it is known in another way that none of its simple points is missing; ``how`` says in which.

    The trace test cannot hold where the gradient map is not proper, and failed paths do no harm where nothing is missing.
    """
    if critical.status is not Status.INCOMPLETE or critical.enumeration.degenerate:
        return critical
    closed = replace(critical.enumeration, open_ends=())
    again = described(loss, closed, critical.group, critical.coercive, critical.bounds, critical.seconds["enumeration"], how)
    known = {entry.name for entry in again.evidence}
    further = [entry for entry in critical.evidence if entry.name not in known]
    return with_evidence(again, further, (), {k: v for k, v in critical.seconds.items() if k not in again.seconds})


def with_evidence(critical: CriticalSet, evidence: Sequence[Evidence], bounds: Sequence[Bound], seconds: dict[str, float]) -> CriticalSet:
    """The critical set with further evidence and upper bounds: what fails makes it incomplete."""
    reasons = [*filter(None, [critical.reason]), *failures(evidence)]
    failed = bool(failures(evidence))
    return replace(
        critical,
        real=without_verdict(critical.real) if failed else critical.real,
        evidence=(*critical.evidence, *evidence),
        bounds=(*critical.bounds, *bounds),
        status=Status.INCOMPLETE if failed else critical.status,
        reason="; ".join(reasons) or None,
        seconds={**critical.seconds, **seconds},
    )
