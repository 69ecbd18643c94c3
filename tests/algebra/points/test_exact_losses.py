"""Losses that agree to all digits: equal where algebra says so, told apart where they are not."""

from fractions import Fraction

import pytest
import sympy

from critscape.algebra.elimination import msolve
from critscape.algebra.landscape.landscape import landscape
from critscape.algebra.points import exact_losses as module
from critscape.algebra.points.exact_losses import exact_losses
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

pytestmark = [pytest.mark.usefixtures("answers_once"), pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)]
FOUR = "(x^2+y-11)^2+(x+y^2-7)^2"
# Two minima of an irrational loss; no symmetry carries one to the other.
SEXTIC = "x^6 - 2*x^4 - x^2 + (y - x^2 - x)^2"


def typed(written):
    return read({"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": written}})


def solved(written):
    return solve(typed(written), Options(engine="batch"))


@pytest.mark.parametrize(
    ("written", "global_minima", "spurious"),
    [
        (FOUR, 4, 0),
        ("(x^2 - 3)^2 + (y - x^3 - x^2)^2", 2, 0),
        ("(x^2 + x*y - 3)^2 + (y^2 - x - 5)^2 + 1/7", None, None),
        (SEXTIC, 2, 0),
        (f"3/7*({FOUR}) + 10^9", 4, 0),
    ],
)
def test_minima_of_equal_loss_are_all_global(written, global_minima, spurious):
    found = solved(written)
    counts = found.document["counts"]
    if global_minima is None:
        # All four intersections of two conics, if they are real, have the same loss.
        minima = [p for p in found.document["critical_points"] if p["index"] == 0 and p["kind"] == "global minimum"]
        assert len(minima) == counts["global_minima"] and {p["loss"][:12] for p in minima} == {"0.1428571428"}
    else:
        assert (counts["global_minima"], counts["spurious_minima"]) == (global_minima, spurious)
        assert counts["local_minima"] == global_minima + spurious


def test_landscapes_with_equal_minima():
    problem = typed(FOUR)
    found = landscape(loss(problem), solve(problem, Options(engine="batch")).critical)
    assert found.reason is None and not found.spurious
    assert [len(level.members) for level in found.levels] == [4, 1, 1, 1, 1] and all(level.decided for level in found.levels)


def test_exact_losses_are_roots_of_what_a_resultant_says():
    problem = typed(SEXTIC)
    critical = solve(problem, Options(engine="batch")).critical
    numbers = exact_losses(loss(problem), {k: point.point for k, point in enumerate(critical.real)})
    assert len(numbers) == len(critical.real)
    x, t = sympy.symbols("x t")
    # Over y the least value is at y = x² + x.
    sextic = x**6 - 2 * x**4 - x**2
    eliminant = sympy.Poly(sympy.resultant(sextic.diff(x), t - sextic, x), t)
    for k, number in numbers.items():
        minimal = sympy.Poly(list(number.coefficients)[::-1], t)
        assert minimal.is_irreducible and eliminant.rem(minimal).is_zero
        assert number.ball.overlaps(critical.real[k].loss)
    minima = [numbers[k] for k, point in enumerate(critical.real) if point.index == 0]
    assert minima[0] == minima[1] and minima[0].rational is None
    assert next(numbers[k] for k, p in enumerate(critical.real) if p.index == 1).rational == Fraction(0)


def test_without_elimination_ties_stay_open(monkeypatch):
    monkeypatch.setattr(msolve, "available", lambda: False)
    module._points.cache_clear()
    counts = solved(FOUR).document["counts"]
    module._points.cache_clear()
    assert counts["local_minima"] == 4 and counts["global_minima"] is counts["spurious_minima"] is None
