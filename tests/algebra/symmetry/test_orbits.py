"""Orbits of solutions under the symmetries of a family: sizes that are known, images that are solutions, zeros that are exact."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from critscape.algebra.critical.enumeration import start_orbits
from critscape.algebra.polynomial.evaluation import float_gradients
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.symmetry.finite import SignedPermutation, elements, family_symmetries, leaves_unchanged, symmetry_group
from critscape.algebra.symmetry.orbits import Orbit, Orbits, images, orbit_representatives
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.squared_loss import family
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from tests.algebra.starts.test_monodromy import generic_solutions

ONE = Fraction(1)

DECOMPOSITIONS = [
    # (network, samples, order of the family's group, size → number of orbits). A hidden unit's sign flip fixes the points where
    # the unit is dead, which are those of the network without it: N_C = 1 + 2·(N_C of one unit − 1) + the rest for two units.
    (Linear((2, 2, 2)), 2, 4, {1: 1, 2: 16, 4: 48}),  # 225 = 1 + 2·16 + 192
    (Linear((2, 2, 2)), 1, 4, {1: 1, 2: 8, 4: 4}),  # 33 = 1 + 2·8 + 16
    (Linear((2, 1, 2)), 2, 2, {1: 1, 2: 8}),
    (Linear((1, 1, 1, 1)), 1, 4, {1: 1, 4: 4}),
    (Quadratic(2, 2, (ONE, ONE)), 3, 4, {1: 1, 2: 8, 4: 4}),  # 33 = 1 + 2·8 + 16
    (Quadratic(2, 2, None), 3, 4, {1: 1, 2: 32, 4: 104}),  # 481 = 1 + 2·32 + 416
]
NETWORKS = pytest.mark.parametrize(
    ("network", "samples", "order", "sizes"), DECOMPOSITIONS, ids=[f"{n.title}, m = {m}" for n, m, *_ in DECOMPOSITIONS]
)


@NETWORKS
def test_sizes(network, samples, order, sizes):
    found = generic_solutions(network, samples)
    assert family_symmetries(family(network)).order == order
    assert Counter(map(len, found.orbits)) == sizes
    assert sum(map(len, found.orbits)) == len(found.solutions)


@NETWORKS
def test_images_are_distinct_solutions_of_the_untilted_member(network, samples, order, sizes):
    found = generic_solutions(network, samples)
    everything = np.concatenate([images(orbit) for orbit in found.orbits])
    assert (match(everything, everything) == np.arange(len(found.solutions))).all()
    residuals = np.abs(float_gradients(family(network), found.member.parameters, everything)).max(axis=1)
    assert (residuals < 1e-11 * (1 + np.abs(everything).max(axis=1)) ** 3).all()
    for orbit in found.orbits:
        assert np.array_equal(images(orbit)[0], orbit.point)


@NETWORKS
def test_representatives_are_exactly_invariant(network, samples, order, sizes):
    found, n = generic_solutions(network, samples), len(family(network).variables)
    group = elements(family_symmetries(family(network)), n)
    for orbit in found.orbits:
        isotropy = [g for g in group if np.abs(g.of(orbit.point[None, :])[0] - orbit.point).max() < 1e-8]
        assert len(isotropy) * len(orbit) == len(group)
        for g in isotropy:
            assert np.array_equal(g.of(orbit.point[None, :])[0], orbit.point)
            assert all(orbit.point[i] == 0 for i in range(n) if g.image[i] == i and g.sign[i] < 0)


def test_a_dead_unit_is_exactly_dead():
    zeros = Counter(int((orbit.point == 0).sum()) for orbit in generic_solutions(Linear((2, 2, 2)), 2).orbits)
    # The origin, one of two units dead (two weights in and two out), none.
    assert zeros == {8: 1, 4: 16, 0: 48}


def test_rounding_errors_are_averaged_away():
    # The flip of unit 1 of 2-2-2 fixes this point but for 1e-17; units are (w0 w1; w4 w6) and (w2 w3; w5 w7).
    point = np.array([1e-17, -2e-17j, 1, 2, 3e-17, 1.5, 1e-17, 0.5j])
    (orbit,) = orbit_representatives(point[None, :], family(Linear((2, 2, 2))))
    dead, alive = [0, 1, 4, 6], [2, 3, 5, 7]
    assert len(orbit) == 2 and (orbit.point[dead] == 0).all() and np.array_equal(orbit.point[alive], point[alive])
    assert orbit.elements[0] == SignedPermutation(tuple(range(8)), (1,) * 8)


def test_points_of_an_orbit_that_has_come_are_left_out():
    found, members = generic_solutions(Linear((2, 2, 2)), 2), family(Linear((2, 2, 2)))
    everything = np.concatenate([images(orbit) for orbit in found.orbits])
    mixed = everything[np.random.default_rng(0).permutation(len(everything))]
    again = orbit_representatives(mixed, members)
    assert Counter(map(len, again)) == {1: 1, 2: 16, 4: 48}
    # Points of half of the orbits, some of them alone, make the same orbits whole.
    part = orbit_representatives(found.orbits[-1].elements[-1].of(found.orbits[-1].point[None, :]), members)
    assert [len(orbit) for orbit in part] == [len(found.orbits[-1])]
    assert orbit_representatives(np.empty((0, 8)), members) == ()


def test_the_symmetries_of_the_family_are_used_not_those_of_a_special_loss():
    network = Linear((2, 2, 2))
    special = loss(random_problem(network, 3, 1, ridge=(Fraction(1, 3),) * 8))
    # Equal ridges let the hidden units be exchanged as well, but paths from a generic member know nothing of that.
    assert (symmetry_group(special).order, family_symmetries(special.family).order) == (8, 4)
    found = generic_solutions(network, 2)
    used = {element for orbit in found.orbits for element in orbit.elements}
    assert used == set(elements(family_symmetries(special.family), 8)) and all(g.image == tuple(range(8)) for g in used)
    assert all(leaves_unchanged(element, special) for element in used)
    assert start_orbits(found, special) == (found.orbits, False)


def test_orbits_that_are_not_the_losss_own_are_not_used():
    network = Linear((2, 2, 2))
    generic = loss(random_problem(network, 3, 1))
    swap = SignedPermutation((2, 3, 0, 1, 5, 4, 7, 6), (1,) * 8)
    assert not leaves_unchanged(swap, generic)
    found = generic_solutions(network, 2)
    foreign = replace(found, orbits=Orbits(Orbit(orbit.point, (*orbit.elements, swap)) for orbit in found.orbits))
    orbits, tilted = start_orbits(foreign, generic)
    assert tilted and len(orbits) == 225 and all(len(orbit) == 1 for orbit in orbits)
    assert np.array_equal([orbit.point for orbit in orbits], found.solutions)
    # Neither is a start set without orbits lost.
    assert start_orbits(replace(found, orbits=()), generic)[1]


def test_changes_of_signs_that_leave_a_loss_unchanged_are_those_of_its_group():
    example = loss(random_problem(Linear((2, 2, 2)), 4, 1))
    unmoved = tuple(range(8))
    found = {signs for signs in product((1, -1), repeat=8) if leaves_unchanged(SignedPermutation(unmoved, signs), example)}
    assert found == {element.sign for element in elements(symmetry_group(example), 8) if element.image == unmoved} and len(found) == 4
