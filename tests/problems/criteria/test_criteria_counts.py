"""Critical points under every criterion: enumeration against exact elimination, phcpy, and values known in closed form."""

import pytest

from critscape.algebra.elimination import msolve
from critscape.algebra.phcpack.engine import available
from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)

TWO = {"inputs": [[1, "1/2"], ["-2/3", 2]], "targets": [[2, -1], ["1/3", 1]]}
SCALAR_TARGETS = {"inputs": TWO["inputs"], "targets": [[2], ["1/3"]]}
PAIRS = {"inputs": [[1], [2]], "targets": [[1, 2], [0, 1]]}
SCALARS = {"inputs": [[1], [-2], ["3/2"]], "targets": [[2], ["1/3"], [-1]]}
ONE = {"inputs": [[1]], "targets": [[2]]}
SEXTIC = "r^2/2 - r^4/4 + 3r^6/40"


def linear(*widths):
    return {"family": "linear", "widths": list(widths)}


def quadratic(inputs, output):
    return {"family": "quadratic", "inputs": inputs, "units": 1 if output == "trained" else len(output), "output": output}


def problem(architecture, data, ridge, **measured):
    return {"architecture": architecture, "data": data, "ridge": ridge} | ({"loss": measured} if measured else {})


def population(architecture, teacher, weights, covariance, ridge):
    expected = {"inputs": "gaussian", "teacher": {"architecture": teacher, "weights": weights}, "covariance": covariance}
    return {"architecture": architecture, "data": {"population": expected}, "ridge": ridge}


def typed(loss, ridge=0, variables=("x", "y")):
    return {"architecture": {"family": "polynomial", "variables": list(variables), "loss": loss}, "ridge": ridge}


BLOCKS = ["1/2", "1/3"]
QUICK = {
    "sample weights, one negative",
    "both weights, 2-1-2",
    "metrics, 2-1-2",
    "r^4, quadratic",
    "r^2/2 + r^4/10, 1-1-1",
    "sextic, 2-1",
    "population, trained",
    "not proper",
}
"""The cases of the fast suite."""
CASES = {
    "sample weights, 2-1-2": problem(linear(2, 1, 2), TWO, BLOCKS, sample_weights=[1, "3/2"]),
    "sample weights, one negative": problem(linear(1, 1, 1), SCALARS, BLOCKS, sample_weights=[1, -2, "1/2"]),
    "sample weights, quadratic": problem(quadratic(2, [1]), SCALAR_TARGETS, "1/5", sample_weights=[2, "1/3"]),
    "output weights, 2-1-2": problem(linear(2, 1, 2), TWO, BLOCKS, output_weights=[1, "5/2"]),
    "output weights, 1-1-2": problem(linear(1, 1, 2), {"inputs": [[1]], "targets": [[1, 2]]}, BLOCKS, output_weights=[3, "1/2"]),
    "both weights, 2-1-2": problem(linear(2, 1, 2), TWO, BLOCKS, sample_weights=[1, 3], output_weights=[1, "5/2"]),
    "metrics, 2-1-2": problem(linear(2, 1, 2), TWO, BLOCKS, metrics=[[[2, 1], [1, 2]], [[1, 0], [0, 3]]]),
    "metrics, 1-1-2": problem(linear(1, 1, 2), PAIRS, BLOCKS, metrics=[[[2, 1], [1, 2]], [[1, "1/2"], ["1/2", 3]]]),
    "metrics, one indefinite": problem(linear(1, 1, 2), PAIRS, BLOCKS, metrics=[[[1, 2], [2, 1]], [[1, "1/2"], ["1/2", 3]]]),
    "metrics, all singular": problem(linear(1, 1, 2), PAIRS, BLOCKS, metrics=[[[1, 1], [1, 1]], [[1, 2], [2, 4]]]),
    "r^4, 1-1": problem(linear(1, 1), SCALARS, "1/2", residual="r^4"),
    "r^4, 1-1-1": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual="r^4"),
    "r^4, quadratic": problem(quadratic(1, "trained"), ONE, BLOCKS, residual="r^4"),
    "r^4, weighted": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual="r^4", sample_weights=[1, 2, 3], output_weights=[2]),
    "r^2/2 + r^4/10, 1-1-1": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual="r^2/2 + r^4/10"),
    "r^2/2 + r^4/10, 2-1-1": problem(linear(2, 1, 1), SCALAR_TARGETS, BLOCKS, residual="r^2/2 + r^4/10"),
    "r^2/2 - r^4/10, 1-1-1": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual="r^2/2 - r^4/10"),
    "sextic, 1-1-1": problem(linear(1, 1, 1), ONE, BLOCKS, residual=SEXTIC),
    "sextic, 1-1-1, three samples": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual=SEXTIC),
    "sextic, 2-1": problem(linear(2, 1), SCALAR_TARGETS, "1/3", residual=SEXTIC),
    "r^3 - r, 1-1-1": problem(linear(1, 1, 1), SCALARS, BLOCKS, residual="r^3 - r"),
    "population, linear": population(linear(2, 1, 2), linear(2, 2), [[[1, 2], [3, "-1/2"]]], [[2, 1], [1, 1]], BLOCKS),
    "population, singular": population(linear(2, 1, 2), linear(2, 2), [[[1, 2], [3, "-1/2"]]], [[4, 2], [2, 1]], BLOCKS),
    "population, linear teacher": population(quadratic(2, [1]), linear(2, 1), [[[1, 2]]], [[2, 1], [1, 1]], "1/2"),
    "population, quadratic": population(quadratic(2, [1]), quadratic(2, [1, -1]), [[[1, 2], ["1/2", 3]]], [[2, 1], [1, 1]], "1/7"),
    "population, trained": population(quadratic(1, "trained"), quadratic(1, [1]), [[["3/2"]]], [[1]], BLOCKS),
    "not proper": typed("(x y - 1)^2 + (x - 1)^2"),
    "no minimum": typed("(x y - 1)^2 + x^2"),
    "not coercive": typed("x^3 - 3x + y^3 - 3y"),
    "Beale": typed("(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2"),
    "with a ridge": typed("x^2 y^2 - 3 x y + x^3/5", ["1/2", "1/3"]),
}


