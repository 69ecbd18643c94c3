"""Rational Hermite prediction from up to three points of every lane with their tangents.

The singularity of a path that is nearest in t limits how far a polynomial sees ahead, and all coordinates share it. So each coordinate is
x_j = N_j/q with one common q(r) = 1 + b(r − r₀): for any b, N_j is the Hermite interpolant of q·x_j on the nodes (for one function
see Saff, "An extension of Montessus de Ballore's theorem on the convergence of interpolating rational functions", J. Approx. Theory 6,
1972). With W = Π(r − r_k)² and divided differences on the doubled nodes,

    N_j/q = P_j − (b·W/q)·x_j[r₀,r₀,r₁,r₁,…],   leading coefficient of N_j: x_j[r₀,r₀,r₁,r₁,…] + b·x_j[r₀,r₁,r₁,…],

P_j the interpolating polynomial. b is what makes the leading coefficients smallest over all coordinates, in least squares: where
one pole or branch point is near, −1/b leads to it from r₀.
"""

from __future__ import annotations

from critscape.algebra.kernels.compilation import compiled, inlined
from critscape.algebra.kernels.lane_program import LANES

# Rows of the memory of weights: where the four kinds begin. The last rows are W, the sums of the least squares and b·W/q.
VALUE, LEADING, LESSER, PRODUCT, NUMERATOR, DENOMINATOR, SHARE = 0, 6, 12, 18, 19, 21, 22
# |b(r − r₀)|: a pole that is nearer than the new point, or hardly further, is none that the old points tell of.
NEAREST = 0.9


@compiled
def hermite_weights(r, nodes, depth, weights):
    """Weights of x_0, ẋ_0, x_1, ẋ_1, … on the latest ``depth`` nodes: in the Hermite interpolant at r, in the divided
    difference on all doubled nodes, and in the one without x_0's tangent.
    """
    weights[:] = 0.0
    for i in range(LANES):
        if depth[i] == 0:
            weights[VALUE, i] = 1.0
        product = 1.0
        for j in range(depth[i]):
            basis, slope, lead = 1.0, 0.0, 1.0
            for k in range(depth[i]):
                if k != j:
                    inverse = 1.0 / (nodes[j, i] - nodes[k, i])
                    basis *= (r[i] - nodes[k, i]) * inverse
                    slope += inverse
                    lead *= inverse
            basis *= basis
            lead *= lead
            ahead, away = r[i] - nodes[j, i], nodes[j, i] - nodes[0, i]
            product *= ahead * ahead
            weights[VALUE + 2 * j, i] = (1.0 - 2.0 * ahead * slope) * basis
            weights[VALUE + 2 * j + 1, i] = ahead * basis
            weights[LEADING + 2 * j, i] = -2.0 * slope * lead
            weights[LEADING + 2 * j + 1, i] = lead
            weights[LESSER + 2 * j, i] = (1.0 - 2.0 * slope * away) * lead
            weights[LESSER + 2 * j + 1, i] = away * lead
        weights[PRODUCT, i] = product


@inlined
def predict(trail, weights, leading, trial):
    """The point at ``trial.attempt``; ``leading`` (n, 2, LANES) is scratch memory, and so is ``trial.slope``."""
    points, lows, slopes, x, low = trail.points, trail.lows, trail.slopes, trial.x, trial.low
    hermite_weights(trial.attempt, trail.nodes, trail.depth, weights)
    _combine(weights[LEADING : LEADING + 6], points, slopes, leading)
    _combine(weights[LESSER : LESSER + 6], points, slopes, trial.slope)
    _common_pole(trail.depth, trail.nodes, trial.attempt, leading, trial.slope, weights)
    # Differences to the latest point, as the weights of the points add up to one: their rounding errors are small.
    for j in range(x.shape[0]):
        for part in range(2):
            for i in range(LANES):
                ahead = weights[1, i] * slopes[0, j, part, i]
                for k in range(1, 3):
                    gap = (points[k, j, part, i] - points[0, j, part, i]) + (lows[k, j, part, i] - lows[0, j, part, i])
                    ahead += weights[2 * k, i] * gap + weights[2 * k + 1, i] * slopes[k, j, part, i]
                x[j, part, i] = points[0, j, part, i] + ahead
                low[j, part, i] = lows[0, j, part, i]
        for i in range(LANES):
            x[j, 0, i] -= weights[SHARE, i] * leading[j, 0, i] - weights[SHARE + 1, i] * leading[j, 1, i]
            x[j, 1, i] -= weights[SHARE, i] * leading[j, 1, i] + weights[SHARE + 1, i] * leading[j, 0, i]


@inlined
def _combine(weights, points, slopes, result):
    """Σ_k w_k x_k + v_k ẋ_k for weights of which those of the points add up to zero, or for one node."""
    for j in range(result.shape[0]):
        for part in range(2):
            for i in range(LANES):
                value = weights[1, i] * slopes[0, j, part, i]
                for k in range(1, 3):
                    gap = points[k, j, part, i] - points[0, j, part, i]
                    value += weights[2 * k, i] * gap + weights[2 * k + 1, i] * slopes[k, j, part, i]
                result[j, part, i] = value


@inlined
def _common_pole(depth, nodes, r, leading, lesser, weights):
    """b·W/q, where there is a b: with one node it would be told by the point itself, which is no difference."""
    for j in range(leading.shape[0]):
        for i in range(LANES):
            weights[NUMERATOR, i] += lesser[j, 0, i] * leading[j, 0, i] + lesser[j, 1, i] * leading[j, 1, i]
            weights[NUMERATOR + 1, i] += lesser[j, 0, i] * leading[j, 1, i] - lesser[j, 1, i] * leading[j, 0, i]
            weights[DENOMINATOR, i] += lesser[j, 0, i] * lesser[j, 0, i] + lesser[j, 1, i] * lesser[j, 1, i]
    for i in range(LANES):
        ahead, size = r[i] - nodes[0, i], weights[DENOMINATOR, i]
        re, im = -weights[NUMERATOR, i] / size, -weights[NUMERATOR + 1, i] / size
        one, other = 1.0 + re * ahead, im * ahead
        factor = weights[PRODUCT, i] / (one * one + other * other)
        # NaN: there is none.
        if depth[i] > 1 and (re * re + im * im) * ahead * ahead < NEAREST * NEAREST:
            weights[SHARE, i], weights[SHARE + 1, i] = (re * one + im * other) * factor, (im * one - re * other) * factor
