"""Valleys as limits on random data: theorems, and convergence of the trees of a finite ridge, which are computed on their own."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.components.regularisation import regularisations
from critscape.algebra.landscape.valleys import valleys
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.problems.problem.regularisation import regularised
from critscape.problems.problem.short_units import short_units
from critscape.problems.spaces.knowledge import knowledge
from critscape.problems.spaces.valley_theorems import intrinsic_dimension, no_spurious_valley
from critscape.scripts.studies.engines import batch
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.start_sets import start_set

OPTIONS = Options(engine="batch", max_paths=1000)


def rational(rng, *shape):
    """Fractions of small integers, as problem files have them."""
    numbers = rng.integers(-9, 10, shape)
    return np.vectorize(lambda k: f"{k}/4")(numbers).tolist()


def linear(rng, widths, samples):
    data = {"inputs": rational(rng, samples, widths[0]), "targets": rational(rng, samples, widths[-1])}
    return {"architecture": {"family": "linear", "widths": widths}, "data": data}


def squares(rng, inputs, units, samples):
    architecture = {"family": "quadratic", "inputs": inputs, "units": units, "output": "trained"}
    return {"architecture": architecture, "data": {"inputs": rational(rng, samples, inputs), "targets": rational(rng, samples, 1)}}


def from_one_centre(problem, seed):
    """The valleys as one generic centre shows them, whatever theorems say."""
    rng = np.random.default_rng(seed)
    starts = start_set(problem, batch(1), 0, 1000, lambda stage, count: None)
    [each] = regularisations(rng, problem.dimension, 1)[1:]
    ways = [(each, regularised(problem, each))]
    return valleys(loss(problem), knowledge(problem), ways, starts, short_units(problem), rng, 1, lambda stage, count: None)


def test_linear_networks_have_a_theorem_whatever_the_data():
    rng = np.random.default_rng(1)
    for _ in range(100):
        widths = rng.integers(1, 4, rng.integers(2, 6)).tolist()
        assert no_spurious_valley(read(linear(rng, widths, int(rng.integers(1, 5))))) is not None


def test_wide_networks_have_a_theorem_exactly_from_their_intrinsic_dimension_on():
    rng = np.random.default_rng(2)
    for _ in range(50):
        inputs, samples = int(rng.integers(1, 4)), int(rng.integers(1, 7))
        problem = read(squares(rng, inputs, 1, samples))
        dimension = intrinsic_dimension(problem).dimension
        # The rank of the matrices x xᵀ, independently in double precision.
        outer = np.array([np.outer(x, x).ravel() for x in np.array(problem.inputs, dtype=float)])
        assert dimension == np.linalg.matrix_rank(outer)
        for units in range(1, dimension + 2):
            wide = replace(problem.network, hidden=units)
            weights = units * (inputs + 1)
            theorem = no_spurious_valley(replace(problem, network=wide, ridge=(Fraction(0),) * weights))
            assert (theorem is not None) == (units >= min(dimension, 2 * np.linalg.matrix_rank(np.array(problem.inputs, dtype=float)) + 1))


@pytest.mark.slow  # Two to three seconds for each data set.
@pytest.mark.parametrize("seed", range(4))
def test_linear_networks_have_no_spurious_valley(seed):
    rng = np.random.default_rng([3, seed])
    for k in range(25):
        widths = [[1, 1, 1], [1, 2, 1], [2, 1, 1], [1, 1, 2]][k % 4]
        problem = read(linear(rng, widths, int(rng.integers(1, 4))))
        if not any(any(x) for x in problem.inputs):
            continue
        found = from_one_centre(problem, k)
        assert found.reason is None and found.spurious is False


@pytest.mark.slow  # About three seconds for each data set.
@pytest.mark.parametrize("seed", range(2))
def test_wide_networks_have_no_spurious_valley(seed):
    rng = np.random.default_rng([4, seed])
    for k in range(25):
        problem = read(squares(rng, 1, 1, int(rng.integers(1, 4))))
        found = from_one_centre(problem, k)
        assert found.reason is None and found.spurious is False


FAMILIES = [
    lambda rng: linear(rng, [1, 1, 1], 2),
    lambda rng: linear(rng, [1, 1, 1, 1], 1),
    lambda rng: squares(rng, 1, 1, 3),
    lambda rng: squares(rng, 2, 1, 3),
    lambda rng: linear(rng, [2, 1, 2], 3),
]


@pytest.mark.slow  # Three trees for each of twenty problems.
@pytest.mark.parametrize("family", range(len(FAMILIES)))
@pytest.mark.parametrize("seed", range(4))
def test_trees_of_a_finite_ridge_converge_within_the_bounds(family, seed):
    rng = np.random.default_rng([5, family, seed])
    content = FAMILIES[family](rng)
    found = landscape_document(surveyed(content, OPTIONS))
    assert found["status"] == "complete"
    limits, value = [], numbers(found)
    for row in found["valleys"]:
        infimum, barrier = value[row["infimum"]], value.get(row["barrier"])
        assert infimum <= float(row["bounds"]["infimum"])
        if barrier is not None:
            assert float(row["bounds"]["barrier_within"]) <= barrier <= float(row["bounds"]["barrier"])
        limits += [(infimum, barrier)] * row["copies"]
    errors = []
    network, n = read(content), read(content).dimension
    for scale in (Fraction(1, 100), Fraction(1, 10000)):
        strengths = [scale * Fraction(int(k), 100) for k in rng.integers(60, 140, n)]
        with_ridge = {**content, "ridge": blocks(network, strengths)}
        tree = landscape_document(surveyed(with_ridge, OPTIONS))
        assert tree["status"] == "complete"
        bottoms = sorted(bottoms_of(tree), key=lambda pair: -np.inf if pair[1] is None else pair[0] - pair[1])
        # A minimum that is hardly deeper than its barrier tends to no valley of its own.
        deep, shallow = bottoms[: len(limits)], bottoms[len(limits) :]
        assert all(high - low < 3 * float(scale) ** 0.5 for low, high in shallow)
        errors.append(distance(deep, limits))
    assert errors[1] < errors[0] / 5 or errors[1] < 1e-3


def numbers(document):
    """The levels of a document as they stand in its rows → in double precision."""
    return {level.get("closed_form", level["loss"]): float(level["loss"]) for level in document["levels"]}


def blocks(problem, strengths):
    """A flat ridge in the shape of problem files."""
    from critscape.problems.problem.problem import blockwise

    return [[[str(x) for x in row] for row in rows] for rows in blockwise(problem.network, strengths)]


def bottoms_of(tree):
    """Loss and barrier to a minimum as low or lower of every local minimum: from the lists of minima and components alone."""
    level = {entry["number"]: float(entry["loss"]) for entry in tree["levels"]}
    low = {entry["number"]: level[entry["level"]] for entry in tree["minima"]}
    for k, value in low.items():
        joined = [level[c["birth"]] for c in tree["components"] if k in c["minima"] and any(low[m] <= value for m in c["minima"] if m != k)]
        yield value, min(joined, default=None)


def distance(deep, limits):
    """The largest difference between bottoms at a finite ridge and their limits, in order of loss; infinite if they are not as many."""
    if len(deep) != len(limits):
        return np.inf
    losses = np.abs(np.sort([low for low, _ in deep]) - np.sort([low for low, _ in limits])).max()
    barriers = [sorted(high for _, high in pairs if high is not None) for pairs in (deep, limits)]
    # The lowest of all has none, unless the limit has others as low.
    count = min(map(len, barriers))
    return max(losses, np.abs(np.array(barriers[0][-count:]) - np.array(barriers[1][-count:])).max(initial=0.0))
