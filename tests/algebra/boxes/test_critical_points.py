"""Every critical point of small smooth networks: known answers exactly, invariants, and Newton's method from many starts."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.boxes.critical_points import critical_points
from critscape.algebra.boxes.estimate import estimated_boxes
from critscape.algebra.boxes.exact_origin import closed_forms
from critscape.algebra.boxes.region import BeyondDoublePrecision, region
from critscape.algebra.boxes.search import Outcome
from critscape.algebra.points.classification import Kind
from tests.algebra.boxes.searching import drawn, found, regression

NAMES = ("logistic", "tanh")


def test_a_logistic_network_with_one_critical_point():
    problem = regression("logistic", [[-1], [0], [1]], [1, 1, 1], [["1/10"]], ["1/4"])
    answer = found(problem)
    assert answer.complete and answer.by_index == {0: 1} and answer.points[0].kind is Kind.GLOBAL_MINIMUM
    (form,) = closed_forms(problem, answer.points)
    assert [number.text for number in form.coordinates] == ["0", "3/2"] and form.loss.text == "3/8"


@pytest.mark.parametrize("outer, by_index", [("5/2", {0: 1}), ("39/20", {0: 2, 1: 1})])
def test_the_origin_of_tanh_is_a_saddle_where_the_ridges_are_small(outer, by_index):
    problem = regression("tanh", [[-1], [1], [2]], [1, -1, 2], [[2]], [outer])
    answer = found(problem)
    assert answer.complete and answer.by_index == by_index
    forms = closed_forms(problem, answer.points)
    assert [form.loss.text for form in forms if form] == ["3"]


def test_where_the_origin_is_degenerate_nothing_is_claimed():
    answer = found(regression("tanh", [[-1], [1], [2]], [1, -1, 2], [[2]], [2]))
    assert not answer.complete and len(answer.left) and 0 < answer.share < 1e-3 and "another ridge" in answer.reason
    assert not answer.count(Kind.GLOBAL_MINIMUM)


def test_a_tanh_network_with_seven_critical_points():
    problem = regression("tanh", [[1, 0], [0, 1], [1, 1], [-1, 2]], [1, -1, 2, "1/2"], [["1/10", "1/10"]], ["1/10"])
    answer = found(problem)
    assert answer.complete and len(answer.points) == 7
    assert [(round(float(p.loss), 6), p.index) for p in answer.points] == [(1.714093, 0)] * 2 + [(2.097764, 0)] * 2 + [(2.21062, 1)] * 2 + [
        (3.125, 1)
    ]
    assert [p.kind for p in answer.points][:4] == [Kind.GLOBAL_MINIMUM] * 2 + [Kind.SPURIOUS_MINIMUM] * 2
    assert answer.orbit_of == (0, 0, 1, 1, 2, 2, 3)
    assert all(z.real == 0 for z in answer.points[-1].point.ball)


def check(problem, starts, seed):
    """Complete, an Euler sum of 1, and nothing new from so many starts of Newton's method."""
    answer = found(problem)
    assert answer.complete, answer.reason
    assert sum((-1) ** point.index for point in answer.points) == 1
    known = np.array([[float(z.real.mid()) for z in point.point.ball] for point in answer.points])
    ends = newton(problem, starts, seed)
    assert len(ends) > starts // 20
    distance = np.abs(ends[:, None, :] - known[None]).max(axis=2).min(axis=1)
    assert distance.max() < 1e-6, ends[distance.argmax()]
    return answer


