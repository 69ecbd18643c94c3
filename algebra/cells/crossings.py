"""Where a unit leaves its stratum and into which it goes, compiled: see `critscape.algebra.cells.subgradient_flow`."""

from __future__ import annotations

import numpy as np

from critscape.algebra.cells.compilation import compiled
from critscape.algebra.cells.stratum_derivatives import residuals_at

OFF = 2e-15
"""A sample is off its side where w·x_i is so far beyond zero, times the sizes of weights and sample: more than rounding does."""
DOWN = 1e-12
"""L goes down across a kink where its slope is below minus this times the sizes of its terms."""


@compiled
def off_side(x, signs, faces, state, j, size):
    """The sample that unit j sees on the wrong side of its face, the farthest one; −1 if there is none."""
    m, d = x.shape
    k = faces.shape[0]
    worst, found = 0.0, -1
    for i in range(m):
        side = signs[faces[j], i]
        if side != 0:
            seen, norm = 0.0, 0.0
            for p in range(d):
                seen += x[i, p] * state[k + j * d + p]
                norm += x[i, p] * x[i, p]
            beyond = -side * seen / np.sqrt(norm)
            if beyond > OFF * size and beyond > worst:
                worst, found = beyond, i
    return found


@compiled
def goes_down(x, inner, first_ray, rays, ray_slopes, faces, state, r, j):
    """Whether L goes down on some ray of the fan around the face of unit j."""
    m, d = x.shape
    k = faces.shape[0]
    for line in range(first_ray[faces[j]], first_ray[faces[j] + 1]):
        rise, size = 0.0, 0.0
        for p in range(d):
            pull = inner[j, p] * state[k + j * d + p]
            rise += pull * rays[line, p]
            size += abs(pull)
        for i in range(m):
            weight = state[j] * r[i] * ray_slopes[line, i]
            if weight != 0.0:
                for p in range(d):
                    rise += weight * x[i, p] * rays[line, p]
                    size += abs(weight * x[i, p])
        if rise < -DOWN * size:
            return True
    return False


@compiled
def lowered(x, signs, spans, first_below, below, face, sample, state, j, k):
    """The face of largest dimension in the closure of a face that holds what is left of w when it is zero on a sample; w moves there."""
    m, d = x.shape
    image = np.zeros(d)
    size = 0.0
    for p in range(d):
        size += state[k + j * d + p] ** 2
    for place in range(first_below[face], first_below[face + 1]):
        lower = below[place]
        if signs[lower, sample] != 0:
            continue
        for p in range(d):
            image[p] = 0.0
            for q in range(d):
                image[p] += spans[lower, p, q] * state[k + j * d + q]
        fits = True
        for i in range(m):
            if signs[lower, i] != 0:
                seen, norm = 0.0, 0.0
                for p in range(d):
                    seen += x[i, p] * image[p]
                    norm += x[i, p] * x[i, p]
                fits = fits and signs[lower, i] * seen > 1e-10 * np.sqrt(norm * size)
        if fits:
            for p in range(d):
                state[k + j * d + p] = image[p]
            return lower
    return face


@compiled
def steepest(x, inner, signs, slopes, spans, first_above, above, state, r, j, face, k):
    """The face into which the direction of steepest descent leads from a face: itself where L rises on all sides."""
    m, d = x.shape
    force, across = np.zeros(d), np.zeros(d)
    best, chosen = 0.0, face
    for place in range(first_above[face], first_above[face + 1]):
        upper = above[place]
        size = 0.0
        for p in range(d):
            force[p] = -inner[j, p] * state[k + j * d + p]
            size += abs(force[p])
        for i in range(m):
            weight = state[j] * r[i] * slopes[upper, i]
            if weight != 0.0:
                for p in range(d):
                    force[p] -= weight * x[i, p]
                    size += abs(weight * x[i, p])
        length = 0.0
        for p in range(d):
            across[p] = 0.0
            for q in range(d):
                across[p] += (spans[upper, p, q] - spans[face, p, q]) * force[q]
            length += across[p] * across[p]
        # What rounding leaves of a slope that is zero leads nowhere.
        consistent = np.sqrt(length) > 0.5 * DOWN * size
        for i in range(m):
            if signs[face, i] == 0 and signs[upper, i] != 0:
                seen = 0.0
                for p in range(d):
                    seen += x[i, p] * across[p]
                consistent = consistent and signs[upper, i] * seen > 0.0
        if consistent and length > best:
            best, chosen = length, upper
    return chosen


@compiled
def left(x, y, inner, signs, slopes, first_ray, rays, ray_slopes, faces, state, r):
    """Whether some unit has left its face, or would leave it across a kink."""
    size = np.abs(state).max()
    for j in range(faces.shape[0]):
        if off_side(x, signs, faces, state, j, size) >= 0:
            return True
    residuals_at(x, y, slopes, faces, state, r)
    for j in range(faces.shape[0]):
        if goes_down(x, inner, first_ray, rays, ray_slopes, faces, state, r, j):
            return True
    return False
