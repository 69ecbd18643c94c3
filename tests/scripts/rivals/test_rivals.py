"""Rivals on problems with known counts, and what becomes of those that fail."""

import subprocess
import sys

import numpy as np
import pytest

from critscape.algebra.polynomial.evaluation import float_derivatives
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import loss
from critscape.problems.recipes.random_data import random_problem
from critscape.scripts.studies.benchmarks.rivals import bertini, macaulay2, msolve, msolve_real, phcpy_blackbox
from critscape.scripts.studies.benchmarks.rivals.answer import OutOfTime, RivalError, Score, score
from critscape.scripts.studies.benchmarks.rivals.macaulay2 import parsed, polynomial_text
from critscape.scripts.studies.benchmarks.rivals.process import run

RIVALS = [
    pytest.param(rival, marks=pytest.mark.skipif(not rival.available(), reason=rival.HOW_TO_INSTALL), id=rival.NAME)
    for rival in (phcpy_blackbox, bertini, macaulay2)
]


@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize(
    "architecture, count",
    [
        ({"family": "linear", "widths": [2, 1, 2]}, 17),
        ({"family": "linear", "widths": [1, 1, 1, 1]}, 17),
        ({"family": "quadratic", "inputs": 2, "units": 1, "output": "fixed"}, 9),  # coefficients beyond 32 bits
    ],
)
def test_rivals_find_all_points_in_our_order_of_variables(rival, architecture, count):
    problem = random_problem(network_from(architecture), 4, 1)
    given = rival.solve(loss(problem), 120.0, 0)
    residuals = [np.abs(float_derivatives(loss(problem), point)[0]).max() for point in given.points]
    assert max(residuals) < 1e-5
    distinct = []
    for point in given.points:
        if all(np.abs(point - other).max() > 1e-6 for other in distinct):
            distinct.append(point)
    assert len(distinct) == count and given.count == len(given.points)
    assert given.seconds > 0 and given.memory > 1e6


@pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
def test_msolve_counts_all_points_and_gives_the_real_ones():
    problem = random_problem(network_from({"family": "linear", "widths": [2, 1, 2]}), 4, 3)
    counted, real = (rival.solve(loss(problem), 120.0, 0) for rival in (msolve, msolve_real))
    assert (counted.points, counted.count) == (None, 17) and real.real
    assert real.count % 2 == 1 and real.points.shape == (real.count, problem.dimension)
    assert max(np.abs(float_derivatives(loss(problem), point)[0]).max() for point in real.points) < 1e-6


@pytest.mark.parametrize("rival", RIVALS)
def test_the_time_limit_holds(rival):
    problem = random_problem(network_from({"family": "linear", "widths": [2, 2, 2]}), 4, 3)
    with pytest.raises(RivalError, match="0.05 s|time limit"):
        rival.solve(loss(problem), 0.05, 0)


def test_scores_count_wrong_and_repeated_points():
    truth = np.array([[0, 0], [100, 1j], [1, 1]])
    points = np.array([[100 + 5e-5, 1j], [100, 1j], [1e-9, 0], [1, 1 + 1e-5], [np.inf, 0]])
    assert score(points, truth) == Score(right=2, repeated=1, wrong=2)
    assert score(points[:0], truth) == Score(0, 0, 0) and score(points, truth[:0]) == Score(0, 0, 5)


def test_processes_that_hang_or_fail_become_sentences():
    with pytest.raises(OutOfTime, match="within 0.2 s"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], "", 0.2, {})
    with pytest.raises(RivalError, match="ValueError: odd"):
        run([sys.executable, "-c", "raise ValueError('odd')"], "", 30, {})
    with pytest.raises(RivalError, match="status 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], "", 30, {})
    with pytest.raises(RivalError, match="could not be started"):
        run(["no-such-program-anywhere"], "", 30, {})
    echo = "import os, sys; print(sys.stdin.read() + os.environ['CRITSCAPE_TEST'])"
    assert run([sys.executable, "-c", echo], "in ", 30, {"CRITSCAPE_TEST": "out"}) == "in out\n"


def test_macaulay2_reads_exact_coefficients_and_its_answer_must_be_whole():
    import flint

    ring = flint.fmpq_mpoly_ctx.get(("a", "b"), "degrevlex")
    a, b = ring.gens()
    assert sorted(polynomial_text(flint.fmpq(-2, 3) * a**2 * b + 5).split("+")) == ["(-2/3)*x_0^2*x_1^1", "(5/1)"]
    with pytest.raises(RivalError, match="could not be read"):
        parsed("point 1 2\n", 1)


def test_peak_memory_grows_with_what_is_held():
    # In a process of its own: this one may have held more before.
    program = (
        "import numpy as np; from critscape.algebra.phcpack.memory import peak_memory; before = peak_memory(); "
        "held = np.ones(30_000_000); print(peak_memory() - before, held[0])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) >= 1e8
