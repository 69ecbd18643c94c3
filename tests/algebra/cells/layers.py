"""Layers to test with."""

import random
from fractions import Fraction

from critscape.algebra.cells.one_layer import OneLayer, Unit

RELU, LEAKY, MODULUS = (Fraction(1), Fraction(0)), (Fraction(1), Fraction(1, 10)), (Fraction(1), Fraction(-1))


def layer(samples, targets, units, slopes=RELU, output_bias=None):
    """A layer of rational numbers given as integers or text; a unit is (λ, Λ)."""
    made = tuple(Unit(Fraction(outgoing), tuple(map(Fraction, incoming))) for outgoing, incoming in units)
    return OneLayer(tuple(tuple(map(Fraction, x)) for x in samples), tuple(map(Fraction, targets)), *slopes, made, output_bias)


def two_sided(units, slopes=RELU):
    """x = 1, −1 with y = 1, 2 and ridge 7/16 on every weight."""
    return layer([[1], [-1]], [1, 2], [("7/16", ["7/16"])] * units, slopes)


def random_layer(seed, most_units=3, most_inputs=3, most_samples=6):
    """Random rational data: any of the three activations, biases or none, an output bias or none, distinct ridges or equal ones."""
    rng = random.Random(seed)
    k, d, m = rng.randint(1, most_units), rng.randint(1, most_inputs), rng.randint(2, most_samples)

    def number():
        return Fraction(rng.randint(-30, 30), rng.randint(1, 9))

    def ridge():
        return Fraction(rng.randint(1, 60), rng.choice([7, 20, 30]))

    slopes = rng.choice([RELU, LEAKY, MODULUS])
    bias = (Fraction(1),) if rng.random() < 0.4 else ()
    samples = tuple((*(number() for _ in range(d)), *bias) for _ in range(m))
    targets = tuple(number() for _ in range(m))
    units = [Unit(ridge(), tuple(ridge() for _ in samples[0])) for _ in range(k)]
    if rng.random() < 0.5:
        units = units[:1] * k
    return OneLayer(samples, targets, *slopes, tuple(units), rng.choice([None, None, Fraction(0), Fraction(1, 3)]))
