"""Critical points of L_ε at real ε on paths that the compiled tracker loses, in multiprecision.

Where weights grow along a path the curvature of L_ε along it falls with ε: Newton's method then converges so close to the path only
that what is predicted in double precision does not serve, as on the complex orbits of orthogonal groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from flint import acb

from critscape.algebra.components.multiprecision import begun, led
from critscape.algebra.tracking.exact_end import ExactSystem, Station

SAME = 1e-40
"""Points closer than this, relative to their size, are one."""


def far_points(
    system: ExactSystem,
    histories: dict[int, list[Station]],
    lost: Mapping[int, Sequence[tuple[np.ndarray, float]]],
    t: float,
    turn: complex,
) -> dict[int, np.ndarray]:
    """The points (n,) at t·turn, |turn| = 1, of the ``lost`` paths, without those that are not found.

    Each path is given by points on it with the t where they are, the last one first: the first that leads to t serves.

    ``histories`` are those of the paths that were followed before: they are continued, and kept as they are at t.
    """
    found: dict[int, list[acb]] = {}
    for k, places in lost.items():
        fresh = (begun(system, point, -np.log10(place)) for point, place in places)
        ways = (led(system, history, complex(-np.log10(t))) for history in chain([histories.get(k)], fresh) if history)
        straight = next(filter(None, ways), None)
        if straight:
            histories[k] = straight
            around = led(system, straight, complex(-np.log10(t * turn)))
            if around is not None:
                found[k] = around[-1][1]
    # For t > 0 no two paths meet: one of them has jumped.
    apart = [k for k in found if not any(met(found[k], found[j]) for j in found if j != k)]
    return {k: np.array([complex(z) for z in found[k]]) for k in apart}


def met(one: Sequence[acb], other: Sequence[acb]) -> bool:
    """Whether two points in multiprecision are one."""
    size = max(abs(z).mid() for z in one)
    return all(abs(a - b).mid() <= SAME * size for a, b in zip(one, other))
