"""The certificate of split units: a JSON document from which :mod:`critscape.algebra.certificates.split_proof` proves them again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import flint
from flint import arb

from critscape.algebra.certificates.certificate import dyadic
from critscape.algebra.certificates.split_claims import FORMAT
from critscape.algebra.splitting.copies import Plan
from critscape.algebra.splitting.critical_point import CriticalPoint
from critscape.algebra.splitting.infinity import Saturated
from critscape.algebra.splitting.unit_matrices import UnitMatrices
from critscape.algebra.splitting.verdict import Kind, Verdict
from critscape.algebra.splitting.way_out import Stage, WayOut

ROOM = 40
"""Bits below its size that the box of an exact point, and enclosures of losses, leave to whoever computes in another way."""


class NoCertificate(ValueError):
    """What no certificate carries; the text says what it is."""


def split_certificate(
    point: CriticalPoint,
    plan: Plan,
    matrices: Sequence[UnitMatrices],
    verdict: Verdict,
    way: WayOut | None,
    unit: Saturated | None,
    problem: dict,
) -> dict:
    """The JSON-ready certificate of a local minimum or strict saddle, and of a ``unit`` at infinity where it is decided; ``problem`` as
    documents carry it.

    Raises
    ------
    NoCertificate : another verdict, a Hessian of the small network that is not regular, or D = 0 for another reason than one unit above.
    """
    if verdict.kind not in (Kind.MINIMUM, Kind.STRICT_SADDLE):
        raise NoCertificate(f"a local minimum or a strict saddle (this is {verdict.kind.value})")
    if point.inertia is None or point.inertia.zero:
        raise NoCertificate("a critical point with a regular Hessian before units are split")
    network = point.training.network
    claimed = [bool(one.vanishing.zero) and not one.ridged and network.widths[one.layer + 1] == 1 for one in matrices]
    if verdict.kind is Kind.MINIMUM and not all(sure or one.ridged for sure, one in zip(claimed, matrices)):
        raise NoCertificate("D = 0 by one unit in the layer above: that it holds exactly with several outputs no certificate carries")
    full = all(sure or one.ridged for sure, one in zip(claimed, matrices))
    with flint.ctx.workprec(point.precision):
        centre, radius = _box(point)
        value = arb(point.at.value)
        room = arb(2) ** -ROOM * (1 + abs(value)).upper()
        return {
            "format": FORMAT,
            "problem": problem,
            "point": {
                "centre": [dyadic(x) for x in centre],
                "radius": dyadic(radius),
                "inertia": [point.inertia.positive, point.inertia.negative],
                "loss": [dyadic((value - room).lower()), dyadic((value + room).upper())],
            },
            "splits": [
                {"layer": one.layer, "unit": one.unit + 1, "shares": [_fraction(share) for share in one.shares], "vanishing": sure}
                for one, sure in zip(plan, claimed)
            ],
            "wide": {
                "kind": verdict.kind.value,
                "family": verdict.family if full else _family(plan, claimed, network.widths),
                "inertia": list(verdict.inertia) if full and verdict.inertia is not None else None,
            },
            "path": None if way is None or not all(claimed) else _path(way),
            "saturated": None if unit is None or unit.minimum is None else _saturated(unit),
        }


def _family(plan: Plan, claimed: Sequence[bool], widths: Sequence[int]) -> int:
    """The dimension of the part of F that is claimed; all claims of D = 0 are in one layer, that below a layer of one unit."""
    copies = {(split.layer, split.unit): len(split.shares) for split in plan}
    layers = {split.layer for split, sure in zip(plan, claimed) if sure}
    if len(layers) > 1 and any(width != 1 for width in widths[min(layers) + 1 :]):
        return 0
    return sum((len(split.shares) - 1) * copies.get((split.layer + 1, 0), 1) for split, sure in zip(plan, claimed) if sure)


def _box(point: CriticalPoint) -> tuple[list[arb], arb]:
    """The centre and the half-side of a box in which the point is the only critical one."""
    if point.radius is not None:
        return list(point.centre), point.radius
    centre = [w.mid() for w in point.balls]
    size = 1 + int(max(abs(float(x)) for x in centre))
    return centre, size * arb(2) ** -ROOM


def _saturated(unit: Saturated) -> dict:
    ends = {name: [_fraction(w) for w in weights] for name, weights in (("incoming", unit.incoming), ("outgoing", unit.outgoing))}
    return {"layer": unit.layer, **ends, "minimum": unit.minimum}


def _path(way: WayOut) -> dict:
    return {
        "shares": [_fraction(share) for share in way.shares],
        "direction": [_fraction(part) for part in way.direction],
        "length": _fraction(way.length),
        "vertices": [[dyadic(w) for w in vertex.weights] for vertex in way.vertices if vertex.stage is Stage.SEGMENT],
    }


def _fraction(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"
