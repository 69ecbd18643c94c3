"""The strata of the weights of one unit, faces of the arrangement, as the subgradient flow moves on them and between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from critscape.algebra.cells.arrangement import Signs, covectors, null_matrix, rays, signs, zero_set
from critscape.algebra.cells.dead_units import closure
from critscape.algebra.cells.one_layer import Numbers, OneLayer
from critscape.algebra.cells.tables import floats


@dataclass(frozen=True)
class Strata:
    """The f faces of an arrangement of m samples in d dimensions, in double precision.

    ``signs`` and ``slopes`` (f × m) say what φ does there, ``spans`` (f × d × d) project onto the span. Face i is in the closures of
    ``above[first_above[i]:first_above[i + 1]]``, and has in its closure ``below[first_below[i]:first_below[i + 1]]``, of falling dimension. Its
    ``rays`` (· × d, unit vectors, orthogonal to it) lead into the faces of the next dimension, with the slopes ``ray_slopes`` (· × m). ``right`` and
    ``left`` are the slopes of φ.
    """

    signs: np.ndarray
    slopes: np.ndarray
    spans: np.ndarray
    first_above: np.ndarray
    above: np.ndarray
    first_below: np.ndarray
    below: np.ndarray
    first_ray: np.ndarray
    rays: np.ndarray
    ray_slopes: np.ndarray
    right: float
    left: float

    def face_of(self, seen: np.ndarray) -> int:
        """The number of the face with the signs of w·x_i (m)."""
        return int(np.flatnonzero((self.signs == np.sign(seen)).all(axis=1))[0])


def strata(layer: OneLayer) -> Strata:
    """The strata of a layer's units."""
    found = covectors(layer.samples)
    places = {face: number for number, face in enumerate(found)}
    table = np.array(found, dtype=np.int64).reshape(len(found), len(layer.samples))
    spans = np.array([projector(layer, zero_set(face)) for face in found])
    dimensions = np.rint(np.trace(spans, axis1=1, axis2=2)).astype(int)
    in_closure = closure(table)
    slopes = np.array([[float(layer.slope(side)) for side in face] for face in found]).reshape(table.shape)
    lines: list[tuple[float, ...]] = []
    ray_slopes, first_ray = [], [0]
    lead = cache(lambda zeros: unit_rays(layer, zeros))
    for face in found:
        for line, bend in lead(zero_set(face)):
            lines.append(line)
            ray_slopes.append(slopes[places[composed(face, bend)]])
        first_ray.append(len(lines))
    above = [np.flatnonzero(in_closure[:, number]) for number in range(len(found))]
    below = [lower[np.argsort(-dimensions[lower], kind="stable")] for lower in map(np.flatnonzero, in_closure)]
    return Strata(
        table,
        slopes,
        spans,
        np.cumsum([0, *map(len, above)]),
        np.concatenate(above),
        np.cumsum([0, *map(len, below)]),
        np.concatenate(below),
        np.array(first_ray),
        np.array(lines).reshape(len(lines), layer.inputs),
        np.array(ray_slopes).reshape(len(lines), table.shape[1]),
        float(layer.right_slope),
        float(layer.left_slope),
    )


def projector(layer: OneLayer, zeros: tuple[int, ...]) -> np.ndarray:
    """The orthogonal projector (d × d) onto {w : w·x_i = 0 for the samples given}."""
    basis = null_matrix([layer.samples[i] for i in zeros], layer.inputs)
    if not basis.ncols():
        return np.zeros((layer.inputs, layer.inputs))
    return floats(basis * (basis.transpose() * basis).inv() * basis.transpose())


def unit_rays(layer: OneLayer, zeros: tuple[int, ...]) -> list[tuple[tuple[float, ...], Signs]]:
    """Unit vectors along the rays of the arrangement of the samples given, with their signs on all samples."""
    kinks: list[Numbers] = [layer.samples[i] for i in zeros]
    found = []
    for line in rays(kinks) if kinks else []:
        vector = np.array([float(entry) for entry in line])
        bend = signs(layer.samples, line)
        found.append((tuple(vector / np.linalg.norm(vector)), tuple(side if i in zeros else 0 for i, side in enumerate(bend))))
    return found


def composed(face: Signs, bend: Signs) -> Signs:
    """The face that a small step from a face, with the signs of its direction, leads to."""
    return tuple(side or turn for side, turn in zip(face, bend))
