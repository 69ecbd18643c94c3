"""Monodromy from nothing finds the known numbers of solutions, and the trace test tells complete sets from incomplete ones."""

import pickle
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest

from critscape.algebra.polynomial.evaluation import float_gradients, generic_vector
from critscape.algebra.starts import monodromy
from critscape.algebra.starts.monodromy import Search, Vertex, complete, most_solutions
from critscape.algebra.starts.start_set import TILT, solve
from critscape.algebra.starts.trace_test import LENGTHS, SIGNAL, TRIES, VOID, TraceLine, judged, trace_test
from critscape.algebra.symmetry.coincidence import match
from critscape.algebra.tracking.batch_engine import BatchTracker
from critscape.algebra.tracking.homotopy import Outcome
from critscape.problems.networks.families.deep_quadratic import DeepQuadratic
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.objectives.moments import squared
from critscape.problems.objectives.squared_loss import family

TRACKER = BatchTracker()
ONE = Fraction(1)

FAMILIES = [
    # (network, samples, number of solutions)
    (Linear((1, 1, 1)), 1, 5),
    (Linear((2, 1, 2)), 2, 17),
    (Linear((1, 2, 1)), 1, 9),
    (Linear((1, 2, 2)), 1, 33),
    (Linear((2, 1, 3)), 2, 25),
    (Linear((1, 1, 1, 1)), 1, 17),
    (Linear((1, 1, 2, 1)), 1, 33),
    (Linear((1, 1, 1, 1, 1)), 1, 49),
    (Linear((2, 2, 2)), 1, 33),
    (Linear((2, 2, 2)), 2, 225),
    (Quadratic(1, 1, (ONE,)), 1, 3),
    (Quadratic(3, 1, (ONE,)), 3, 27),
    (Quadratic(2, 2, (ONE, ONE)), 3, 33),
    (Quadratic(2, 1, None), 3, 33),
    (Quadratic(1, 2, None), 2, 33),
    (Quadratic(2, 2, None), 3, 481),
]


@lru_cache(maxsize=64)
def generic_solutions(network, samples, seed=0):
    """The start set of a family, from nothing."""
    return solve(TRACKER, family(network), squared(network, samples), np.random.default_rng(seed), 20000, None, lambda *_: None)


def fresh(network, samples, seed):
    """A search that has found nothing yet."""
    rng, space = np.random.default_rng(seed), squared(network, samples)
    place = space.generic()
    tilt = TILT * generic_vector(rng, len(family(network).variables))
    return Search([Vertex(place, space.curve(place[None, :])[0], tilt, np.empty((0, len(tilt)), dtype=complex))], [], rng)


# All seeds of the largest families are slow, and so are all but the first of families of ten and more.
SEEDS = [
    pytest.param(
        *family, seed, marks=[pytest.mark.slow] * (seed > (family[2] < 10) or family[2] > 300), id=f"{family[0].title}-m{family[1]}-{seed}"
    )
    for family in FAMILIES
    for seed in range(3)
]


@pytest.mark.parametrize(("network", "samples", "count", "seed"), SEEDS)
def test_known_numbers_of_solutions(network, samples, count, seed):
    found = generic_solutions(network, samples, seed)
    assert found.complete and len(found.solutions) == count
    assert (match(found.solutions, found.solutions) == np.arange(count)).all()
    residuals = float_gradients(family(network), found.member.parameters, found.solutions) + found.member.tilt
    assert (np.abs(residuals).max(axis=1) < 1e-11 * (1 + np.abs(found.solutions).max(axis=1)) ** 3).all()


@pytest.mark.parametrize(
    ("network", "samples"),
    [(Linear((2, 1, 2)), 2), (Linear((1, 1, 2, 1)), 1), (Quadratic(2, 1, None), 3)],
    ids=lambda x: getattr(x, "title", x),
)
def test_every_set_without_one_solution_fails(network, samples):
    found = generic_solutions(network, samples)
    line, residuals = found.trace.line, []
    for k in range(len(found.solutions)):
        rest = np.delete(np.arange(len(found.solutions)), k)
        trace = judged(found.solutions[rest], TraceLine(line.direction, line.forward[rest], line.backward[rest]))
        assert not trace.passed
        residuals.append(trace.residual)
    # What remains is the second difference of the solution that is missing; the smallest of all is what the test measures against.
    assert min(residuals) >= found.trace.weakest * (1 - 1e-6)
    assert found.trace.residual < 1e-6 * SIGNAL * found.trace.weakest


def test_weakest_is_the_residual_of_the_set_without_the_straightest_solution():
    # Second differences 2, 4, 8, −14: complete. Change 20 is the largest step of any.
    solutions = np.zeros((4, 1), dtype=complex)
    forward, backward = np.array([[1.0], [2], [4], [20]], dtype=complex), np.array([[1.0], [2], [4], [-34]], dtype=complex)
    trace = judged(solutions, TraceLine(np.ones(1), forward, backward))
    assert trace.residual == 0 and trace.weakest == pytest.approx(2 / 34) and trace.typical == pytest.approx(6 / 34) and trace.passed
    # Solutions that move along straight lines cannot be missed by any residual: the test must not hold.
    still = np.concatenate([forward, forward[:1]]), np.concatenate([backward, -forward[:1]])
    assert not judged(np.zeros((5, 1), dtype=complex), TraceLine(np.ones(1), *still)).passed
    # Neither without any movement.
    assert not judged(solutions, TraceLine(np.ones(1), solutions, solutions)).passed


