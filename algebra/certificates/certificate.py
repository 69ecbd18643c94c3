"""The certificate of a critical set: a JSON document from which a stranger proves it again (``critscape.algebra.certificates.checker`` does).

A number is exact: the string ``"m*2^e"`` stands for m·2^e. The document holds the problem, for every certified critical point,
the non-real ones included, a box in which it is alone, what is claimed of it, and the counts, each a lower bound:

- ``centre`` (n pairs of real and imaginary part) and ``radius``: Krawczyk's test holds in the box of this half-side;
- ``real``, proved either way: a real point's box has a real centre;
- of real points ``index``, ``loss`` (two numbers that enclose L) and, if the index is 0, ``not_global``: whether the enclosures
  prove that another listed point lies lower. These are null otherwise.

Degenerate points are not listed: nothing is proved there. ``upper_bound`` says how to prove that there are at most ``bound`` points
(:class:`critscape.algebra.bounds.proof.UpperBound`); it is null where no such proof is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import flint
from flint import arb

from critscape.algebra.bounds.proof import UpperBound
from critscape.algebra.points.certification import CertifiedPoint
from critscape.algebra.points.classification import RealPoint

FORMAT = "critscape certificate 2"
"""Value of the field ``format``."""


def certificate(points: Sequence[CertifiedPoint], real: Sequence[RealPoint], problem: dict, proof: UpperBound | None = None) -> dict:
    """The JSON-ready certificate of distinct certified points, the real ones among them typed; ``problem`` as results carry it.

    The real points come first, in the order of ``real``, then the others.
    """
    losses = [loss_bounds(entry) for entry in real]
    least = min((upper for _, upper in losses), default=None)
    entries = [
        {
            **box(entry.point),
            "real": True,
            "index": entry.index,
            "loss": [dyadic(lower), dyadic(upper)],
            "not_global": bool(least is not None and least < lower) if entry.index == 0 else None,
        }
        for entry, (lower, upper) in zip(real, losses)
    ]
    entries += [{**box(point), "real": False, "index": None, "loss": None, "not_global": None} for point in points if not point.real]
    return {
        "format": FORMAT,
        "problem": problem,
        "counts": {
            "complex_at_least": len(entries),
            "real_at_least": len(real),
            "by_index_at_least": {str(index): number for index, number in sorted(Counter(entry.index for entry in real).items())},
        },
        "upper_bound": None if proof is None else proof.document(),
        "points": entries,
    }


def box(point: CertifiedPoint) -> dict:
    """``centre`` and ``radius`` of a box around the point, inside the one that isolates it.

    The centre is rounded to a grid that is finer than the radius by a quarter of the bits that decided, as the radius is finer
    than the point: numbers stay short, and Krawczyk's test has all the room it had.
    """
    mantissa, exponent = point.isolation.lower().man_exp()
    # The box is moved by the rounding: half of the radius leaves it inside the isolating one.
    radius = int(exponent) + int(mantissa).bit_length() - 2
    grid = radius - point.precision // 4
    return {
        "centre": [[rounded(z.real, grid), "0*2^0" if point.real else rounded(z.imag, grid)] for z in point.centre],
        "radius": f"1*2^{radius}",
    }


def rounded(value: arb, grid: int) -> str:
    """The multiple of 2^grid nearest to the midpoint of a ball.

    >>> rounded(arb(5) / 8, -2), rounded(arb(0), -2)
    ('3*2^-2', '0*2^0')
    """
    mantissa, exponent = (int(part) for part in value.mid().man_exp())
    shift = exponent - grid
    multiple = mantissa << shift if shift >= 0 else (mantissa + (1 << -shift - 1)) >> -shift
    return f"{multiple}*2^{grid}" if multiple else "0*2^0"


def loss_bounds(point: RealPoint) -> tuple[arb, arb]:
    """Two exact numbers that enclose L, to half of the bits that decided.

    They leave room for whoever evaluates L again in another way.
    """
    bits = point.point.precision // 2
    with flint.ctx.workprec(bits):
        room = arb(2) ** -bits * (1 + abs(point.loss)).upper()
        return (point.loss - room).lower(), (point.loss + room).upper()


def dyadic(value: arb) -> str:
    """An exact number as ``"m*2^e"``.

    >>> dyadic(arb(3) / 4)
    '3*2^-2'
    """
    mantissa, exponent = value.man_exp()
    return f"{mantissa}*2^{exponent}"
