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
from critscape.algebra.kernels.lanes import VectorBuilder, lane_operation, product, subtract_product

# Rows of the memory of weights: where the four kinds begin. The last rows are W, the sums of the least squares and b·W/q.
VALUE, LEADING, LESSER, PRODUCT, NUMERATOR, DENOMINATOR, SHARE = 0, 6, 12, 18, 19, 21, 22
# |b(r − r₀)|: a pole that is nearer than the new point, or hardly further, is none that the old points tell of.
NEAREST = 0.9


def _of_three_nodes(v: VectorBuilder, r: tuple, nodes: tuple, weights: tuple) -> tuple:
    ahead = [v.minus(r[0], node) for node in nodes]
    inverse = {(j, k): v.over(v.number(1.0), v.minus(nodes[j], nodes[k])) for j, k in ((0, 1), (0, 2), (1, 2))}
    inverse |= {(k, j): v.negative(value) for (j, k), value in inverse.items()}
    value, leading, lesser, everything = [], [], [], v.number(1.0)
    for j in range(3):
        k, m = (other for other in range(3) if other != j)
        slope, lead = v.plus(inverse[j, k], inverse[j, m]), v.times(inverse[j, k], inverse[j, m])
        basis = v.times(v.times(ahead[k], ahead[m]), lead)
        basis, lead, double = v.times(basis, basis), v.times(lead, lead), v.times(v.number(2.0), slope)
        away = v.minus(nodes[j], nodes[0])
        everything = v.times(everything, v.times(ahead[j], ahead[j]))
        value += [v.times(v.minus(v.number(1.0), v.times(double, ahead[j])), basis), v.times(ahead[j], basis)]
        leading += [v.negative(v.times(double, lead)), lead]
        lesser += [v.times(v.minus(v.number(1.0), v.times(double, away)), lead), v.times(away, lead)]
    return *value, *leading, *lesser, everything, *[v.number(0.0)] * (len(weights) - PRODUCT - 1)


_weights_of_three = lane_operation(_of_three_nodes, (1, 3, 24))


@compiled
def hermite_weights(r, nodes, depth, weights):
    """Weights of x_0, ẋ_0, x_1, ẋ_1, … on the latest ``depth`` nodes: in the Hermite interpolant at r, in the divided
    difference on all doubled nodes, and in the one without x_0's tangent.
    """
    # Most lanes have three nodes; what this makes of nodes that are none is replaced.
    _weights_of_three(r, 0, nodes, 0, weights, 0)
    for i in range(LANES):
        if depth[i] < 3:
            _weights_of_few(i, r[i], nodes, depth[i], weights)


@compiled
def _weights_of_few(i, r, nodes, depth, weights):
    """The same on lane ``i`` for any number of nodes."""
    for k in range(PRODUCT):
        weights[k, i] = 0.0
    # With one node b would be told by the point itself, which is no difference: without W there is no share of it.
    weights[VALUE, i], weights[PRODUCT, i] = 1.0, 0.0
    everything = 1.0
    for j in range(depth):
        basis, slope, lead = 1.0, 0.0, 1.0
        for k in range(depth):
            if k != j:
                inverse = 1.0 / (nodes[j, i] - nodes[k, i])
                basis *= (r - nodes[k, i]) * inverse
                slope += inverse
                lead *= inverse
        basis *= basis
        lead *= lead
        ahead, away = r - nodes[j, i], nodes[j, i] - nodes[0, i]
        everything *= ahead * ahead
        weights[VALUE + 2 * j, i] = (1.0 - 2.0 * ahead * slope) * basis
        weights[VALUE + 2 * j + 1, i] = ahead * basis
        weights[LEADING + 2 * j, i] = -2.0 * slope * lead
        weights[LEADING + 2 * j + 1, i] = lead
        weights[LESSER + 2 * j, i] = (1.0 - 2.0 * slope * away) * lead
        weights[LESSER + 2 * j + 1, i] = away * lead
    if depth > 1:
        weights[PRODUCT, i] = everything


def _combined(
    v: VectorBuilder,
    weights: tuple,
    points: tuple[tuple, ...],
    lows: tuple[tuple, ...],
    slopes: tuple[tuple, ...],
) -> tuple[list, list, list]:
    """Of one coordinate: what is added to the latest point, the divided difference on all doubled nodes, the one without x_0's tangent.

    Differences to the latest point, as the weights of the points add up to one, or to zero: their rounding errors are small.
    """
    sums = []
    for first in (VALUE, LEADING, LESSER):
        total = [v.times(weights[first + 1], slope) for slope in slopes[0]]
        for k in (1, 2):
            for part in range(2):
                gap = v.plus(v.minus(points[k][part], points[0][part]), v.minus(lows[k][part], lows[0][part]))
                total[part] = v.fused(weights[first + 2 * k], gap, total[part])
                total[part] = v.fused(weights[first + 2 * k + 1], slopes[k][part], total[part])
        sums.append(total)
    return sums[0], sums[1], sums[2]


def _interpolated(v: VectorBuilder, weights: tuple, *rows: tuple) -> tuple:
    points, lows, slopes, sums = rows[:3], rows[3:6], rows[6:9], rows[12]
    ahead, leading, lesser = _combined(v, weights, points, lows, slopes)
    re = v.fused(lesser[0], leading[0], v.fused(lesser[1], leading[1], sums[0]))
    im = v.fused(lesser[0], leading[1], v.fused(v.negative(lesser[1]), leading[0], sums[1]))
    size = v.fused(lesser[0], lesser[0], v.fused(lesser[1], lesser[1], sums[2]))
    point = [v.plus(start, step) for start, step in zip(points[0], ahead)]
    return *point, *lows[0], *leading, re, im, size


def _common_pole(v: VectorBuilder, r: tuple, latest: tuple, everything: tuple, sums: tuple, share: tuple) -> tuple:
    """b·W/q, where there is a b."""
    ahead = v.minus(r[0], latest[0])
    re, im = (v.negative(v.over(part, sums[2])) for part in sums[:2])
    one, other = v.fused(re, ahead, v.number(1.0)), v.times(im, ahead)
    factor = v.over(everything[0], v.fused(one, one, v.times(other, other)))
    shares = product(v, (re, im), (one, v.negative(other)))
    far = v.times(v.fused(re, re, v.times(im, im)), v.times(ahead, ahead))
    # NaN: there is none.
    return tuple(v.where("<", far, v.number(NEAREST * NEAREST), v.times(part, factor), v.number(0.0)) for part in shares)


_interpolate = lane_operation(_interpolated, (18, *[2] * 9, 2, 2, 2, 3), results=4)
_pole = lane_operation(_common_pole, (1, 1, 1, 3, 2))


@inlined
def predict(trail, weights, leading, trial):
    """The point at ``trial.attempt``; ``leading`` (n, 2, LANES) is scratch memory."""
    points, lows, slopes, n = trail.points, trail.lows, trail.slopes, trial.x.shape[0]
    hermite_weights(trial.attempt, trail.nodes, trail.depth, weights)
    sums, share = weights[NUMERATOR:SHARE], weights[SHARE:]
    for j in range(n):
        # fmt: off
        _interpolate(
            weights, 0, points, j, points, n + j, points, 2 * n + j, lows, j, lows, n + j, lows, 2 * n + j,
            slopes, j, slopes, n + j, slopes, 2 * n + j, trial.x, j, trial.low, j, leading, j, sums, 0,
        )
        # fmt: on
    _pole(trial.attempt, 0, trail.nodes, 0, weights, PRODUCT, sums, 0, share, 0)
    for j in range(n):
        subtract_product(share, 0, leading, j, trial.x, j)
