"""A critical set compared with exact elimination: the degree of the gradient ideal modulo random primes, the real points over ℚ."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import flint
import numpy as np
from flint import arb

from critscape.algebra.critical.critical_set import CriticalSet
from critscape.algebra.critical.evidence import Evidence
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import Elimination, modular, not_finite, random_primes
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.polynomial.loss import Loss, exact

MOST_OVER_RATIONALS = 300
"""Ideals of larger degree are eliminated modulo primes only: over ℚ they take many minutes."""
DEGREE, REAL, DIMENSION = "degree by elimination", "real points by elimination", "dimension by elimination"


def cross_check(loss: Loss, critical: CriticalSet, rng: np.random.Generator, seconds: float) -> tuple[Evidence, ...]:
    """What elimination says of the counts; a run of msolve that takes longer than ``seconds`` decides nothing.

    Raises
    ------
    msolve.MsolveError : msolve is not there.
    """
    if not msolve.available():
        raise msolve.MsolveError(msolve.HOW_TO_INSTALL)
    primes = random_primes(rng, 2)
    finite = critical.enumeration.not_finite is None
    try:
        found = modular(loss, primes, seconds)
    except msolve.PositiveDimension:
        return (Evidence(DIMENSION, not finite, not_finite(loss, primes[0], seconds)),)
    except msolve.MsolveError as error:
        return (Evidence(DEGREE, None, str(error), tried=True),)
    if not finite:
        return (Evidence(DIMENSION, False, f"elimination has finitely many points: {_listed(found)}"),)
    degree = agreement(critical, found)
    if found[0].degree > MOST_OVER_RATIONALS:
        return (degree,)
    try:
        boxes = msolve.real_boxes(loss, seconds)
    except msolve.MsolveError as error:
        return degree, Evidence(REAL, None, str(error), tried=True)
    return degree, real_agreement(critical, boxes)


def agreement(critical: CriticalSet, found: Sequence[Elimination]) -> Evidence:
    """Whether the eliminations agree with each other and with N_C, and with the multiplicities if all are known."""
    enumeration = critical.enumeration
    total = len(enumeration.points) + len(enumeration.degenerate)
    known = [point.multiplicity for point in enumeration.degenerate if point.multiplicity is not None]
    whole = len(enumeration.points) + sum(known) if len(known) == len(enumeration.degenerate) else None
    holds = all(e.distinct == total and whole in (None, e.degree) for e in found)
    return Evidence(DEGREE, holds, f"{_listed(found)}; N_C = {total}")


def real_agreement(critical: CriticalSet, boxes: Sequence[Sequence[tuple[Fraction, Fraction]]]) -> Evidence:
    """Whether each certified real point lies in one of msolve's isolating boxes, and each box but the degenerate points' holds one."""
    held = [[k for k, box in enumerate(boxes) if _meets(point.point, box)] for point in critical.real]
    matched = {hits[0] for hits in held if len(hits) == 1}
    wanted = len(critical.real) + sum(point.exact.real if point.exact else False for point in critical.enumeration.degenerate)
    unclear = any(point.exact is None for point in critical.enumeration.degenerate)
    holds = len(matched) == len(critical.real) and (len(boxes) == wanted or unclear)
    measured = f"{len(boxes)} isolated over ℚ, {len(matched)} of them hold one of the {len(critical.real)} regular ones"
    return Evidence(REAL, holds, measured)


def _meets(point: CertifiedPoint, box: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Whether an enclosure and a box of rational intervals overlap."""
    with flint.ctx.workprec(point.precision):
        return all(z.real.overlaps(arb(exact(low)).union(arb(exact(high)))) for z, (low, high) in zip(point.ball, box))


def _listed(found: Sequence[Elimination]) -> str:
    return "; ".join(map(str, found))
