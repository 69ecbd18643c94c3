"""L on a product of strata, a polynomial: residuals, gradient and Hessian along the strata, compiled.

``state`` is v (k), w (k·d), c; ``faces`` (k) numbers the strata of the units in `critscape.algebra.cells.strata`.
"""

from __future__ import annotations

import numpy as np

from critscape.algebra.cells.compilation import compiled


@compiled
def residuals_at(x, y, slopes, faces, state, r):
    """r = f − y with the slopes of the units' faces."""
    m, d = x.shape
    k = faces.shape[0]
    for i in range(m):
        r[i] = state[k + k * d] - y[i]
        for j in range(k):
            slope = slopes[faces[j], i]
            if slope != 0.0:
                seen = 0.0
                for p in range(d):
                    seen += x[i, p] * state[k + j * d + p]
                r[i] += state[j] * slope * seen


@compiled
def along(spans, faces, k, d, vector):
    """Projects the entries of each w onto the span of its face, in place."""
    image = np.zeros(d)
    for j in range(k):
        for p in range(d):
            image[p] = 0.0
            for q in range(d):
                image[p] += spans[faces[j], p, q] * vector[k + j * d + q]
        for p in range(d):
            vector[k + j * d + p] = image[p]


@compiled
def gradient_at(x, y, outer, inner, kappa, biased, slopes, spans, faces, state, r, gradient):
    """The gradient of L along the strata; ``r`` becomes f − y."""
    m, d = x.shape
    k = faces.shape[0]
    residuals_at(x, y, slopes, faces, state, r)
    for j in range(k):
        gradient[j] = outer[j] * state[j]
        for p in range(d):
            gradient[k + j * d + p] = inner[j, p] * state[k + j * d + p]
        for i in range(m):
            slope = slopes[faces[j], i] * r[i]
            if slope != 0.0:
                for p in range(d):
                    gradient[j] += slope * x[i, p] * state[k + j * d + p]
                    gradient[k + j * d + p] += slope * x[i, p] * state[j]
    gradient[k + k * d] = 0.0
    if biased:
        gradient[k + k * d] = kappa * state[k + k * d]
        for i in range(m):
            gradient[k + k * d] += r[i]
    along(spans, faces, k, d, gradient)


@compiled
def hessian_at(x, outer, inner, kappa, biased, slopes, spans, faces, state, r, hessian):
    """The Hessian of L along the strata; across them, where nothing moves, it is made steep, so that rounding is not taken there."""
    m, d = x.shape
    k = faces.shape[0]
    n = k + k * d + 1
    hessian[:, :] = 0.0
    row = np.zeros(n)
    for i in range(m):
        row[:] = 0.0
        for j in range(k):
            slope = slopes[faces[j], i]
            for p in range(d):
                row[j] += slope * x[i, p] * state[k + j * d + p]
                row[k + j * d + p] = slope * x[i, p] * state[j]
        if biased:
            row[n - 1] = 1.0
        for a in range(n):
            if row[a] != 0.0:
                for b in range(n):
                    hessian[a, b] += row[a] * row[b]
        for j in range(k):
            slope = slopes[faces[j], i] * r[i]
            for p in range(d):
                hessian[j, k + j * d + p] += slope * x[i, p]
                hessian[k + j * d + p, j] += slope * x[i, p]
    for j in range(k):
        hessian[j, j] += outer[j]
        for p in range(d):
            hessian[k + j * d + p, k + j * d + p] += inner[j, p]
    if biased:
        hessian[n - 1, n - 1] += kappa
    for a in range(n):
        along(spans, faces, k, d, hessian[a])
    for a in range(n):
        column = hessian[:, a].copy()
        along(spans, faces, k, d, column)
        hessian[:, a] = column
    steep = np.abs(hessian).max()
    for j in range(k):
        for p in range(d):
            for q in range(d):
                hessian[k + j * d + p, k + j * d + q] += steep * ((1.0 if p == q else 0.0) - spans[faces[j], p, q])
    if not biased:
        hessian[n - 1, n - 1] = steep
