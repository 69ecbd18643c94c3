"""Ranges of σ, σ′ and σ″ over an interval for σ = logistic or tanh, compiled and rigorous.

Everything comes from e = e^{−|t|}. The exponential is computed here, with an error bound that is proved, not by the platform's
library: t = k ln 2 + r with |r| ≤ 0.35, e^{−t} = 2^{−k} e^{−r} and a Taylor polynomial of degree 13 for e^{−r}. With u = 2⁻⁵³:

- k ≤ 1011 has ten bits and LN2_HIGH 32, so k·LN2_HIGH is exact; what is left of r is off by less than 2u·0.36 from two subtractions,
  and by less than 1011·2⁻⁸⁰ from LN2_HIGH + LN2_LOW ≠ ln 2 and the rounding of the second product: less than u together;
- the Taylor remainder is below 0.36¹⁴/14!·e^{0.36} < 10⁻¹⁷, and Horner's rule with 13 steps is off by less than 40u·e^{0.36}
  (Higham, *Accuracy and Stability*, §5.1: γ₂₆ Σ|c_k||r|^k, and each coefficient 1/k! is off by u relative).

Against e^{−r} ≥ 0.69 that is a relative error below 100u < 2·10⁻¹⁴ = ERROR. The logistic function is

    σ(t) = 1/(1 + e) for t ≥ 0, e/(1 + e) for t ≤ 0,   σ′ = e/(1 + e)²,   σ″ = −sign(t)·h(e), h(e) = e(1 − e)/(1 + e)³;

σ is increasing; σ′ increases with e ∈ [0, 1]; h increases up to e = 2 − √3, where it is 1/(6√3), and decreases from there on. So all
ranges follow from the ends of the interval. And tanh t = 2σ(2t) − 1.
"""

from __future__ import annotations

import math

from critscape.algebra.intervals.compilation import rigorous
from critscape.algebra.intervals.directed import above, below, divided, greater, lesser, times

LOGISTIC, TANH = 0, 1
"""The activations that kernels know, by number."""
KINDS = {"logistic": LOGISTIC, "tanh": TANH}
"""Name → number."""

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 = LN2_HIGH + LN2_LOW to less than 2⁻⁸⁰; LN2_HIGH has 32 significant bits."""
ERROR = 2e-14
"""Bound for the relative error of ``decay``."""
FAR, NOTHING = 700.0, 1e-300
"""e^{−t} < NOTHING for t > FAR."""
PEAK_BELOW, PEAK_ABOVE = 0.2679491, 0.2679492
"""Two numbers around 2 − √3."""
PEAK = 0.09622504486493765
"""At least 1/(6√3)."""
SWINGS = {"logistic": 0.2239, "tanh": 0.4478}
"""Name → at least sup |tσ′(t)|: with a = |t|, e = e^{−a}, a·e/(1 + e)² is largest where a tanh(a/2) = 1; for tanh it is twice that."""
TAYLOR = tuple((-1.0) ** k / math.factorial(k) for k in range(13, -1, -1))
"""Coefficients of e^{−r}, highest degree first."""


@rigorous
def decay(t):
    """e^{−t} for 0 ≤ t ≤ FAR, up to a relative error of ERROR / 2."""
    k = math.floor(t * 1.4426950408889634 + 0.5)
    r = (t - k * LN2_HIGH) - k * LN2_LOW
    value = 0.0
    for coefficient in TAYLOR:
        value = value * r + coefficient
    return math.ldexp(value, -int(k))


@rigorous
def decay_range(near, far):
    """An interval that holds e^{−t} for all 0 ≤ near ≤ t ≤ far."""
    upper = lesser(1.0, decay(near) * (1.0 + 2.0 * ERROR)) if near <= FAR else NOTHING
    lower = decay(far) * (1.0 - 2.0 * ERROR) if far <= FAR else 0.0
    return lower, upper


@rigorous
def bend(a, b):
    """An interval that holds h(e) = e(1 − e)/(1 + e)³ at each end of the interval [a, b] of numbers e."""
    lower, upper = times(a, b, greater(0.0, below(1.0 - b)), above(1.0 - a))
    p, q = below(1.0 + a), above(1.0 + b)
    return divided(greater(0.0, lower), upper, greater(1.0, below(below(p * p) * p)), above(above(q * q) * q))


@rigorous
def bends(near, far):
    """An interval that holds h(e^{−t}) for 0 ≤ near ≤ t ≤ far."""
    a, b = decay_range(near, near)
    c, d = decay_range(far, far)
    p, q = bend(a, b)
    r, s = bend(c, d)
    upper = PEAK if c <= PEAK_ABOVE and b >= PEAK_BELOW else greater(q, s)
    return greater(0.0, lesser(p, r)), lesser(PEAK, upper)


@rigorous
def rise(t):
    """An interval that holds the logistic function at t."""
    a, b = decay_range(abs(t), abs(t))
    p, q = below(1.0 + a), above(1.0 + b)
    if t >= 0.0:
        return below(1.0 / q), lesser(1.0, above(1.0 / p))
    # e/(1 + e) increases with e.
    return greater(0.0, below(a / above(1.0 + a))), above(b / below(1.0 + b))


@rigorous
def logistic_ranges(lower, upper):
    """Six numbers: intervals that hold σ, σ′ and σ″ over [lower, upper]."""
    first, _ = rise(lower)
    _, last = rise(upper)
    straddles = lower <= 0.0 <= upper
    near = 0.0 if straddles else lesser(abs(lower), abs(upper))
    far = greater(abs(lower), abs(upper))
    a, b = decay_range(near, far)
    p, q = above(1.0 + a), below(1.0 + b)
    # 1 + e ∈ [1, 2]: squares are safe from overflow.
    slope_lower = greater(0.0, below(a / above(p * p)))
    slope_upper = 0.25 if straddles else lesser(0.25, above(b / below(q * q)))
    if straddles:
        _, left = bends(0.0, -lower)
        _, right = bends(0.0, upper)
        return first, last, slope_lower, slope_upper, -right, left
    least, most = bends(near, far)
    if lower > 0.0:
        return first, last, slope_lower, slope_upper, -most, -least
    return first, last, slope_lower, slope_upper, least, most


@rigorous
def tanh_end(t):
    """An interval that holds tanh t."""
    a, b = decay_range(2.0 * abs(t), 2.0 * abs(t))
    # (1 − e)/(1 + e) decreases with e.
    lower = greater(0.0, below(below(1.0 - b) / above(1.0 + b)))
    upper = lesser(1.0, above(above(1.0 - a) / below(1.0 + a)))
    if t >= 0.0:
        return lower, upper
    return -upper, -lower


@rigorous
def ranges(kind, lower, upper):
    """Six numbers: intervals that hold σ, σ′ and σ″ over [lower, upper], σ by its number ``kind``."""
    if kind == LOGISTIC:
        return logistic_ranges(lower, upper)
    _, _, c, d, e, f = logistic_ranges(2.0 * lower, 2.0 * upper)
    first, _ = tanh_end(lower)
    _, last = tanh_end(upper)
    return first, last, 4.0 * c, 4.0 * d, 8.0 * e, 8.0 * f
