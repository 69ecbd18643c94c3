"""Empty critical sets and those that are not finite: each verdict with its witness, compared with elimination called independently."""

import numpy as np
import pytest

from critscape.algebra.critical import obstruction as module
from critscape.algebra.critical.obstruction import by_elimination, obstruction, proved_empty
from critscape.algebra.elimination import msolve
from critscape.algebra.elimination.degree import dimension_modulo
from critscape.algebra.points.positive_dimension import witness
from critscape.algebra.points.sliced import proved_on_orbit
from critscape.algebra.symmetry.continuous import infinitesimal_symmetries
from critscape.problems.files.problem_file import read
from critscape.problems.problem.problem import loss
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.options import Options

needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)
PRIME = 1073741783


def typed(written, variables="xyz"):
    used = [name for name in variables if name in written]
    return read({"architecture": {"family": "polynomial", "variables": used, "loss": written}})


def linear(residual=None, **fields):
    document = {"architecture": {"family": "linear", "widths": [1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}, **fields}
    return read(document | ({"loss": {"residual": residual}} if residual else {}))


@pytest.mark.parametrize(
    "problem",
    [
        linear("r"),
        typed("x + y^2"),
        typed("x*(1+z*0) + x*y*0 + (y-z)^2 + (y - z)^3 + y"),
        typed("(x^2-1)^2 + 2*y^2 + z"),
        typed("(x+y)^3 + (x+y)*z^2 + x - 2*y"),
        typed("3*x"),
        typed("(x + y^3) + (z - x*y)^2 + 5*(x + y^3)*(z - x*y)^2*0"),
    ],
    ids=lambda problem: problem.title if isinstance(problem, str) else None,
)
def test_an_empty_critical_set_is_complete_and_proved(problem):
    result = solve(problem, Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"], result["counts"]["real"]) == ("complete", 0, 0)
    assert result["counts"]["spurious_minima"] == 0 and result["levels"]["complex"] == "proved" and "reason" not in result


@needs_msolve
@pytest.mark.parametrize("seed", range(8))
def test_random_losses_without_critical_points(seed):
    draw = np.random.default_rng(seed)
    # In coordinates u = x + p(y, z), v = y + q(z) the loss u + g(v, z) has none, and a change of coordinates makes none.
    a, b, c, d = (int(k) for k in draw.integers(1, 5, 4))
    u, v = f"(x + {a}*y^2 - {b}*y*z)", f"(y - {c}*z^2)"
    problem = typed(f"{u} + {d}*{v}^2" if seed % 2 else f"{u} + {d}*{v}^2 + (z - 1)^3")
    assert dimension_modulo(loss(problem), PRIME, 60)[0] == -1
    result = solve(problem, Options(engine="batch")).document
    assert (result["status"], result["counts"]["complex"]) == ("complete", 0)


@needs_msolve
@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("(x^2 + y^2 - 1)^2", "such a point is proved"),
        ("(x*y - 1)^2", "such a point is proved"),
        ("x^4 + (y - z)^2", "the origin is critical"),
        ("(x - y^2)^3 + (x - y^2)", "such a point is proved"),
        ("(x - y^3)^3 + (x - y^3)", "elimination modulo"),
        pytest.param("(x - y^3)^4", "elimination modulo", marks=pytest.mark.slow),
        pytest.param("(x - y^2 - 1)^4", "elimination modulo", marks=pytest.mark.slow),
        ("(x*y - 1)^3 + z^2", "elimination modulo"),
    ],
)
def test_what_is_not_finite_has_a_witness(written, how):
    problem = typed(written)
    result = solve(problem, Options(engine="batch")).document
    assert result["status"] == "not-finite" and how in result["reason"]
    assert dimension_modulo(loss(problem), PRIME, 60)[0] >= 1


def test_without_elimination_what_is_not_decided_is_said(monkeypatch):
    monkeypatch.setattr(msolve, "available", lambda: False)
    monkeypatch.setattr(module, "infinitesimal_symmetries", lambda _: ())
    # Its Hessian is singular everywhere, and its critical points are not real.
    exact_loss = loss(typed("(x - 2*y)^3 + (x - 2*y)"))
    found = obstruction(exact_loss, np.random.default_rng(0))
    assert (found.not_finite and "not proved" in found.not_finite) or "not decided" in found.open_ends[0]


def test_a_point_of_an_orbit_is_proved_and_a_place_that_is_none_is_not():
    exact_loss, rng = loss(typed("(x^2 + y^2 - 1)^2")), np.random.default_rng(3)
    fields = infinitesimal_symmetries(exact_loss)
    point = witness(exact_loss, rng)
    assert proved_on_orbit(exact_loss, fields, point, rng)
    assert not proved_on_orbit(exact_loss, fields, [0, 0], rng) and not proved_on_orbit(exact_loss, (), point, rng)
    # The only critical point is the centre of the rotations, which do not move it.
    bowl = loss(typed("(x^2 + y^2)^2 + 1*x^2 + y^2"))
    assert not proved_on_orbit(bowl, infinitesimal_symmetries(bowl), [0.5, 0.5], rng)


@needs_msolve
def test_finitely_many_points_are_no_obstruction():
    exact_loss = loss(typed("(x^2 - 1)^2 + y^2 + x*y"))
    rng = np.random.default_rng(0)
    assert obstruction(exact_loss, rng) is None and by_elimination(exact_loss, rng) is None and not proved_empty(exact_loss)


@pytest.mark.parametrize(
    ("written", "volume"),
    [("x^4/4 - x^2/2 + x/3", 3), ("x^7 - x^5 + x", 6), ("x^3", 2), ("x^2/2 - 3x", 1), ("x^12 + x^2/9 - x^11", 11)],
)
@pytest.mark.parametrize("engine", ["batch", "exact"])
def test_the_mixed_volume_of_one_variable_is_the_degree_of_the_slope(written, volume, engine):
    if engine == "exact" and not msolve.available():
        pytest.skip(msolve.HOW_TO_INSTALL)
    result = solve(typed(written), Options(engine=engine)).document
    assert result["bounds"]["mixed volume"] == result["bounds"]["Bézout number"] == volume
