"""What a certificate of split units claims, as exact numbers: its file is read here, for whoever proves the claims.

The ``point`` of the small network is the only critical point in the box of half-side ``radius`` around ``centre``; ``inertia`` counts the
positive and negative eigenvalues of its Hessian, all of them, and ``loss`` encloses L. ``splits`` lists the units with the shares of their
copies, and whether D = 0. Of the point of the wider network ``kind`` is claimed, local minimum or strict saddle, with the dimension
``family`` of a set of critical points of equal loss through it, and its ``inertia`` where D = 0 or there is a ridge (null otherwise).
``path`` is null or the way out: from ``shares`` along t ↦ w + t e for t from 0 to ``length``, e = λ_2 δ on the first and −λ_1 δ on the second copy
of the one split unit, to the first of the ``vertices``, and on along segments; the loss falls all the way. ``saturated`` is null or one more unit,
not a copy, of the small network with an infinite bias, and whether that is a local ``minimum`` at infinity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from critscape.algebra.certificates.claims import Malformed, dyadic, fields_of, natural
from critscape.algebra.certificates.component_claims import number
from critscape.algebra.certificates.layered import ClaimedSplit, Layered

FORMAT = "critscape split certificate 1"
"""What the field ``format`` says."""
MINIMUM, STRICT = "local minimum", "strict saddle"
MOST_VERTICES, MOST_COPIES, MOST_WEIGHTS = 1000, 20, 80

Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class ClaimedPath:
    """The way out: shares where it leaves the line, δ, T, and the ends of segments (each N weights of the wider network)."""

    shares: Vector
    direction: Vector
    length: Fraction
    vertices: tuple[Vector, ...]


@dataclass(frozen=True)
class ClaimedSaturated:
    """A unit of a ``layer`` (from 1) with an infinite bias, its incoming and outgoing weights, and whether it is a local minimum at infinity."""

    layer: int
    incoming: Vector
    outgoing: Vector
    minimum: bool


@dataclass(frozen=True)
class SplitClaims:
    """All claims of a certificate of split units; an inertia is (positive, negative, zero)."""

    centre: Vector
    radius: Fraction
    inertia: tuple[int, int]
    loss: tuple[Fraction, Fraction]
    splits: tuple[ClaimedSplit, ...]
    kind: str
    family: int
    wide_inertia: tuple[int, int, int] | None
    path: ClaimedPath | None
    saturated: ClaimedSaturated | None


def read_split_claims(content: Any, small: Layered) -> SplitClaims:
    """The claims in the parsed JSON of a certificate for a network.

    Raises
    ------
    Malformed : naming the first field that is missing, unknown or not of its kind.
    """
    fields = fields_of(content, "certificate", ("format", "problem", "point", "splits", "wide", "path", "saturated"))
    if fields["format"] != FORMAT:
        raise Malformed("format", f'"{FORMAT}"')
    point = fields_of(fields["point"], "point", ("centre", "radius", "inertia", "loss"))
    wide = fields_of(fields["wide"], "wide", ("kind", "family", "inertia"))
    if wide["kind"] not in (MINIMUM, STRICT):
        raise Malformed("wide.kind", f'"{MINIMUM}" or "{STRICT}"')
    splits = tuple(_split(entry, f"splits[{k}]", small) for k, entry in enumerate(_list(fields["splits"], "splits", 1, 50)))
    if len({(split.layer, split.unit) for split in splits}) < len(splits):
        raise Malformed("splits", "each unit once")
    weights = sum(_wide_sizes(small, splits))
    if weights > MOST_WEIGHTS:
        raise Malformed("splits", f"so few copies that the wider network has at most {MOST_WEIGHTS} weights")
    return SplitClaims(
        _vector(point["centre"], "point.centre", small.dimension, dyadic),
        dyadic(point["radius"], "point.radius"),
        (_count(point["inertia"], "point.inertia", 2)[0], _count(point["inertia"], "point.inertia", 2)[1]),
        (_vector(point["loss"], "point.loss", 2, dyadic)[0], _vector(point["loss"], "point.loss", 2, dyadic)[1]),
        splits,
        wide["kind"],
        natural(wide["family"], "wide.family"),
        None if wide["inertia"] is None else _three(_count(wide["inertia"], "wide.inertia", 3)),
        None if fields["path"] is None else _path(fields["path"], small, splits, weights),
        None if fields["saturated"] is None else _saturated(fields["saturated"], small),
    )


def _wide_sizes(small: Layered, splits: Sequence[ClaimedSplit]) -> list[int]:
    widths = list(small.widths)
    for split in splits:
        widths[split.layer] += len(split.shares) - 1
    return [d * (c + bias) for c, d, bias in zip(widths, widths[1:], small.biases)]


def _split(entry: Any, field: str, small: Layered) -> ClaimedSplit:
    fields = fields_of(entry, field, ("layer", "unit", "shares", "vanishing"))
    layer, unit = natural(fields["layer"], f"{field}.layer"), natural(fields["unit"], f"{field}.unit")
    if not 1 <= layer < len(small.widths) - 1 or not 1 <= unit <= small.widths[layer]:
        raise Malformed(field, "a hidden unit of the network")
    shares = tuple(number(share, f"{field}.shares") for share in _list(fields["shares"], f"{field}.shares", 2, MOST_COPIES))
    if sum(shares) != 1:
        raise Malformed(f"{field}.shares", "shares that add up to 1")
    if not isinstance(fields["vanishing"], bool):
        raise Malformed(f"{field}.vanishing", "true or false")
    return ClaimedSplit(layer, unit, shares, fields["vanishing"])


def _path(entry: Any, small: Layered, splits: Sequence[ClaimedSplit], weights: int) -> ClaimedPath:
    fields = fields_of(entry, "path", ("shares", "direction", "length", "vertices"))
    if len(splits) != 1:
        raise Malformed("path", "null, as several units are split")
    split = splits[0]
    size = small.widths[split.layer - 1] + small.biases[split.layer - 1]
    shares = _vector(fields["shares"], "path.shares", len(split.shares), number)
    if sum(shares) != 1:
        raise Malformed("path.shares", "shares that add up to 1")
    vertices = _list(fields["vertices"], "path.vertices", 0, MOST_VERTICES)
    return ClaimedPath(
        shares,
        _vector(fields["direction"], "path.direction", size, number),
        number(fields["length"], "path.length"),
        tuple(_vector(vertex, f"path.vertices[{k}]", weights, dyadic) for k, vertex in enumerate(vertices)),
    )


def _saturated(entry: Any, small: Layered) -> ClaimedSaturated:
    fields = fields_of(entry, "saturated", ("layer", "incoming", "outgoing", "minimum"))
    layer = natural(fields["layer"], "saturated.layer")
    if not 1 <= layer < len(small.widths) - 1:
        raise Malformed("saturated.layer", "a hidden layer of the network")
    if not isinstance(fields["minimum"], bool):
        raise Malformed("saturated.minimum", "true or false")
    below, above = small.widths[layer - 1], small.widths[layer + 1]
    return ClaimedSaturated(
        layer,
        _vector(fields["incoming"], "saturated.incoming", below, number),
        _vector(fields["outgoing"], "saturated.outgoing", above, number),
        fields["minimum"],
    )


def _list(value: Any, field: str, least: int, most: int) -> list:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise Malformed(field, f"a list of {least} to {most} entries")
    return value


def _vector(value: Any, field: str, length: int, read: Any) -> Vector:
    return tuple(read(entry, f"{field}[{k}]") for k, entry in enumerate(_list(value, field, length, length)))


def _count(value: Any, field: str, length: int) -> list[int]:
    return [natural(entry, field) for entry in _list(value, field, length, length)]


def _three(counts: Sequence[int]) -> tuple[int, int, int]:
    return counts[0], counts[1], counts[2]