def newton(problem, starts, seed):
    """Where Newton's method on ∇L converges from random starts in the region: formulas in numpy, on many points at once."""
    rng = np.random.default_rng(seed)
    k, p, q = problem.units, problem.width, len(problem.outer)
    x, y = np.array(problem.inputs, dtype=float), np.array(problem.targets, dtype=float)
    ridge = np.array([*(s for row in problem.inner for s in row), *problem.outer], dtype=float)
    side = region(problem)[:, 1]
    w = np.concatenate(
        [rng.uniform(-side, side, (starts, k * p)) * rng.uniform(0, 1, (starts, 1)) ** 2, rng.uniform(-3, 3, (starts, q))], axis=1
    )
    for _ in range(80):
        z = np.einsum("bjp,mp->bmj", w[:, : k * p].reshape(-1, k, p), x)
        value, slope, curve = problem.activation.floats(z, 2)
        v = w[:, k * p : k * p + k]
        h = np.concatenate([value, np.ones((len(w), len(y), q - k))], axis=2)
        residual = np.einsum("bms,bs->bm", h, w[:, k * p :]) - y
        first = np.concatenate([np.einsum("bj,bmj,mp->bmjp", v, slope, x).reshape(len(w), len(y), k * p), h], axis=2)
        gradient = np.einsum("bm,bma->ba", residual, first) + ridge * w
        hessian = np.einsum("bma,bmc->bac", first, first) + np.diag(ridge)
        own = np.einsum("bm,bj,bmj,mp,mq->bjpq", residual, v, curve, x, x)
        mixed = np.einsum("bm,bmj,mp->bjp", residual, slope, x)
        for j in range(k):
            part = slice(j * p, (j + 1) * p)
            hessian[:, part, part] += own[:, j]
            hessian[:, part, k * p + j] += mixed[:, j]
            hessian[:, k * p + j, part] += mixed[:, j]
        small = np.abs(np.linalg.det(hessian)) < 1e-200
        hessian[small] += np.eye(len(ridge))
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        w = w - step * np.minimum(1, 2 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
    return w[(np.abs(gradient).max(axis=1) < 1e-11) & (np.abs(step).max(axis=1) < 1e-8)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "units, width, ridge, constant", [(1, 1, "1/20", False), (1, 2, "1/4", True), (2, 1, "1/4", False), (1, 1, None, True)]
)
def test_random_problems_are_complete(name, units, width, ridge, constant):
    check(drawn(name, units, width, 4, ridge, seed=3, constant=constant), 400, seed=1)


RIDGES = ("1/2", "1/5", "1/10", "1/20", "1/50")


@pytest.mark.slow  # Thirty searches and three hundred thousand runs of Newton's method take minutes.
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("units, width, constant", [(1, 1, True), (1, 2, False), (2, 1, False)])
@pytest.mark.parametrize("ridge", RIDGES)
def test_thirty_random_problems_and_ten_thousand_starts_each(name, units, width, constant, ridge):
    check(drawn(name, units, width, 5, ridge, seed=RIDGES.index(ridge), constant=constant), 10_000, seed=2)


@pytest.mark.parametrize("name", NAMES)
def test_units_that_are_not_alike_are_searched_on_both_sides(name):
    """With ridges that differ by a billionth nothing may be exchanged, and the points are where they are with equal ridges."""
    equal = drawn(name, 2, 1, 4, "1/4", seed=8)
    nearly = regression(name, equal.inputs, equal.targets, equal.inner, [equal.outer[0], equal.outer[1] + Fraction(1, 10**9)])
    one, other = found(equal), found(nearly)
    assert one.complete and other.complete and one.by_index == other.by_index
    assert one.symmetries.order == 2 * other.symmetries.order
    for a, b in zip(*(sorted([float(z.real.mid()) for z in p.point.ball] for p in each.points) for each in (one, other))):
        assert a == pytest.approx(b, abs=1e-5)


def test_a_point_in_a_box_that_barely_passes_the_test_is_enclosed_narrowly():
    """Of its largest box Krawczyk's operator keeps nearly all: the enclosure becomes narrow all the same, and the cells are accounted for."""
    x = [["-352999/1048576", 1], ["89081/65536", 1], ["1318937/524288", 1]]
    problem = regression("tanh", x, ["-6879/16384", "23009/262144", "457607/524288"], [["1/10", "1/10"]], ["1/10"])
    answer = found(problem)
    assert answer.complete and answer.by_index == {0: 2, 1: 1}
    assert all(float(z.real.rad()) < 1e-30 for point in answer.points for z in point.point.ball)


def test_a_search_does_not_depend_on_its_pieces():
    problem = drawn("tanh", 2, 1, 4, "1/10", seed=5)
    one, other = found(problem), found(problem, budget=300)
    assert one.complete and other.complete and one.orbit_of == other.orbit_of
    for a, b in zip(one.points, other.points):
        assert all(z.overlaps(w) for z, w in zip(a.point.ball, b.point.ball)) and (a.index, a.kind) == (b.index, b.kind)


def test_what_was_not_examined_is_left():
    problem = drawn("tanh", 1, 1, 3, "1/4", seed=5)
    whole = region(problem)[None]
    answer = critical_points(problem, Outcome(whole, whole[:0], whole[:0], 0))
    assert not answer.complete and answer.share == 1 and "budget" in answer.reason and not answer.points


def test_the_estimate_is_of_the_right_size_and_fixed_by_the_seed():
    problem = drawn("logistic", 1, 2, 4, "1/20", seed=2)
    boxes = found(problem).examined
    assert boxes / 5 < estimated_boxes(problem, seed=0) < 5 * boxes
    assert estimated_boxes(problem, seed=1, descents=5) == estimated_boxes(problem, seed=1, descents=5)


def test_zero_targets_have_the_origin_alone():
    answer = found(regression("logistic", [[1], [2]], [0, 0], [["1/3"], ["1/3"]], [1, 1]))
    assert answer.complete and len(answer.points) == 1 and answer.points[0].loss.contains(0)


def test_numbers_beyond_double_precision_are_refused():
    with pytest.raises(BeyondDoublePrecision, match="ridge"):
        region(regression("tanh", [[1]], [1], [[Fraction(1, 10**13)]], [1]))
    with pytest.raises(BeyondDoublePrecision, match="data"):
        region(regression("tanh", [[10**13]], [1], [[1]], [1]))
