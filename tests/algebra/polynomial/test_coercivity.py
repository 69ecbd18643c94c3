"""What is called coercive is, and what is not known to be is not called so."""

from fractions import Fraction

import numpy as np
import pytest

from critscape.algebra.polynomial.coercivity import growing
from critscape.algebra.polynomial.definite_form import is_positive_definite, positive_definite
from critscape.problems.files.problem_file import read
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options


def typed(written, ridge=0, variables="xyz"):
    used = [name for name in variables if name in written]
    return read({"architecture": {"family": "polynomial", "variables": used, "loss": written}, "ridge": ridge})


@pytest.mark.parametrize(
    ("written", "because"),
    [
        ("x^4 + y^2 + x*y", "pure even powers"),
        ("(x^2-4)^2/8 + (y-x^2/3)^2 + x/3", "leading form"),
        ("x^6 - 3/2*x^3*y + y^2 + 5*x^2*y", "leading form"),
        ("x^4 + y^4 + z^4 + x*y*z^2 - x^2*y*z + 3*x", "leading form"),
        ("100*(y-x^2)^2 + (1-x)^2", "bound x, then y"),
        ("100*y^2 - 200*x^2*y + 100*x^4 + 1 - 2*x + x^2", "completing the square in y"),
        ("(x - y^3)^4 + (1 - y)^2", "bound y, then x"),
        ("(x - y^2)^2 + (y - z^2)^2 + z^2", "bound z, then y, then x"),
        ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "bounded squares bound x, y"),
        ("(x*y - 1)^2 + (x + y)^2 + (x - y)^2", "bounded squares"),
        ("(y - x^2)^2 + (z - x*y)^2 + (x - 1)^2 - 7", "bound x, then y, then z"),
    ],
)
def test_coercive_losses_and_why(written, because):
    assert because in typed(written).shape.coercive


@pytest.mark.parametrize(
    "written",
    [
        "(x*y - 1)^2", "(x*y - 1)^2 + x^2", "(y - x^2)^2", "x^4 + y^4 - 2*x^2*y^2", "x^3 + y^2", "x^4 - x^2*y^2 + y^4/8", "x^2 - y^2",
        "(x^2-1)^2/4 + x/10 + (x*y-1)^2", "x^4 + y^2 - 2*x^2*y", "x^4 + y^2 - 3*x^2*y", "x^2 + y^2 + z^2 - 2*x*y + z*x",
        "(x + y)^4 + (y + z)^4 + (x - z)^4", "(x - y^2*z)^2 + z^2 + (x - 1)^2", "x^2*y^2 + (x - 1)^2", "x^2 + y",
    ],
)  # fmt: skip
def test_losses_that_do_not_go_to_infinity_are_not_called_coercive(written):
    assert typed(written).shape.coercive is None


def test_a_ridge_on_some_variables_may_be_enough():
    assert "bounded squares" in typed("(x*y - 1)^2 + (x - y)^2", ridge=[[[1]], [[0]]]).shape.coercive
    assert typed("(x*y - 1)^2", ridge=[[[1]], [[0]]]).shape.coercive is None


def test_networks_without_ridge_whose_data_span():
    document = {
        "architecture": {"family": "quadratic", "inputs": 2, "units": 1},
        "data": {"inputs": [[1, 2], [2, 3]], "targets": [[1], [1]]},
    }
    assert "leading form" in read(document).shape.coercive
    short = {**document, "data": {"inputs": [[1, 2], [2, 4]], "targets": [[1], [1]]}}
    deep = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}}
    assert read(short).shape.coercive is read(deep).shape.coercive is None


@pytest.mark.parametrize("seed", range(30))
def test_random_quartics_grow_along_every_curve_if_they_are_called_coercive(seed):
    draw = np.random.default_rng(seed)
    n = 2 + seed % 2
    powers = (4, 4, 4)[:n] if seed % 3 else (4, 2, 4)[:n]
    monomials = [a for a in np.ndindex(*(5,) * n) if sum(Fraction(k, p) for k, p in zip(a, powers)) <= 1 and any(a)]
    form = {a: Fraction(int(draw.integers(-4, 5)), int(draw.integers(1, 4))) for a in monomials}
    form = {a: Fraction(3) if max(k / p for k, p in zip(a, powers)) == 1 else c for a, c in form.items() if c}
    leading = {a: c for a, c in form.items() if sum(Fraction(k, p) for k, p in zip(a, powers)) == 1}
    # The least value of the leading form on {Σ x_j^{k_j} = 1}, by sampling.
    points = draw.standard_normal((20_000, n))
    scales = (np.abs(points) ** np.array(powers)).sum(axis=1)
    points /= scales[:, None] ** (1 / np.array(powers))
    least = sum(float(c) * np.prod(points ** np.array(a), axis=1) for a, c in leading.items()).min()
    found = positive_definite(leading, powers)
    assert not (found and least <= 0)
    assert found or least < 0.05
    assert bool(growing(form, "xyz"[:n])) == found


def test_pivots_of_rational_matrices():
    assert is_positive_definite([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]])
    assert not is_positive_definite([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])


@pytest.mark.parametrize(("written", "minima"), [("100*(y-x^2)^2 + (1-x)^2", 1), ("(x^2-4)^2/8 + (y-x^2/3)^2 + x/3", 2)])
def test_global_minima_of_coercive_losses_are_known(written, minima):
    counts = solve(typed(written), Options(engine="batch")).document["counts"]
    assert (counts["local_minima"], counts["global_minima"], counts["spurious_minima"]) == (minima, 1, minima - 1)
