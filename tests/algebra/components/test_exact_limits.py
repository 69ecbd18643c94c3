"""Components by elimination: no path is followed, and the table is that of the limits of paths."""

import numpy as np
import pytest

from critscape.algebra.components.exact_limits import exact_limits
from critscape.algebra.components.limits import Fate
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import random_primes
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.scripts.printing.delivery import exit_status
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.components_run import simple_regularisation
from critscape.scripts.studies.options import Options

pytestmark = [pytest.mark.usefixtures("answers_once"), pytest.mark.skipif(not msolve.available(), reason="msolve is not installed")]

PLANE, DIAGONAL = [[1, 0], [0, 1]], [[2, 0], [0, 1]]


def linear(widths, inputs=PLANE, targets=DIAGONAL, **others):
    return {"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}, **others}


UNIT = {
    "architecture": {"family": "quadratic", "inputs": 2, "units": 1, "output": "trained"},
    "data": {"inputs": PLANE, "targets": [[1], [-2]]},
}
SMALL = {
    "chain": linear([1, 1, 1, 1], [[1]], [["5/4"]]),
    "bottleneck": linear([2, 1, 2]),
    "irrational": linear([2, 1, 2], [[1, 2], [3, "1/2"], [0, 1]], [[1, 1], [2, -1], [0, 3]]),
    "two samples": linear([1, 2, 1], [[1], [2]], [[1], [-1]]),
}


def by(engine, content):
    return solve(read(content), Options(engine=engine, components=True)).document


def rows(result):
    names = ("loss", "dimension", "dimension_bound", "inertia_bound", "kind", "level", "paths")
    return sorted((*(row[name] for name in names), *row["inertia"].values()) for row in result["components"])


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in ("chain", "bottleneck"))) for name in SMALL])
def test_tables_are_those_of_paths(name):
    followed, eliminated = by("batch", SMALL[name]), by("exact", SMALL[name])
    assert rows(eliminated) == rows(followed) and eliminated["engine"]["name"] == "exact"
    for field in ("paths", "finite", "at_infinity", "unsettled"):
        assert eliminated["account"][field] == followed["account"][field]
    assert exit_status(eliminated) == 0 and eliminated["evidence"]["limit ideal"]["holds"]
    # Where paths go to infinity losses along them are not sought, and that is said.
    assert eliminated["asymptotic_values"] == (None if eliminated["account"]["at_infinity"] else [])


def test_without_asymptotic_values_nothing_is_global_by_enumeration():
    followed, eliminated = rows(by("batch", UNIT)), rows(by("exact", UNIT))
    (least,) = set(followed) - set(eliminated)
    assert (least[4], least[5]) == ("global minimum", "certified")
    (other,) = set(eliminated) - set(followed)
    assert (other[0], other[4], other[5]) == (least[0], "local minimum", "proved")


@pytest.mark.slow  # minutes over the rationals
@pytest.mark.parametrize("content", [linear([2, 1, 1, 2]), linear([1, 2, 1], [[1], [2]], [[1], [-1]], ridge="1/3")])
def test_larger_tables_are_those_of_paths(content):
    assert rows(by("exact", content)) == rows(by("batch", content))


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_limit_is_critical_and_none_is_missing(seed, generic):
    """c = 0 leaves multiple zeros, a generic c does not always."""
    problem = read(UNIT)
    exact_loss, rng = loss(problem), np.random.default_rng(seed)
    account = exact_limits(exact_loss, *simple_regularisation(problem, rng, generic), random_primes(rng, 1)[0], 60)
    assert (len(account.limits), account.count(Fate.FINITE)) == (33, 29)
    points = np.array([limit.point for limit in account.limits if limit.point is not None])
    w, u = points[:, :2], points[:, 2]
    residuals = u[:, None] * w**2 - [1, -2]
    slopes = np.column_stack([2 * u[:, None] * w * residuals, (w**2 * residuals).sum(axis=1)])
    assert np.abs(slopes).max() < 1e-9
