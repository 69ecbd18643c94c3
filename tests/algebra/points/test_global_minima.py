"""Which minima are called global or spurious: only what is proved, on coercive losses and on others."""

import csv
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize

from critscape.algebra.critical.counts import NAMES
from critscape.algebra.points.global_minima import equal_losses
from critscape.algebra.polynomial.loss import polynomial
from critscape.algebra.polynomial.shape import Shape, of_polynomial
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.scripts.printing.rendering import HEADINGS, counts_row, render
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

pytestmark = pytest.mark.usefixtures("answers_once")

VERDICTS = ("local_minima", "global_minima", "spurious_minima")


def typed(written, *variables):
    return {"architecture": {"family": "polynomial", "variables": list(variables), "loss": written}}


def solved(document):
    return solve(read(document), Options(engine="batch")).document


def verdicts(document):
    result = solved(document)
    assert result["levels"].keys() == result["counts"].keys() == set(NAMES)
    assert all((result["levels"][name] is None) == (result["counts"][name] is None) for name in NAMES)
    return tuple(result["counts"][name] for name in VERDICTS)


@pytest.mark.parametrize(
    "document, expected",
    [
        (typed("x^3 - 3x", "x"), (1, 0, 1)),
        (typed("x^5/5 - 5x^3/3 + 4x", "x"), (2, 0, 2)),
        (typed("x^2 + y^2 - x^2 y^2", "x", "y"), (1, 0, 1)),
        (typed("(x^2 - 1)^2 + x/10 - z^2 + y^2", "x", "y", "z"), (0, 0, 0)),
        (typed("x^2 + x y + y^2 - x", "x", "y"), (1, 1, 0)),
    ],
)
def test_the_verdict_is_what_the_whole_of_space_says(document, expected):
    assert verdicts(document) == expected


def test_what_lies_above_a_proved_value_is_spurious_and_what_is_open_is_null_in_every_format():
    # Along x y = 1 the second term vanishes: the infimum of the first at x = 0 is not attained but approached at infinity.
    document = typed("(x^2 - 1)^2/4 + x/10 + (x*y - 1)^2*(1 + x^2)", "x", "y")
    result = solved(document)
    kinds = sorted(point["kind"] for point in result["critical_points"] if point["index"] == 0)
    assert kinds[-1] == "spurious local minimum" and len(kinds) == 2
    counts = result["counts"]
    if kinds[0] == "local minimum":
        assert counts["global_minima"] is None and counts["spurious_minima"] == 1
        assert dict(zip(HEADINGS, counts_row(result, None)))["spurious"] == "≥ 1"
    open_ = {**result, "counts": {**counts, "global_minima": None, "spurious_minima": None}}
    open_["levels"] = {**result["levels"], "global_minima": None, "spurious_minima": None}
    assert dict(zip(HEADINGS, counts_row(open_, None)))["spurious"] == "–"
    (row,) = csv.DictReader(render([open_], "csv").splitlines())
    assert row["spurious"] == "" and row["local min."] == "2"
    assert " & -- & " in render([open_], "latex") and " – " in render([open_], "markdown")


def test_nothing_is_counted_of_a_set_that_is_not_finite():
    result = solved(typed("(x^2 + y^2 - 1)^2", "x", "y"))
    assert result["status"] == "not-finite"
    assert set(result["counts"].values()) == set(result["levels"].values()) == {None}


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=[pytest.mark.slow] * (seed >= 3)) for seed in range(12)])
def test_verdicts_of_random_losses_agree_with_a_search_for_lower_values(seed):
    draw = np.random.default_rng(seed)
    monomials = [(i, j) for i in range(5) for j in range(5 - i) if i + j]
    chosen = [monomials[k] for k in draw.choice(len(monomials), 6, replace=False)]
    written = " + ".join(f"({draw.integers(-9, 10) or 1}/{draw.integers(1, 5)})*x^{i}*y^{j}" for i, j in chosen)
    if seed % 2:
        written += " + 3*x^4 + 2*y^4"
    document = typed(written, "x", "y")
    result = solved(document)
    exact = polynomial(loss(read(document)))
    terms = [(float(Fraction(int(c.p), int(c.q))), int(i), int(j)) for (i, j), c in exact.to_dict().items()]

    def value(w):
        return sum(c * w[0] ** i * w[1] ** j for c, i, j in terms)

    starts = draw.uniform(-4, 4, (40, 2))
    with np.errstate(all="ignore"):
        ends = [minimize(value, start, method="Nelder-Mead", options={"maxiter": 400}).x for start in starts]
        lowest = min(v for v in map(value, [*ends, *(100 * starts)]) if not np.isnan(v))
    for point in result["critical_points"]:
        own = float(point["loss"]) if point["real"] and point["loss"] else None
        if point.get("kind") == "global minimum":
            assert lowest > own - 1e-6 * (1 + abs(own))
        if point.get("kind") == "spurious local minimum":
            assert lowest < own + 1e-9
        if point.get("kind") == "local minimum":
            # Nothing lower is known: neither here nor by the search.
            assert lowest > own - 1e-6 * (1 + abs(own))


def test_classes_of_equal_losses_join():
    assert equal_losses([0, 1, 1, None], [None, None, "a", "a"]) == [0, 1, 1, 1]


def test_a_parabola_on_the_whole_plane_is_convex_and_a_saddle_is_not():
    convex, saddle, flat = (loss(read(typed(text, "x", "y"))) for text in ("x^2 - x y + y^2 + 3x", "x^2 - 3x y + y^2", "(x + y)^2"))
    assert of_polynomial(convex).convex and of_polynomial(flat).convex and of_polynomial(saddle) == Shape()


@pytest.mark.parametrize(("high", "number"), [("1/10", 1), ("1/5", 1), ("-1/10", 1), ("0", None)])
def test_the_higher_of_two_minima_is_spurious_whatever_the_loss_does_at_infinity(high, number):
    # Not known to be coercive: along x y = 1 the last term vanishes.
    counts = solved(typed(f"(x^2 - 1)^2/4 + {high}*x + (x*y - 1)^2", "x", "y"))["counts"]
    assert counts["local_minima"] == 2 and counts["spurious_minima"] == (0 if number is None and counts["global_minima"] else number)
