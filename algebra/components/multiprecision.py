"""A path of ε → 0 followed in multiprecision as far as its limit can be told, where double-double does not tell it."""

from __future__ import annotations

from dataclasses import dataclass

import flint
import numpy as np
from flint import acb

from critscape.algebra.components.extrapolation import neville
from critscape.algebra.polynomial.evaluation import ball_parameters
from critscape.algebra.tracking.exact_end import HISTORY, ExactEnd, ExactSystem, Station, continued, extrapolated, path_points, winding

BITS = 480
REACHES, BACK = ((32, BITS), (64, 2 * BITS)), 6
"""Paths are followed to t = 10^−32; what is told there is what was told six decades before. Where that is not clear, as beside a branch
point at t = 10^−12, they are followed to 10^−64 with twice the digits.
"""
FAR = 14
"""A path that gets lost counts as diverging if it has done so in one way for six decades, beyond t = 10^−14."""
SLOW = 0.5
"""Where |w| ~ ε^−g with g below this the loss may have a limit that does not depend on Λ."""
SAME = 1e-8
"""Relative distance of the limits told at the two places."""
SMALL = 1e-3
"""A limit counts as no smaller than this share of the point from which it was reached."""


@dataclass(frozen=True)
class Followed:
    """``point`` (n,) in the units of the homotopy (of the last point at infinity), ``growth``, ``winding``, error, limit of the loss."""

    point: np.ndarray
    growth: float
    winding: int | None
    error: float
    loss: complex | None


def followed(end: ExactEnd, point: np.ndarray, decade: float, unit: float) -> Followed | None:
    """The end of the path that is near ``point`` at t = 10^−decade; None when it gets lost or its end is not clear.

    ``unit`` is the natural unit of L.
    """
    found: Followed | None = None
    for last, bits in REACHES:
        with flint.ctx.workprec(bits):
            stations = stations_of(end, point, decade, last, unit)
            told = end_of(end, stations, SMALL * float(np.abs(point).max()), last, unit)
        # What is known of a path to infinity stays known where the limit of its loss is not told either.
        found = told or found
        clear = told is not None and (told.loss is not None or not 0 < told.growth < SLOW)
        if clear or not stations or stations[-1].decade < last:
            break
    return found


def stations_of(end: ExactEnd, point: np.ndarray, decade: float, reach: int, unit: float) -> list[_Station]:
    """Points of the path that is near ``point`` at t = 10^−decade, from some decades before ``FAR`` on to t = 10^−reach at most."""
    stations: list[_Station] = []
    for history in path_points(ExactSystem(end), [acb(complex(z)) for z in point], decade, reach):
        here, x, valuations = history[-1]
        if float(here.real) > FAR - BACK:
            m, powers = winding(valuations)
            growth = -min(0, *powers) / m if m else 0.0
            stations.append(_Station(float(here.real), m, tuple(powers), x, extrapolated(history) if m and not growth else x))
            # A path that leaves as ε^(−1/2) or faster has no limit of the loss to wait for.
            if growth > 0 and float(here.real) > FAR and earlier_alike(stations) is not None:
                if growth >= SLOW or limit_of_losses(end, stations, unit) is not None:
                    break
    return stations


def end_of(end: ExactEnd, stations: list[_Station], small: float, reach: int, unit: float) -> Followed | None:
    """What the stations of a path on its way to t = 10^−reach tell of its end; None where it is not clear."""
    if not stations:
        return None
    last = stations[-1]
    if last.winding is None:
        return None
    earlier = earlier_alike(stations)
    if earlier is None:
        return None
    growth = -min(0, *last.powers) / last.winding
    if growth > 0 and last.decade > FAR:
        limit = None if growth >= SLOW else limit_of_losses(end, stations, unit)
        return Followed(np.array([complex(z) for z in last.point]), growth, last.winding, 0.0, limit)
    size = max(small, *(float(abs(z).mid()) for z in last.limit))
    error = max(float(abs(a - b).mid()) for a, b in zip(last.limit, earlier.limit)) / size
    if growth > 0 or last.decade < reach or error > SAME:
        return None
    return Followed(np.array([complex(z) for z in last.limit]), 0.0, last.winding, error, None)


def exact_system(end: ExactEnd) -> ExactSystem:
    """The system at the precision of this file."""
    with flint.ctx.workprec(BITS):
        return ExactSystem(end)


def led(system: ExactSystem, history: list[Station], last: complex) -> list[Station] | None:
    """The path of a ``history`` led on to t = 10^−last, around t = 0 by an imaginary part; None when it gets lost on the way."""
    with flint.ctx.workprec(BITS):
        *_, reached = [history, *continued(system, history, last)]
        return reached if complex(reached[-1][0]) == complex(last) else None


def begun(system: ExactSystem, point: np.ndarray, decade: float) -> list[Station] | None:
    """The path near ``point`` (n,) at t = 10^−decade, in the units of the system; None if there is none."""
    with flint.ctx.workprec(BITS):
        return next(path_points(system, [acb(complex(z)) for z in point], decade, decade), None)


@dataclass(frozen=True)
class _Station:
    """A point of the path at t = 10^−decade, its winding number m with the valuations times m, and the limit told from there."""

    decade: float
    winding: int | None
    powers: tuple[int, ...]
    point: list[acb]
    limit: list[acb]


def earlier_alike(stations: list[_Station]) -> _Station | None:
    """The station ``BACK`` decades before the last one, if path and valuations have gone the same way since; else None."""
    last = stations[-1]
    earlier = next((s for s in reversed(stations) if s.decade <= last.decade - BACK), None)
    alike = [s for s in stations if earlier and s.decade >= earlier.decade]
    return None if any((s.winding, s.powers) != (last.winding, last.powers) for s in alike) else earlier


def limit_of_losses(end: ExactEnd, stations: list[_Station], unit: float) -> complex | None:
    """The limit of L along a path to infinity, a power series in t^{1/m}: extrapolated from the latest stations with and without the last
    one; None where these differ.
    """
    with flint.ctx.workprec(BITS):
        latest = stations[-HISTORY:]
        nodes = [float(10.0 ** (-s.decade / (latest[-1].winding or 1))) for s in latest]
        values = np.array([loss_at(end, s.point) for s in latest])
    if len(latest) < 3:
        return None
    without, found = (complex(neville(np.array(nodes[part]), values[part], 0.0)) for part in (slice(-1), slice(1, None)))
    return found if abs(found - without) < SAME * max(unit, abs(found)) else None


def loss_at(end: ExactEnd, point: list[acb]) -> complex:
    """L at a point, in double precision."""
    with flint.ctx.workprec(BITS):
        return complex(acb(end.loss.family.formula(point, list(ball_parameters(end.loss, BITS)))).mid())
