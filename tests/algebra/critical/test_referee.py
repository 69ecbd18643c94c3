"""Answers that a referee made false: losses chosen for the points and primes of the program, bounds that do not see components."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.bounds.root_counts import BEZOUT, Bound
from critscape.algebra.critical.critical_set import BY_RANKS
from critscape.algebra.critical.levels import least_proving
from critscape.algebra.elimination import msolve
from critscape.algebra.points.positive_dimension import generic_rank_deficient
from critscape.problems.files.problem_file import read
from critscape.problems.input.bad_input import BadInput
from critscape.problems.problem.problem import loss
from critscape.problems.spaces.function_space_problem import in_function_space
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def typed(text, *names):
    return read({"architecture": {"family": "polynomial", "variables": list(names), "loss": text}})


def linear(widths, inputs, targets):
    return read({"architecture": {"family": "linear", "widths": widths}, "data": {"inputs": inputs, "targets": targets}})


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("draw", range(3))
def test_no_fixed_point_makes_a_hessian_singular_everywhere(n, draw):
    # det ∇²L vanishes at the place that a generator seeded by n alone draws.
    place = [int(v) for v in np.random.default_rng(n).integers(1, 2**31 - 1, n)]
    names = [f"x{k}" for k in range(n)]
    a = place[draw % n]
    problem = typed(" + ".join(f"{name}^2/2" for name in names) + f" - {names[draw % n]}^3/{6 * a}", *names)
    assert not generic_rank_deficient(loss(problem))


def test_a_loss_made_for_the_first_primes_is_not_called_empty():
    p = 663407141 * 734385523
    result = solve(typed(f"({p}*(t-1)+1)*(x+(t^2+1)*y)+t^5", "x", "y", "t"), Options()).document
    # All derivatives vanish on a line of (x, y) at t = 1 − 1/p.
    assert not (result["status"] == "complete" and result["counts"]["complex"] == 0)


def test_only_bounds_that_see_every_component_prove_a_count():
    assert least_proving([Bound("multihomogeneous Bézout number", 0, True), Bound(BEZOUT, 0, True)], 0) is None
    assert least_proving([Bound("multihomogeneous Bézout number", 5, True), Bound(BEZOUT, 9, True)], 5) == 9
    assert least_proving([Bound(BY_RANKS, 0, True)], 0) == 0
    assert least_proving([Bound(BEZOUT, 4, False), Bound(BEZOUT, 9, True), Bound(BY_RANKS, 5, True)], 5) == 5


@pytest.mark.parametrize("output", [[-1], "trained"])
def test_forms_of_both_signs_have_no_real_chart(output):
    architecture = {"family": "quadratic", "inputs": 2, "units": 1, "output": output}
    problem = read({"architecture": architecture, "data": {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[-4], [-1], [-3]]}})
    with pytest.raises(BadInput, match="positive outer weights"):
        in_function_space(problem)


def test_what_real_weights_say_is_not_said_of_functions_that_they_do_not_compute():
    data = {"inputs": [[1, 0], [0, 1]], "targets": [[-3, 1], [1, "1/2"]]}
    for quadratic in ({}, {"quadratic": False}):
        architecture = {"family": "symmetric-low-rank", "inputs": 2, "rank": 1, **quadratic}
        counts = solve(read({"architecture": architecture, "data": data}), Options()).document["counts"]
        # The best symmetric matrix of rank 1 keeps the negative eigenvalue.
        assert counts["global_minima"] is None
        only = solve(read({"architecture": {**architecture, "semidefinite": True}, "data": data}), Options()).document["counts"]
        assert only["global_minima"] == 2


@pytest.mark.parametrize("targets", [[[4, 3], [-6, 8]], [[3, 4], [8, -6]], [["4/5", "3/5"], ["-6/5", "8/5"]], [[0, 1], [2, 0]]])
def test_columns_along_small_pythagorean_triples_are_not_lost(targets):
    problem = in_function_space(linear([2, 1, 2], [[1, 0], [0, 1]], targets))
    result = solve(problem, Options()).document
    sizes = np.linalg.svd(np.array([[float(Fraction(str(entry))) for entry in row] for row in targets]), compute_uv=False)
    losses = sorted(float(point["loss"]) for point in result["critical_points"] if point["real"])
    assert result["counts"]["complex"] == 2 and np.allclose(losses, sorted(sizes**2 / 2))


@pytest.mark.skipif(not msolve.available(), reason="msolve is not installed")
def test_an_empty_set_by_elimination_says_what_it_rests_on():
    from critscape.scripts.printing.sentence import sentence

    assert "probabilistic" in sentence({"status": "complete", "counts": {"complex": 0, "real": 0}, "levels": {"complex": "certified"}})
