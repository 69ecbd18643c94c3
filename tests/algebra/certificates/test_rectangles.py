"""Enclosures contain what they enclose: mpmath's intervals and rectangles on exact rational points, at low precision too."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import iv, libmp, mp

from critscape.algebra.certificates.rectangles import Rectangle, around, interval, over_intervals, over_rectangles, precision, programs
from critscape.algebra.polynomial.rational_polynomial import derivative, generators

NUMBERS = st.one_of(
    st.fractions(-50, 50, max_denominator=10**6),
    st.builds(lambda m, e: m * Fraction(2) ** e, st.integers(-(10**30), 10**30), st.integers(-300, 300)),
    st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]),
)
RADII = st.sampled_from([Fraction(0), Fraction(1, 2**60), Fraction(1, 3), Fraction(100)])
PLACES = st.fractions(-1, 1, max_denominator=64)


def ends(enclosure):
    """The exact ends of an interval."""
    return tuple(Fraction(*libmp.to_rational(end)) for end in enclosure._mpi_)


def holds(enclosure, value):
    lower, upper = ends(enclosure)
    return lower <= value <= upper


@settings(max_examples=300, deadline=None)
@given(NUMBERS, NUMBERS, RADII, RADII, PLACES, PLACES, st.sampled_from([4, 24, 53, 256]))
def test_arithmetic_of_intervals_encloses(a, b, first, second, s, t, bits):
    with precision(bits):
        x, y = (around((value, Fraction(0)), radius).real for value, radius in ((a, first), (b, second)))
        p, q = a + s * first, b + t * second
        assert holds(x, p) and holds(y, q) and holds(interval(a), a)
        assert holds(x + y, p + q) and holds(x - y, p - q) and holds(x * y, p * q) and holds(abs(x), abs(p)) and holds(x / 2, p / 2)
        if not holds(y, 0):
            assert holds(x / y, p / q)
        # A comparison that is decided is right for all numbers inside.
        for decided, right in (((x < y), p < q), ((x <= y), p <= q), ((x > y), p > q)):
            assert decided is None or bool(decided) is right
        if p >= 0 and ends(x)[0] >= 0:
            lower, upper = ends(iv.sqrt(x))
            assert lower**2 <= p <= upper**2 and lower >= 0
    assert (iv.prec, mp.prec) == (53, 53)


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, min_size=4, max_size=4), RADII, st.lists(PLACES, min_size=4, max_size=4), st.sampled_from([24, 256]))
def test_arithmetic_of_rectangles_encloses(parts, radius, places, bits):
    with precision(bits):
        z, w = around((parts[0], parts[1]), radius), around((parts[2], parts[3]), radius)
        a, b, c, d = (part + place * radius for part, place in zip(parts, places))
        for found, real, imaginary in (
            (z + w, a + c, b + d),
            (z - w, a - c, b - d),
            (z * w, a * c - b * d, a * d + b * c),
            (z.times(w.real), a * c, b * c),
        ):
            assert holds(found.real, real) and holds(found.imaginary, imaginary)
        assert ends(z.size())[1] ** 2 >= a**2 + b**2


@pytest.mark.parametrize("seed", range(20))
def test_polynomials_over_boxes_enclose_their_values(seed):
    draw = random.Random(seed)
    n = draw.randint(1, 3)
    x, loss = generators(n), 0
    for _ in range(draw.randint(1, 6)):
        term = x[0] * 0 + Fraction(draw.randint(-9, 9), draw.randint(1, 9))
        for _ in range(draw.randint(0, 4)):
            term = term * draw.choice(x)
        loss = term + loss
    terms = loss.terms()
    slopes = [derivative(terms, i) for i in range(n)]
    exact = [terms, *slopes, *(derivative(slopes[i], j) for i in range(n) for j in range(i, n))]
    centre = [(Fraction(draw.randint(-99, 99), 32), Fraction(draw.randint(-99, 99), 32)) for _ in range(n)]
    radius = Fraction(1, draw.choice([1, 8, 2**40]))
    point = [tuple(part + radius * Fraction(draw.randint(-8, 8), 8) for part in pair) for pair in centre]
    with precision(draw.choice([30, 256])):
        program = programs(loss)
        sums = [program.loss, *program.gradient, *program.hessian]
        found = over_rectangles(program.monomials, sums, [around(z, radius) for z in centre])
        plain = over_intervals(program.monomials, sums, [around(z, radius).real for z in centre])
        for enclosure, real, polynomial in zip(found, plain, exact):
            value = [Fraction(0), Fraction(0)]
            along = Fraction(0)
            for exponents, c in polynomial.items():
                power, straight = (c, Fraction(0)), c
                for (re, im), k in zip(point, exponents):
                    for _ in range(k):
                        power = power[0] * re - power[1] * im, power[0] * im + power[1] * re
                        straight *= re
                value, along = [a + b for a, b in zip(value, power)], along + straight
            assert holds(enclosure.real, value[0]) and holds(enclosure.imaginary, value[1]) and holds(real, along)


def test_a_rectangle_has_a_middle():
    assert complex(Rectangle(iv.mpf([1, 3]), iv.mpf([-1, 0])).middle()) == 2 - 0.5j
