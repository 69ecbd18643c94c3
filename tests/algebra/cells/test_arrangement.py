import random
from fractions import Fraction
from math import comb

import pytest

from critscape.algebra.cells.arrangement import covectors, in_closure, rays, signs


def cells(m, d):
    """The number of cells of m central hyperplanes in general position in ℝ^d (Schläfli)."""
    return 2 * sum(comb(m - 1, i) for i in range(d))


def random_samples(seed, m, d):
    rng = random.Random(seed)
    return [[Fraction(rng.randint(-99, 99), rng.randint(1, 50)) for _ in range(d)] for _ in range(m)]


@pytest.mark.parametrize("m, d", [(1, 1), (4, 1), (1, 3), (3, 2), (9, 2), (5, 3), (7, 3), (6, 4)])
def test_general_position_has_the_faces_that_schlaefli_counts(m, d):
    found = covectors(random_samples(m * 10 + d, m, d))
    if d == 1:
        # All samples are on one line: their hyperplanes are one point.
        assert len(found) == 3
        return
    expected = sum(comb(m, q) * cells(m - q, d - q) for q in range(min(m, d)))
    # The origin, or the lineality space, is one more face; with fewer samples than dimensions it is counted by q = m.
    assert len(found) == expected + 1 if m >= d else len(found) == 3**m


def test_every_random_vector_lies_on_a_listed_face_and_every_ray_is_one():
    samples = [
        [Fraction(1), Fraction(2), Fraction(0)],
        [Fraction(2), Fraction(4), Fraction(0)],
        [Fraction(0), Fraction(0), Fraction(0)],
        [Fraction(-1), Fraction(1), Fraction(1)],
        [Fraction(0), Fraction(3), Fraction(1)],
        [Fraction(1), Fraction(5), Fraction(1)],
    ]
    found = set(covectors(samples))
    rng = random.Random(3)
    seen = {signs(samples, [Fraction(rng.randint(-2, 2)) for _ in range(3)]) for _ in range(4000)}
    assert seen <= found
    assert {face for face in found if all(entry or not any(x) for entry, x in zip(face, samples))} <= seen
    assert {signs(samples, ray) for ray in rays(samples)} <= found


def test_the_faces_of_an_arrangement_have_euler_characteristic_of_the_space():
    for seed, m, d in [(1, 5, 2), (2, 6, 3), (3, 5, 4)]:
        samples = random_samples(seed, m, d)
        dimension = {face: d - min(d, sum(not entry for entry in face)) for face in covectors(samples)}
        dimension[(0,) * m] = 0
        assert sum((-1) ** value for value in dimension.values()) == (-1) ** d


def test_closure_is_a_partial_order():
    assert in_closure((0, 1), (1, 1)) and not in_closure((1, 1), (0, 1)) and not in_closure((-1, 1), (1, 1))