def counts(result):
    return {name: result["counts"][name] for name in ("complex", "real", "by_index", "degenerate")}


@needs_msolve
@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in CASES])
def test_enumeration_agrees_with_elimination(name):
    ours, theirs = (solve(read(CASES[name]), Options(engine=engine)).document for engine in ("batch", "exact"))
    assert (ours["status"], theirs["status"]) == ("complete", "complete")
    assert (ours["levels"]["complex"], theirs["levels"]["complex"]) == ("proved", "proved")
    assert counts(ours) == counts(theirs)
    assert all(entry["holds"] is not False for result in (ours, theirs) for entry in result["evidence"].values())


@pytest.mark.phcpy
@pytest.mark.skipif(not available(), reason="phcpy is not installed (Debian's python3-phcpy)")
@pytest.mark.parametrize(
    "name", ["metrics, 1-1-2", pytest.param("r^4, 1-1-1", marks=pytest.mark.slow), pytest.param("not proper", marks=pytest.mark.slow)]
)
def test_phcpy_agrees(name):
    ours, theirs = (solve(read(CASES[name]), Options(engine=engine)).document for engine in ("batch", "phcpy"))
    assert theirs["status"] == "complete" and counts(ours) == counts(theirs)


KNOWN = {
    # Published test functions of optimisation; the minima, saddles and maxima are those of the literature.
    "Himmelblau": ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", 9, {"0": 4, "1": 4, "2": 1}),
    "three-hump camel": ("2x^2 - 1.05x^4 + x^6/6 + x y + y^2", 5, {"0": 3, "1": 2}),
    "six-hump camel": ("(4 - 2.1x^2 + x^4/3) x^2 + x y + (-4 + 4y^2) y^2", 15, {"0": 6, "1": 7, "2": 2}),
    "Rosenbrock": ("(1 - x)^2 + 100 (y - x^2)^2", 1, {"0": 1}),
    "Goldstein-Price": (
        "(1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6x y + 3y^2)) (30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36x y + 27y^2))",
        25, {"0": 4, "1": 4, "2": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in ("Goldstein-Price", "six-hump camel") else name for name in KNOWN]
)
def test_published_test_functions(name):
    text, complex_points, indices = KNOWN[name]
    result = solve(read(typed(text)), Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"]) == ("complete", complex_points)
    assert result["counts"]["by_index"] == indices


def test_himmelblau_has_its_minima_at_zero():
    result = solve(read(typed(KNOWN["Himmelblau"][0])), Options(engine="batch")).document
    minima = [point for point in result["critical_points"] if point["index"] == 0]
    assert all(abs(float(point["loss"])) < 1e-12 for point in minima)
    assert any([float(x) for x in point["point"]] == pytest.approx([3, 2]) for point in minima)


@pytest.mark.parametrize("engine", ["batch", pytest.param("exact", marks=needs_msolve)])
@pytest.mark.parametrize("text", ["(x^2 + y^2 - 1)^2", "(x y - 1)^2", "(x - y)^4 + (x - y)^2"])
def test_curves_of_critical_points_are_recognised(text, engine):
    assert solve(read(typed(text)), Options(engine=engine)).document["status"] == "not-finite"


@needs_msolve
def test_a_degenerate_point_is_never_a_silent_count():
    # A monkey saddle at the origin and three minima: 9 = 4 + 5 with multiplicities (Bézout).
    text = typed("x^3 - 3x y^2 + (x^2 + y^2)^2")
    ours, theirs = (solve(read(text), Options(engine=engine)).document for engine in ("batch", "exact"))
    assert theirs["counts"]["degenerate"] == 1 and theirs["counts"]["by_index"] == {"0": 3}
    assert counts(ours) == counts(theirs) or ours["status"] == "incomplete"


@needs_msolve
@pytest.mark.parametrize(
    "residual", ["r^4/10^6", pytest.param("10^12 r^4", marks=pytest.mark.slow), pytest.param("r^2/2 + r^4/10^6", marks=pytest.mark.slow)]
)
def test_the_size_of_the_polynomial_loses_no_points(residual):
    # A generic member with the coefficients of ℓ as they are passes its trace test with one solution of 13 if they are tiny.
    written = read(problem(linear(1, 1, 1), SCALARS, BLOCKS, residual=residual))
    ours, theirs = (solve(written, Options(engine=engine)).document for engine in ("batch", "exact"))
    assert ours["status"] == theirs["status"] == "complete" and ours["counts"]["complex"] == 13 and counts(ours) == counts(theirs)


@pytest.mark.slow
def test_a_tiny_polynomial_is_never_a_silent_count():
    result = solve(read(problem(linear(1, 1, 1), ONE, 1, residual="r^4/10^20")), Options(engine="batch")).document
    assert result["status"] == "incomplete" or result["counts"]["complex"] == 13


@pytest.mark.slow
def test_polynomials_with_one_support_share_their_start_set():
    first, second = (
        solve(read(problem(linear(1, 1, 1), SCALARS, BLOCKS, residual=residual)), Options(engine="batch")).document
        for residual in ("r^2/2 + r^4/10", "3r^2 - r^4/7")
    )
    assert first["start_set"] == second["start_set"]


@pytest.mark.slow
def test_both_ways_to_double_a_sample_have_one_answer():
    doubled = {field: [rows[0], *rows] for field, rows in TWO.items()}
    twice, weighted = (
        solve(read(content), Options(engine="batch")).document
        for content in (problem(linear(2, 1, 2), doubled, BLOCKS), problem(linear(2, 1, 2), TWO, BLOCKS, sample_weights=[2, 1]))
    )
    assert twice["status"] == weighted["status"] == "complete" and counts(twice) == counts(weighted)


def test_a_population_has_the_critical_points_of_a_data_set_with_its_moments():
    truth = [[1, 2], [3, "-1/2"]]
    expected = population(linear(2, 1, 2), linear(2, 2), [truth], [[2, 1], [1, 1]], BLOCKS)
    # (1, 1) and (1, 0) have the second moments of the covariance; the targets are T(1, 1) and T(1, 0).
    sampled = problem(linear(2, 1, 2), {"inputs": [[1, 1], [1, 0]], "targets": [[3, "5/2"], [1, 3]]}, BLOCKS)
    one, other = (solve(read(content), Options(engine="batch")).document for content in (expected, sampled))
    assert counts(one) == counts(other)
    losses = [sorted(float(point["loss"]) for point in result["critical_points"]) for result in (one, other)]
    assert losses[0] == pytest.approx(losses[1])


def test_half_the_square_typed_in_has_the_start_set_of_the_squared_loss():
    plain, written = (
        solve(read(problem(linear(2, 1, 2), TWO, BLOCKS, **measured)), Options(engine="batch")).document
        for measured in ({}, {"residual": "r^2/2"})
    )
    assert counts(plain) == counts(written) and plain["start_set"] == written["start_set"]
