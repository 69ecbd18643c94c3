"""Strata and orbits lead to the start sets that monodromy with a tilt finds, and what they miss is found by it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from critscape.algebra.polynomial.evaluation import float_gradients
from critscape.algebra.polynomial.loss import Family
from critscape.algebra.starts import start_set
from critscape.algebra.starts.start_set import solve
from critscape.algebra.starts.strata import Stratum, reduced, seeded, strata
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.moments import squared


def solved(network, samples, limit=10**5):
    space = squared(network, samples)
    return solve(BatchTracker(), space.family, space, np.random.default_rng(0), limit, None, lambda *_: None)


def shapes(network, samples):
    """Coordinates that are not zero, and points of an orbit, of each stratum."""
    space = squared(network, samples)
    return [(int(stratum.alive.sum()), len(stratum)) for stratum in strata(space.family, space)]


def test_strata_are_the_subnetworks_of_units_that_are_alive():
    # Hidden units with a weight in and a weight out; with two layers, one alive in each at least.
    assert shapes(Linear((2, 2, 2)), 2) == [(0, 1), (4, 2), (4, 2), (8, 4)]
    assert shapes(Linear((1, 1, 1, 1)), 1) == [(0, 1), (3, 4)]
    assert shapes(Linear((2, 2, 2, 2)), 2) == [(0, 1)] + [(5, 4)] * 4 + [(8, 8)] * 4 + [(12, 16)]
    # w → −w leaves the output weight alone, but a unit without w has none.
    assert shapes(Quadratic(2, 2, None), 3) == [(0, 1), (3, 2), (3, 2), (6, 4)]
    # The factor of the norm is never zero.
    assert shapes(Quadratic(2, 1, None, True), 2) == [(1, 1), (4, 2)]
    # A second unit cannot be alive where a weight matrix has rank one.
    assert shapes(Linear((1, 2, 1)), 1) == [(0, 1), (2, 2), (2, 2)]


class Plane:
    """Losses in two variables whose parameters are the places themselves."""

    def __init__(self, formula, parameters):
        self.family = Family(("x", "y"), parameters, formula)

    def generic(self):
        return self.draw(np.random.default_rng(1))

    def draw(self, rng):
        return np.exp(1j * rng.uniform(-np.pi, np.pi, len(self.family.parameters)))

    def curve(self, places):
        return places


def test_there_are_none_without_a_ridge_for_each_weight_or_without_sign_changes():
    own = Plane(lambda w, p: p[0] * (w[0] * w[1]) ** 2 + (p[1] * w[0] ** 2 + p[2] * w[1] ** 2) / 2, ("a", "b", "c"))
    assert [stratum.alive.tolist() for stratum in strata(own.family, own)] == [[False, False], [True, True]]
    common = Plane(lambda w, p: p[0] * (w[0] * w[1]) ** 2 + p[1] * (w[0] ** 2 + w[1] ** 2) / 2, ("a", "b"))
    assert strata(common.family, common) == []
    elsewhere = Plane(lambda w, p: p[2] * (w[0] * w[1]) ** 2 + (p[0] * w[0] ** 2 + p[1] * w[1] ** 2) / 2, ("b", "c", "a"))
    assert strata(elsewhere.family, elsewhere) == []
    odd = Plane(lambda w, p: p[0] * (w[0] * w[1] ** 2 + w[1]) + (p[1] * w[0] ** 2 + p[2] * w[1] ** 2) / 2 + p[0] * w[0], ("a", "b", "c"))
    assert strata(odd.family, odd) == []


@given(st.lists(st.lists(st.sampled_from([1, -1]), min_size=4, max_size=4), max_size=5), st.integers(0, 2**32))
def test_representatives_are_one_of_each_orbit(signs, seed):
    alive = np.ones(4, dtype=bool)
    flips, pivots = reduced([np.array(sign) for sign in signs], alive)
    stratum, draw = Stratum(alive, flips, pivots), np.random.default_rng(seed)
    point = draw.standard_normal((1, 4)) + 1j * draw.standard_normal((1, 4))
    (chosen,) = stratum.representatives(point)
    group = {(1,) * 4}
    for sign in signs:
        group |= {tuple(np.multiply(sign, element).tolist()) for element in group}
    assert len(stratum) == len(group)
    for element in group:
        assert np.array_equal(stratum.representatives(point * np.array(element))[0], chosen)
    assert any(np.array_equal(point[0] * np.array(element), chosen) for element in group)


@pytest.mark.parametrize("seed", range(3))
def test_members_are_drawn_with_a_solution_in_the_stratum(seed):
    space = squared(Linear((2, 2, 2, 2)), 1)
    for stratum in strata(space.family, space):
        vertex = seeded(space.family, space, stratum, np.random.default_rng(seed))
        slopes = float_gradients(space.family, vertex.parameters, vertex.solutions)
        assert np.abs(slopes).max() < 1e-12 * (1 + np.abs(vertex.parameters).max()) and not vertex.tilt.any()
        assert np.array_equal(vertex.solutions[0] != 0, stratum.alive)
        assert np.array_equal(vertex.parameters, space.curve(vertex.place[None, :])[0])


def test_solutions_of_smaller_strata_are_not_counted():
    # A tracker whose every third path jumps to where the first unit is dead.
    space = squared(Linear((1, 2, 2)), 1)

    class Jumping(BatchTracker):
        def track_all(self, ways, thorough=True):
            return [self.jumped(way, thorough) for way in ways]

        def jumped(self, way, thorough):
            (paths,), (homotopy, starts) = super().track_all([way], thorough), way
            if thorough or not (starts[:, [0, 2, 4]] != 0).all():
                return paths
            dead = np.where(np.arange(6) % 2, starts, 0)
            (others,) = super().track_all([(homotopy, dead)], thorough)
            return [other if k % 3 == 2 else path for k, (path, other) in enumerate(zip(paths, others))]

    seen = []
    found = solve(Jumping(), space.family, space, np.random.default_rng(0), 10**5, None, lambda stage, count: seen.append((stage, count)))
    assert found.complete and len(found.solutions) == 33
    assert max(count for stage, count in seen if stage == "monodromy on orbits") <= 33


def test_a_stratum_holds_points_without_other_zeros():
    stratum = Stratum(np.array([True, True, False]), np.empty((0, 3)), ())
    points = np.array([[1, 2j, 0], [1, 1e-12, 0], [1, 1e-3, 0], [1, 2, 3], [1e6, 1e-3, 1e-9]], dtype=complex)
    assert stratum.holds(points).tolist() == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("network", "samples", "count", "orbits"),
    [(Linear((2, 1, 2)), 2, 17, 9), (Linear((1, 1, 2, 1)), 1, 33, 9), (Linear((2, 2, 2)), 2, 225, 65), (Quadratic(2, 1, None), 3, 33, 17)],
    ids=lambda x: getattr(x, "title", x),
)
def test_the_start_set_is_that_of_monodromy_with_a_tilt(network, samples, count, orbits, monkeypatch):
    found = solved(network, samples)
    monkeypatch.setattr(start_set, "strata", lambda family, space: [])
    other = solved(network, samples)
    assert np.array_equal(found.member.tilt, other.member.tilt) and found.complete and other.complete
    assert len(found.solutions) == count and len(found.orbits) == len(other.orbits) == orbits
    places = match(found.solutions, other.solutions)
    assert sorted(places.tolist()) == list(range(count))
    assert np.abs(found.solutions - other.solutions[places]).max() < 1e-13 * np.abs(found.solutions).max()


@pytest.mark.parametrize("overlooked", range(4))
def test_what_a_stratum_that_is_overlooked_holds_is_found_with_the_tilt(overlooked, monkeypatch):
    network = Linear((1, 2, 2))
    space = squared(network, 1)
    seen = [stratum for k, stratum in enumerate(strata(space.family, space)) if k != overlooked]
    monkeypatch.setattr("critscape.algebra.starts.strata.strata", lambda family, space: seen)
    found = solved(network, 1)
    assert found.complete and len(found.solutions) == 33 and sum(map(len, found.orbits)) == 33


def test_more_solutions_than_the_limit_end_the_search():
    found = solved(Linear((2, 2, 2)), 2, limit=20)
    assert not found.complete and found.orbits == ()


@pytest.mark.slow
@pytest.mark.parametrize(("samples", "count", "orbits"), [(1, 641, 73), (2, 13441, 949)])
def test_2_2_2_2_from_nothing(samples, count, orbits):
    found = solved(Linear((2, 2, 2, 2)), samples)
    assert found.complete and len(found.solutions) == count and len(found.orbits) == orbits
