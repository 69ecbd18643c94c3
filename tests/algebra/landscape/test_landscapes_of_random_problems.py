"""The checks of a landscape on many random problems: few by default, 200 of each kind with ``-m slow``."""

from pathlib import Path

import pytest

from critscape.algebra.landscape.landscape import landscape
from critscape.problems.files.problem_file import load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

EXAMPLES = Path(__file__).parents[3] / "problems" / "examples"
ONE_SAMPLE = ((1, 2, 2), (2, 2, 1), (2, 2, 2), (1, 3, 2))
SEVERAL_SAMPLES = (((2, 2, 2), 2), ((1, 1, 1, 1), 3))


def described(problem):
    polynomial_loss = loss(problem)
    found = landscape(polynomial_loss, solve(problem, Options(engine="batch")).critical)
    assert found.reason is None and all(entry.holds is not False for entry in found.evidence)
    return found


@pytest.mark.parametrize("widths", ONE_SAMPLE[:2])
def test_one_sample_makes_no_spurious_valley(widths):
    assert not described(random_problem(Linear(widths), 1, 1)).spurious


def test_a_saddle_hardly_above_a_minimum():
    assert not described(random_problem(Linear((2, 2, 2)), 2, 75)).spurious


@pytest.mark.parametrize(
    "name, valleys, depth",
    [
        ("1-1-1-1-deepest-spurious-valley", 1, 0.0131),
        pytest.param("2-2-2-spurious-valleys", 4, 0.8516, marks=pytest.mark.slow),
    ],
)
def test_the_deepest_spurious_valleys_of_200_problems(name, valleys, depth):
    found = described(load(EXAMPLES / f"{name}.json"))
    assert len(found.tree.valleys) == valleys
    for valley in found.tree.valleys:
        assert float(found.levels[valley.merge].loss - found.levels[valley.birth].loss) == pytest.approx(depth, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("widths", ONE_SAMPLE)
def test_one_sample_makes_no_spurious_valley_in_many_problems(widths):
    for seed in range(50):
        assert not described(random_problem(Linear(widths), 1, seed)).spurious, seed


@pytest.mark.slow
@pytest.mark.parametrize("widths, samples", SEVERAL_SAMPLES)
def test_every_check_passes_in_many_problems(widths, samples):
    for seed in range(200):
        described(random_problem(Linear(widths), samples, seed))