def judged_roots(polynomial, length, chosen=None):
    """The trace test for those roots of w ↦ polynomial(w, s) that are ``chosen`` at s = 0, followed to s = ±length."""
    centre = np.roots(polynomial(0))
    centre = centre if chosen is None else centre[chosen(centre)]
    ends = []
    for end in (length, -length):
        roots = centre
        for s in np.linspace(0, end, 400)[1:]:
            found = np.roots(polynomial(s))
            roots = np.array([found[np.abs(found - root).argmin()] for root in roots])
        ends.append(roots[:, None])
    return judged(centre[:, None], TraceLine(np.full(1, length), *ends))


@pytest.mark.parametrize("degree", [2, 3, 4, 6])
def test_a_sum_of_higher_degree_is_affine_on_a_short_line(degree):
    """The sum of the roots of w⁴ − κ s^degree w³ + … is κ s^degree: a term in s² is as much of a second derivative on any line."""

    def polynomial(s):
        return [1, -1e-7 * s**degree, 2 + s, 1j - s, 0.7 + 0.3 * s]

    long, short = (judged_roots(polynomial, length) for length in LENGTHS)
    assert long.passed == (degree % 2 == 1) and not long.far and short.passed == (degree > 2)
    for k in range(4):
        for length in LENGTHS:
            part = judged_roots(polynomial, length, lambda roots, k=k: np.arange(4) != k)
            assert not part.passed and part.far


@pytest.mark.parametrize("apart", [3, 5, 8, 20, 40])
@pytest.mark.parametrize("coupling", [1e-3, 0.1, 1])
def test_a_block_of_solutions_far_from_the_others_does_not_pass(apart, coupling):
    """Each two roots meet within |s| < 1, those of different pairs far away, so that the sum of a pair is nearly affine."""

    def polynomial(s):
        pair, other = np.poly1d([1, 0, -1 - 0.2j + 1.3 * s]), np.poly1d([1, -2 * apart, apart**2 - 1 + 0.3j - 1.4j * s])
        return pair * other + coupling * np.poly1d([1, 0.5 + 0.3 * s])

    long, short = (judged_roots(polynomial, length, lambda roots: roots.real < apart / 2) for length in LENGTHS)
    assert all(judged_roots(polynomial, length).passed for length in LENGTHS)
    # Weakly coupled pairs far apart are not told from none; the short line sees no less of them than the long one.
    assert not short.passed or long.passed
    assert apart > 8 or not long.passed


@pytest.mark.parametrize(
    ("network", "count"),
    [
        (DeepQuadratic((2, 1, 1), (1, 1)), 129),
        pytest.param(Linear((2, 2, 3, 2)), 2241, marks=pytest.mark.slow, id="2-2-3-2"),
        pytest.param(Linear((2, 3, 3, 2)), 8417, marks=pytest.mark.slow, id="2-3-3-2"),
    ],
)
def test_solutions_that_grow_like_a_power_on_one_sample(network, count):
    """8,417 is Σ C(3, i) C(3, j) s(i, j) with i and j units alive, s(3, 3) = 2,560 those without zero coordinates."""
    found = generic_solutions(network, 1, 1)
    assert len(found.solutions) == count and found.complete
    direction = found.trace.line.direction
    assert found.trace.line.part < 0.1
    missing = np.arange(count) != 7
    part = judged(found.solutions[missing], TraceLine(direction, found.trace.line.forward[missing], found.trace.line.backward[missing]))
    assert not part.passed


class Losing(BatchTracker):
    """Loses a path wherever the tilt moves further than ``reach``."""

    reach = 1.0

    def track_all(self, ways, thorough=True):
        every = super().track_all(ways, thorough)
        far = [np.abs(homotopy.tilt[1]).max() > self.reach for homotopy, _ in ways]
        return [[paths[0]._replace(outcome=Outcome.FAILED, end=None), *paths[1:]] if lost else paths for lost, paths in zip(far, every)]


def test_where_paths_are_lost_on_long_lines_the_short_one_decides():
    network = Linear((1, 2, 2))
    found = generic_solutions(network, 1)

    def outcome(solutions):
        return trace_test(Losing(), family(network), found.member, solutions, np.random.default_rng(0))

    trace, count = outcome(found.solutions), len(found.solutions)
    assert trace.passed and np.abs(trace.line.direction).max() < 1 and trace.tracked == 2 * (TRIES + 1) * count
    assert not outcome(found.solutions[1:]).passed


