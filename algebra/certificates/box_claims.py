"""What a certificate of logistic or tanh units claims, as exact numbers: its file is read here, for whoever proves the claims.

Each of ``points`` is the only critical point in the box of half-side ``radius`` around ``centre`` (n numbers), with ``index`` negative eigenvalues and
a loss between two numbers; ``global`` says of a minimum whether it is one (null: open). Where there is a ``cover`` these are all critical
points: all inner weights of critical points have absolute values of at most ``region``, and ``tree`` cuts that box into cells, in preorder, the
lower part first. An entry of it is a cut, [inner weight, where]; or the position of a point, for a cell all whose critical points are that
one; or null, for a cell without any, or outside a fundamental domain of the symmetries: alike units by decreasing first weights, these not
negative for tanh.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from critscape.algebra.certificates.claims import Malformed, dyadic, fields_of, natural
from critscape.algebra.certificates.layered import Layered

FORMAT = "critscape box certificate 1"
"""What the field ``format`` says."""

Vector = tuple[Fraction, ...]
Entry = tuple[int, Fraction] | int | None
"""A cut (inner weight, where), the position of a point, or None for a cell without a critical point."""


@dataclass(frozen=True)
class BoxPoint:
    """What is claimed of one critical point."""

    centre: Vector
    radius: Fraction
    index: int
    loss: tuple[Fraction, Fraction]
    global_minimum: bool | None


@dataclass(frozen=True)
class Cover:
    """Half-sides (n inner weights) of the region, and the tree of cells in it."""

    region: Vector
    tree: tuple[Entry, ...]


@dataclass(frozen=True)
class BoxClaims:
    """All claims; ``real`` and ``by_index`` count the points, which are all there are if there is a ``cover``."""

    points: tuple[BoxPoint, ...]
    real: int
    by_index: dict[int, int]
    cover: Cover | None


def read_box_claims(content: Any, small: Layered) -> BoxClaims:
    """The claims in the parsed JSON of a certificate for a network with one hidden layer.

    Raises
    ------
    Malformed : naming the first field that is missing, unknown or not of its kind.
    """
    fields = fields_of(content, "certificate", ("format", "problem", "points", "counts", "cover"))
    if fields["format"] != FORMAT:
        raise Malformed("format", f'"{FORMAT}"')
    if not isinstance(fields["points"], list):
        raise Malformed("points", "a list of critical points")
    counts = fields_of(fields["counts"], "counts", ("real", "by_index"))
    by_index = counts["by_index"]
    if not isinstance(by_index, dict) or not all(re.fullmatch(r"0|[1-9][0-9]{0,5}", key, re.ASCII) for key in by_index):
        raise Malformed("counts.by_index", "an object from index to number")
    points = tuple(_point(entry, f"points[{k}]", small.dimension) for k, entry in enumerate(fields["points"]))
    inner = sum(map(len, small.rows[0]))
    return BoxClaims(
        points,
        natural(counts["real"], "counts.real"),
        {int(key): natural(number, f"counts.by_index.{key}") for key, number in by_index.items()},
        None if fields["cover"] is None else _cover(fields["cover"], inner, len(points)),
    )


def _point(entry: Any, field: str, dimension: int) -> BoxPoint:
    fields = fields_of(entry, field, ("centre", "radius", "index", "loss", "global"))
    index, judged = natural(fields["index"], f"{field}.index"), fields["global"]
    if not (judged is None or isinstance(judged, bool)) or (index and judged is not None):
        raise Malformed(f"{field}.global", "true, false or null, null for a point that is no minimum")
    return BoxPoint(
        _vector(fields["centre"], f"{field}.centre", dimension),
        dyadic(fields["radius"], f"{field}.radius"),
        index,
        (lambda pair: (pair[0], pair[1]))(_vector(fields["loss"], f"{field}.loss", 2)),
        judged,
    )


def _cover(value: Any, inner: int, points: int) -> Cover:
    fields = fields_of(value, "cover", ("region", "tree"))
    if not isinstance(fields["tree"], list):
        raise Malformed("cover.tree", "a list of cuts, positions of points and nulls")
    tree = tuple(_entry(entry, f"cover.tree[{k}]", inner, points) for k, entry in enumerate(fields["tree"]))
    return Cover(_vector(fields["region"], "cover.region", inner), tree)


def _entry(value: Any, field: str, inner: int, points: int) -> Entry:
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2:
        axis = natural(value[0], f"{field}[0]")
        if axis >= inner:
            raise Malformed(f"{field}[0]", f"the number of an inner weight, 0 to {inner - 1}")
        return axis, dyadic(value[1], f"{field}[1]")
    place = natural(value, field)
    if place >= points:
        raise Malformed(field, "the position of one of the points, a cut or null")
    return place


def _vector(value: Any, field: str, length: int) -> Vector:
    if not isinstance(value, list) or len(value) != length:
        raise Malformed(field, f"a list of {length} dyadic numbers")
    return tuple(dyadic(entry, f"{field}[{i}]") for i, entry in enumerate(value))
