"""A bifurcation diagram as a document."""

from __future__ import annotations

from critscape.algebra.critical.result import versions
from critscape.algebra.pencils.diagram import Branch, Crossing, Slice, branches
from critscape.problems.files.documents import stamped
from critscape.problems.files.problem_file import document
from critscape.problems.input.rational import written
from critscape.scripts.studies.bifurcations.scan import Scan

CERTIFIED, NUMERICAL = "certified", "numerical"


def content(found: Scan) -> dict:
    """The scan, JSON-ready: ``s`` scales the ridge. Bifurcation values are numerical, the counts beside them as the level says."""
    diagram = found.diagram
    crossings = [piece for piece in diagram.pieces if isinstance(piece, Crossing)]
    return stamped(
        "bifurcation",
        {
            "problem": document(found.problem),
            "complete": found.complete,
            "events": [event(crossing, certified is not None) for crossing, certified in zip(diagram.events, found.certified)],
            "not_complete": [{"s": written(slice_.s), "reason": "; ".join(slice_.doubts)} for slice_ in diagram.open],
            "not_connected": [{"from": written(gap.left.s), "to": written(gap.right.s), "reason": gap.reason} for gap in diagram.gaps],
            "not_typical": [{"s": f"{crossing.s:.15g}", "reason": crossing.reason} for crossing in crossings if crossing.reason],
            "values": [value(slice_) for slice_ in diagram.slices],
            "branches": [branch(curve) for curve in branches(diagram)],
            "versions": versions(),
        },
    )


def event(crossing: Crossing, certified: bool) -> dict:
    """One bifurcation value; ``error`` is the last Newton correction of s, ``meeting`` lists where critical points meet there."""
    real = [point for point in crossing.points if point.real]
    sides = crossing.link.left, crossing.link.right
    return {
        "s": f"{crossing.s:.15g}",
        "error": max(point.error for point in real),
        "meeting": [
            {"s": f"{point.s:.15g}", "type": point.type.value, "points": len(point.orbit), "loss": f"{point.loss:.12g}"} for point in real
        ],
        **dict(zip(("before", "after"), map(value, sides))),
        "level": CERTIFIED if certified else NUMERICAL,
        **({"reason": crossing.reason} if crossing.reason else {}),
    }


def value(slice_: Slice) -> dict:
    """The counts at one scale."""
    return {
        "s": written(slice_.s),
        "complex": len(slice_.points),
        "real": slice_.count,
        "by_index": {str(index): number for index, number in slice_.by_index.items()},
    }


def branch(curve: Branch) -> dict:
    """One curve of ``size`` critical points that symmetries exchange."""
    return {
        "index": curve.index,
        "size": curve.size,
        "s": [float(f"{s:.12g}") for s in curve.s],
        "loss": [float(f"{loss:.12g}") for loss in curve.losses],
    }
