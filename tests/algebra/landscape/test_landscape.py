"""Sublevel sets of losses whose merge trees are known, and what the checks notice."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import flint
import numpy as np
import pytest
from flint import arb

from critscape.algebra.critical.critical_set import Status
from critscape.algebra.critical.ends import DegeneratePoint
from critscape.algebra.landscape.basin import basin, holds
from critscape.algebra.landscape.connection import exact_point, leaves_downwards, on_opposite_sides, stays_below
from critscape.algebra.landscape.critical_values import critical_values
from critscape.algebra.landscape.descent import Terrain, descend, descending_arcs, image
from critscape.algebra.landscape.fixed_space import actions
from critscape.algebra.landscape.landscape import NotApplicable, landscape, sublevel_sets
from critscape.algebra.landscape.surface import hessian, value
from critscape.algebra.points.certification import certify
from critscape.algebra.points.classification import classify
from critscape.algebra.polynomial.loss import Family, Loss, exact
from critscape.algebra.polynomial.shape import Shape
from critscape.algebra.symmetry.finite import SymmetryGroup, symmetry_group
from critscape.problems.files.problem_file import load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.quadratic import Quadratic
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

EXAMPLES = Path(__file__).parents[3] / "problems" / "examples"
ROOTS = (-2, -1, 0, 1, 3)


def depth(x):
    """The integral of (x + 2)(x + 1)x(x − 1)(x − 3)."""
    return ((((10 * x - 12) * x - 105) * x + 20) * x + 180) * x * x / 60


def ravine(w, p):
    # Its critical points are (r, r²): minima for r = −2, 0, 3, saddles for r = −1, 1.
    across = w[1] - w[0] * w[0]
    return depth(w[0]) + across * across


def ridge_path(w, p):
    # Minima on the line y = 0 become saddles across it on the side x > 0: the descent from near the origin has to end at one.
    along = w[0] * w[0] - 1
    return along * along - w[0] / 8 + sum(y * y * (y * y + (5 + k - 10 * w[0]) / 10) for k, y in enumerate(w[1:]))


class ScaledRavine:
    """The ravine with weights, losses and the steepness of its walls multiplied by powers of ten."""

    def __init__(self, weights, height, steepness):
        self.powers = weights, height, steepness

    def __call__(self, w, p):
        weights, height, steepness = self.powers
        x, y = (_times_power(each, -weights) for each in w)
        across = y - x * x
        return _times_power(depth(x) + _times_power(across * across, steepness), height)


def _times_power(value, power):
    return value * 10**power if power >= 0 else value / 10**-power


def real_points(loss, approximations):
    return classify(loss, [certify(loss, point) for point in approximations])


def solved(problem):
    return loss(problem), solve(problem, Options(engine="batch")).critical


def encloses(ball, value):
    with flint.ctx.workprec(2000):
        return ball.overlaps(arb(exact(value)))


def ravine_points():
    polynomial_loss = Loss(Family(("x", "y"), (), ravine), ())
    return polynomial_loss, real_points(polynomial_loss, [(r, r**2) for r in ROOTS])


def ridge_path_points(across):
    """All real critical points: each of the coordinates across is zero or ±√((x − a)/2)."""
    polynomial_loss = Loss(Family(("x", "y", "z")[: across + 1], (), ridge_path), ())
    found = []
    for signs in product((-1, 0, 1), repeat=across):
        offsets = [0.5 + k / 10 for k in range(across) if signs[k]]
        for x in np.roots([4, 0, -4 - len(offsets) / 2, -1 / 8 + sum(offsets) / 2]):
            if abs(x.imag) < 1e-9 and all(x.real > a for a in offsets):
                found.append((x.real, *(sign * np.sqrt(max(0, (x.real - 0.5 - k / 10) / 2)) for k, sign in enumerate(signs))))
    return polynomial_loss, real_points(polynomial_loss, found)


def test_known_tree_of_a_polynomial_in_two_variables():
    polynomial_loss, points = ravine_points()
    found = sublevel_sets(polynomial_loss, points, symmetry_group(polynomial_loss))
    assert found.reason is None
    at = {r: next(k for k, p in enumerate(points) if abs(p.point.midpoint[0] - r) < 1e-9) for r in ROOTS}
    ordered = sorted(ROOTS, key=lambda r: depth(Fraction(r)))
    assert ordered == [3, -2, 0, -1, 1]
    for level, r in zip(found.levels, ordered, strict=True):
        assert level.members == (at[r],) and level.decided
        assert encloses(level.loss, depth(Fraction(r))) and float(level.loss.rad()) < 1e-30
    # −2 and 0 meet at −1, then both reach 3 at 1.
    assert [(c.birth, c.merge, c.minima) for c in found.tree.components] == [
        (0, 4, (at[3],)),
        (1, 3, (at[-2],)),
        (2, 3, (at[0],)),
        (3, 4, tuple(sorted((at[-2], at[0])))),
        (4, None, tuple(sorted((at[-2], at[0], at[3])))),
    ]
    barriers = {b.minimum: (b.rank, b.saddles, b.lower) for b in found.tree.barriers}
    assert barriers == {at[-2]: (4, (at[1],), (at[3],)), at[0]: (3, (at[-1],), (at[-2],))}
    expected = {at[-2]: depth(Fraction(1)) - depth(Fraction(-2)), at[0]: depth(Fraction(-1)) - depth(Fraction(0))}
    for barrier, height in zip(found.tree.barriers, found.depths, strict=True):
        assert encloses(height, expected[barrier.minimum])
    assert [(v.birth, v.merge, v.deepest) for v in found.tree.valleys] == [(1, 4, (at[-2],))]
    assert [(c.components, c.spurious) for c in found.tree.counts] == [(1, 0), (2, 1), (3, 2), (2, 1), (1, 0)]


# The last one is stiff: one eigenvalue of the Hessian is 10⁷ times another, and the valley is curved.
@pytest.mark.parametrize(
    "powers",
    [(-9, 0, 0), *(pytest.param(other, marks=pytest.mark.slow) for other in ((6, 0, 0), (9, 0, 0), (0, -18, 0), (0, 12, 0))), (0, 0, 6)],
)
def test_the_tree_does_not_depend_on_scales(powers):
    scaled = Loss(Family(("x", "y"), (), ScaledRavine(*powers)), ())
    points = real_points(scaled, [(r * 10.0 ** powers[0], r**2 * 10.0 ** powers[0]) for r in ROOTS])
    found = sublevel_sets(scaled, points, symmetry_group(scaled))
    assert found.reason is None
    plain, at_scale_one = ravine_points()
    assert [p.index for p in points] == [p.index for p in at_scale_one]
    assert found.tree == sublevel_sets(plain, at_scale_one, symmetry_group(plain)).tree


def test_critical_points_very_close_together():
    def close(w, p):
        # The derivative in x is (x + 2)(x + 1)x(x − a)(x − 2a) with a = 10⁻⁵.
        x, a = w[0], 100000
        along = x**6 / 6 + (3 * a - 3) * x**5 / (5 * a) + (2 * a * a - 9 * a + 2) * x**4 / (4 * a * a)
        along += (6 - 6 * a) * x**3 / (3 * a * a) + 4 * x**2 / (2 * a * a)
        return along + (w[1] - x * x) * (w[1] - x * x)

    polynomial_loss = Loss(Family(("x", "y"), (), close), ())
    roots = (-2, -1, 0, 1e-5, 2e-5)
    points = real_points(polynomial_loss, [(r, r**2) for r in roots])
    found = sublevel_sets(polynomial_loss, points, symmetry_group(polynomial_loss))
    assert found.reason is None
    at = [int(np.abs([p.point.midpoint[0] - r for p in points]).argmin()) for r in roots]
    assert sorted(at) == list(range(5))
    # Of the twins at 0 and 2·10⁻⁵ the second is the higher one; both lie above the minimum at −2.
    assert [(c.minima, c.saddles) for c in found.tree.components if c.children] == [
        (tuple(sorted((at[2], at[4]))), (at[3],)),
        (tuple(sorted((at[0], at[2], at[4]))), (at[1],)),
    ]


def test_levels_closer_than_double_precision_are_in_order():
    with flint.ctx.workprec(256):
        losses = [arb(1) + arb(2) ** -100, arb(1), arb(1) + arb(2) ** -200]
        assert [v.members for v in critical_values(losses, range(3), range(3))] == [(1,), (2,), (0,)]


def test_both_sides_of_a_saddle():
    double_well = Loss(Family(("x", "y"), (), lambda w, p: (w[0] ** 2 - 1) ** 2 + w[1] ** 2), ())
    [saddle] = list(real_points(double_well, [(0, 0)]))
    left, right, up = np.array([-0.5, 0.1]), np.array([0.5, 0.1]), np.array([0.0, 0.5])
    assert leaves_downwards(double_well, saddle, left) and leaves_downwards(double_well, saddle, right)
    assert not leaves_downwards(double_well, saddle, up) and not leaves_downwards(double_well, saddle, 4 * left)
    assert on_opposite_sides(double_well, saddle, left, right)
    assert not on_opposite_sides(double_well, saddle, left, left * [1, -1])
    assert not on_opposite_sides(double_well, saddle, up, right)


def test_spurious_valley_around_the_origin_of_a_deep_chain():
    found = landscape(*solved(load(EXAMPLES / "1-1-1-1-spurious-origin.json")))
    assert found.reason is None and [len(orbit) for orbit in found.minima] == [4, 1]
    low, origin, pass_ = found.levels
    assert encloses(low.loss, Fraction(13, 32)) and encloses(origin.loss, Fraction(25, 32))
    # w³ + w² + w = 1/4, from the equal ridges.
    w = next(z.real for z in np.roots([1, 1, 1, -0.25]) if abs(z.imag) < 1e-12)
    assert float(pass_.loss.mid()) == pytest.approx((w**3 - 5 / 4) ** 2 / 2 + 3 * w**2 / 8, abs=1e-12)
    assert len(pass_.members) == 4 and pass_.decided
    assert [(c.components, c.spurious) for c in found.tree.counts] == [(4, 0), (5, 1), (1, 0)]
    [valley] = found.tree.valleys
    assert (valley.birth, valley.merge, valley.minima) == (1, 2, origin.members)
    assert len(found.tree.components[-1].children) == 5


@pytest.mark.parametrize(
    "network", [Linear((1, 2, 2)), pytest.param(Linear((2, 2, 1)), marks=pytest.mark.slow), Linear((1, 1, 1))], ids=lambda n: n.title
)
def test_one_hidden_layer_and_one_sample_have_no_spurious_valley(network):
    found = landscape(*solved(random_problem(network, 1, 0)))
    assert found.reason is None and not found.spurious and len(found.minima) == 1


@pytest.mark.parametrize("seed", [pytest.param(2, marks=pytest.mark.slow), 28])
def test_random_problems_pass_every_check(seed):
    polynomial_loss, critical = solved(random_problem(Linear((2, 2, 2)), 2, seed))
    found = landscape(polynomial_loss, critical)
    assert found.reason is None and all(e.holds for e in found.evidence)
    # The seed 28 has four minima that are not global, each a valley of its own.
    assert len(found.tree.valleys) == {2: 0, 28: 4}[seed]
    assert all(found.levels[b.rank].loss > critical.real[b.minimum].loss for b in found.tree.barriers)


@pytest.mark.parametrize("across", [1, 2])
def test_an_arc_that_symmetry_keeps_in_a_fixed_space_ends_at_a_saddle(across):
    polynomial_loss, points = ridge_path_points(across)
    found = sublevel_sets(polynomial_loss, points, symmetry_group(polynomial_loss))
    assert found.reason is None
    middles = np.array([p.point.midpoint for p in points]).real
    start, end = (int(np.linalg.norm(middles - [x, *[0] * across], axis=1).argmin()) for x in (0, 1))
    assert (points[start].index, points[end].index) == (1, across)
    [arc] = [arc for arc in found.arcs if arc.saddle == start and arc.points[1, 0] > arc.points[0, 0]]
    assert (arc.end, arc.fixed, arc.certified) == (end, 1, True)
    assert points[arc.minimum].index == 0 and points[arc.minimum].loss < points[end].loss
    # The other minimum of the line joins the deep ones there, and is the only valley.
    [valley] = found.tree.valleys
    assert valley.saddles == (start,) and abs(points[valley.minima[0]].point.midpoint[0] + 1) < 0.1


def test_arcs_that_end_at_saddles_in_a_network():
    # Two units of opposite sign and one ridge: of six saddles of index 1, four arcs have to end at others.
    problem = random_problem(Quadratic(2, 2, (Fraction(1), Fraction(-1))), 3, 0)
    polynomial_loss, critical = solved(replace(problem, ridge=(Fraction(1, 2),) * 4))
    found = landscape(polynomial_loss, critical)
    assert found.reason is None and all(e.holds for e in found.evidence)
    forced = [arc for arc in found.arcs if arc.end != arc.minimum]
    assert len(forced) == 4 and all(arc.certified and arc.fixed == 2 and critical.real[arc.end].index for arc in forced)
    assert all(critical.real[arc.minimum].index == 0 for arc in found.arcs)


def test_images_of_arcs_are_arcs():
    polynomial_loss, points = ridge_path_points(1)
    group = symmetry_group(polynomial_loss)
    terrain = Terrain(polynomial_loss, points, actions(group, [p.point for p in points], 2))
    saddle = next(k for k, p in enumerate(points) if p.index == 1 and abs(p.point.midpoint[0] - 1) < 0.1)
    one, other = descending_arcs(terrain, saddle, 1e-9)
    flipped = image(terrain, terrain.symmetries[1], one)
    assert (flipped.end, flipped.saddle, flipped.image) == (other.end, saddle, True) and one.end != other.end
    assert np.abs(flipped.points[1] - other.points[1]).max() < 1e-12


def test_descent_that_comes_to_a_saddle_by_chance_goes_on_from_there():
    # Without the symmetries nothing forces the arc into the line, but it starts and stays there.
    polynomial_loss, points = ridge_path_points(1)
    nothing = SymmetryGroup((), 1)
    terrain = Terrain(polynomial_loss, points, actions(nothing, [p.point for p in points], 2))
    saddle = next(k for k, p in enumerate(points) if p.index == 1 and abs(p.point.midpoint[0]) < 0.1)
    arc = descend(terrain, saddle, np.array([1.0, 0.0]), 1e-6)
    assert arc.certified and arc.fixed == 2 and points[arc.minimum].index == 0 and points[arc.minimum].point.midpoint[0].real > 0.5


def test_a_missing_saddle_is_noticed():
    polynomial_loss, points = ravine_points()
    lame = [p for p in points if abs(p.point.midpoint[0] - 1) > 1e-9]
    found = sublevel_sets(polynomial_loss, lame, symmetry_group(polynomial_loss))
    failed = {e.name for e in found.evidence if e.holds is False}
    assert failed == {"all minima joined at last", "Euler sum", "Morse inequalities"} and "all minima joined" in found.reason


def test_a_missing_minimum_is_noticed():
    polynomial_loss, points = ravine_points()
    lame = [p for p in points if abs(p.point.midpoint[0]) > 1e-9]
    found = sublevel_sets(polynomial_loss, lame, symmetry_group(polynomial_loss))
    assert {"arrival of every arc", "Euler sum"} <= {e.name for e in found.evidence if e.holds is False}


def test_levels_that_nothing_tells_apart_are_not_called_equal(monkeypatch):
    # Without elimination there is no exact algebra to decide it.
    monkeypatch.setattr("critscape.algebra.points.exact_losses._points", lambda loss: None)
    polynomial_loss, points = ravine_points()
    vague = [replace(p, loss=p.loss + arb(0, 1)) if abs(p.point.midpoint[0]) == 1 else p for p in points]
    found = sublevel_sets(polynomial_loss, vague, symmetry_group(polynomial_loss))
    assert [e.name for e in found.evidence if e.holds is False].count("levels told apart") == 1


def test_what_is_refused():
    polynomial_loss, critical = solved(load(EXAMPLES / "1-1-1.json"))
    landscape(polynomial_loss, critical)
    degenerate = replace(critical.enumeration, degenerate=(DegeneratePoint(np.zeros(2), None),))
    for change, said in [
        ({"shape": Shape()}, "coercive"),
        ({"status": Status.INCOMPLETE, "reason": "a path was lost"}, "a path was lost"),
        ({"enumeration": degenerate}, "1 critical point is degenerate"),
        ({"real": critical.real[1:]}, "closed under the symmetries"),
    ]:
        with pytest.raises(NotApplicable, match=said):
            landscape(polynomial_loss, replace(critical, **change))
    crowd = replace(critical.group, order=10**6)
    with pytest.raises(NotApplicable, match="1000000 symmetries"):
        sublevel_sets(polynomial_loss, critical.real, crowd)


def test_degenerate_points_that_are_not_real_do_no_harm():
    polynomial_loss, critical = solved(load(EXAMPLES / "1-1-1.json"))
    place = SimpleNamespace(real=False)
    far = replace(critical.enumeration, degenerate=(DegeneratePoint(np.full(2, 1j), 2, place),))
    assert landscape(polynomial_loss, replace(critical, enumeration=far)).reason is None


def test_trapping_neighbourhoods_hold_what_they_promise():
    polynomial_loss, critical = solved(random_problem(Linear((2, 1, 2)), 2, 4))
    n, draw = polynomial_loss.dimension, np.random.default_rng(3)
    found = basin(polynomial_loss, 0, critical.real[0], np.eye(n, dtype=int))
    saddle = next(k for k, point in enumerate(critical.real) if point.index)
    assert basin(polynomial_loss, saddle, critical.real[saddle], np.eye(n, dtype=int)) is None
    middle = np.array([float(c) for c in found.centre])
    frame = np.linalg.inv([[float(found.inverse[i, j]) for j in range(n)] for i in range(n)])
    for _ in range(50):
        y = draw.standard_normal(n)
        y /= np.linalg.norm(y)
        on_sphere, inside = (exact_point(middle + t * float(found.radius) * frame @ y) for t in (1, 0.99))
        assert value(polynomial_loss, on_sphere) > found.bound - 1e-12
        second = hessian(polynomial_loss, inside)
        assert np.linalg.eigvalsh([[float(second[i, j]) for j in range(n)] for i in range(n)])[0] > 0
    assert holds(polynomial_loss, found, middle)
    assert not holds(polynomial_loss, found, middle + 1.001 * float(found.radius) * frame[:, 0])


def test_segments_below_a_level():
    double_well = Loss(Family(("x", "y"), (), lambda w, p: (w[0] ** 2 - 1) ** 2 + w[1] ** 2), ())
    left, right = exact_point(np.array([-1.0, 0.0])), exact_point(np.array([1.0, 0.0]))
    with flint.ctx.workprec(128):
        assert stays_below(double_well, left, right, arb(1) + arb(2) ** -10)
        assert not stays_below(double_well, left, right, arb(1))
        assert not stays_below(double_well, left, right, arb(1) / 2)
