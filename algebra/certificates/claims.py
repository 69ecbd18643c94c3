"""What a certificate claims, as exact numbers: its file is read here, for whoever proves the claims.

What needs no arithmetic but comparisons of the numbers in the file is decided here too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from critscape.algebra.bounds.proof import Combination, UpperBound

FORMAT = "critscape certificate 2"
"""What the field ``format`` says in the files that this module reads."""

LARGEST_EXPONENT = 100_000
"""A dyadic number m·2^e with a larger |e| is a mistake, or an attack on memory."""

_DYADIC = re.compile(r"(-?[0-9]{1,4000})\*2\^(-?[0-9]{1,6})", re.ASCII)

_HEXADECIMAL = re.compile(r"-?0x[0-9a-f]+", re.ASCII)


class Malformed(ValueError):
    """A file that is no certificate; its text is one line ``field: expected …``."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")


@dataclass(frozen=True)
class ClaimedPoint:
    """What a certificate claims of one critical point.

    The box of half-side ``radius`` (exact) around ``centre`` (n pairs of real and imaginary part) holds exactly one, which is ``real`` or not.
    For a real one ``index`` is the number of negative eigenvalues of its Hessian, ``loss`` two exact numbers that enclose L, and
    ``not_global`` says, for a minimum, whether the listed losses prove that it is not global. All three are None otherwise.
    """

    centre: tuple[tuple[Fraction, Fraction], ...]
    radius: Fraction
    real: bool
    index: int | None
    loss: tuple[Fraction, Fraction] | None
    not_global: bool | None


@dataclass(frozen=True)
class Claims:
    """A certificate as read: points, counts that are claimed to be lower bounds, and an upper bound for the first of them, if any."""

    points: tuple[ClaimedPoint, ...]
    upper_bound: UpperBound | None
    complex_at_least: int
    real_at_least: int
    by_index_at_least: dict[int, int]


def read_claims(content: Any, dimension: int) -> Claims:
    """The claims in the parsed JSON of a certificate for a loss in n = ``dimension`` weights.

    Raises
    ------
    Malformed : naming the first field that is missing, unknown or not of its kind.
    """
    fields = fields_of(content, "certificate", ("format", "problem", "points", "counts", "upper_bound"))
    if fields["format"] != FORMAT:
        raise Malformed("format", f'"{FORMAT}"')
    points = fields["points"]
    if not isinstance(points, list):
        raise Malformed("points", "a list of critical points")
    counts = fields_of(fields["counts"], "counts", ("complex_at_least", "real_at_least", "by_index_at_least"))
    by_index = counts["by_index_at_least"]
    if not isinstance(by_index, dict) or not all(re.fullmatch(r"0|[1-9][0-9]{0,5}", key, re.ASCII) for key in by_index):
        raise Malformed("counts.by_index_at_least", "an object from index to number")
    return Claims(
        tuple(_point(entry, f"points[{k}]", dimension) for k, entry in enumerate(points)),
        None if fields["upper_bound"] is None else _upper_bound(fields["upper_bound"]),
        natural(counts["complex_at_least"], "counts.complex_at_least"),
        natural(counts["real_at_least"], "counts.real_at_least"),
        {int(key): natural(number, f"counts.by_index_at_least.{key}") for key, number in by_index.items()},
    )


def _upper_bound(value: Any) -> UpperBound:
    # Small proofs, and all that were written before there were any, have no combinations.
    given = {"combinations": [], **value} if isinstance(value, dict) else value
    fields = fields_of(given, "upper_bound", ("bound", "prime", "falls", "degree", "combinations"))
    falls = fields["falls"]
    if not isinstance(falls, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in falls):
        raise Malformed("upper_bound.falls", "a list of pairs of degrees")
    prime = fields["prime"]
    if isinstance(prime, bool) or not isinstance(prime, int) or not 1 < prime < 2**63:
        raise Malformed("upper_bound.prime", "a prime below 2^63")
    return UpperBound(
        natural(fields["bound"], "upper_bound.bound"),
        prime,
        tuple((natural(d, f"upper_bound.falls[{k}]"), natural(e, f"upper_bound.falls[{k}]")) for k, (d, e) in enumerate(falls)),
        natural(fields["degree"], "upper_bound.degree"),
        _combinations(fields["combinations"]),
    )


