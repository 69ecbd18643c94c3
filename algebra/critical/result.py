"""The result document (JSON) of one critical set."""

from __future__ import annotations

import platform
from collections import Counter
from functools import cache
from importlib import metadata

from flint import acb, arb

from critscape.algebra.critical.counts import counts, looks_real
from critscape.algebra.critical.critical_set import CriticalSet
from critscape.algebra.critical.evidence import real_orbits
from critscape.algebra.critical.levels import levels
from critscape.algebra.points.classification import Kind, RealPoint
from critscape.algebra.points.closed_form import ClosedForm
from critscape.algebra.tracking.homotopy import Outcome

FORMAT = "critscape result 2"
"""Value of the field ``format``."""
MOST_DIGITS = 60
"""Decimal digits that are written at most."""


def decimal(ball: arb) -> str:
    """The decimal digits of a real ball that are known; a ball around zero is written 0.

    >>> decimal(arb(1) / 4), decimal(arb(0, 1e-40))
    ('0.25', '0')
    """
    if ball.contains(0):
        return "0"
    digits = min(MOST_DIGITS, max(1, int(ball.rel_accuracy_bits() * 0.30103)))
    text = ball.str(digits, radius=False)
    return text.rstrip("0").rstrip(".") if ball.is_exact() and "." in text and "e" not in text else text


def coordinate(ball: acb, real: bool) -> str | list[str]:
    """A coordinate: a decimal string, or the pair of real and imaginary part."""
    return decimal(ball.real) if real else [decimal(ball.real), decimal(ball.imag)]


def result_document(critical: CriticalSet, problem: dict, engine: dict, seconds: dict, every_point: bool) -> dict:
    """The JSON-ready result: the fields of the contract, then what else is known.

    ``every_point`` lists the non-real critical points as well.
    """
    enumeration = critical.enumeration
    degenerate = [degenerate_entry(point, real) for point in enumeration.degenerate if (real := looks_real(point)) or every_point]
    orbit_of = real_orbits(enumeration.points, critical.orbits)
    document = {
        "format": FORMAT,
        "problem": problem,
        "status": critical.status.value,
        **({"reason": critical.reason} if critical.reason else {}),
        "counts": counts(critical),
        "levels": {name: level and level.value for name, level in levels(critical).items()},
        "critical_points": [
            real_entry(point, form, orbit_of.get(id(point.point))) for point, form in zip(critical.real, critical.closed_forms)
        ]
        + degenerate
        + ([complex_entry(p) for p in enumeration.points if not p.real] if every_point else []),
        "paths": {
            "tracked": sum(enumeration.paths.values()),
            **{outcome.name.lower(): enumeration.paths.get(outcome, 0) for outcome in Outcome},
            "representatives": enumeration.representatives,
            "homotopies": enumeration.homotopies,
        },
        "bounds": {bound.name: bound.value for bound in critical.bounds},
        "evidence": {e.name: e.document() for e in critical.evidence},
        "symmetry": {"order": critical.group.order, "orbits": orbit_sizes(critical)},
        "engine": engine,
        "seconds": {name: round(value, 3) for name, value in {**critical.seconds, **seconds}.items()},
    }
    if enumeration.starts is not None:
        document["start_set"] = enumeration.starts.provenance
    return document


def real_entry(point: RealPoint, form: ClosedForm | None, orbit: int | None) -> dict:
    """One certified real critical point, with its closed form in radicals if it has one of modest size.

    Points with the same number ``orbit`` are carried to each other by symmetries of the loss.
    """
    decided = point.kind is not Kind.LOCAL_MINIMUM
    return {
        "point": [coordinate(z, True) for z in point.point.ball],
        "real": True,
        "index": point.index,
        "loss": decimal(point.loss),
        "global_minimum": point.kind is Kind.GLOBAL_MINIMUM if decided else None,
        "kind": point.kind.value,
        "least_eigenvalue": f"{point.eigenvalue:.6e}",
        "orbit": orbit,
        "certified": True,
        **({} if form is None else {"closed_form": closed_form_entry(form)}),
    }


def closed_form_entry(form: ClosedForm) -> dict:
    """Coordinates and loss in radicals, as text and as LaTeX."""
    return {
        "point": [number.text for number in form.coordinates],
        "loss": form.loss.text,
        "latex": {"point": [number.latex for number in form.coordinates], "loss": form.loss.latex},
    }


def complex_entry(point) -> dict:
    """One certified non-real critical point."""
    return {
        "point": [coordinate(z, False) for z in point.ball],
        "real": False,
        "index": None,
        "loss": None,
        "global_minimum": None,
        "certified": True,
    }


def degenerate_entry(point, real: bool) -> dict:
    """One degenerate point: without elimination nothing is certified there, and its coordinates are good to about eight digits."""
    known = point.exact
    approximate = [_rough(z.real) if real else [_rough(z.real), _rough(z.imag)] for z in point.approximation]
    return {
        "point": [coordinate(z, real) for z in known.ball] if known else approximate,
        "real": real,
        "index": known.index if known else None,
        "nullity": known.nullity if known else None,
        "loss": decimal(known.loss) if known and real else None,
        "global_minimum": None,
        "kind": "degenerate",
        "multiplicity": point.multiplicity,
        "certified": known is not None,
    }


def _rough(value: float) -> str:
    """Six digits; what is zero to eight decimals is written 0."""
    return f"{value:.6g}" if abs(value) > 1e-8 else "0"


def orbit_sizes(critical: CriticalSet) -> dict[str, int] | None:
    """Orbit size → number of orbits of that size."""
    if critical.orbits is None:
        return None
    return {str(size): number for size, number in sorted(Counter(map(len, critical.orbits)).items())}


def versions() -> dict[str, str]:
    """Versions of what a result rests on."""
    names = ("critscape", "python-flint", "numpy", "numba", "sympy")
    return {"python": platform.python_version(), **{name: found for name in names if (found := installed(name))}}


@cache
def installed(name: str) -> str | None:
    """The version of an installed distribution; looking it up takes a tenth of the time of a small answer."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