def test_a_search_without_news_says_how_many_members_it_has_tried(monkeypatch):
    network, stages = Linear((1, 1, 1)), []
    monkeypatch.setattr(monodromy, "trace_test", lambda *_: VOID)
    search = fresh(network, 1, 0)
    assert complete(search, TRACKER, family(network), squared(network, 1), 30, lambda stage, count: stages.append((stage, count))) is VOID
    said = dict.fromkeys(stage for stage, _ in stages if "members" in stage)
    expected = [
        f"monodromy, {k} of {monodromy.IDLE_MEMBERS} members in a row without a new solution" for k in range(1, monodromy.IDLE_MEMBERS)
    ]
    assert list(said) == expected and len(search.base.solutions) == 5 and stages[-1] == ("trace test", 5)


@pytest.mark.parametrize("seed", range(3))
def test_the_trace_test_along_other_lines(seed):
    network = Linear((1, 2, 2))
    found, rng = generic_solutions(network, 1), np.random.default_rng(seed)
    passed = trace_test(TRACKER, family(network), found.member, found.solutions, rng)
    assert passed.passed and passed.lost == 0 and passed.tracked >= 2 * len(found.solutions)
    assert passed.line.forward.shape == passed.line.backward.shape == found.solutions.shape
    missing = rng.integers(len(found.solutions))
    failed = trace_test(TRACKER, family(network), found.member, np.delete(found.solutions, missing, axis=0), rng)
    assert not failed.passed and failed.lost == 0 and failed.residual > 1e-4
    # A false solution is a path that is lost.
    false = np.concatenate([found.solutions, found.solutions[:1] + 0.3])
    void = trace_test(TRACKER, family(network), found.member, false, rng)
    assert not void.passed and void.lost and void.line is None


@pytest.mark.parametrize("seed", range(3))
def test_the_limit_stops_the_search_without_a_test(seed):
    network = Linear((2, 2, 2))
    search = fresh(network, 2, seed)
    assert complete(search, TRACKER, family(network), squared(network, 2), 30) is VOID
    assert 30 < most_solutions(search) < 225


def test_the_seed_fixes_the_search():
    network = Linear((1, 1, 2, 1))
    first, again, other = (generic_solutions.__wrapped__(network, 1, seed) for seed in (5, 5, 6))
    assert np.array_equal(first.solutions, again.solutions) and np.array_equal(first.member.tilt, again.member.tilt)
    assert first.provenance == again.provenance and first.trace.residual == again.trace.residual
    # The generic member belongs to the family, its tilt to the seed.
    assert np.array_equal(first.member.parameters, other.member.parameters) and not np.any(first.member.tilt == other.member.tilt)


def test_arcs_pair_the_solutions_at_their_ends():
    network = Linear((2, 1, 2))
    search = fresh(network, 2, 1)
    assert complete(search, TRACKER, family(network), squared(network, 2), 1000).passed
    pairs = 0
    for arc in search.arcs:
        for side in (0, 1):
            there, back = arc.partners[side], arc.partners[1 - side]
            for k in np.flatnonzero(there >= 0):
                assert back[there[k]] == k
                pairs += 1
    assert pairs > 17
    for vertex in search.vertices:
        residuals = float_gradients(family(network), vertex.parameters, vertex.solutions) + vertex.tilt
        assert (np.abs(residuals).max(axis=1) < 1e-10 * (1 + np.abs(vertex.solutions).max(axis=1)) ** 3).all()


def test_a_search_that_was_kept_goes_on_where_it_was():
    network = Linear((1, 2, 2))
    space, kept = squared(network, 1), []

    def solved(rng, resumed=None):
        checkpoint = lambda search: kept.append(pickle.dumps(search))  # noqa: E731
        return solve(TRACKER, family(network), space, rng, 1000, None, lambda *_: None, resumed, checkpoint)

    whole = solved(np.random.default_rng(2))
    halfway = pickle.loads(kept[len(kept) // 2])
    assert 0 < most_solutions(halfway) < 33 and halfway.tracked < whole.provenance["paths_tracked"]
    resumed = solved(np.random.default_rng(99), halfway)
    # The generator is part of what was kept: the search is the same as without the interruption.
    assert resumed.complete and np.array_equal(resumed.solutions, whole.solutions)


def test_an_incomplete_start_system_is_completed_and_a_complete_one_is_left_alone():
    network = Linear((2, 1, 2))
    found = generic_solutions(network, 2)

    def solved(kept):
        # The same seed draws the same tilt, so ``kept`` solves the tilted member that the start system is asked for.
        start, rng = lambda *_: (kept, {"start system": "test"}), np.random.default_rng(0)
        return solve(TRACKER, family(network), squared(network, 2), rng, 1000, start, lambda *_: None)

    everything, part = solved(found.solutions), solved(found.solutions[:5])
    assert everything.complete and len(everything.solutions) == 17 and everything.provenance["paths_tracked"] == 34
    assert part.complete and len(part.solutions) == 17 and part.provenance["paths_tracked"] > 34
    assert everything.provenance["start system"] == "test"