def _combinations(value: Any) -> tuple[Combination, ...]:
    if not isinstance(value, list) or not all(isinstance(combination, list) for combination in value):
        raise Malformed("upper_bound.combinations", "a list of lists of terms")
    found = []
    for j, combination in enumerate(value):
        terms = []
        for i, term in enumerate(combination):
            field = f"upper_bound.combinations[{j}][{i}]"
            if not (isinstance(term, list) and len(term) == 3 and isinstance(term[1], list)):
                raise Malformed(field, "the number of a polynomial, a list of exponents and a coefficient")
            if not isinstance(term[2], str) or not _HEXADECIMAL.fullmatch(term[2]):
                raise Malformed(f"{field}[2]", 'a hexadecimal integer such as "-0x1f"')
            exponents = tuple(natural(power, f"{field}[1]") for power in term[1])
            terms.append((natural(term[0], f"{field}[0]"), exponents, int(term[2], 16)))
        found.append(tuple(terms))
    return tuple(found)


def _point(entry: Any, field: str, dimension: int) -> ClaimedPoint:
    fields = fields_of(entry, field, ("centre", "radius", "real", "index", "loss", "not_global"))
    centre = fields["centre"]
    if not isinstance(centre, list) or len(centre) != dimension:
        raise Malformed(f"{field}.centre", f"a list of {dimension} coordinates, one per weight")
    if not isinstance(fields["real"], bool):
        raise Malformed(f"{field}.real", "true or false")
    if not (fields["not_global"] is None or isinstance(fields["not_global"], bool)):
        raise Malformed(f"{field}.not_global", "true, false or null")
    return ClaimedPoint(
        tuple(_pair(z, f"{field}.centre[{i}]") for i, z in enumerate(centre)),
        dyadic(fields["radius"], f"{field}.radius"),
        fields["real"],
        None if fields["index"] is None else natural(fields["index"], f"{field}.index"),
        None if fields["loss"] is None else _pair(fields["loss"], f"{field}.loss"),
        fields["not_global"],
    )


def fields_of(value: Any, field: str, names: tuple[str, ...]) -> dict:
    """An object with exactly these fields."""
    if not isinstance(value, dict):
        raise Malformed(field, "an object with " + ", ".join(names))
    for name in names:
        if name not in value:
            raise Malformed(f"{field}.{name}", "a value (it is missing)")
    for name in value:
        if name not in names:
            raise Malformed(f"{field}.{name}", "no such field; known are " + ", ".join(names))
    return value


def natural(value: Any, field: str) -> int:
    """A whole number of modest size."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise Malformed(field, "an integer from 0 to 999,999,999")
    return value


def _pair(value: Any, field: str) -> tuple[Fraction, Fraction]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(field, "a pair of dyadic numbers")
    return dyadic(value[0], f"{field}[0]"), dyadic(value[1], f"{field}[1]")


def dyadic(value: Any, field: str) -> Fraction:
    """A number written "m*2^e"."""
    found = _DYADIC.fullmatch(value) if isinstance(value, str) else None
    if found is None or abs(int(found[2])) > LARGEST_EXPONENT:
        raise Malformed(field, 'a dyadic number written "m*2^e" with integers m and e')
    return int(found[1]) * Fraction(2) ** int(found[2])


def incoherence(point: ClaimedPoint) -> str | None:
    """What is wrong with what is claimed of one point, whatever the loss; None if nothing is."""
    if not point.radius > 0:
        return "the radius of the box is not positive"
    if not point.real and (point.index, point.loss, point.not_global) != (None, None, None):
        return "an index or a loss is claimed of a point that is not real"
    if point.real and (point.index is None or point.loss is None or (point.not_global is None) != (point.index != 0)):
        return "a real point needs an index and a loss and, if its index is 0, whether it is not global"
    if point.real and any(imaginary for _, imaginary in point.centre):
        return "it is claimed to be real, but its box is not symmetric under conjugation"
    return None


def failing_minimum(points: Sequence[ClaimedPoint]) -> str | None:
    """Whether ``not_global`` is what the enclosures of the listed losses, proved by now, say."""
    least = min((point.loss[1] for point in points if point.loss is not None), default=None)
    for k, point in enumerate(points):
        if (
            point.not_global is not None
            and point.loss is not None
            and least is not None
            and point.not_global is not bool(least < point.loss[0])
        ):
            lies = "lies" if point.not_global is False else "does not lie"
            return f"points[{k}]: not_global is {str(point.not_global).lower()}, but its loss {lies} strictly above another one"
    return None


def failing_count(claims: Claims) -> str | None:
    """Whether the counts are those of the listed points."""
    real = [point for point in claims.points if point.real]
    by_index = dict(Counter(point.index for point in real))
    for name, claimed, proved in (
        ("complex_at_least", claims.complex_at_least, len(claims.points)),
        ("real_at_least", claims.real_at_least, len(real)),
        ("by_index_at_least", dict(sorted(claims.by_index_at_least.items())), dict(sorted(by_index.items()))),
    ):
        if claimed != proved:
            return f"counts.{name}: {claimed} claimed, {proved} proved"
    return None
