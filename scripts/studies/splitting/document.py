"""The split of units as a document."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq

from critscape.algebra.critical.result import decimal, versions
from critscape.algebra.splitting.inertia import Inertia
from critscape.algebra.splitting.infinity import Saturated
from critscape.algebra.splitting.logarithms import Exact
from critscape.algebra.splitting.unit_matrices import UnitMatrices
from critscape.algebra.splitting.verdict import Kind, Verdict
from critscape.algebra.splitting.way_out import WayOut
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.problems.input.partial_array import partial_document
from critscape.problems.input.rational import written
from critscape.problems.problem.problem import blockwise
from critscape.scripts.studies.splitting.run import Splitting

EXACT, PROVED = "exact", "proved"


def splitting_document(found: Splitting) -> dict:
    """The split, JSON-ready. Layers and units count from 1; an inertia is (positive, negative, zero), null where it is not decided."""
    point = found.point
    with flint.ctx.workprec(point.precision):
        value = 0 if point.interpolates else entry(point.at.value)
        return stamped(
            "splitting",
            {
                "problem": document(found.problem),
                "status": "complete" if found.verdict.kind is not Kind.OPEN else "incomplete",
                "point": {
                    "weights": blockwise(found.problem.network, [number(w) for w in point.weights]),
                    "origin": found.origin.value,
                    "level": EXACT if point.exact else PROVED,
                    "loss": value,
                    "inertia": listed(point.inertia),
                },
                "splits": [
                    {"layer": one.layer, "unit": one.unit + 1, "shares": [written(share) for share in one.shares], **unit(matrices)}
                    for one, matrices in zip(found.plan, found.matrices)
                ],
                "wide": {
                    "architecture": found.wide.document(),
                    "ridge": [partial_document(block) for block in blockwise(found.wide, found.training.ridge)],
                    "weights": blockwise(found.wide, [number(w) for w in found.weights]),
                    "loss": value,
                    **judged(found.verdict),
                },
                "line": [{"lambda": name, **judged(verdict)} for name, verdict in found.line],
                "ridge": ridge_sentence(found),
                "path": None if found.way is None else path(found.way),
                "spurious": True if found.verdict.kind is Kind.MINIMUM and found.way is not None and found.way.below else None,
                "saturated": None if found.saturated is None else at_infinity(found.saturated),
                "versions": versions(),
            },
        )


def number(value: Any) -> Any:
    """An exact number as files write it, or the digits of a ball that are known."""
    if isinstance(value, arb):
        return decimal(value)
    if isinstance(value, Exact):
        return str(value) if value.logarithms else written(value.rational)
    return written(Fraction(int(value.p), int(value.q)))


def entry(value: arb | fmpq) -> Any:
    """A loss or an entry of a matrix; null where a ball does not tell it from zero."""
    return None if isinstance(value, arb) and value.contains(0) else number(value)


def listed(inertia: Inertia | None) -> list[int] | None:
    return None if inertia is None else list(inertia)


def sign(inertia: Inertia) -> str:
    """The sign of a symmetric matrix in words.

    >>> sign(Inertia(2, 0, 0)), sign(Inertia(1, 0, 1)), sign(Inertia(0, 0, 2))
    ('positive definite', 'positive semidefinite', 'zero')
    """
    if inertia.positive and inertia.negative:
        return "indefinite"
    if not inertia.positive + inertia.negative:
        return "zero"
    return ("positive" if inertia.positive else "negative") + (" semidefinite" if inertia.zero else " definite")


def judged(verdict: Verdict) -> dict:
    """What a point is to descent."""
    kind = None if verdict.kind is Kind.OPEN else verdict.kind.value
    return {"kind": kind, "inertia": listed(verdict.inertia), "family": verdict.family, "because": verdict.because}


def unit(matrices: UnitMatrices) -> dict:
    """B and D of a unit."""
    zero = matrices.vanishing.zero
    return {
        "B": {
            "entries": [[entry(value) for value in row] for row in matrices.B.tolist()],
            "inertia": listed(matrices.inertia),
            "sign": None if matrices.inertia is None else sign(matrices.inertia),
        },
        "D": {
            "entries": [[0 if zero else entry(value) for value in row] for row in matrices.D.tolist()],
            "zero": zero,
            "because": matrices.vanishing.value,
        },
        "ridge": matrices.ridged,
    }


def ridge_sentence(found: Splitting) -> str | None:
    """What a ridge around split units does; null where there is none."""
    if not any(matrices.ridged for matrices in found.matrices):
        return None
    return (
        "A ridge around a split unit breaks the line of equal loss: with the same ridge on every copy the point is not critical. With the "
        "ridge shared among the copies (share λ_c of it inward, 1/λ_c of it outward) it is, for each λ by itself, and the verdict does not "
        "depend on the shares."
    )


def path(way: WayOut) -> dict:
    """The path out: constant loss up to the last vertex of the stage ``equal loss``, then falling."""
    return {
        "shares": [written(share) for share in way.shares],
        "direction": [written(part) for part in way.direction],
        "arc_length": written(way.length),
        "below": way.below,
        "from_loss": entry(way.vertices[0].loss),
        "to_loss": entry(way.vertices[-1].loss),
        "vertices": [
            {"stage": vertex.stage.value, "loss": entry(vertex.loss), "weights": coordinates(vertex.weights)} for vertex in way.vertices
        ],
    }


def coordinates(weights: Sequence[arb]) -> list[str]:
    return [decimal(w) for w in weights]


def at_infinity(found: Saturated) -> dict:
    """A unit with an infinite bias."""
    return {
        "layer": found.layer,
        "incoming": [written(w) for w in found.incoming],
        "outgoing": [written(v) for v in found.outgoing],
        "chart": "p = e^(-b)" if found.rate == 1 else f"p = e^(-{found.rate} b)",
        "slope": entry(found.slope),
        "minimum": found.minimum,
        "because": found.because,
    }
