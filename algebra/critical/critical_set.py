"""The critical set of one loss: enumerated, certified, classified, with its evidence and status."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from flint import arb

from critscape.algebra.bounds.proof import Unproved, UpperBound
from critscape.algebra.bounds.root_counts import Bound
from critscape.algebra.bounds.upper_bound import upper_bound
from critscape.algebra.critical.enumeration import Enumeration
from critscape.algebra.critical.evidence import Evidence, gather, group_images, of_bounds, orbits_of, real_orbits
from critscape.algebra.points.classification import Kind, RealPoint, classify
from critscape.algebra.points.closed_form import ClosedForm, closed_forms
from critscape.algebra.points.exact_losses import told_apart
from critscape.algebra.points.global_minima import equal_losses, judged, without_global
from critscape.algebra.points.low_values import low_value
from critscape.algebra.points.zero_coordinates import zero_patterns
from critscape.algebra.polynomial.loss import Loss, exact
from critscape.algebra.polynomial.shape import Shape
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
    decided); ``shape`` is what is known of L on all of ℝⁿ; ``bounds`` are upper bounds for N_C; ``reason`` is one sentence unless the
    status is COMPLETE; ``seconds`` the time of each stage; ``proof`` says how to prove that there are no more points;
    ``closed_forms`` are those of ``real``, None where there is none of modest size.
    """

    enumeration: Enumeration
    real: tuple[RealPoint, ...]
    group: SymmetryGroup
    orbits: tuple[tuple[int, ...], ...] | None
    zero_patterns: tuple[tuple[int, ...] | None, ...]
    shape: Shape
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
        # Only where no enclosure holds zero the pattern is empty: elsewhere it has that coordinate, or is not decided.
        return self.zero_patterns.count(()) + sum(
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
    shape: Shape,
    bounds: Sequence[Bound],
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> CriticalSet:
    """Finds, certifies and classifies all critical points.

    Parameters
    ----------
    enumerate_points : the engine (:func:`critscape.algebra.critical.enumeration.enumerate_critical_points`, :func:`critscape.algebra.critical.exact_engine.eliminate`).
    shape : what is known of L on all of ℝⁿ: where it is coercive the Euler sum is 1 and the least critical value the global minimum.
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
        return CriticalSet(enumeration, (), group, None, (), shape, bounds, (), Status.NOT_FINITE, enumeration.not_finite, seconds)
    progress("classification", len(enumeration.points))
    return described(loss, enumeration, group, shape, bounds, enumerated - began)


def described(
    loss: Loss,
    enumeration: Enumeration,
    group: SymmetryGroup,
    shape: Shape,
    bounds: tuple[Bound, ...],
    seconds: float,
    settled: str | None = None,
) -> CriticalSet:
    """The points of a finite enumeration that took ``seconds``, classified, with their evidence.

    ``settled`` says how it is known that there are no more, if it is: then what only speaks for it is not needed.
    """
    began = time.perf_counter()
    moves = group_images(enumeration.points, group)
    decomposition = None if moves is None else orbits_of(moves, len(enumeration.points))
    typed = classify(loss, enumeration.points)
    forms = tuple(closed_forms(loss, typed))
    evidence = gather(enumeration, typed, group, decomposition, bounds, shape, settled)
    reasons = list(enumeration.open_ends) or failures(evidence)
    real = with_verdicts(loss, typed, enumeration, shape, not reasons, decomposition, forms)
    patterns = zero_patterns(loss, enumeration.points, group.generators, moves or ())
    spent = {"enumeration": seconds, "classification": time.perf_counter() - began}
    return CriticalSet(
        enumeration,
        real,
        group,
        None if decomposition is None else tuple(tuple(orbit) for orbit in decomposition),
        patterns,
        shape,
        bounds,
        evidence,
        Status.INCOMPLETE if reasons else Status.COMPLETE,
        "; ".join(reasons) or None,
        spent,
        forms,
    )


def with_verdicts(
    loss: Loss,
    typed: Sequence[RealPoint],
    enumeration: Enumeration,
    shape: Shape,
    complete: bool,
    decomposition: Sequence[Sequence[int]] | None,
    forms: Sequence[ClosedForm | None],
) -> tuple[RealPoint, ...]:
    """The real points with the verdict on each local minimum; where L need not have a global minimum, low values of L are sought."""
    orbit_of = real_orbits(enumeration.points, decomposition)
    alike = equal_losses([orbit_of.get(id(point.point)) for point in typed], [form and form.loss for form in forms])
    others = [p.exact.loss for p in enumeration.degenerate if p.exact and p.exact.loss is not None]
    known = complete and not any(point.exact is None for point in enumeration.degenerate)
    return verdicts(loss, typed, shape, known, alike, forms, others)


def verdicts(
    loss: Loss,
    typed: Sequence[RealPoint],
    shape: Shape,
    complete: bool,
    alike: Sequence[int],
    forms: Sequence[ClosedForm | None],
    others: Sequence[arb] = (),
) -> tuple[RealPoint, ...]:
    """The real points with the verdict on each local minimum, as :func:`judged`, with what decides it where enclosures do not.

    Losses of minima that cannot be told apart, from each other or from the proved lower bound of L, are decided by exact algebra.
    """
    at_floor = [bool(form and shape.floor is not None and form.loss.text == str(shape.floor)) for form in forms]
    real = judged(typed, shape, complete, alike, others, (), at_floor)
    open_ = [k for k, point in enumerate(real) if point.kind is Kind.LOCAL_MINIMUM]
    tied = [
        k for k in open_ if shape.coercive and complete and any(alike[j] != alike[k] and real[j].loss.overlaps(real[k].loss) for j in open_)
    ]
    lowest = [k for k in open_ if shape.floor is not None and real[k].loss.contains(exact(shape.floor))]
    if tied or lowest:
        sharper, labels = told_apart(loss, real, alike, sorted({*tied, *lowest}))
        alike = equal_losses(alike, labels)
        at_floor = [
            known or bool(label and shape.floor is not None and label.rational == shape.floor) for known, label in zip(at_floor, labels)
        ]
        real = judged(sharper, shape, complete, alike, others, (), at_floor)
    if any(point.kind is Kind.LOCAL_MINIMUM for point in real) and not (shape.coercive and complete):
        low = low_value(loss, real)
        if low is not None:
            real = judged(real, shape, complete, alike, others, [arb(exact(low))], at_floor)
    return real


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
        proof, missing = upper_bound(loss, work, total), ""
    except (Unproved, RuntimeError) as error:
        proof, missing = None, f"no proof was found: {error}"
    spent = {"upper bound": time.perf_counter() - began}
    if proof is None:
        return with_evidence(critical, [Evidence(name, None, missing, tried=True)], [], spent)
    holds = total <= proof.bound
    measured = f"{total} {'≤' if holds else '>'} {proof.bound}: ranks modulo {proof.prime} up to degree {proof.degree + 1}"
    bounds = [Bound(BY_RANKS, proof.bound, True)]
    if total == proof.bound:
        critical = settled(loss, critical, "the number of points is proved")
    # A certificate lists points: of none there is nothing to list.
    listed = proof if proof.degree >= 0 else None
    return replace(with_evidence(critical, [Evidence(name, holds, measured)], bounds, spent), proof=listed)


def with_bounds(critical: CriticalSet, bounds: Sequence[Bound]) -> CriticalSet:
    """The critical set with further upper bounds and what they are evidence of."""
    return with_evidence(critical, of_bounds(critical.enumeration, bounds), bounds, {})


def settled(loss: Loss, critical: CriticalSet, how: str) -> CriticalSet:
    """An incomplete set, once it is known in another way that none of its simple points is missing; ``how`` says in which.

    The trace test cannot hold where the gradient map is not proper, and failed paths do no harm where nothing is missing.
    """
    if critical.status is not Status.INCOMPLETE or critical.enumeration.degenerate:
        return critical
    closed = replace(critical.enumeration, open_ends=())
    again = described(loss, closed, critical.group, critical.shape, critical.bounds, critical.seconds["enumeration"], how)
    known = {entry.name for entry in again.evidence}
    further = [entry for entry in critical.evidence if entry.name not in known]
    return with_evidence(again, further, (), {k: v for k, v in critical.seconds.items() if k not in again.seconds})


def with_evidence(critical: CriticalSet, evidence: Sequence[Evidence], bounds: Sequence[Bound], seconds: dict[str, float]) -> CriticalSet:
    """The critical set with further evidence and upper bounds: what fails makes it incomplete."""
    reasons = [*filter(None, [critical.reason]), *failures(evidence)]
    failed = bool(failures(evidence))
    return replace(
        critical,
        real=without_global(critical.real) if failed else critical.real,
        evidence=(*critical.evidence, *evidence),
        bounds=(*critical.bounds, *bounds),
        status=Status.INCOMPLETE if failed else critical.status,
        reason="; ".join(reasons) or None,
        seconds={**critical.seconds, **seconds},
    )
